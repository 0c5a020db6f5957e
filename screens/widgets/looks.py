"""Styles of components, computed once."""

from __future__ import annotations

from typing import Any

from rich.style import Style
from textual.scroll_view import ScrollView


class Looks(ScrollView):
    """A widget that paints lines. (Textual computes all styles anew after every repaint, were it of a single line.)"""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._looks: dict[tuple[str, bool], Style] = {}

    def look(self, name: str, *, partial: bool = False) -> Style:
        """The style of a component; `partial`: only what it says itself."""
        if (style := self._looks.get((name, partial))) is None:
            style = self._looks[name, partial] = self.get_component_rich_style(name, partial=partial)
        return style

    def notify_style_update(self) -> None:
        """Another theme, or the focus came or went: what was computed no longer holds."""
        super().notify_style_update()
        self._looks.clear()
