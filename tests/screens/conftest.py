"""A person at a desk: one screen over a real meeting, played by keys and read as text."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from kmdx_tui.themes import register
from models.views.people import Actor
from screens.base import KmdxScreen
from screens.commands import PLACES
from screens.drafts import drafts_of


class DeskApp(App[None]):
    """A desk at which somebody sits already."""

    def __init__(self, meeting: Any, actor: Actor, place: str) -> None:
        super().__init__()
        self.office = meeting.office
        self.actor = actor
        self.meeting: str | None = meeting.id
        self.gone: list[str] = []
        self._place = place

    def on_mount(self) -> None:
        register(self)
        self.push_screen(self.open(self._place))

    def open(self, name: str) -> KmdxScreen:
        """A screen of this desk by its name."""
        return next(place for place in PLACES if place.name == name).load()(self)

    def go(self, name: str) -> None:
        self.gone.append(name)


@dataclass
class Sitting:
    """What a test does at a desk."""

    app: DeskApp
    pilot: Pilot[None]
    seen: list[str] = field(default_factory=list)

    @property
    def base(self) -> KmdxScreen:
        """The screen below all dialogs."""
        return next(screen for screen in reversed(self.app.screen_stack) if isinstance(screen, KmdxScreen))

    @property
    def said(self) -> str:
        """What the screen says just happened."""
        return self.base.say_line.text

    @property
    def text(self) -> str:
        """All that is painted, dialogs included."""
        return "\n".join("".join(s.text for s in strip) for strip in self.app.screen._compositor.render_strips())

    @property
    def base_text(self) -> str:
        """What the screen paints below a dialog."""
        return "\n".join("".join(s.text for s in strip) for strip in self.base._compositor.render_strips())

    async def settle(self) -> None:
        """Wait until nothing is pending."""
        await self.base.settle()

    async def press(self, *keys: str) -> None:
        """Press keys, each settled before the next."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text into what has the focus."""
        await self.pilot.press(*text)
        await self.settle()

    async def answer(self, *answers: str) -> None:
        """Fill in the inputs of a dialog one after the other, each with Enter; what stands in them is replaced."""
        for answer in answers:
            self.app.screen.focused.value = answer  # type: ignore[union-attr]
            await self.press("enter")

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so, however busy the machine is."""
        for _ in range(1500):
            if true():
                break
            await self.pilot.pause(0.01)
        assert true(), self.text
        await self.settle()

    async def reopen(self, place: str) -> None:
        """Leave for a screen as the program does: the former one is gone."""
        self.app.switch_screen(self.app.open(place))
        await self.pilot.pause()
        await self.refilled()

    async def refilled(self) -> None:
        """Wait until the screen has read what it shows."""
        await self.base.settle()

    async def hear(self) -> None:
        """Notice what another desk did."""
        self.base.look_again()
        await self.settle()


Script = Callable[[Sitting], Awaitable[None]]


@pytest.fixture
def sit() -> Callable[..., None]:
    """`sit(meeting, actor, place, script, size)` plays a script at a desk; words half typed are kept on `shelf`."""

    def play(
        meeting: Any,
        actor: Actor,
        place: str,
        script: Script,
        size: tuple[int, int] = (80, 24),
        *,
        shelf: Path | None = None,
    ) -> None:
        async def run() -> None:
            app = DeskApp(meeting, actor, place)
            if shelf is not None:
                drafts_of(app).keep_on(shelf, meeting.place)
            async with app.run_test(size=size) as pilot:
                sitting = Sitting(app, pilot)
                await sitting.refilled()
                await script(sitting)

        asyncio.run(run())

    return play
