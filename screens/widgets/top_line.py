"""The top line: which meeting, which phase, which batch, and who sits here."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from screens.widgets.cells import fit
from screens.widgets.signs import Sign

Part = str | Callable[[], str]
"""What a part of the line says; a function is asked each second."""

_LEAST = 12
"""Cells that the first part keeps however narrow it gets."""


class TopLine(Widget):
    """One line: the meeting to the left, what is going on in the middle, the person to the right."""

    DEFAULT_CSS = """
    TopLine { dock: top; height: 1; background: $primary; color: $text; text-style: bold; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._parts: tuple[Part, ...] = ()
        self._who = ""
        self._left: Callable[[], str] | None = None
        self._clock: Timer | None = None
        self._said: tuple[str, ...] = ()

    def on_mount(self) -> None:
        """Let the time go on."""
        self._wind()

    def count_down(self, left: Callable[[], str] | None) -> None:
        """Show how much time is left, before the person; `left` is asked each second. None: no countdown."""
        self._left = left
        self._changed()

    def show(self, *parts: Part, who: str = "") -> None:
        """Say meeting, phase, batch or what else; empty ones are left out. In a narrow window the first gives way."""
        self._parts, self._who = tuple(part for part in parts if part), who
        self._changed()

    def _changed(self) -> None:
        self._wind()
        self._said = self._telling()
        self.refresh()

    def _wind(self) -> None:
        """A clock goes only where there is a time to tell."""
        tells = self._left is not None or any(callable(part) for part in self._parts)
        if tells and self._clock is None and self.is_attached:
            self._clock = self.set_interval(1.0, self._tick)
        elif not tells and self._clock is not None:
            self._clock.stop()
            self._clock = None

    def _tick(self) -> None:
        """Paint what reads differently by now, if anybody sees it."""
        if self.screen.is_current and (said := self._telling()) != self._said:
            self._said = said
            self.refresh()

    def _telling(self) -> tuple[str, ...]:
        left = self._left() if self._left is not None else ""
        return (left, self._who, *(part if isinstance(part, str) else part() for part in self._parts))

    def render(self) -> Content:
        """The line; where the window is narrow the first part is cut, then the end of the others."""
        left, person, *parts = self._telling()
        who = f"{left}  {person}" if left else person
        who = fit(who, min(cell_len(who), self.size.width // 2))
        room = self.size.width - cell_len(who) - 3
        between = f" {Sign.BETWEEN} "
        first, *others = parts or ("",)
        rest = "".join(between + part for part in others)
        first = fit(first, min(cell_len(first), max(_LEAST, room - cell_len(rest))))
        return Content(f" {fit(first + rest, room)} {who} ")
