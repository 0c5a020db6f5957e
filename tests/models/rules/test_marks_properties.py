"""The scoring rule against an oracle written from its words, and its properties."""

from __future__ import annotations

import math
import statistics
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import Refused
from models.policy.types import MICRO, Basis, BasisKind, Criterion, Deviation, Rubric, Scoring, Trim
from models.rules.marks import Sheet, aggregate, criterion_score, round_half_up, sheet_total
from models.rules.tally import Tally, outside, score_columns, score_criterion, score_totals

BASIS = Basis(BasisKind.COMMITTEE, "评分细则")
PLAN = Criterion("plan", "方案", full=60_000, step=500)
EFFECT = Criterion("effect", "成效", full=40_000, step=500, weight=Fraction(8, 5))
RUBRIC = Rubric(100_000, (PLAN, EFFECT), BASIS)


def half_up(value: Fraction, places: int | None) -> Fraction:
    return value if places is None else Fraction(math.floor(value * 10**places + Fraction(1, 2)), 10**places)


def oracle_steps_3_to_5(values: list[Fraction], rule: Scoring) -> Fraction | None:
    if rule.deviation is not None:
        mean = statistics.mean(values)
        far = [abs(value - mean) * 100 > rule.deviation.percent * mean for value in values]
        near = [value for value, out in zip(values, far, strict=True) if not out]
        if len(near) >= rule.least_sheets and rule.deviation.then == "exclude":
            values = near
        elif len(near) >= rule.least_sheets and rule.deviation.then == "replace":
            values = [statistics.mean(near) if out else value for value, out in zip(values, far, strict=True)]
    if rule.trim is not None and len(values) >= rule.trim.trim_from:
        for _ in range(rule.trim.count):
            values = list(values)
            values.remove(max(values))
            values.remove(min(values))
    if len(values) < rule.least_sheets:
        return None
    return statistics.mean(values) if rule.average == "mean" else Fraction(statistics.median(values))


def oracle(sheets: list[Sheet], rubric: Rubric, rule: Scoring) -> int | None:
    """The rule in points, as Fractions, word by word."""
    if not sheets:
        return None
    parts: list[Fraction | None] = []
    if rule.by == "sheet":
        totals = [sum((sheet.marks[c.code] * c.weight / 1000 for c in rubric.criteria), Fraction()) for sheet in sheets]
        parts.append(oracle_steps_3_to_5([half_up(total, rule.weighted_places) for total in totals], rule))
    else:
        for criterion in rubric.criteria:
            result = oracle_steps_3_to_5([Fraction(s.marks[criterion.code], 1000) for s in sheets], rule)
            if result is not None:
                result = half_up(half_up(result, rule.criterion_places) * criterion.weight, rule.weighted_places)
            parts.append(result)
    if None in parts:
        return None
    total = sum((part for part in parts if part is not None), Fraction())
    return int(half_up(total, rule.score_places) * 10**rule.score_places)


any_places = st.none() | st.integers(0, 4)


@st.composite
def trims(draw: st.DrawFn) -> tuple[Trim | None, int]:
    """A trim and a least number of sheets that a checked policy may have together."""
    least = draw(st.integers(1, 4))
    if draw(st.booleans()):
        return None, least
    count = draw(st.integers(1, 2))
    return Trim(least + 2 * count + draw(st.integers(0, 2)), count), least


@st.composite
def rules(draw: st.DrawFn) -> Scoring:
    """Any scoring rule a checked policy may have."""
    trim, least = draw(trims())
    deviation = st.none() | st.builds(
        Deviation, st.fractions(0, 60, max_denominator=4), st.sampled_from(["explain", "exclude", "replace"])
    )
    return Scoring(
        by=draw(st.sampled_from(["sheet", "criterion"])),
        average=draw(st.sampled_from(["mean", "median"])),
        least_sheets=least,
        trim=trim,
        deviation=draw(deviation),
        criterion_places=draw(any_places),
        weighted_places=draw(any_places),
        score_places=draw(st.integers(0, 4)),
        spread_flag=draw(st.none() | st.fractions(0, 60, max_denominator=2)),
        basis=BASIS,
    )


marks_of_a_sheet = st.fixed_dictionaries(
    {
        "plan": st.integers(0, 120).map(lambda half: half * 500),
        "effect": st.integers(0, 80).map(lambda half: half * 500),
    }
)
panels = st.lists(marks_of_a_sheet, max_size=11).map(
    lambda many: [Sheet(f"E{number:02}", marks) for number, marks in enumerate(many)]
)


@settings(max_examples=600, deadline=None)
@given(panels, rules())
def test_aggregate_agrees_with_the_oracle(sheets: list[Sheet], rule: Scoring) -> None:
    assert aggregate(sheets, RUBRIC, rule).value == oracle(sheets, RUBRIC, rule)


def columns(sheets: list[Sheet]) -> list[list[int]]:
    return [[sheet.marks[criterion.code] for sheet in sheets] for criterion in RUBRIC.criteria]


@settings(max_examples=500, deadline=None)
@given(panels, rules())
def test_scores_in_whole_numbers_agree_with_aggregate_and_the_oracle(sheets: list[Sheet], rule: Scoring) -> None:
    whole = aggregate(sheets, RUBRIC, rule)
    totals = sorted(sheet_total(sheet.marks, RUBRIC) for sheet in sheets)
    if rule.by == "sheet":
        fast = score_totals(totals, rule)
    elif totals:
        fast = score_columns(columns(sheets), totals[-1] - totals[0], RUBRIC, rule)
    else:
        fast = Tally(None, False)
    assert (fast.value, fast.flagged) == (whole.value, bool(whole.flags))
    assert fast.value == oracle(sheets, RUBRIC, rule)


@settings(max_examples=300, deadline=None)
@given(panels, rules())
def test_outside_names_who_is_flagged_for_a_deviation(sheets: list[Sheet], rule: Scoring) -> None:
    explains = replace(
        rule, by="criterion", deviation=replace(rule.deviation, then="explain") if rule.deviation else None
    )
    flags = [flag for flag in aggregate(sheets, RUBRIC, explains).flags if flag.kind == "deviation"]
    for criterion, column in zip(RUBRIC.criteria, columns(sheets), strict=True):
        found = outside(dict(enumerate(column)), explains)
        assert sorted(sheets[seat].expert for seat in found) == [
            f.expert for f in flags if f.criterion == criterion.code
        ]


@settings(max_examples=300, deadline=None)
@given(panels, rules(), st.randoms(use_true_random=False))
def test_the_order_of_sheets_and_marks_changes_nothing(sheets: list[Sheet], rule: Scoring, random: object) -> None:
    shuffled = [Sheet(sheet.expert, dict(reversed(list(sheet.marks.items())))) for sheet in sheets]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert aggregate(shuffled, RUBRIC, rule) == aggregate(sheets, RUBRIC, rule)


@settings(max_examples=300, deadline=None)
@given(panels, rules(), st.sampled_from(["plan", "effect"]))
def test_criterion_score_is_the_score_of_a_rubric_of_that_criterion(
    sheets: list[Sheet], rule: Scoring, code: str
) -> None:
    criterion = RUBRIC.criterion(code)
    assert criterion is not None
    alone = aggregate(sheets, Rubric(criterion.full, (criterion,), BASIS), replace(rule, by="criterion"))
    if alone.value is None:
        with pytest.raises(Refused):
            criterion_score(sheets, code, RUBRIC, rule)
    else:
        assert criterion_score(sheets, code, RUBRIC, rule) == alone.value
    marks = [sheet.marks[code] for sheet in sheets]
    assert score_criterion(marks, criterion, rule) == alone.value


@given(st.fractions(0, 10**9), st.integers(0, 8))
def test_round_half_up_is_the_nearest_with_halves_upwards(value: Fraction, places: int) -> None:
    rounded = Fraction(round_half_up(value, places), 10**places)
    error = rounded - value / MICRO
    assert -Fraction(1, 2) < error * 10**places <= Fraction(1, 2)
