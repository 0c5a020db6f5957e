"""The SSH door, tried with OpenSSH's client at a terminal."""

from __future__ import annotations

import fcntl
import os
import select
import shutil
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyte
import pytest
from sqlalchemy import text

from kmdx_tui.serve.driver import GRACE_SECONDS
from models.enums import Phase
from tests.conftest import PHRASE

PATIENCE_SECONDS = 30.0
PIN = "654321"
pytestmark = pytest.mark.skipif(shutil.which("ssh") is None, reason="no OpenSSH client on this machine")


class Client:
    """OpenSSH at a terminal of its own."""

    def __init__(self, folder: Path, port: int, name: str, *words: str, answer: str = PIN, key: Path | None = None):
        asked = folder / "asked"
        asked.write_text(f"#!/bin/sh\necho '{answer}'\n")
        asked.chmod(0o700)
        how = ["-i", str(key), "-o", "PreferredAuthentications=publickey"] if key else ["-o", "PubkeyAuthentication=no"]
        how += ["-o", "NumberOfPasswordPrompts=5"]
        self.screen = pyte.Screen(100, 30)
        self._stream = pyte.ByteStream(self.screen)
        ours, theirs = os.openpty()
        self.terminal = ours
        self.resize(100, 30)
        command = ["ssh", "-F", "none", "-p", str(port), "-l", name, *how, "-o", "StrictHostKeyChecking=accept-new"]
        hosts = folder / "known_hosts"
        self.process = subprocess.Popen(
            [*command, "-o", f"UserKnownHostsFile={hosts}", *(() if words else ("-tt",)), "127.0.0.1", *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env={
                **os.environ,
                "TERM": "xterm-256color",
                "SSH_ASKPASS": str(asked),
                "SSH_ASKPASS_REQUIRE": "force",
                "DISPLAY": ":0",
            },
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)

    def resize(self, width: int, height: int) -> None:
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.screen.resize(height, width)

    def type(self, keys: str) -> None:
        os.write(self.terminal, keys.encode())

    def read(self, until: Callable[[str], bool]) -> str:
        """Wait until what the terminal shows is so; what it shows then."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not until(self.text):
            assert time.monotonic() < end, self.text
            if select.select([self.terminal], [], [], 0.2)[0]:
                try:
                    self._stream.feed(os.read(self.terminal, 65536))
                except OSError:
                    break
        return self.text

    def shows(self, word: str) -> str:
        text = self.read(lambda text: word in text)
        assert word in text, text
        return text

    @property
    def text(self) -> str:
        screen = self.screen  # its `display` fails where half of a wide character was painted over
        return "\n".join("".join(screen.buffer[y][x].data for x in range(screen.columns)) for y in range(screen.lines))

    def end(self) -> int:
        """Its exit code, once it has ended; what it still says is read."""
        self.read(lambda _text: self.process.poll() is not None)
        code = self.process.wait(PATIENCE_SECONDS)
        os.close(self.terminal)
        return code


def assert_empty(served: Any) -> None:
    """No desk is left, however busy the machine is."""
    end = time.monotonic() + PATIENCE_SECONDS
    while served.desks() and time.monotonic() < end:
        time.sleep(0.1)
    assert served.desks() == []


@pytest.fixture
def scoring(meeting_at: Callable[..., Any]) -> Any:
    return meeting_at(Phase.SCORING)


def test_a_pin_opens_the_own_desk_which_follows_the_window_and_quits(
    scoring: Any, serve: Callable[..., Any], tmp_path: Path
) -> None:
    served = serve(scoring.place, "--ssh", "0", COLUMNS="80", LINES="24")  # of the terminal the server runs in
    for name in ("专家3", f"{scoring.id}/专家3"):
        client = Client(tmp_path, served.ssh, name)
        client.shows("✓  专家3")
        client.type("\r")
        client.shows("我已交 0/5")
        assert len(served.desks()) == 1
        client.resize(130, 40)  # room for the side, and below
        client.read(lambda text: "材料" in text and "我已交 0/5" in text.split("\n")[37])
        client.type("25\r")
        client.read(lambda text: " 25 " in text)
        client.type("\x11")
        assert client.end() == 0
    key = tmp_path / "data" / "kmdx" / "ssh" / "host_key"
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_phrase_opens_the_own_desk_with_its_keys(
    sealed_at: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path
) -> None:
    scoring = sealed_at(Phase.SCORING)
    served = serve(scoring.place, "--ssh", "0")
    client = Client(tmp_path, served.ssh, "专家3", answer=PHRASE.title())
    client.shows("✓  专家3")
    client.type("\r")
    client.shows("我已交 0/5")
    client.type("25\r")
    client.shows("已保存")
    client.type("\x11")
    assert client.end() == 0
    with scoring.office.database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT own_box IS NOT NULL, box IS NOT NULL FROM sealed_sheet").all()
    assert [tuple(map(bool, row)) for row in kept] == [(True, False)]


def test_a_wrong_pin_opens_nothing(scoring: Any, serve: Callable[..., Any], tmp_path: Path) -> None:
    served = serve(scoring.place, "--ssh", "0")
    for name in ("专家3", "nobody"):
        client = Client(tmp_path, served.ssh, name, answer="000000")
        assert client.end() == 255
        assert "选姓名" not in client.text
    assert served.desks() == []
    with scoring.office.database.reading() as connection:
        tries = connection.exec_driver_sql("SELECT wrong_tries FROM seat WHERE name = '专家3'").scalar_one()
    assert tries == 3  # counted once each, and then the connection was ended


def test_a_registered_key_opens_the_door_where_the_pin_is_asked(
    scoring: Any, serve: Callable[..., Any], tmp_path: Path
) -> None:
    key, other = tmp_path / "key", tmp_path / "other"
    for one in (key, other):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(one)], check=True)
    folder = tmp_path / "data" / "kmdx" / "ssh"
    folder.mkdir(parents=True)
    shutil.copy(f"{key}.pub", folder / "authorized_keys")
    served = serve(scoring.place, "--ssh", "0")
    assert Client(tmp_path, served.ssh, "专家3", key=other).end() == 255
    client = Client(tmp_path, served.ssh, "专家3", key=key)
    client.shows("✓  专家3")
    client.type("\r")
    client.shows("专家3（专家）签到")
    client.type(f"{PIN}\r")
    client.shows("我已交 0/5")
    client.type("\x11")
    assert client.end() == 0


def test_a_printed_code_opens_the_door_and_is_left_for_the_sign_in_behind_it(
    meeting_at: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path
) -> None:
    meeting = meeting_at(Phase.SIGNING_IN)
    served = serve(meeting.place, "--ssh", "0")
    client = Client(tmp_path, served.ssh, "专家3", answer=meeting.codes["专家3"])
    client.shows("专家3")
    client.read(lambda text: "组长" in text)
    client.type("\r")
    client.shows("专家3（专家）首次签到")
    client.process.kill()
    client.end()
    with meeting.office.database.reading() as connection:
        seat = connection.execute(text("SELECT code_hash, pin_hash FROM seat WHERE name = '专家3'")).one()
    assert (seat.code_hash is not None, seat.pin_hash) == (True, None)  # the door itself uses nothing up


def test_there_is_no_shell_and_no_forwarding(scoring: Any, serve: Callable[..., Any], tmp_path: Path) -> None:
    served = serve(scoring.place, "--ssh", "0")
    client = Client(tmp_path, served.ssh, "专家3", "id")
    assert client.end() == 1
    assert "这里只有评审界面" in client.text
    assert "uid=" not in client.text


def test_a_line_that_hangs_up_ends_its_desk(scoring: Any, serve: Callable[..., Any], tmp_path: Path) -> None:
    served = serve(scoring.place, "--ssh", "0")
    client = Client(tmp_path, served.ssh, "专家3")
    client.shows("✓  专家3")
    assert len(served.desks()) == 1
    client.process.kill()
    client.end()
    assert_empty(served)


def test_a_locked_desk_with_words_half_typed_ends_by_itself_when_its_line_hangs_up(
    sealed_at: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path
) -> None:
    served = serve(sealed_at(Phase.SCORING).place, "--ssh", "0")
    clients = []
    for number, first in enumerate(("我已交 0/5", "接管以后")):
        folder = tmp_path / str(number)
        folder.mkdir()
        clients.append(client := Client(folder, served.ssh, "专家3", answer=PHRASE))
        client.shows("✓  专家3")
        client.type("\r")
        client.shows(first)
        if number == 0:
            (desk,) = served.desks()
            client.type("\x1b[19~")
            client.shows("示例企业1：评语")
            client.type("half")
            client.shows("half")
    former, client = clients
    client.type("\r")
    former.shows("已锁定")
    former.process.kill()
    former.end()
    end = time.monotonic() + GRACE_SECONDS * 0.8  # after its grace a desk is ended, whatever it is doing
    while desk in served.desks() and time.monotonic() < end:
        time.sleep(0.1)
    assert desk not in served.desks()
    client.type("\x11")
    assert client.end() == 0


def test_a_line_that_is_lost_amid_a_long_paste_ends_its_desk(
    scoring: Any, serve: Callable[..., Any], tmp_path: Path
) -> None:
    served = serve(scoring.place, "--ssh", "0")
    client = Client(tmp_path, served.ssh, "专家3")
    client.shows("✓  专家3")
    client.type("\r")
    client.shows("我已交 0/5")
    client.type("\x1b[19~")
    client.shows("示例企业1：评语")

    def paste() -> None:
        with suppress(OSError):  # the client is gone
            for _ in range(1000):
                client.type("长文字" * 25)

    pasting = threading.Thread(target=paste)
    pasting.start()
    client.shows("长文字")
    client.process.kill()
    client.end()
    pasting.join(PATIENCE_SECONDS)
    assert_empty(served)
