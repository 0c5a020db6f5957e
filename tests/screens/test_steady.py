"""Screens below others cost nothing while nothing changes, and still show what does."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import App, ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from screens.steady import SteadyScreen


class Below(SteadyScreen[None]):
    def compose(self) -> ComposeResult:
        yield Static("before", id="words")


class Above(SteadyScreen[None]):
    DEFAULT_CSS = "Above { background: black; }"

    def compose(self) -> ComposeResult:
        yield Static("above")


class Box(ModalScreen[None]):
    DEFAULT_CSS = "Box { background: black 50%; align: center bottom; } Box Static { width: 3; height: 1; }"

    def compose(self) -> ComposeResult:
        yield Static("box")


class Desk(App[None]):
    """Counts its pictures."""

    painted = 0

    def _display(self, *what: object) -> None:
        self.painted += 1
        super()._display(*what)


@pytest.mark.parametrize(("top", "current", "shown"), [(Above, False, False), (Box, True, True)])
def test_a_change_below_is_painted_once_where_it_is_seen_and_not_at_all_where_it_is_hidden(
    top: type[SteadyScreen[None]], current: bool, shown: bool
) -> None:
    async def run() -> None:
        app = Desk()
        async with app.run_test(size=(20, 5)) as pilot:
            below = Below()
            await app.push_screen(below)
            await app.push_screen(top())
            await pilot.pause(0.3)
            assert below.is_current is current
            app.painted = 0
            below.query_one("#words", Static).update("after!", layout=False)
            await pilot.pause(1.0)
            assert app.painted <= 2
            strips = app.screen._compositor.render_strips()
            text = "".join(segment.text for strip in strips for segment in strip)
            assert ("after!" in text) is shown
            await app.pop_screen()
            async with asyncio.timeout(30):
                while "after!" not in "".join(
                    s.text for strip in app.screen._compositor.render_strips() for s in strip
                ):
                    await pilot.pause(0.01)

    asyncio.run(run())
