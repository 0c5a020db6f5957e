"""Lines painted straight from what is known, past the cache in which Textual makes each line anew."""

from __future__ import annotations

from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Spacing
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget


class BareScrollBar(ScrollBar):
    """A scrollbar whose lines are not made anew one by one whenever it moves by a part of one."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines as they are, where no border or tint changes them."""
        if not is_bare(self) or any(self.styles.gutter):
            return super().render_lines(crop)
        return finished(self, [self.render_line(y) for y in crop.line_range], crop)


class Looks(ScrollView):
    """A widget that paints lines and keeps them.

    Textual computes all styles of components anew after every repaint, were it of a single line, and builds every line
    that scrolls by from its segments.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._looks: dict[tuple[str, bool], Style] = {}

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The scrollbar at the side, made when it is first asked for."""
        if self._vertical_scrollbar is None:
            bar = BareScrollBar(vertical=True, name="vertical", thickness=self.scrollbar_size_vertical)
            self._vertical_scrollbar = bar
            bar.display = False
            self.app._start_widget(self, bar)
        return self._vertical_scrollbar

    def look(self, name: str, *, partial: bool = False) -> Style:
        """The style of a component; `partial`: only what it says itself."""
        if (style := self._looks.get((name, partial))) is None:
            style = self._looks[name, partial] = self.get_component_rich_style(name, partial=partial)
        return style

    def notify_style_update(self) -> None:
        """Another theme, or the focus came or went: what was computed no longer holds."""
        super().notify_style_update()
        self._looks.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines as they are, where no border or tint changes them."""
        if not is_bare(self) or any(self.styles.gutter):
            return super().render_lines(crop)
        width, base = self.region.width, background_style(self)
        return finished(self, [self.render_line(y).adjust_cell_length(width, base) for y in crop.line_range], crop)


def is_bare(widget: Widget) -> bool:
    """Whether nothing is laid over a widget's lines: no border, tint or transparency."""
    styles = widget.styles
    over = styles.tint.a or styles.text_opacity != 1.0 or styles.has_rule("hatch") or styles.has_rule("outline_top")
    return widget.opacity == 1.0 and not over and styles.gutter == styles.padding


def background_style(widget: Widget) -> Style:
    """What a widget has where it has nothing."""
    base, own = widget.background_colors
    return Style(bgcolor=(base + own).rich_color)


def padded(strip: Strip, padding: Spacing, style: Style) -> Strip:
    """A line with its padding at both sides."""
    left, right = (Segment(" " * cells, style) for cells in (padding.left, padding.right))
    return Strip([left, *strip, right], strip.cell_length + padding.left + padding.right)


def finished(widget: Widget, strips: list[Strip], crop: Region) -> list[Strip]:
    """Lines with the app's filters, and cropped."""
    _, background = widget.background_colors
    for line_filter in widget.get_line_filters():
        strips = [strip.apply_filter(line_filter, background) for strip in strips]
    start, end = crop.column_span
    return [strip.crop(start, end) for strip in strips]
