"""Where things lie on this machine, and what the global options and the environment say.

Loads nothing heavy: a bare `kmdx` must paint before Typer or the database layer are imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from platformdirs import user_data_path, user_log_path

APP = "kmdx"
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Settings:
    """What holds for a whole command: the database's path or URL, the language, and who acts (None: nobody said)."""

    place: str
    lang: str
    as_name: str | None


IDLE_MINUTES = 20
"""After so many minutes without a key an open desk locks, if nothing else is said."""


def idle_minutes() -> int:
    """Minutes after which an idle desk locks, from KMDX_IDLE_MINUTES; 0: never. What is no number counts as unsaid."""
    said = os.environ.get("KMDX_IDLE_MINUTES", "")
    return int(said) if said.isascii() and said.isdigit() else IDLE_MINUTES


def data_folder() -> Path:
    """Where databases lie if nothing else is said."""
    return user_data_path(APP, appauthor=False)


def log_file() -> Path:
    """Where unexpected errors are written down."""
    return user_log_path(APP, appauthor=False) / "kmdx.log"


def from_environment() -> Settings:
    """The settings as the environment has them: KMDX_DATABASE, KMDX_LANG, KMDX_USER."""
    return Settings(
        os.environ.get("KMDX_DATABASE") or str(data_folder() / "kmdx.db"),
        os.environ.get("KMDX_LANG") or LANGUAGES[0],
        os.environ.get("KMDX_USER") or None,
    )


_OPTIONS = {"--database": "place", "--lang": "lang", "--as": "as_name"}


def look(argv: Sequence[str]) -> tuple[Settings, list[str]]:
    """Read the global options that stand before the command; returns the settings and the arguments from there on.

    What is malformed is left among the arguments: the command line says what is wrong with it.
    """
    settings, rest = from_environment(), list(argv)
    while rest:
        name, equals, value = rest[0].partition("=")
        if name not in _OPTIONS or (not equals and len(rest) < 2):
            break
        settings = replace(settings, **{_OPTIONS[name]: value if equals else rest[1]})
        del rest[: 1 if equals else 2]
    return settings, rest


def has_terminal() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()
