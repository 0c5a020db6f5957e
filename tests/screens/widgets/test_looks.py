"""Lines that go past Textual's cache are the lines that it would have made."""

from __future__ import annotations

import asyncio

import pytest
from rich.style import Style
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.strip import Strip
from textual.widget import Widget

from kmdx_tui.themes import LABELS, register
from screens.widgets.cells import Cell, Column, Tone
from screens.widgets.lines_pane import LinesPane
from screens.widgets.long_table import Line, LongTable
from screens.widgets.looks import BareScrollBar, Looks
from screens.widgets.mark_entry import GridCriterion, GridRow
from screens.widgets.mark_grid import MarkGrid
from screens.widgets.signs import Sign

COLUMNS = (Column("no", "编号", 6), Column("name", "企业", min=8), Column("sum", "合计", 7, "right"))
ROWS = 40


class Window(App[None]):
    """All widgets that paint their own lines."""

    CSS = "LinesPane { width: 22; padding: 0 1; background: $panel; } #plain { padding: 0; }"

    def compose(self) -> ComposeResult:
        self.table = LongTable(COLUMNS, empty="没有")
        self.grid = MarkGrid()
        self.pane, self.plain = LinesPane(id="pane"), LinesPane(id="plain")
        yield Horizontal(self.table, self.grid, self.pane, self.plain)

    def on_mount(self) -> None:
        register(self, next(iter(LABELS)))
        cells = [[f"KM{i}", Cell(f"示例企业{i}", list(Tone)[i % len(Tone)]), f"{i}.5"] for i in range(ROWS)]
        self.table.set_rows([f"k{i}" for i in range(ROWS)], cells.__getitem__, Line("入选线", "k3"))
        criteria = [GridCriterion(code, code, "10", 0) for code in "abcdef"]
        rows = [GridRow(f"k{i}", Sign.BLANK, f"KM{i}", f"企业{i}", ("1",) * 6) for i in range(ROWS)]
        self.grid.set_grid(criteria, rows)
        for pane in (self.pane, self.plain):
            pane.show(lambda width, _height: [(Cell(f"第{y}行", tone),) for y, tone in enumerate(Tone)] + [()])


def read(strips: list[Strip]) -> list[list[tuple[str, object]]]:
    """Cell by cell, as a terminal shows them: how a line is cut into pieces does not matter."""
    return [[(character, look(style)) for text, style, _ in strip for character in text] for strip in strips]


def look(style: Style | None) -> object:
    return style and (style.color, style.bgcolor, style.bold, style.italic, style.reverse, style.underline)


def differing(app: Window) -> list[Widget]:
    found = []
    bars = [table.vertical_scrollbar for table in app.query(Looks)]
    assert [type(bar) for bar in bars] == [BareScrollBar] * 2
    for widget in (*app.query(Looks), *app.query(LinesPane), *bars):
        region = widget.region.size.region
        own = widget.render_lines(region)
        widget._styles_cache.clear()
        if read(own) != read(widget._styles_cache.render_widget(widget, region)):
            found.append(widget)
        assert read(widget.render_lines(region)) == read(own)
    return found


@pytest.mark.parametrize("theme", list(LABELS))
def test_lines_are_those_that_textual_would_make(theme: str) -> None:
    async def run() -> None:
        app = Window()
        async with app.run_test(size=(110, 14)) as pilot:
            app.theme = theme
            await pilot.pause()
            assert len(app.screen.query(LongTable)) == 2
            assert app.table.vertical_scrollbar.display
            assert differing(app) == []
            for table in (app.table, app.grid):
                table.focus()
                await pilot.press("down", "down", "pagedown", "right", "down")
                await pilot.pause()
                assert differing(app) == []
            app.grid.set_refused("k12", "b", "99", "太多")
            await pilot.press("1")
            await pilot.resize_terminal(70, 20)
            await pilot.pause()
            assert differing(app) == []

    asyncio.run(run())


@pytest.mark.parametrize(
    "rule", ["opacity: 50%", "border: round red", "tint: red 30%", "padding: 1 2", "text-opacity: 40%"]
)
def test_what_lies_over_the_lines_is_left_to_textual(rule: str) -> None:
    async def run() -> None:
        app = Window()
        app.CSS += f" #pane, LongTable {{ {rule}; }}"
        async with app.run_test(size=(110, 14)) as pilot:
            await pilot.pause()
            assert differing(app) == []

    asyncio.run(run())
