"""What is printed carries the chain's head: a record that was replaced or cut is found by any paper of it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from models.enums import Phase
from models.queries.audit import verify
from models.services.export import _KINDS as EXPORTS
from models.services.export import export
from models.services.slips import issue_slips
from tests.conftest import Meeting

_HASH = re.compile(r"\b[0-9a-f]{64}\b")


def _heads(path: Path) -> set[str]:
    """Every digest that stands in a document."""
    if not zipfile.is_zipfile(path):
        return {*_HASH.findall(path.read_text(encoding="utf-8"))}
    with zipfile.ZipFile(path) as packed:
        return {*_HASH.findall(" ".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist()))}


def _is_head(meeting: Meeting, digest: str) -> bool:
    return verify(meeting.office, digest).ok


@pytest.mark.parametrize("what", EXPORTS)
def test_every_document_carries_a_head_that_verification_finds(
    meeting_at: Callable[..., Meeting], tmp_path: Path, what: str
) -> None:
    """But CSV, which holds one table for another program and nothing else."""
    meeting = meeting_at(Phase.ARCHIVED)
    actor = meeting.expert(3) if what == "sheets" else meeting.secretary
    for fmt in EXPORTS[what].formats:
        if fmt != "csv":
            (path,) = export(meeting.office, actor, meeting.id, what, tmp_path, fmt)
            assert any(_is_head(meeting, digest) for digest in _heads(path)), (what, fmt)


def test_a_slip_carries_a_head(meeting_at: Callable[..., Meeting], tmp_path: Path) -> None:
    meeting = meeting_at(Phase.PREPARING)
    path, _ = issue_slips(meeting.office, meeting.secretary, meeting.id, tmp_path)
    assert any(_is_head(meeting, digest) for digest in _heads(path))
