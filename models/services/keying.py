"""Key paper score sheets: a marks file becomes submitted sheets, all of it or nothing, with one audit entry.

Who keys a sheet sees that one; nothing here tells any mark again. The audit entry names each sheet by its salted
digest, and not the file by its own: a file of one sheet could be guessed from it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, text, update

from models.documents.cells import Column
from models.documents.marks_in import EXPERT, NO, MarksFile, MarksRow, read_marks
from models.documents.reading import read_source
from models.enums import SheetState
from models.errors import BadInput, Refused
from models.policy.types import Policy
from models.queries.base import Office, unknown_meeting
from models.queries.facts import CLOSED
from models.rules.digest import sheet_digest
from models.rules.marks import sheet_total
from models.services.acting import Act, acting
from models.services.bulk import insert_rows, uncollected
from models.tables.all import metadata
from models.text import T, Text
from models.views.people import Actor

ACT = "marks.import"


@dataclass(frozen=True)
class MarksImport:
    """What a marks file did: how many sheets came in, and how many of them are abstentions."""

    sheets: int
    abstained: int


@dataclass(frozen=True)
class _Seat:
    id: int
    marks: bool
    absent: bool


@dataclass(frozen=True)
class _Item:
    id: int
    panel_id: int | None
    eligible: bool


@dataclass(frozen=True)
class _Sheet:
    id: int
    state: SheetState
    keyed: bool

    @property
    def replaceable(self) -> bool:
        """Only what was keyed from paper and returned by the chair (before the reveal) is keyed again."""
        return self.state == SheetState.RETURNED and self.keyed


@dataclass(frozen=True)
class _Room:
    """What the meeting knows before the file is taken: seats by name, items by number, the rest by their ids."""

    seats: Mapping[str, _Seat]
    items: Mapping[str, _Item]
    panels: frozenset[tuple[int, int]]
    recusals: frozenset[tuple[int, int]]
    closed: frozenset[int]
    sheets: Mapping[tuple[int, int], _Sheet]


@dataclass(frozen=True)
class _Keyed:
    """A row that may come in, with its sheet's keys; `old` is the returned sheet that it replaces."""

    row: MarksRow
    application_id: int
    seat_id: int
    old: _Sheet | None
    nonce: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def state(self) -> SheetState:
        return SheetState.ABSTAINED if self.row.abstain else SheetState.SUBMITTED

    @property
    def digest(self) -> str:
        return sheet_digest(self.nonce, self.state, self.row.marks)


def import_marks(office: Office, actor: Actor, meeting: str, file: Path) -> MarksImport:
    """Import a marks file into a meeting in scoring.

    Raises `BadInput` with every fault (unknown or absent experts, recusals, other panels, marks out of range, sheets
    that are there already), `Refused` for the phase or where the policy asks for double keying, `NotPermitted`,
    `WrongUse`.
    """
    policy = _policy(office, meeting)
    source = read_source(file)
    with uncollected():
        try:
            marks: MarksFile | BadInput = read_marks(source, policy.rubric)
        except BadInput as bad:
            marks = bad
        with acting(office, actor, ACT, meeting) as act:
            if policy.scoring.double_keying:
                raise Refused(
                    "double_keying", T("办法要求双人录入，不能由一人导入即生效。"), lift=T("请由专家在席位上自行评分。")
                )
            if isinstance(marks, BadInput):
                raise marks
            keyed = _match(marks, _room(act.connection, meeting, policy))
            _write(act, keyed, policy)
            abstained = sum(one.state == SheetState.ABSTAINED for one in keyed)
            act.record(
                meeting,
                after={
                    "file": source.name,
                    "count": len(keyed),
                    "abstained": abstained,
                    "sheets": {f"{one.row.no}/{one.row.expert}": one.digest for one in keyed},
                },
            )
    return MarksImport(len(keyed), abstained)


def _policy(office: Office, meeting: str) -> Policy:
    with office.database.reading() as connection:
        kept = text("SELECT b.policy_file_id FROM meeting m JOIN batch b ON b.id = m.batch_id WHERE m.id = :meeting")
        found = connection.execute(kept, {"meeting": meeting}).scalar()
        if found is None:
            raise unknown_meeting(meeting)
        return office.policy(connection, found)


def _room(connection: Connection, meeting: str, policy: Policy) -> _Room:
    def rows(statement: str) -> Iterable[Any]:
        return connection.execute(text(statement), {"meeting": meeting})

    seats = rows("SELECT id, name, marks, absent_at FROM seat WHERE meeting_id = :meeting")
    items = rows(
        "SELECT a.no, a.id, i.panel_id, i.eligible FROM item i JOIN application a ON a.id = i.application_id "
        "WHERE i.meeting_id = :meeting"
    )
    panels = rows(
        "SELECT s.panel_id, s.seat_id FROM panel_seat s JOIN panel p ON p.id = s.panel_id WHERE p.meeting_id = :meeting"
    )
    recusals = rows(
        "SELECT r.application_id, r.seat_id FROM recusal r JOIN seat s ON s.id = r.seat_id "
        "WHERE s.meeting_id = :meeting"
    )
    closed = connection.execute(text(CLOSED), {"meeting": meeting, "least": policy.scoring.least_in})
    sheets = rows("SELECT id, application_id, seat_id, state, keyed_by FROM score_sheet WHERE meeting_id = :meeting")
    return _Room(
        {row.name: _Seat(row.id, bool(row.marks), row.absent_at is not None) for row in seats},
        {row.no: _Item(row.id, row.panel_id, bool(row.eligible)) for row in items},
        frozenset((row.panel_id, row.seat_id) for row in panels),
        frozenset((row.application_id, row.seat_id) for row in recusals),
        frozenset(row.application_id for row in closed),
        {
            (row.application_id, row.seat_id): _Sheet(row.id, SheetState(row.state), row.keyed_by != "")
            for row in sheets
        },
    )


def _match(marks: MarksFile, room: _Room) -> list[_Keyed]:
    """Match every row with its seat and application. Raises `BadInput` with every fault, those of the file included."""
    faults = list(marks.faults)
    keyed: list[_Keyed] = []
    seen: dict[tuple[str, str], int] = {}

    def fault(row: MarksRow, key: str, wanted: Text) -> None:
        column: Column = marks.columns[key]
        faults.append(marks.table.fault(row.number, column, row.expert if key == EXPERT else row.no, wanted))

    for row in marks.rows:
        first = seen.setdefault((row.expert, row.no), row.number)
        seat, item = room.seats.get(row.expert), room.items.get(row.no)
        if seat is None or not seat.marks:
            fault(row, EXPERT, T("本次评审会评分席位上的姓名"))
        elif seat.absent:
            fault(row, EXPERT, T("到会的专家（该专家已记缺席）"))
        if item is None:
            fault(row, NO, T("本次评审会的申报编号"))
        if first != row.number:
            fault(row, NO, T("每位专家每个项目一行（第 {row} 行已有）", row=first))
        if seat is None or item is None or first != row.number:
            continue
        wanted = _unwelcome(room, item, seat.id)
        if wanted is not None:
            fault(row, NO, wanted)
            continue
        keyed.append(_Keyed(row, item.id, seat.id, room.sheets.get((item.id, seat.id))))
    if faults:
        raise BadInput(sorted(faults, key=lambda one: one.row or 0))
    return keyed


def _unwelcome(room: _Room, item: _Item, seat_id: int) -> Text | None:
    """What is wanted instead of this expert's sheet for this application; None if it may come in."""
    if (item.id, seat_id) in room.recusals:
        return T("该专家未回避的项目")
    if item.panel_id is not None and (item.panel_id, seat_id) not in room.panels:
        return T("该专家所在评审组的项目")
    if not item.eligible:
        return T("符合条件的项目（该项目不评分）")
    if item.id in room.closed:
        return T("尚未揭晓的项目（该项目评分已揭晓）")
    sheet = room.sheets.get((item.id, seat_id))
    if sheet is None or sheet.replaceable:
        return None
    if sheet.state == SheetState.SUBMITTED:
        return T("尚无评分表的项目（评分表已提交）")
    if sheet.state == SheetState.ABSTAINED:
        return T("尚无评分表的项目（专家已弃权）")
    return T("尚无评分表的项目（专家已在席位上评分）")


# ── writing ───────────────────────────────────────────────────────────────

_FIELDS = ("state", "total_micro", "comment", "reason", "voided", "revealed", "keyed_by", "nonce", "saved_at", "sealed")


def _write(act: Act, keyed: list[_Keyed], policy: Policy) -> None:
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


def _values(act: Act, one: _Keyed, policy: Policy) -> tuple[object, ...]:
    row = one.row
    total = None if row.abstain else sheet_total(row.marks, policy.rubric)
    by = act.standing.actor.name
    return (one.state.value, total, row.comment, row.abstain, False, False, by, one.nonce, act.at, False)


def _criterion_ids(act: Act) -> dict[str, int]:
    found = act.connection.execute(
        text("SELECT code, id FROM criterion WHERE policy_file_id = :policy"), {"policy": act.standing.policy_file_id}
    )
    return {row.code: row.id for row in found}
