"""What SQLite and PostgreSQL each need to be opened, and what their errors mean to a person.

A SQLite file serves desks on one machine, a PostgreSQL server desks on several; nothing above `models.database` knows
which of them it works on. Of PostgreSQL only what its distributed kin have too is relied on: row locks and snapshots.
Advisory locks and `NOTIFY` make it faster, and may be missing.
"""

from __future__ import annotations

import os
import random
import re
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError

from models.errors import DatabaseUnusable
from models.standing_file import watch_place
from models.text import T, mark

BUSY_TIMEOUT_MS = 10_000
"""How long a writer waits for those before it, on both engines."""

TURN_SECONDS = (0.0002, 0.001)
"""How long a writer to a file sleeps before it looks again whether it is its turn."""

_LIBPQ = {
    "application_name": "kmdx",
    "connect_timeout": "10",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "8000",
}
"""A dead line is noticed within seconds. What the URL itself says goes before."""

ADVISORY_KEY = 0x6B6D6478
"""PostgreSQL's lock for acts and upgrades: the letters kmdx."""

FROZEN_TIMEOUT_MS = 60_000
"""A desk that froze in the middle of an act (a laptop put to sleep) must not hold up all others for ever."""


def open_engine(url: str) -> Engine:
    """An engine for a SQLite or PostgreSQL URL; `DatabaseUnusable` for any other. Connects to nothing yet.

    Parameters of a PostgreSQL URL (`?sslmode=verify-full&sslrootcert=…`) go to libpq as they are.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername not in ("sqlite", "postgresql", "postgresql+psycopg"):
            raise ArgumentError(f"neither SQLite nor PostgreSQL: {parsed.drivername}")
    except (ArgumentError, ValueError) as error:  # the latter: a port that is no number
        raise DatabaseUnusable("database_url", T("{place} 不是可用的数据库位置。", place=masked(url))) from error
    if parsed.drivername == "sqlite":
        engine = create_engine(parsed, hide_parameters=True)
        event.listen(engine, "connect", _on_file_connect)
        event.listen(engine, "begin", _on_file_begin)
        if parsed.database:
            watch_place(engine, Path(parsed.database))
        return engine
    engine = create_engine(
        _with_defaults(parsed),
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_size=2,
        pool_use_lifo=True,  # the line that was used last is warm, and has its statements planned
    )
    event.listen(engine, "connect", _on_server_connect)
    event.listen(engine, "checkout", _on_server_checkout)
    return engine


def _with_defaults(url: URL) -> URL:
    missing = {name: value for name, value in _LIBPQ.items() if name not in url.query}
    return url.set(drivername="postgresql+psycopg").update_query_dict(missing)


def _on_file_connect(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _on_file_begin
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _on_file_begin(connection: Connection) -> None:
    # A transaction that reads, then writes, must take the write lock first:
    # an upgrade fails at once, busy timeout or not.
    writes = connection.get_execution_options().get("kmdx_writes", False)
    raw = connection.connection.driver_connection  # straight to the driver: this is on the way of every mark
    assert isinstance(raw, sqlite3.Connection)
    if writes:
        take_write_lock(raw)
    else:
        raw.execute("BEGIN")


def take_write_lock(raw: sqlite3.Connection) -> None:
    """Begin to write as soon as the writer before is through; its error after `BUSY_TIMEOUT_MS`.

    SQLite's own waiting looks every tenth of a second in the end, and whoever comes just then is first: of many desks
    some would wait for a second where each takes milliseconds.
    """
    end = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() >= end:
                    raise
            time.sleep(random.uniform(*TURN_SECONDS))
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def _on_server_connect(connection: Any, _record: Any) -> None:
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute(f"SET idle_in_transaction_session_timeout = {FROZEN_TIMEOUT_MS}")
    with suppress(Exception):  # an engine that knows no such thing plans as it likes
        connection.execute("SET plan_cache_mode = force_generic_plan")  # one plan a line, not six
    connection.autocommit = False


def _on_server_checkout(line: Any, _record: Any, _proxy: Any) -> None:
    """A line on which something lies that nobody asked for is at its end, most likely: only then is it asked first.

    To ask each time, as SQLAlchemy's pre-ping does, is one round more for every read and every act. (A line that was
    cut without a word lets either way wait until the system gives it up.)
    """
    try:
        with DefaultSelector() as selector:
            selector.register(line.fileno(), EVENT_READ)
            if selector.select(0):
                line.execute("SELECT 1")
                line.rollback()
    except Exception as error:
        raise DisconnectionError from error


def masked(place: str) -> str:
    """A database's place as it may be shown: without the passwords of a URL."""
    if "://" not in place:
        return place
    place = re.sub(r"(?<=://)([^:@/?]*):.*@", r"\1:***@", place)
    return re.sub(r"(?i)([?&](?:ssl)?password=)[^&]*", r"\1***", place)


def is_conflict(error: Exception) -> bool:
    """Whether a transaction that failed at its first statement may simply begin again."""
    return _state(error) in _CONFLICTS or bool(getattr(error, "connection_invalidated", False))


def is_refused_in_turn(error: Exception) -> bool:
    """Whether an engine that doesn't let its writers wait refused one because another was first."""
    return _state(error) == "40001"


def trouble(error: Exception, place: str) -> DatabaseUnusable | None:
    """What an error of the engine means, in words; None if the statement was at fault and not the database."""
    raw = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(raw, sqlite3.Error):
        return _file_trouble(getattr(raw, "sqlite_errorname", ""), place)
    return _server_trouble(_state(error), raw, place, lost=bool(getattr(error, "connection_invalidated", False)))


_CONFLICTS = ("40001", "40P01")  # serialization failure, deadlock


def _state(error: Exception) -> str:
    return getattr(getattr(error, "orig", error), "sqlstate", None) or ""


def _file_trouble(name: str, place: str) -> DatabaseUnusable | None:
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return _busy()
    if name.startswith("SQLITE_FULL"):
        return _full()
    if name.startswith("SQLITE_READONLY") or (name.startswith("SQLITE_CANTOPEN") and _may_only_be_read(place)):
        return _read_only(place)
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_PERM", "SQLITE_PROTOCOL")):
        return DatabaseUnusable(
            "database_unreachable",
            T("打不开或读写不了数据库 {place}（{why}）。", place=place, why=name),
            lift=T("请检查文件和文件夹是否存在、可写、在本机磁盘上，磁盘是否已满。"),
        )
    if name.startswith("SQLITE_CORRUPT"):
        return DatabaseUnusable(
            "database_damaged", T("数据库 {place} 已损坏。", place=place), lift=T("请停止使用，从备份恢复。")
        )
    return None


def _may_only_be_read(place: str) -> bool:
    """Whether a file can be read, but not it or not its folder written: SQLite makes its log there even to read it."""
    file = Path(place)
    return os.access(file, os.R_OK) and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK))


def _server_trouble(state: str, raw: Exception | None, place: str, *, lost: bool) -> DatabaseUnusable | None:
    if state in _CONFLICTS or state == "55P03":  # the last: waited in vain for the lock
        return _busy()
    if state == "25006":
        return _read_only(place)
    if state == "53100":
        return _full()
    if state == "42501":
        return DatabaseUnusable(
            "database_rights",
            T("这个数据库用户对 {place} 的权限不够。", place=place),
            lift=T("请数据库管理员把这个库的所有权或读写权限给它。"),
        )
    said = str(raw)
    unconnected = not state and (type(raw).__name__ == "OperationalError" or "connection option" in said)
    if lost or unconnected or state[:2] in ("08", "28", "3D", "53", "57", "58"):
        why = next((words for pattern, words in _WHY if re.search(pattern, said)), _WHY_ELSE)
        return DatabaseUnusable(
            "database_unreachable",
            T("连不上数据库 {place}：{why}。", place=place, why=T(why)),
            lift=T("请检查服务器、网络、地址和用户；界面会自动重连。"),
        )
    return None


_WHY = (
    ("pg_hba", mark("服务器不许从这台机器、以这个用户这样连接")),
    ("certificate|SSL|TLS", mark("加密连接没有谈成，证书不被接受，或服务器没有开加密")),
    ("password|authentication|role .* does not exist", mark("用户名或密码不对")),
    ("database .* does not exist", mark("服务器上没有这个库")),
    ("connection option|invalid .* value", mark("地址里的连接参数不对")),
    ("refused|No such file", mark("服务器没有开着，或地址、端口不对")),
    ("resolve|translate host", mark("找不到这个主机名")),
    ("too many clients|connection slots", mark("服务器的连接数已满")),
    ("timeout|timed out", mark("等不到服务器回答")),
    ("closed|terminat|shut|starting up|reset|EOF", mark("连接断了")),
)
_WHY_ELSE = mark("连接不成")


def _busy() -> DatabaseUnusable:
    return DatabaseUnusable("busy", T("数据库正忙，这一步没有做，什么也没有改变。"), lift=T("请稍等片刻，再做一次。"))


def _full() -> DatabaseUnusable:
    return DatabaseUnusable(
        "database_full",
        T("数据库所在的磁盘已满，这一步没有做，什么也没有改变。"),
        lift=T("请清理磁盘，再做一次。"),
    )


def _read_only(place: str) -> DatabaseUnusable:
    return DatabaseUnusable(
        "database_read_only",
        T("数据库 {place} 只能读，写不进去。", place=place),
        lift=T("请检查文件和文件夹的权限，或服务器是否为只读的副本；只读介质上的，请先复制到本机磁盘再打开。"),
    )
