"""A room of commands: one folder, one database, a clock to be moved; who acts comes from the environment."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kmdx_tui.cli.main import run
from models.enums import Phase


class Room:
    """The commands of one folder: who acts and with which secret comes from the environment, as the contract says."""

    pin = "654321"
    """The PIN of everybody, in the tests' meetings too."""

    phrase = "jiaolou hongchuan rihua piaoxi"
    """What everybody has instead where marks are sealed."""

    def __init__(
        self, folder: Path, place: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.folder = folder
        self.now = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        monkeypatch.chdir(folder)
        self.open(place)

    def open(self, place: Path | str) -> None:
        """Work on another database."""
        self._monkeypatch.setenv("KMDX_DATABASE", str(place))

    def enter(self, meeting: Any) -> Room:
        """Work on a meeting's database, at its hour."""
        self.open(meeting.place)
        self.pin = meeting.pin
        self.now = meeting.clock.now
        return self

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def say(self, who: str, *words: str, pin: str | None = None, new_pin: str = "") -> tuple[int, str, str]:
        """Run a command as somebody; exit code, standard output, standard error."""
        for name, value in (
            ("KMDX_USER", who),
            ("KMDX_PIN", self.pin if pin is None else pin),
            ("KMDX_NEW_PIN", new_pin),
        ):
            self._monkeypatch.setenv(name, value)
        self._capsys.readouterr()
        code = run(words, clock=self.clock)
        out, err = self._capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    def do(self, who: str, *words: str, **secrets: str) -> Any:
        """Run a command that must be done; its JSON."""
        code, out, err = self.say(who, *words, "--json", **secrets)
        assert code == 0, err
        return json.loads(out)

    def refused(self, expected: int, who: str, *words: str, **secrets: str) -> dict[str, Any]:
        """Run a command that must be refused with this exit code; the error of its JSON."""
        code, out, err = self.say(who, *words, "--json", **secrets)
        assert (code, bool(err.strip())) == (expected, True), (code, out, err)
        error: dict[str, Any] = json.loads(out)["error"]
        assert set(error) == {"code", "text", "article", "faults"}
        assert err.count(error["text"]) == 1
        return error


@pytest.fixture
def room(tmp_path: Path, places: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Room:
    return Room(tmp_path, places.new(tmp_path / "kmdx.db"), capsys, monkeypatch)


@pytest.fixture
def at(room: Room, meeting_at: Callable[..., Any]) -> Callable[[Phase], Room]:
    """The room of a meeting in a phase."""
    return lambda phase: room.enter(meeting_at(phase))


@pytest.fixture
def opened(at: Callable[[Phase], Room]) -> Room:
    """The room of a meeting in deliberation."""
    return at(Phase.DELIBERATING)
