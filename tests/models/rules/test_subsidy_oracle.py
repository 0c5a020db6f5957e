"""`award` against a second reading of the measure's words in plain integers, on thousands of random cases."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.policy.types import AwardRule, Basis, BasisKind, Cumulative, LaterLevel, Term, Track
from models.rules.standards import Limit
from models.rules.subsidy import MEETING, OBJECTION, Claim, Decided, Earlier, award

BASIS = Basis(BasisKind.ARTICLE, "第七条")
KINDS = ("software", "cloud", "equipment", "other")
YEARS, LEVELS = (2024, 2025, 2026), (1, 2, 3, 4)


def some_money(chance: random.Random) -> int:
    """Fen of every size, odd ones among them."""
    return chance.randrange(chance.choice([1, 300, 10**6, *[10**9] * 5]))


def some_track(chance: random.Random) -> Track:
    """A track of any rule; figures plain, by level, by year, or both; disjoint terms, some left out."""
    rule = chance.choice(list(AwardRule))
    cells = [(level, year) for level in LEVELS for year in YEARS if chance.random() < 0.8]
    shape = chance.choice(["plain", "terms", "terms"])
    ratio = Fraction(chance.randrange(1, 101), 100)
    money = {"ratio": ratio if rule is AwardRule.SHARE else None}
    if shape == "terms":
        by = chance.choice(["levels", "years", "both"])
        keys = {
            "levels": [((level,), ()) for level in {level for level, _ in cells}],
            "years": [((), (year,)) for year in {year for _, year in cells}],
            "both": [((level,), (year,)) for level, year in cells],
        }[by]
        terms = tuple(
            Term(
                levels,
                years,
                Fraction(chance.randrange(1, 101), 100) if rule is AwardRule.SHARE else None,
                some_money(chance) if rule is not AwardRule.FIXED else None,
                some_money(chance) if rule is AwardRule.FIXED else None,
            )
            for levels, years in keys
        )
        money |= {"terms": terms}
    elif rule is AwardRule.SHARE:
        money |= {"caps_fen": {level: some_money(chance) for level in LEVELS if chance.random() < 0.8}}
    elif rule is AwardRule.FIXED:
        money |= {"amount_fen": some_money(chance)}
    else:
        money |= {"cap_fen": some_money(chance)}
    kinds = tuple(kind for kind in KINDS if chance.random() < 0.7)
    later = chance.choice([None, *LaterLevel])
    return Track("t", "方向", BASIS, rule, eligible_kinds=kinds, later=later, later_basis=BASIS, **money)


def some_claim(chance: random.Random) -> Claim:
    earlier = tuple(
        Earlier(f"N{n}", some_money(chance), chance.random() < 0.5) for n in range(chance.choice([0, 0, 1, 2]))
    )
    decided = tuple(Decided(by, some_money(chance)) for by in (MEETING, OBJECTION) if chance.random() < 0.4)
    return Claim(
        {kind: some_money(chance) for kind in KINDS},
        chance.choice([None, *LEVELS]),
        chance.choice([None, *YEARS]),
        some_money(chance),
        some_money(chance),
        chance.choice([0, some_money(chance)]),
        earlier,
        decided,
    )


def some_limit(chance: random.Random) -> Limit | None:
    if chance.random() < 0.6:
        return None
    return Limit(
        "通知",
        chance.choice([None, Fraction(chance.randrange(1, 101), 100)]),
        {level: some_money(chance) for level in LEVELS if chance.random() < 0.3},
        chance.choice([None, some_money(chance)]),
    )


def by_the_book(track: Track, claim: Claim, cumulative: Cumulative | None, limit: Limit | None) -> object:
    """The award in fen, or the code of why there is none, step by step from the measure's words."""
    level, year = claim.level, claim.year
    ratio, cap, amount = track.ratio, track.cap_fen, track.amount_fen
    if track.terms:
        asks_level = any(term.levels for term in track.terms)
        asks_year = any(term.years for term in track.terms)
        if asks_level and level is None:
            return "level_missing"
        if asks_level and not any(level in term.levels for term in track.terms):
            return "level_not_supported"
        if asks_year and year is None:
            return "year_missing"
        fitting = [
            term
            for term in track.terms
            if (not asks_level or level in term.levels) and (not asks_year or year in term.years)
        ]
        if not fitting:
            return "year_not_supported"
        ratio, cap, amount = fitting[0].ratio, fitting[0].cap_fen, fitting[0].amount_fen
    elif track.caps_fen is not None:
        if level is None:
            return "level_missing"
        if level not in track.caps_fen:
            return "level_not_supported"
        cap = track.caps_fen[level]
    if limit is not None:
        lower = [one for one in (limit.cap_fen, limit.caps_fen.get(level or 0), cap) if one is not None]
        cap = sorted(lower)[0] if lower else None
        if limit.ratio is not None and ratio is not None and ratio > limit.ratio:
            ratio = limit.ratio
    if track.rule is AwardRule.SHARE:
        eligible = sum(fen for kind, fen in claim.investment.items() if kind in track.eligible_kinds)
        assert ratio is not None
        found = ratio * eligible
    elif track.rule is AwardRule.FIXED:
        assert amount is not None
        found = Fraction(amount)
    else:
        assert cap is not None
        found = Fraction(cap)
    if cap is not None and found > cap:
        found = Fraction(cap)
    same = [one.fen for one in claim.earlier if one.same_track]
    if same and track.later is LaterLevel.NOTHING:
        return "supported_before"
    if track.later is LaterLevel.DIFFERENCE:
        found -= sum(same)
    if track.rule is AwardRule.UP_TO and not claim.decided:
        return "undecided"
    for one in claim.decided:
        if found > one.fen:
            found = Fraction(one.fen)
    if cumulative is not None:
        digital = sum(claim.investment.values()) + claim.other_investment_fen + claim.prior_investment_fen
        used = claim.prior_support_fen + sum(one.fen for one in claim.earlier)
        for most in (
            None if cumulative.share is None else cumulative.share * digital,
            cumulative.amount_fen,
        ):
            if most is not None and found > most - used:
                found = Fraction(most - used)
    if found < 0:
        return 0
    return found.numerator // (found.denominator * 100) * 100


@pytest.mark.parametrize("seed", range(4))
def test_award_is_what_the_measure_says(seed: int) -> None:
    chance = random.Random(seed)
    amounts: set[object] = set()
    for _ in range(2500):
        track, claim, limit = some_track(chance), some_claim(chance), some_limit(chance)
        share = chance.choice([None, Fraction(chance.randrange(1, 101), 100)])
        most_fen = chance.choice([None, some_money(chance)])
        capped = share is not None or most_fen is not None
        cumulative = Cumulative(share, BASIS, most_fen) if capped else None
        got = award(track, claim, cumulative, limit, estimate=False)
        wanted = by_the_book(track, claim, cumulative, limit)
        assert (got.code if got.amount_fen is None else got.amount_fen) == wanted, (track, claim, cumulative, limit)
        assert got.derivation.result
        amounts.add(wanted)
    codes = {one for one in amounts if isinstance(one, str)}
    assert codes == {
        "level_missing",
        "level_not_supported",
        "year_missing",
        "year_not_supported",
        "supported_before",
        "undecided",
    }
    assert len(amounts) > 400


FEN = st.integers(0, 10**12)
LINES = st.fixed_dictionaries(dict.fromkeys(KINDS, FEN))
SHARE = Track(
    "t",
    "方向",
    BASIS,
    AwardRule.SHARE,
    Fraction(1, 2),
    {2: 20_000_000, 3: 40_000_000, 4: 10**12},
    KINDS[:3],
)
HALF = Cumulative(Fraction(1, 2), BASIS)


def amount(claim: Claim) -> int:
    found = award(SHARE, claim, HALF, estimate=True).amount_fen
    assert found is not None
    return found


@given(LINES, st.sampled_from([2, 3, 4]), FEN, FEN, FEN)
def test_award_is_whole_yuan_within_cap_and_room(
    lines: dict[str, int], level: int, others: int, support: int, had: int
) -> None:
    claim = Claim(lines, level, None, others, 0, support, (Earlier("N", had, False),))
    got = amount(claim)
    room = Fraction(sum(lines.values()) + others, 2) - support - had
    assert got >= 0
    assert got % 100 == 0
    assert got <= {2: 20_000_000, 3: 40_000_000, 4: 10**12}[level]
    assert got <= max(room, 0)


@given(LINES, st.sampled_from([*KINDS, "elsewhere", "before"]), FEN, FEN, st.sampled_from([2, 3, 4]))
def test_more_investment_never_lowers_an_award(
    lines: dict[str, int], where: str, more: int, support: int, level: int
) -> None:
    poorer = Claim(lines, level, prior_support_fen=support)
    if where == "elsewhere":
        richer = replace(poorer, other_investment_fen=more)
    elif where == "before":
        richer = replace(poorer, prior_investment_fen=more)
    else:
        richer = replace(poorer, investment=lines | {where: lines[where] + more})
    assert amount(poorer) <= amount(richer)


@given(
    st.lists(st.tuples(LINES, st.sampled_from([2, 3, 4])), min_size=2, max_size=5), st.randoms(use_true_random=False)
)
def test_awards_one_after_the_other_never_pass_the_cap_and_sum_alike(
    claims: list[tuple[dict[str, int], int]], chance: random.Random
) -> None:
    """In whichever order an enterprise's lists come: each takes its full room, so the sum is the same up to a yuan."""

    def total(order: list[int]) -> int:
        had: list[Earlier] = []
        for at in order:
            lines, level = claims[at]
            others = sum(sum(claims[n][0].values()) for n in range(len(claims)) if n != at)
            had.append(Earlier(f"N{at}", amount(Claim(lines, level, None, others, earlier=tuple(had))), False))
        return sum(one.fen for one in had)

    order = list(range(len(claims)))
    first = total(order)
    chance.shuffle(order)
    second = total(order)
    digital = sum(sum(lines.values()) for lines, _ in claims)
    assert max(first, second) <= Fraction(digital, 2)
    assert abs(first - second) < 100 * len(claims)
