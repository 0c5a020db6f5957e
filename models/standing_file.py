"""Whether the file that a database was opened from still stands at its place.

A file that was moved to another disk, thrown away or replaced goes on taking writes from whoever has it open, and all
of it is gone when the last of them lets go.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

from models.errors import DatabaseUnusable
from models.text import T

_KEPT = "kmdx_file"


def which(path: Path) -> tuple[int, int]:
    """Which file stands at a place. Raises `DatabaseUnusable` (database_missing) where none does."""
    try:
        found = os.stat(path)
    except FileNotFoundError as error:
        raise DatabaseUnusable(
            "database_missing",
            T("找不到数据库文件 {path}。", path=path),
            lift=T("它被移走、删除或换了名：请放回原处，界面会自动接上。"),
        ) from error
    except OSError:
        return 0, 0  # in a folder that is closed to us: opening it says so
    return found.st_dev, found.st_ino


def watch_place(engine: Engine, path: Path) -> None:
    """Let an engine work on the file at `path` only: on none while it is away, and anew on one that was put there."""
    opened = False

    def connect(*_how: Any) -> None:
        if opened:
            which(path)  # SQLite would make an empty one in its place

    def connected(_connection: sqlite3.Connection, record: Any) -> None:
        nonlocal opened
        opened = True
        record.info[_KEPT] = which(path)

    def checked_out(_connection: sqlite3.Connection, record: Any, _proxy: Any) -> None:
        if which(path) != record.info[_KEPT]:
            raise DisconnectionError

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "connect", connected)
    event.listen(engine, "checkout", checked_out)
