"""The top line: which meeting, which phase, which batch, and who sits here."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from screens.widgets.cells import fit
from screens.widgets.signs import Sign

_LEAST = 12
"""Cells that the first part keeps however narrow it gets."""


class TopLine(Widget):
    """One line: the meeting to the left, what is going on in the middle, the person to the right."""

    DEFAULT_CSS = """
    TopLine { dock: top; height: 1; background: $primary; color: $text; text-style: bold; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._parts: tuple[str, ...] = ()
        self._who = ""
        self._left: Callable[[], str] | None = None

    def on_mount(self) -> None:
        """Let a countdown go on."""
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        if self._left is not None:
            self.refresh()

    def count_down(self, left: Callable[[], str] | None) -> None:
        """Show how much time is left, before the person; `left` is asked each second. None: no countdown."""
        self._left = left
        self.refresh()

    def show(self, *parts: str, who: str = "") -> None:
        """Say meeting, phase, batch or what else; empty ones are left out. In a narrow window the first gives way."""
        self._parts, self._who = tuple(part for part in parts if part), who
        self.refresh()

    def render(self) -> Content:
        """The line; where the window is narrow the first part is cut, then the end of the others."""
        left = f"{self._left()}  " if self._left is not None else ""
        who = fit(left + self._who, min(cell_len(left + self._who), self.size.width // 2))
        room = self.size.width - cell_len(who) - 3
        between = f" {Sign.BETWEEN} "
        first, *others = self._parts or ("",)
        rest = "".join(between + part for part in others)
        first = fit(first, min(cell_len(first), max(_LEAST, room - cell_len(rest))))
        return Content(f" {fit(first + rest, room)} {who} ")
