"""What a person feels, through a pty: from starting to the first paint, to data on screen, from a key to its paint."""

from __future__ import annotations

import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path

from bench.big import HIDDEN, PIN, build
from bench.measure import Result
from models.enums import Kind
from models.services.batches import new_batch
from models.services.meetings import new_meeting
from models.services.office import authenticate, found

HERE = Path(__file__).parent
ROWS, COLUMNS = 45, 160
TITLE = "测速用评审会"


class Terminal:
    """A program in a terminal of 160×45, its output collected with the time of its arrival."""

    def __init__(self, command: Sequence[str]) -> None:
        self.fd, slave = pty.openpty()
        ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # both run from cached bytecode, as if installed
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
        )
        os.close(slave)
        self.seen = b""

    def until(self, text: str, limit: float = 30.0) -> float:
        """Seconds from the start until a text is on its way to the screen."""
        wanted, deadline = text.encode(), time.perf_counter() + limit
        while wanted not in self.seen:
            if not self._read(deadline - time.perf_counter()):
                raise TimeoutError(f"{text!r} never came: {self.seen[-2000:]!r}")
        return time.perf_counter() - self.begun

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self.fd], [], [], max(0.0, seconds))
        if ready:
            self.seen += os.read(self.fd, 1 << 16)
        return bool(ready)

    def quiet(self, seconds: float = 0.3) -> None:
        """Wait until nothing has been painted for a while."""
        while self._read(seconds):
            pass

    def key(self, sequence: bytes) -> float:
        """Seconds from a key to the first paint after it."""
        begun = time.perf_counter()
        os.write(self.fd, sequence)
        if not self._read(5.0):
            raise TimeoutError("the key painted nothing")
        took = time.perf_counter() - begun
        self.quiet(0.03)
        return took

    def close(self) -> None:
        """End the program."""
        self.process.kill()
        self.process.wait()
        os.close(self.fd)


def _started(command: Sequence[str], text: str) -> float:
    terminal = Terminal(command)
    try:
        return terminal.until(text) * 1000
    finally:
        terminal.close()


def _medians(
    ours: tuple[Sequence[str], str], floor: tuple[Sequence[str], str], rounds: int = 11
) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for command, text in (ours, floor):
        _started(command, text)  # the first start compiles
    for _ in range(rounds):
        for kept, (command, text) in zip(times, (ours, floor), strict=True):
            kept.append(_started(command, text))
    return statistics.median(times[0]), statistics.median(times[1])


def _bare(screen: str) -> list[str]:
    return [sys.executable, str(HERE / "floors.py"), screen]


def _kmdx(place: Path) -> list[str]:
    return [sys.executable, "-m", "kmdx_tui", "--database", str(place)]


def _office(folder: Path) -> Path:
    place = folder / "small.db"
    office = found(str(place), HIDDEN, "bench", "秘书", PIN)
    secretary = authenticate(office, "秘书", PIN)
    new_batch(office, secretary, "B", 10)
    new_meeting(office, secretary, "M", batch="B", track="transformation", kind=Kind.SELECTION, title=TITLE)
    office.database.close()
    return place


def first_paint(folder: Path) -> Result:
    """From exec to the door painted, against a bare Textual app."""
    ours, floor = _medians((_kmdx(_office(folder)), "选评审会"), (_bare("hello"), "bare-app-painted"))
    return Result("start → first paint", ours, floor, "bare Textual app", 1.25)


def desk_usable(folder: Path) -> Result:
    """From exec to the meetings on screen, read from the database, against a bare Textual app."""
    ours, floor = _medians((_kmdx(_office(folder)), TITLE), (_bare("hello"), "bare-app-painted"))
    return Result("start → desk usable", ours, floor, "bare Textual app", 2.2)


def key_to_paint(folder: Path) -> Result:
    """Cursor down on a board of 10,000 applications, against a minimal Line API table of as many rows."""
    office, _ = build(folder)
    office.database.close()
    ours = Terminal([sys.executable, str(HERE / "board_app.py"), str(folder / "big.db")])
    floor = Terminal(_bare("table"))
    try:
        ours.until("示例企业", 60)
        floor.until("row-1 ")
        ours.quiet(1.0)
        floor.quiet(1.0)
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(200):
            times[0].append(ours.key(b"\x1b[B") * 1000)
            times[1].append(floor.key(b"\x1b[B") * 1000)
    finally:
        ours.close()
        floor.close()
    return Result(
        "key → paint, board of 10,000",
        statistics.median(times[0]),
        statistics.median(times[1]),
        "minimal Line API table",
        2,
    )
