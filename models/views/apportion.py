"""Places divided among districts by weighted factors."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from models.enums import ApportionMethod
from models.text import Text
from models.views.derivation import Derivation


@dataclass(frozen=True)
class ApportionedDistrict:
    """A district with its value of every factor, its share of the whole and its places; None while a tie stands.

    `bound` is "floor" or "ceiling" where that was applied.
    """

    name: str
    label: str
    values: dict[str, Fraction]
    share: Fraction
    seats: int | None
    floor: int
    ceiling: int | None
    bound: str
    derivation: Derivation


@dataclass(frozen=True)
class ApportionmentTie:
    """Districts with equal claims to the last `seats` places; `order` (labels) and `reason` once they are decided."""

    labels: tuple[str, ...]
    seats: int
    order: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class ApportionmentView:
    """What a factors file makes of the places of a meeting.

    `apart` are districts of the policy that take no part: their quotas stay as they are. `faults` are what would be
    refused if the places were set as ceilings now.
    """

    meeting: str
    method: ApportionMethod
    total: int
    weights: dict[str, Fraction]
    districts: tuple[ApportionedDistrict, ...]
    tie: ApportionmentTie | None
    apart: tuple[str, ...]
    faults: tuple[Text, ...]

    @property
    def decided(self) -> bool:
        """Whether every place has its district."""
        return self.tie is None or bool(self.tie.order)
