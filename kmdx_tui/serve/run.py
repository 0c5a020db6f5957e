"""Keeping the doors open until somebody ends the program."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from aiohttp import web

from kmdx_tui.serve.gate import Gate
from kmdx_tui.serve.order import Order
from kmdx_tui.serve.server import DeskServer
from models.errors import Refused
from models.text import T, Text

if TYPE_CHECKING:
    from models.queries.base import Office

R = TypeVar("R")


@dataclass(frozen=True)
class Doors:
    """Which doors are to be opened. Port 0 takes a free one; `ssh` None opens no SSH door."""

    host: str
    port: int
    most_seats: int
    ssh: int | None = None
    origins: Sequence[str] = ()


@dataclass(frozen=True)
class Open:
    """Where the doors are: the address for browsers on this machine or in front of it, the port of the SSH door."""

    url: str
    port: int
    ssh: int | None


def serve(office: Office, order: Order, doors: Doors, folder: Path, log: Path, opened: Callable[[Open], None]) -> None:
    """Open the doors, say where they are, and keep them open until SIGINT or SIGTERM.

    `folder` keeps the SSH door's keys. Raises `Refused` for a port that can't be had, `WrongUse` for a bad address.
    """
    Gate.at(doors.host, doors.port or 1, doors.origins)
    asyncio.run(_serve(office, order, doors, folder, log, opened))


async def _serve(
    office: Office, order: Order, doors: Doors, folder: Path, log: Path, opened: Callable[[Open], None]
) -> None:
    server = DeskServer(order.place, order.lang, doors.most_seats, log)
    server.launcher.begin()
    runner = web.AppRunner(await server._make_app(), access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl+C ends the loop by itself
            loop.add_signal_handler(one, over.set)
    try:
        site = web.TCPSite(runner, doors.host, doors.port)
        await _bind(site.start(), doors.host, doors.port)
        port = int(runner.addresses[0][1])
        server.gate = Gate.at(doors.host, port, doors.origins)
        ssh = await _open_ssh(office, order, server, doors, folder) if doors.ssh is not None else None
        url = doors.origins[0] if doors.origins else f"http://{_named(doors.host)}:{port}"
        opened(Open(url, port, ssh))
        await over.wait()
    finally:
        await runner.cleanup()


async def _open_ssh(office: Office, order: Order, server: DeskServer, doors: Doors, folder: Path) -> int:
    try:
        from kmdx_tui.serve.ssh import SshDoor
    except ImportError as error:  # no terminals of this kind on Windows
        raise Refused("no_ssh_here", T("这个系统上没有 SSH 入口，请用浏览器。")) from error
    door = SshDoor(office, order, server.launcher, server.desks)
    listening = door.listen(doors.host, doors.ssh or 0, folder)
    return int((await _bind(listening, doors.host, doors.ssh or 0)).get_port())


async def _bind(opening: Awaitable[R], host: str, port: int) -> R:
    try:
        return await opening
    except OSError as error:
        why: Text | str = error.strerror or str(error)
        if error.errno == errno.EADDRINUSE:
            why = T("已有别的程序在用")
        elif error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
            why = T("本机没有地址 {host}", host=host)
        raise Refused("port_taken", T("端口 {port} 打不开：{why}。", port=port, why=why)) from error


def _named(host: str) -> str:
    return f"[{host}]" if ":" in host else host
