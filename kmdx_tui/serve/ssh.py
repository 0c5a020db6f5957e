"""The SSH door: who names a seat and gives its PIN or code, or has a key that the office registered, gets a desk.

The key or code opens the way to this program's door and to nothing else: no shell, no files, no forwarding.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import struct
import termios
from contextlib import suppress
from enum import Enum
from pathlib import Path

import asyncssh

from kmdx_tui.serve.desks import Desks
from kmdx_tui.serve.launcher import Launcher
from kmdx_tui.serve.order import Door, Order
from models.errors import KmdxError, Refused
from models.queries.base import Office
from models.text import T

MOST_TRIES = 3
"""Wrong PINs or codes on one connection."""

LOGIN_SECONDS = 60
CHUNK = 64 * 1024


def host_key(folder: Path) -> asyncssh.SSHKey:
    """The key by which clients know this server: made once, and kept for its owner's eyes only."""
    path = folder / "host_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = asyncssh.generate_private_key("ssh-ed25519").export_private_key()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(made)
    return asyncssh.read_private_key(path)


def _keys(folder: Path) -> tuple[asyncssh.SSHKey, asyncssh.SSHAuthorizedKeys | None]:
    """The server's key, and those that the office registered. Raises `Refused` for a file without one."""
    path = folder / "host_key"
    try:
        own = host_key(folder)
        path = folder / "authorized_keys"
        return own, asyncssh.read_authorized_keys(path) if path.exists() else None
    except (OSError, ValueError) as error:
        raise Refused(
            "ssh_keys", T("SSH 密钥文件 {file} 里读不出密钥。请换成 OpenSSH 格式的，或移走它再启动。", file=path)
        ) from error


class SshDoor:
    """Serves desks over SSH."""

    def __init__(self, office: Office, order: Order, launcher: Launcher, desks: Desks) -> None:
        self._office = office
        self._order = order
        self._launcher = launcher
        self._desks = desks

    async def listen(self, host: str, port: int, folder: Path) -> asyncssh.SSHAcceptor:
        """Listen. `folder` holds the host key, and `authorized_keys` where the office registers keys.

        Raises `Refused` for keys that can't be read.
        """
        own, registered = _keys(folder)
        return await asyncssh.create_server(
            lambda: _Visitor(self._office),
            host,
            port,
            server_host_keys=[own],
            authorized_client_keys=registered,
            process_factory=self._serve,
            encoding=None,
            line_editor=False,
            agent_forwarding=False,
            login_timeout=LOGIN_SECONDS,
            keepalive_interval=15,
        )

    async def _serve(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        visitor = process.channel.get_connection().get_owner()
        assert isinstance(visitor, _Visitor)
        if process.command is not None or process.subsystem is not None or process.term_type is None:
            return _say(process, str(T("这里只有评审界面，需要终端：请用 ssh -t，不带命令。")))
        if self._desks.full:
            return _say(process, str(T("席位已满（最多 {most} 个）。", most=self._desks.most)))
        self._desks.elsewhere += 1
        try:
            await self._desk(process, visitor)
        finally:
            self._desks.elsewhere -= 1
        return None

    async def _desk(self, process: asyncssh.SSHServerProcess[bytes], visitor: _Visitor) -> None:
        """One desk, from its first picture to its last."""
        ours, theirs = os.openpty()
        try:
            _resize(theirs, *process.term_size[:2])
            environment = {"TERM": process.term_type or "xterm-256color"}
            if "COLORTERM" in process.env:
                environment["COLORTERM"] = str(process.env["COLORTERM"])
            order = Order(self._order.place, self._order.lang, Door.TERMINAL, visitor.name, visitor.secret, environment)
            await self._launcher.fork(order, theirs, theirs)
        except OSError:
            os.close(ours)
            _say(process, str(T("现在打不开新的终端，请稍候再试。")))
            return
        finally:
            os.close(theirs)
        painting = asyncio.create_task(_paint(ours, process))
        typing = asyncio.create_task(_type(ours, process))
        try:
            await asyncio.wait((painting, typing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (painting, typing):
                task.cancel()
            await asyncio.gather(painting, typing, return_exceptions=True)
            os.close(ours)  # a desk that is still there hears its terminal hang up
            process.exit(0)


class Proven(Enum):
    """What somebody has shown at the door."""

    NOTHING = 0
    CODE = 1
    """The printed code of a first sign-in: it is used up at the program's own door."""
    PIN = 2


class _Visitor(asyncssh.SSHServer):
    """One connection, until its desk is open."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._tries = 0
        self._connection: asyncssh.SSHServerConnection | None = None
        self.name = ""
        self.secret: str | None = None
        """The PIN that was given and is right: the door of the program does not ask for it again."""

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Keep the connection, to end it after too many tries."""
        self._connection = conn

    def begin_auth(self, username: str) -> bool:
        """Everybody has to prove something."""
        self.name = username
        return True

    def password_auth_supported(self) -> bool:
        """PINs and codes are taken."""
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        """Whether this is the PIN of the person, or the printed code of a seat that was not used yet."""
        self._tries += 1
        proven = await asyncio.to_thread(_prove, self._office, username, password)
        self.secret = password if proven is Proven.PIN else None
        if proven is not Proven.NOTHING:
            return True
        if self._tries >= MOST_TRIES and self._connection is not None:
            self._connection.disconnect(asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "too many tries")
        return False


def _prove(office: Office, name: str, secret: str) -> Proven:
    """What a secret proves. Every try is counted where all tries are."""
    from models.services.office import find_person
    from models.services.tries import prove, prove_nobody

    try:
        actor = find_person(office, name)
    except KmdxError:
        prove_nobody(name, secret)
        return Proven.NOTHING
    try:
        return Proven.PIN if prove(office, actor, secret, code=True) is None else Proven.CODE
    except KmdxError:
        return Proven.NOTHING


def _say(process: asyncssh.SSHServerProcess[bytes], words: str) -> None:
    process.stderr.write(f"{words}\r\n".encode())
    process.exit(1)


async def _paint(terminal: int, process: asyncssh.SSHServerProcess[bytes]) -> None:
    """Pass on what the desk paints, no faster than it is taken."""
    loop = asyncio.get_running_loop()
    while True:
        ready = asyncio.Event()
        loop.add_reader(terminal, ready.set)
        try:
            await ready.wait()
        finally:
            loop.remove_reader(terminal)
        try:
            painted = os.read(terminal, CHUNK)
        except OSError:  # Linux's way of saying that the other end is closed
            painted = b""
        if not painted:
            return
        process.stdout.write(painted)
        await process.stdout.drain()


async def _type(terminal: int, process: asyncssh.SSHServerProcess[bytes]) -> None:
    """Pass on keys and sizes, until the line is gone."""
    with suppress(asyncssh.BreakReceived, asyncssh.SignalReceived, ConnectionError):
        while True:
            try:
                typed = await process.stdin.read(CHUNK)
            except asyncssh.TerminalSizeChanged as size:
                _resize(terminal, size.width, size.height)
                continue
            if not typed:
                return
            await asyncio.to_thread(_write, terminal, typed)


def _write(terminal: int, typed: bytes) -> None:
    while typed:
        typed = typed[os.write(terminal, typed) :]


def _resize(terminal: int, width: int, height: int) -> None:
    size = struct.pack("HHHH", min(200, max(5, height)), min(500, max(20, width)), 0, 0)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)
