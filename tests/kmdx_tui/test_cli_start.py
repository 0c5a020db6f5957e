"""What leads to the screens, and where the database lies; without a terminal the bare program says so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kmdx_tui.settings import Settings, look


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KMDX_DATABASE", "KMDX_USER", "KMDX_LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("words", [[], ["run"], ["--lang", "zh"]])
def test_screens_without_terminal_are_wrong_use(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kmdx_tui", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "KMDX_DATABASE": "nowhere.db"},
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "终端" in done.stderr


def test_look_reads_leading_options_only(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["--database", "a.db", "--as=王专家", "--lang", "en", "rank", "M1", "--lang", "zh"]
    assert look(words) == (Settings("a.db", "en", "王专家"), ["rank", "M1", "--lang", "zh"])
    monkeypatch.setenv("KMDX_DATABASE", "env.db")
    monkeypatch.setenv("KMDX_USER", "张秘书")
    assert look([]) == (Settings("env.db", "zh", "张秘书"), [])
    assert look(["--database"]) == (Settings("env.db", "zh", "张秘书"), ["--database"])


def test_default_database_lies_in_the_user_data_folder() -> None:
    settings, _rest = look([])
    assert Path(settings.place).name == "kmdx.db"
    assert Path(settings.place).is_absolute()
