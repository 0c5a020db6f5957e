"""The expert's desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.enums import Phase, SheetState
from models.policy.types import Rubric
from models.text import Text


@dataclass(frozen=True)
class DeskRow:
    """A sheet on its expert's desk. `marks` in milli-points by criterion code; `total_micro` None if incomplete."""

    no: str
    enterprise: str
    district: str
    state: SheetState
    marks: Mapping[str, int]
    total_micro: int | None
    comment: str
    reason: str
    recused: bool
    receipt: str = ""
    """Of a sheet that was handed in sealed: the digest of its box."""
    hidden: Text | None = None
    """Why the marks of a sealed sheet are not shown to its own expert."""


@dataclass(frozen=True)
class DeskView:
    """The expert's desk. `group_done` of `group_due` sheets of the whole meeting are in.

    `reminded_at`, `countdown_ends_at` and `sealing` are the meeting's, as in `MeetingView`.
    """

    meeting: str
    title: str
    batch: str
    phase: Phase
    phase_since: str
    rubric: Rubric
    rows: tuple[DeskRow, ...]
    due: int
    done: int
    group_due: int
    group_done: int
    reminded_at: str | None
    countdown_ends_at: str | None
    sealing: bool = False


@dataclass(frozen=True)
class SheetSaved:
    """A sheet as just saved: what the desk shows without asking again."""

    no: str
    state: SheetState
    marks: Mapping[str, int]
    total_micro: int | None
    saved_at: str
    before: Mapping[str, int]
    """The marks as they were before, for undo."""
    receipt: str = ""
    """Of a sheet that was handed in sealed: the digest of its box, by which it is found again in the record."""
