"""A dialog to be read: more lines than the window, moved with the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from models.text import T, Text
from screens.dialogs.dialog import Dialog

SCROLL = ("↑↓", T("滚动"))
LEAVE = ("Esc", T("关闭"))


class ReadingDialog(Dialog[str]):
    """Text in a box that scrolls. Subclasses say what stands in it for a width, and what there may be to choose."""

    BROAD: ClassVar[bool] = True
    AUTO_FOCUS = "#reading"
    DEFAULT_CSS = """
    ReadingDialog #reading {
        height: auto; max-height: 100%; background: $surface; scrollbar-size: 1 1; scrollbar-gutter: stable;
    }
    ReadingDialog #text { height: auto; }
    """

    def __init__(self, title: Text | str, keys: Sequence[tuple[str, Text]] = (SCROLL, LEAVE)) -> None:
        super().__init__(title, keys)

    def text(self, width: int) -> Content:
        """What stands in the box, `width` cells wide."""
        raise NotImplementedError

    def body(self) -> Sequence[Widget]:
        """One text that scrolls."""
        text = Static(id="text", markup=False)
        text.auto_links = False  # what can be chosen looks like the rest
        return [VerticalScroll(text, id="reading")]

    def on_resize(self) -> None:
        """The width is known, or another."""
        self.call_after_refresh(self.fill)

    def fill(self) -> None:
        """Set the text for the present width."""
        text = self.query_one("#text", Static)
        text.update(self.text(max(20, text.size.width)))
