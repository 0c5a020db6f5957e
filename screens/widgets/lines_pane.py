"""A few lines of text that are made for the room there is: what stands beside or below a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest

from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

from screens.widgets.cells import STYLES, Cell, shown
from screens.widgets.looks import background_style, finished, is_bare, padded

Line = Sequence[Cell]
"""One line: its pieces, each with its tone. They are expected to fit."""

MOST_STRIPS = 500
"""Painted lines that a pane keeps: many come back, the blank one first of all."""


class LinesPane(Widget):
    """Asks for its lines by width and height: other contents never lay the screen out anew, and only lines that changed
    are painted."""

    DEFAULT_CSS = """
    LinesPane { height: 1fr; color: $foreground; }
    """

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._made: Callable[[int, int], Sequence[Line]] = lambda _width, _height: ()
        self._fitted: list[tuple[Cell, ...]] = []
        self._room = (-1, -1)
        self._strips: dict[tuple[Cell, ...], Strip] = {}
        self._whole: dict[tuple[Cell, ...], Strip] = {}

    def show(self, lines: Callable[[int, int], Sequence[Line]]) -> None:
        """Show what `lines(width, height)` gives, in cells; what is too much is cut off at the end."""
        self._made = lines
        if not self._is_mounted or self._room != tuple(self.content_size):
            self.refresh()  # made when it is painted, for the room that there is then
            return
        before = self._fitted
        self._fit()
        changed = [y for y, (old, new) in enumerate(zip_longest(before, self._fitted)) if old != new]
        if changed:
            self.refresh(*(Region(0, y, self._room[0], 1) for y in changed))

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> LinesPane:
        """Paint anew; all of it, and the lines are asked for anew: what they tell of may have changed."""
        if not regions:
            self._room = (-1, -1)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def render(self) -> Content:
        """All lines, as they fit now."""
        return content(self._fitting)

    def render_line(self, y: int) -> Strip:
        """One line; with a part of it selected, as Textual paints it."""
        if self.text_selection is not None:
            return super().render_line(y)
        line = self._fitting[y] if y < len(self._fitting) else ()
        if (strip := self._strips.get(line)) is None:
            strip = Visual.to_strips(self, content([line]), self._room[0], 1, self.visual_style)[0]
            self._strips[line] = strip
        return strip

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines with their padding, as they are kept."""
        padding = self.styles.padding
        if self.text_selection is not None or padding.top or padding.bottom or not is_bare(self):
            return super().render_lines(crop)
        fitting, whole, strips = self._fitting, self._whole, []
        for y in crop.line_range:
            line = fitting[y] if y < len(fitting) else ()
            if (strip := whole.get(line)) is None:
                style = background_style(self)
                inner = self.render_line(y).adjust_cell_length(self._room[0], style)
                strip = whole[line] = padded(inner.apply_style(style), padding, style)
            strips.append(strip)
        return finished(self, strips, crop)

    def notify_style_update(self) -> None:
        """Colours changed: what was painted is painted anew."""
        super().notify_style_update()
        self._forget()

    def _forget(self) -> None:
        self._strips.clear()
        self._whole.clear()

    @property
    def _fitting(self) -> Sequence[tuple[Cell, ...]]:
        if self._room != tuple(self.content_size):
            self._fit()
        return self._fitted

    def _fit(self) -> None:
        width, height = self.content_size
        if self._room[0] != width or len(self._strips) > MOST_STRIPS:
            self._forget()
        self._room = width, height
        self._fitted = [tuple(line) for line in self._made(width, height)[:height]]


def content(lines: Sequence[Line]) -> Content:
    """Lines as one text."""
    parts: list[tuple[str, str]] = []
    for number, line in enumerate(lines):
        parts.append(("\n" if number else "", ""))
        parts += [(shown(text), STYLES[tone]) for text, tone in line]
    return Content.assemble(*parts)
