"""Meetings that several tests look at, built once."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.enums import Phase
from tests.conftest import SERVER, Places
from tests.seal import eventful


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
        return folder, folder
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
