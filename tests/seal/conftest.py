"""Meetings that several tests look at, built once."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from models.enums import Phase
from models.policy import load
from tests.conftest import SERVER, Places
from tests.seal import eventful
from tests.seal.pairs import Pool


def close(meeting: Any) -> Path:
    """Close a meeting's file so that it is whole by itself."""
    path = Path(meeting.office.database.path)
    meeting.office.database.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()
    return path


@pytest.fixture(scope="session")
def _eventful(
    _builders: Callable[[str | None, bool], Any], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("eventful")
    builder = _builders(eventful.UP_TO, True)
    if SERVER:
        pytest.skip("a matter of files, and this run is on a server")
    early = eventful.play(builder.copy(Phase.PREPARING, folder / "whole.db", Places()), folder, Phase.DELIBERATING)
    shutil.copy(close(early), folder / "early.db")
    places = Places()
    meeting = replace(early, office=replace(early.office, database=places.open(str(folder / "whole.db"))))
    eventful.play(meeting, folder, Phase.ARCHIVED, since=Phase.DELIBERATING)
    whole = close(meeting)
    return whole, folder / "early.db"


@pytest.fixture(scope="session")
def eventful_file(_eventful: tuple[Path, Path]) -> Path:
    """The file of a whole meeting in which everything happened; nobody has it open."""
    return _eventful[0]


@pytest.fixture(scope="session")
def early_file(_eventful: tuple[Path, Path]) -> Path:
    """The same file as it was when deliberation began."""
    return _eventful[1]


@pytest.fixture(scope="session")
def pool(_builders: Callable[[str | None, bool], Any], tmp_path_factory: pytest.TempPathFactory) -> Pool:
    """Pairs of databases, made as they are asked for."""
    return Pool(tmp_path_factory.mktemp("pairs"), _builders)


@pytest.fixture
def quick_folder(tmp_path: Path) -> Iterator[Path]:
    """Where plays work: in memory where there is such a place, for each of their acts is written through."""
    memory = Path("/dev/shm")
    if not (memory.is_dir() and os.access(memory, os.W_OK)):
        yield tmp_path
        return
    with TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.fixture(scope="session", autouse=True)
def _measures_read_once() -> Iterator[None]:
    """A measure is read anew by every command, and is a function of its text."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "load_policy", cache(load.load_policy))
        yield
