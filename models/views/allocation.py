"""Quotas and allocation."""

from __future__ import annotations

from dataclasses import dataclass

from models.enums import CellKind, Outcome, Phase, ReasonCode, Role
from models.text import Text
from models.views.derivation import Derivation


@dataclass(frozen=True)
class QuotaCellView:
    """A quota of a district or an industry: `name` is its code, `label` its name, `taken` the places used, if any."""

    kind: CellKind
    name: str
    label: str
    floor: int
    ceiling: int | None
    candidates: int
    taken: int | None


@dataclass(frozen=True)
class QuotaView:
    """The quotas of a meeting, all districts and industries of the policy; `set` False while nobody has set them."""

    meeting: str
    set: bool
    total: int
    budget_fen: int | None
    alternates: int
    cells: tuple[QuotaCellView, ...]
    batch_quota: int
    batch_budget_fen: int | None
    setter: Role | None
    changes: tuple[QuotaChangeView, ...]


@dataclass(frozen=True)
class QuotaChangeView:
    """A change of quotas, in words."""

    at: str
    by: str
    phase: Phase
    reason: str
    text: Text


@dataclass(frozen=True)
class AllocatedApplication:
    """What the allocation says of one application. `margin` in score units; `amount_fen` the support expected."""

    no: str
    enterprise: str
    district: str
    industry: str
    score: int | None
    rank: int | None
    outcome: Outcome
    alternate_order: int | None
    margin: int | None
    reason: ReasonCode
    text: Text
    amount_fen: int | None
    derivation: Derivation | None


@dataclass(frozen=True)
class UnmetView:
    """A floor that no list can serve: wanted and reached."""

    kind: CellKind
    name: str
    wanted: int
    reached: int


@dataclass(frozen=True)
class AllocationView:
    """A proposal. `recorded_at` None: computed for looking only (what-if). `moves` compares with the one in force."""

    meeting: str
    total: int
    budget_fen: int | None
    alternates: int
    line: int | None
    places: int
    applications: tuple[AllocatedApplication, ...]
    cells: tuple[QuotaCellView, ...]
    unmet: tuple[UnmetView, ...]
    ties: tuple[tuple[str, ...], ...]
    budget_used_fen: int
    amount_unknown: tuple[str, ...]
    recorded_at: str | None
    entering: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()
