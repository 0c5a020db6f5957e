"""What the projector shows: nothing that anybody in the room may not see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.enums import Outcome, Phase, Role
from models.views.room import RoomView


@dataclass(frozen=True)
class ProjectorSeat:
    """A seat: whether its holder has come, and how many of its sheets are in."""

    name: str
    role: Role
    here: bool
    absent: bool
    marks: bool
    done: int
    due: int


@dataclass(frozen=True)
class ProjectorLine:
    """An application after the reveal: `score` in units of the policy's last place, `outcome` None if not allocated."""

    rank: int | None
    no: str
    enterprise: str
    district: str
    score: int | None
    outcome: Outcome | None
    alternate_order: int | None


@dataclass(frozen=True)
class ProjectorNotice:
    """The newest notice: its period, its working days and how many of them are over (today included)."""

    opens: date
    closes: date
    working_days: int
    gone: int
    over: bool
    count: int


@dataclass(frozen=True)
class ProjectorList:
    """A frozen list: how many are on it, for how much (fen), and whether all have signed."""

    version: int
    count: int
    total_fen: int
    signed: bool


@dataclass(frozen=True)
class ProjectorView:
    """A meeting for all in the room: counts, phase and clock; what is discussed; after the reveal the ranking and line.

    No marks, no sheets, no spread, no objections. `apart`: the meeting has panels, whose experts may see the results of
    their own only, so none are shown. `called` of `eligible` applications have been discussed; `line` is the score of
    the line of admission, `taken` of `total` places are proposed.
    """

    title: str
    phase: Phase
    since: str
    countdown_ends_at: str | None
    done: int
    due: int
    seats: tuple[ProjectorSeat, ...]
    apart: bool
    room: RoomView | None
    called: int
    eligible: int
    places: int
    lines: tuple[ProjectorLine, ...]
    line: int | None
    taken: int
    total: int
    notice: ProjectorNotice | None
    lists: tuple[ProjectorList, ...]
