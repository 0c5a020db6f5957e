"""Whole meetings under any scoring rule, against a second implementation written from the rule's words alone.

The second one knows fractions of points and nothing else: no whole numbers, no sorting into slices, no shared helper.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

import pytest

from models.policy.types import MICRO, Basis, BasisKind, Criterion, Deviation, Rubric, Scoring, Trim
from models.rules.marks import Score, Sheet, aggregate, criterion_score
from models.rules.ranking import Entry, one_by_one, rank
from models.rules.widest import widest

BASIS = Basis(BasisKind.COMMITTEE, "评分细则")
RUBRIC = Rubric(
    100_000,
    (
        Criterion("plan", "方案", 30_000, 500),
        Criterion("effect", "成效", 20_000, 250, Fraction(8, 5)),
        Criterion("safety", "保障", 19_000, 1000, Fraction(2)),
    ),
    BASIS,
)
MEETINGS_A_BATCH = 250

Marks = dict[str, Fraction]
Panel = dict[str, Marks]
"""The marks in points of the experts who submitted a sheet."""


@dataclass
class Told:
    """What the words say of one column of values."""

    result: Fraction | None
    outside: set[str] = field(default_factory=set)
    excluded: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    trimmed: list[Fraction] = field(default_factory=list)
    too_few_within: bool = False


def mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def half_up(value: Fraction, places: int | None) -> Fraction:
    return value if places is None else Fraction(math.floor(value * 10**places + Fraction(1, 2)), 10**places)


def total_of(marks: Marks) -> Fraction:
    return sum((marks[criterion.code] * criterion.weight for criterion in RUBRIC.criteria), Fraction(0))


def who_may_be_dropped(meeting: dict[str, Panel]) -> set[str]:
    """Step 1: the experts whose totals range widest, by the widest difference, then the next widest, and so on."""
    totals: dict[str, list[Fraction]] = {}
    for panel in meeting.values():
        for expert, marks in panel.items():
            totals.setdefault(expert, []).append(total_of(marks))
    differences = {
        expert: sorted((abs(one - other) for one, other in combinations(own, 2)), reverse=True)
        for expert, own in totals.items()
    }
    return {expert for expert, own in differences.items() if own == max(differences.values())}


def steps_3_to_5(column: dict[str, Fraction], rule: Scoring) -> Told:
    told = Told(None)
    taken = dict(column)
    if rule.deviation is not None:
        middle = mean(list(column.values()))
        limit = rule.deviation.percent / 100 * middle
        told.outside = {expert for expert, value in column.items() if abs(value - middle) > limit}
        within = [value for expert, value in column.items() if expert not in told.outside]
        if told.outside and len(within) < rule.least_sheets:
            told.too_few_within = True
        elif told.outside and rule.deviation.then == "exclude":
            told.excluded = told.outside
            taken = {expert: value for expert, value in column.items() if expert not in told.outside}
        elif told.outside and rule.deviation.then == "replace":
            told.replaced = told.outside
            taken = {expert: mean(within) if expert in told.outside else value for expert, value in column.items()}
    left = list(taken.values())
    if rule.trim is not None and len(left) >= rule.trim.trim_from:
        for _ in range(rule.trim.count):
            for extreme in (max(left), min(left)):
                left.remove(extreme)
                told.trimmed.append(extreme)
    if len(left) < rule.least_sheets:
        return told
    if rule.average == "mean":
        told.result = mean(left)
    else:
        while len(left) > 2:
            left.remove(max(left))
            left.remove(min(left))
        told.result = mean(left)
    return told


def one_criterion(panel: Panel, criterion: Criterion, rule: Scoring) -> tuple[Told, Fraction | None]:
    """Steps 3 to 6 of one criterion: what happened, and its rounded and weighted part of the score."""
    told = steps_3_to_5({expert: marks[criterion.code] for expert, marks in panel.items()}, rule)
    if told.result is None:
        return told, None
    return told, half_up(half_up(told.result, rule.criterion_places) * criterion.weight, rule.weighted_places)


def check_score(panel: Panel, found: Score, rule: Scoring) -> Fraction | None:
    """Compare everything that `aggregate` tells with what the words say; return the score."""
    if not panel:
        assert found == Score(None, rule.score_places, 0, None, (), ())
        return None
    totals = {expert: total_of(marks) for expert, marks in panel.items()}
    names: list[str | None]
    if rule.by == "sheet":
        told = [steps_3_to_5({expert: half_up(one, rule.weighted_places) for expert, one in totals.items()}, rule)]
        parts, names = [told[0].result], [None]
    else:
        pairs = [one_criterion(panel, criterion, rule) for criterion in RUBRIC.criteria]
        told, parts = [one[0] for one in pairs], [one[1] for one in pairs]
        names = [criterion.code for criterion in RUBRIC.criteria]
    score = None if None in parts else half_up(sum((p for p in parts if p is not None), Fraction(0)), rule.score_places)
    assert found.value == (None if score is None else score * 10**rule.score_places)
    spread = max(totals.values()) - min(totals.values())
    assert (found.sheets, found.spread) == (len(panel), int(spread * MICRO))
    flags: set[tuple[str, str | None, str | None]] = set()
    for name, one, column in zip(names, told, found.columns, strict=True):
        assert {value.expert for value in column.excluded} == one.excluded
        assert {value.expert for value in column.replaced} == one.replaced
        assert sorted(value.points for value in column.trimmed) == [part * MICRO for part in sorted(one.trimmed)]
        if rule.deviation is not None and rule.deviation.then == "explain":
            flags |= {("deviation", expert, name) for expert in one.outside}
        if one.too_few_within:
            flags.add(("too_few_within", None, name))
    if rule.spread_flag is not None and spread > rule.spread_flag:
        flags.add(("spread", None, None))
    assert {(flag.kind, flag.expert, flag.criterion) for flag in found.flags} == flags
    assert len(found.flags) == len(flags)
    return score


def check_meeting(meeting: dict[str, Panel], rule: Scoring) -> int:
    """One meeting through both; returns how many applications share their score with another."""
    sheets = {
        no: [
            Sheet(expert, {code: int(points * 1000) for code, points in marks.items()})
            for expert, marks in panel.items()
        ]
        for no, panel in meeting.items()
    }
    dropped: frozenset[str] = frozenset()
    if rule.drop_widest:
        totals: dict[str, list[int]] = {}
        for panel in meeting.values():
            for expert, marks in panel.items():
                totals.setdefault(expert, []).append(int(total_of(marks) * MICRO))
        chosen = widest(totals, seed="lot")
        assert (chosen is None) == (not totals)
        if chosen is not None:
            assert chosen in who_may_be_dropped(meeting)
            dropped = frozenset({chosen})
            meeting = {
                no: {expert: marks for expert, marks in panel.items() if expert != chosen}
                for no, panel in meeting.items()
            }
    found = {no: aggregate(own, RUBRIC, rule, dropped) for no, own in sheets.items()}
    scores = {no: check_score(panel, found[no], rule) for no, panel in meeting.items()}
    keys: dict[str, tuple[Fraction, ...]] = {}
    for no, score in scores.items():
        if score is None:
            continue
        parts = [
            one_criterion(meeting[no], criterion, rule)[1] for criterion in (RUBRIC.criteria[1], RUBRIC.criteria[0])
        ]
        keys[no] = (score, *(half_up(part, rule.score_places) for part in parts if part is not None))

    def ties(no: str) -> tuple[int, ...]:
        return tuple(criterion_score(sheets[no], code, RUBRIC, rule, dropped) for code in rule.tie_breaks)

    for line in rank([Entry(no, found[no].value) for no in meeting], one_by_one(ties, 2)):
        if scores[line.no] is None:
            assert line.rank is None
        else:
            assert line.rank == 1 + sum(other > keys[line.no] for other in keys.values())
            assert line.tied == (list(keys.values()).count(keys[line.no]) > 1)
    given = [score for score in scores.values() if score is not None]
    return len(given) - len(set(given))


def any_rule(rng: random.Random) -> Scoring:
    least = rng.randint(1, 4)
    trim = None
    if rng.random() < 0.5:
        count = rng.randint(1, 2)
        trim = Trim(least + 2 * count + rng.randint(0, 2), count)
    deviation = None
    if rng.random() < 0.6:
        percent = Fraction(rng.choice([0, 5, 8, 10, 15, 20, 30, 50]) * 2 + rng.choice([0, 0, 1]), 2)
        deviation = Deviation(percent, rng.choice(["explain", "exclude", "replace"]))
    places = [None, None, 0, 1, 2, 3]
    return Scoring(
        by=rng.choice(["sheet", "criterion"]),
        average=rng.choice(["mean", "median"]),
        least_sheets=least,
        basis=BASIS,
        drop_widest=rng.random() < 0.3,
        deviation=deviation,
        trim=trim,
        criterion_places=rng.choice(places),
        weighted_places=rng.choice(places),
        score_places=rng.randint(0, 3),
        tie_breaks=("effect", "plan"),
        spread_flag=rng.choice([None, Fraction(10), Fraction(31, 2)]),
    )


def any_meeting(rng: random.Random) -> dict[str, Panel]:
    """A few applications, up to eleven experts, some of whom have no sheet; coarse marks, so that equals abound."""
    experts = [f"专家{number:02}" for number in range(rng.randint(1, 11))]
    coarse = rng.choice([1, 2, 4])
    meeting: dict[str, Panel] = {}
    for number in range(rng.randint(1, 5)):
        low = rng.uniform(0, 0.9)
        panel: Panel = {}
        for expert in experts:
            if rng.random() < 0.9:
                panel[expert] = {
                    c.code: Fraction(
                        rng.randrange(int(c.full * low), c.full + 1) // (c.step * coarse) * c.step * coarse, 1000
                    )
                    for c in RUBRIC.criteria
                }
        if meeting and rng.random() < 0.3:
            panel = as_good(rng, rng.choice([*meeting.values()]))
        meeting[f"KM-{number}"] = panel
    return meeting


def as_good(rng: random.Random, panel: Panel) -> Panel:
    """The same totals in other hands, some with two points less for one criterion and one more for that of weight 2."""
    sheets = [dict(marks) for marks in panel.values()]
    rng.shuffle(sheets)
    for marks in sheets:
        if rng.random() < 0.3 and marks["plan"] >= 2 and marks["safety"] <= 18:
            marks["plan"] -= 2
            marks["safety"] += 1
    return dict(zip(panel, sheets, strict=True))


@pytest.mark.parametrize("batch", range(12))
def test_whole_meetings_agree_with_the_words_of_the_rule(batch: int) -> None:
    rng = random.Random(f"scoring {batch}")
    shared = sum(check_meeting(any_meeting(rng), any_rule(rng)) for _ in range(MEETINGS_A_BATCH))
    assert shared > 20  # equals were among them, or the tie-breaks were never asked
