"""A desk as the program opens it, from its door on, played by keys and read as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from kmdx_tui.app import KmdxApp, Secrets
from models.database import Database
from models.queries.base import Office
from screens.base import KmdxScreen
from screens.dialogs.locked import LockedDialog
from screens.lobby import LobbyScreen


class At:
    """A desk of its own on the meeting's database."""

    def __init__(self, meeting: Any, where: str, secrets: Secrets | None = None) -> None:
        self.database = Database(meeting.place)
        self.app = KmdxApp(lambda: Office(self.database, meeting.clock), meeting.place, secrets)
        self.app.where = where
        self.pilot: Pilot[None]

    @property
    def text(self) -> str:
        """All that is painted."""
        return "\n".join("".join(s.text for s in strip) for strip in self.app.screen._compositor.render_strips())

    @property
    def base(self) -> KmdxScreen:
        return next(screen for screen in reversed(self.app.screen_stack) if isinstance(screen, KmdxScreen))

    async def until(self, true: Callable[[], bool]) -> None:
        for _ in range(1000):
            if true():
                break
            await self.pilot.pause(0.01)
        assert true(), self.text
        await self.base.settle()

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.base.settle()

    async def answer(self, words: str) -> None:
        """Type into what has the focus, and Enter."""
        await self.until(lambda: isinstance(self.app.screen.focused, Input))
        focused = self.app.screen.focused
        assert isinstance(focused, Input)
        focused.value = words
        await self.pilot.press("enter")
        await self.base.settle()

    async def sign_in(self, name: str, pin: str) -> None:
        """From the door to the desk, as far as it goes."""
        await self.choose(name)
        await self.answer(pin)

    async def unlock(self, pin: str) -> None:
        await self.answer(pin)
        await self.until(lambda: not isinstance(self.app.screen, LockedDialog))

    @property
    def is_locked(self) -> bool:
        return isinstance(self.app.screen, LockedDialog)

    async def choose(self, name: str) -> None:
        """Choose a name at the door."""
        await self.until(lambda: isinstance(self.app.screen, LobbyScreen) and name in self.app.screen._names.keys)
        assert isinstance(self.app.screen, LobbyScreen)
        self.app.screen._names.move_to(name)
        await self.press("enter")
