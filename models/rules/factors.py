"""What a committee says of how places are to be divided: factors with weights, each district's values and bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from models.enums import ApportionMethod
from models.rules.apportion import Apportionment, Claim, apportion
from models.rules.quotas import Cell, Quota


@dataclass(frozen=True)
class FactorDistrict:
    """A district by its code: its value of every factor, and between how many places it is held."""

    code: str
    values: dict[str, Fraction]
    floor: int = 0
    ceiling: int | None = None


@dataclass(frozen=True)
class Factors:
    """How places are to be divided. `ties` decides between equal claims, first one first, for the reason given with it.

    `source` is the file that says so: the basis of each step of a derivation.
    """

    total: int
    method: ApportionMethod
    weights: dict[str, Fraction]
    districts: tuple[FactorDistrict, ...]
    ties: tuple[str, ...] = ()
    ties_reason: str = ""
    source: str = ""


def shares(weights: Mapping[str, Fraction], values: Mapping[str, Mapping[str, Fraction]]) -> dict[str, Fraction]:
    """Each district's share of the whole: Σ weight × value ÷ the factor's sum over districts. They add up to 1.

    `values` are by district, then by factor. Raises `ValueError` unless weights add up to 1 and each sum is above 0.
    """
    sums = {factor: sum((of[factor] for of in values.values()), Fraction()) for factor in weights}
    if sum(weights.values()) != 1 or any(total <= 0 for total in sums.values()):
        raise ValueError("the weights must add up to 1, and each factor to more than 0")
    return {
        name: sum((weight * of[factor] / sums[factor] for factor, weight in weights.items()), Fraction())
        for name, of in values.items()
    }


def divide(factors: Factors) -> Apportionment:
    """Divide the places. Raises `ValueError` for factors that the reader of their file would not have let through."""
    of = shares(factors.weights, {one.code: one.values for one in factors.districts})
    claims = [Claim(one.code, of[one.code], one.floor, one.ceiling) for one in factors.districts]
    return apportion(claims, factors.total, factors.method, factors.ties)


def as_ceilings(found: Apportionment, quota: Quota, total: int) -> Quota:
    """The quota with the places of each district as its ceiling; all else stands, districts that took no part too."""
    assert found.decided, "places over which a tie stands have no district yet"
    ceilings = {part.claim.name: part.seats for part in found.parts}
    kept = [
        replace(cell, ceiling=ceilings.pop(cell.name)) if cell.kind == "district" and cell.name in ceilings else cell
        for cell in quota.cells
    ]
    new = [Cell("district", name, 0, seats) for name, seats in ceilings.items()]
    return replace(quota, total=total, cells=(*kept, *new))
