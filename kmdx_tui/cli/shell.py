"""One command under way: the open office, who signs in, what is said where, and how it ends."""

from __future__ import annotations

import getpass
import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import typer

from kmdx_tui.cli.as_json import error_json
from kmdx_tui.cli.show import Table, say
from kmdx_tui.settings import Settings, log_file
from models.errors import BadInput, KmdxError, WrongUse
from models.queries.base import Clock, Office
from models.text import T, Text
from models.views.people import Actor

_ASKED_AGAIN = 3
"""So often a phrase may be too weak before a command gives up."""


@dataclass
class Shell:
    """What a command works with. `json` is set where the command's words say --json."""

    settings: Settings
    clock: Clock | None = None
    json: bool = False
    _office: Office | None = field(default=None, repr=False)

    @property
    def office(self) -> Office:
        """The office of the database that was named, opened when first asked for.

        Raises `DatabaseUnusable` if it can't be reached or is not ours.
        """
        if self._office is None:
            self._office = Office(open_database(self.settings.place), self.clock)
        return self._office

    def sign_in(self) -> Actor:
        """Let the person acting sit down: name from --as or KMDX_USER, PIN or phrase from KMDX_PIN or a prompt."""
        from models.services.office import authenticate

        office = self.office
        return authenticate(office, self.name(), self.own_secret())

    def name(self) -> str:
        """Who acts; asked for where there is a terminal."""
        if self.settings.as_name:
            return self.settings.as_name
        if not can_ask():
            raise WrongUse("who", T("请用 --as 或环境变量 KMDX_USER 写明是谁。"))
        return ask(T("姓名"))

    def secret(self, variable: str, question: Text | Callable[[], Text], *, twice: bool = False) -> str:
        """A code or secret, from the environment or a prompt that shows nothing; never from an argument."""
        given = os.environ.get(variable)
        if given:
            return given
        if not can_ask():
            raise WrongUse("secret_wanted", T("没有终端可以询问，请用环境变量 {variable} 给出。", variable=variable))
        typed = _hidden(question if isinstance(question, Text) else question())
        if twice and _hidden(T("再输一次")) != typed:
            raise WrongUse("not_same", T("两次输入不一致。"))
        return typed

    def own_secret(self) -> str:
        """The own secret of who acts: a phrase where the office seals marks, else a PIN."""
        return self.secret("KMDX_PIN", lambda: T("口令") if self.seals() else T("密码"))

    def seals(self) -> bool:
        """Whether the people of this office have phrases."""
        from models.services.keys import office_seals

        with self.office.database.reading() as connection:
            return office_seals(self.office, connection)

    def new_secret(self, variable: str, name: str, *, sealing: bool) -> str:
        """The secret that somebody sets: a PIN, or where marks are sealed a phrase, of which four words are offered.

        A weak phrase is refused where it is typed, and asked for again.
        """
        if not sealing:
            return self.secret(variable, T("为{name}设定密码", name=name), twice=True)
        from models.phrases import check_phrase, in_pinyin, new_phrase

        if os.environ.get(variable) or not can_ask():
            return self.secret(variable, T("为{name}设定口令", name=name))
        words = new_phrase()
        say(T("口令要四个不相干的词，汉字、拼音都可以，请记住，不要写下。"), error=True)
        say(T("可以用这四个：{words}（{pinyin}）", words=" ".join(words), pinyin=in_pinyin(words)), error=True)
        for _ in range(_ASKED_AGAIN):
            typed = self.secret(variable, T("为{name}设定口令", name=name), twice=True)
            try:
                check_phrase(typed)
            except WrongUse as weak:
                say(str(weak), error=True)
            else:
                return typed
        raise WrongUse("no_answer", T("没有回答。"))

    def tell(self, document: Mapping[str, Any], *parts: Text | Table | str) -> None:
        """Say what came out: the document with --json, else the words and tables for people.

        With --json the sentences go to standard error, so that standard output is one document.
        """
        if not self.json:
            for part in parts:
                say(part)
            return
        for part in parts:
            if isinstance(part, Text):
                say(part, error=True)
        print(json.dumps(document, ensure_ascii=False, indent=2))

    def progress(self, text: Text) -> None:
        """Say how far a long command is."""
        say(text, error=self.json)

    def fail(self, error: KmdxError) -> int:
        """Say once what was refused, and why; returns the exit code."""
        say(str(error), error=True)
        if isinstance(error, BadInput):
            for fault in error.faults:
                say(f"  {fault}", error=True)
        if self.json:
            print(json.dumps(error_json(error), ensure_ascii=False, indent=2))
        return error.exit_code

    def crash(self) -> int:
        """Write down an exception nobody expected, and say so in one sentence; to be called while it is handled."""
        place = log_file()
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            writer = logging.FileHandler(place, encoding="utf-8")
        except OSError:
            return self.fail(KmdxError("unexpected", T("程序出错，什么也没有改变；日志也写不了。")))
        log = logging.Logger("kmdx")
        log.addHandler(writer)
        log.exception("unexpected")
        writer.close()
        return self.fail(
            KmdxError("unexpected", T("程序出错，未完成的操作没有改变任何记录。详情见 {path}", path=place))
        )

    def close(self) -> None:
        """Let go of the database."""
        if self._office is not None:
            self._office.database.close()


def here(context: typer.Context) -> Shell:
    """The shell that a command was started in."""
    shell = context.obj
    assert isinstance(shell, Shell)
    return shell


def open_database(place: str, *, check: bool = True) -> Any:
    """Open a database by path or URL; `DatabaseUnusable` if that is none, or (with `check`) not ours."""
    from models.database import Database

    database = Database(place)
    if check:
        database.check_ours()
    return database


def can_ask() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty()


def ask(question: Text) -> str:
    """Ask at the terminal; an answer is owed."""
    say(question, error=True)
    answer = input("> ").strip()
    if not answer:
        raise WrongUse("no_answer", T("没有回答。"))
    return answer


def _hidden(question: Text) -> str:
    return getpass.getpass(f"{question}: ", stream=sys.stderr)
