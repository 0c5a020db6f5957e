"""The long table: asks for painted lines only, keeps its cursor on the key, takes nothing for markup, stays in line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip

from screens.steady import SteadyScreen
from screens.widgets.cells import Cell, Column, Tone
from screens.widgets.long_table import Line, LongTable, Row

COLUMNS = (
    Column("no", "#", 6, "right"),
    Column("name", "项目", min=10),
    Column("district", "县区", 8, drop=1),
    Column("score", "得分", 7, "right"),
)


def keys(count: int) -> list[str]:
    return [f"KM-{i:05}" for i in range(count)]


def cells(i: int) -> Row:
    return (str(i), Cell(f"示例企业{i}", Tone.ACCENT), "五华区", f"{i}.25")


class Shown(App[None]):
    """An app with one table that remembers what the table tells."""

    def __init__(self, columns: tuple[Column, ...] = COLUMNS, fixed: int = 0) -> None:
        super().__init__()
        self.table = LongTable(columns, empty="还没有申报项目", fixed=fixed)
        self.told: list[tuple[str, str, int]] = []

    def get_default_screen(self) -> Screen[object]:
        return SteadyScreen()

    def compose(self) -> ComposeResult:
        yield self.table

    def on_long_table_row_highlighted(self, message: LongTable.RowHighlighted) -> None:
        self.told.append(("highlighted", message.key, message.index))

    def on_long_table_row_selected(self, message: LongTable.RowSelected) -> None:
        self.told.append(("selected", message.key, message.index))


def play(app: Shown, story: Callable[[Shown, Pilot[None]], Awaitable[None]], size: tuple[int, int] = (60, 12)) -> None:
    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await story(app, pilot)

    asyncio.run(run())


def lines(table: LongTable) -> list[str]:
    return [table.render_line(y).text for y in range(table.size.height)]


def test_empty_table_is_right_at_its_first_paint_and_laid_out_once() -> None:
    app = Shown()
    layouts: list[None] = []
    headers: list[str] = []

    class Watched(LongTable):
        def render_line(self, y: int) -> Strip:
            strip = super().render_line(y)
            headers.extend([strip.text] if y == 0 else [])
            return strip

        def watch_virtual_size(self) -> None:
            layouts.append(None)

    async def story(app: Shown, pilot: Pilot[None]) -> None:
        assert headers[0] == lines(app.table)[0]
        assert "得分" in headers[0]
        assert layouts == []

    app.table = Watched(COLUMNS, empty="还没有申报项目")
    play(app, story)


def test_only_painted_rows_are_asked_for() -> None:
    asked: list[int] = []

    def counted(i: int) -> Row:
        asked.append(i)
        return cells(i)

    async def story(app: Shown, pilot: Pilot[None]) -> None:
        app.table.set_rows(keys(10_000), counted)
        await pilot.pause()
        assert sorted(set(asked)) == list(range(11))

    play(Shown(), story)


def test_keys_move_the_cursor_and_messages_name_the_row() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        app.table.set_rows(keys(10_000), cells)
        await pilot.press("down", "down", "up", "enter")
        assert app.told == [
            ("highlighted", "KM-00000", 0),
            ("highlighted", "KM-00001", 1),
            ("highlighted", "KM-00002", 2),
            ("highlighted", "KM-00001", 1),
            ("selected", "KM-00001", 1),
        ]
        await pilot.press("pagedown")
        assert app.table.cursor_index == 11
        await pilot.press("pageup")
        assert app.table.cursor_index == 1
        await pilot.press("end")
        assert app.table.cursor_key == "KM-09999"
        assert lines(app.table)[-1].split()[0] == "9999"
        await pilot.press("home")
        assert app.table.cursor_key == "KM-00000"
        assert lines(app.table)[1].split()[0] == "0"

    play(Shown(), story)


def test_refill_keeps_cursor_on_its_key_and_height() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        app.table.set_rows(keys(1000), cells)
        app.table.move_to(500)
        await pilot.pause()
        height = app.table.cursor_index - app.table.scroll_offset.y
        told = list(app.told)
        turned = list(reversed(keys(1000)))
        app.table.set_rows(turned, lambda i: cells(999 - i))
        await pilot.pause()
        assert (app.table.cursor_key, app.table.cursor_index) == ("KM-00500", 499)
        assert app.table.cursor_index - app.table.scroll_offset.y == height
        assert app.told == told

    play(Shown(), story)


def test_refill_without_the_key_keeps_the_place() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        app.table.set_rows(keys(10), cells)
        app.table.move_to(9)
        app.table.set_rows(keys(4), cells)
        await pilot.pause()
        assert app.table.cursor_key == "KM-00003"
        assert app.told[-1] == ("highlighted", "KM-00003", 3)
        app.table.set_rows([], cells)
        assert (app.table.cursor_key, app.table.cursor_index) == (None, -1)
        await pilot.press("down", "enter", "end")
        assert app.told[-1] == ("highlighted", "KM-00003", 3)
        assert lines(app.table)[1].strip() == "还没有申报项目"

    play(Shown(), story)


def test_every_painted_line_is_equally_wide() -> None:
    names = (
        "[bold]粗[/bold]",
        "=1+1",
        "'; DROP TABLE",
        "👍🏽 示例",
        "长" * 200,
        "a\tb\nc\x1b[31m",
        "𠀀龘",
        "",
        "\u202eabc",
    )

    async def story(app: Shown, pilot: Pilot[None]) -> None:
        app.table.set_rows(keys(len(names)), lambda i: (str(i), names[i], "县" * 9, "1.00"))
        await pilot.pause()
        shown = lines(app.table)
        assert [cell_len(line) for line in shown] == [app.table.room] * len(shown)
        assert "[bold]粗[/bold]" in shown[1]
        assert "=1+1" in shown[2]
        assert "'; DROP TABLE" in shown[3]
        assert "…" in shown[5]
        assert "\x1b" not in shown[6]
        assert all(line.rstrip().endswith("1.00") for line in shown[1:10])

    play(Shown(), story)


def test_narrow_window_drops_what_may_go() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        app.table.set_rows(keys(3), cells)
        assert "县区" in lines(app.table)[0]
        await pilot.resize_terminal(28, 12)
        await pilot.pause()
        assert "县区" not in lines(app.table)[0]
        assert lines(app.table)[1].split() == ["0", "示例企业0", "0.25"]

    play(Shown(), story)


def test_wide_table_moves_sideways_under_its_fixed_columns() -> None:
    columns = (Column("no", "#", 4), *(Column(str(i), f"c{i}", 10) for i in range(8)))

    async def story(app: Shown, pilot: Pilot[None]) -> None:
        app.table.set_rows(["a"], lambda _i: ("no1", *(f"v{i}" for i in range(8))))
        await pilot.pause()
        assert lines(app.table)[0].split() == ["#", "c0", "c1", "c2"]
        await pilot.press("right", "right")
        await pilot.pause()
        first, *rest = lines(app.table)[1].split()
        assert first == "no1"
        assert "v0" not in rest
        assert "v3" in rest

    play(Shown(columns, fixed=1), story, size=(38, 8))


def test_line_across_is_no_row() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        app.table.set_rows(keys(5), cells, Line("入选线 80.31", after="KM-00001"))
        await pilot.pause()
        shown = lines(app.table)
        assert [line.split()[0] for line in shown[1:3]] == ["0", "1"]
        assert shown[3].startswith("══════ 入选线 80.31 ══")
        assert shown[4].split()[0] == "2"
        await pilot.press("down", "down")
        assert app.table.cursor_key == "KM-00002"
        await pilot.click(LongTable, offset=(3, 3))
        assert app.table.cursor_key == "KM-00002"
        await pilot.click(LongTable, offset=(3, 5))
        assert app.table.cursor_key == "KM-00003"
        app.table.set_rows(keys(5), cells, Line("入选线", after=None))
        assert lines(app.table)[1].startswith("══════ 入选线 ")
        app.table.set_rows(keys(5), cells, Line("入选线", after="gone"))
        assert lines(app.table)[1].split()[0] == "0"

    play(Shown(), story)


def test_find_goes_round_and_ignores_widths() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        app.table.set_rows(keys(10_000), cells)
        assert app.table.find("企业９９９")
        assert app.table.cursor_key == "KM-00999"
        assert app.table.find("企业999")
        assert app.table.cursor_key == "KM-09990"
        app.table.move_to(9999)
        assert app.table.find("企业999")
        assert app.table.cursor_key == "KM-00999"
        assert not app.table.find("没有这家")
        assert app.table.cursor_key == "KM-00999"

    play(Shown(), story)


def test_cursor_step_repaints_two_lines() -> None:
    class Watched(LongTable):
        painted: list[int] = []

        def render_line(self, y: int) -> object:  # type: ignore[override]
            self.painted.append(y)
            return super().render_line(y)

    async def story(app: Shown, pilot: Pilot[None]) -> None:
        table = app.table
        assert isinstance(table, Watched)
        table.set_rows(keys(10_000), cells)
        await pilot.press("down")
        table.painted.clear()
        await pilot.press("down")
        assert sorted(set(table.painted)) == [2, 3]

    app = Shown()
    app.table = Watched(COLUMNS)
    play(app, story)


def test_double_click_selects() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        app.table.set_rows(keys(5), cells)
        await pilot.click(LongTable, offset=(3, 3), times=2)
        assert app.told[-1] == ("selected", "KM-00002", 2)

    play(Shown(), story)


def test_messages_carry_their_table_for_selectors() -> None:
    table = LongTable(COLUMNS)
    message: Message = LongTable.RowHighlighted(table, "k", 0)
    assert message.control is table
