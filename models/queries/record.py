"""What every document stands on: one moment for all that it tells, the reveal, and its place in the audit chain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection, text

from models.database import Database
from models.enums import REVEALED, Phase, chinese
from models.errors import Refused
from models.queries.base import Office, Reading, reading
from models.text import T, Text
from models.views.minutes import RecordMark
from models.views.people import Actor

_MARK = text(
    "SELECT seq, hash, at FROM audit_entry WHERE meeting_id = :meeting AND act NOT IN ('export', 'export.own') "
    "ORDER BY seq DESC LIMIT 1"
)


_OWN_MARK = text(
    "SELECT seq, hash, at FROM audit_entry WHERE meeting_id = :meeting AND actor = :name AND refused = '' "
    "AND act NOT IN ('export', 'export.own') ORDER BY seq DESC LIMIT 1"
)


class _Snapshot(Database):
    """A database at one moment: every reading is on the same open transaction."""

    def __init__(self, database: Database, connection: Connection) -> None:
        vars(self).update(vars(database))
        self._connection = connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        yield self._connection


@contextmanager
def snapshot(office: Office) -> Iterator[Office]:
    """The office at one moment: all queries made through it see the same state, whatever is written meanwhile."""
    with office.database.reading() as connection:
        yield replace(office, database=_Snapshot(office.database, connection))


@contextmanager
def revealed(office: Office, actor: Actor, meeting: str) -> Iterator[tuple[Office, Reading]]:
    """A snapshot for a document that tells results: for who may export, and after the reveal.

    Raises `NotPermitted`, or `Refused` (sealed) while marks are sealed: also when a meeting went back to scoring.
    """
    with snapshot(office) as still, reading(still, actor, "export", meeting) as look:
        phase = look.standing.phase
        assert phase is not None
        if phase not in REVEALED:
            raise Refused(
                "sealed",
                T("现在是“{phase}”阶段，评分尚未公开，不能导出。", phase=Text(chinese(phase))),
                lift=T("“{phase}”阶段起可以导出。", phase=Text(chinese(Phase.DELIBERATING))),
            )
        yield still, look


def record_mark(connection: Connection, meeting: str) -> RecordMark:
    """The meeting's last entry in the audit chain that is not an export: the same facts give the same document."""
    row = connection.execute(_MARK, {"meeting": meeting}).one()
    return RecordMark(row.seq, row.hash, row.at)


def own_mark(connection: Connection, meeting: str, name: str) -> RecordMark:
    """The last entry that somebody's own acts in a meeting left, exports apart."""
    row = connection.execute(_OWN_MARK, {"meeting": meeting, "name": name}).one_or_none()
    return RecordMark(row.seq, row.hash, row.at) if row is not None else record_mark(connection, meeting)
