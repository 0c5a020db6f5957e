"""Pick one of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.widget import Widget

from models.text import T, Text
from screens.dialogs.dialog import Dialog
from screens.widgets.cells import Cell, Column, Tone
from screens.widgets.long_table import LongTable, Row
from screens.widgets.mark_entry import ascii_number


@dataclass(frozen=True)
class Option:
    """Something to pick: its key, its words, and a hint beside them."""

    key: str
    words: str
    hint: str = ""


class ChooseDialog(Dialog[str]):
    """A list; Enter takes the row under the cursor, 1 to 9 the first nine rows. The answer is the option's key."""

    BROAD: ClassVar[bool] = True
    DEFAULT_CSS = """
    ChooseDialog LongTable { height: auto; max-height: 100%; }
    """

    def __init__(self, title: Text | str, options: Sequence[Option], *, chosen: str | None = None) -> None:
        """`chosen`: the key on which the cursor stands at first."""
        super().__init__(title, (("1–9 Enter", T("选定")), ("↑↓", T("移动")), ("Esc", T("不选"))))
        self._options = options
        words = max((cell_len(option.words) for option in options), default=4)
        self._table = LongTable(
            (Column("no", "", 2, "right"), Column("words", "", min(words, 48)), Column("hint", "", min=8, drop=1)),
            header=False,
        )
        self._chosen = chosen

    def body(self) -> Sequence[Widget]:
        """The list."""
        return [self._table]

    def on_mount(self) -> None:
        """Fill the list, as high as it needs to be."""
        self._table.styles.height = len(self._options)
        self._table.set_rows([option.key for option in self._options], self._row)
        if self._chosen is not None:
            self._table.move_to(self._chosen)
        self._table.focus()

    def on_key(self, event: events.Key) -> None:
        """A digit picks its row, full-width ones too."""
        digit = ascii_number(event.character or "")
        if digit.isdecimal() and 1 <= int(digit) <= min(9, len(self._options)):
            event.stop()
            self.dismiss(self._options[int(digit) - 1].key)

    @on(LongTable.RowSelected)
    def take(self, message: LongTable.RowSelected) -> None:
        """Enter, or a double click."""
        message.stop()
        self.dismiss(message.key)

    def _row(self, index: int) -> Row:
        option = self._options[index]
        number = str(index + 1) if index < 9 else ""
        return (Cell(number, Tone.ACCENT), option.words, Cell(option.hint, Tone.MUTED))
