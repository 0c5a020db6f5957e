"""A meeting and a batch as everybody in them sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from models.enums import Kind, Phase, Role
from models.policy.types import Rubric
from models.text import Text
from models.views.people import SeatView


@dataclass(frozen=True)
class Blocker:
    """Something that stands in the way of the next phase, in words a chair can act on."""

    code: str
    text: Text
    seats: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()


@dataclass(frozen=True)
class MeetingView:
    """A meeting as everybody in it sees it. `mover` is the role that moves it on; `head` the audit chain's head.

    `reminded_at`: when the chair last called for the sheets that are out; `countdown_ends_at`: what the chair's clock
    runs down to. Both belong to the phase, and are stamps. `sealing`: marks are encrypted until the reveal;
    `released`: who of the holders has given the key's shares already; `holders`: while scoring, the names of those who
    can, by role.
    """

    id: str
    title: str
    kind: Kind
    phase: Phase
    phase_since: str
    next: Phase | None
    mover: Role | None
    batch: str
    track: str
    track_name: str
    policy_title: str
    policy_document: str
    policy_id: str
    policy_version: int
    policy_digest: str
    role: Role
    me: str
    marks: bool
    rubric: Rubric
    seats: tuple[SeatView, ...]
    blockers: tuple[Blocker, ...]
    due: int
    done: int
    applications: int
    called: str | None
    head: str
    reminded_at: str | None
    countdown_ends_at: str | None
    sealing: bool = False
    released: tuple[Role, ...] = ()
    holders: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class BatchView:
    """A batch. `sources` are (code, share as a fraction's text); `opens`, `closes` ISO dates."""

    id: str
    policy: str
    quota: int
    budget_fen: int | None
    opens: str | None
    closes: str | None
    sources: tuple[tuple[str, str], ...]
    applications: int


@dataclass(frozen=True)
class TrackSum:
    """One track of a batch: places and budget (fen) of its meetings, and what its frozen lists hold, by source too."""

    code: str
    name: str
    places: int
    budget_fen: int | None
    listed: int
    listed_fen: int
    sources: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class UseSum:
    """A use of the batch's money in fen: of how much, at least, at most, in the meetings' budgets, on frozen lists.

    `sources` are the names of the fund sources it speaks of; empty: all the money.
    """

    code: str
    name: str
    basis: str
    sources: tuple[str, ...]
    least: Fraction | None
    most: Fraction | None
    money_fen: int
    least_fen: int | None
    most_fen: int | None
    set_fen: int
    listed_fen: int


@dataclass(frozen=True)
class LimitView:
    """What a batch lays down for a track below the measure, with its notice as basis."""

    track: str
    notice: str
    bounds: tuple[Text, ...]


@dataclass(frozen=True)
class BatchFigures:
    """A batch's money by track and by use, its lower bounds, and which of its days the measure does not cover."""

    tracks: tuple[TrackSum, ...]
    uses: tuple[UseSum, ...]
    limits: tuple[LimitView, ...]
    outside: tuple[Text, ...]
