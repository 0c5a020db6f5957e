"""What one policy says, as frozen values.

`None` is "unset": the measure and the committee say nothing, and the program asks or refuses instead of guessing. Every
group carries its `Basis`. Money is whole fen, ratios are exact `Fraction`s, marks are milli-points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from models.policy.support import (
    Admission,
    AwardRule,
    Basis,
    BasisKind,
    Condition,
    Cumulative,
    Edition,
    Exclusion,
    LaterLevel,
    LevelRule,
    Named,
    Term,
    Track,
    UseShare,
    Window,
)

__all__ = [
    "MICRO",
    "MILLI",
    "Admission",
    "AllocationRule",
    "AwardRule",
    "Basis",
    "BasisKind",
    "Condition",
    "Criterion",
    "Cumulative",
    "Deviation",
    "Edition",
    "Exclusion",
    "LaterLevel",
    "LevelRule",
    "Measure",
    "Named",
    "ObjectionRule",
    "PanelRule",
    "PaymentStage",
    "Policy",
    "PublicityRule",
    "Recovery",
    "Rubric",
    "SanctionRule",
    "Scoring",
    "Source",
    "Term",
    "Track",
    "Trim",
    "UseShare",
    "Window",
]

MILLI = 1000
"""Milli-points in a point: the unit of marks, full marks and steps."""

MICRO = 1_000_000
"""Micro-points in a point: the unit of sheet totals (a mark times a weight of at most three decimals is exact)."""


@dataclass(frozen=True)
class Criterion:
    """One criterion of the rubric. `full` and `step` are milli-points."""

    code: str
    name: str
    full: int
    step: int
    weight: Fraction = Fraction(1)
    objective: bool = False
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rubric:
    """What is marked. `full` is the most a sheet can total, in milli-points: the sum of full marks times weights."""

    full: int
    criteria: tuple[Criterion, ...]
    basis: Basis

    def criterion(self, code_or_name: str) -> Criterion | None:
        """Find a criterion by its code or its name."""
        return next((c for c in self.criteria if code_or_name in (c.code, c.name)), None)


@dataclass(frozen=True)
class Deviation:
    """What happens, once, to a value more than `percent` % away from the exact mean of all valid values."""

    percent: Fraction
    then: str
    """`explain`, `exclude` or `replace`."""


@dataclass(frozen=True)
class Trim:
    """Leave out the `count` highest and lowest if at least `trim_from` values are left."""

    trim_from: int
    count: int


@dataclass(frozen=True)
class Scoring:
    """How sheets become a score: the six steps of the scoring rule, in their order (see rules/marks.py)."""

    by: str
    """`sheet` or `criterion`."""
    average: str
    """`mean` or `median`."""
    least_sheets: int
    basis: Basis
    drop_widest: bool = False
    deviation: Deviation | None = None
    trim: Trim | None = None
    criterion_places: int | None = None
    weighted_places: int | None = None
    score_places: int = 2
    tie_breaks: tuple[str, ...] = ()
    pass_mark: Fraction | None = None
    spread_flag: Fraction | None = None
    """A spread (highest less lowest sheet total) above this many points is flagged and must be explained."""
    separate_panels: bool = False
    double_keying: bool = False
    sealing: bool = False

    @property
    def least_in(self) -> int:
        """How many sheets must be in so that `least_sheets` count: one more where one expert's sheets are dropped."""
        return self.least_sheets + self.drop_widest


@dataclass(frozen=True)
class PanelRule:
    """How large a panel is and who may sit on it."""

    least: int | None
    odd: bool
    expert_share: Fraction | None
    quorum: Fraction | None
    """Share of the marking seats that must have signed in."""
    basis: Basis


@dataclass(frozen=True)
class AllocationRule:
    """Who may change quotas after the reveal, and whether alternates move up."""

    changes: str
    """`recorded`, `consent` or `frozen`."""
    alternates_move: str
    """`chair`, `automatic` or `never`."""
    basis: Basis


@dataclass(frozen=True)
class PublicityRule:
    """How long a list is published (Art. 12(3)) and whether the first day counts."""

    days: int
    basis: Basis
    first_day_counts: bool
    first_day_basis: Basis


@dataclass(frozen=True)
class ObjectionRule:
    """Working days for taking an objection and for deciding it; whether anonymous ones are taken."""

    accept_days: int | None
    decide_days: int | None
    anonymous: bool
    basis: Basis


@dataclass(frozen=True)
class PaymentStage:
    """A stage of paying: up to which share of the support may have been paid by its end, and from when.

    `trigger` is what must be over: `publicity`, `acceptance` or `city_acceptance` (of the whole pilot).
    """

    code: str
    name: str
    share: Fraction | None
    trigger: str
    basis: Basis


@dataclass(frozen=True)
class Recovery:
    """A ground on which money comes back."""

    code: str
    text: str
    basis: Basis


@dataclass(frozen=True)
class SanctionRule:
    """A bar on an enterprise: its ground, and for how many years (None: the measure names no term)."""

    code: str
    text: str
    years: int | None
    basis: Basis


@dataclass(frozen=True)
class Source:
    """A fund source (Art. 15)."""

    code: str
    name: str
    basis: Basis


@dataclass(frozen=True)
class Measure:
    """What a policy file says, whether or not a meeting can follow it yet; read by people, not by rules.

    `said` are its values by attribute, as `Policy` takes them, None for every "unset"; `text` and `digest` are the
    file's. Rules get the `Policy` that `models.policy.load.usable` makes of it.
    """

    said: Mapping[str, Any]
    text: str
    digest: str

    @property
    def id(self) -> str:
        """The id of the measure, which every file names."""
        return str(self.said["id"])

    @property
    def version(self) -> int:
        """The version of the file, which every file names."""
        return int(self.said["version"])

    @property
    def city(self) -> str:
        """The city, which every file names."""
        return str(self.said["city"])

    @property
    def title(self) -> str | None:
        """What the measure is called, if the file says so."""
        title: str | None = self.said["title"]
        return title

    @property
    def document(self) -> str | None:
        """The number of the document, if the file says so."""
        document: str | None = self.said["document"]
        return document


@dataclass(frozen=True)
class Policy:
    """A measure that a meeting can follow, with the text it was loaded from and its digest (SHA-256 of its bytes)."""

    id: str
    version: int
    title: str
    document: str
    city: str
    issuers: tuple[str, ...]
    effective_from: date
    effective_until: date | None
    applies_since: date | None
    effective_basis: Basis
    industries: tuple[Named, ...]
    districts: tuple[Named, ...]
    tracks: tuple[Track, ...]
    cumulative: Cumulative | None
    exclusions: tuple[Exclusion, ...]
    admission: Admission
    rubric: Rubric
    scoring: Scoring
    panel: PanelRule
    allocation: AllocationRule
    publicity: PublicityRule
    objections: ObjectionRule
    payments: tuple[PaymentStage, ...]
    recoveries: tuple[Recovery, ...]
    sanctions: tuple[SanctionRule, ...]
    sources: tuple[Source, ...]
    text: str
    digest: str
    editions: tuple[Edition, ...] = ()
    conditions: tuple[Condition, ...] = ()
    uses: tuple[UseShare, ...] = ()

    def track(self, code_or_name: str) -> Track | None:
        """Find a track by its code, name or another name."""
        return _find(self.tracks, code_or_name)

    def district(self, code_or_name: str) -> Named | None:
        """Find a district by code, name or another name."""
        return _find(self.districts, code_or_name)

    def industry(self, code_or_name: str) -> Named | None:
        """Find an industry by code, name or another name."""
        return _find(self.industries, code_or_name)


_Findable = TypeVar("_Findable", Named, Track)


def _find(named: tuple[_Findable, ...], wanted: str) -> _Findable | None:
    return next((n for n in named if wanted == n.code or wanted == n.name or wanted in n.aliases), None)
