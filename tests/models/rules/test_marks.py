"""The scoring rule: typed marks, sheets, and the six steps worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Refused
from models.policy.types import Basis, BasisKind, Criterion, Deviation, Rubric, Scoring, Trim
from models.rules.marks import (
    Score,
    Sheet,
    aggregate,
    check_mark,
    criterion_score,
    format_exact,
    format_points,
    format_score,
    format_total,
    mean_total,
    parse_points,
    sheet_total,
)
from models.rules.tally import score_totals

BASIS = Basis(BasisKind.COMMITTEE, "评分细则")
PLAN = Criterion("plan", "方案", full=60_000, step=500)
EFFECT = Criterion("effect", "成效", full=40_000, step=500, weight=Fraction(8, 5))
RUBRIC = Rubric(100_000, (PLAN, EFFECT), BASIS)
TOTAL_ONLY = Rubric(100_000, (Criterion("all", "总分", 100_000, 10),), BASIS)
TOTAL_ONLY_WIDE = Rubric(200_000, (Criterion("all", "总分", 200_000, 10),), BASIS)


def scoring(**changes: object) -> Scoring:
    settings: dict[str, object] = {"by": "sheet", "average": "mean", "least_sheets": 1, "basis": BASIS}
    return Scoring(**(settings | changes))  # type: ignore[arg-type]


def totals_as_sheets(*totals: str) -> list[Sheet]:
    return [Sheet(f"E{number}", {"all": parse_points(total)}) for number, total in enumerate(totals, 1)]


def experts(values: object) -> list[str]:
    return [value.expert for value in values]  # type: ignore[attr-defined]


# --- typed marks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "milli"),
    [("26", 26_000), ("17.5", 17_500), ("８．５", 8_500), ("8。5", 8_500), ("８｡５", 8_500), (" 0 ", 0), (".5", 500)]
    + [("0.125", 125), ("007", 7_000), ("8.50", 8_500)],
)
def test_parse_points_reads_plain_and_full_width_numbers(typed: str, milli: int) -> None:
    assert parse_points(typed) == milli


@pytest.mark.parametrize(
    "typed",
    ["", " ", ".", "8.", "八", "8.5分", "1e3", "-1", "+1", "1,5", "1.2345", "٣", "²", "8..5", "8 5", "nan", "9" * 10],
)
def test_parse_points_refuses_what_is_not_a_number(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_points(typed)
    assert refusal.value.code == "mark_not_a_number"
    assert typed in str(refusal.value)


@given(st.integers(0, 10**12 - 1))
def test_format_points_is_read_back_as_the_same_mark(milli: int) -> None:
    shown = format_points(milli)
    assert parse_points(shown) == milli
    assert not ("." in shown and shown.endswith("0"))


@pytest.mark.parametrize(
    ("milli", "shown"), [(17_500, "17.5"), (26_000, "26"), (0, "0"), (100_000, "100"), (5, "0.005")]
)
def test_format_points_is_shortest(milli: int, shown: str) -> None:
    assert format_points(milli) == shown


def test_format_score_keeps_every_place() -> None:
    assert format_score(8031, 2) == "80.31"
    assert format_score(8000, 2) == "80.00"
    assert format_score(7, 2) == "0.07"
    assert format_score(80, 0) == "80"
    assert format_score(-25, 2) == "-0.25"


def test_format_total_and_exact_say_when_decimals_do_not_suffice() -> None:
    assert format_total(84_500_000) == "84.5"
    assert format_exact(Fraction(84_500_000)) == "84.5"
    assert format_exact(Fraction(10_000_000, 3)) == "≈3.333333"


@pytest.mark.parametrize("milli", [0, 500, 59_500, 60_000])
def test_check_mark_takes_multiples_of_the_step_within_the_range(milli: int) -> None:
    check_mark(milli, PLAN)
    with pytest.raises(Refused) as refused:
        check_mark(milli + 1, PLAN)
    assert refused.value.code in ("mark_off_step", "mark_out_of_range")


@pytest.mark.parametrize(
    ("milli", "code", "words"),
    [
        (60_500, "mark_out_of_range", "“方案”的 60.5 分超出范围：应在 0 至 60 之间，步长 0.5。"),
        (-500, "mark_out_of_range", "“方案”的 -0.5 分超出范围：应在 0 至 60 之间，步长 0.5。"),
        (17_300, "mark_off_step", "“方案”的 17.3 分不合步长：应在 0 至 60 之间，步长 0.5。"),
    ],
)
def test_check_mark_names_criterion_range_and_step(milli: int, code: str, words: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_mark(milli, PLAN)
    assert (refusal.value.code, str(refusal.value)) == (code, words)


# --- sheets ---------------------------------------------------------------------------------------


def test_sheet_total_is_exact_in_micro_points() -> None:
    assert sheet_total({"plan": 26_500, "effect": 8_375}, RUBRIC) == 39_900_000


def test_sheet_total_refuses_a_missing_mark_instead_of_counting_zero() -> None:
    with pytest.raises(Refused) as refusal:
        sheet_total({"plan": 26_500}, RUBRIC)
    assert (refusal.value.code, str(refusal.value)) == ("sheet_incomplete", "评分表缺少：成效。")


def test_sheet_total_does_not_take_weights_that_it_can_not_hold() -> None:
    rubric = Rubric(10_000, (Criterion("a", "甲", 10_000, 1, Fraction(1, 3)),), BASIS)
    with pytest.raises(ValueError, match="three decimals"):
        sheet_total({"a": 1}, rubric)


# --- the six steps, by hand -----------------------------------------------------------------------


def test_mean_is_rounded_half_up_once_at_the_end() -> None:
    assert aggregate(totals_as_sheets("80.01", "80"), TOTAL_ONLY, scoring()).value == 8001
    assert aggregate(totals_as_sheets("80.01", "80", "80"), TOTAL_ONLY, scoring()).value == 8000


def test_totals_are_rounded_first_only_where_the_rule_says_so() -> None:
    sheets = totals_as_sheets("80.44", "80.44")
    assert aggregate(sheets, TOTAL_ONLY, scoring(score_places=1)).value == 804
    sheets = totals_as_sheets("80.45", "80.44", "80.44")
    assert aggregate(sheets, TOTAL_ONLY, scoring(score_places=1)).value == 804
    rounded = scoring(score_places=2, weighted_places=1)
    assert aggregate(sheets, TOTAL_ONLY, rounded).value == 8043  # 80.5, 80.4, 80.4


def test_median_of_an_even_number_is_the_mean_of_the_middle_two() -> None:
    rule = scoring(average="median")
    assert aggregate(totals_as_sheets("90", "10", "80"), TOTAL_ONLY, rule).value == 8000
    assert aggregate(totals_as_sheets("90", "10", "80", "81"), TOTAL_ONLY, rule).value == 8050


def test_trim_leaves_out_the_outermost_only_from_its_number_on() -> None:
    rule = scoring(trim=Trim(trim_from=5, count=1))
    assert aggregate(totals_as_sheets("10", "80", "82", "100"), TOTAL_ONLY, rule).value == 6800
    score = aggregate(totals_as_sheets("10", "80", "82", "84", "100"), TOTAL_ONLY, rule)
    assert score.value == 8200
    assert experts(score.columns[0].trimmed) == ["E1", "E5"]
    assert experts(score.columns[0].counted) == ["E2", "E3", "E4"]


def test_deviation_is_strict_and_measured_from_the_mean_of_all() -> None:
    rule = scoring(deviation=Deviation(Fraction(20), "exclude"))
    at_the_edge = aggregate(totals_as_sheets("80", "100", "120"), TOTAL_ONLY_WIDE, rule)
    assert (at_the_edge.value, at_the_edge.columns[0].outside) == (10000, ())
    beyond = aggregate(totals_as_sheets("80", "101", "119.01"), TOTAL_ONLY_WIDE, rule)
    assert (beyond.value, experts(beyond.columns[0].excluded)) == (11001, ["E1"])


def test_replaced_values_count_as_the_mean_of_those_within_and_are_trimmed_like_any() -> None:
    sheets = totals_as_sheets("20", "80", "82", "87")
    rule = scoring(deviation=Deviation(Fraction(50), "replace"), average="median")
    score = aggregate(sheets, TOTAL_ONLY, rule)
    assert score.columns[0].substitute == 83_000_000
    assert experts(score.columns[0].replaced) == ["E1"]
    assert score.value == 8250  # 80, 82, 83, 87
    trimmed = aggregate(sheets, TOTAL_ONLY, scoring(deviation=Deviation(Fraction(50), "replace"), trim=Trim(4, 1)))
    assert (trimmed.value, experts(trimmed.columns[0].trimmed)) == (8250, ["E2", "E4"])


def test_explained_values_are_flagged_and_count() -> None:
    rule = scoring(deviation=Deviation(Fraction(30), "explain"))
    score = aggregate(totals_as_sheets("40", "80", "80", "80"), TOTAL_ONLY, rule)
    assert (score.value, score.columns[0].excluded, score.columns[0].replaced) == (7000, (), ())
    assert [(flag.kind, flag.expert, flag.criterion, str(flag.text)) for flag in score.flags] == [
        ("deviation", "E1", None, "专家 E1 的“合计”40 分，与均值 70 偏差过大。")
    ]


def test_too_few_within_lets_all_count_and_flags_the_application() -> None:
    rule = scoring(deviation=Deviation(Fraction(10), "exclude"), least_sheets=3)
    score = aggregate(totals_as_sheets("50", "79", "81", "100"), TOTAL_ONLY, rule)
    assert score.value == 7750
    assert (score.columns[0].excluded, experts(score.columns[0].outside)) == ((), ["E1", "E4"])
    assert [(flag.kind, str(flag.text)) for flag in score.flags] == [
        ("too_few_within", "“合计”在偏差范围内的不足 3 个，全部计入。")
    ]


def test_all_zero_marks_deviate_from_nothing() -> None:
    score = aggregate(totals_as_sheets("0", "0"), TOTAL_ONLY, scoring(deviation=Deviation(Fraction(1), "explain")))
    assert (score.value, score.flags) == (0, ())


def test_spread_is_of_valid_totals_and_flagged_only_above_the_limit() -> None:
    rule = scoring(spread_flag=Fraction(20))
    assert aggregate(totals_as_sheets("70", "90"), TOTAL_ONLY, rule).flags == ()
    score = aggregate(totals_as_sheets("70", "90.5"), TOTAL_ONLY, rule)
    assert score.spread == 20_500_000
    assert [(flag.kind, str(flag.text)) for flag in score.flags] == [
        ("spread", "最高与最低合计相差 20.5 分，超过 20 分。")
    ]


def test_fewer_sheets_than_the_least_give_no_score() -> None:
    rule = scoring(least_sheets=3)
    score = aggregate(totals_as_sheets("70", "90"), TOTAL_ONLY, rule)
    assert (score.value, score.sheets, score.spread, str(score)) == (None, 2, 20_000_000, "—")
    assert score_totals([70_000_000, 90_000_000], rule).value is None
    assert aggregate([], TOTAL_ONLY, rule) == Score(None, 2, 0, None, (), ())


def test_least_sheets_counts_what_is_left_after_trimming() -> None:
    rule = scoring(least_sheets=2, trim=Trim(3, 1))
    assert aggregate(totals_as_sheets("70", "80", "90"), TOTAL_ONLY, rule).value is None
    assert aggregate(totals_as_sheets("70", "80"), TOTAL_ONLY, rule).value == 7500


def test_sheets_of_a_dropped_expert_count_nowhere() -> None:
    sheets = totals_as_sheets("10", "80", "90")
    score = aggregate(sheets, TOTAL_ONLY, scoring(), dropped=frozenset({"E1"}))
    assert (score.value, score.sheets, score.spread) == (8500, 2, 10_000_000)


def test_by_criterion_rounds_weighs_and_rounds_each_before_adding() -> None:
    sheets = [Sheet("E1", {"plan": 10_000, "effect": 8_500}), Sheet("E2", {"plan": 10_500, "effect": 8_000})]
    sheets.append(Sheet("E3", {"plan": 10_500, "effect": 8_000}))
    rule = scoring(by="criterion", criterion_places=2, weighted_places=1, score_places=1)
    assert aggregate(sheets, RUBRIC, rule).value == 234  # 10.33 → 10.3; 8.17 × 1.6 = 13.072 → 13.1
    exact = scoring(by="criterion", score_places=3)
    assert aggregate(sheets, RUBRIC, exact).value == 23400  # 10.333… + 13.0666…


def test_by_criterion_deviation_and_trim_work_on_each_criterion_alone() -> None:
    marks = [(30_000, 20_000), (30_000, 20_000), (30_000, 2_000), (1_000, 20_000)]
    sheets = [Sheet(f"E{n}", {"plan": plan, "effect": effect}) for n, (plan, effect) in enumerate(marks, 1)]
    score = aggregate(sheets, RUBRIC, scoring(by="criterion", deviation=Deviation(Fraction(50), "exclude")))
    assert [experts(column.excluded) for column in score.columns] == [["E4"], ["E3"]]
    assert score.value == 6200  # 30 + 20 × 1.6


def test_criterion_score_takes_one_criterion_as_by_criterion_whatever_by_is() -> None:
    marks = [(30_000, 20_000), (31_000, 20_500), (30_500, 20_500)]
    sheets = [Sheet(f"E{n}", {"plan": plan, "effect": effect}) for n, (plan, effect) in enumerate(marks, 1)]
    assert criterion_score(sheets, "effect", RUBRIC, scoring()) == 3253  # 20.333… × 1.6
    assert criterion_score(sheets, "成效", RUBRIC, scoring(criterion_places=1)) == 3248
    assert criterion_score(sheets, "plan", RUBRIC, scoring(average="median"), frozenset({"E1"})) == 3075


def test_criterion_score_refuses_unknown_criteria_and_too_few_sheets() -> None:
    with pytest.raises(Refused) as refusal:
        criterion_score([], "nobody", RUBRIC, scoring())
    assert refusal.value.code == "criterion_unknown"
    with pytest.raises(Refused) as refusal:
        criterion_score([], "plan", RUBRIC, scoring())
    assert (refusal.value.code, str(refusal.value)) == ("too_few_sheets", "计入“方案”的评分表少于 1 份。")


# --- an expert's own look back -----------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 200_000_000), min_size=1, max_size=60), st.integers(0, 3))
def test_mean_total_is_the_exact_mean_rounded_half_up(totals: list[int], places: int) -> None:
    exact = Fraction(sum(totals), len(totals)) * 10**places / 1_000_000
    assert mean_total(totals, places) == (exact + Fraction(1, 2)).__floor__()


def test_mean_total_of_nothing_is_no_number() -> None:
    with pytest.raises(ValueError, match="no mean"):
        mean_total([], 1)
