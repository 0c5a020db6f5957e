"""The office's calendar: what it says now, what it said when something was published, and where each day comes from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from models.queries.base import Office, reading
from models.rules.calendar import ART_201, Calendar, Day, OfficeDay, both_counts
from models.rules.period_derivation import Counting, days_of, period_derivation
from models.text import T
from models.views.calendar import CountedPeriod, SpecialDay, YearView
from models.views.people import Actor

_TRAIL = text("SELECT after FROM audit_entry WHERE act = 'calendar.add' AND refused = '' AND at <= :at ORDER BY seq")
_ADDED_SINCE = text(
    "SELECT 1 FROM calendar_day WHERE added_at > :at UNION ALL SELECT 1 FROM calendar_year WHERE added_at > :at LIMIT 1"
)
_ADDED = text("SELECT day, added_by, added_at FROM calendar_day")
FOREVER = "9999"
"""Later than every stamp."""


def calendar_at(office: Office, connection: Connection, at: str) -> Calendar:
    """The calendar as the office had it at a moment (a stamp): later additions do not change what was published."""
    if connection.execute(_ADDED_SINCE, {"at": at}).scalar() is None:
        return office.calendar(connection)
    return recorded_calendar(connection, at)


def recorded_calendar(connection: Connection, at: str = FOREVER) -> Calendar:
    """The calendar as the audit trail tells it, up to a moment."""
    days: dict[date, OfficeDay] = {}
    years: dict[int, str] = {}
    for after in connection.execute(_TRAIL, {"at": at}).scalars():
        said: dict[str, Any] = json.loads(after)
        for day in said["removed"]:
            days.pop(date.fromisoformat(day))
        for day, name in said["off"].items():
            days[date.fromisoformat(day)] = OfficeDay(False, name, said["basis"])
        for day in said["on"]:
            days[date.fromisoformat(day)] = OfficeDay(True, "", said["basis"])
        if said["whole_year"] is not None:
            years[said["whole_year"]] = said["basis"]
    return Calendar(days, years)


def calendar_years(office: Office, actor: Actor, year: int | None = None) -> tuple[YearView, ...]:
    """A year's special days; None: of this year, and of all later ones of which anything is known."""
    with reading(office, actor, "calendar.read") as look:
        calendar = office.calendar(look.connection)
        added = {str(row.day): row for row in look.connection.execute(_ADDED)}
        return tuple(_year(calendar, one, added) for one in ([year] if year else _years(calendar, office.today().year)))


def _years(calendar: Calendar, this: int) -> Sequence[int]:
    known = calendar.known_until(this) or this
    return range(this, 1 + max([known, *calendar.years, *(day.year for day in calendar.days)]))


def _year(calendar: Calendar, year: int, added: dict[str, Any]) -> YearView:
    days = tuple(_special(calendar, day, added.get(str(day.date))) for day in calendar.special_days(year))
    if year in calendar.years:
        return YearView(year, "office", calendar.years[year], days)
    return YearView(year, "library" if calendar.knows(year) else None, "", days)


def _special(calendar: Calendar, day: Day, row: Any) -> SpecialDay:
    otherwise = calendar.library_otherwise(day.date)
    library = None if otherwise is None else otherwise.words
    if row is None:
        return SpecialDay(day.date, day.working, day.words, "library", day.basis, library)
    return SpecialDay(day.date, day.working, day.words, "office", day.basis, library, row.added_by, row.added_at)


def count_days(office: Office, actor: Actor, opens: date, days: int) -> CountedPeriod:
    """Count working days from a day on, both ways. Raises `Refused` (calendar_unknown_year)."""
    with reading(office, actor, "calendar.read") as look:
        calendar = office.calendar(look.connection)
    without, with_first = both_counts(opens, days, calendar)
    title = T("{day} 起 {days} 个工作日", day=opens, days=days)
    counting = Counting(days, "", False, ART_201)
    told = period_derivation(title, days_of(without, calendar), counting, with_first.closes)
    return CountedPeriod(without.closes, with_first.closes, told)
