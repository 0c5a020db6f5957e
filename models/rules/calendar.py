"""Working days of the People's Republic of China, and periods counted in them.

Holidays and make-up days are data of the State Council's yearly notices, as `chinesecalendar` carries them; an office
may add days of its own, and whole years that the library doesn't know yet. A year that nobody knows is refused, not
guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count, islice

from models.errors import Refused
from models.text import T, Text, mark

_ONE_DAY = timedelta(days=1)

SATURDAY = 5
"""`date.weekday()` of the first day of the weekend."""

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


FIRST_DAY = T("公示首日不计入")
"""Why a notice's first day is not counted."""

ART_201 = "民法典第二百零一条"
_WEEKLY_REST = "职工工作时间规定第七条"
_YEARLY_NOTICE = "国办{year}年节假日安排通知"
"""What Chinese documents are called in short: data, in no other language.

In full 国务院关于职工工作时间的规定, 国务院办公厅关于2026年部分节假日安排的通知.
"""


@dataclass(frozen=True)
class Day:
    """One day: whether it is worked, why if that is not plain from its being a weekday, and which document says so."""

    date: date
    working: bool
    why: Text | None
    basis: str = ""

    @property
    def words(self) -> Text:
        """What the day is, in a word or two."""
        return self.why or T("工作日")

    @property
    def special(self) -> bool:
        """Whether it is otherwise than its weekday says, or somebody has named it."""
        return self.basis not in ("", _WEEKLY_REST)


@dataclass(frozen=True)
class OfficeDay:
    """What the office says of one day: worked or not, the name of a day off, and the document that says so."""

    working: bool
    name: str
    basis: str


@dataclass(frozen=True)
class Calendar:
    """The working days known here: the library's years, and what the office adds.

    `days` are the office's, and go before the library's. `years` are those for which the office's days are complete,
    each with the document that says so: the library is not asked about them.
    """

    days: Mapping[date, OfficeDay] = field(default_factory=dict)
    years: Mapping[int, str] = field(default_factory=dict)

    def day(self, day: date) -> Day:
        """Say whether a day is worked. Raises `Refused` (calendar_unknown_year) for a year that nobody knows."""
        own = self.days.get(day)
        if own is not None:
            return _office_day(day, own)
        return _plain(day) if day.year in self.years else library_day(day)

    def knows(self, year: int) -> bool:
        """Whether a year's arrangement is known."""
        return year in self.years or library_knows(year)

    def library_otherwise(self, day: date) -> Day | None:
        """What the library says of a day, if it knows and says otherwise whether it is worked."""
        if not library_knows(day.year):
            return None
        said = library_day(day)
        return said if said.working != self.day(day).working else None

    def special_days(self, year: int) -> tuple[Day, ...]:
        """The days of a year that are not what their weekday says; of an unknown year the office's own."""
        every = days_between(date(year, 1, 1), date(year, 12, 31))
        known = self.knows(year)
        days = (self.day(day) for day in every if known or day in self.days)
        return tuple(day for day in days if day.special)

    def known_until(self, year: int) -> int | None:
        """The last year that is known of those from `year` on without a gap; None if `year` itself is not."""
        last = None
        while self.knows(year):
            last, year = year, year + 1
        return last


def _plain(day: date) -> Day:
    return Day(day, False, T("周末"), _WEEKLY_REST) if day.weekday() >= SATURDAY else Day(day, True, None)


def _office_day(day: date, own: OfficeDay) -> Day:
    if not own.working:
        return Day(day, False, holiday_name(own.name), own.basis)
    return Day(day, True, T("调休上班") if day.weekday() >= SATURDAY else T("照常上班"), own.basis)


def library_day(day: date) -> Day:
    """What the State Council's notices say of a day. Raises `Refused` (calendar_unknown_year)."""
    from chinese_calendar import get_holiday_detail, is_workday  # its tables cost start-up time

    try:
        _, name = get_holiday_detail(day)
        working = is_workday(day)
    except NotImplementedError:
        raise Refused(
            "calendar_unknown_year",
            T("不知道 {year} 年的放假和调休安排，不能推算工作日。", year=day.year),
            lift=T("请在国务院办公厅公布后，把全年安排写成文件，由秘书用 kmdx calendar add FILE 加入。"),
        ) from None
    if name is None:
        return _plain(day)
    why = T("调休上班") if working else holiday_name(name)
    return Day(day, working, why, _YEARLY_NOTICE.format(year=day.year))


def library_knows(year: int) -> bool:
    """Whether the library has a year's notice."""
    try:
        library_day(date(year, 1, 1))
    except Refused:
        return False
    return True


def holiday_name(name: str) -> Text:
    """The Chinese name of a holiday, as the library or an office's file calls it; other names stay as they are."""
    known = _HOLIDAYS.get(name, name)
    return Text(known) if known in _HOLIDAYS.values() else T("放假：{name}", name=name)


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included; none if `last` is earlier."""
    return (first + _ONE_DAY * number for number in range((last - first).days + 1))


@dataclass(frozen=True)
class Period:
    """A period in working days: every day from `opens` to `closes` is either counted or skipped with its reason."""

    opens: date
    closes: date
    counted: tuple[date, ...]
    skipped: tuple[Day, ...]

    @property
    def working_days(self) -> int:
        """How many working days the period counts."""
        return len(self.counted)


def publicity_period(
    opens: date, days: int, first_day_counts: bool, calendar: Calendar, *, first_day: Text = FIRST_DAY
) -> Period:
    """Count `days` working days (at least one) from the notice's first day; the period closes with the last of them.

    Where the first day counts, the count begins with the first working day on or after it; else with the first after
    it (Civil Code art. 201), and `first_day` says so. Raises `Refused` (calendar_unknown_year).
    """
    if days < 1:
        raise ValueError("a period has at least one working day")
    counted: list[date] = []
    skipped: list[Day] = []
    for day, counts in _walk(opens, first_day_counts, calendar, first_day):
        if counts:
            counted.append(day.date)
        else:
            skipped.append(day)
        if len(counted) == days:
            break
    return Period(opens, counted[-1], tuple(counted), tuple(skipped))


def published_period(opens: date, closes: date, first_day_counts: bool, calendar: Calendar) -> Period:
    """The days of a period that was published with its last day: that day stands, whatever is known since."""
    length = (closes - opens).days + 1
    walked = list(islice(_walk(opens, first_day_counts, calendar, FIRST_DAY), length))
    counted = tuple(day.date for day, counts in walked if counts)
    return Period(opens, closes, counted, tuple(day for day, counts in walked if not counts))


def _walk(opens: date, first_day_counts: bool, calendar: Calendar, first_day: Text) -> Iterator[tuple[Day, bool]]:
    """Day by day, without end: the day and whether it counts."""
    for number in count():
        day = calendar.day(opens + _ONE_DAY * number)
        if number == 0 and day.working and not first_day_counts:
            yield Day(opens, True, first_day), False
        else:
            yield day, day.working


def both_counts(opens: date, days: int, calendar: Calendar) -> tuple[Period, Period]:
    """The same period under both conventions: first with its first day not counted, then with it counted."""
    return publicity_period(opens, days, False, calendar), publicity_period(opens, days, True, calendar)


def working_days(first: date, last: date, calendar: Calendar) -> tuple[date, ...]:
    """The working days from `first` to `last`, both included; none if `last` is earlier."""
    return tuple(day for day in days_between(first, last) if calendar.day(day).working)


def is_over(period: Period, today: date) -> bool:
    """Say whether a period is over: it ends with its last counted day, at 24:00 (Civil Code art. 203)."""
    return today > period.closes
