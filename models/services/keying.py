"""Key paper score sheets: by a marks file, or one by hand. Where the policy asks for it, by two persons each.

Who keys a sheet sees that one; nothing here tells any mark again. The audit entry names each sheet by its salted
digest, and not the file by its own: a file of one sheet could be guessed from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import bindparam, text, update

from models.documents.marks_in import NO, MarksFile, MarksRow, read_marks
from models.documents.reading import read_source
from models.enums import KeyingState, SheetState
from models.errors import BadInput, Refused, WrongUse
from models.policy.types import Policy
from models.queries.base import Office, unknown_meeting
from models.rules.marks import COMMENT_LIMIT, incomplete, parse_sheet, sheet_total
from models.services.acting import Act, acting
from models.services.boxes import write_keyed
from models.services.bulk import insert_rows, uncollected
from models.services.double_keying import Settled, must_be_single_keyer, settle, turns
from models.services.keying_room import Keyed, fault_of, keyed_of, match, room_of, unwelcome
from models.tables.all import metadata
from models.text import T
from models.views.keying import KeyedView
from models.views.people import Actor

ACT, ACT_BY_HAND = "marks.import", "marks.key"


@dataclass(frozen=True)
class MarksImport:
    """What a marks file did: how many sheets came in, and how many of them are abstentions.

    With double keying also what became of each sheet of the file: in, waiting for the other keying, or different.
    """

    sheets: int
    abstained: int
    keyed: tuple[KeyedView, ...] = ()


def import_marks(office: Office, actor: Actor, meeting: str, file: Path) -> MarksImport:
    """Import a marks file into a meeting in scoring.

    Raises `BadInput` with every fault (unknown or absent experts, recusals, other panels, marks out of range, sheets
    that are there already, or that are not this person's to key), `Refused` for the phase, `NotPermitted`, `WrongUse`.
    """
    policy = _policy(office, meeting)
    source = read_source(file)
    with uncollected():
        try:
            marks: MarksFile | BadInput = read_marks(source, policy.rubric)
        except BadInput as bad:
            marks = bad
        with acting(office, actor, ACT, meeting) as act:
            double = policy.scoring.double_keying
            if not double:
                must_be_single_keyer(act)
            if isinstance(marks, BadInput):
                raise marks
            keyed, faults = match(marks, room_of(act.connection, act.standing, policy), actor.name)
            waiting, others = turns(act, keyed) if double else ([], [])
            faults += [fault_of(marks, one.row, NO, T("由{who}录入的评分表", who=why.wanted)) for one, why in others]
            if faults:
                raise BadInput(sorted(faults, key=lambda one: one.row or 0))
            settled = settle(act, waiting) if double else Settled(keyed)
            digests = _write(act, settled.incoming, policy)
            act.record(meeting, after={"file": source.name, **_counted(settled, digests, double)})
    return MarksImport(
        len(settled.incoming), sum(one.state == SheetState.ABSTAINED for one in settled.incoming), tuple(settled.views)
    )


def _counted(settled: Settled, digests: Mapping[str, str], double: bool) -> dict[str, object]:
    """What the audit trail is told of a file: sheets that are in as they are, keyings by their number and digests."""
    abstained = sum(one.state == SheetState.ABSTAINED for one in settled.incoming)
    after: dict[str, object] = {"count": len(digests), "abstained": abstained, "sheets": dict(digests)}
    if double:
        after["waiting"] = settled.count(KeyingState.WAITING)
        after["differs"] = settled.count(KeyingState.DIFFERS)
        after["keyings"] = settled.kept
    return after


def key_sheet(
    office: Office,
    actor: Actor,
    meeting: str,
    expert: str,
    no: str,
    marks: Mapping[str, str],
    *,
    abstain: str = "",
    comment: str = "",
) -> KeyedView:
    """Key one paper sheet by hand: every mark as typed, by criterion code or name, or the reason of an abstention.

    Raises `WrongUse` for what is not there, `Refused` for marks that are none, a sheet that may not be keyed, or one
    that is not this person's to key now; `NotPermitted`.
    """
    with acting(office, actor, ACT_BY_HAND, meeting) as act:
        double = act.policy.scoring.double_keying
        if not double:
            must_be_single_keyer(act)
        row = _typed(act.policy, expert, no, marks, abstain.strip(), comment.strip())
        room = room_of(act.connection, act.standing, act.policy)
        for _key, wanted in unwelcome(room, row):
            raise Refused(
                "not_keyable", T("不能录入{expert}的 {no}：应为{wanted}。", expert=expert, no=no, wanted=wanted)
            )
        keyed = keyed_of(room, row, actor.name)
        settled = Settled([keyed], [KeyedView(expert, no, KeyingState.IN)])
        if double:
            waiting, others = turns(act, [keyed])
            for _one, why in others:
                raise Refused(why.code, T("{expert}的 {no} 应由{who}录入。", expert=expert, no=no, who=why.wanted))
            settled = settle(act, waiting)
        digests = _write(act, settled.incoming, act.policy)
        after: dict[str, object] = {"keying": settled.views[0].state, "keyings": settled.kept}
        for one in settled.incoming:
            after |= {"state": one.state, "sheet": digests[one.name], "keyed_by": one.by}
            after |= {"version": one.version} if act.policy.scoring.sealing else {}
        act.record(f"{no}/{expert}", after=after)
    return settled.views[0]


def _typed(policy: Policy, expert: str, no: str, typed: Mapping[str, str], abstain: str, comment: str) -> MarksRow:
    """A sheet typed by hand as a row of a marks file. What is absent is never zero: every mark, or an abstention."""
    marks = parse_sheet(typed, policy.rubric)
    missing = [criterion.name for criterion in policy.rubric.criteria if criterion.code not in marks]
    if abstain and marks:
        raise WrongUse("abstained", T("弃权的评分表没有分数。"))
    if missing and not abstain:
        raise incomplete(missing)
    if max(len(abstain), len(comment)) > COMMENT_LIMIT:
        raise Refused("comment_long", T("评语不超过 {most} 字。", most=COMMENT_LIMIT))
    return MarksRow(1, expert, no, marks, abstain, comment)


def _policy(office: Office, meeting: str) -> Policy:
    with office.database.reading() as connection:
        kept = text("SELECT b.policy_file_id FROM meeting m JOIN batch b ON b.id = m.batch_id WHERE m.id = :meeting")
        found = connection.execute(kept, {"meeting": meeting}).scalar()
        if found is None:
            raise unknown_meeting(meeting)
        return office.policy(connection, found)


# ── writing ───────────────────────────────────────────────────────────────

_FIELDS = ("state", "total_micro", "comment", "reason", "voided", "revealed", "keyed_by", "nonce", "saved_at", "sealed")


def _write(act: Act, keyed: list[Keyed], policy: Policy) -> dict[str, str]:
    """Write what comes in, sealed where the meeting's marks are; returns the digest of each sheet by its name."""
    if policy.scoring.sealing:
        return {one.name: _box(act, one) for one in keyed}
    connection, meeting = act.connection, act.meeting_id
    sheet_table, mark_table = metadata.tables["score_sheet"], metadata.tables["mark"]
    new: list[tuple[object, ...]] = []
    again: list[dict[str, object]] = []
    for one in keyed:
        values = _values(act, one, policy)
        if one.old is None:
            new.append((meeting, one.application_id, one.seat_id, *values))
        else:
            again.append({"key": one.old.id, **dict(zip(_FIELDS, values, strict=True))})
    insert_rows(connection, sheet_table, ("meeting_id", "application_id", "seat_id", *_FIELDS), new)
    if again:
        old = [{"key": one["key"]} for one in again]
        connection.execute(text("DELETE FROM mark WHERE sheet_id = :key"), old)
        connection.execute(update(sheet_table).where(sheet_table.c.id == bindparam("key")), again)
    found = connection.execute(
        text("SELECT application_id, seat_id, id FROM score_sheet WHERE meeting_id = :meeting"), {"meeting": meeting}
    )
    sheets = {(application, seat): sheet for application, seat, sheet in found}
    criteria = _criterion_ids(act)
    marks = [
        (sheets[one.application_id, one.seat_id], criteria[code], milli)
        for one in keyed
        for code, milli in one.row.marks.items()
    ]
    insert_rows(connection, mark_table, ("sheet_id", "criterion_id", "value_milli"), marks)
    return {one.name: one.digest for one in keyed}


def _box(act: Act, one: Keyed) -> str:
    return write_keyed(
        act,
        sheet_id=one.old.id if one.old is not None else None,
        application_id=one.application_id,
        seat_id=one.seat_id,
        no=one.row.no,
        expert=one.row.expert,
        version=one.version,
        state=one.state,
        marks=one.row.marks,
        comment=one.row.comment,
        reason=one.row.abstain,
        keyed_by=one.by,
    )


def _values(act: Act, one: Keyed, policy: Policy) -> tuple[object, ...]:
    row = one.row
    total = None if row.abstain else sheet_total(row.marks, policy.rubric)
    return (one.state.value, total, row.comment, row.abstain, False, False, one.by, one.nonce, act.at, False)


def _criterion_ids(act: Act) -> dict[str, int]:
    found = act.connection.execute(
        text("SELECT code, id FROM criterion WHERE policy_file_id = :policy"), {"policy": act.standing.policy_file_id}
    )
    return {row.code: row.id for row in found}
