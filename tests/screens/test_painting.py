"""Pictures of what changed show what a picture of everything shows, and no more than what changed is asked for."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len
from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from screens.painting import PiecesUpdate
from screens.steady import SteadyScreen


class Lines(Widget):
    """Wide characters, a number that tells one picture from the next, and a count of the lines that were asked for."""

    DEFAULT_CSS = "Lines { height: 1fr; padding: 0 1; background: blue; }"
    turn = 0
    asked = 0

    def render_line(self, y: int) -> Strip:
        self.asked += 1
        style = self.visual_style.rich_style
        return Strip([Segment(f"{self.turn}行{y}" + "宽字" * 20, style)]).crop_extend(0, self.size.width, style)


class Window(SteadyScreen[None]):
    """Widgets beside each other, in each other, and over each other."""

    CSS = """
    Window { layers: base over; }
    #over { layer: over; width: 9; height: 3; offset: 5 2; background: red; border: round white; }
    #top { dock: top; height: 1; }
    #side { width: 13; }
    #tall { height: 30; }
    #scrolled { height: 4; overflow-y: scroll; }
    """

    def compose(self) -> ComposeResult:
        yield Static("顶上 top", id="top")
        scrolled = Vertical(Lines(id="tall"), id="scrolled")
        yield Horizontal(Vertical(Lines(id="first"), scrolled, Lines(id="second")), Lines(id="side"))
        yield Static("over 上面", id="over")


class Desk(App[None]):
    """Keeps what it displays."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[object] = []

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        self.shown.append(renderable)
        super()._display(screen, renderable)


def cells(strip: Strip) -> Iterator[tuple[str, Style | None]]:
    """Cell by cell; the second half of a wide character is blank."""
    for text, style, _ in strip:
        for character in text:
            yield character, style
            if cell_len(character) == 2:
                yield "", style


def test_every_changed_cell_is_painted_as_it_is_in_a_whole_picture() -> None:
    async def run() -> None:
        app, draw = Desk(), random.Random(1)
        async with app.run_test(size=(41, 17)) as pilot:
            window = Window()
            await app.push_screen(window)
            await pilot.pause()
            await window.settle()
            widgets = [*window.query(Lines), *window.query("#top, #over").results(Static)]
            for turn in range(60):
                changed: list[tuple[Widget, Region]] = []
                app.shown.clear()
                for widget in draw.sample(widgets, draw.randint(1, 3)):
                    if isinstance(widget, Lines):
                        widget.turn = turn
                    width, height = widget.outer_size
                    line = Region(0, draw.randrange(height), width, draw.randint(1, 2))
                    widget.refresh(line)
                    changed.append((widget, line))
                await window.settle()
                painted = {
                    (piece.x + at, piece.y): cell
                    for update in app.shown
                    if isinstance(update, PiecesUpdate)
                    for piece in update.pieces
                    for at, cell in enumerate(cells(piece.strip))
                }
                whole = [list(cells(strip)) for strip in window._compositor.render_strips()]
                for (x, y), cell in painted.items():
                    assert whole[y][x] == cell, (turn, x, y)
                for widget, line in changed:
                    region, clip = window._compositor.visible_widgets[widget]
                    seen = line.translate(widget.content_offset).translate(region.offset).intersection(clip)
                    for y in seen.intersection(region).line_range:
                        for x in seen.column_range:
                            if window.get_widget_at(x, y)[0] is widget:
                                assert (x, y) in painted, (turn, widget, x, y)

    asyncio.run(run())


def test_nothing_but_the_changed_lines_of_what_is_seen_is_asked_for() -> None:
    async def run() -> None:
        app = Desk()
        async with app.run_test(size=(41, 17)) as pilot:
            window = Window()
            await app.push_screen(window)
            await pilot.pause()
            await window.settle()
            app.shown.clear()
            lines = list(window.query(Lines))
            for widget in lines:
                widget.asked = 0
            side = window.query_one("#side", Lines)
            side.refresh(Region(0, 3, side.size.width, 1))
            await window.settle()
            assert [widget.asked for widget in lines if widget is not side] == [0, 0, 0]
            assert side.asked == 1
            (update,) = app.shown
            assert isinstance(update, PiecesUpdate)
            assert len(update.pieces) == 1
            assert "3" in update.render_segments(app.console)

    asyncio.run(run())
