"""The smallest change of one mark, against trying every value of every mark."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.enums import Outcome
from models.policy.types import Basis, BasisKind, Criterion, Deviation, Rubric, Scoring, Trim
from models.rules.marks import Sheet
from models.rules.pool import Candidate
from models.rules.quotas import Cell, Quota
from models.rules.sensitivity import Case, evaluate
from models.rules.smallest import NEAR, Search

BASIS = Basis(BasisKind.COMMITTEE, "细则")
RUBRIC = Rubric(
    14_000,
    (Criterion("a", "甲项", 6_000, 1_000), Criterion("b", "乙项", 4_000, 500, weight=Fraction(2))),
    BASIS,
)
MEAN = Scoring(by="sheet", average="mean", least_sheets=1, basis=BASIS)


def case_of(marks, quota, scoring, places=None, amounts=None):
    sheets = {
        no: tuple(Sheet(f"E{n}", {"a": a * 1000, "b": b * 500}) for n, (a, b) in enumerate(own, 1))
        for no, own in marks.items()
    }
    candidates = tuple(
        Candidate(no, None, None, *(places or {}).get(no, ("p", "u")), (amounts or {}).get(no), True) for no in marks
    )
    return Case(RUBRIC, scoring, sheets, dict.fromkeys(marks, 0), candidates, quota, seed="M1")


def exhaustive(case, no):
    """Points of the smallest change that changes anybody's side, and everything that does it by so much."""
    base, ways = dict(evaluate(case).sides), {}
    for at, sheet in enumerate(case.sheets[no]):
        for criterion in case.rubric.criteria:
            for value in range(0, criterion.full + 1, criterion.step):
                old = sheet.marks[criterion.code]
                if value == old:
                    continue
                changed = list(case.sheets[no])
                changed[at] = Sheet(sheet.expert, dict(sheet.marks) | {criterion.code: value})
                if dict(evaluate(replace(case, sheets={**case.sheets, no: changed})).sides) != base:
                    ways.setdefault(abs(value - old), set()).add((sheet.expert, criterion.code, value))
    return (min(ways), ways[min(ways)]) if ways else (None, set())


def by_trying_all(case):
    """By application: the points of the smallest change and in how many ways it can be made; None: nothing does it."""
    tried = {no: exhaustive(case, no) for no in case.sheets}
    return {no: None if points is None else (points, len(ways)) for no, (points, ways) in tried.items()}


def by_search(case):
    """The same as it is searched for; a change that is not one of the smallest, or miscounts its steps, says so."""
    search, found = Search(case), {}
    for no in case.sheets:
        change = search.of(no).change
        if change is None:
            found[no] = None
            continue
        points = abs(change.new - change.old)
        step = 1_000 if change.criterion == "a" else 500
        one_of_them = (change.expert, change.criterion, change.new) in exhaustive(case, no)[1]
        right = one_of_them and change.steps * step == points
        found[no] = (points, change.ways) if right else change
    return found


marks_of_one = st.tuples(st.integers(0, 6), st.integers(0, 8))


@st.composite
def contests(draw, scoring):
    experts, items = draw(st.integers(1, 3)), draw(st.integers(2, 4))
    marks = {f"N{n}": draw(st.lists(marks_of_one, min_size=experts, max_size=experts)) for n in range(items)}
    places = {no: (draw(st.sampled_from("pq")), draw(st.sampled_from("uv"))) for no in marks}
    amounts = {no: draw(st.integers(1, 3)) for no in marks}
    bounds = st.tuples(st.integers(0, 1), st.none() | st.integers(1, 2))
    cells = (
        tuple(
            Cell(kind, name, *draw(bounds))
            for kind, names in (("district", "pq"), ("industry", "uv"))
            for name in names
        )
        if draw(st.booleans())
        else ()
    )
    budget = draw(st.none() | st.integers(4, 8))
    total = draw(st.integers(1, items))
    quota = Quota(total, cells if sum(c.floor for c in cells if c.kind == "district") <= total else (), budget)
    passes = replace(scoring, pass_mark=draw(st.none() | st.just(Fraction(5))))
    return case_of(marks, quota, passes, places, amounts)


@settings(max_examples=120, deadline=None)
@given(contests(MEAN))
def test_the_smallest_change_is_that_of_trying_all_under_the_mean(case):
    assert by_search(case) == by_trying_all(case)


@settings(max_examples=60, deadline=None)
@given(contests(replace(MEAN, average="median", by="criterion", tie_breaks=("b", "a"), trim=Trim(3, 1))))
def test_the_smallest_change_is_that_of_trying_all_under_the_trimmed_median_with_tie_breaks(case):
    assert by_search(case) == by_trying_all(case)


@pytest.mark.parametrize("then", ["exclude", "replace", "explain"])
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_smallest_change_is_that_of_trying_all_where_values_far_off_are_treated(then, data):
    case = data.draw(contests(replace(MEAN, deviation=Deviation(Fraction(25), then))))
    assert by_search(case) == by_trying_all(case)


@settings(max_examples=50, deadline=None)
@given(contests(replace(MEAN, drop_widest=True)))
def test_the_smallest_change_is_that_of_trying_all_where_the_widest_expert_goes(case):
    assert by_search(case) == by_trying_all(case)


def test_a_change_says_who_comes_and_who_goes():
    case = case_of({"A": [(4, 4), (4, 4)], "B": [(3, 4), (3, 4)]}, Quota(1), MEAN)
    search = Search(case)
    change = search.of("B").change
    # a half point on 乙项, twice weighted, adds a point to one of two sheets; A leads by a point a sheet
    assert (change.criterion, change.old, change.new, change.steps, change.ways) == ("b", 2_000, 3_000, 2, 2)
    assert (change.entering, change.leaving, change.open) == ((), (), ("A", "B"))
    decided = replace(case, tie_orders=(("B", "A"),))
    change = Search(decided).of("B").change
    assert (change.entering, change.leaving, change.open) == (("B",), ("A",), ())


def test_near_are_the_nearest_on_each_side_and_never_the_sealed():
    marks = {f"N{n:02}": [(n % 7, n // 7)] for n in range(40)}
    case = case_of(marks, Quota(20), replace(MEAN, tie_breaks=("b", "a")))
    search = Search(case)
    near = search.near()
    sides = evaluate(case).sides
    assert sum(sides[no] is Outcome.PROPOSED for no in near) == NEAR
    assert sum(sides[no] is Outcome.DECLINED for no in near) == NEAR
    sealed = Search(replace(case, sealed=frozenset(near[:3]), removed=frozenset(near[3:4]))).near()
    assert not set(near[:4]) & set(sealed)


def test_what_no_single_mark_can_do_is_said():
    case = case_of({"A": [(6, 8)] * 3, "B": [(0, 0)] * 3}, Quota(1), MEAN)
    assert Search(case).of("B").change is None
    assert Search(case).of("B").reach is None
