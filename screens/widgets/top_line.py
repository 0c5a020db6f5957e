"""The top line: which meeting, which phase, which batch, and who sits here."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from screens.widgets.cells import fit
from screens.widgets.signs import Sign


class TopLine(Widget):
    """One line: the meeting to the left, what is going on in the middle, the person to the right."""

    DEFAULT_CSS = """
    TopLine { dock: top; height: 1; background: $primary; color: $text; text-style: bold; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._parts: tuple[str, ...] = ()
        self._who = ""

    def show(self, *parts: str, who: str = "") -> None:
        """Say meeting, phase, batch or what else, most important first; empty ones are left out. `who` always shows."""
        self._parts, self._who = tuple(part for part in parts if part), who
        self.refresh()

    def render(self) -> Content:
        """The line, cut in the middle where the window is narrow."""
        room = self.size.width
        who = fit(self._who, min(cell_len(self._who), room // 2))
        left = f" {Sign.BETWEEN} ".join(self._parts)
        return Content(f" {fit(left, room - cell_len(who) - 3)} {who} ")
