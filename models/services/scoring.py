"""The expert's acts on own sheets: mark, submit, abstain, take back; and the chair's return.

These are the hot writes of a meeting: plain statements built once, no ORM.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import text

from models import sealed
from models.enums import SheetState
from models.errors import NotPermitted, Refused, WrongUse
from models.policy.types import Rubric
from models.queries.base import Office, unknown_application
from models.rules import marks as rule
from models.rules.digest import sheet_digest
from models.services.acting import Act, acting
from models.services.boxes import HANDED_IN, digest_of, give_back, write_box
from models.services.keys import own_keys
from models.services.stale import stale
from models.text import T
from models.views.desk import SheetSaved
from models.views.people import Actor

_SHEET = text(
    "SELECT a.id AS application_id, i.eligible, i.panel_id, s.id, s.state, s.total_micro, s.comment, s.reason, "
    "s.revealed, s.nonce, s.saved_at, s.sealed, b.version, b.box, b.own_box, "
    "seat.name AS expert, r.id AS recusal, ps.seat_id AS member, seat.absent_at, "
    "(SELECT COUNT(*) FROM score_sheet k WHERE k.application_id = a.id AND k.revealed AND k.state = 'submitted' "
    "AND NOT k.voided) AS standing "
    "FROM application a JOIN item i ON i.application_id = a.id JOIN seat ON seat.id = :seat "
    "LEFT JOIN score_sheet s ON s.application_id = a.id AND s.seat_id = :seat "
    "LEFT JOIN sealed_sheet b ON b.sheet_id = s.id "
    "LEFT JOIN recusal r ON r.application_id = a.id AND r.seat_id = :seat "
    "LEFT JOIN panel_seat ps ON ps.panel_id = i.panel_id AND ps.seat_id = :seat "
    "WHERE a.no = :no AND i.meeting_id = :meeting"
)
_MARKS = text(
    "SELECT c.code, m.value_milli FROM mark m JOIN criterion c ON c.id = m.criterion_id WHERE m.sheet_id = :sheet"
)
_NEW_SHEET = text(
    "INSERT INTO score_sheet (meeting_id, application_id, seat_id, state, total_micro, comment, reason, voided, "
    "keyed_by, nonce, saved_at, revealed) VALUES (:meeting, :application, :seat, :state, :total, :comment, :reason, "
    ":no, '', :nonce, :at, :no) RETURNING id"
)
_SAVE_SHEET = text(
    "UPDATE score_sheet SET state = :state, total_micro = :total, comment = :comment, reason = :reason, "
    "nonce = :nonce, saved_at = :at WHERE id = :sheet"
)
_SET_MARK = text(
    "INSERT INTO mark (sheet_id, criterion_id, value_milli) VALUES (:sheet, :criterion, :value) "
    "ON CONFLICT (sheet_id, criterion_id) DO UPDATE SET value_milli = excluded.value_milli"
)
_DROP_MARK = text("DELETE FROM mark WHERE sheet_id = :sheet AND criterion_id = :criterion")


class _Sheet(NamedTuple):
    """A sheet as it stands: `id` None while blank."""

    application_id: int
    id: int | None
    state: SheetState
    marks: dict[str, int]
    comment: str
    reason: str
    digest: str
    saved_at: str
    expert: str
    version: int = 0
    own_box: bytes | None = None


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
    with acting(office, actor, "marks.enter", meeting) as act:
        sheet = _own_sheet(act, no)
        _editable(sheet, no)
        if comment is not None and len(comment) > rule.COMMENT_LIMIT:
            raise Refused("comment_long", T("评语不超过 {most} 字。", most=rule.COMMENT_LIMIT))
        changed = _parsed(act, marks)
        _not_stale(act, no, sheet, changed, seen or {})
        if comment is not None and seen_comment is not None and sheet.comment not in (seen_comment, comment):
            raise stale(T("{no} 的评语", no=no), T("本席位的另一处桌面"), sheet.saved_at, sheet.comment or "—")
        kept = {code: value for code, value in sheet.marks.items() if changed.get(code, value) is not None}
        kept |= {code: value for code, value in changed.items() if value is not None}
        said = sheet.comment if comment is None else comment
        return _save(act, no, sheet, SheetState.DRAFT, kept, said, "", changed)


def submit(office: Office, actor: Actor, meeting: str, nos: Sequence[str]) -> tuple[SheetSaved, ...]:
    """Hand in own sheets, each an act of its own; an incomplete one is refused and those before it stay submitted."""
    return tuple(_submit_one(office, actor, meeting, no) for no in nos)


def _submit_one(office: Office, actor: Actor, meeting: str, no: str) -> SheetSaved:
    with acting(office, actor, "marks.submit", meeting) as act:
        sheet = _own_sheet(act, no)
        _editable(sheet, no)
        rule.sheet_total(sheet.marks, act.policy.rubric)  # refuses what is incomplete, naming the criteria
        return _save(act, no, sheet, SheetState.SUBMITTED, sheet.marks, sheet.comment, "")


def abstain(office: Office, actor: Actor, meeting: str, no: str, reason: str) -> SheetSaved:
    """Hand in an own sheet without marks, with the reason. Marks typed before are gone: an abstention carries none."""
    if not reason.strip():
        raise WrongUse("no_reason", T("弃权须写明理由。"))
    with acting(office, actor, "marks.abstain", meeting) as act:
        sheet = _own_sheet(act, no)
        _editable(sheet, no)
        blanks: dict[str, int | None] = dict.fromkeys(sheet.marks)
        return _save(act, no, sheet, SheetState.ABSTAINED, {}, sheet.comment, reason, blanks)


def take_back(office: Office, actor: Actor, meeting: str, no: str) -> SheetSaved:
    """Take back an own sheet before the reveal; its marks are a draft again."""
    with acting(office, actor, "marks.take_back", meeting) as act:
        sheet = _own_sheet(act, no)
        if sheet.state not in (SheetState.SUBMITTED, SheetState.ABSTAINED):
            raise Refused("not_submitted", T("{no} 的评分表尚未提交，无须取回。", no=no))
        return _save(act, no, sheet, SheetState.DRAFT, sheet.marks, sheet.comment, "")


def return_sheet(office: Office, actor: Actor, meeting: str, expert: str, no: str, reason: str) -> None:
    """The chair gives a submitted sheet back to its expert, unseen, with a reason; a recused chair's deputy does."""
    from models.services.deliberation import for_chair_of  # rare: an expert's desk does without all of that

    if not reason.strip():
        raise WrongUse("no_reason", T("退回须写明理由。"))
    with acting(office, actor, "marks.return", meeting) as act:
        seat = act.connection.execute(
            text("SELECT id FROM seat WHERE meeting_id = :meeting AND name = :name AND marks"),
            {"meeting": meeting, "name": expert},
        ).scalar()
        if seat is None:
            raise WrongUse("unknown_expert", T("本次评审会没有评委“{name}”。", name=expert))
        sheet = _sheet(act, no, seat)
        for_chair_of(act, sheet.application_id, no)
        if sheet.state not in (SheetState.SUBMITTED, SheetState.ABSTAINED):
            raise Refused("not_submitted", T("{expert} 的 {no} 尚未提交。", expert=expert, no=no))
        if act.policy.scoring.sealing:
            assert sheet.id is not None
            digest = give_back(act, sheet.id, reason, sheet.own_box)
        else:
            _, digest = _write(act, sheet, seat, SheetState.RETURNED, sheet.marks, sheet.comment, reason)
        after = {"state": SheetState.RETURNED, "sheet": digest, "reason": reason}
        act.record(f"{no}/{expert}", before={"state": sheet.state, "sheet": sheet.digest}, after=after)


def _parsed(act: Act, marks: Mapping[str, str]) -> dict[str, int | None]:
    changed: dict[str, int | None] = {}
    for key, typed in marks.items():
        criterion = act.policy.rubric.criterion(key)
        if criterion is None:
            raise WrongUse(
                "unknown_criterion",
                T(
                    "没有指标“{key}”，可用：{known}。",
                    key=key,
                    known="、".join(f"{c.name}（{c.code}）" for c in act.policy.rubric.criteria),
                ),
            )
        value = rule.parse_points(typed) if typed.strip() else None
        if value is not None:
            rule.check_mark(value, criterion)
        changed[criterion.code] = value
    return changed


def _not_stale(
    act: Act, no: str, sheet: _Sheet, changed: Mapping[str, int | None], seen: Mapping[str, int | None]
) -> None:
    for code, value in changed.items():
        stands = sheet.marks.get(code)
        if code in seen and stands not in (seen[code], value):
            criterion = act.policy.rubric.criterion(code)
            assert criterion is not None
            what = T("{no} 的“{criterion}”", no=no, criterion=criterion.name)
            now = T("空") if stands is None else rule.format_points(stands)
            raise stale(what, T("本席位的另一处桌面"), sheet.saved_at, now)


def _own_sheet(act: Act, no: str) -> _Sheet:
    if act.standing.seat_id is None or not act.standing.marks:
        raise NotPermitted("does_not_mark", T("{name}的席位不参加评分。", name=act.standing.actor.name))
    return _sheet(act, no, act.standing.seat_id)


def _sheet(act: Act, no: str, seat_id: int) -> _Sheet:
    row = act.connection.execute(_SHEET, {"no": no, "meeting": act.meeting_id, "seat": seat_id}).one_or_none()
    if row is None:
        raise unknown_application(no)
    if row.recusal is not None:
        raise Refused("recused", T("本人已回避 {no}，不评分。", no=no))
    if row.panel_id is not None and row.member is None:
        raise NotPermitted("other_panel", T("{no} 不由本评审组评分。", no=no))
    if not row.eligible:
        raise Refused("not_eligible", T("{no} 不符合条件，不评分。", no=no))
    if row.absent_at is not None:
        raise Refused("absent", T("已记录缺席，不再评分。"))
    if row.revealed or row.standing >= act.policy.scoring.least_in:
        raise Refused(
            "revealed", T("{no} 的评分已揭晓，只能按四种情形更正。", no=no), article="财政部令第87号第六十四条"
        )
    return _sealed_sheet(act, row, seat_id) if row.sealed else _plain_sheet(act, row)


def _plain_sheet(act: Act, row: Any) -> _Sheet:
    state = SheetState(row.state) if row.id is not None else SheetState.BLANK
    marks: dict[str, int] = {}
    if row.id is not None:
        marks = dict(act.connection.execute(_MARKS, {"sheet": row.id}).all())
    digest = sheet_digest(row.nonce, state, marks) if row.id is not None else ""
    said = (row.comment or "", row.reason or "")
    return _Sheet(
        row.application_id, row.id, state, marks, *said, digest, row.saved_at or "", row.expert, row.version or 0
    )


def _sealed_sheet(act: Act, row: Any, seat_id: int) -> _Sheet:
    """A sheet in boxes: opened for its own expert, and for nobody else; a draft under a lost phrase is blank."""
    marks: dict[str, int] = {}
    comment = ""
    if seat_id == act.standing.seat_id and row.own_box is not None:
        opened = sealed.open_own(bytes(row.own_box), own_keys(act)[1])
        if opened is not None:
            marks, comment = dict(opened.marks), opened.comment
    return _Sheet(
        row.application_id,
        row.id,
        SheetState(row.state),
        marks,
        comment,
        row.reason or "",
        digest_of(row.box, row.own_box),
        row.saved_at,
        row.expert,
        row.version,
        row.own_box,
    )


def _editable(sheet: _Sheet, no: str) -> None:
    if sheet.state in (SheetState.SUBMITTED, SheetState.ABSTAINED):
        raise Refused("already_submitted", T("{no} 的评分表已提交。", no=no), lift=T("如需修改，请先取回。"))


def _save(
    act: Act,
    no: str,
    sheet: _Sheet,
    state: SheetState,
    marks: Mapping[str, int],
    comment: str,
    reason: str,
    changed: Mapping[str, int | None] | None = None,
) -> SheetSaved:
    assert act.standing.seat_id is not None
    receipt, version = "", {}
    if act.policy.scoring.sealing:
        total = _total(marks, act.policy.rubric)
        digest = _box(act, no, sheet, state, marks, comment, reason)
        receipt, version = digest if state in HANDED_IN else "", {"version": sheet.version + 1}
    else:
        total, digest = _write(act, sheet, act.standing.seat_id, state, marks, comment, reason, changed or {})
    before = {"state": sheet.state, "sheet": sheet.digest}
    act.record(no, before=before, after={"state": state, "sheet": digest} | version)
    return SheetSaved(no, state, marks, total, act.at, sheet.marks, receipt)


def _box(
    act: Act, no: str, sheet: _Sheet, state: SheetState, marks: Mapping[str, int], comment: str, reason: str
) -> str:
    assert act.standing.seat_id is not None
    return write_box(
        act,
        sheet_id=sheet.id,
        application_id=sheet.application_id,
        seat_id=act.standing.seat_id,
        no=no,
        expert=sheet.expert,
        version=sheet.version + 1,
        state=state,
        marks=marks,
        comment=comment,
        reason=reason,
    )


def _total(marks: Mapping[str, int], rubric: Rubric) -> int | None:
    """The weighted sum, once every criterion has its mark."""
    return rule.sheet_total(marks, rubric) if len(marks) == len(rubric.criteria) else None


def _write(
    act: Act,
    sheet: _Sheet,
    seat_id: int,
    state: SheetState,
    marks: Mapping[str, int],
    comment: str,
    reason: str,
    changed: Mapping[str, int | None] | None = None,
) -> tuple[int | None, str]:
    """Write a sheet and its changed marks; returns the total, if it is complete, and the new digest."""
    total = _total(marks, act.policy.rubric)
    nonce = secrets.token_hex(16)
    values: dict[str, Any] = {
        "state": state.value,
        "total": total,
        "comment": comment,
        "reason": reason,
        "nonce": nonce,
        "at": act.at,
    }
    key = sheet.id
    if key is None:
        new = {"meeting": act.meeting_id, "application": sheet.application_id, "seat": seat_id, "no": False}
        key = act.connection.execute(_NEW_SHEET, values | new).scalar_one()
    else:
        act.connection.execute(_SAVE_SHEET, values | {"sheet": key})
    if changed:
        assert act.standing.policy_file_id is not None
        criteria = act.office.criteria(act.connection, act.standing.policy_file_id)
        for code, value in changed.items():
            if value is None:
                act.connection.execute(_DROP_MARK, {"sheet": key, "criterion": criteria[code]})
            else:
                act.connection.execute(_SET_MARK, {"sheet": key, "criterion": criteria[code], "value": value})
    act.watch.sheet(key)
    return total, sheet_digest(nonce, state, marks)
