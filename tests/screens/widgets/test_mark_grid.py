"""The scoring grid: what is typed becomes a number once, in the right cell, whatever input method is on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Offset
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Input

from screens.widgets.mark_entry import GridCriterion, GridRow, RowState
from screens.widgets.mark_grid import MarkGrid
from screens.widgets.signs import Sign

CRITERIA = (
    GridCriterion("plan", "方案", "30", 0),
    GridCriterion("money", "投入", "20", 1),
    GridCriterion("effect", "成效", "20", 1),
)
BLANK = ("", "", "")


def row(no: int, marks: tuple[str, ...] = BLANK, state: RowState = RowState.OPEN) -> GridRow:
    return GridRow(f"k{no}", Sign.BLANK, f"KM-{no:03}", f"示例企业{no}", marks, "", state)


ROWS = (row(1), row(2, state=RowState.RECUSED), row(3, ("26", "", "16")), row(4))


class Shown(App[None]):
    """An app with a grid, an input to leave it for, and a note of every finished number."""

    def __init__(self, *, down: bool = False, go_on: bool = False, rest_seconds: float = 60) -> None:
        super().__init__()
        self.grid = MarkGrid(down=down, go_on=go_on, rest_seconds=rest_seconds)
        self.typed: list[tuple[str, str, str]] = []
        self.locked: list[str] = []
        self.whys: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.grid
        yield Input()

    def on_mark_grid_typed(self, message: MarkGrid.Typed) -> None:
        self.typed.append((message.row, message.criterion, message.text))

    def on_mark_grid_locked(self, message: MarkGrid.Locked) -> None:
        self.locked.append(message.row)

    def on_mark_grid_cell_highlighted(self, message: MarkGrid.CellHighlighted) -> None:
        self.whys.append(message.why)


def play(
    app: Shown,
    story: Callable[[Shown, Pilot[None]], Awaitable[None]],
    rows: tuple[GridRow, ...] = ROWS,
    size: tuple[int, int] = (80, 14),
) -> None:
    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            app.grid.set_grid(CRITERIA, rows)
            app.grid.focus()
            await pilot.pause()
            await story(app, pilot)

    asyncio.run(run())


def line(app: Shown, y: int) -> str:
    return app.grid.render_line(y).text


def test_enter_and_arrows_keep_their_place_among_digits_typed_faster_than_they_are_painted() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        for key in ("1", "2", "enter", "1", "3", "tab", "7", "left", "5", "backspace", "6", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        await pilot.pause()
        assert app.typed == [("k1", "plan", "12"), ("k1", "money", "13"), ("k1", "effect", "7"), ("k1", "money", "6")]

    play(Shown(), story)


async def commit(app: Shown, pilot: Pilot[None], text: str) -> None:
    """What an input method sends: characters, as the terminal's parser turns them into keys."""
    for character in text:
        app.post_message(events.Key(_character_to_key(character), character))
    await pilot.pause()


def test_full_width_digits_and_points_are_numbers() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await commit(app, pilot, "８．５")
        await pilot.press("tab")
        await commit(app, pilot, "９。５")
        await pilot.press("tab")
        await commit(app, pilot, "1.5")
        await pilot.press("enter")
        assert app.typed == [("k1", "plan", "8.5"), ("k1", "money", "9.5"), ("k1", "effect", "1.5")]

    play(Shown(), story)


def test_other_characters_are_left_alone() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await pilot.press("a", "八", "minus", "7", "full_stop", "full_stop", "5", "x", "enter")
        assert app.typed == [("k1", "plan", "7.5")]

    play(Shown(), story)


def test_enter_goes_to_the_next_blank_then_to_the_next_application() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await pilot.press("right")
        await pilot.press("1", "5", "enter")
        assert app.grid.place == ("k1", "effect")
        await pilot.press("1", "6", "enter")
        assert app.grid.place == ("k1", "plan")
        await pilot.press("2", "6", "enter")
        assert app.grid.place == ("k3", "money"), "the recused row is passed over, the filled cell too"
        await pilot.press("9", "enter")
        assert app.grid.place == ("k4", "plan")

    play(Shown(), story)


def test_enter_down_the_column_is_a_setting() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await pilot.press("2", "0", "enter")
        assert app.grid.place == ("k3", "plan")

    play(Shown(down=True), story)


def test_going_on_by_itself_is_a_setting() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await pilot.press("2", "6")
        assert app.grid.place == ("k1", "money")
        await pilot.press("1", "5")
        assert app.grid.place == ("k1", "money"), "a half point may still come"
        await pilot.press("full_stop", "5")
        assert app.grid.place == ("k1", "effect")
        assert app.typed == [("k1", "plan", "26"), ("k1", "money", "15.5")]

    play(Shown(go_on=True), story)


def test_tab_and_arrows_walk_over_recused_rows() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await pilot.press("tab", "tab", "tab")
        assert app.grid.place == ("k3", "plan")
        await pilot.press("shift+tab")
        assert app.grid.place == ("k1", "effect")
        await pilot.press("down")
        assert app.grid.place == ("k3", "effect")
        await pilot.press("up", "left", "left", "left", "up")
        assert app.grid.place == ("k1", "plan")
        assert app.typed == []

    play(Shown(), story)


def test_saved_mark_shows_and_same_number_is_not_handed_over_again() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await pilot.press("2", "6", "enter")
        app.grid.set_saved("k1", "plan", "26")
        app.grid.set_total("k1", "26.0")
        assert line(app, 1).split() == ["○", "KM-001", "示例企业1", "26", "26.0"]
        await pilot.press("left", "2", "6", "enter")
        assert app.typed == [("k1", "plan", "26")]

    play(Shown(), story)


def test_number_waiting_for_its_answer_is_known_when_it_is_typed_over() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await pilot.press("1", "5", "enter", "left", "backspace", "backspace", "enter")
        assert app.typed == [("k1", "plan", "15"), ("k1", "plan", "")], "back to what was saved, yet not the same"
        app.grid.set_saved("k1", "plan", "15")
        assert line(app, 1).split()[3:] == [], "the later number is still on its way"
        app.grid.set_saved("k1", "plan", "")
        assert line(app, 1).split()[3:] == []

    play(Shown(), story)


def test_refused_number_stays_marked_with_its_reason() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await pilot.press("9", "9", "enter")
        app.grid.set_refused("k1", "plan", "99", "超过满分 30")
        assert line(app, 1).split()[3:] == ["!99"]
        assert app.grid.place == ("k1", "money"), "the cursor is not torn away from where one types"
        await pilot.press("left")
        assert app.whys[-1] == "超过满分 30"
        await pilot.press("2")
        assert line(app, 1).split()[3:] == ["2"]
        await pilot.press("5", "enter")
        app.grid.set_saved("k1", "plan", "25")
        assert app.typed == [("k1", "plan", "99"), ("k1", "plan", "25")]
        assert line(app, 1).split()[3:] == ["25"]

    play(Shown(), story)


def test_refused_number_typed_again_is_handed_over_again() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await pilot.press("9", "9", "enter")
        app.grid.set_refused("k1", "plan", "99", "超过满分 30")
        await pilot.press("left", "9", "9", "enter")
        assert app.typed == [("k1", "plan", "99"), ("k1", "plan", "99")]

    play(Shown(), story)


def test_a_rest_finishes_the_number_and_typing_goes_on() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await pilot.press("1")
        await pilot.pause(0.6)
        assert app.typed == [("k1", "plan", "1")]
        app.grid.set_saved("k1", "plan", "1")
        await pilot.press("7")
        await pilot.press("enter")
        assert app.typed == [("k1", "plan", "1"), ("k1", "plan", "17")]

    play(Shown(rest_seconds=0.4), story)


def test_undo_by_the_screen_wins_over_what_was_typed() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await pilot.press("1", "7")
        await pilot.pause(0.6)
        app.grid.set_saved("k1", "plan", "17")
        app.grid.set_saved("k1", "plan", "")
        assert line(app, 1).split()[3:] == []
        await pilot.press("tab")
        assert app.typed == [("k1", "plan", "17")]

    play(Shown(rest_seconds=0.4), story)


def test_leaving_the_grid_finishes_the_number() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await pilot.press("1", "2")
        app.query_one(Input).focus()
        await pilot.pause()
        assert app.typed == [("k1", "plan", "12")]

    play(Shown(), story)


def test_finish_hands_the_number_over_once() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await pilot.press("1", "2")
        typed = app.grid.finish()
        assert typed is not None
        assert (typed.row, typed.criterion, typed.text) == ("k1", "plan", "12")
        assert app.grid.finish() is None
        await pilot.press("down")
        assert app.typed == []

    play(Shown(), story)


def test_backspace_and_delete_take_a_saved_mark_back() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        app.grid.go_to("k3", "plan")
        await pilot.press("backspace", "5", "tab")
        app.grid.go_to("k3", "effect")
        await pilot.press("delete", "enter")
        assert app.typed == [("k3", "plan", "25"), ("k3", "effect", "")]

    play(Shown(), story)


def test_locked_rows_take_no_marks_and_say_so() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await pilot.press("5", "backspace", "delete", "enter")
        assert app.locked == ["k1", "k1", "k1"]
        assert app.typed == []
        assert app.grid.place == ("k2", "plan")

    play(Shown(), story, (row(1, ("26", "15", "16"), RowState.LOCKED), row(2)))


def test_recused_row_shows_no_mark() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        assert line(app, 1).split() == ["⊘", "KM-001", "示例企业1", "—", "—", "—", "回避"]
        assert app.grid.place is None
        await pilot.press("5", "enter", "tab", "down", "backspace")
        assert app.typed == []

    play(Shown(), story, (row(1, ("26", "15", "16"), RowState.RECUSED),))


def test_refill_keeps_what_is_being_typed_and_what_was_refused() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await pilot.press("9", "9", "enter")
        app.grid.set_refused("k1", "plan", "99", "超过满分 30")
        await pilot.press("1")
        app.grid.set_grid(CRITERIA, (row(0), *ROWS))
        await pilot.press("2", "enter")
        assert app.typed[-1] == ("k1", "money", "12")
        assert line(app, 2).split()[3:] == ["!99", "12"]

    play(Shown(), story)


def test_caret_stands_in_the_cell_and_follows_it() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        grid = app.grid

        def expected() -> Offset:
            title = grid.render_line(0).text
            end = title.index({"plan": "方案 30", "money": "投入 20", "effect": "成效 20"}[grid.place[1]])  # type: ignore[index]
            wide = sum(1 for c in title[:end] if ord(c) > 0x2E80)
            x = end + wide + 7
            return grid.region.offset + Offset(x, grid.cursor_index + 1 - grid.scroll_offset.y)

        assert app.cursor_position == expected()
        await pilot.press("1")
        assert app.cursor_position == expected()
        await pilot.press("tab", "down")
        assert app.cursor_position == expected()
        await pilot.press("end")
        await pilot.pause()
        assert app.cursor_position == expected()
        await pilot.resize_terminal(100, 20)
        await pilot.pause()
        assert app.cursor_position == expected()
        before = app.cursor_position
        app.query_one(Input).focus()
        await pilot.pause()
        assert app.cursor_position != before
        moved = app.cursor_position
        grid.set_total("k1", "3")
        await pilot.pause()
        assert app.cursor_position == moved, "a repaint elsewhere does not move it"

    play(Shown(), story, tuple(row(n) for n in range(1, 40)))


def test_pasted_number_is_typed() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        app.grid.post_message(events.Paste("１７.５\n"))
        await pilot.pause()
        await pilot.press("enter")
        assert app.typed == [("k1", "plan", "17.5")]

    play(Shown(), story)


def test_click_goes_to_the_cell() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await pilot.press("1", "1")
        x = app.grid._placed[4].x
        await pilot.click(MarkGrid, offset=(x + 2, 3))
        assert app.grid.place == ("k3", "money")
        assert app.typed == [("k1", "plan", "11")]
        await pilot.click(MarkGrid, offset=(x + 2, 2))
        assert app.grid.place == ("k3", "money"), "a recused row is not to be pointed at"

    play(Shown(), story)


def test_many_criteria_scroll_under_the_names() -> None:
    many = tuple(GridCriterion(f"c{i}", f"指标{i}", "10") for i in range(14))

    async def story(app: Shown, pilot: Pilot[None]) -> None:
        app.grid.set_grid(many, (GridRow("k", Sign.BLANK, "KM-1", "示例", ("",) * 14),))
        await pilot.pause()
        await pilot.press("shift+tab", *["tab"] * 13)
        await pilot.pause()
        assert app.grid.place == ("k", "c13")
        assert "指标13" in line(app, 0)
        assert "KM-1" in line(app, 1)
        caret = app.cursor_position
        assert 0 <= caret.x < 80

    play(Shown(), story)


def test_number_that_is_given_up_is_neither_handed_over_nor_in_the_way() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        app.grid.go_to("k3", "plan")
        assert not app.grid.give_up()
        await pilot.press("9", "9")
        assert app.grid.give_up()
        await pilot.press("tab")
        assert app.typed == []
        assert "26" in line(app, 3)
        app.grid.set_refused("k3", "money", "99", "too much")
        assert "!99" in line(app, 3)
        assert app.grid.give_up()
        assert "!99" not in line(app, 3)
        assert not app.grid.give_up()

    play(Shown(), story)


def test_number_that_was_handed_over_is_not_given_up() -> None:
    async def story(app: Shown, pilot: Pilot[None]) -> None:
        await pilot.press("9")
        await asyncio.sleep(0.1)
        assert app.typed == [("k1", "plan", "9")]
        assert not app.grid.give_up()

    play(Shown(rest_seconds=0.02), story)
