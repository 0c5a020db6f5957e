"""The expert's scoring grid: one row an application, one column a criterion, a number typed straight into its cell.

It knows nothing of services. A finished number is posted as `Typed`; the screen answers with `set_saved` or
`set_refused`. A number is finished by Enter, Tab, leaving the cell or the grid, or a second's rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from models.text import tr
from screens.widgets.cells import GAP, Cell, Placed, Tone, segments
from screens.widgets.long_table import LongTable
from screens.widgets.mark_entry import GridCriterion, GridRow, MarkEntry, Place, RowState, ascii_number, columns_of
from screens.widgets.signs import Sign

_NAMES = 3
"""Columns before the first criterion: sign, number, name."""


class MarkGrid(LongTable):
    """A table with a cursor cell that takes numbers."""

    TELLS_ROWS = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "across(-1)", show=False),
        Binding("right", "across(1)", show=False),
        Binding("tab", "along(1)", show=False),
        Binding("shift+tab", "along(-1)", show=False),
        Binding("enter", "next_blank", show=False),
        Binding("backspace", "rub_out", show=False),
        Binding("delete", "clear", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"mark-grid--row", "mark-grid--cell", "mark-grid--caret"}
    DEFAULT_CSS = """
    MarkGrid {
        & .mark-grid--row { background: $panel; }
        & .mark-grid--cell {
            background: $block-cursor-blurred-background; color: $block-cursor-blurred-foreground; text-style: bold;
        }
        & .mark-grid--caret { background: $accent; }
        &:focus .mark-grid--cell { background: $block-cursor-background; color: $block-cursor-foreground; }
    }
    """

    @dataclass
    class Typed(Message):
        """A number is finished: its text as typed, in ASCII; "" takes the mark back."""

        row: str
        criterion: str
        text: str

    @dataclass
    class CellHighlighted(Message):
        """The cursor stands on another cell; `why` says what is wrong with its mark, if anything is."""

        row: str
        criterion: str
        why: str

    @dataclass
    class Locked(Message):
        """Somebody types into a row that takes no marks."""

        row: str

    def __init__(
        self,
        *,
        empty: str = "",
        down: bool = False,
        go_on: bool = False,
        rest_seconds: float = 1.0,
        id: str | None = None,
    ) -> None:
        """`down`: Enter goes down the column; `go_on`: the cursor goes on when no further digit would fit."""
        super().__init__((), empty=empty, fixed=_NAMES, id=id)
        self.down = down
        self.go_on = go_on
        self._rest_seconds = rest_seconds
        self._rest: Timer | None = None
        self._criteria: tuple[GridCriterion, ...] = ()
        self._rows: list[GridRow] = []
        self._at = 0
        self._entry = MarkEntry()

    # What screens say

    def set_grid(self, criteria: Sequence[GridCriterion], rows: Sequence[GridRow]) -> None:
        """Fill the grid. The cursor, what is being typed and what was refused stay where they are."""
        place = self.place
        self._criteria = tuple(criteria)
        self._rows = list(rows)
        self._at = min(self._at, max(0, len(self._criteria) - 1))
        self.set_columns(columns_of(self._criteria, self._rows))
        self.set_rows([row.key for row in rows], self._row_cells)
        if self.place != place:
            self._entry.drop()
            self._tell_cell()
        self._place_caret()

    @property
    def place(self) -> Place | None:
        """The cell under the cursor; None where there is none."""
        key = self.cursor_key
        return (key, self._criteria[self._at].code) if key is not None and self._criteria else None

    def set_saved(self, row: str, criterion: str, shown: str) -> None:
        """The number is stored; `shown` is how it reads now."""
        self._entry.saved((row, criterion), shown)
        index, column = self._index_of.get(row, -1), self._column_of(criterion)
        if index >= 0 and column is not None:
            marks = self._rows[index].marks
            self.set_row(replace(self._rows[index], marks=(*marks[:column], shown, *marks[column + 1 :])))

    def set_refused(self, row: str, criterion: str, typed: str, why: str) -> None:
        """The number can't stand: it stays in sight, marked, and the mark before it holds."""
        self._entry.refused((row, criterion), typed, why)
        self._refresh_row(self._index_of.get(row, -1))
        if (row, criterion) == self.place:
            self._tell_cell()

    def set_total(self, row: str, shown: str) -> None:
        """The row's sum as it reads now."""
        if (index := self._index_of.get(row, -1)) >= 0:
            self.set_row(replace(self._rows[index], total=shown))

    def set_row(self, row: GridRow) -> None:
        """Put another row in the place of the one with its key."""
        if (index := self._index_of.get(row.key, -1)) >= 0:
            self._rows[index] = row
            self._refresh_row(index)

    def finish(self) -> Typed | None:
        """Finish the number that is being typed and hand it over: what a screen does before it is left."""
        self._stop_rest()
        if self._entry.at is None:
            return None
        taken = self._entry.leave(self._saved())
        self._refresh_row(self._cursor)
        return self.Typed(*taken[0], taken[1]) if taken else None

    def give_up(self) -> bool:
        """Forget the cell's number if it is still being typed, or was refused. False if there is none."""
        self._stop_rest()
        given_up = self.place is not None and self._entry.give_up(self.place)
        self._refresh_row(self._cursor)
        return given_up

    def go_to(self, row: str, criterion: str) -> bool:
        """Put the cursor on a cell. False if there is no such cell."""
        column = self._column_of(criterion)
        if column is None or row not in self._index_of or not self.selectable(self._index_of[row]):
            return False
        self._go(self._index_of[row], column)
        return True

    def selectable(self, index: int) -> bool:
        """The cursor passes over what the expert is recused from."""
        return self._rows[index].state is not RowState.RECUSED

    def move_to(self, row: int | str) -> bool:
        """Put the cursor on a row, in the same column; the number being typed is finished first."""
        self._leave_cell()
        moved = super().move_to(row)
        self._tell_cell()
        self._place_caret()
        return moved

    # Painting

    def _row_cells(self, index: int) -> list[str | Cell]:
        row = self._rows[index]
        if row.state is RowState.RECUSED:
            marks = [str(Sign.NONE) + " "] * len(self._criteria)
            told = [str(Sign.RECUSED), row.no, row.name, *marks, tr("回避")]
            return [Cell(text, Tone.MUTED) for text in told]
        cells: list[str | Cell] = [Cell(str(row.sign), row.tone), row.no, row.name]
        for criterion, saved in zip(self._criteria, row.marks, strict=True):
            cells.append(self._entry.cell((row.key, criterion.code), saved))
        return [*cells, Cell(row.total, Tone.STRONG)]

    def _paint_cursor(self, index: int) -> Strip:
        row = self.look("mark-grid--row", partial=True)
        cell = self.look("mark-grid--cell")
        placed = self._placed_cell()

        def style_of(column: int, tone: Tone) -> Style:
            if placed is not None and column == placed.column:
                return cell + Style(italic=True) if tone is Tone.MUTED else cell
            return self._tone(tone) + row

        base = self._tone(Tone.PLAIN) + row
        strip = Strip(segments(self._row_cells(index), self.columns, self._placed, base, style_of))
        if placed is None or not self.has_focus:
            return strip
        caret = placed.x + placed.width - 1
        bar = Strip([Segment(" ", self.look("mark-grid--caret"))], 1)
        return Strip.join([strip.crop(0, caret), bar, strip.crop(caret + 1)])

    def _placed_cell(self) -> Placed | None:
        return self._placed[_NAMES + self._at] if self.place is not None else None

    def _place_caret(self) -> None:
        """Keep the terminal's own cursor in the cell: input methods open their window there."""
        placed = self._placed_cell()
        if placed is None or not self.has_focus:
            return
        x = placed.x + placed.width - 1 - self.scroll_offset.x
        y = self._line_of(self._cursor) + self._top - self.scroll_offset.y
        self.app.cursor_position = self.scrollable_content_region.offset + Offset(x, y)

    # Typing

    async def on_key(self, event: events.Key) -> None:
        """Take digits and the point, full-width ones too."""
        if event.character is not None and ascii_number(event.character):
            event.stop()
            event.prevent_default()
            self._type(event.character)

    def on_paste(self, event: events.Paste) -> None:
        """Take a pasted number like one that is typed."""
        event.stop()
        self._type(event.text.strip())

    def _type(self, text: str) -> None:
        if (place := self._writable()) is not None:
            self._entry.add(place, text)
            self._edited()
            if self.go_on and self._criteria[self._at].filled_by(self._entry.buffer):
                self.action_next_blank()

    def action_rub_out(self) -> None:
        """Take away the last character; in a cell that holds a mark, of that mark."""
        if (place := self._writable()) is not None:
            self._entry.rub_out(place, self._saved())
            self._edited()

    def action_clear(self) -> None:
        """Empty the cell: the mark is taken back, which is not a zero."""
        if (place := self._writable()) is not None:
            self._entry.clear(place)
            self._edited()

    def _writable(self) -> Place | None:
        """The cell under the cursor if it takes marks; else the screen is told that it doesn't."""
        place = self.place
        if place is not None and self._rows[self._cursor].state is RowState.LOCKED:
            self.post_message(self.Locked(place[0]))
            return None
        return place

    def _edited(self) -> None:
        """Show what is typed now, and wait for the next key."""
        self._refresh_row(self._cursor)
        self._place_caret()
        self._stop_rest()
        self._rest = self.set_timer(self._rest_seconds, self._rested)

    def _saved(self) -> str:
        return self._rows[self._cursor].marks[self._at] if self.place is not None else ""

    def _rested(self) -> None:
        """A second without a key: the number counts as finished, the cursor and the typing stay."""
        self._rest = None
        if taken := self._entry.take(self._saved()):
            self.post_message(self.Typed(*taken[0], taken[1]))
            self._refresh_row(self._cursor)

    def _leave_cell(self) -> None:
        if typed := self.finish():
            self.post_message(typed)

    def _stop_rest(self) -> None:
        if self._rest is not None:
            self._rest.stop()
            self._rest = None

    # Moving

    def action_across(self, columns: int) -> None:
        """Go to the neighbouring cell of the same application."""
        column = self._at + columns
        if 0 <= column < len(self._criteria):
            self._go(self._cursor, column)

    def action_along(self, direction: int) -> None:
        """Go to the next or previous cell, over the end of the row too."""
        column = self._at + direction
        if 0 <= column < len(self._criteria):
            self._go(self._cursor, column)
        elif (index := self._row_towards(direction)) is not None:
            self._go(index, 0 if direction > 0 else len(self._criteria) - 1)

    def action_next_blank(self) -> None:
        """Go to the next blank of this application, then to the next application; or down the column."""
        if self.place is None:
            return
        self._leave_cell()
        following = self._row_towards(1, RowState.OPEN)
        if self.down:
            wanted = None if following is None else (following, self._at)
        else:
            count = len(self._criteria)
            here = ((self._cursor, (self._at + step) % count) for step in range(1, count))
            there = ((following, column) for column in range(count)) if following is not None else ()
            first = None if following is None else (following, 0)
            wanted = next((cell for cells in (here, there) for cell in cells if self._is_blank(*cell)), first)
        if wanted is not None:
            self._go(*wanted)

    def _is_blank(self, index: int, column: int) -> bool:
        row = self._rows[index]
        place = (row.key, self._criteria[column].code)
        return row.state is RowState.OPEN and self._entry.is_blank(place, row.marks[column])

    def _row_towards(self, direction: int, *states: RowState) -> int | None:
        """The next row that may be chosen, in one of the states if any are given."""
        index = self._cursor + direction
        wanted = states or (RowState.OPEN, RowState.LOCKED)
        while 0 <= index < len(self._rows) and self._rows[index].state not in wanted:
            index += direction
        return index if 0 <= index < len(self._rows) else None

    def _go(self, index: int, column: int) -> None:
        self._leave_cell()
        self._at = column
        self._repaint_row(self._cursor)
        self._show_column()
        self.move_to(index)

    def _show_column(self) -> None:
        """Move a wide grid sideways until the cursor's cell is in the window."""
        placed = self._placed_cell()
        if placed is None:
            return
        still = self._placed[self._fixed].x
        x = self.scroll_offset.x
        if placed.x - x < still:
            self.scroll_to(x=placed.x - still, animate=False, force=True)
        elif placed.x + placed.width + GAP - x > self.room:
            self.scroll_to(x=placed.x + placed.width + GAP - self.room, animate=False, force=True)

    def _column_of(self, criterion: str) -> int | None:
        return next((i for i, c in enumerate(self._criteria) if c.code == criterion), None)

    def _tell_cell(self) -> None:
        if (place := self.place) is not None:
            # to the screen itself: all on the way up to it would be woken for each key
            self.screen.post_message(self.CellHighlighted(*place, self._entry.why(place)))

    # Changes from outside

    def on_focus(self) -> None:
        """The caret comes into the cell."""
        self._refresh_row(self._cursor)
        self._place_caret()

    def on_blur(self) -> None:
        """Leaving the grid finishes the number."""
        self._leave_cell()
        self._repaint_row(self._cursor)

    def resized(self) -> None:
        """Lay out anew; the caret follows its cell."""
        super().resized()
        self._show_column()
        self._place_caret()

    def clicked(self, index: int, x: int, times: int) -> None:
        """Put the cursor on the cell that the mouse points at."""
        marks = self._placed[_NAMES:-1]
        x += self.scroll_offset.x if marks and x >= marks[0].x else 0
        column = next((i for i, p in enumerate(marks) if p.x <= x < p.x + p.width + GAP), self._at)
        if 0 <= index < len(self._rows) and self.selectable(index):
            self._go(index, column)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The caret follows its cell."""
        super().watch_scroll_y(old_value, new_value)
        self._place_caret()

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        """The caret follows its cell."""
        super().watch_scroll_x(old_value, new_value)
        self._place_caret()
