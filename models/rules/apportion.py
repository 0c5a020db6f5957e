"""Places divided among districts by their shares, within floors and ceilings.

The methods are largest remainder, Sainte-Laguë and D'Hondt.

Source: M. L. Balinski and H. P. Young, *Fair Representation* (1982). Floors and ceilings: whoever is below its floor is
held there, whoever is above its ceiling there, and the rest is divided anew until nothing changes. Where both happen at
once, the side on which more places are at stake is held first and the other is looked at again (the way in which CSS
Flexible Box, section 9.7, resolves its lengths): held all at once, places could be left over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from models.enums import ApportionMethod

_STEPS = {ApportionMethod.DHONDT: 1, ApportionMethod.SAINTE_LAGUE: 2}
"""By how much the divisor grows from a district's one place to its next: 1, 2, 3, … and 1, 3, 5, …"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A district that takes part: its share of the whole, and between how many places it is held."""

    name: str
    share: Fraction
    floor: int = 0
    ceiling: int | None = None

    def held(self, seats: int) -> int:
        """A number of places, brought within floor and ceiling."""
        raised = max(seats, self.floor)
        return raised if self.ceiling is None else min(raised, self.ceiling)


@dataclass(frozen=True)
class Round:
    """Some places divided among those districts that are not held yet, as if there were no floors and ceilings.

    `line` is the last remainder or quotient that brought a place, None if none did. `tied` are equal claims to the last
    `contested` places, which `given` leaves out.
    """

    method: ApportionMethod
    seats: int
    shares: Mapping[str, Fraction]
    given: Mapping[str, int]
    line: Fraction | None = None
    tied: tuple[str, ...] = ()
    contested: int = 0

    @property
    def whole(self) -> Fraction:
        """The shares of all that take part."""
        return sum(self.shares.values(), Fraction())

    def quota(self, name: str) -> Fraction:
        """The exact part of the places that a district's share makes."""
        return self.shares[name] * self.seats / self.whole

    def divisor(self, nth: int) -> int:
        """By what a share is divided for a district's nth place, from 1; only where the method divides."""
        return 1 + _STEPS[self.method] * (nth - 1)

    def quotient(self, name: str, nth: int) -> Fraction:
        """What a district's claim to its nth place is worth."""
        return self.shares[name] / self.divisor(nth)


@dataclass(frozen=True, slots=True)
class Part:
    """What a district has in the end: `seats` None while an undecided tie is in the way; `bound` if one was applied.

    `round` is the number, from 0, of the round that settled it.
    """

    claim: Claim
    seats: int | None
    round: int
    bound: str = ""


@dataclass(frozen=True)
class Apportionment:
    """The places of each district, in the claims' order, and how it came to them.

    `tied` are the equal claims to the last `contested` places, whether an order decided between them or not.
    """

    parts: tuple[Part, ...]
    rounds: tuple[Round, ...]
    tied: tuple[str, ...] = ()
    contested: int = 0

    @property
    def decided(self) -> bool:
        """Whether every place has its district."""
        return all(part.seats is not None for part in self.parts)


def apportion(claims: Sequence[Claim], seats: int, method: ApportionMethod, order: Sequence[str] = ()) -> Apportionment:
    """Divide places among districts. `order` decides between equal claims if all of them stand in it, first one first.

    The outcome rests on shares and bounds alone, never on the sequence or the names of the claims. Raises `ValueError`
    if the bounds leave no way to give out just this many places.
    """
    _check(claims, seats)
    rounds: list[Round] = []
    settled: dict[str, Part] = {}
    while True:
        still = [claim for claim in claims if claim.name not in settled]
        left = seats - sum(part.seats or 0 for part in settled.values())
        division = _divide({claim.name: claim.share for claim in still}, left, method)
        rounds.append(division)
        free = [claim.name for claim in still if claim.name in division.tied and not _bound(claim, division)]
        held = sum(claim.held(division.given[claim.name]) for claim in still)
        # equal claims whose floor or ceiling answers for them may or may not use one of the contested places
        least = held + max(0, division.contested - (len(division.tied) - len(free)))
        most = held + min(division.contested, len(free))
        if least <= left <= most:
            break
        side = "floor" if least > left else "ceiling"
        for claim in still:
            if _bound(claim, division) == side:
                settled[claim.name] = _part(claim, division, len(rounds) - 1)
    for claim in still:
        settled[claim.name] = _part(claim, division, len(rounds) - 1)
    contested = left - held
    winners = _winners(free, contested, order)
    for name in free:
        given = None if winners is None else division.given[name] + (name in winners)
        settled[name] = replace(settled[name], seats=given)
    parts = tuple(settled[claim.name] for claim in claims)
    if contested in (0, len(free)):
        return Apportionment(parts, tuple(rounds))
    return Apportionment(parts, tuple(rounds), tuple(free), contested)


def _check(claims: Sequence[Claim], seats: int) -> None:
    least = sum(claim.floor for claim in claims)
    most = sum(seats if claim.ceiling is None else claim.ceiling for claim in claims)
    if not 0 <= least <= seats <= most or any(claim.held(claim.floor) != claim.floor for claim in claims):
        raise ValueError("floors and ceilings leave no way to give out just these places")


def _bound(claim: Claim, division: Round) -> str:
    """Which bound answers for a district in this round. One of a tie is at its bound with or without the place."""
    given = division.given[claim.name]
    if given < claim.floor:
        return "floor"
    above = given + (claim.name in division.tied)
    return "ceiling" if claim.ceiling is not None and above > claim.ceiling else ""


def _part(claim: Claim, division: Round, number: int) -> Part:
    return Part(claim, claim.held(division.given[claim.name]), number, _bound(claim, division))


def _winners(tied: Collection[str], seats: int, order: Sequence[str]) -> set[str] | None:
    """Which of equal claims get a place; None if nobody has decided."""
    if seats in (0, len(tied)):
        order = list(tied)
    elif not set(tied) <= set(order):
        return None
    return set([name for name in order if name in tied][:seats])


def _divide(claims: dict[str, Fraction], seats: int, method: ApportionMethod) -> Round:
    if not any(claims.values()):  # only those without any share are left: they are all alike
        claims = dict.fromkeys(claims, Fraction(1))
    if method is ApportionMethod.LARGEST_REMAINDER:
        return _by_remainder(claims, seats, method)
    return _by_quotient(claims, seats, method)


def _by_remainder(claims: dict[str, Fraction], seats: int, method: ApportionMethod) -> Round:
    quotas = Round(method, seats, claims, {})
    given = {name: floor(quotas.quota(name)) for name in claims}
    left = seats - sum(given.values())
    if not left:
        return Round(method, seats, claims, given)
    rests = {name: quotas.quota(name) - whole for name, whole in given.items()}
    line = sorted(rests.values(), reverse=True)[left - 1]
    given = {name: whole + (rests[name] > line) for name, whole in given.items()}
    return _shared(Round(method, seats, claims, given, line), [name for name in claims if rests[name] == line])


def _by_quotient(claims: dict[str, Fraction], seats: int, method: ApportionMethod) -> Round:
    """Place after place to the highest quotient, from a start at which nobody can have too many."""
    step, whole = _STEPS[method], sum(claims.values(), Fraction())
    # the places whose quotient reaches whole ÷ room are never more than there are
    room = max(0, step * seats - (step - 1) * len(claims))
    given = {name: floor((share * room / whole + step - 1) / step) if room else 0 for name, share in claims.items()}
    quotients = Round(method, seats, claims, given)
    while left := seats - sum(given.values()):
        nexts = {name: quotients.quotient(name, count + 1) for name, count in given.items()}
        best = max(nexts.values())
        leaders = [name for name, quotient in nexts.items() if quotient == best]
        if len(leaders) > left:
            return _shared(Round(method, seats, claims, given, best), leaders)
        given |= {name: given[name] + 1 for name in leaders}
    line = min((quotients.quotient(name, count) for name, count in given.items() if count), default=None)
    return Round(method, seats, claims, given, line)


def _shared(division: Round, equal: list[str]) -> Round:
    """The round with its last places given to the equal claims at the line, or left open if they don't suffice."""
    left = division.seats - sum(division.given.values())
    if left < len(equal):
        return replace(division, tied=tuple(equal), contested=left)
    return replace(division, given={name: count + (name in equal) for name, count in division.given.items()})
