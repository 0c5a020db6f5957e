"""What a measure supports, whom, and how much: tracks with their terms, levels, exclusions, shares of the funds.

`None` is "unset", as in `models.policy.types`, which is where other packages import all of this from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from models.text import mark, tr


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
