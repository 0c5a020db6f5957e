"""The office's time: how a kept stamp reads on the wall."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
"""The offices' time. Fixed since 1991, so no time-zone data is needed on Windows."""


def local_time(stamp: str) -> datetime:
    """A stamp of the tables (ISO 8601, UTC) as the office's time."""
    return datetime.fromisoformat(stamp).astimezone(CHINA)


def minute_after(stamp: str) -> datetime:
    """A stamp as the office's time, up to the next whole minute: who is told so doesn't come too early."""
    moment = local_time(stamp)
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=bool(moment.second or moment.microsecond))


def as_day(value: date | str) -> date:
    """A day as a database gives it: SQLite as text, PostgreSQL as a date."""
    return value if isinstance(value, date) else date.fromisoformat(value)
