"""The database: one engine, its pragmas, one way to read and one way to write.

SQLModel is not imported here: the first desk's query runs before it is loaded (start-up pays only for what it shows).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError

from models.errors import DatabaseUnusable
from models.text import T

REVISION = "0004"
"""The newest schema revision; a test holds it equal to Alembic's head."""

APPLICATION_ID = 0x6B6D6478
"""SQLite's application id of our files: the letters kmdx."""

BUSY_TIMEOUT_MS = 10_000


def url_of(place: str) -> str:
    """A database URL for what `--database` was given: a URL as it is, anything else as the path of a SQLite file."""
    return place if "://" in place else "sqlite:///" + str(Path(place).expanduser())


def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _on_begin
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    # A transaction that reads, then writes, must take the write lock first:
    # an upgrade fails at once, busy timeout or not.
    writes = connection.get_execution_options().get("kmdx_writes", False)
    raw = connection.connection.driver_connection  # straight to the driver: this is on the way of every mark
    assert raw is not None
    raw.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


class Database:
    """One database, opened. Create it once a process; it may be used from any thread."""

    def __init__(self, place: str) -> None:
        self.url = url_of(place)
        self.engine: Engine = create_engine(self.url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        if self.is_sqlite:
            event.listen(self.engine, "connect", _on_connect)
            event.listen(self.engine, "begin", _on_begin)
        self._writes = self.engine.execution_options(kmdx_writes=True)

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database."""
        name = make_url(self.url).database
        return Path(name) if self.is_sqlite and name else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent snapshot to read from."""
        with self._reached(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The one transaction of an act: the write lock is held from the start; an exception undoes everything."""
        with self._reached(), self._writes.begin() as connection:
            yield connection

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, sqlite3.OperationalError) as error:
            raise DatabaseUnusable(
                "database_unreachable",
                T("数据库暂时无法使用（{why}）。", why=str(getattr(error, "orig", error))),
                lift=T("请检查文件是否存在、可写、磁盘是否已满，或是否被其他程序占用。"),
            ) from error

    def check_ours(self) -> None:
        """Raise `DatabaseUnusable` unless this is a kmdx database of this program's revision."""
        path = self.path
        if path is not None and not path.is_file():
            raise DatabaseUnusable(
                "database_missing",
                T("找不到数据库文件 {path}。", path=path),
                lift=T("请先运行 kmdx init 建立，或用 --database 指明位置。"),
            )
        try:
            with self.engine.connect() as connection:
                found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
                ours = (
                    connection.exec_driver_sql("PRAGMA application_id").scalar() == APPLICATION_ID
                    if self.is_sqlite
                    else True
                )
        except DatabaseError as error:
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
            T("{place} 不是本程序的数据库。", place=self.engine.url.render_as_string(hide_password=True)),
            lift=T("请用 --database 指明 kmdx 的数据库，或运行 kmdx init 新建。"),
        )

    def change_token(self) -> int:
        """A number that grows with every recorded act: desks compare it to notice others' changes."""
        with self.reading() as connection:
            return int(connection.execute(text("SELECT seq FROM audit_head")).scalar() or 0)

    def close(self) -> None:
        """Let go of the file or the server."""
        self.engine.dispose()
