"""The ways committees really trim, each with figures worked out by hand on paper.

Where the variants come from: per criterion one high one low (公路 design tenders, seven judges); ±20 % per criterion
out and replaced by the others' mean (机电国际招标); ±8 % of the total explained, then out (常州); ±30 % explained only;
the plain mean (财政部令第87号); nine judges, the whole sheet of the widest range dropped.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from models.policy.types import Basis, BasisKind, Criterion, Deviation, Rubric, Scoring, Trim
from models.rules.marks import Sheet, aggregate
from models.rules.widest import widest

BASIS = Basis(BasisKind.COMMITTEE, "评分细则")
PAIR = Rubric(100_000, (Criterion("plan", "方案", 60_000, 500), Criterion("effect", "成效", 40_000, 500)), BASIS)
TOTAL = Rubric(100_000, (Criterion("all", "总分", 100_000, 500),), BASIS)

ROAD = Scoring("criterion", "mean", 3, BASIS, trim=Trim(7, 1), criterion_places=3)
REPLACED = Scoring("criterion", "mean", 3, BASIS, deviation=Deviation(Fraction(20), "replace"))
EIGHT = Scoring("sheet", "mean", 3, BASIS, deviation=Deviation(Fraction(8), "exclude"))
THIRTY = Scoring("sheet", "mean", 3, BASIS, deviation=Deviation(Fraction(30), "explain"))
PLAIN = Scoring("sheet", "mean", 3, BASIS)
MEDIAN = Scoring("sheet", "median", 3, BASIS, score_places=1)
NINE = Scoring("sheet", "mean", 3, BASIS, drop_widest=True)
NINE_TRIMMED = Scoring("sheet", "mean", 3, BASIS, drop_widest=True, trim=Trim(5, 1))

SEVEN = [("50", "30"), ("52", "31"), ("47", "29"), ("55", "33"), ("51", "30"), ("40", "20"), ("49", "32")]
"""方案 40 47 49 50 51 52 55: without 40 and 55 the five add up to 249, mean 49.8.
成效 20 29 30 30 31 32 33: without 20 and 33 the five add up to 152, mean 30.4. Score 80.2."""

SIX_REPLACED = [("50", "30"), ("52", "30"), ("48", "30"), ("30", "30"), ("50", "20"), ("50", "28")]
"""方案: sum 280, mean 46.667, a fifth of it 9.333; 30 lies 16.667 away; the other five add up to 250, mean 50, which
stands in its place: 300 / 6 = 50. 成效: sum 168, mean 28, a fifth 5.6; 20 lies 8 away; the other five add up to 148,
mean 29.6. Score 79.6."""


def pair(*marks: tuple[str, str]) -> list[Sheet]:
    return [
        Sheet(f"专家{number}", {"plan": int(plan) * 1000, "effect": int(effect) * 1000})
        for number, (plan, effect) in enumerate(marks, 1)
    ]


def totals(*points: str) -> list[Sheet]:
    return [Sheet(f"专家{n}", {"all": int(Fraction(one) * 1000)}) for n, one in enumerate(points, 1)]


@pytest.mark.parametrize(
    ("rule", "rubric", "sheets", "score"),
    [
        pytest.param(ROAD, PAIR, pair(*SEVEN), "80.20", id="公路：每项去一高一低"),
        # 方案 50 52 47 55 51 40, 295 / 6 = 49.1666… → 49.167; 成效 30 31 29 33 30 20, 173 / 6 = 28.8333… → 28.833
        pytest.param(ROAD, PAIR, pair(*SEVEN[:6]), "78.00", id="公路：六人不去，每项三位小数"),
        pytest.param(REPLACED, PAIR, pair(*SIX_REPLACED), "79.60", id="机电：每项偏离两成以其余均值代替"),
        # 400 / 5 = 80, 8 % is 6.4: 72 (8 away) and 88 (8 away) are out; 86.4 would be in. 80 + 79 + 81 = 240
        pytest.param(EIGHT, TOTAL, totals("72", "80", "79", "81", "88"), "80.00", id="常州：总分偏离 8% 剔除"),
        # 401 / 5 = 80.2, 8 % is 6.416: 90 is out (9.8), 75 is in (5.2). 75 + 78 + 79 + 79 = 311, / 4 = 77.75
        pytest.param(EIGHT, TOTAL, totals("75", "78", "79", "79", "90"), "77.75", id="常州：只剔除一端"),
        # 40 + 80 + 80 + 80 = 280, / 4 = 70: 40 is 30 away, more than 21, is told and counts
        pytest.param(THIRTY, TOTAL, totals("40", "80", "80", "80"), "70.00", id="偏离三成说明后计入"),
        # 81.5 + 83 + 84 = 248.5, / 3 = 82.8333…
        pytest.param(PLAIN, TOTAL, totals("81.5", "83", "84"), "82.83", id="87号：算术平均"),
        # 81.5 + 83 + 84 + 84 = 332.5, / 4 = 83.125: half goes up
        pytest.param(PLAIN, TOTAL, totals("81.5", "83", "84", "84"), "83.13", id="逢五进一"),
        pytest.param(MEDIAN, TOTAL, totals("60", "82.5", "83", "99"), "82.8", id="中位数：中间两数之均值 82.75"),
    ],
)
def test_a_real_variant_by_hand(rule: Scoring, rubric: Rubric, sheets: list[Sheet], score: str) -> None:
    assert str(aggregate(sheets, rubric, rule)) == score
    assert str(aggregate(sheets[::-1], rubric, rule)) == score


def test_road_trims_each_criterion_alone_and_needs_seven() -> None:
    score = aggregate(pair(*SEVEN), PAIR, ROAD)
    assert [[value.expert for value in column.trimmed] for column in score.columns] == [["专家6", "专家4"]] * 2
    assert [column.result for column in score.columns] == [Fraction(49_800_000), Fraction(30_400_000)]
    assert all(not column.trimmed for column in aggregate(pair(*SEVEN[:6]), PAIR, ROAD).columns)


def test_replacing_names_whose_mark_was_replaced_by_what() -> None:
    score = aggregate(pair(*SIX_REPLACED), PAIR, REPLACED)
    told = [([value.expert for value in column.replaced], column.substitute) for column in score.columns]
    assert told == [(["专家4"], Fraction(50_000_000)), (["专家5"], Fraction(29_600_000))]


def test_a_total_at_eight_percent_stays_and_one_beyond_goes() -> None:
    at = aggregate(totals("73.5", "80", "86.5"), TOTAL, EIGHT)  # mean 80, 6.5 away; 8 % is 6.4
    assert [value.expert for value in at.columns[0].outside] == ["专家1", "专家3"]
    assert [flag.kind for flag in at.flags] == ["too_few_within"]  # one within is fewer than three: all count
    assert str(at) == "80.00"
    edge = Scoring("sheet", "mean", 3, BASIS, deviation=Deviation(Fraction(65, 8), "exclude"))  # 8.125 % is 6.5
    assert aggregate(totals("73.5", "80", "86.5"), TOTAL, edge).columns[0].outside == ()


NINE_JUDGES = {
    # by judge: the totals of applications 甲, 乙, 丙
    "评委1": (85, 80, 78),
    "评委2": (86, 81, 77),
    "评委3": (84, 82, 79),
    "评委4": (88, 79, 76),
    "评委5": (99, 60, 75),  # 39 apart: the widest
    "评委6": (87, 83, 80),
    "评委7": (85, 80, 74),
    "评委8": (83, 78, 77),
    "评委9": (90, 70, 70),  # 20 apart
}


def test_nine_judges_lose_the_whole_sheet_of_the_widest_range() -> None:
    whole = {judge: [point * 1_000_000 for point in own] for judge, own in NINE_JUDGES.items()}
    assert widest(whole) == "评委5"
    dropped = frozenset({"评委5"})
    # 甲 85 86 84 88 87 85 83 90 = 688 / 8 = 86; 乙 80 81 82 79 83 80 78 70 = 633 / 8 = 79.125
    # 丙 78 77 79 76 80 74 77 70 = 611 / 8 = 76.375
    # trimmed too: 甲 without 83 and 90: 515 / 6 = 85.8333…; 乙 without 70 and 83: 480 / 6 = 80
    # 丙 without 70 and 80: 461 / 6 = 76.8333…
    wanted = {NINE: ["86.00", "79.13", "76.38"], NINE_TRIMMED: ["85.83", "80.00", "76.83"]}
    for rule, scores in wanted.items():
        sheets = [
            [Sheet(judge, {"all": own[application] * 1000}) for judge, own in NINE_JUDGES.items()]
            for application in range(3)
        ]
        found = [aggregate(one, TOTAL, rule, dropped) for one in sheets]
        assert [str(one) for one in found] == scores
        assert [one.sheets for one in found] == [8, 8, 8]
        assert [one.spread for one in found] == [7_000_000, 13_000_000, 10_000_000]


def test_three_sheets_trimmed_leave_one_and_so_no_score() -> None:
    rule = Scoring("sheet", "mean", 3, BASIS, trim=Trim(3, 1))
    score = aggregate(totals("80", "81", "82"), TOTAL, rule)
    assert (score.value, str(score)) == (None, "—")
