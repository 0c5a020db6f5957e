"""The derivation of a score: its steps in numbers, in the rule's order, ending at the score."""

from __future__ import annotations

from fractions import Fraction

from models.policy.types import Basis, BasisKind, Criterion, Deviation, Rubric, Scoring, Trim
from models.rules.marks import Sheet, aggregate, parse_points
from models.rules.score_derivation import explain_score
from models.text import T
from models.views.derivation import Derivation

BASIS = Basis(BasisKind.COMMITTEE, "评分细则第三条")
TOTAL = Rubric(100_000, (Criterion("all", "总分", 100_000, 10),), BASIS)
PAIR = Rubric(
    30_000, (Criterion("plan", "方案", 20_000, 500), Criterion("effect", "成效", 10_000, 250, Fraction(8, 5))), BASIS
)


def sheets_of(*totals: str) -> list[Sheet]:
    return [Sheet(f"专家{number}", {"all": parse_points(total)}) for number, total in enumerate(totals, 1)]


def told(derivation: Derivation) -> list[tuple[str, str, str]]:
    assert {step.basis for step in derivation.steps} == {"评分细则第三条"}
    return [(step.label.chinese(), step.formula, step.value) for step in derivation.steps]


def test_by_sheet_tells_totals_trim_mean_and_rounding() -> None:
    rule = Scoring(by="sheet", average="mean", least_sheets=3, basis=BASIS, trim=Trim(5, 1))
    derivation = explain_score(sheets_of("60", "80.5", "81", "82", "95"), TOTAL, rule)
    assert told(derivation) == [
        ("有效评分表 5 份，合计", "", "60, 80.5, 81, 82, 95"),
        ("去掉 1 个最高、1 个最低", "", "60, 95"),
        ("均值", "(80.5 + 81 + 82) ÷ 3", "≈81.166667"),
        ("得分，四舍五入到小数点后 2 位", "≈81.166667", "81.17"),
    ]
    assert (str(derivation.title), derivation.result) == ("得分", "81.17")


def test_dropped_experts_and_the_median_are_told() -> None:
    rule = Scoring(by="sheet", average="median", least_sheets=2, basis=BASIS, drop_widest=True)
    derivation = explain_score(sheets_of("60", "80", "81"), TOTAL, rule, frozenset({"专家1"}))
    assert told(derivation) == [
        ("有效评分表 2 份，合计（各项合计差异最大的专家 专家1 不计）", "", "80, 81"),
        ("中位数", "80 ≤ 81", "80.5"),
        ("得分，四舍五入到小数点后 2 位", "80.5", "80.50"),
    ]


def test_a_lot_for_who_is_dropped_is_told_with_its_seed() -> None:
    rule = Scoring(by="sheet", average="median", least_sheets=2, basis=BASIS, drop_widest=True)
    lot = T("专家1、专家2 差异同样最大")
    first = explain_score(sheets_of("60", "80", "81"), TOTAL, rule, frozenset({"专家1"}), lot).steps[0]
    assert (first.formula, first.value) == ("专家1、专家2 差异同样最大", "80, 81")
    assert explain_score(sheets_of("60", "80", "81"), TOTAL, rule, frozenset(), lot).steps[0].formula == ""


def test_each_way_with_deviations_is_told() -> None:
    def outside(then: str, least: int = 1) -> tuple[str, str, str]:
        rule = Scoring(
            by="sheet", average="mean", least_sheets=least, basis=BASIS, deviation=Deviation(Fraction(30), then)
        )
        return told(explain_score(sheets_of("40", "80", "80", "80"), TOTAL, rule))[1]

    formula = "|40 − 70| > 30% × 70"
    assert outside("explain") == ("偏离均值过大的，说明后计入", formula, "40")
    assert outside("exclude") == ("偏离均值过大的，不计入", formula, "40")
    assert outside("replace") == ("偏离均值过大的，以其余的均值代替", formula, "80")
    assert outside("exclude", least=4) == ("偏差范围内的不足 4 个，全部计入", formula, "40")


def test_by_criterion_tells_each_criterion_with_its_rounding_and_weight() -> None:
    sheets = [Sheet("甲", {"plan": 10_000, "effect": 8_500}), Sheet("乙", {"plan": 10_500, "effect": 8_000})]
    sheets.append(Sheet("丙", {"plan": 10_500, "effect": 8_000}))
    rule = Scoring(by="criterion", average="mean", least_sheets=1, basis=BASIS, criterion_places=2, weighted_places=1)
    assert told(explain_score(sheets, PAIR, rule)) == [
        ("有效评分表 3 份，合计", "", "23.3, 23.3, 23.6"),
        ("“方案”：均值", "(10 + 10.5 + 10.5) ÷ 3", "≈10.333333"),
        ("“方案”：乘以权重 1", "10.33 × 1", "10.3"),
        ("“成效”：均值", "(8 + 8 + 8.5) ÷ 3", "≈8.166667"),
        ("“成效”：乘以权重 1.6", "8.17 × 1.6", "13.1"),
        ("得分，四舍五入到小数点后 2 位", "10.3 + 13.1", "23.40"),
    ]
    assert explain_score(sheets, PAIR, rule).result == str(aggregate(sheets, PAIR, rule))


def test_too_few_sheets_end_without_a_score() -> None:
    rule = Scoring(by="sheet", average="mean", least_sheets=3, basis=BASIS)
    derivation = explain_score(sheets_of("80", "81"), TOTAL, rule)
    assert told(derivation) == [
        ("有效评分表 2 份，合计", "", "80, 81"),
        ("计入的少于 3 个，没有得分", "80, 81", "—"),
        ("得分，四舍五入到小数点后 2 位", "—", "—"),
    ]
    assert derivation.result == "—"
    assert explain_score([], TOTAL, rule).result == "—"
