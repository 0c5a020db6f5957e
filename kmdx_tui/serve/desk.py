"""A desk in a process of its own: the app with the terminal that its door gives it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import on
from textual.driver import Driver

from kmdx_tui.app import KmdxApp, run
from kmdx_tui.serve.driver import GRACE_SECONDS, DeskDriver, LineBack, LineLost, end_within
from kmdx_tui.serve.order import Door, Order
from models.text import T
from screens.sitting_down import KnownSecret

if TYPE_CHECKING:
    from models.queries.base import Office
    from models.views.people import Actor

ORDER = "KMDX_DESK"
"""The environment variable with the order of a desk that was not forked."""

OF_THE_SERVER_S_TERMINAL = ("COLUMNS", "LINES")
"""A shell may export the size of the terminal that `kmdx serve` runs in: a desk would believe it before its own."""


class ServedApp(KmdxApp):
    """The app at a desk that somebody on another machine looks at: the files of this machine are not theirs."""

    served = True

    def __init__(self, opener: Callable[[], Office], place: str, *, order: Order) -> None:
        self._order = order
        self.where = str(T("浏览器")) if order.door is Door.BROWSER else "SSH"
        super().__init__(opener, place, self._proven if order.secret is not None else None)

    def _proven(self, name: str, meeting: str | None) -> KnownSecret | None:
        """The secret that was proven at the SSH door, for the name that it belongs to."""
        own, secret = self._order.name or "", self._order.secret
        return KnownSecret(secret) if secret is not None and own in (name, f"{meeting}/{name}") else None

    def get_driver_class(self) -> type[Driver]:
        """The browser's driver, or that of the terminal there is."""
        if self._order.door is Door.BROWSER:
            return DeskDriver
        from kmdx_tui.serve.terminal import TerminalDriver  # there are no such terminals on Windows

        return TerminalDriver

    def validate_app_focus(self, _focus: bool) -> bool:
        """The focus stays where it is, whatever window the person looks at: the driver's first word is a loss of it."""
        return True

    def on_mount(self) -> None:
        """A terminal that hangs up ends its desk, but first what was typed is stored."""
        if self._order.door is Door.TERMINAL:
            loop = asyncio.get_running_loop()  # its own handlers miss signals while much is typed: their pipe is full
            signal.signal(signal.SIGHUP, lambda *_: loop.call_soon_threadsafe(self._hung_up))

    def _hung_up(self) -> None:
        end_within(GRACE_SECONDS)
        self.run_worker(self.action_quit())

    def sit(self, actor: Actor | None, meeting: str | None) -> None:
        """Somebody takes the desk, or leaves it: the server keeps only desks at which somebody sits."""
        super().sit(actor, meeting)
        if isinstance(self._driver, DeskDriver):
            self._driver.write_meta({"type": "seated", "seated": actor is not None})

    @on(LineLost)
    def _line_lost(self) -> None:
        self.lock()

    @on(LineBack)
    def _paint_anew(self) -> None:
        if isinstance(self._driver, DeskDriver):
            self._driver.show_again()
        self.screen.refresh(layout=True)


def open_desk(order: Order) -> int:
    """Run a desk to its end in this process; returns its exit code."""
    for name in OF_THE_SERVER_S_TERMINAL:
        os.environ.pop(name, None)
    os.environ.update(order.environment)
    make: Any = partial(ServedApp, order=order)
    return run(order.place, order.lang, (order.name or "").rpartition("/")[2] or None, make)


if __name__ == "__main__":
    sys.exit(open_desk(Order.unpacked(os.environ[ORDER].encode())))
