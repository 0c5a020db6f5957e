"""The server's side of browser desks: each outlives its sockets, and at most so many are open at once."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from aiohttp.web import WebSocketResponse
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from kmdx_tui.serve.launcher import Launcher, Pipes
from kmdx_tui.serve.order import Order

ENDED, MOVED = 4000, 4001
"""Why a socket is closed: the desk was left; it went to another tab. `pages/page.js` knows them too."""

READY = b"__GANGLION__\n"
"""What Textual's driver says before its first packet."""

STOP_SECONDS = 12.0
"""How long a desk is waited for that was asked to end; its own grace is shorter."""

ASIDE_SECONDS = 8 * 3600.0
"""How long a desk at which somebody sits waits for them to come back: a working day."""

DOOR_SECONDS = 600.0
"""How long a desk at which nobody signs in keeps its place from others, once all places are taken."""


class BrowserDesk(AppService):
    """One desk: a process that paints, and the socket that shows it now, if there is one."""

    def __init__(self, order: Order, launcher: Launcher, downloads: DownloadManager) -> None:
        super().__init__(
            "",
            write_bytes=self._no_bytes,
            write_str=self._no_words,
            close=self._leave,
            download_manager=downloads,
        )
        self._order = order
        self._launcher = launcher
        self._pipes: Pipes | None = None
        self._shown: WebSocketResponse | None = None
        self._turn = asyncio.Lock()
        self.seated = False
        """Whether somebody has signed in here."""
        self.opened_at = time.monotonic()
        self.aside_since: float | None = None
        """When the last socket went, by the monotonic clock; None while there is one."""
        self.ending = False
        """Whether it was asked to end, and takes nobody any more."""
        self.ended = asyncio.Event()

    async def start(self, width: int, height: int) -> None:
        """Open the process. Raises `OSError` if there is none to be had."""
        environment = {"COLUMNS": str(width), "ROWS": str(height), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        order = Order(self._order.place, self._order.lang, environment=environment)
        self._pipes = await self._launcher.open(order)
        self._stdin = self._pipes.stdin
        self._task = asyncio.create_task(self.run())

    async def attach(self, socket: WebSocketResponse, width: int, height: int) -> None:
        """Show the desk on a socket from now on; one that showed it before is told that it moved.

        A desk that is running first says that it is locked: nothing that it painted before goes to the new socket.
        """
        async with self._turn:  # tabs may be opened at once, and closed while their desk begins
            former, self._shown = self._shown, socket
            self.aside_since = None
            self.remote_write_bytes, self.remote_write_str = self._no_bytes, socket.send_str
            if self._pipes is None:
                self._show()
                try:
                    await self.start(width, height)
                except OSError:
                    self.ended.set()
                    raise
                return
            if former is not None:
                await self.send_meta({"type": "detach"})
                await former.close(code=MOVED)
            await self.send_meta({"type": "attach", "width": width, "height": height})

    async def detach(self, socket: WebSocketResponse) -> None:
        """The socket is gone. A desk at which nobody sits ends with it."""
        async with self._turn:
            if socket is not self._shown:
                return
            self._shown = None
            self.remote_write_bytes, self.remote_write_str = self._no_bytes, self._no_words
            self.aside_since = time.monotonic()
            if self.seated:
                await self.send_meta({"type": "detach"})
                return
        await self.stop()

    async def stop(self) -> None:
        """End the process: what was typed is stored first."""
        self.ending = True
        if self._task is None:
            return
        await self._download_manager.cancel_app_downloads(app_service_id=self.app_service_id)
        await self.send_meta({"type": "quit"})
        with suppress(TimeoutError):
            await asyncio.wait_for(self.ended.wait(), STOP_SECONDS)
        self.stdin.close()  # the end of its input ends a desk that did not listen

    async def run(self) -> None:
        """Pass on what the desk paints, until it ends."""
        assert self._pipes is not None
        take: dict[bytes, Callable[[bytes], Any]] = {b"D": self.on_data, b"M": self.on_meta, b"P": self.on_packed}
        read = self._pipes.stdout.readexactly
        try:
            while await self._pipes.stdout.readuntil(b"\n") != READY:
                pass
            while True:
                kind = await read(1)
                payload = await read(int.from_bytes(await read(4), "big"))
                with suppress(ConnectionError):  # the socket went while it was being painted on
                    await take[kind](payload)
        except (asyncio.IncompleteReadError, ConnectionResetError):
            pass
        finally:
            self.ended.set()
            await self._leave()

    async def on_meta(self, data: bytes) -> None:
        """What the desk says beside its picture."""
        said = json.loads(data)
        if said["type"] == "seated":
            self.seated = said["seated"]
        elif said["type"] == "attached":
            self._show()
        elif said["type"] != "exit":  # the end of its output says that better
            await super().on_meta(data)

    def _show(self) -> None:
        if self._shown is not None:
            self.remote_write_bytes = self._shown.send_bytes

    async def _leave(self) -> None:
        if self._shown is not None:
            await self._shown.close(code=ENDED)

    async def _no_bytes(self, data: bytes) -> None:
        """Nobody looks."""

    async def _no_words(self, data: str) -> None:
        """Nobody listens."""


class Desks:
    """All desks of a server, by their ids; at most `most` at once, those of other doors included."""

    def __init__(self, most: int, make: Callable[[], BrowserDesk]) -> None:
        self.most = most
        self.elsewhere = 0
        """Desks of other doors."""
        self._make = make
        self._by_id: dict[str, BrowserDesk] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def get(self, id_: str) -> BrowserDesk | None:
        """A desk that is open. One that is about to end leaves its place to another."""
        desk = self._by_id.get(id_)
        return None if desk is None or desk.ending else desk

    @property
    def full(self) -> bool:
        """Whether there is room for no other desk. Who has been away for a working day makes room.

        So does, where there is none left, whoever has stood at the door for long: strangers can't keep people out.
        """
        now = time.monotonic()
        self._clear(lambda desk: desk.aside_since is not None and desk.aside_since < now - ASIDE_SECONDS)
        if self._is_full():
            self._clear(lambda desk: not desk.seated and desk.opened_at < now - DOOR_SECONDS)
        return self._is_full()

    def enter(self, id_: str) -> BrowserDesk | None:
        """The desk of this id, a new one if there is none; None if there is no room."""
        desk = self.get(id_)
        if desk is None and not self.full:
            desk = self._by_id[id_] = self._make()
            self._aside(self._forget(id_, desk))
        return desk

    async def close(self) -> None:
        """End all desks."""
        await asyncio.gather(*(desk.stop() for desk in self._by_id.values()))

    def _is_full(self) -> bool:
        return sum(not desk.ending for desk in self._by_id.values()) + self.elsewhere >= self.most

    def _clear(self, gone: Callable[[BrowserDesk], bool]) -> None:
        for id_, desk in list(self._by_id.items()):
            if gone(desk):
                del self._by_id[id_]
                self._aside(desk.stop())

    async def _forget(self, id_: str, desk: BrowserDesk) -> None:
        await desk.ended.wait()
        if self._by_id.get(id_) is desk:
            del self._by_id[id_]

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside; the loop itself keeps no task alive."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
