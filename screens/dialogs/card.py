"""A card: everything known of one thing, label and value, over several pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content

from models.text import T, Text
from screens.dialogs.reading import LEAVE, SCROLL, ReadingDialog
from screens.widgets.cells import MUTED, STYLES, Cell, Tone, fit, shown, wrap


@dataclass(frozen=True)
class Page:
    """A page of a card. A row without a label is a paragraph."""

    title: str
    rows: Sequence[tuple[str, str | Cell]]


class CardDialog(ReadingDialog):
    """Pages of labels and values; left and right turn them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,shift+tab", "turn(-1)", show=False, priority=True),
        Binding("right,tab", "turn(1)", show=False, priority=True),
    ]

    def __init__(self, title: Text | str, pages: Sequence[Page], first: int = 0) -> None:
        """`first`: the page that is open at first."""
        turn = (("←→", T("翻页")),) if len(pages) > 1 else ()
        super().__init__(title, (SCROLL, *turn, LEAVE))
        self._pages = pages
        self._page = first

    def text(self, width: int) -> Content:
        """The tabs, if there are several pages, and the rows of the present one."""
        parts: list[tuple[str, str]] = []
        if len(self._pages) > 1:
            for number, page in enumerate(self._pages):
                parts.append((f" {shown(page.title)} ", "reverse bold" if number == self._page else MUTED))
                parts.append((" ", ""))
            parts.append(("\n\n", ""))
        rows = self._pages[self._page].rows if self._pages else ()
        labels = min(max((cell_len(label) for label, _ in rows), default=0), width // 3)
        for label, value in rows:
            text, tone = value if isinstance(value, Cell) else (value, Tone.PLAIN)
            lead = f"{fit(label, labels)}  " if label else ""
            for number, line in enumerate(wrap(text, width - cell_len(lead))):
                parts += [(lead if number == 0 else " " * cell_len(lead), MUTED), (f"{line}\n", STYLES[tone])]
        return Content.assemble(*parts)

    def action_turn(self, pages: int) -> None:
        """Turn to another page, round at the ends."""
        self._page = (self._page + pages) % max(1, len(self._pages))
        self.fill()
        self.query_one("#reading").scroll_home(animate=False)
