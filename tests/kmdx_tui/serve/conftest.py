"""A server as people start it, and a real Chromium before it, driven by the DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pyte
import pytest
from rich.cells import cell_len

PATIENCE_SECONDS = 30.0
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,900",
    "--remote-debugging-port=0",
)
KEYS = {"Enter": 13, "Tab": 9, "Escape": 27, "ArrowDown": 40, "ArrowUp": 38, "ArrowRight": 39, "ArrowLeft": 37} | {
    f"F{number}": 111 + number for number in range(1, 13)
}
"""The virtual key codes of keys that type nothing."""


Event = tuple[str, dict[str, Any]]
"""A command of the protocol that a person's doing amounts to."""


@dataclass
class Served:
    """A running `kmdx serve`."""

    process: subprocess.Popen[str]
    url: str
    port: int
    ssh: int | None
    folder: Path

    def launchers(self) -> list[int]:
        """The process that forks its desks."""
        return children(self.process.pid)

    def desks(self) -> list[int]:
        """The processes of its desks."""
        return [desk for launcher in self.launchers() for desk in children(launcher)]

    def stop(self) -> int:
        """End it as Ctrl+C does; its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)

    async def no_more(self, desks: list[int]) -> None:
        """Wait until these desks have ended."""
        await until(lambda: not any(alive(one) for one in desks), "the end of the desks")


def children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                if stat[0] != "Z" and int(stat[1]) == pid:
                    found.append(int(entry.name))
    return found


def alive(pid: int) -> bool:
    """Whether a process is there and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def until(check: Callable[[], Any], what: str = "") -> Any:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (found := check()):
        if time.monotonic() > end:
            raise AssertionError(f"never came: {what or check}")
        await asyncio.sleep(0.02)
    return found


def taken(key: str, *, up: bool = False) -> Event:
    """A key that the input method has taken: the page sees 229 when it goes down, and the key itself when it is up."""
    code = ord(key.upper()) if up else 229
    return "Input.dispatchKeyEvent", {
        "type": "keyUp" if up else "rawKeyDown",
        "key": key,
        "windowsVirtualKeyCode": code,
    }


def composed(spelt: str, text: str, *, up: bool = True) -> list[Event]:
    """A word is spelt and picked by the digit 1: a composition that grows, and is committed as another text."""
    events: list[Event] = []
    for end in range(1, len(spelt) + 1):
        composition = {"text": spelt[:end], "selectionStart": end, "selectionEnd": end}
        key = spelt[end - 1]
        events += [taken(key), ("Input.imeSetComposition", composition), taken(key, up=True)]
    return [*events, taken("1"), ("Input.insertText", {"text": text}), *([taken("1", up=True)] if up else [])]


def committed(text: str) -> list[Event]:
    """What an input method hands over without a composition: a digit, full-width or not."""
    return [taken("5"), ("Input.insertText", {"text": text}), taken("5", up=True)]


class Tab:
    """A tab: what its terminal shows, read from what the server sends it, and keys as a keyboard gives them."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, id_: str) -> None:
        self.id = id_
        self._socket = socket
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._number = 0
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self.requests: list[str] = []
        self.console: list[str] = []
        self._reading = asyncio.create_task(self._read())

    async def say(self, method: str, **params: Any) -> Any:
        """One command of the protocol; its answer."""
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": self._number, "method": method, "params": params})
        return await asyncio.wait_for(answer, PATIENCE_SECONDS)

    async def run(self, script: str) -> Any:
        """A script in the page; its value."""
        answer = await self.say("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def becomes(self, script: str, wanted: Any) -> None:
        """Wait until a script in the page gives a value: the page hears of what happened after its server did."""
        end = time.monotonic() + PATIENCE_SECONDS
        while (value := await self.run(script)) != wanted:
            assert time.monotonic() < end, f"{script} is {value!r}, and not {wanted!r}"
            await asyncio.sleep(0.02)

    async def open(self, url: str) -> None:
        for domain in ("Network", "Page", "Runtime", "Log"):
            await self.say(f"{domain}.enable")
        await self.say("Page.navigate", url=url)

    async def _read(self) -> None:
        async for message in self._socket:
            said = json.loads(message.data)
            if "id" in said:
                answer = self._answers.pop(said["id"])
                if "error" in said:
                    answer.set_exception(AssertionError(said["error"]))
                else:
                    answer.set_result(said["result"])
            else:
                self._happened(said["method"], said["params"])

    def _happened(self, method: str, params: dict[str, Any]) -> None:
        if method == "Network.webSocketCreated":
            asked = parse_qs(urlsplit(params["url"]).query)
            self._screen = pyte.Screen(int(asked["width"][0]), int(asked["height"][0]))
            self._stream = pyte.ByteStream(self._screen)
        elif method == "Network.webSocketFrameReceived" and params["response"]["opcode"] == 2:
            self._stream.feed(base64.b64decode(params["response"]["payloadData"]))
        elif method == "Network.webSocketFrameSent" and params["response"]["payloadData"].startswith('["resize"'):
            size = json.loads(params["response"]["payloadData"])[1]
            self._screen.resize(size["height"], size["width"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method in ("Log.entryAdded", "Runtime.exceptionThrown"):
            self.console.append(json.dumps(params, ensure_ascii=False))

    @property
    def text(self) -> str:
        """What the terminal shows."""
        screen = self._screen  # its `display` fails where half of a wide character was painted over
        return "\n".join("".join(screen.buffer[y][x].data for x in range(screen.columns)) for y in range(screen.lines))

    async def shows(self, *words: str) -> None:
        """Wait until all of these are shown."""
        for word in words:
            try:
                await until(lambda word=word: word in self.text)
            except AssertionError:
                raise AssertionError(f"{word} is never shown:\n{self.text}") from None

    async def key(self, *names: str) -> None:
        """Press keys that type nothing."""
        for name in names:
            about = {"key": name, "code": name, "windowsVirtualKeyCode": KEYS[name]}
            text = {"text": "\r"} if name == "Enter" else {}
            await self.say("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **about, **text)
            await self.say("Input.dispatchKeyEvent", type="keyUp", **about)

    async def type(self, text: str) -> None:
        """Press letters and digits, without an input method."""
        for one in text:
            code = ord(one.upper()) if one.isalnum() else 190
            about = {"key": one, "windowsVirtualKeyCode": code}
            await self.say("Input.dispatchKeyEvent", type="keyDown", text=one, **about)
            await self.say("Input.dispatchKeyEvent", type="keyUp", **about)

    async def choose(self, word: str) -> None:
        """Take an entry of a list by its number."""
        found = re.search(rf"(\d) +{word}", self.text)
        assert found is not None, self.text
        await self.type(found[1])

    async def play(self, *events: Event, rapidly: bool = False) -> None:
        """Give the page events: each after the answer to the one before, or all at once."""
        if rapidly:
            await asyncio.gather(*(self.say(method, **params) for method, params in events))
            return
        for method, params in events:
            await self.say(method, **params)

    async def ready(self) -> None:
        """Wait until the terminal takes keys."""
        while not await self.run("document.activeElement?.className === 'xterm-helper-textarea'"):
            await asyncio.sleep(0.02)

    async def reload(self) -> None:
        """Load the page anew, and wait until its terminal takes keys."""
        self._screen.reset()
        await self.say("Page.reload")
        await until(lambda: self.text.strip())
        await self.ready()

    async def as_tablet(self) -> None:
        """Be a tablet from the next page on: fingers, and no mouse."""
        await self.say("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=5)
        await self.say("Emulation.setDeviceMetricsOverride", width=1180, height=820, deviceScaleFactor=1, mobile=True)

    async def tap(self, x: float, y: float) -> None:
        """Touch the page."""
        await self.say("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        await self.say("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    async def tap_key(self, key: str) -> None:
        """Touch one of the keys below the terminal."""
        buttons = "[...document.querySelectorAll('.keys button')]"
        middle = "r => [r.x + r.width / 2, r.y + r.height / 2]"
        place = await self.run(f"({middle})({buttons}.find(b => b.innerText === '{key}').getBoundingClientRect())")
        await self.tap(*place)

    async def tap_word(self, word: str) -> None:
        """Touch a word that the terminal shows, the last such."""
        x, y = await self._place_of(word)
        await self.tap(x, y)

    async def drag(self, word: str, lines: int) -> None:
        """Put a finger on a word and draw it up by so many lines."""
        x, y = await self._place_of(word)
        _, below = await self._place_of(word, lines)
        await self.say("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        for step in range(1, 11):
            at = y - (below - y) * step / 10
            await self.say("Input.dispatchTouchEvent", type="touchMove", touchPoints=[{"x": x, "y": at}])
        await self.say("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    async def _place_of(self, word: str, below: int = 0) -> tuple[float, float]:
        await self.shows(word)
        screen = self._screen
        lines = ["".join(screen.buffer[y][x].data or "\0" for x in range(screen.columns)) for y in range(screen.lines)]
        # the second half of a wide character is empty
        spelt = "".join(one + "\0" * (cell_len(one) - 1) for one in word)
        y, x = next((y, line.rindex(spelt)) for y, line in reversed(list(enumerate(lines))) if spelt in line)
        box = await self.run(
            "(r => [r.x, r.y, r.width, r.height])(document.querySelector('.xterm-screen').getBoundingClientRect())"
        )
        cell = box[2] / screen.columns, box[3] / screen.lines
        return box[0] + (x + 0.5) * cell[0], box[1] + (y + below + 0.5) * cell[1]

    async def picture(self, path: Path) -> None:
        shot = await self.say("Page.captureScreenshot")
        path.write_bytes(base64.b64decode(shot["data"]))


class Chromium:
    """A browser with a profile of its own."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session = session
        self._at = f"http://127.0.0.1:{port}"

    async def tab(self, url: str) -> Tab:
        async with self._session.put(f"{self._at}/json/new?about:blank") as answer:
            about = await answer.json()
        tab = Tab(await self._session.ws_connect(about["webSocketDebuggerUrl"], max_msg_size=0), about["id"])
        await tab.open(url)
        return tab

    async def titles(self) -> list[str]:
        """The titles of the open pages, the browser's own first one left out."""
        async with self._session.get(f"{self._at}/json/list") as answer:
            pages = await answer.json()
        return [page["title"] for page in pages if page["type"] == "page" and page["url"] != "about:blank"]

    async def close(self, tab: Tab) -> None:
        """Close a tab, as a person does."""
        await self._session.get(f"{self._at}/json/close/{tab.id}")


@asynccontextmanager
async def chromium(folder: Path) -> AsyncIterator[Chromium]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no Chromium on this machine")
    profile = folder / "profile"
    process = subprocess.Popen(
        [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        told = profile / "DevToolsActivePort"
        await until(lambda: told.exists() and told.read_text().strip(), "Chromium")
        async with aiohttp.ClientSession() as session:
            yield Chromium(session, int(told.read_text().split()[0]))
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


Play = Callable[[Chromium], Awaitable[None]]


@pytest.fixture
def browse(tmp_path: Path) -> Callable[[Play], None]:
    """`browse(script)` plays a script in a Chromium of its own."""

    def play(script: Play) -> None:
        async def run() -> None:
            async with chromium(tmp_path) as browser:
                await script(browser)

        asyncio.run(run())

    return play


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """`serve(place, *options)` starts `kmdx serve` on a free port, and ends it after the test."""
    running: list[Served] = []

    def start(place: str, *options: str, **environment: str) -> Served:
        home = {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_STATE_HOME": str(tmp_path / "state")}
        process = subprocess.Popen(
            [sys.executable, "-m", "kmdx_tui", "--database", place, "serve", "--port", "0", *options, "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **home, **environment},
        )
        assert process.stdout is not None
        lines = [line := process.stdout.readline()]
        while line and line != "}\n":
            lines.append(line := process.stdout.readline())
        told = json.loads("".join(lines))
        running.append(Served(process, told["url"], told["port"], told["ssh"], tmp_path))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait()
        assert one.process.stdout is not None
        one.process.stdout.close()


@pytest.fixture
def events() -> tuple[Callable[..., Any], ...]:
    """What an input method does, as events: `taken`, `composed`, `committed`."""
    return taken, composed, committed
