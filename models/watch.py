"""Noticing what other desks recorded: the chain's head is the truth, everything faster is a hint to look at it.

An ear is asked a few times a second and answers at once: SQLite's `data_version` tells without a transaction whether
any other connection committed; PostgreSQL's notifications arrive by themselves, and the head is read now and then
anyhow, since an engine or a pooler between may know no notifications.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from sqlalchemy import Engine

from models.standing_file import which

CHANNEL = "kmdx"

LOOK_SECONDS = 0.3
"""How often the head is read though no notification came: not every act is told of."""

DEAF_LOOK_SECONDS = 0.2
"""How often it is read where there are no notifications at all."""

LONGEST_PAUSE_SECONDS = 2.0
"""The longest pause between two tries to reach a database that was lost."""

_HEAD = "SELECT seq FROM audit_head"


class Ear(Protocol):
    """What `Database.change_token` asks. From any thread."""

    def token(self) -> int:
        """The number of the chain's head. Raises the driver's or SQLAlchemy's error while the database is away."""
        ...

    def close(self) -> None:
        """Let go of the connection; the next question opens another."""
        ...


class FileEar:
    """Listens to a SQLite file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._file: sqlite3.Connection | None = None
        self._which = (0, 0)
        self._version = -1
        self._token = 0

    def token(self) -> int:
        """The number of the chain's head."""
        with self._lock:
            now = which(self._path)
            if self._file is None or now != self._which:
                self._let_go()
                self._which = now
                # read-write, not "rwc": a file that went away must not be made anew, and empty
                place = f"{self._path.absolute().as_uri()}?mode=rw"
                self._file = sqlite3.connect(place, uri=True, check_same_thread=False, isolation_level=None)
                self._version = -1
            version = self._file.execute("PRAGMA data_version").fetchone()[0]
            if version != self._version:
                self._token = _number(self._file.execute(_HEAD).fetchone())
                self._version = version  # asked before the head was read: what comes between is seen the next time
            return self._token

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class ServerEar:
    """Listens to a PostgreSQL server on a connection of its own, and comes back to it by itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._line: Any = None
        self._hints = True
        self._token = 0
        self._look_at = 0.0
        self._pause = 0.0
        self._lost: Exception | None = None

    def token(self) -> int:
        """The number of the chain's head; while the line is lost, the error of the last try until it is time again."""
        with self._lock:
            if self._lost is not None and time.monotonic() < self._look_at:
                raise self._lost
            try:
                return self._asked()
            except Exception as error:
                self._hang_up()
                self._lost = error
                self._pause = min(max(self._pause * 2, 0.1), LONGEST_PAUSE_SECONDS)
                self._look_at = time.monotonic() + self._pause
                raise

    def close(self) -> None:
        """Let go of the server."""
        with self._lock:
            self._hang_up()

    def _asked(self) -> int:
        if self._line is None:
            self._dial()
        heard = len(list(self._line.notifies(timeout=0))) > 0  # all are taken: they say no more than one
        if heard or time.monotonic() >= self._look_at:
            self._token = _number(self._line.execute(_HEAD).fetchone())
            self._look_at = time.monotonic() + (LOOK_SECONDS if self._hints else DEAF_LOOK_SECONDS)
        return self._token

    def _dial(self) -> None:
        import psycopg

        # not one from the pool: that is warm, with statements planned, and somebody is about to act on it
        args, parameters = self._engine.dialect.create_connect_args(self._engine.url)
        self._line = self._engine.dialect.connect(*args, **parameters)
        self._line.autocommit = True
        try:
            self._line.execute(f"LISTEN {CHANNEL}")
            self._hints = True
        except psycopg.DatabaseError:
            if self._line.closed:
                raise
            self._hints = False
        self._look_at, self._pause, self._lost = 0.0, 0.0, None

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def _number(row: tuple[int] | None) -> int:
    return row[0] if row is not None else 0
