"""The scoring rule in whole numbers: steps 3 to 5 as every score takes them, and scores without their derivation.

Values are milli- or micro-points in whole numbers; what is exact but not whole stays a pair, numerator and denominator,
of micro-points. `rules.marks` tells with the same functions who was excluded, trimmed and flagged.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from models.policy.types import MICRO, MILLI, Criterion, Deviation, Rubric, Scoring


class Settled(NamedTuple):
    """Steps 3 to 5 over one ascending column.

    Values before `low` and from `high` on lie outside the deviation; `then` is what is done with them: the rule's word,
    or "explain" where too few are within. The result is numerator ÷ denominator; denominator 0: too few were counted.
    """

    low: int
    high: int
    too_few_within: bool
    then: str
    numerator: int
    denominator: int


class Tally(NamedTuple):
    """A score in units of the last place (None: too few sheets), and whether anything asks for an explanation."""

    value: int | None
    flagged: bool


def half_up(numerator: int, denominator: int, places: int) -> int:
    """Round a number of micro-points to so many places of a point, half up, in units of the last place."""
    unit = denominator * MICRO
    last: int = 10**places
    return (2 * numerator * last + unit) // (2 * unit)


def rounded_total(micro: int, places: int | None) -> int:
    """A sheet total rounded where the rule says so, still in micro-points, of which a point has six decimals."""
    if places is None or places >= 6:
        return micro
    unit: int = 10 ** (6 - places)
    return (2 * micro + unit) // (2 * unit) * unit


def trimmed_ends(count: int, scoring: Scoring) -> int:
    """Step 4: how many values go at each end of a column of so many."""
    trim = scoring.trim
    return trim.count if trim is not None and count >= trim.trim_from else 0


def settle(ascending: Sequence[int], scoring: Scoring) -> Settled:
    """Take one ascending column of at least one value through deviation, trim, and mean or median."""
    low, high = _within(ascending, scoring.deviation)
    too_few = high - low < min(len(ascending), scoring.least_sheets)
    then = "explain" if scoring.deviation is None or too_few else scoring.deviation.then
    left, unit = ascending, 1
    if high - low < len(ascending) and then != "explain":
        left = ascending[low:high]
        if then == "replace":
            left, unit = _replaced(left, len(ascending) - len(left))
    cut = trimmed_ends(len(left), scoring)
    count = len(left) - 2 * cut
    if count < scoring.least_sheets:
        return Settled(low, high, too_few, then, 0, 0)
    skipped = cut if scoring.average == "mean" else cut + (count - 1) // 2
    taken = left[skipped : len(left) - skipped]
    return Settled(low, high, too_few, then, sum(taken), len(taken) * unit)


def _within(ascending: Sequence[int], rule: Deviation | None) -> tuple[int, int]:
    """Step 3: the slice that is not strictly more than the rule's percentage of the mean away from it."""
    low, high = 0, len(ascending)
    if rule is None:
        return low, high
    total, unit = sum(ascending), 100 * rule.percent.denominator
    reach, scale = rule.percent.numerator * total, unit * high
    lowest, highest = unit * total - reach, unit * total + reach
    while low < high and ascending[low] * scale < lowest:
        low += 1
    while high > low and ascending[high - 1] * scale > highest:
        high -= 1
    return low, high


def _replaced(within: Sequence[int], gone: int) -> tuple[list[int], int]:
    """The values within and `gone` times their mean, ascending, all multiplied by the number that is returned too."""
    unit, mean = len(within), sum(within)
    scaled = [value * unit for value in within]
    place = bisect_left(scaled, mean)
    return [*scaled[:place], *[mean] * gone, *scaled[place:]], unit


def weigh(numerator: int, denominator: int, criterion: Criterion, scoring: Scoring) -> tuple[int, int]:
    """Step 6 for one criterion: its result (micro-points) rounded, weighted, and rounded, as far as the rule says."""
    if scoring.criterion_places is not None:
        numerator = half_up(numerator, denominator, scoring.criterion_places) * MICRO
        denominator = 10**scoring.criterion_places
    numerator *= criterion.weight.numerator
    denominator *= criterion.weight.denominator
    if scoring.weighted_places is not None:
        numerator = half_up(numerator, denominator, scoring.weighted_places) * MICRO
        denominator = 10**scoring.weighted_places
    return numerator, denominator


def score_totals(totals: Sequence[int], scoring: Scoring) -> Tally:
    """Score one application by its valid sheets' totals (micro-points, ascending), where sheets count as wholes."""
    if not totals:
        return Tally(None, False)
    found = settle([rounded_total(total, scoring.weighted_places) for total in totals], scoring)
    flagged = _flagged(found, len(totals), scoring) or spread_flagged(totals[-1] - totals[0], scoring)
    if not found.denominator:
        return Tally(None, flagged)
    return Tally(half_up(found.numerator, found.denominator, scoring.score_places), flagged)


def score_columns(columns: Sequence[Sequence[int]], spread: int, rubric: Rubric, scoring: Scoring) -> Tally:
    """Score one application criterion by criterion.

    `columns` are the valid marks in milli-points, one column a criterion in the rubric's order; `spread` is that of the
    sheets' totals, in micro-points.
    """
    numerator, denominator = 0, 1
    complete, flagged = True, spread_flagged(spread, scoring)
    for criterion, column in zip(rubric.criteria, columns, strict=True):
        found = settle(sorted(column), scoring)
        flagged = flagged or _flagged(found, len(column), scoring)
        if not found.denominator:
            complete = False
            continue
        more, unit = weigh(found.numerator * MILLI, found.denominator, criterion, scoring)
        if unit == denominator:
            numerator += more
        else:
            numerator, denominator = numerator * unit + more * denominator, denominator * unit
    return Tally(half_up(numerator, denominator, scoring.score_places) if complete else None, flagged)


def score_criterion(marks: Sequence[int], criterion: Criterion, scoring: Scoring) -> int | None:
    """Aggregate the valid marks (milli-points) of one criterion by itself, as ties are broken; None: too few."""
    found = settle(sorted(marks), scoring) if marks else None
    if found is None or not found.denominator:
        return None
    return half_up(*weigh(found.numerator * MILLI, found.denominator, criterion, scoring), scoring.score_places)


def outside(values: Mapping[int, int], scoring: Scoring) -> set[int]:
    """Whose values lie outside the deviation, in one column of them by seat."""
    ascending = sorted(values.values())
    low, high = _within(ascending, scoring.deviation)
    if high - low == len(ascending):
        return set()
    least, most = (ascending[low], ascending[high - 1]) if low < high else (1, 0)
    return {seat for seat, value in values.items() if not least <= value <= most}


def spread_flagged(spread: int, scoring: Scoring) -> bool:
    """Whether a spread of sheet totals (micro-points) is wider than the rule lets pass without a word."""
    limit = scoring.spread_flag
    return limit is not None and spread * limit.denominator > limit.numerator * MICRO


def _flagged(found: Settled, count: int, scoring: Scoring) -> bool:
    outside = found.high - found.low < count
    return outside and (found.too_few_within or (scoring.deviation is not None and scoring.deviation.then == "explain"))
