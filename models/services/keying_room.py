"""Which paper sheets may be keyed into a meeting: its seats, applications and sheets, and what stands against a row."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from models.documents.cells import Column
from models.documents.marks_in import EXPERT, NO, MarksFile, MarksRow
from models.enums import SheetState
from models.errors import Fault
from models.policy.types import Policy
from models.queries.base import Standing
from models.queries.facts import CLOSED
from models.rules.digest import sheet_digest
from models.rules.keying import Keyed as Content
from models.text import T, Text


@dataclass(frozen=True)
class Seat:
    """A seat as keying knows it."""

    id: int
    marks: bool
    absent: bool


@dataclass(frozen=True)
class Item:
    """An application of the meeting as keying knows it."""

    id: int
    panel_id: int | None
    eligible: bool


@dataclass(frozen=True)
class Sheet:
    """A sheet that is there already."""

    id: int
    state: SheetState
    keyed: bool
    version: int

    @property
    def replaceable(self) -> bool:
        """Only what was keyed from paper and returned by the chair (before the reveal) is keyed again."""
        return self.state == SheetState.RETURNED and self.keyed


@dataclass(frozen=True)
class Room:
    """What the meeting knows before a sheet is keyed: seats by name, items by number, the rest by their ids.

    `closed_to_me`: the applications that who keys is recused from.
    """

    seats: Mapping[str, Seat]
    items: Mapping[str, Item]
    panels: frozenset[tuple[int, int]]
    recusals: frozenset[tuple[int, int]]
    closed: frozenset[int]
    sheets: Mapping[tuple[int, int], Sheet]
    closed_to_me: frozenset[int]


@dataclass(frozen=True)
class Keyed:
    """A row that may come in, with its sheet's keys; `old` is the returned sheet that it replaces, `by` its keyers."""

    row: MarksRow
    application_id: int
    seat_id: int
    old: Sheet | None
    by: str
    nonce: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def name(self) -> str:
        """Whose sheet of what, as the audit trail names it."""
        return f"{self.row.no}/{self.row.expert}"

    @property
    def content(self) -> Content:
        """What was keyed."""
        return Content(self.row.marks, self.row.abstain, self.row.comment)

    @property
    def state(self) -> SheetState:
        """The state of the sheet once it is in."""
        return SheetState.ABSTAINED if self.row.abstain else SheetState.SUBMITTED

    @property
    def version(self) -> int:
        """The version of the sheet that it would be, where sheets are sealed."""
        return self.old.version + 1 if self.old is not None else 1

    @property
    def digest(self) -> str:
        """What the audit trail says of the sheet."""
        return sheet_digest(self.nonce, self.state, self.row.marks)


def room_of(connection: Connection, stands: Standing, policy: Policy) -> Room:
    """Read what keying asks about a meeting."""

    def rows(statement: str) -> Iterable[Any]:
        return connection.execute(text(statement), {"meeting": stands.meeting_id})

    seats = rows("SELECT id, name, marks, absent_at FROM seat WHERE meeting_id = :meeting")
    items = rows(
        "SELECT a.no, a.id, i.panel_id, i.eligible FROM item i JOIN application a ON a.id = i.application_id "
        "WHERE i.meeting_id = :meeting"
    )
    panels = rows(
        "SELECT s.panel_id, s.seat_id FROM panel_seat s JOIN panel p ON p.id = s.panel_id WHERE p.meeting_id = :meeting"
    )
    found = rows(
        "SELECT r.application_id, r.seat_id FROM recusal r JOIN seat s ON s.id = r.seat_id "
        "WHERE s.meeting_id = :meeting"
    )
    recusals = tuple((row.application_id, row.seat_id) for row in found)
    closed = connection.execute(text(CLOSED), {"meeting": stands.meeting_id, "least": policy.scoring.least_in})
    sheets = rows(
        "SELECT s.id, s.application_id, s.seat_id, s.state, s.keyed_by, COALESCE(b.version, 0) AS version "
        "FROM score_sheet s LEFT JOIN sealed_sheet b ON b.sheet_id = s.id WHERE s.meeting_id = :meeting"
    )
    return Room(
        {row.name: Seat(row.id, bool(row.marks), row.absent_at is not None) for row in seats},
        {row.no: Item(row.id, row.panel_id, bool(row.eligible)) for row in items},
        frozenset((row.panel_id, row.seat_id) for row in panels),
        frozenset(recusals),
        frozenset(row.application_id for row in closed),
        {(row.application_id, row.seat_id): _sheet(row) for row in sheets},
        frozenset(application for application, seat in recusals if seat == stands.seat_id),
    )


def _sheet(row: Any) -> Sheet:
    return Sheet(row.id, SheetState(row.state), row.keyed_by != "", row.version)


def match(marks: MarksFile, room: Room, by: str) -> tuple[list[Keyed], list[Fault]]:
    """Match every row with its seat and application; with every fault, those of the file included."""
    faults = list(marks.faults)
    keyed: list[Keyed] = []
    seen: dict[tuple[str, str], int] = {}
    for row in marks.rows:
        first = seen.setdefault((row.expert, row.no), row.number)
        wrong = list(unwelcome(room, row))
        if first != row.number:
            wrong = [one for one in wrong if one[0] == EXPERT]
            wrong.append((NO, T("每位专家每个项目一行（第 {row} 行已有）", row=first)))
        faults += [fault_of(marks, row, key, wanted) for key, wanted in wrong]
        if not wrong:
            keyed.append(keyed_of(room, row, by))
    return keyed, faults


def keyed_of(room: Room, row: MarksRow, by: str) -> Keyed:
    """A row against which nothing stands, with its sheet's keys."""
    seat, item = room.seats[row.expert], room.items[row.no]
    return Keyed(row, item.id, seat.id, room.sheets.get((item.id, seat.id)), by)


def fault_of(marks: MarksFile, row: MarksRow, key: str, wanted: Text) -> Fault:
    """What is wrong with a row of a file, in the column it is about."""
    column: Column = marks.columns[key]
    return marks.table.fault(row.number, column, row.expert if key == EXPERT else row.no, wanted)


def unwelcome(room: Room, row: MarksRow) -> Iterable[tuple[str, Text]]:
    """What is wanted instead of this expert's sheet for this application, by column; nothing if it may be keyed."""
    seat, item = room.seats.get(row.expert), room.items.get(row.no)
    if seat is None or not seat.marks:
        yield EXPERT, T("本次评审会评分席位上的姓名")
    elif seat.absent:
        yield EXPERT, T("到会的专家（该专家已记缺席）")
    if item is None:
        yield NO, T("本次评审会的申报编号")
    if seat is not None and item is not None:
        wanted = _unwelcome(room, item, seat.id)
        if wanted is not None:
            yield NO, wanted


def _unwelcome(room: Room, item: Item, seat_id: int) -> Text | None:
    if item.id in room.closed_to_me:
        return T("录入人未回避的项目")
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
