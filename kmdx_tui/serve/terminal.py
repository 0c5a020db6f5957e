"""The SSH door's side of a desk: a terminal that may hang up, and is never come back to."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver


class TerminalDriver(LinuxDriver):
    """Textual's driver for terminals, for one that may be gone while the desk still stores what was typed."""

    hung_up = False
    """Nobody looks any more. The thread that writes ends with the terminal, and what is queued for it holds up all."""

    def write(self, data: str) -> None:
        """Paint, as long as there is a terminal."""
        if not self.hung_up:
            super().write(data)

    def _sigcont_application(self, *_: object) -> None:
        """A hang-up comes with a SIGCONT, at which Textual's driver begins anew as if it had been stopped."""
