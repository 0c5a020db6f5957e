"""Quotas and allocation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from models.enums import CellKind, Outcome, Phase, ReasonCode, Role
from models.text import Text
from models.views.derivation import Derivation


@dataclass(frozen=True)
class QuotaCellView:
    """A quota of a district or an industry: `name` is its code, `label` its name, `taken` the places used, if any.

    `reason` says how it came to what it has taken; None where no list is looked at.
    """

    kind: CellKind
    name: str
    label: str
    floor: int
    ceiling: int | None
    candidates: int
    taken: int | None
    reason: Text | None = field(default=None, compare=False)


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
    """What the allocation says of one application. `margin` in score units; `amount_fen` the support expected.

    `explain_amount` derives the support; None to who is recused from the application.
    """

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
    explain_amount: Callable[[], Derivation] | None = field(compare=False, repr=False)

    @property
    def derivation(self) -> Derivation | None:
        """How the support came about."""
        return None if self.explain_amount is None else self.explain_amount()


@dataclass(frozen=True)
class UnmetView:
    """A floor that no list can serve: wanted and reached."""

    kind: CellKind
    name: str
    wanted: int
    reached: int


@dataclass(frozen=True)
class AllocationView:
    """A proposal. `recorded_at` None: computed for looking only (what-if).

    `applications` come in rank order and are made when looked at; `nos` are their numbers, `proposed` and `reserve`
    those who are in and the alternates, best first. `entering` and `leaving` compare a what-if with the list in force.
    """

    meeting: str
    total: int
    budget_fen: int | None
    alternates: int
    line: int | None
    places: int
    applications: Sequence[AllocatedApplication]
    nos: tuple[str, ...]
    proposed: tuple[str, ...]
    reserve: tuple[str, ...]
    cells: tuple[QuotaCellView, ...]
    unmet: tuple[UnmetView, ...]
    ties: tuple[tuple[str, ...], ...]
    budget_used_fen: int
    amount_unknown: tuple[str, ...]
    recorded_at: str | None
    entering: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()

    def of(self, no: str) -> AllocatedApplication | None:
        """What the list says of one application, None if it does not name it."""
        return self.applications[self.nos.index(no)] if no in self.nos else None
