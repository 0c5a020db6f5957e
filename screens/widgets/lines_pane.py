"""A few lines of text that are made for the room there is: what stands beside or below a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.widget import Widget

from screens.widgets.cells import STYLES, Cell, shown

Line = Sequence[Cell]
"""One line: its pieces, each with its tone. They are expected to fit."""


class LinesPane(Widget):
    """Asks for its lines by width and height whenever it paints: other contents never lay the screen out anew."""

    DEFAULT_CSS = """
    LinesPane { height: 1fr; color: $foreground; }
    """

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: Callable[[int, int], Sequence[Line]] = lambda _width, _height: ()

    def show(self, lines: Callable[[int, int], Sequence[Line]]) -> None:
        """Show what `lines(width, height)` gives, in cells; what is too much is cut off at the end."""
        self._lines = lines
        self.refresh()

    def render(self) -> Content:
        """The lines as they fit now."""
        width, height = self.content_size
        return content(self._lines(width, height)[:height])


def content(lines: Sequence[Line]) -> Content:
    """Lines as one text."""
    parts: list[tuple[str, str]] = []
    for number, line in enumerate(lines):
        parts.append(("\n" if number else "", ""))
        parts += [(shown(text), STYLES[tone]) for text, tone in line]
    return Content.assemble(*parts)
