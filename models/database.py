"""The database: one engine, one way to read, one way to write, one way to notice what others wrote.

SQLModel is not imported here: the first desk's query runs before it is loaded (start-up pays only for what it shows).
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, TextClause, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError

from models import engines
from models.errors import DatabaseUnusable, KmdxError
from models.text import T
from models.watch import CHANNEL, Ear, FileEar, ServerEar

REVISION = "0010"
"""The newest schema revision; a test holds it equal to Alembic's head."""

APPLICATION_ID = 0x6B6D6478
"""SQLite's application id of our files: the letters kmdx."""

RETRY_WAITS_SECONDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""The longest waits before each new try to hold the chain's head."""


def url_of(place: str) -> str:
    """A database URL for what `--database` was given: a URL as it is, anything else as the path of a SQLite file."""
    return place if "://" in place else "sqlite:///" + str(Path(place).expanduser())


_ENTERPRISES = text("SELECT uscc FROM enterprise LIMIT 1")
_HEAD = text("SELECT seq, hash FROM audit_head")
_LOCK_HEAD = "SELECT seq, hash FROM audit_head FOR UPDATE"
_QUEUE_FOR_HEAD = (
    f"WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock({engines.ADVISORY_KEY})) "
    "SELECT h.seq, h.hash FROM turn, audit_head h FOR UPDATE OF h"
)
"""The row's lock alone is enough, but of many who wait for it each wakes for every change; an advisory lock is a queue.
FOR UPDATE then reads the newest head, whatever was committed while waiting."""

_MOVE_HEAD = text("UPDATE audit_head SET seq = :seq, hash = :hash")
_MOVE_AND_TELL = text(f"UPDATE audit_head SET seq = :seq, hash = :hash RETURNING pg_notify('{CHANNEL}', '')")


FLUSH = "SELECT pg_logical_emit_message(true, 'kmdx', '')"
"""A transaction that only goes through the log: once it is durable, so is all that was committed before it."""

WATCH = "kmdx_watch"
"""Where a writing connection keeps who is to be told of each statement before it is run (`Connection.info`)."""


def _tell_watch(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
    watch = connection.info.get(WATCH)
    if watch is not None:
        watch(connection, statement)


class Head(NamedTuple):
    """The chain's newest entry: its number and its hash."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Server:
    """What a server can do: how the head is taken, and whether it tells of changes.

    `in_one_round`: statements can be sent together, and it can hash as the chain does. `flushes`: it can be asked to
    make durable what was committed before.
    """

    take: str
    tells: bool
    in_one_round: bool
    flushes: bool


class Database:
    """One database, opened. Create it once a process; it may be used from any thread."""

    def __init__(self, place: str) -> None:
        self.url = url_of(place)
        self.engine: Engine = engines.open_engine(self.url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._ahead = timedelta()
        if not self.is_sqlite:
            event.listen(self.engine, "connect", self._compare_clocks)
        self._writes = self.engine.execution_options(kmdx_writes=True)
        event.listen(self._writes, "before_cursor_execute", _tell_watch)
        snapshot: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reads = self.engine if self.is_sqlite else self.engine.execution_options(**snapshot)
        self._ear: Ear = FileEar(self.path) if self.path is not None else ServerEar(self.engine)

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database."""
        name = make_url(self.url).database
        return Path(name) if self.is_sqlite and name else None

    @property
    def shown(self) -> str:
        """Where the database is, as it may be shown: without a password."""
        return str(self.path) if self.path is not None else engines.masked(self.url)

    def now(self) -> datetime:
        """This moment by the clock that all its desks share: the machine's for a file, the server's for a server."""
        return datetime.now(UTC) + self._ahead

    def _compare_clocks(self, line: Any, _record: Any) -> None:
        begun = datetime.now(UTC)
        line.autocommit = True
        with suppress(Exception):  # where a server does not tell its time, each desk goes by its own
            (there,) = line.execute("SELECT clock_timestamp()").fetchone()
            ended = datetime.now(UTC)
            self._ahead = there - (begun + (ended - begun) / 2)
        line.autocommit = False

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent snapshot to read from."""
        with self.reached(), self._reads.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes; an exception undoes everything. Acts go through `holding_head`."""
        with self.reached(), self._writes.begin() as connection:
            yield connection

    @contextmanager
    def holding_head(self) -> Iterator[tuple[Connection, Head]]:
        """The one transaction of an act: from its first statement on it holds the chain's head, and is alone.

        Who comes second waits here, so that nothing after this can come into conflict with another act; a conflict
        right here (an engine that doesn't wait) begins the transaction again, within bounds.
        """
        with self.reached(), ExitStack() as stack:
            yield self._take_head(text(self.server.take) if self.server else _HEAD, stack)

    @cached_property
    def server(self) -> Server | None:
        """What the server can do, found out before anybody waits for us; None for a file."""
        if self.is_sqlite:
            return None
        from psycopg import Pipeline

        with self.reached():
            queues = self._can(f"pg_advisory_xact_lock({engines.ADVISORY_KEY} + 1)")
            return Server(
                take=_QUEUE_FOR_HEAD if queues else _LOCK_HEAD,
                tells=self._can(f"pg_notify('{CHANNEL}', '')"),
                flushes=self._can(FLUSH.removeprefix("SELECT ")),
                in_one_round=Pipeline.is_supported() and self._can("encode(sha256(convert_to('', 'UTF8')), 'hex')"),
            )

    @contextmanager
    def straight(self) -> Iterator[Any]:
        """The driver's own connection, each statement for itself: for acts so frequent that every statement counts."""
        with self.reached():
            pooled = self.engine.raw_connection()
            line: Any = pooled.driver_connection
            try:
                if not self.is_sqlite:
                    line.autocommit = True
                yield line
                if not self.is_sqlite:
                    line.autocommit = False
            except KmdxError:
                raise  # it was decided against, and nothing was begun
            except BaseException:
                pooled.invalidate()  # whatever state it is in
                raise
            finally:
                pooled.close()

    def _take_head(self, take: TextClause, stack: ExitStack) -> tuple[Connection, Head]:
        for longest in (*RETRY_WAITS_SECONDS, None):
            try:
                with ExitStack() as trying:
                    connection = trying.enter_context(self._writes.begin())
                    head = Head(*connection.execute(take).one())
                    stack.enter_context(trying.pop_all())
                    return connection, head
            except DBAPIError as error:
                if longest is None or not engines.is_conflict(error):
                    raise
            time.sleep(random.uniform(0, longest))
        raise AssertionError("the last try returns or raises")

    def move_head(self, connection: Connection, head: Head, *, tell: bool = True) -> None:
        """Put the chain's head on a new entry, and tell the other desks once the transaction is through."""
        tells = tell and self.server is not None and self.server.tells
        connection.execute(_MOVE_AND_TELL if tells else _MOVE_HEAD, head._asdict())

    def _can(self, call: str) -> bool:
        """Whether the server has a function: tried out."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text(f"SELECT {call}"))
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            return False
        return True

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Say in words what goes wrong with the database; raises `DatabaseUnusable`."""
        try:
            yield
        except Exception as error:
            of_engine = isinstance(error, (DBAPIError, self.engine.dialect.loaded_dbapi.Error))
            found = engines.trouble(error, self.shown) if of_engine else None
            if found is None:
                raise
            raise found from error

    def check_ours(self) -> None:
        """Raise `DatabaseUnusable` unless this is a kmdx database of this program's revision."""
        path = self.path
        if path is not None and _is_missing(path):
            raise DatabaseUnusable(
                "database_missing",
                T("找不到数据库文件 {path}。", path=path),
                lift=T("请先运行 kmdx init 建立，或用 --database 指明位置。"),
            )
        try:
            with self.reading() as connection:
                found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
                if self.is_sqlite:
                    ours = connection.exec_driver_sql("PRAGMA application_id").scalar() == APPLICATION_ID
                else:
                    connection.execute(_ENTERPRISES)  # others use Alembic too
                    ours = True
        except (DatabaseError, sqlite3.DatabaseError) as error:
            raise self._not_ours() from error
        if not ours:
            raise self._not_ours()
        if found != REVISION:
            raise DatabaseUnusable(
                "database_revision",
                T("数据库版本为 {found}，本程序需要 {wanted}。", found=found, wanted=REVISION),
                lift=T("旧版本请先备份再运行 kmdx db upgrade；新版本请换用新的程序。"),
            )

    def _not_ours(self) -> DatabaseUnusable:
        return DatabaseUnusable(
            "database_not_ours",
            T("{place} 不是本程序的数据库。", place=self.shown),
            lift=T("请用 --database 指明 kmdx 的数据库，或运行 kmdx init 新建。"),
        )

    def change_token(self) -> int:
        """A number that grows with every recorded act: desks compare it to notice others' changes. Cheap to ask.

        Raises `DatabaseUnusable` while the database is lost, and answers again once it is back.
        """
        with self.reached():
            return self._ear.token()

    def close(self) -> None:
        """Let go of the file or the server."""
        self._ear.close()
        self.engine.dispose()


def _is_missing(path: Path) -> bool:
    try:
        return not path.is_file()
    except OSError:
        return False  # in a folder that is closed to us: opening it says so
