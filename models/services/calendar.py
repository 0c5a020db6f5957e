"""The office's calendar: take a file of days off and days worked in, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, text

from models.documents.calendar_file import CalendarFile, read_calendar_file
from models.documents.reading import read_source
from models.errors import Refused
from models.queries.base import Office
from models.rules.calendar import Calendar, Day, OfficeDay, days_between, publicity_period
from models.rules.times import as_day
from models.services.acting import Act, acting
from models.views.calendar import CalendarAdded, ChangedDay, StandingNotice
from models.views.people import Actor

_PUT_DAY = text(
    "INSERT INTO calendar_day (day, working, name, basis, added_by, added_at) "
    "VALUES (:day, :working, :name, :basis, :by, :at) ON CONFLICT (day) DO UPDATE SET working = excluded.working, "
    "name = excluded.name, basis = excluded.basis, added_by = excluded.added_by, added_at = excluded.added_at"
)
_PUT_YEAR = text(
    "INSERT INTO calendar_year (year, basis, added_by, added_at) VALUES (:year, :basis, :by, :at) "
    "ON CONFLICT (year) DO UPDATE SET basis = excluded.basis, "
    "added_by = excluded.added_by, added_at = excluded.added_at"
)
_RUNNING = text(
    "SELECT meeting_id, version, opens, closes, days, first_day_counts FROM publicity WHERE closes >= :today "
    "ORDER BY meeting_id, version"
)


def add_days(office: Office, actor: Actor, path: Path) -> CalendarAdded:
    """Add a file's days to the calendar. What it says of a day replaces what was said of it before.

    A file that holds a year's whole arrangement also takes back what the former one of that year said and it does not.
    Raises `BadInput` with every fault, `WrongUse` for a file that can't be opened. What is published stands: notices
    whose period would now be another are named.
    """
    source = read_source(path)
    with acting(office, actor, "calendar.add") as act:
        before = office.calendar(act.connection)
        file = read_calendar_file(source, before)
        removed = _taken_back(before, file)
        written = {day: said for day, said in file.days.items() if before.days.get(day) != said}
        _write(act, file, written, removed)
        after = office.calendar(act.connection)
        added = CalendarAdded(
            source.name,
            source.digest,
            file.basis,
            file.year,
            tuple(_changes(before, after, {*written, *removed}, file.year)),
            tuple(_standing(act.connection, office.today(), before, after)),
        )
        former = {day: before.days[day] for day in (*written, *removed) if day in before.days}
        act.record(
            source.name,
            before={
                "off": {str(day): [said.name, said.basis] for day, said in sorted(former.items()) if not said.working},
                "on": {str(day): said.basis for day, said in sorted(former.items()) if said.working},
                "basis": None if file.year is None else before.years.get(file.year),
            },
            after={
                "digest": source.digest,
                "basis": file.basis,
                "whole_year": file.year,
                "off": {str(day): said.name for day, said in sorted(written.items()) if not said.working},
                "on": [str(day) for day, said in sorted(written.items()) if said.working],
                "removed": [str(day) for day in sorted(removed)],
            },
        )
    return added


def _taken_back(before: Calendar, file: CalendarFile) -> list[date]:
    """The days of the former arrangement of a whole year that the new one says nothing of; others' days stay."""
    if file.year is None or file.year not in before.years:
        return []
    former = before.years[file.year]
    mine = (day for day, said in before.days.items() if day.year == file.year and said.basis == former)
    return [day for day in mine if day not in file.days]


def _write(act: Act, file: CalendarFile, written: dict[date, OfficeDay], removed: list[date]) -> None:
    who = {"by": act.standing.actor.name, "at": act.at}
    if removed:
        act.connection.execute(
            text("DELETE FROM calendar_day WHERE day = :day"), [{"day": str(day)} for day in removed]
        )
    if written:
        act.connection.execute(
            _PUT_DAY,
            [
                {"day": str(day), "working": said.working, "name": said.name, "basis": said.basis, **who}
                for day, said in written.items()
            ],
        )
    if file.year is not None:
        act.connection.execute(_PUT_YEAR, {"year": file.year, "basis": file.basis, **who})


def _changes(before: Calendar, after: Calendar, touched: set[date], year: int | None) -> Iterator[ChangedDay]:
    """What became of the days that were touched, and of those that a whole year's arrangement leaves as they are."""
    if year is not None and before.knows(year):
        touched = touched | {*days_between(date(year, 1, 1), date(year, 12, 31))}
    for day in sorted(touched):
        old, new = _known(before, day), _known(after, day)
        if old != new:
            otherwise = after.library_otherwise(day) if new is not None else None
            yield ChangedDay(
                day,
                None if old is None else old.words,
                None if new is None else new.words,
                None if otherwise is None else otherwise.words,
            )


def _known(calendar: Calendar, day: date) -> Day | None:
    try:
        return calendar.day(day)
    except Refused:
        return None


def _standing(connection: Connection, today: date, before: Calendar, after: Calendar) -> Iterable[StandingNotice]:
    """The running notices that would close on another day if they were published now."""
    for row in connection.execute(_RUNNING, {"today": str(today)}):
        opens, first = as_day(row.opens), bool(row.first_day_counts)
        closes = [_closes(opens, row.days, first, calendar) for calendar in (before, after)]
        if closes[1] is not None and closes[0] != closes[1]:
            yield StandingNotice(row.meeting_id, row.version, as_day(row.closes), closes[1])


def _closes(opens: date, days: int, first: bool, calendar: Calendar) -> date | None:
    try:
        return publicity_period(opens, days, first, calendar).closes
    except Refused:
        return None
