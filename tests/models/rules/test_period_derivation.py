"""A period told day by day: literals from the State Council's notice of 2026 and the Civil Code."""

from __future__ import annotations

from datetime import date

from models.rules.calendar import Calendar, OfficeDay, both_counts
from models.rules.period_derivation import Counting, days_of, period_derivation
from models.text import T
from models.views.derivation import Derivation

NOTICE = "国办2026年节假日安排通知"
REST = "职工工作时间规定第七条"
LAW = "民法典第二百零一条"


def told(opens: date, days: int, first_day_counts: bool, calendar: Calendar, least: int = 5) -> Derivation:
    without, counting = both_counts(opens, days, calendar)
    period, other = (counting, without) if first_day_counts else (without, counting)
    rule = Counting(least, "第十二条（三）", first_day_counts, LAW)
    return period_derivation(T("公示期"), days_of(period, calendar), rule, other.closes)


def test_every_day_stands_there_with_its_document() -> None:
    """Friday 13 February 2026 to Thursday the 26th: make-up Saturday, Spring Festival, a local day off."""
    calendar = Calendar({date(2026, 2, 25): OfficeDay(False, "停水", "区政府通知")})
    derivation = told(date(2026, 2, 13), 3, False, calendar, least=3)
    assert [(str(step.label), step.formula, step.value, step.basis) for step in derivation.steps] == [
        ("期限", "", "3 个工作日", "第十二条（三）"),
        ("首日", "", "不计入", LAW),
        ("2026-02-13（周五）", "", "公示首日不计入", LAW),
        ("2026-02-14（周六）", "调休上班", "第 1 个工作日", NOTICE),
        *(
            (f"2026-02-{day}（{name}）", "", "不计：春节", NOTICE)
            for day, name in zip(
                range(15, 24), ("周日", "周一", "周二", "周三", "周四", "周五", "周六", "周日", "周一"), strict=True
            )
        ),
        ("2026-02-24（周二）", "", "第 2 个工作日", ""),
        ("2026-02-25（周三）", "", "不计：放假：停水", "区政府通知"),
        ("2026-02-26（周四）", "", "第 3 个工作日", ""),
        ("届满", "", "2026-02-26 24 时", "民法典第二百零三条"),
        ("如首日计入", "", "2026-02-24 24 时", ""),
    ]
    assert derivation.result == "2026-02-26 24 时"


def test_a_first_day_that_counts_and_a_longer_period_say_so() -> None:
    derivation = told(date(2026, 3, 6), 6, True, Calendar())
    steps = {str(step.label): (step.formula, step.value, step.basis) for step in derivation.steps}
    assert steps["期限"] == ("不少于 5 个工作日", "6 个工作日", "第十二条（三）")
    assert steps["首日"] == ("", "计入", LAW)
    assert steps["2026-03-06（周五）"] == ("", "第 1 个工作日", "")
    assert steps["2026-03-07（周六）"] == ("", "不计：周末", REST)
    assert steps["如首日不计入"] == ("", "2026-03-16 24 时", "")


def test_the_other_count_is_not_guessed_where_a_year_is_unknown() -> None:
    calendar = Calendar({date(2100, 12, 31): OfficeDay(True, "", "通知")})
    period = both_counts(date(2026, 3, 9), 1, Calendar())[0]
    rule = Counting(1, "", True, LAW)
    derivation = period_derivation(T("公示期"), days_of(period, calendar), rule, None)
    assert derivation.steps[-1].value == "该年放假安排未知"
