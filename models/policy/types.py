"""What one policy says, as frozen values.

`None` is "unset": the measure and the committee say nothing, and the program asks or refuses instead of guessing. Every
group carries its `Basis`. Money is whole fen, ratios are exact `Fraction`s, marks are milli-points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from models.text import mark, tr

MILLI = 1000
"""Milli-points in a point: the unit of marks, full marks and steps."""

MICRO = 1_000_000
"""Micro-points in a point: the unit of sheet totals (a mark times a weight of at most three decimals is exact)."""


class BasisKind(StrEnum):
    """Whose rule a value is."""

    ARTICLE = "article"
    LAW = "law"
    COMMITTEE = "committee"


_BASIS_WORDS = {
    BasisKind.ARTICLE: mark("本办法{ref}"),
    BasisKind.LAW: mark("上位规定：{ref}"),
    BasisKind.COMMITTEE: mark("评审委员会自定：{ref}"),
}


@dataclass(frozen=True)
class Basis:
    """Where a value comes from: an article of the measure, a higher law, or the committee itself."""

    kind: BasisKind
    ref: str

    def __str__(self) -> str:
        return tr(_BASIS_WORDS[self.kind]).format(ref=self.ref)

    @property
    def short(self) -> str:
        """The bare reference, e.g. 第七条（一）."""
        return self.ref


@dataclass(frozen=True)
class Named:
    """A district or an industry: its code, its name, other names that rosters use."""

    code: str
    name: str
    basis: Basis
    aliases: tuple[str, ...] = ()
    zone: bool = False
    classes: tuple[str, ...] = ()
    """Codes of GB/T 4754 that an industry stands for."""


class AwardRule(StrEnum):
    """How a track's amount is found."""

    SHARE = "share"
    FIXED = "fixed"
    UP_TO = "up_to"


@dataclass(frozen=True)
class Term:
    """A line of a track's table: what holds for some levels and some years of completion (empty: for every one).

    Ratio and cap for a share, the amount for a fixed award, the cap for an up-to one; None: the track's own.
    """

    levels: tuple[int, ...] = ()
    years: tuple[int, ...] = ()
    ratio: Fraction | None = None
    cap_fen: int | None = None
    amount_fen: int | None = None


class LaterLevel(StrEnum):
    """What a later, higher level of an enterprise that was supported in this track already brings."""

    FULL = "full"
    DIFFERENCE = "difference"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Window:
    """The days within which contract, invoice or payment must lie for spending to count; None: not bounded there.

    `until_acceptance`: no later than the acceptance, whose day is known only then.
    """

    event: str
    """`contract`, `invoice` or `payment`."""
    basis: Basis
    first: date | None = None
    last: date | None = None
    until_acceptance: bool = False


@dataclass(frozen=True)
class Track:
    """A kind of support (Art. 7). `caps_fen` maps a level to its cap; a level that is missing there is not eligible.

    share: min(ratio x eligible investment, cap of the level); fixed: `amount_fen`; up_to: what the meeting decides
    within `cap_fen`. `rule` None: the measure names the track without saying how much, so no amount can be computed.
    Where ratio, cap or amount depend on the year of completion too, `terms` says them, and a level or year that no
    term has is not eligible; no two terms meet. `later` None: the measure doesn't say what a later level brings.
    """

    code: str
    name: str
    basis: Basis
    rule: AwardRule | None
    ratio: Fraction | None = None
    caps_fen: Mapping[int, int] | None = None
    eligible_kinds: tuple[str, ...] = ()
    amount_fen: int | None = None
    cap_fen: int | None = None
    sizes: tuple[str, ...] = ("medium", "small", "micro")
    industries_required: bool = False
    aliases: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    later: LaterLevel | None = None
    later_basis: Basis | None = None
    yearly_places: int | None = None
    """How many enterprises one calendar year's lists may hold, over all batches."""
    yearly_places_basis: Basis | None = None
    windows: tuple[Window, ...] = ()
    finish_months: int | None = None
    """Months from the list's publication within which the project must be finished."""
    finish_months_basis: Basis | None = None


@dataclass(frozen=True)
class Cumulative:
    """The cap over all awards of one enterprise: a share of its digital investment (Art. 10), an amount, or both."""

    share: Fraction | None
    basis: Basis
    amount_fen: int | None = None


@dataclass(frozen=True)
class LevelRule:
    """What a level takes: points, and scenes of which so many are binding ones; None: that is not asked."""

    level: int
    points: Fraction
    scenes: int | None = None
    binding: int | None = None


@dataclass(frozen=True)
class Edition:
    """An edition of the assessment of digital levels; `binding_scenes` None: which are binding is not laid down."""

    code: str
    name: str
    levels: tuple[LevelRule, ...]
    basis: Basis
    scenes: tuple[str, ...] = ()
    binding_scenes: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Condition:
    """What a person has to check because no figure decides it (enterprises drawn in by a lead firm, a register …).

    `tracks` empty: of every track. `consult`: the source to be consulted.
    """

    code: str
    text: str
    basis: Basis
    tracks: tuple[str, ...] = ()
    consult: str | None = None


@dataclass(frozen=True)
class UseShare:
    """How much of a batch's budget some tracks may or must take: at least `least`, at most `most` of it.

    `sources` are the fund sources it speaks of; empty: all the money.
    """

    code: str
    name: str
    tracks: tuple[str, ...]
    basis: Basis
    least: Fraction | None = None
    most: Fraction | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exclusion:
    """A ground on which nothing is granted (Art. 9).

    `field` is the fact that answers it: a roster column, or `not_accepted`, which acceptance records answer.
    """

    code: str
    field: str
    text: str
    basis: Basis
    consult: str | None = None


@dataclass(frozen=True)
class Admission:
    """What an application needs beside not being excluded (Arts. 5(4), 6, 12); None: not asked for.

    `per_enterprise` is how many applications of one batch an enterprise may have; None: no limit is laid down.
    """

    recommendation: Basis | None
    filing: Basis | None
    industries: Basis
    districts: Basis
    sizes: Basis
    per_enterprise: int | None
    per_enterprise_basis: Basis | None


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
class Policy:
    """One measure as data, with the text it was loaded from and its digest (SHA-256 of the file's bytes)."""

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
