"""The SSH door's side of a desk: a terminal that may be gone while the desk still stores what was typed."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from textual.drivers.linux_driver import LinuxDriver


class _MayBeGone:
    """A terminal to paint on: when it is gone, what is painted is dropped.

    The thread that writes would else end with the first word too much, and all that paints stand still once the queue
    before it is full, also what has to store what was typed.
    """

    def __init__(self, terminal: Any) -> None:
        self._terminal = terminal
        self.fileno = terminal.fileno

    def write(self, painted: str) -> None:
        with suppress(OSError):
            self._terminal.write(painted)

    def flush(self) -> None:
        with suppress(OSError):
            self._terminal.flush()


class TerminalDriver(LinuxDriver):
    """Textual's driver for terminals, for one that is never come back to."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._file: Any = _MayBeGone(self._file)

    def _sigcont_application(self, *_: object) -> None:
        """A hang-up comes with a SIGCONT, at which Textual's driver begins anew as if it had been stopped."""
