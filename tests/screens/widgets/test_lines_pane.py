"""Lines made for the room there is: cut at the end, styled by tone, people's words as they are."""

from __future__ import annotations

import asyncio

from textual.app import App, ComposeResult

from screens.widgets.cells import Cell, Tone
from screens.widgets.lines_pane import LinesPane


class Shown(App[None]):
    CSS = "LinesPane { height: 3; width: 20; }"

    def compose(self) -> ComposeResult:
        yield LinesPane()


def test_lines_are_asked_for_by_the_room_and_cut_to_it() -> None:
    asked: list[tuple[int, int]] = []

    def lines(width: int, height: int) -> list[tuple[Cell, ...]]:
        asked.append((width, height))
        return [(Cell("一", Tone.STRONG), Cell("[b]x[/b]")), (), (Cell("三\x1b[31m"),), (Cell("四"),)]

    async def run() -> None:
        app = Shown()
        async with app.run_test() as pilot:
            pane = app.query_one(LinesPane)
            pane.show(lines)
            await pilot.pause()
            assert asked[-1] == (20, 3)
            assert pane.render().plain == "一[b]x[/b]\n\n三 [31m"

    asyncio.run(run())
