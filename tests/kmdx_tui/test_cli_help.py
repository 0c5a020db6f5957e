"""Every command of this version is there, says in Chinese what it does, and so does every one of its words."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from kmdx_tui.cli.main import command, run

COMMANDS = """
run demo init backup doctor verify rank recuse opinion dissent amount allocate adjust tie export template sign-in
call countdown unseal envelope phrase:new phrase:change
policy:list policy:show policy:check policy:new policy:schema
user:add user:list user:disable user:pin batch:new batch:list batch:show
import:roster application:list application:show application:check
meeting:new meeting:list meeting:show meeting:advance meeting:back meeting:applications panel:set
seat:add seat:list seat:code seat:chair seat:absent seat:slips seat:about
marks:enter marks:submit marks:abstain marks:take-back marks:show marks:explain marks:correct marks:import marks:return
marks:key marks:keyings
sensitivity serve board item:call item:next item:close item:order room:show room:out room:in
quota:set quota:show quota:apportion quota:consent publicity:open publicity:show
objection:add objection:accept objection:dismiss objection:withdraw objection:refer objection:decide objection:list
calendar:add calendar:list calendar:show
awards:show awards:sign awards:list db:upgrade
"""
NAMES = COMMANDS.split()
CHINESE = re.compile("[\u4e00-\u9fff]")


def walk(group: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from walk(one, f"{name}:")
        else:
            yield path + name, one


def test_commands_are_those_of_the_contract() -> None:
    assert sorted(name for name, _ in walk(command())) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_help_of_command_is_chinese(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*name.split(":"), "--help"]) == 0
    page = capsys.readouterr().out
    assert page.startswith(f"用法：kmdx {name.replace(':', ' ')}")
    assert "--json" in page
    found = dict(walk(command()))[name]
    for words in (found.help, *(one.help for one in found.params)):
        assert CHINESE.search(words)
        assert words in page


def test_help_without_arguments_lists_families(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    page = capsys.readouterr().out
    for name in {name.split(":")[0] for name in NAMES}:
        assert re.search(rf"^  {name} .*[\u4e00-\u9fff]", page, re.MULTILINE)
    assert run(["objection"]) == 2
    assert "decide" in capsys.readouterr().err


def test_help_in_english_falls_back_to_chinese_where_there_is_no_translation(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["--lang", "en", "rank", "--help"]) == 0
    assert "--explain" in capsys.readouterr().out
    assert run(["rank", "--help"]) == 0
    assert "用法" in capsys.readouterr().out


def test_help_runs_as_a_process() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kmdx_tui", "meeting", "show", "--help"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "MEETING" in done.stdout
