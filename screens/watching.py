"""One look for all that follow the record at a desk: a thread that says something only when there is something to say.

While nothing changes the painting thread is not woken at all, and a database that doesn't answer keeps nobody waiting.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary, ref

if TYPE_CHECKING:
    from models.queries.base import Office

WATCH_SECONDS = 0.2
"""How often it is looked whether another desk changed something."""

News = int | Exception
"""The change token, or why there is none: the database is lost."""


class Watched(Protocol):
    """Whose office is looked at."""

    @property
    def office(self) -> Office:
        """The database at work."""
        ...


class Follower:
    """Who is told, on the loop on which it began to follow."""

    def __init__(self, tell: Callable[[News], object]) -> None:
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._context = copy_context()
        self._known: int | None = None
        self._knows = False
        self.gone = False

    def look(self, news: News) -> None:
        """Tell of it, unless that is known; a loss is told once."""
        known = None if isinstance(news, Exception) else news
        if self._knows and known == self._known:
            return
        self._known, self._knows = known, True
        try:
            self._loop.call_soon_threadsafe(self._told, news, context=self._context)
        except RuntimeError:  # the loop is closed
            self.gone = True

    def _told(self, news: News) -> None:
        if not self.gone:
            self._tell(news)


class Watch:
    """Looks on behalf of one desk, for as long as anybody follows."""

    def __init__(self, desk: Watched) -> None:
        self._desk = ref(desk)
        self._lock = threading.Lock()
        self._now = threading.Event()
        self._followers: list[Follower] = []
        self._thread: threading.Thread | None = None

    def follow(self, tell: Callable[[News], object]) -> Follower:
        """Tell of what is there now, as soon as it is known, and of every change from then on."""
        follower = Follower(tell)
        with self._lock:
            self._followers.append(follower)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="kmdx-watch", daemon=True)
                self._thread.start()
        self._now.set()
        return follower

    def leave(self, follower: Follower | None) -> None:
        """Tell nothing any more."""
        if follower is not None:
            follower.gone = True

    def _run(self) -> None:
        while followers := self._those_there():
            self._now.clear()
            news = self._look()
            for follower in followers:
                follower.look(news)
            self._now.wait(WATCH_SECONDS)

    def _those_there(self) -> list[Follower]:
        """Who follows; with nobody left the thread ends, and the next who comes begins another."""
        with self._lock:
            self._followers = [follower for follower in self._followers if not follower.gone]
            if not self._followers:
                self._thread = None
            return list(self._followers)

    def _look(self) -> News:
        desk = self._desk()
        try:
            return desk.office.database.change_token() if desk is not None else 0
        except Exception as error:
            return error


_watches: WeakKeyDictionary[Watched, Watch] = WeakKeyDictionary()


def watch_of(desk: Watched) -> Watch:
    """The watch of a desk."""
    if desk not in _watches:
        _watches[desk] = Watch(desk)
    return _watches[desk]
