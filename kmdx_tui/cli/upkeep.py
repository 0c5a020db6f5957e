"""What operation needs to know of the machine and of a database file: checks, and a verified copy."""

from __future__ import annotations

import locale
import os
import platform
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from kmdx_tui.cli.shell import open_database
from models.database import REVISION, Database
from models.engines import masked
from models.errors import DatabaseUnusable, KmdxError, Refused, VerificationFailed, WrongUse
from models.queries.audit import verify
from models.queries.base import Clock, Office
from models.text import T, mark
from models.views.audit import Verification

LIBRARIES = ("kmdx-tui", "textual", "sqlmodel", "SQLAlchemy", "typer", "alembic", "xlsxwriter", "python-calamine")

RULER = ("○○○○○○○○○○|", "1234567890|", "▲═█…“”—①±×|", "1234567890|")
"""Signs of ambiguous width over as many digits: the bars stand under each other where such a sign takes one cell."""

DECEMBER = 12
"""From this month on periods may run into the next year, whose arrangement is published in November."""

LEAST_FREE_BYTES = 200 * 1024 * 1024

DESK_CONNECTIONS = 3
"""Connections that a desk keeps to a server: one to listen, one to read, one to write."""


@dataclass(frozen=True)
class Check:
    """One thing looked at. `name` is a message id; `exit_code` counts if it is not `ok`."""

    code: str
    name: str
    value: str
    ok: bool = True
    advice: str = ""
    exit_code: int = DatabaseUnusable.exit_code


def look_at_machine() -> Iterator[Check]:
    """Python, platform, libraries, terminal."""
    yield Check("python", mark("Python"), platform.python_version())
    yield Check("platform", mark("平台"), platform.platform())
    yield Check("libraries", mark("程序库"), "、".join(f"{name} {version(name)}" for name in LIBRARIES))
    yield Check("sqlite", mark("SQLite"), sqlite3.sqlite_version)
    yield Check("encoding", mark("字符编码"), locale.getpreferredencoding(False))
    size = shutil.get_terminal_size((0, 0))
    terminal = os.environ.get("TERM") or os.environ.get("WT_SESSION") or "—"
    small = 0 < size.columns < 80 or 0 < size.lines < 24
    advice = str(T("界面至少需要 80×24，请放大窗口。")) if small else ""
    shown = f"{terminal} {size.columns}×{size.lines}" if size.columns else terminal
    yield Check("terminal", mark("终端"), shown, not small, advice, exit_code=0)


def look_at_database(place: str, clock: Clock | None) -> Iterator[Check]:
    """Whether the database is there, ours, sound, and set as it must be."""
    yield Check("place", mark("数据库"), masked(place))
    try:
        database: Database = open_database(place)
    except DatabaseUnusable as error:
        yield Check("database", mark("打开"), str(error.text), False, "" if error.lift is None else str(error.lift))
        return
    yield Check("revision", mark("结构版本"), REVISION)
    try:
        yield from _look_inside(database)
        yield _look_at_calendar(Office(database, clock))
    finally:
        database.close()


def _look_inside(database: Database) -> Iterator[Check]:
    if database.is_sqlite and database.path is not None:
        with database.reading() as connection:
            pragmas = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }
            integrity = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
            foreign = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        said = "journal_mode={journal_mode} synchronous={synchronous} foreign_keys={foreign_keys}".format(**pragmas)
        durable = pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        wal_advice = str(T("请把数据库放在本机磁盘上：网络文件夹不支持 WAL。"))
        yield Check("pragmas", mark("保存方式"), said, durable, "" if durable else wal_advice)
        restore = str(T("文件已损坏：请停止使用，从备份恢复。"))
        damage = VerificationFailed.exit_code
        sound = integrity == ["ok"]
        yield Check("integrity", mark("完整性"), "；".join(integrity[:3]), sound, "" if sound else restore, damage)
        yield Check("foreign_keys", mark("引用"), str(len(foreign)), not foreign, restore if foreign else "", damage)
        size, free = database.path.stat().st_size, shutil.disk_usage(database.path.parent).free
        room = free >= max(LEAST_FREE_BYTES, size)
        space = str(T("文件 {size} MB，磁盘剩余 {free} MB", size=-(-size // 1024**2), free=free // 1024**2))
        yield Check("space", mark("空间"), space, room, "" if room else str(T("磁盘快满了，请清理。")))
    if not database.is_sqlite:
        yield from _look_at_server(database)
    found = verify(Office(database))
    record = str(T("{count} 条审计记录，链首 {head}", count=found.entries, head=found.head))
    advice = "" if found.ok else str(T("详情见 kmdx verify。"))
    yield Check("record", mark("记录"), record, found.ok, advice, VerificationFailed.exit_code)


def _look_at_calendar(office: Office) -> Check:
    """Up to which year working days can be counted; that the next one is lacking only matters once it is near."""
    today = office.today()
    with office.database.reading() as connection:
        last = office.calendar(connection).known_until(today.year)
    known = T("不知道今年的放假和调休安排") if last is None else T("放假和调休安排已知到 {year} 年", year=last)
    lacking = today.year if last is None else last + 1
    sound = lacking > (today.year if today.month < DECEMBER else today.year + 1)
    advice = T("公示期和异议期限要用：公布后请用 kmdx calendar add FILE 加入 {year} 年的安排。", year=lacking)
    return Check("calendar", mark("日历"), str(known), sound, "" if sound else str(advice), exit_code=0)


def _look_at_server(database: Database) -> Iterator[Check]:
    """What a server must have for several desks: enough connections, and whether the line is encrypted."""
    with database.reading() as connection:
        version, most, used = connection.exec_driver_sql(
            "SELECT current_setting('server_version'), current_setting('max_connections')::int, "
            "(SELECT COUNT(*) FROM pg_stat_activity)"
        ).one()
        encrypted = connection.exec_driver_sql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").scalar()
    yield Check("server", mark("服务器"), f"PostgreSQL {version}")
    room = most - used >= DESK_CONNECTIONS
    advice = "" if room else str(T("每个桌面要 {count} 个连接，请调大 max_connections。", count=DESK_CONNECTIONS))
    yield Check("connections", mark("连接数"), f"{used}/{most}", room, advice)
    yield Check("line", mark("线路"), str(T("加密") if encrypted else T("未加密")))


def is_older(database: Database) -> bool:
    """Whether a database of ours has an older schema than this program, which an upgrade would bring up to date."""
    with database.reading() as connection:
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found is not None and str(found) < REVISION


def back_up(database: Database, out: Path) -> Verification:
    """Copy a SQLite database, in use or not, into a new file; the copy is verified before it gets its name.

    Raises `WrongUse` (another kind of database, a file that is there, a folder that is not), `VerificationFailed`.
    """
    if database.path is None:
        raise WrongUse("not_sqlite", T("只能备份 SQLite 数据库；PostgreSQL 请用 pg_dump。"))
    if out.exists():
        raise WrongUse("file_exists", T("{path} 已经存在，不会覆盖。", path=out))
    if not out.parent.is_dir():
        raise WrongUse("no_folder", T("没有文件夹 {path}。", path=out.parent))
    making = out.with_name(f"{out.name}.{os.getpid()}.new")
    try:
        with closing(sqlite3.connect(database.path)) as source, closing(sqlite3.connect(making)) as copy:
            source.backup(copy)
        found = _check_copy(making)
        try:
            os.link(making, out)  # never over a file that came in the meantime
        except FileExistsError:
            raise Refused("file_exists", T("{path} 已经存在，不会覆盖。", path=out)) from None
        except OSError:
            making.rename(out)  # a file system without links
    finally:
        for left in (making, Path(f"{making}-wal"), Path(f"{making}-shm")):
            left.unlink(missing_ok=True)
    return found


def _check_copy(path: Path) -> Verification:
    copied: Database = open_database(str(path))
    try:
        with copied.reading() as connection:
            sound = connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        found = verify(Office(copied))
    except KmdxError as error:
        raise VerificationFailed("bad_copy", T("副本打不开：{why}", why=error.text)) from error
    finally:
        copied.close()
    if not sound or not found.ok:
        raise VerificationFailed(
            "bad_record", T("记录本身不符，没有备份。"), lift=T("详情见 kmdx verify 和 kmdx doctor。")
        )
    return found
