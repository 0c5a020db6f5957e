"""The running server: who is let in, how many, and that no desk outlives it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from kmdx_tui.serve import launcher
from kmdx_tui.serve.order import Order
from models.queries.base import Office

PATIENCE_SECONDS = 30.0


def visit(url: str, script: Callable[[aiohttp.ClientSession], Awaitable[None]]) -> None:
    """Play a visitor with a cookie jar of its own."""

    async def run() -> None:
        jar = aiohttp.CookieJar(unsafe=True)  # it keeps cookies of bare addresses too, as browsers do
        async with aiohttp.ClientSession(url, cookie_jar=jar) as session:
            await script(session)

    asyncio.run(run())


def socket_of(session: aiohttp.ClientSession, origin: str | None, **headers: str) -> Any:
    own = {"Origin": origin} if origin is not None else {}
    return session.ws_connect("/ws?width=80&height=24", headers={**own, **headers})


async def painted(line: aiohttp.ClientWebSocketResponse, word: str) -> None:
    """Wait until a desk has painted a word."""
    seen = b""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while word.encode() not in seen:
            message = await line.receive()
            assert message.type is aiohttp.WSMsgType.BINARY, message
            seen += message.data


def gone(pids: list[int]) -> bool:
    """Whether these processes end in time."""
    end = time.monotonic() + PATIENCE_SECONDS
    while any(os.path.exists(f"/proc/{pid}") for pid in pids) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(os.path.exists(f"/proc/{pid}") for pid in pids)


def test_foreign_pages_names_and_strangers_are_refused(office: Office, serve: Callable[..., Any]) -> None:
    served = serve(str(office.database.path))

    async def script(session: aiohttp.ClientSession) -> None:
        async with session.get("/", headers={"Host": "evil.example"}) as answer:
            assert answer.status == 403
            assert "这个网址不是本服务的网址" in await answer.text()
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await socket_of(session, served.url)  # no page of ours was asked for: there is no desk to show
        async with session.get("/") as answer:
            assert answer.status == 200
            assert "HttpOnly" in answer.headers["Set-Cookie"]
            assert "SameSite=Strict" in answer.headers["Set-Cookie"]
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
        for origin in ("https://evil.example", None):
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await socket_of(session, origin)
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await socket_of(session, served.url, Host="evil.example")
        assert served.desks() == []
        async with socket_of(session, served.url) as line:
            await painted(line, "选姓名")
            assert len(served.desks()) == 1
            async with session.get("/download/anything") as answer:
                assert answer.status == 404
            async with session.get("/static/") as answer:
                assert answer.status in (403, 404)
            async with session.get("/nowhere") as answer:
                assert (answer.status, "请从首页打开" in await answer.text()) == (404, True)

    visit(served.url, script)


def test_a_message_that_no_page_of_ours_sends_ends_the_line(office: Office, serve: Callable[..., Any]) -> None:
    served = serve(str(office.database.path))

    async def script(session: aiohttp.ClientSession) -> None:
        for said in ("nonsense", '["resize", {"width": "x"}]', "[]", "{}", '["stdin", 5]', '["stdin"]'):
            await session.get("/")
            async with socket_of(session, served.url) as line:
                await painted(line, "选姓名")
                await line.send_str('["resize", {"width": 1000000, "height": 1000000}]')
                await line.send_str(said)
                async with asyncio.timeout(PATIENCE_SECONDS):
                    async for _ in line:
                        pass
            async with session.get("/") as answer:
                assert answer.status == 200

    visit(served.url, script)


def test_tabs_that_open_and_close_at_once_leave_one_desk_and_then_none(
    office: Office, serve: Callable[..., Any]
) -> None:
    served = serve(str(office.database.path))

    async def desks_are(count: int) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(served.desks()) != count:
                await asyncio.sleep(0.05)

    async def shows(line: aiohttp.ClientWebSocketResponse) -> bool:
        """Whether the desk is painted here, and not in the other tab."""
        seen = b""
        async for message in line:
            seen += message.data
            if "选姓名".encode() in seen:
                return True
        return False

    async def script(session: aiohttp.ClientSession) -> None:
        await session.get("/")
        lines = await asyncio.gather(*(socket_of(session, served.url) for _ in range(2)))
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert any(await asyncio.gather(*map(shows, lines)))
        await desks_are(1)
        for line in lines:
            await line.close()
        await desks_are(0)
        for _ in range(5):
            line = await socket_of(session, served.url)
            await line.close()
        await asyncio.sleep(1.0)  # as long as a desk takes to begin
        await desks_are(0)
        for _ in range(4):  # a page at whose desk nobody sits is loaded anew: the desk before it is about to end
            async with socket_of(session, served.url) as line:
                await painted(line, "选姓名")
        await desks_are(0)

    visit(served.url, script)


def test_a_full_house_is_said_in_words(office: Office, serve: Callable[..., Any]) -> None:
    served = serve(str(office.database.path), "--max-seats", "1")

    async def second(session: aiohttp.ClientSession) -> None:
        async with session.get("/") as answer:
            assert answer.status == 503
            assert "席位已满（最多 1 个）" in await answer.text()

    async def first(session: aiohttp.ClientSession) -> None:
        await session.get("/")
        async with socket_of(session, served.url) as line:
            await painted(line, "选姓名")
            await asyncio.to_thread(visit, served.url, second)

    visit(served.url, first)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_desk_outlives_its_server(office: Office, serve: Callable[..., Any], ending: signal.Signals) -> None:
    served = serve(str(office.database.path))

    async def script(session: aiohttp.ClientSession) -> None:
        await session.get("/")
        async with socket_of(session, served.url) as line:
            await painted(line, "选姓名")
            desks = served.desks()
            assert len(desks) == 1
            served.process.send_signal(ending)
            assert await asyncio.to_thread(gone, desks)

    visit(served.url, script)
    assert served.process.wait(PATIENCE_SECONDS) == (-signal.SIGKILL if ending is signal.SIGKILL else 0)


def test_a_launcher_that_was_killed_is_replaced(office: Office, serve: Callable[..., Any]) -> None:
    served = serve(str(office.database.path))
    (warm,) = served.launchers()
    os.kill(warm, signal.SIGKILL)

    async def script(session: aiohttp.ClientSession) -> None:
        await session.get("/")
        async with socket_of(session, served.url) as line:
            await painted(line, "选姓名")
            assert warm not in served.launchers()
            assert len(served.desks()) == 1

    visit(served.url, script)


@pytest.mark.parametrize("forks", [True, False])
def test_desks_are_forked_or_spawned(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, forks: bool
) -> None:
    monkeypatch.setattr(launcher, "CAN_FORK", forks)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    async def run() -> None:
        opener = launcher.Launcher(tmp_path / "desks.log")
        order = Order(str(office.database.path), "zh", environment={"COLUMNS": "80", "ROWS": "24"})
        desk = await opener.open(order)
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await desk.stdout.readline() == b"__GANGLION__\n"
            seen = b""
            while "选姓名".encode() not in seen:
                seen += await desk.stdout.read(2**16)
            desk.stdin.close()
            while await desk.stdout.read(2**16):
                pass
        opener.close()

    asyncio.run(run())


def test_what_can_not_be_served_is_said_before_any_door_opens(office: Office, room: Any, tmp_path: Any) -> None:
    room.open(tmp_path / "none.db")
    assert room.refused(5, "", "serve")["code"] == "database_missing"
    room.open(office.database.path)
    assert "--origin" in room.refused(2, "", "serve", "--host", "0.0.0.0")["text"]
    assert room.refused(2, "", "serve", "--origin", "evil")["code"] == "origin"
    assert room.refused(2, "", "serve", "--max-seats", "0")["code"] == "out_of_range"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        in_use = f"端口 {port} 打不开：已有别的程序在用。"
        assert room.refused(1, "", "serve", "--port", port)["text"] == in_use
        assert room.refused(1, "", "serve", "--port", "0", "--ssh", port)["text"] == in_use
    for host in ("192.0.2.1", "nowhere.invalid"):  # addresses that no machine has
        said = room.refused(1, "", "serve", "--host", host)["text"]
        assert said == f"端口 8000 打不开：本机没有地址 {host}。"


@pytest.mark.parametrize("name", ["authorized_keys", "host_key"])
@pytest.mark.parametrize("content", ["", "# nobody yet\n", "garbage\n"])
def test_a_file_of_keys_that_holds_none_is_named(
    office: Office, room: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, name: str, content: str
) -> None:
    room.open(office.database.path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    file = tmp_path / "kmdx" / "ssh" / name
    file.parent.mkdir(parents=True)
    file.write_text(content)
    said = room.refused(1, "", "serve", "--port", "0", "--ssh", "0")
    assert (said["code"], str(file) in said["text"]) == ("ssh_keys", True)
