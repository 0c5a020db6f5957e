"""Writing one sheet and its entry in one go, if nothing that was looked at has changed since.

The chain's head is held for as short as can be: on a file while a few statements are run, on a server while one is,
which is sent together with those around it and hashes the entry there. What is done meanwhile to other own sheets is
no matter, whoever does it; any other act is, and then nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from models.database import FLUSH, Database, Head, Server
from models.engines import take_write_lock
from models.queries.rows import as_named, digest
from models.queries.sheet_check import OWN_SHEET_ACTS
from models.rules.digest import canonical, entry_hash
from models.services.own_sheet import BOX, SHEET, OwnSheet, run
from models.watch import CHANNEL

AT_MOST_SINCE = 1000
"""After more entries than these a look is too old to be built on."""

_MEANWHILE = (
    "SELECT 1 FROM audit_entry e WHERE e.seq BETWEEN CAST(:first AS INTEGER) AND CAST(:last AS INTEGER) AND (e.seq = "
    ":last OR (e.refused = '' AND ((e.actor = :actor AND e.object = :object) OR "
    f"e.act NOT IN ({', '.join(map(repr, OWN_SHEET_ACTS))}))))"
)
"""Whether anything was recorded since the look that may matter to it."""

_ENTRY = ("seq", "at", "actor", "role", "meeting_id", "act", "object", "before", "after", "refused", "previous", "hash")
_TAKEN = "SELECT seq, hash FROM audit_head"
_NEXT_SHEET = "SELECT COALESCE(MAX(id), 0) + 1 FROM score_sheet"
_MOVE = "UPDATE audit_head SET seq = :seq, hash = :hash"
_DROP = "DELETE FROM mark WHERE sheet_id = :id AND criterion_id = :criterion_id"


class Written(NamedTuple):
    """The chain's head after a write, its hash where that is known here, and the sheet's id."""

    seq: int
    key: int
    hash: str = ""


@dataclass(frozen=True)
class Change:
    """What an act makes of a sheet it has looked at, at a moment."""

    act: str
    at: str
    was: OwnSheet
    becomes: OwnSheet

    @property
    def since(self) -> dict[str, int]:
        """The entries that are gone through for what happened since the look: none may have the last number."""
        return {"first": self.was.seq + 1, "last": self.was.seq + AT_MOST_SINCE + 1}

    @property
    def key(self) -> int | None:
        """The sheet's id, if it has one, or is to get one that was reserved for it."""
        return self.was.row.get("id") or self.was.reserved

    @property
    def put(self) -> list[Mapping[str, int]]:
        """The open marks that are new or others."""
        return [row for code, row in self.becomes.mark_rows.items() if self.was.mark_rows.get(code) != row]

    @property
    def gone(self) -> list[int]:
        """The criteria, by id, whose open marks are taken out."""
        return [row["criterion_id"] for code, row in self.was.mark_rows.items() if code not in self.becomes.mark_rows]

    def done(self, written: Written) -> OwnSheet:
        """The sheet as it stands once it is written."""
        return replace(self.becomes, seq=written.seq, row=self.becomes.row | {"id": written.key}, reserved=None)

    def entry(self, key: int) -> dict[str, Any]:
        """The entry's fields but its place in the chain."""
        stands = self.was.standing
        return {
            "at": self.at,
            "actor": stands.actor.name,
            "role": stands.role.value,
            "meeting_id": stands.meeting_id,
            "act": self.act,
            "object": self.was.no,
            "before": canonical({"state": self.was.state, "sheet": self.was.digest}),
            "after": self._told(key),
            "refused": "",
        }

    def _told(self, key: int) -> str:
        """What the entry says of the sheet as it will be, its row's digest included."""
        sheet = self.becomes
        rows = [as_named((sheet.row | {"id": key}).items())]
        rows += [{"sheet_id": key} | as_named(sheet.box.items())] if sheet.box else []
        rows += [{"sheet_id": key} | dict(row) for row in sheet.mark_rows.values()]
        told: dict[str, Any] = {"state": sheet.state, "sheet": sheet.digest}
        told |= {"version": sheet.version} if sheet.box else {}
        return canonical(told | {"rows": {"score_sheet": {str(key): digest("score_sheet", rows)}}})


def _insert(table: str, columns: tuple[str, ...], values: str, key: str = "") -> str:
    """An insert that becomes an update where the key is there."""
    keep = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key.split(", "))
    beyond = f" ON CONFLICT ({key}) DO UPDATE SET {keep}" if key else ""
    return f"INSERT INTO {table} ({', '.join(columns)}) {values}{beyond}"


def _of(columns: tuple[str, ...], prefix: str = "") -> str:
    return ", ".join(f":{prefix}{name}" for name in columns)


_PUT_ENTRY = _insert("audit_entry", _ENTRY, f"VALUES ({_of(_ENTRY)})")
_PUT_SHEET = _insert("score_sheet", SHEET, f"VALUES ({_of(SHEET)})", "id")
_BOX = ("sheet_id", *BOX)
_PUT_BOX = _insert("sealed_sheet", _BOX, f"VALUES (:id, {_of(BOX)})", "sheet_id")
_MARK = ("sheet_id", "criterion_id", "value_milli")
_PUT_MARK = _insert("mark", _MARK, "VALUES (:id, :criterion_id, :value_milli)", "sheet_id, criterion_id")


def write_held(line: Any, head: Head, change: Change) -> Written:
    """Write a change where nobody else can write: the head is held by this very line."""
    key = change.key or run(line, _NEXT_SHEET, {}).fetchone()[0]
    fields = change.entry(key)
    seq = head.seq + 1
    moved = Head(seq, entry_hash(head.hash, (seq, *fields.values())))
    statements: list[tuple[str, Mapping[str, Any]]] = [
        (_PUT_ENTRY, fields | moved._asdict() | {"previous": head.hash}),
        (_MOVE, moved._asdict()),
        (_PUT_SHEET, change.becomes.row | {"id": key}),
    ]
    if change.becomes.box:
        statements.append((_PUT_BOX, change.becomes.box | {"id": key}))
    statements += [(_PUT_MARK, {"id": key, **row}) for row in change.put]
    statements += [(_DROP, {"id": key, "criterion_id": criterion}) for criterion in change.gone]
    for statement, named in statements:
        run(line, statement, named)
    return Written(moved.seq, key, moved.hash)


def write_to_file(line: Any, change: Change) -> Written | None:
    """Write a change to a file. None, and nothing is written, if something happened since the look."""
    take_write_lock(line)
    head = Head(*line.execute(_TAKEN).fetchone())
    whose = {"actor": change.was.standing.actor.name, "object": change.was.no}
    if head.seq < change.was.seq or line.execute(_MEANWHILE, change.since | whose).fetchone():
        line.execute("ROLLBACK")
        return None
    written = write_held(line, head, change)
    line.execute("COMMIT")
    return written


# On a server


def _with_head(table: str, columns: tuple[str, ...], prefix: str, key: str) -> str:
    return _insert(table, columns, f"SELECT {_of(columns, prefix)} FROM head", key)


_HEAD = (
    "head AS (SELECT h.seq + 1 AS seq, h.hash AS previous, encode(sha256(convert_to(h.hash || '[' || "
    "CAST(h.seq + 1 AS text) || CAST(:rest AS text), 'UTF8')), 'hex') AS hash FROM audit_head h "
    f"WHERE h.seq >= CAST(:first AS INTEGER) - 1 AND NOT EXISTS ({_MEANWHILE}))"
)
_SAID = _ENTRY[1:-2]
_PARTS = (
    _HEAD,
    f"entry AS (INSERT INTO audit_entry ({', '.join(_ENTRY)}) SELECT seq, {_of(_SAID)}, previous, hash FROM head "
    "RETURNING seq, hash)",
    "moved AS (UPDATE audit_head SET seq = entry.seq, hash = entry.hash FROM entry)",
    f"sheet AS ({_with_head('score_sheet', SHEET, 's_', 'id')})",
)
_BOXES = f"box AS ({_with_head('sealed_sheet', _BOX, 'x_', 'sheet_id')})"
_MARKS = (
    f"marks AS (INSERT INTO mark ({', '.join(_MARK)}) SELECT CAST(:s_id AS INTEGER), m.criterion, m.value FROM head, "
    "unnest(CAST(:criteria AS integer[]), CAST(:values AS integer[])) AS m(criterion, value) "
    "ON CONFLICT (sheet_id, criterion_id) DO UPDATE SET value_milli = excluded.value_milli)",
    "gone AS (DELETE FROM mark USING head WHERE sheet_id = :s_id AND criterion_id = ANY(CAST(:gone AS integer[])))",
)


def _stroke(more: tuple[str, ...], tells: bool) -> str:
    told = f", pg_notify('{CHANNEL}', '')" if tells else ""
    return f"WITH {', '.join((*_PARTS, *more))} SELECT seq{told} FROM entry"


_STROKES = {
    (boxes, tells): _stroke((_BOXES,) if boxes else _MARKS, tells) for boxes in (True, False) for tells in (True, False)
}
_LATER = "SET LOCAL synchronous_commit = off"
"""The next one need not wait until this one is on the disk, only whoever wrote it: `FLUSH` does, for several at once.
What is lost in a crash is the end of the chain, of which nobody was told that it is saved."""

BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"
"""The statement that writes looks at what is there once the head is taken, not when the transaction began."""


def write_to_server(line: Any, server: Server, change: Change, *, tell: bool) -> Written | None:
    """Write a change to a server, in one round. None, and nothing is written, if something happened since the look."""
    key = change.key
    assert key is not None, "a server reserves the id of a new sheet"
    said = change.entry(key)
    values = {**said, **change.since, "rest": f",{canonical(list(said.values()))[1:]}"}
    sheet = change.becomes
    values |= {f"s_{name}": value for name, value in sheet.row.items()} | {"s_id": key}
    if sheet.box:
        values |= {f"x_{name}": value for name, value in sheet.box.items()} | {"x_sheet_id": key}
    else:
        values["criteria"] = [row["criterion_id"] for row in change.put]
        values["values"] = [row["value_milli"] for row in change.put]
        values["gone"] = change.gone
    with line.pipeline():
        line.execute(BEGIN)
        if server.flushes:
            line.execute(_LATER)
        line.execute(server.take)
        written = run(line, _STROKES[bool(sheet.box), tell and server.tells], values)
        line.execute("COMMIT")
        if server.flushes:
            line.execute(FLUSH)
    moved = written.fetchone()
    return Written(moved[0], key) if moved is not None else None


def write(database: Database, line: Any, change: Change, *, tell: bool) -> Written | None:
    """Write a change in the way of the engine."""
    server = database.server
    if server is None:
        return write_to_file(line, change)
    return write_to_server(line, server, change, tell=tell)
