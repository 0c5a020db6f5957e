"""Why a period ends when it does: its days one by one, counted or skipped, each with the document that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.rules.calendar import Calendar, Period, days_between
from models.text import T, Text, mark
from models.views.derivation import Derivation, Step
from models.views.listing import DayView

_WEEKDAYS = (
    mark("周一"),
    mark("周二"),
    mark("周三"),
    mark("周四"),
    mark("周五"),
    mark("周六"),
    mark("周日"),
)

_END_OF_DAY = "民法典第二百零三条"


@dataclass(frozen=True)
class Counting:
    """How a period is counted: its least number of working days, whether the first day counts, and whose rules."""

    least_days: int
    days_basis: str
    first_day_counts: bool
    first_day_basis: str


def days_of(period: Period, calendar: Calendar) -> tuple[DayView, ...]:
    """Every day of a period: its number where it counts, why where it does not, or where it is worked unexpectedly."""
    numbers = {day: number for number, day in enumerate(period.counted, start=1)}
    skipped = {day.date: day for day in period.skipped}
    days = (skipped.get(day) or calendar.day(day) for day in days_between(period.opens, period.closes))
    return tuple(DayView(day.date, numbers.get(day.date), day.why, day.basis) for day in days)


def period_derivation(
    title: Text, days: Sequence[DayView], counting: Counting, other_closes: date | None
) -> Derivation:
    """Tell a period day by day, from the days that `days_of` found; its result is the last of them, at 24:00.

    `other_closes` is the last day by the other way of counting; None where that runs into a year that nobody knows.
    """
    length = sum(day.number is not None for day in days)
    least = T("不少于 {days} 个工作日", days=counting.least_days) if length > counting.least_days else ""
    first = T("计入") if counting.first_day_counts else T("不计入")
    steps = [
        Step(T("期限"), str(least), str(T("{days} 个工作日", days=length)), counting.days_basis),
        Step(T("首日"), "", str(first), counting.first_day_basis),
        *(_day_step(day, counting) for day in days),
        Step(T("届满"), "", _end(days[-1].day), _END_OF_DAY),
        Step(T("如首日不计入") if counting.first_day_counts else T("如首日计入"), "", _end(other_closes), ""),
    ]
    return Derivation(title, tuple(steps), _end(days[-1].day))


def _day_step(day: DayView, counting: Counting) -> Step:
    label = T("{day}（{weekday}）", day=day.day, weekday=Text(_WEEKDAYS[day.day.weekday()]))
    if day.number is not None:
        return Step(label, str(day.why or ""), str(T("第 {n} 个工作日", n=day.number)), day.basis)
    if day.basis:
        return Step(label, "", str(T("不计：{why}", why=day.why)), day.basis)
    return Step(label, "", str(day.why), counting.first_day_basis)  # worked, but the first


def _end(day: date | None) -> str:
    return str(T("该年放假安排未知")) if day is None else str(T("{day} 24 时", day=day))
