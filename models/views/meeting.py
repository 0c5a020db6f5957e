"""A meeting and a batch as everybody in them sees them."""

from __future__ import annotations

from dataclasses import dataclass

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
    """A meeting as everybody in it sees it. `mover` is the role that moves it on; `head` the audit chain's head."""

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
