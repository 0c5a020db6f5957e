"""Working days of the People's Republic of China, and periods counted in them.

Holidays and make-up days are data of the State Council's yearly notices, as `chinesecalendar` carries them; an office
may add days of its own, and whole years that the library doesn't know yet. A year that nobody knows is refused, not
guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from models.errors import Refused
from models.text import T, Text, mark

_ONE_DAY = timedelta(days=1)

_HOLIDAYS = {
    "New Year's Day": mark("元旦"),
    "Spring Festival": mark("春节"),
    "Tomb-sweeping Day": mark("清明节"),
    "Labour Day": mark("劳动节"),
    "Dragon Boat Festival": mark("端午节"),
    "National Day": mark("国庆节"),
    "Mid-autumn Festival": mark("中秋节"),
    "Anti-Fascist 70th Day": mark("抗日战争胜利七十周年纪念日"),
}
"""The library's names of holidays in Chinese."""


@dataclass(frozen=True)
class Day:
    """One day: whether it is worked, and why if that is not plain from its being a weekday."""

    date: date
    working: bool
    why: Text | None


@dataclass(frozen=True)
class Calendar:
    """The working days known here: the library's years, and what the office adds.

    `off` and `on` are the office's days without and with work, which go before the library's; `off` names each. `years`
    are years without the library's data for which `off` and `on` are complete.
    """

    off: Mapping[date, str] = field(default_factory=dict)
    on: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def day(self, day: date) -> Day:
        """Say whether a day is worked. Raises `Refused` (calendar_unknown_year) for a year that nobody knows."""
        if day in self.on:
            return Day(day, True, T("调休上班"))
        if day in self.off:
            return Day(day, False, T("放假：{name}", name=self.off[day]))
        if day.year in self.years:
            return _plain(day)
        return _library_day(day)


def _plain(day: date) -> Day:
    return Day(day, False, T("周末")) if day.weekday() >= 5 else Day(day, True, None)


def _library_day(day: date) -> Day:
    from chinese_calendar import get_holiday_detail, is_workday  # its tables cost start-up time

    try:
        _, name = get_holiday_detail(day)
        working = is_workday(day)
    except NotImplementedError:
        raise Refused(
            "calendar_unknown_year",
            T("不知道 {year} 年的放假和调休安排，不能推算工作日。", year=day.year),
            lift=T("请在国务院办公厅公布后升级 chinesecalendar，或在设置中写明该年的放假日和调休上班日。"),
        ) from None
    if name is None:
        return _plain(day)
    return Day(day, True, T("调休上班")) if working else Day(day, False, holiday_name(name))


def holiday_name(name: str) -> Text:
    """The Chinese name of one of the library's holidays; one that is new to us keeps the library's name."""
    return Text(_HOLIDAYS[name]) if name in _HOLIDAYS else T("放假：{name}", name=name)


@dataclass(frozen=True)
class Period:
    """A publicity period: every day from `opens` to `closes` is either counted or skipped with its reason."""

    opens: date
    closes: date
    counted: tuple[date, ...]
    skipped: tuple[Day, ...]

    @property
    def working_days(self) -> int:
        """How many working days the period counts."""
        return len(self.counted)


def publicity_period(opens: date, days: int, first_day_counts: bool, calendar: Calendar) -> Period:
    """Count `days` working days (at least one) from the notice's first day; the period closes with the last of them.

    Where the first day counts, the count begins with the first working day on or after it; else with the first after
    it (Civil Code art. 201). Raises `Refused` (calendar_unknown_year).
    """
    if days < 1:
        raise ValueError("a period has at least one working day")
    counted: list[date] = []
    skipped: list[Day] = []
    today = opens
    while True:
        day = calendar.day(today)
        if not day.working:
            skipped.append(day)
        elif today == opens and not first_day_counts:
            skipped.append(Day(today, True, T("公示首日不计入")))
        else:
            counted.append(today)
        if len(counted) == days:
            return Period(opens, today, tuple(counted), tuple(skipped))
        today += _ONE_DAY


def both_counts(opens: date, days: int, calendar: Calendar) -> tuple[Period, Period]:
    """The same period under both conventions: first with its first day not counted, then with it counted."""
    return publicity_period(opens, days, False, calendar), publicity_period(opens, days, True, calendar)


def working_days(first: date, last: date, calendar: Calendar) -> tuple[date, ...]:
    """The working days from `first` to `last`, both included; none if `last` is earlier."""
    every = (first + _ONE_DAY * number for number in range((last - first).days + 1))
    return tuple(day for day in every if calendar.day(day).working)


def is_over(period: Period, today: date) -> bool:
    """Say whether a period is over: it ends with its last counted day, at 24:00 (Civil Code art. 203)."""
    return today > period.closes
