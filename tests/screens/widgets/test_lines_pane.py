"""Lines made for the room there is: cut at the end, styled by tone, people's words as they are."""

from __future__ import annotations

import asyncio
from typing import Any

from rich.console import RenderableType
from textual._compositor import LayoutUpdate
from textual.app import App, ComposeResult
from textual.screen import Screen

from screens.painting import PiecesUpdate
from screens.steady import SteadyScreen
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


class CountingApp(App[None]):
    """Notes which lines are painted."""

    CSS = "LinesPane { height: 3; width: 20; }"

    def __init__(self) -> None:
        super().__init__()
        self.painted: set[int] = set()

    def get_default_screen(self) -> Screen[object]:
        return SteadyScreen()

    def compose(self) -> ComposeResult:
        yield LinesPane()

    def _display(self, screen: Screen[Any], update: RenderableType | None) -> None:
        if isinstance(update, PiecesUpdate):
            self.painted |= {piece.y for piece in update.pieces}
        elif isinstance(update, LayoutUpdate):
            self.painted |= {0, 1, 2}
        super()._display(screen, update)


def test_only_lines_that_changed_are_painted_again_and_all_of_them_in_another_room() -> None:
    def text(app: App[None]) -> list[str]:
        strips = app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips[:3]]

    async def run() -> None:
        app = CountingApp()
        async with app.run_test() as pilot:
            pane = app.query_one(LinesPane)
            for lines, painted in (
                (("甲", "乙", "丙"), {0, 1, 2}),
                (("甲", "丁", "丙"), {1}),
                (("甲", "丁", "丙"), set()),
                (("甲",), {1, 2}),
            ):
                app.painted.clear()
                pane.show(lambda _width, _height, lines=lines: [(Cell(line),) for line in lines])
                await pilot.pause()
                assert app.painted == painted
                assert text(app) == [*lines, *[""] * (3 - len(lines))]
            told = ["甲"]
            pane.show(lambda _width, _height: [(Cell(one),) for one in told])
            told.append("戊")
            pane.refresh()
            await pilot.pause()
            assert text(app) == ["甲", "戊", ""]
            app.painted.clear()
            pane.styles.width = 10
            await pilot.pause()
            assert app.painted == {0, 1, 2}

    asyncio.run(run())
