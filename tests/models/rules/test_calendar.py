"""Working days against the State Council's notices, periods against published ones and the Civil Code's convention."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from chinese_calendar import Holiday
from chinese_calendar.constants import holidays
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Refused
from models.rules.calendar import (
    Calendar,
    OfficeDay,
    both_counts,
    holiday_name,
    is_over,
    publicity_period,
    published_period,
    working_days,
)

DATA = Path(__file__).parents[2] / "data" / "calendar"
CALENDAR = Calendar()
ONE_DAY = timedelta(days=1)
D = date.fromisoformat


def rows(name: str) -> list[dict[str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def days_from(first: date, last: date) -> list[date]:
    return [first + ONE_DAY * number for number in range((last - first).days + 1)]


def notices() -> tuple[dict[date, str], set[date]]:
    """Days off with the name of their holiday, and make-up days, from the notices."""
    off: dict[date, str] = {}
    on: set[date] = set()
    for row in rows("holidays_2024_2026.csv"):
        off |= dict.fromkeys(days_from(D(row["放假起"]), D(row["放假止"])), row["节"])
        on |= {D(day) for day in row["调休上班"].split(";") if day}
    return off, on


def test_every_day_of_three_years_agrees_with_the_notices() -> None:
    off, on = notices()
    every = days_from(date(2024, 1, 1), date(2026, 12, 31))
    assert len(every) == 1096
    wanted = {day: day in on or (day not in off and day.weekday() < 5) for day in every}
    assert {day: CALENDAR.day(day).working for day in every} == wanted


def test_every_reason_of_three_years_agrees_with_the_notices() -> None:
    off, on = notices()
    for day in days_from(date(2024, 1, 1), date(2026, 12, 31)):
        why = CALENDAR.day(day).why
        if day in on:
            assert str(why) == "调休上班"
        elif day in off:
            assert str(why).removesuffix("节") in off[day]
        elif day.weekday() >= 5:
            assert str(why) == "周末"
        else:
            assert why is None


def test_every_holiday_of_the_library_has_a_chinese_name() -> None:
    assert [str(holiday_name(holiday.value)) for holiday in Holiday] == [
        "元旦",
        "春节",
        "清明节",
        "劳动节",
        "端午节",
        "国庆节",
        "中秋节",
        "抗日战争胜利七十周年纪念日",
    ]
    assert str(holiday_name("Moon Day")) == "放假：Moon Day"


@pytest.mark.parametrize("day", [date(2003, 12, 31), date(2100, 1, 4)])
def test_an_unknown_year_is_refused_with_the_way_to_supply_it(day: date) -> None:
    with pytest.raises(Refused) as refusal:
        CALENDAR.day(day)
    assert refusal.value.code == "calendar_unknown_year"
    assert f"{day.year} 年" in str(refusal.value)
    assert "kmdx calendar add FILE" in str(refusal.value.lift)


def test_a_period_that_runs_into_an_unknown_year_is_refused() -> None:
    known = Calendar(years={2100: "通知"})
    with pytest.raises(Refused):
        publicity_period(date(2100, 12, 30), 5, False, known)


def test_the_office_may_add_days_and_whole_years() -> None:
    calendar = Calendar(
        {
            date(2026, 3, 4): OfficeDay(False, "地方节日", "州政府通知"),
            date(2026, 3, 7): OfficeDay(True, "", "州政府通知"),
            date(2026, 10, 1): OfficeDay(True, "", "抢险"),
            date(2100, 1, 1): OfficeDay(False, "元旦", "2100 年通知"),
            date(2100, 1, 2): OfficeDay(True, "", "2100 年通知"),
        },
        {2100: "2100 年通知"},
    )
    days = [calendar.day(D(day)) for day in ("2026-03-04", "2026-03-05", "2026-03-07", "2026-03-08")]
    assert [(day.working, None if day.why is None else str(day.why)) for day in days] == [
        (False, "放假：地方节日"),
        (True, None),
        (True, "调休上班"),
        (False, "周末"),
    ]
    assert (str(calendar.day(date(2026, 10, 1)).why), calendar.day(date(2026, 10, 1)).basis) == ("照常上班", "抢险")
    later = [calendar.day(date(2100, 1, number)) for number in range(1, 5)]  # a Friday to a Monday
    assert [day.working for day in later] == [False, True, False, True]
    assert str(later[0].why) == "元旦", "a holiday by its known name, not as somebody's day off"
    otherwise = [D(day) for day in ("2026-03-04", "2026-03-05", "2026-03-07", "2026-10-01", "2100-01-01")]
    said = [calendar.library_otherwise(day) for day in otherwise]
    assert [None if day is None else str(day.words) for day in said] == ["工作日", None, "周末", "国庆节", None]


def test_days_say_which_document_they_come_from() -> None:
    days = [D(day) for day in ("2026-02-16", "2026-02-14", "2026-02-07", "2026-02-06")]
    assert [CALENDAR.day(day).basis for day in days] == [
        "国办2026年节假日安排通知",
        "国办2026年节假日安排通知",
        "职工工作时间规定第七条",
        "",
    ]


def test_special_days_of_a_year_are_those_of_its_notice() -> None:
    off, on = notices()
    wanted = sorted(day for day in (*off, *on) if day.year == 2026)
    assert [day.date for day in CALENDAR.special_days(2026)] == wanted
    local = Calendar({date(2100, 5, 6): OfficeDay(False, "庙会", "通知")})
    assert [(str(day.date), str(day.words)) for day in local.special_days(2100)] == [("2100-05-06", "放假：庙会")]


def test_the_known_years_end_where_one_is_lacking() -> None:
    last = max(day.year for day in holidays)
    assert CALENDAR.known_until(2024) == last
    assert (CALENDAR.known_until(2100), CALENDAR.knows(2100)) == (None, False)
    assert Calendar(years={last + 1: "通知", last + 3: "通知"}).known_until(2024) == last + 1


@pytest.mark.parametrize(
    ("opens", "without", "counting"),
    [
        ("2024-04-26", "2024-05-07", "2024-05-06"),
        ("2024-09-27", "2024-10-10", "2024-10-09"),
        ("2026-02-12", "2026-02-26", "2026-02-25"),
    ],
)
def test_both_counts_find_the_fifth_working_day(opens: str, without: str, counting: str) -> None:
    periods = both_counts(D(opens), 5, CALENDAR)
    assert [period.closes for period in periods] == [D(without), D(counting)]
    assert [period.working_days for period in periods] == [5, 5]


@pytest.mark.parametrize("notice", rows("publicity_notices.csv"), ids=lambda notice: notice["起"])
def test_published_periods_have_both_published_counts(notice: dict[str, str]) -> None:
    opens, closes = D(notice["起"]), D(notice["止"])
    counting, without = int(notice["含首日工作日"]), int(notice["不含首日工作日"])
    assert len(working_days(opens, closes, CALENDAR)) == counting
    assert len(working_days(opens + ONE_DAY, closes, CALENDAR)) == without
    assert both_counts(opens, without, CALENDAR)[0].closes == closes
    assert publicity_period(opens, counting, True, CALENDAR).closes == closes


def test_skipped_days_carry_their_reasons() -> None:
    period = publicity_period(date(2024, 4, 26), 5, False, CALENDAR)
    assert [(day.date.isoformat(), str(day.why)) for day in period.skipped] == [
        ("2024-04-26", "公示首日不计入"),
        ("2024-04-27", "周末"),
        ("2024-05-01", "劳动节"),
        ("2024-05-02", "劳动节"),
        ("2024-05-03", "劳动节"),
        ("2024-05-04", "劳动节"),
        ("2024-05-05", "劳动节"),
    ]
    assert [day.isoformat() for day in period.counted] == [
        "2024-04-28",
        "2024-04-29",
        "2024-04-30",
        "2024-05-06",
        "2024-05-07",
    ]


def test_a_first_day_that_counts_moves_to_the_next_working_day() -> None:
    saturday = publicity_period(date(2026, 3, 7), 1, True, CALENDAR)
    assert (saturday.opens, saturday.counted, saturday.closes) == (
        date(2026, 3, 7),
        (date(2026, 3, 9),),
        date(2026, 3, 9),
    )
    without = publicity_period(date(2026, 3, 7), 1, False, CALENDAR)
    assert without == saturday
    assert [(day.date, day.working, str(day.why)) for day in saturday.skipped] == [
        (date(2026, 3, 7), False, "周末"),
        (date(2026, 3, 8), False, "周末"),
    ]


def test_a_period_is_over_only_after_its_last_day() -> None:
    period = publicity_period(date(2024, 3, 4), 5, False, CALENDAR)
    assert period.closes == date(2024, 3, 11)
    assert [is_over(period, date(2024, 3, day)) for day in (4, 10, 11, 12)] == [False, False, False, True]


def test_a_period_without_days_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one"):
        publicity_period(date(2024, 3, 4), 0, False, CALENDAR)


def test_no_working_days_before_the_first() -> None:
    assert working_days(date(2024, 3, 5), date(2024, 3, 4), CALENDAR) == ()


@given(st.dates(date(2024, 1, 1), date(2026, 9, 30)), st.integers(1, 30), st.booleans())
def test_every_day_of_a_period_is_counted_or_skipped(opens: date, days: int, first_day_counts: bool) -> None:
    period = publicity_period(opens, days, first_day_counts, CALENDAR)
    assert sorted([*period.counted, *(day.date for day in period.skipped)]) == days_from(opens, period.closes)
    assert len(period.counted) == days
    assert period.counted[-1] == period.closes
    start = opens if first_day_counts else opens + ONE_DAY
    assert period.counted == working_days(start, period.closes, CALENDAR)


OPENS = st.dates(date(2024, 1, 1), date(2026, 9, 1))


def near(opens: date) -> st.SearchStrategy[dict[date, OfficeDay]]:
    """Office days among the next three weeks, where they matter."""
    days = st.sampled_from(days_from(opens, opens + ONE_DAY * 21))
    return st.dictionaries(days, st.builds(OfficeDay, st.booleans(), st.just("放假"), st.just("通知")), max_size=12)


@given(st.data(), OPENS, st.integers(1, 30), st.booleans())
def test_periods_with_office_days_are_those_of_brute_force(
    data: st.DataObject, opens: date, days: int, first_day_counts: bool
) -> None:
    """The oracle knows only the notices' rows and the office's days, and counts on its fingers."""
    own = data.draw(near(opens))
    off, on = notices()
    worked = []
    today = opens
    while len(worked) < days:
        notice = today in on or (today not in off and today.weekday() < 5)
        works = own[today].working if today in own else notice
        if works and (first_day_counts or today != opens):
            worked.append(today)
        today += ONE_DAY
    period = publicity_period(opens, days, first_day_counts, Calendar(own))
    assert period.counted == tuple(worked)
    assert period.closes == worked[-1]
    assert published_period(opens, period.closes, first_day_counts, Calendar(own)) == period


@given(OPENS, st.integers(1, 30), st.booleans(), st.data())
def test_another_day_off_never_shortens_a_period(
    opens: date, days: int, first_counts: bool, data: st.DataObject
) -> None:
    own = data.draw(near(opens))
    free = data.draw(st.sampled_from(days_from(opens, opens + ONE_DAY * 21)))
    before = publicity_period(opens, days, first_counts, Calendar(own))
    after = publicity_period(opens, days, first_counts, Calendar({**own, free: OfficeDay(False, "放假", "通知")}))
    assert after.closes >= before.closes
    assert (after.closes == before.closes) or free in before.counted or free == opens


@given(OPENS, st.integers(1, 30), st.data())
def test_both_counts_end_at_most_one_working_day_apart(opens: date, days: int, data: st.DataObject) -> None:
    calendar = Calendar(data.draw(near(opens)))
    without, counting = both_counts(opens, days, calendar)
    assert counting.closes <= without.closes
    apart = working_days(counting.closes + ONE_DAY, without.closes, calendar)
    assert len(apart) == (1 if calendar.day(opens).working else 0)


def test_a_published_period_keeps_its_last_day() -> None:
    """Five days from Tuesday 10 March 2026 were published; the 12th became a day off afterwards."""
    later = Calendar({date(2026, 3, 12): OfficeDay(False, "停水", "通知")})
    period = published_period(date(2026, 3, 10), date(2026, 3, 17), False, later)
    assert period.closes == date(2026, 3, 17)
    assert [day.day for day in period.counted] == [11, 13, 16, 17]


def test_importing_the_calendar_leaves_the_library_alone() -> None:
    code = "import sys, models.rules.calendar; print('chinese_calendar' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
