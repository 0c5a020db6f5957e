"""The floors: the least a Textual program can be. Run as `floors.py hello` or `floors.py table`."""

from __future__ import annotations

import sys

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static


class Hello(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("bare-app-painted")


class Table(ScrollView, can_focus=True):
    """Ten thousand rows and a cursor; no header, no columns, no cache."""

    BINDINGS = [Binding("down", "down")]
    ROWS = 10_000

    def __init__(self) -> None:
        super().__init__()
        self.cursor = 0

    def on_mount(self) -> None:
        """Take the size."""
        self.virtual_size = Size(150, self.ROWS)

    def render_line(self, y: int) -> Strip:
        """One row."""
        row = y + self.scroll_offset.y
        style = Style(reverse=row == self.cursor)
        return Strip([Segment(f"row-{row + 1} ".ljust(self.size.width), style)])

    def action_down(self) -> None:
        """Move the cursor and repaint two rows."""
        before, self.cursor = self.cursor, min(self.cursor + 1, self.ROWS - 1)
        top = self.scroll_offset.y
        if self.cursor >= top + self.size.height:
            self.scroll_to(y=self.cursor - self.size.height + 1, animate=False)
        for row in (before, self.cursor):
            self.refresh(Region(0, row - top, self.size.width, 1))


class TableApp(App[None]):
    """The table and nothing else."""

    def compose(self) -> ComposeResult:
        """The table."""
        yield Table()


if __name__ == "__main__":
    (Hello if sys.argv[1] == "hello" else TableApp)().run()
