"""Browser desks: 48 at once beside textual-serve with a bare app, twenty opened at once, the memory of one.

Every desk is a socket as a browser's would be. A key is timed from its sending to the first picture that comes back;
all desks press one about twice a second. KMDX_BENCH_DESKS: fewer desks.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import aiohttp
from sqlalchemy import text

from bench.many import PHRASE, build
from bench.measure import Result
from models.phrases import plain_phrase
from models.services.secrets import hash_secret

DESKS, AT_ONCE = int(os.environ.get("KMDX_BENCH_DESKS", 48)), 20
SHEETS = 80
"""More than anybody gets through: at the last one a key paints nothing, and the wait for the clock would be timed."""
SECONDS = 20.0
PAUSE_SECONDS = 0.5
PORT = 18765
URL = f"http://127.0.0.1:{PORT}"
DOWN, ENTER = "\x1b[B", "\r"
DOOR, DESK, BARE = "专家00", "我已交", "row-1"
FLOOR = (sys.executable, "-m", "bench.browser")


class Desk:
    """One browser."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._line: aiohttp.ClientWebSocketResponse

    async def open(self, word: str) -> None:
        """Open a desk and wait for a word of its first picture."""
        async with self._session.get("/"):
            pass
        self._line = await self._session.ws_connect("/ws?width=120&height=40", headers={"Origin": URL}, max_msg_size=0)
        await self.until(word)
        await self._line.send_str('["focus"]')

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self._line.send_str(json.dumps(["stdin", key]))

    async def until(self, word: str) -> None:
        seen = b""
        async with asyncio.timeout(120):
            while word.encode() not in seen:
                message = await self._line.receive()
                if message.type is not aiohttp.WSMsgType.BINARY:
                    raise ConnectionError(f"{word} never came: {message}")
                seen += message.data

    async def sign_in(self, number: int) -> None:
        """Go to the own name and sit down."""
        await self.press(*[DOWN] * number, ENTER)
        await self.until("密码")
        await self.press(*plain_phrase(PHRASE), ENTER)
        await self.until(DESK)

    async def keys(self, until: float) -> list[float]:
        """Milliseconds from each key to its paint."""
        rng, took = random.Random(id(self)), []
        while time.perf_counter() < until:
            await self.settle(rng.uniform(0.5, 1.5) * PAUSE_SECONDS)
            begun = time.perf_counter()
            await self.press(DOWN)
            await asyncio.wait_for(self._line.receive(), 30)
            took.append((time.perf_counter() - begun) * 1000)
        return took

    async def settle(self, seconds: float) -> None:
        """Take what else is painted meanwhile."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            try:
                await asyncio.wait_for(self._line.receive(), left)
            except TimeoutError:
                return


def browser_desks(folder: Path) -> str:
    """All three, ours and the floor's."""
    place = str(folder / "browser.db")
    office = build(place, SHEETS)
    with office.database.writing() as db:
        db.execute(text("UPDATE seat SET pin_hash = :pin"), {"pin": hash_secret(plain_phrase(PHRASE))})
    office.database.close()
    ours = (sys.executable, "-m", "kmdx_tui", "--database", place, "serve", "--port", str(PORT), "--max-seats", "99")
    with _served(FLOOR):
        floor_opened = asyncio.run(_open(AT_ONCE, BARE))
    with _served(ours):
        opened = asyncio.run(_open(AT_ONCE, DOOR))
    with _served(FLOOR) as server:
        floor_keys, floor_memory = asyncio.run(_press_all(server, BARE, sign_in=False))
    with _served(ours) as server:
        keys, memory = asyncio.run(_press_all(server, DOOR, sign_in=True))
    return "\n".join(
        (
            str(
                Result(f"{AT_ONCE} browser desks opened at once", opened, floor_opened, "textual-serve, bare app", None)
            ),
            str(Result(f"{DESKS} browser desks: key to paint p95", _p95(keys), _p95(floor_keys), "the same", 2)),
            str(Result(f"{DESKS} browser desks: key to paint p50", _p50(keys), _p50(floor_keys), "the same", None)),
            f"{'memory of a browser desk':<42}{memory:>8.1f} MiB {floor_memory:>8.1f} MiB  (own share, signed in)",
        )
    )


@contextmanager
def _served(words: Sequence[str]) -> Iterator[int]:
    """A server while it is up."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        asyncio.run(_up())
        time.sleep(3)  # its launcher is warm by then
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        time.sleep(1)


async def _up() -> None:
    async with asyncio.timeout(60), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(URL):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)


async def _open(count: int, word: str) -> float:
    """Milliseconds until as many desks that were asked for at once are all painted."""
    desks = [Desk(_session()) for _ in range(count)]
    begun = time.perf_counter()
    await asyncio.gather(*(desk.open(word) for desk in desks))
    took = (time.perf_counter() - begun) * 1000
    await _close(desks)
    return took


async def _press_all(server: int, word: str, *, sign_in: bool) -> tuple[list[float], float]:
    desks = [Desk(_session()) for _ in range(DESKS)]
    few = asyncio.Semaphore(4)
    there = asyncio.Barrier(DESKS)

    async def sit(number: int, desk: Desk) -> list[float]:
        async with few:
            await desk.open(word)
            await desk.settle(0.2)
            if sign_in:
                await desk.sign_in(number + 1)  # the first seat is the chair, whose desk is another screen
        all_there = asyncio.create_task(there.wait())
        while not all_there.done():
            await desk.settle(1.0)  # a socket that nobody reads from is given up
        return await desk.keys(time.perf_counter() + SECONDS)

    took = [one for own in await asyncio.gather(*map(sit, range(DESKS), desks)) for one in own]
    memory = _memory(server)
    await _close(desks)
    return took, memory


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(URL, cookie_jar=aiohttp.CookieJar(unsafe=True))


async def _close(desks: Sequence[Desk]) -> None:
    await asyncio.gather(*(desk._session.close() for desk in desks))


def _memory(server: int) -> float:
    """MiB of a desk in the median: its proportional share, what desks have in common divided among them."""
    sizes = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _is_desk(entry, server):
            rollup = (entry / "smaps_rollup").read_text()
            sizes.append(int(next(line for line in rollup.split("\n") if line.startswith("Pss:")).split()[1]) / 1024)
    return statistics.median(sizes)


def _is_desk(entry: Path, server: int) -> bool:
    """Whether a process runs a desk: it descends from the server, and has no child of its own."""
    above = [_parent(entry.name)]
    while above[-1] not in ("0", "1", str(server)):
        above.append(_parent(above[-1]))
    return len(above) > 1 and above[-1] == str(server)


def _parent(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
    except OSError:
        return "0"


def _p95(took: Sequence[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]


def _p50(took: Sequence[float]) -> float:
    return statistics.median(took)


if __name__ == "__main__":
    from textual_serve.server import Server

    Server(f"{sys.executable} {Path(__file__).parent / 'floors.py'} table", port=PORT).serve()
