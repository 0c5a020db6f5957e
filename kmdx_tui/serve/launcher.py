"""Desks opened quickly: forked from a process that has imported everything already and does nothing else.

It is a process of its own, with one thread and no event loop, so that forking it is safe. For each desk it gets one
packet on its socket: the order, and the descriptors of the desk's standard input, output and error. Where there is no
such fork (Windows, macOS), each desk is started as a plain process.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import os
import pkgutil
import random
import signal
import socket
import subprocess
import sys
import traceback
from asyncio.streams import FlowControlMixin
from dataclasses import dataclass
from pathlib import Path

from kmdx_tui.serve.order import Door, Order

CAN_FORK = sys.platform == "linux"
LONGEST_ORDER = 64 * 1024
ROOMS = ("screens", "models.queries", "models.services", "models.documents", "models.rules")
"""What desks use: imported once, before the first of them."""


@dataclass(frozen=True)
class Pipes:
    """The ends of a desk's input and output that the server holds. The desk ends when its input does."""

    stdin: asyncio.StreamWriter
    stdout: asyncio.StreamReader


class Launcher:
    """The server's side: opens desks."""

    def __init__(self, log: Path) -> None:
        """`log` is where desks write what goes wrong before they have a log of their own."""
        self._log = log
        self._socket: socket.socket | None = None
        self._turn = asyncio.Lock()

    async def open(self, order: Order) -> Pipes:
        """Open a desk for a browser."""
        if not CAN_FORK:
            return await self._spawn(order)
        desk_in, our_in = os.pipe()
        our_out, desk_out = os.pipe()
        pipes = Pipes(await _writer(our_in), await _reader(our_out))
        try:
            await self.fork(order, desk_in, desk_out)
        except OSError:
            pipes.stdin.close()
            raise
        finally:
            os.close(desk_in)
            os.close(desk_out)
        return pipes

    async def fork(self, order: Order, desk_in: int, desk_out: int) -> int:
        """Let a desk begin on two descriptors, which stay the caller's too; returns its process.

        Raises `OSError` if there is no way to start one.
        """
        self._log.parent.mkdir(parents=True, exist_ok=True)
        async with self._turn:
            with self._log.open("ab") as log:
                for _ in range(2):  # a launcher that was killed is replaced, once
                    warm = self._warm()
                    errors = desk_out if order.door is Door.TERMINAL else log.fileno()  # terminals are painted on there
                    try:
                        socket.send_fds(warm, [order.packed()], [desk_in, desk_out, errors])
                        answer = await asyncio.get_running_loop().sock_recv(warm, 64)
                    except OSError:
                        answer = b""
                    if answer:
                        return int(answer)
                    self.close()
        raise ChildProcessError("no process for a desk")

    def begin(self) -> None:
        """Warm up before the first desk is asked for."""
        if CAN_FORK:
            self._warm()

    def close(self) -> None:
        """Let the launcher go; the desks stay."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _warm(self) -> socket.socket:
        if self._socket is None:
            self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                subprocess.Popen(
                    [sys.executable, "-m", __name__, str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    start_new_session=True,  # a Ctrl+C at the server's terminal is the server's to answer
                )
            self._socket.setblocking(False)
        return self._socket

    async def _spawn(self, order: Order) -> Pipes:
        from kmdx_tui.serve.desk import ORDER

        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "kmdx_tui.serve.desk",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env={**os.environ, ORDER: order.packed().decode()},
            )
        assert process.stdin is not None
        assert process.stdout is not None
        return Pipes(process.stdin, process.stdout)


async def _reader(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=2**20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0))
    return reader


async def _writer(descriptor: int) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(FlowControlMixin, os.fdopen(descriptor, "wb", 0))
    return asyncio.StreamWriter(transport, protocol, None, loop)


# The launcher's own process


def launch(orders: socket.socket) -> None:
    """Fork a desk for every order, until the server is gone."""
    _import_all()
    gc.collect()
    gc.freeze()  # what is there already is never looked at again, and so stays shared between all desks
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for desks: they vanish when they end
    while True:
        packed, descriptors, _flags, _address = socket.recv_fds(orders, LONGEST_ORDER, 3)
        if not packed:
            return
        desk = os.fork()
        if desk == 0:
            orders.close()
            _become_desk(Order.unpacked(packed), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        orders.send(str(desk).encode())


def _become_desk(order: Order, descriptors: list[int]) -> None:
    """Run the desk and end with it: nothing of the launcher runs after it."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for wanted, descriptor in enumerate(descriptors):
            os.dup2(descriptor, wanted)
            os.close(descriptor)
        os.setsid()
        if order.door is Door.TERMINAL:
            import fcntl
            import termios

            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        gc.enable()
        random.seed()
        from kmdx_tui.serve.desk import open_desk

        code = open_desk(order)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _import_all() -> None:
    importlib.import_module("kmdx_tui.serve.desk")
    importlib.import_module("models.database")
    for room in ROOMS:
        for module in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
            importlib.import_module(module.name)


if __name__ == "__main__":
    launch(socket.socket(fileno=int(sys.argv[1])))
