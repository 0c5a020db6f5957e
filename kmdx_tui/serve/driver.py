"""The browser's side of a desk: a terminal that may go and come back, and whose server may die."""

from __future__ import annotations

import asyncio
import os
import select
import sys
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

from textual import events
from textual.constants import ESCAPE_DELAY
from textual.drivers._input_reader import InputReader
from textual.drivers.web_driver import WebDriver
from textual.geometry import Size
from textual.message import Message

GRACE_SECONDS = 10.0
"""How long a desk whose server is gone may take to store what was typed. Then it ends, whatever it is doing."""

CAN_SELECT = os.name == "posix"
"""Whether it can be waited for input and for an end at once."""

LONGEST_READ = 64 * 1024

_INTO_APPLICATION_MODE = "".join(
    (
        "\x1b[?1049h",  # the alternate screen
        "\x1b[?1000h\x1b[?1003h\x1b[?1015h\x1b[?1006h",  # the mouse
        "\x1b[?25l",  # no cursor of the terminal's own
        "\x1b[?2026$p",  # whether it takes whole pictures at once
        "\x1b[?2004h",  # pasted text is told apart from typed
    )
)


class LineLost(Message):
    """Nobody looks at this desk any more: its tab was closed, or its line broke."""


class LineBack(Message):
    """A terminal that knows nothing of what was painted shows this desk from now on."""


class PatientReader(InputReader):
    """Reads what the server sends, and sleeps where Textual's looks ten times a second whether it is to end."""

    def __init__(self) -> None:
        super().__init__()
        self._bell, self._rings = os.pipe()

    def close(self) -> None:
        """End the reading."""
        super().close()
        os.write(self._rings, b"!")

    def __iter__(self) -> Iterator[bytes]:
        """What comes, as it comes, and nothing once after it: an Esc that no more follows on is a key by then."""
        here = sys.__stdin__.fileno() if sys.__stdin__ is not None else 0
        quiet: float | None = None
        while not self._exit_event.is_set():
            ready, _, _ = select.select([here, self._bell], [], [], quiet)
            if here in ready:
                data = os.read(here, LONGEST_READ)
                if not data:
                    return
                yield data
                quiet = ESCAPE_DELAY * 1.2
            else:
                yield b""
                quiet = None


class DeskDriver(WebDriver):
    """Textual's driver for browsers, for a desk that outlives its sockets but never its server."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._pipe = threading.Lock()
        if CAN_SELECT:
            self._input_reader = PatientReader()
        self._write = partial(self._write_whole)

    def _write_whole(self, data: bytes) -> int:
        """Write a packet in one piece: the painting and the input thread both write, and pipes may split."""
        with self._pipe:
            left = memoryview(data)
            while left:
                try:
                    left = left[os.write(self.fileno, left) :]
                except BrokenPipeError:  # the server is gone: the end of the input says so, and ends the desk
                    break
        return len(data)

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """What the server says beside the keys."""
        if packet_type == "detach":
            self._app.post_message(events.AppBlur())
            self._app.post_message(LineLost())
        elif packet_type == "attach":
            self._size = (int(str(payload["width"])), int(str(payload["height"])))
            self._app.post_message(events.Resize(Size(*self._size), Size(*self._size)))
            self._app.post_message(LineBack())
        elif packet_type == "quit":
            self._quit()
        else:
            super().on_meta(packet_type, payload)

    def show_again(self) -> None:
        """Tell the server that what is painted from now on is for the terminal that has come, and make that ready."""
        self.write_meta({"type": "attached"})
        self.write(_INTO_APPLICATION_MODE)

    def run_input_thread(self) -> None:
        """Read input to its end. An end that nobody asked for is the server's: the desk follows it."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._quit()

    def _quit(self) -> None:
        end_within(GRACE_SECONDS)
        asyncio.run_coroutine_threadsafe(self._app.action_quit(), self._loop)


def end_within(seconds: float) -> None:
    """End this process when the time is over, unless it ends before."""
    last = threading.Timer(seconds, os._exit, (1,))
    last.daemon = True
    last.start()
