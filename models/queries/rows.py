"""What every row of the record must look like: each act names the rows it wrote by digests, and here they are kept.

An entry of the audit trail holds under `rows` the digest of every row that its act inserted or changed, and null for
what it deleted. So for any row the newest entry that names it says what the row must be now: a row that was changed,
taken away or put in behind the program's back shows, whatever its table.

Nothing needs to be declared by an act. The first statement that is about to write a table has its rows read, they are
read again at the end of the act, and what differs is named. The acts that are done a hundred times a minute don't come
through here: they write one sheet that they know whole, and name it themselves (`services.hot_writes`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause, inspect, text

from models.text import T
from models.views.audit import Finding

_DIGITS = 40
"""160 bits of SHA-256, as hex: a roster of ten thousand names twenty thousand rows in one entry."""

_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode

_WRITES = re.compile(r'\b(?:INSERT\s+INTO|DELETE\s+FROM)\s+"?(\w+)|\bUPDATE\s+"?(\w+)"?(?:\s+AS\s+\w+)?\s+SET\b', re.I)


@dataclass(frozen=True)
class Kept:
    """How the rows of a table are named: by `key`; rows that share one are named together.

    `of_meeting`: the table has a `meeting_id`, and an act of a meeting writes that meeting's rows only. `grows`: rows
    come with a new, higher key and are never touched again. `within` another table's rows these are named with theirs.
    """

    key: tuple[str, ...] = ("id",)
    of_meeting: bool = False
    grows: bool = False
    within: str = ""


_MEETINGS = Kept(of_meeting=True)
TABLES: dict[str, Kept] = {
    "policy": Kept(),
    "criterion": Kept(),
    "user": Kept(),
    "batch": Kept(),
    "calendar_day": Kept(("day",)),
    "calendar_year": Kept(("year",)),
    "enterprise": Kept(),
    "application": Kept(),
    "investment": Kept(("application_id",)),
    "meeting": Kept(),
    "phase_change": _MEETINGS,
    "panel": _MEETINGS,
    "panel_seat": Kept(("panel_id",)),
    "item": Kept(("application_id",), of_meeting=True),
    "seat": _MEETINGS,
    "recusal": Kept(),
    "seat_about": Kept(("seat_id",)),
    "conflict_dismissal": Kept(),
    "keying": _MEETINGS,
    "desk": Kept(),
    "score_sheet": _MEETINGS,
    "mark": Kept(("sheet_id",), within="score_sheet"),
    "sealed_sheet": Kept(("sheet_id",), within="score_sheet"),
    "key_pair": Kept(),
    "epoch": _MEETINGS,
    "epoch_share": Kept(("epoch_id",)),
    "epoch_release": Kept(("epoch_id",)),
    "correction": Kept(),
    "explanation": Kept(("application_id", "seat_id")),
    "opinion": Kept(("application_id",), of_meeting=True),
    "dissent": _MEETINGS,
    "decided_amount": Kept(("application_id",)),
    "item_call": _MEETINGS,
    "away": Kept(),
    "quota": Kept(("meeting_id",), of_meeting=True),
    "quota_cell": Kept(("meeting_id",), of_meeting=True),
    "quota_change": _MEETINGS,
    "allocation": _MEETINGS,
    "allocation_item": Kept(("allocation_id",), grows=True),
    "adjustment": _MEETINGS,
    "tie_decision": _MEETINGS,
    "publicity": _MEETINGS,
    "publicity_item": Kept(("publicity_id",)),
    "objection": _MEETINGS,
    "award_list": _MEETINGS,
    "award": Kept(("award_list_id",)),
    "signature": Kept(),
}
"""Every table but the chain's own."""

NOT_NAMED: dict[str, dict[str, str]] = {
    "desk": {"seen_at": "a sign of life, given every few seconds and no act"},
    "seat": {
        "wrong_tries": "counted before a try is answered; every wrong one leaves an entry of its own",
        "locked_until": "follows from the wrong tries",
    },
    "user": {"wrong_tries": "as of a seat", "locked_until": "as of a seat"},
}
"""Columns that change without an act, and why that is so."""

_CHAIN = frozenset({"audit_entry", "audit_head"})
_SHEETS = "score_sheet"
OF_SHEET = {
    "mark": ("criterion_id", "value_milli"),
    "sealed_sheet": ("version", "key_pair_id", "epoch_id", "box", "own_box"),
}
"""What is named with a sheet, and the columns but the sheet's own key."""

_TRIGGERS = {
    "sqlite": text("SELECT name FROM sqlite_master WHERE type = 'trigger'"),
    "postgresql": text("SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = current_schema()"),
}

Rows = dict[str, list[dict[str, Any]]]
"""Rows by the text of their key, several where they are named together."""


@lru_cache(maxsize=2048)
def written_tables(statement: str) -> tuple[str, ...]:
    """The tables that a statement writes, the chain's own left out; marks are their sheets'."""
    found = {one or other for one, other in _WRITES.findall(statement)} - _CHAIN
    return tuple(sorted({kept.within or name for name in found if (kept := TABLES[name])}))


class Watch:
    """Sees what one act writes: called before every statement of its transaction."""

    def __init__(self, meeting: str | None) -> None:
        self._meeting = meeting
        self._before: dict[str, Rows] = {}
        self._since: dict[str, Any] = {}

    def __call__(self, connection: Connection, statement: str) -> None:
        """Read what a statement is about to write, the first time."""
        for table in written_tables(statement):
            if table in self._before:
                continue
            self._before[table] = {}  # first: what is read here comes through here too
            if TABLES[table].grows:
                newest = text(f"SELECT COALESCE(MAX({TABLES[table].key[0]}), 0) FROM {table}")
                self._since[table] = connection.execute(newest).scalar_one()
            else:
                self._before[table] = self._read(connection, table)

    def changed(self, connection: Connection) -> dict[str, dict[str, str | None]]:
        """Every row that differs from what it was: its digest, None for one that is gone; by table and key."""
        found: dict[str, dict[str, str | None]] = {}
        for table, before in self._before.items():
            after = self._read(connection, table)
            named: dict[str, str | None] = {
                key: digest(table, rows) for key, rows in after.items() if before.get(key) != rows
            }
            named |= dict.fromkeys(before.keys() - after.keys())
            if named:
                found[table] = named
        return found

    def _read(self, connection: Connection, table: str) -> Rows:
        return read_rows(connection, table, self._meeting, self._since.get(table))


def read_rows(connection: Connection, table: str, meeting: str | None = None, since: Any = None) -> Rows:
    """The rows of a table as they are named: of one meeting only, or with a key above `since`, where told."""
    kept = TABLES[table]
    of_meeting = meeting is not None and kept.of_meeting
    where = "WHERE meeting_id = :meeting" if of_meeting else ""
    if since is not None:
        where = f"WHERE {kept.key[0]} > :since"
    named = {"meeting": meeting} if of_meeting else {"since": since} if since is not None else {}
    found: Rows = {}
    first, *more = kept.key
    for row in _plain(connection, table, text(f'SELECT * FROM "{table}" {where}'), named):
        key = "/".join(str(row.get(column)) for column in kept.key) if more else str(row.get(first))
        found.setdefault(key, []).append(row)
    if table == _SHEETS:
        of_sheets = f"WHERE sheet_id IN (SELECT id FROM {_SHEETS} {where})" if where else ""
        for part in OF_SHEET:
            for row in _plain(connection, part, text(f"SELECT * FROM {part} {of_sheets}"), named):
                found.setdefault(str(row["sheet_id"]), []).append(row)
    return found


def _plain(
    connection: Connection, table: str, statement: TextClause, named: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """Rows as both engines keep them: what is NULL is left out, so that a column may be added later."""
    result = connection.execute(statement, named)
    left_out = NOT_NAMED.get(table, {})
    names = tuple(result.keys())
    columns = [None if name in left_out else name for name in names]
    for row in result:  # a roster's import reads tens of thousands: most values are taken as they are
        yield as_named(zip(columns, row, strict=True))


def as_named(row: Iterable[tuple[str | None, Any]]) -> dict[str, Any]:
    """A row as it is named, from its columns (None: left out) and values."""
    return {
        name: value if type(value) in (str, int) else _value(value)
        for name, value in row
        if value is not None and name is not None
    }


def _value(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (bytes, memoryview)):
        return hashlib.sha256(value).hexdigest()
    return str(value)  # a day; in a file that was tampered with, whatever stands there


def digest(table: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """The digest by which rows that are named together are known, in whatever order they were read."""
    told = "\n".join((table, *sorted(map(_ENCODE, rows))))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def every_row(connection: Connection) -> dict[str, dict[str, str | None]]:
    """All rows there are, named: for the chain's first entry."""
    named: dict[str, dict[str, str | None]] = {}
    for table, kept in TABLES.items():
        if not kept.within and (rows := read_rows(connection, table)):
            named[table] = {key: digest(table, of_key) for key, of_key in rows.items()}
    return named


def row_findings(connection: Connection) -> Iterator[Finding]:
    """Rows that are not what the newest entry that names them says, and rows that no entry explains.

    A database that was founded before rows were named is held to what has been named since.
    """
    said, complete = _said(connection)
    for table, kept in TABLES.items():
        if kept.within:
            continue
        named = said.get(table, {})
        for key, rows in read_rows(connection, table).items():
            where = f"{table}/{key}"
            seq, expected = named.pop(key, (0, ""))
            if expected is None or (not expected and complete):
                yield Finding("row_unexplained", where, T("{where} 没有对应的审计记录。", where=where))
            elif expected and digest(table, rows) != expected:
                yield Finding("row_changed", where, T("{where} 与第 {seq} 条审计记录不符。", where=where, seq=seq))
        for key, (seq, expected) in named.items():
            if expected is not None:
                where = f"{table}/{key}"
                yield Finding(
                    "row_missing", where, T("第 {seq} 条审计记录所载的 {where} 不见了。", where=where, seq=seq)
                )


def schema_findings(connection: Connection) -> Iterator[Finding]:
    """Tables, views and triggers that are not this program's: what is planted there would change the record later."""
    schema = inspect(connection)
    ours = TABLES.keys() | _CHAIN | {"alembic_version"}
    planted = {*schema.get_table_names(), *schema.get_view_names()} - ours
    planted.update(connection.execute(_TRIGGERS[connection.dialect.name]).scalars())
    for name in sorted(planted):
        yield Finding("schema_changed", name, T("数据库里的 {name} 不是本程序建的。", name=name))


def _said(connection: Connection) -> tuple[dict[str, dict[str, tuple[int, str | None]]], bool]:
    """By table and key the newest entry that names a row, and its digest; and whether every row has been named."""
    said: dict[str, dict[str, tuple[int, str | None]]] = {}
    complete = False
    for seq, act, after in connection.execute(
        text("SELECT seq, act, after FROM audit_entry WHERE refused = '' ORDER BY seq")
    ):
        rows = _named_in(after)
        complete = complete or (act == "office.init" and bool(rows))
        for table, named in rows.items():
            said.setdefault(table, {}).update({key: (seq, one) for key, one in named.items()})
    return said, complete


def _named_in(after: str) -> dict[str, dict[str, str | None]]:
    """The rows that an entry names; nothing where the entry is no longer what it was (the chain tells that)."""
    try:
        told = json.loads(after)
        return {str(table): dict(named) for table, named in told.get("rows", {}).items()}
    except (ValueError, TypeError, AttributeError):
        return {}
