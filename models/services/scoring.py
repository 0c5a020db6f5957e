"""The expert's acts on own sheets: mark, submit, abstain, take back.

These are the hot writes of a meeting: each decides on a sheet as one look shows it, and is written in one go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from models import sealed
from models.enums import SheetState
from models.errors import KmdxError, Refused, WrongUse
from models.policy.types import Rubric
from models.queries.base import Office
from models.rules import marks as rule
from models.rules.digest import sheet_digest
from models.services.boxes import HANDED_IN, digest_of, new_nonce
from models.services.hot import hot_act, look_once, try_out
from models.services.hot_writes import Change
from models.services.own_sheet import OwnSheet
from models.services.stale import stale
from models.text import T
from models.views.desk import SheetSaved
from models.views.people import Actor

Marks = Mapping[str, int]
Decided = tuple[Change, SheetSaved]


def enter_marks(
    office: Office,
    actor: Actor,
    meeting: str,
    no: str,
    marks: Mapping[str, str],
    comment: str | None = None,
    *,
    seen: Mapping[str, int | None] | None = None,
    seen_comment: str | None = None,
) -> SheetSaved:
    """Save marks of an own sheet, as typed, by criterion code or name; an empty one blanks the criterion.

    All or none of them: one that is no mark refuses the rest. A submitted sheet must be taken back first. `seen` (by
    code, in milli-points) and `seen_comment` are what the desk believes it replaces: if another desk of the seat put
    something else there meanwhile, the write is refused (stale).
    """

    def decide(sheet: OwnSheet, at: str) -> Decided:
        _must_be_editable(sheet)
        if comment is not None and len(comment) > rule.COMMENT_LIMIT:
            raise Refused("comment_long", T("评语不超过 {most} 字。", most=rule.COMMENT_LIMIT))
        changed = _parsed(sheet.policy.rubric, marks)
        _must_be_fresh(sheet, changed, seen or {})
        if comment is not None and seen_comment is not None and sheet.comment not in (seen_comment, comment):
            what = T("{no} 的评语", no=no)
            raise stale(what, T("本席位的另一处桌面"), sheet.saved_at, sheet.comment or "—")
        kept = {code: value for code, value in sheet.marks.items() if changed.get(code, value) is not None}
        kept |= {code: value for code, value in changed.items() if value is not None}
        said = sheet.comment if comment is None else comment
        return _saved(office, "marks.enter", sheet, at, SheetState.DRAFT, kept, said)

    return hot_act(office, actor, "marks.enter", meeting, no, decide)


def submit(office: Office, actor: Actor, meeting: str, nos: Sequence[str]) -> tuple[SheetSaved, ...]:
    """Hand in own sheets, each an act of its own; an incomplete one is refused and those before it stay submitted."""

    def decide(sheet: OwnSheet, at: str) -> Decided:
        _must_be_editable(sheet)
        rule.sheet_total(sheet.marks, sheet.policy.rubric)  # refuses what is incomplete, naming the criteria
        return _saved(office, "marks.submit", sheet, at, SheetState.SUBMITTED, sheet.marks, sheet.comment)

    return tuple(hot_act(office, actor, "marks.submit", meeting, no, decide) for no in nos)


def abstain(office: Office, actor: Actor, meeting: str, no: str, reason: str) -> SheetSaved:
    """Hand in an own sheet without marks, with the reason. Marks typed before are gone: an abstention carries none."""
    if not reason.strip():
        raise WrongUse("no_reason", T("弃权须写明理由。"))

    def decide(sheet: OwnSheet, at: str) -> Decided:
        _must_be_editable(sheet)
        return _saved(office, "marks.abstain", sheet, at, SheetState.ABSTAINED, {}, sheet.comment, reason)

    return hot_act(office, actor, "marks.abstain", meeting, no, decide)


def take_back(office: Office, actor: Actor, meeting: str, no: str) -> SheetSaved:
    """Take back an own sheet before the reveal; its marks are a draft again."""

    def decide(sheet: OwnSheet, at: str) -> Decided:
        if sheet.state not in HANDED_IN:
            raise Refused("not_submitted", T("{no} 的评分表尚未提交，无须取回。", no=no))
        return _saved(office, "marks.take_back", sheet, at, SheetState.DRAFT, sheet.marks, sheet.comment)

    return hot_act(office, actor, "marks.take_back", meeting, no, decide)


def look_ahead(office: Office, actor: Actor, meeting: str, no: str) -> None:
    """Look at the own sheet that is marked next, most likely, so that the mark itself need not.

    Worth a round to a server; a file is looked at as quickly. What stands against a mark is said when one is put.
    """
    if office.database.is_sqlite:
        return
    sheet = look_once(office, actor, meeting, no)
    if sheet is not None and not office.tried_out:
        with suppress(KmdxError):
            same = _saved(office, "marks.enter", sheet, office.stamp(), SheetState.DRAFT, sheet.marks, sheet.comment)
            try_out(office, same[0])


# Deciding


def _must_be_editable(sheet: OwnSheet) -> None:
    if sheet.state in HANDED_IN:
        raise Refused("already_submitted", T("{no} 的评分表已提交。", no=sheet.no), lift=T("如需修改，请先取回。"))


def _parsed(rubric: Rubric, marks: Mapping[str, str]) -> dict[str, int | None]:
    changed: dict[str, int | None] = {}
    for key, typed in marks.items():
        criterion = rubric.criterion(key)
        if criterion is None:
            known = "、".join(f"{c.name}（{c.code}）" for c in rubric.criteria)
            raise WrongUse("unknown_criterion", T("没有指标“{key}”，可用：{known}。", key=key, known=known))
        value = rule.parse_points(typed) if typed.strip() else None
        if value is not None:
            rule.check_mark(value, criterion)
        changed[criterion.code] = value
    return changed


def _must_be_fresh(sheet: OwnSheet, changed: Mapping[str, int | None], seen: Mapping[str, int | None]) -> None:
    for code, value in changed.items():
        stands = sheet.marks.get(code)
        if code in seen and stands not in (seen[code], value):
            criterion = sheet.policy.rubric.criterion(code)
            assert criterion is not None
            what = T("{no} 的“{criterion}”", no=sheet.no, criterion=criterion.name)
            now = T("空") if stands is None else rule.format_points(stands)
            raise stale(what, T("本席位的另一处桌面"), sheet.saved_at, now)


# What a sheet becomes


def _saved(
    office: Office,
    act: str,
    sheet: OwnSheet,
    at: str,
    state: SheetState,
    marks: Marks,
    comment: str,
    reason: str = "",
) -> Decided:
    """A sheet with these marks, in a box where marks are sealed; and the answer to who saved it."""
    total = rule.sheet_total(marks, sheet.policy.rubric) if len(marks) == len(sheet.policy.rubric.criteria) else None
    row = _row(sheet) | {"state": state.value, "reason": reason, "saved_at": at}
    becomes = replace(sheet, state=state, marks=marks, comment=comment)
    if sheet.policy.scoring.sealing:
        box, digest = _boxed(sheet, state, marks, comment)
        row |= {"total_micro": None, "comment": "", "nonce": "", "keyed_by": "", "sealed": True}
        becomes = replace(becomes, row=row, box=box, digest=digest)
    else:
        row |= {"total_micro": total, "comment": comment, "nonce": new_nonce()}
        assert sheet.standing.policy_file_id is not None
        criteria = office.criteria_of(sheet.standing.policy_file_id)
        rows = {code: {"criterion_id": criteria[code], "value_milli": value} for code, value in marks.items()}
        digest = sheet_digest(row["nonce"], state, marks)
        becomes = replace(becomes, row=row, mark_rows=rows, digest=digest)
    receipt = becomes.digest if becomes.box and state in HANDED_IN else ""
    return Change(act, at, sheet, becomes), SheetSaved(sheet.no, state, marks, total, at, sheet.marks, receipt)


def _row(sheet: OwnSheet) -> dict[str, Any]:
    """The sheet's columns as they are, or as a new one begins."""
    new = {"voided": False, "revealed": False, "keyed_by": "", "sealed": False}
    stands = sheet.standing
    whose = {"meeting_id": stands.meeting_id, "application_id": sheet.application_id, "seat_id": stands.seat_id}
    return new | whose | sheet.row


def _boxed(sheet: OwnSheet, state: SheetState, marks: Marks, comment: str) -> tuple[dict[str, Any], str]:
    """The boxes of a sheet as they are kept, and their digest."""
    pair, keys = sheet.own_keys()
    epoch = sheet.epoch if state in HANDED_IN else None
    number, public = (epoch[1], epoch[2]) if epoch is not None else (0, None)
    version, stands = sheet.version + 1, sheet.standing
    assert stands.meeting_id is not None
    said = sealed.Sheet(
        stands.meeting_id, number, sheet.expert, sheet.no, version, state.value, marks, comment, new_nonce()
    )
    packed = sealed.pack_sheet(said, keys.sign)
    box = sealed.seal(public, packed) if public is not None else None
    own_box = sealed.seal(sealed.public_of(keys).box, packed)
    kept = {"version": version, "key_pair_id": pair, "epoch_id": epoch[0] if epoch is not None else None}
    return kept | {"box": box, "own_box": own_box}, digest_of(box, own_box)
