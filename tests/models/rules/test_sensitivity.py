"""The list with an expert or a criterion left out, against lists found by counting and by trying every order."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.enums import Outcome
from models.policy.types import Basis, BasisKind, Criterion, Deviation, Rubric, Scoring, Trim
from models.rules.allocation import allocate
from models.rules.marks import Sheet
from models.rules.pool import Candidate
from models.rules.quotas import Cell, Quota
from models.rules.sensitivity import Case, dropped_of, evaluate, left_out, list_of, without_criterion, without_expert

BASIS = Basis(BasisKind.COMMITTEE, "细则")
RUBRIC = Rubric(10_000, (Criterion("a", "甲项", 6_000, 1_000), Criterion("b", "乙项", 4_000, 1_000)), BASIS)
MEAN = Scoring(by="sheet", average="mean", least_sheets=1, basis=BASIS)
IN, OUT, OPEN = Outcome.PROPOSED, Outcome.DECLINED, Outcome.PENDING


def case_of(marks, total, scoring=MEAN, cells=(), **more):
    """A case of marks by application, then by expert: pairs of whole points for 甲项 and 乙项, None for no sheet."""
    sheets = {
        no: tuple(
            Sheet(f"E{n}", {"a": pair[0] * 1000, "b": pair[1] * 1000})
            for n, pair in enumerate(own, 1)
            if pair is not None
        )
        for no, own in marks.items()
    }
    places = more.pop("places", {})
    candidates = tuple(Candidate(no, None, None, *places.get(no, ("d", "i")), None, True) for no in marks)
    return Case(RUBRIC, scoring, sheets, dict.fromkeys(marks, 0), candidates, Quota(total, cells), **more)


def by_name(case):
    return {one.name: one for one in left_out(case, evaluate(case))}


def changes(one):
    return {(move.no, move.before, move.after) for move in one.moves}


def test_leaving_out_one_expert_turns_the_list_round():
    case = case_of({"A": [(6, 4), (2, 1)], "B": [(3, 2), (3, 3)]}, total=1)
    found = by_name(case)
    assert evaluate(case).sides == {"A": IN, "B": OUT}  # 6.5 to 5.5
    assert changes(found["E1"]) == {("A", IN, OUT), ("B", OUT, IN)}  # 3 to 6
    first = found["E1"].moves[0]
    assert (first.no, first.rank_before, first.rank_after, first.score_before, first.score_after) == (
        "A",
        1,
        2,
        650,
        300,
    )
    assert changes(found["E2"]) == set()
    assert (found["E1"].sheets, found["甲项"].sheets) == (2, 0)


def test_leaving_out_a_criterion_takes_its_marks_away_and_shrinks_the_pass_mark():
    scoring = replace(MEAN, pass_mark=Fraction(5), tie_breaks=("a",))
    case = case_of({"A": [(6, 1)], "B": [(2, 4)], "C": [(1, 1)]}, total=2, scoring=scoring)
    found = by_name(case)
    assert found["甲项"].pass_mark == 200  # 5 of 10 becomes 2 of 4
    assert found["乙项"].pass_mark == 300
    assert changes(found["甲项"]) == {("A", IN, OUT)}  # 1 of 4; nobody but B reaches 2
    assert changes(found["乙项"]) == {("B", IN, OUT)}
    varied = without_criterion(case, "a")
    assert (varied.scoring.tie_breaks, [c.code for c in varied.rubric.criteria], varied.rubric.full) == (
        (),
        ["b"],
        4_000,
    )


def test_a_tie_that_comes_up_is_said_and_not_broken():
    case = case_of({"A": [(6, 4), (3, 3)], "B": [(3, 2), (3, 3)], "C": [(1, 1), (1, 1)]}, total=1)
    one = by_name(case)["E1"]
    assert (one.ties, one.moves, one.open) == ((("A", "B"),), (), ("A", "B"))
    decided = replace(case, tie_orders=(("B", "A"),))
    assert changes(by_name(decided)["E1"]) == {("A", IN, OUT), ("B", OUT, IN)}


def test_too_few_sheets_are_not_computable_and_decide_nothing():
    scoring = replace(MEAN, least_sheets=2)
    case = case_of(
        {
            "A": [(6, 4), (6, 4), (6, 4)],
            "B": [(5, 4), (5, 4), None],
            "C": [(4, 4), (4, 4), (4, 4)],
            "D": [(1, 1), (1, 1), (1, 1)],
        },
        total=2,
        scoring=scoring,
    )
    one = by_name(case)["E1"]
    assert (one.unknown, one.moves, one.open) == (("B",), (), ("C",))  # C is in or out as B is: nobody can tell
    assert by_name(case)["E3"].unknown == ()


def test_what_is_sealed_is_neither_looked_at_nor_told():
    marks = {"A": [(6, 4), (2, 1)], "B": [(3, 2), (3, 3)], "C": [(1, 0), (1, 0)]}
    for other in ([(6, 4), (2, 1)], [(4, 3), (3, 3)]):  # both 6.5 on average
        case = case_of(marks | {"A": other}, total=1, sealed=frozenset({"A"}))
        one = by_name(case)["E1"]
        assert (one.moves, one.unknown, one.open, one.ties) == ((), (), ("B",), ())


def test_a_list_that_the_budget_refuses_says_so():
    case = case_of({"A": [(6, 4), (1, 1)], "B": [(3, 2), (3, 3)]}, total=2)
    rich = tuple(replace(one, amount_fen=100) for one in case.candidates)
    case = replace(case, candidates=rich, quota=Quota(2, (Cell("district", "d", 2, None),), 150))
    assert str(evaluate(case).refused) == "仅保底名额就需 0.0002 万元，超出预算 0.00015 万元。"
    assert set(evaluate(case).sides.values()) == {OPEN}


def test_one_criterion_alone_is_not_left_out():
    case = case_of({"A": [(6, 4)]}, total=1)
    alone = without_criterion(case, "b")
    assert [one.kind for one in left_out(alone, evaluate(alone))] == ["expert"]


def test_the_widest_expert_is_dropped_anew():
    scoring = replace(MEAN, drop_widest=True)
    case = case_of(
        {"A": [(6, 4), (4, 2), (3, 2), (3, 2)], "B": [(0, 0), (3, 2), (3, 3), (3, 2)]}, total=1, scoring=scoring
    )
    assert dropped_of(case) == {"E1"}
    assert evaluate(case).sides == {"A": OPEN, "B": OPEN}  # 6+5+5 to 5+6+5
    assert dropped_of(without_expert(case, "E1")) <= {"E2", "E3"}


# Properties


def half_up(value):
    return math.floor(value * 100 + Fraction(1, 2))


def simple_scores(marks, left_out_expert=None, left_out_criterion=None, least=1):
    """Plain means of sheet totals in hundredths, by hand."""
    scores = {}
    for no, own in marks.items():
        totals = [
            sum(value for at, value in enumerate(pair) if at != left_out_criterion)
            for n, pair in enumerate(own, 1)
            if pair is not None and n != left_out_expert
        ]
        scores[no] = half_up(Fraction(sum(totals), len(totals))) if totals and len(totals) >= least else None
    return scores


def counted_sides(scores, total, lost):
    """Sides by counting who is surely and who is perhaps better, the lost ones being perhaps anything."""
    sides = {}
    for no, score in scores.items():
        others = [other for name, other in scores.items() if name != no and name not in lost and other is not None]
        if score is None:
            sides[no] = OUT
        elif sum(other >= score for other in others) + len(lost) < total:
            sides[no] = IN
        elif sum(other > score for other in others) >= total:
            sides[no] = OUT
        else:
            sides[no] = OPEN
    return sides


pairs = st.tuples(st.integers(0, 6), st.integers(0, 4))


@st.composite
def plain_cases(draw):
    experts, items = draw(st.integers(1, 4)), draw(st.integers(1, 7))
    marks = {
        f"N{n}": draw(st.lists(st.none() | pairs, min_size=experts, max_size=experts))
        if draw(st.booleans())
        else draw(st.lists(pairs, min_size=experts, max_size=experts))
        for n in range(items)
    }
    return marks, draw(st.integers(1, items)), draw(st.integers(1, 2))


@settings(max_examples=300, deadline=None)
@given(plain_cases())
def test_left_out_agrees_with_counting(drawn):
    marks, total, least = drawn
    case = case_of(marks, total, replace(MEAN, least_sheets=least))
    before = counted_sides(simple_scores(marks, least=least), total, ())
    assert dict(evaluate(case).sides) == before
    for one in left_out(case, evaluate(case)):
        expert = int(one.name[1:]) if one.kind == "expert" else None
        criterion = None if expert else ["甲项", "乙项"].index(one.name)
        scores = simple_scores(marks, expert, criterion, least)
        was = simple_scores(marks, least=least)
        lost = {no for no, score in scores.items() if score is None and was[no] is not None}
        after = counted_sides(scores, total, lost)
        wanted = {(no, before[no], after[no]) for no in marks if no not in lost and after[no] is not before[no]}
        assert changes(one) == {change for change in wanted if change[2] is not OPEN}
        assert set(one.open) == {no for no, _, side in wanted if side is OPEN}
        assert set(one.unknown) == lost


@st.composite
def celled(draw):
    """Few applications with few scores, in two districts and industries with bounds: ties everywhere."""
    nos = [f"N{n}" for n in range(draw(st.integers(1, 6)))]
    scores = {no: draw(st.integers(1, 4)) for no in nos}
    places = {no: (draw(st.sampled_from("pq")), draw(st.sampled_from("uv"))) for no in nos}
    cells = tuple(
        Cell(kind, name, 0, draw(st.none() | st.integers(0, 3)))
        for kind, names in (("district", "pq"), ("industry", "uv"))
        for name in names
    )
    return scores, places, draw(st.integers(1, len(nos))), cells


@settings(max_examples=200, deadline=None)
@given(celled())
def test_sides_are_those_that_every_order_of_equals_gives(drawn):
    scores, places, total, cells = drawn
    if max(list(scores.values()).count(score) for score in scores.values()) > 3:
        return  # deeper than is tried: sides may then stay open that are not
    case = case_of({no: [(0, 0)] for no in scores}, total, cells=cells, places=places)
    levels = sorted(set(scores.values()), reverse=True)
    ways = product(*(permutations([no for no in scores if scores[no] == level]) for level in levels))
    found = set()
    for way in ways:
        order = [no for group in way for no in group]
        strict = [Candidate(no, place, 100 - place, *places[no], None, True) for place, no in enumerate(order, 1)]
        proposed = {item.no for item in allocate(strict, case.quota).items if item.outcome is IN}
        found.add(frozenset(proposed))
    wanted = {
        no: IN if all(no in one for one in found) else OUT if not any(no in one for one in found) else OPEN
        for no in scores
    }
    sides = list_of(case, scores, lambda _no: ()).sides
    certain = {no: side for no, side in sides.items() if side is not OPEN}
    assert certain.items() <= wanted.items()
    if len(list_of(case, scores, lambda _no: ()).ties) == 0:
        assert dict(sides) == wanted


@pytest.mark.parametrize("then", ["explain", "exclude", "replace"])
@settings(max_examples=60, deadline=None)
@given(plain_cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(then, drawn, random):
    marks, total, least = drawn
    scoring = replace(MEAN, least_sheets=least, deviation=Deviation(Fraction(20), then), trim=Trim(least + 2, 1))
    case = case_of(marks, total, scoring)
    nos = list(marks)
    random.shuffle(nos)
    shuffled = case_of({no: marks[no] for no in nos}, total, scoring)
    assert {one.name: one.moves for one in left_out(case, evaluate(case))} == {
        one.name: one.moves for one in left_out(shuffled, evaluate(shuffled))
    }
