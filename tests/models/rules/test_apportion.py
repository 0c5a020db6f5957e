"""Places divided by shares: against the `apportionment` package, brute force, and laws that every division keeps."""

from __future__ import annotations

import csv
import random
from fractions import Fraction
from itertools import permutations, product
from math import ceil, floor
from pathlib import Path

import apportionment.methods as peer
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.enums import ApportionMethod as Method
from models.rules.apportion import Claim, apportion

PEERS = {Method.LARGEST_REMAINDER: "largest_remainder", Method.SAINTE_LAGUE: "saintelague", Method.DHONDT: "dhondt"}
STEPS = {Method.DHONDT: 1, Method.SAINTE_LAGUE: 2}
GUANGDONG = Path(__file__).parents[2] / "data" / "allocation" / "guangdong_2015_jigai_allocation.csv"


def claims_of(votes, bounds=None):
    whole = sum(votes)
    bounds = bounds or [(0, None)] * len(votes)
    pairs = zip(votes, bounds, strict=True)
    return [Claim(chr(65 + n), Fraction(vote, whole), *bound) for n, (vote, bound) in enumerate(pairs)]


def seats_of(found):
    return [part.seats for part in found.parts]


@pytest.mark.parametrize("method", Method)
def test_apportion_agrees_with_the_package(method):
    """Thousands of divisions without bounds; where the package finds a tie, so do we."""
    rng = random.Random(f"places {method}")
    equal = 0
    for _ in range(3000):
        votes = [rng.choice((rng.randrange(1, 30), rng.randrange(1, 100_000))) for _ in range(rng.randrange(1, 9))]
        seats = rng.randrange(1, 60)
        found = apportion(claims_of(votes), seats, method)
        try:
            wanted = peer.compute(PEERS[method], votes, seats, fractions=True, tiesallowed=False)
        except peer.TiesException:
            equal += 1
            assert not found.decided
            # of equal claims the package takes the first ones; its largest remainder may pass over a larger one for it
            if method in STEPS:
                first = [claim.name for claim in claims_of(votes)]
                chosen = peer.compute(PEERS[method], votes, seats, fractions=True)
                assert seats_of(apportion(claims_of(votes), seats, method, first)) == chosen
        else:
            assert seats_of(found) == wanted
            assert found.tied == ()
    assert equal > 5


def fair(method, claims, seats):
    """Every way to give out the places within bounds in which nobody's last place is worth less than another's next."""
    step = STEPS[method]
    most = [seats if claim.ceiling is None else min(seats, claim.ceiling) for claim in claims]
    for had in product(*(range(claim.floor, top + 1) for claim, top in zip(claims, most, strict=True))):
        if sum(had) != seats:
            continue
        kept = [one.share / (1 + step * (n - 1)) for one, n in zip(claims, had, strict=True) if n > one.floor]
        lost = [
            one.share / (1 + step * n) for one, n, top in zip(claims, had, most, strict=True) if n < top or n == seats
        ]
        if not kept or not lost or min(kept) >= max(lost):
            yield had


@st.composite
def bounded(draw, least_vote=1):
    votes = draw(st.lists(st.integers(least_vote, 7), min_size=1, max_size=4))
    assume(sum(votes))
    bounds = []
    for _ in votes:
        low = draw(st.integers(0, 2))
        bounds.append((low, draw(st.none() | st.integers(low, low + 3))))
    seats = draw(st.integers(0, 8))
    assume(sum(low for low, _ in bounds) <= seats <= sum(seats if top is None else top for _, top in bounds))
    return claims_of(votes, bounds), seats


@pytest.mark.parametrize("method", list(STEPS))
@settings(max_examples=600, deadline=None)
@given(case=bounded())
def test_divisor_methods_within_bounds_are_the_fair_division(method, case):
    """Brute force over all divisions: the only fair one, or where there are several, a tie that has them all."""
    claims, seats = case
    wanted = set(fair(method, claims, seats))
    found = apportion(claims, seats, method)
    if found.decided:
        assert wanted == {tuple(seats_of(found))}
    else:
        orders = permutations(found.tied)
        assert wanted == {tuple(seats_of(apportion(claims, seats, method, order))) for order in orders}


def held_by_hand(claims, seats):
    """Largest remainder as a clerk does it with floors only: whoever is below gets the floor, the rest anew.

    None where a tie comes up on the way.
    """
    fixed = {}
    while True:
        rest = [claim for claim in claims if claim.name not in fixed]
        left = seats - sum(fixed.values())
        whole = sum(claim.share for claim in rest)
        had = {claim.name: claim.share * left / whole for claim in rest}
        got = {name: floor(quota) for name, quota in had.items()}
        ranked = sorted(had, key=lambda name: had[name] - got[name], reverse=True)
        over = left - sum(got.values())
        if over and had[ranked[over - 1]] % 1 == had[ranked[over]] % 1:
            return None
        for name in ranked[:over]:
            got[name] += 1
        low = {claim.name: claim.floor for claim in rest if got[claim.name] < claim.floor}
        if not low:
            return {**fixed, **got}
        fixed |= low


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 3)), min_size=1, max_size=12), st.integers(0, 60))
def test_largest_remainder_with_floors_is_that_of_a_clerk(pairs, seats):
    assume(sum(low for _, low in pairs) <= seats)
    claims = claims_of([vote for vote, _ in pairs], [(low, None) for _, low in pairs])
    wanted = held_by_hand(claims, seats)
    assume(wanted is not None)
    found = apportion(claims, seats, Method.LARGEST_REMAINDER)
    assert {part.claim.name: part.seats for part in found.parts} == wanted


@pytest.mark.parametrize("method", Method)
@settings(max_examples=300, deadline=None)
@given(case=bounded(least_vote=0), shuffle=st.randoms(use_true_random=False))
def test_the_sequence_of_districts_changes_nothing_and_parts_add_up(method, case, shuffle):
    claims, seats = case
    found = apportion(claims, seats, method)
    mixed = list(claims)
    shuffle.shuffle(mixed)
    again = apportion(mixed, seats, method)
    assert {part.claim.name: part.seats for part in again.parts} == {p.claim.name: p.seats for p in found.parts}
    assert (set(again.tied), again.contested) == (set(found.tied), found.contested)
    decided = apportion(claims, seats, method, sorted(found.tied, key=lambda _: shuffle.random()))
    assert sum(part.seats for part in decided.parts) == seats
    for part in decided.parts:
        assert part.claim.floor <= part.seats
        assert part.claim.ceiling is None or part.seats <= part.claim.ceiling


@settings(max_examples=500, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20), st.integers(0, 500))
def test_largest_remainder_keeps_to_the_quota(votes, seats):
    assume(sum(votes))
    claims = claims_of(votes)
    order = [claim.name for claim in claims]
    for part in apportion(claims, seats, Method.LARGEST_REMAINDER, order).parts:
        quota = part.claim.share * seats
        assert floor(quota) <= part.seats <= ceil(quota)


@pytest.mark.parametrize("method", list(STEPS))
@settings(max_examples=200, deadline=None)
@given(votes=st.lists(st.integers(1, 1000), min_size=2, max_size=12), seats=st.integers(0, 120))
def test_one_place_more_takes_from_nobody_under_a_divisor_method(method, votes, seats):
    claims = claims_of(votes)
    order = [claim.name for claim in claims]
    fewer = seats_of(apportion(claims, seats, method, order))
    more = seats_of(apportion(claims, seats + 1, method, order))
    assert all(one <= other for one, other in zip(fewer, more, strict=True))


def test_the_textbook_example_of_three_methods():
    """100,000 votes, ten places, worked by hand."""
    votes = [47_000, 16_000, 15_900, 12_000, 6_000, 3_100]
    # quotas 4.7 1.6 1.59 1.2 0.6 0.31; whole parts 4 1 1 1 0 0, three more to .7, .6 and .6, not to .59
    assert seats_of(apportion(claims_of(votes), 10, Method.LARGEST_REMAINDER)) == [5, 2, 1, 1, 1, 0]
    # the tenth of the quotients 47, 23.5, 16, 15.9, 15.67, 12, 11.75, 9.4, 8, 7.95, 7.83 … is 7.95
    assert seats_of(apportion(claims_of(votes), 10, Method.DHONDT)) == [5, 2, 2, 1, 0, 0]
    # 47, 16, 15.9, 15.67, 12, 9.4, 6.71, 6, 5.33, 5.3, 5.22 …: the tenth is 5.3
    assert seats_of(apportion(claims_of(votes), 10, Method.SAINTE_LAGUE)) == [4, 2, 2, 1, 1, 0]


def test_equal_claims_are_left_open_and_follow_an_order_once_given():
    claims = claims_of([3, 2, 2])
    found = apportion(claims, 2, Method.LARGEST_REMAINDER)
    assert (seats_of(found), found.tied, found.contested) == ([1, None, None], ("B", "C"), 1)
    assert seats_of(apportion(claims, 2, Method.LARGEST_REMAINDER, ["B"])) == [1, None, None]
    assert seats_of(apportion(claims, 2, Method.LARGEST_REMAINDER, ["C", "A", "B"])) == [1, 0, 1]


def test_a_floor_that_answers_for_one_of_a_tie_leaves_nothing_to_decide():
    """B and C are equal for one place, but B's floor gives it that place: 3, 1 and 1, whoever won the tie."""
    claims = claims_of([6, 2, 2], [(0, 3), (1, None), (0, None)])
    found = apportion(claims, 5, Method.LARGEST_REMAINDER)
    assert (seats_of(found), found.tied) == ([3, 1, 1], ())


def test_floors_and_ceilings_at_once_lose_no_place():
    """Held all at once, A at 5, B at 2 and C at 1 would leave two of ten places to nobody."""
    claims = claims_of([8, 1, 1], [(0, 5), (2, 10), (0, 1)])
    assert seats_of(apportion(claims, 10, Method.LARGEST_REMAINDER)) == [5, 4, 1]


def test_districts_without_any_share_come_last_and_alike():
    claims = claims_of([5, 0, 0], [(0, 2), (0, None), (0, None)])
    assert seats_of(apportion(claims, 4, Method.DHONDT)) == [2, 1, 1]
    found = apportion(claims, 5, Method.DHONDT)
    assert (found.tied, found.contested) == (("B", "C"), 1)


@pytest.mark.parametrize(
    "bounds", [[(3, None), (2, None)], [(0, 1), (0, 2)], [(2, 1), (0, None)], [(-1, None), (0, 9)]]
)
def test_bounds_that_leave_no_way_are_an_error(bounds):
    with pytest.raises(ValueError, match="floors and ceilings"):
        apportion(claims_of([1, 1], bounds), 4, Method.DHONDT)


def test_a_hundred_thousand_places_among_thirty_districts():
    rng = random.Random("large")
    claims = claims_of([rng.randrange(1, 10**9) for _ in range(30)], [(rng.randrange(50), None) for _ in range(30)])
    for method in Method:
        assert sum(seats_of(apportion(claims, 100_000, method))) == 100_000


@pytest.mark.parametrize("method", Method)
def test_amounts_as_published_by_guangdong_come_back_whole(method):
    """Twelve cities, 140,000 万元 in all: as many places as there are 万元 give each city just its amount."""
    with GUANGDONG.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(line for line in file if not line.startswith("#")))[1:]
    amounts = [int(amount) for _city, amount in rows]
    assert sum(amounts) == 140_000
    assert seats_of(apportion(claims_of(amounts), 140_000, method)) == amounts
