"""The office's time: how a kept stamp reads on the wall."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
"""The offices' time. Fixed since 1991, so no time-zone data is needed on Windows."""


def local_time(stamp: str) -> datetime:
    """A stamp of the tables (ISO 8601, UTC) as the office's time."""
    return datetime.fromisoformat(stamp).astimezone(CHINA)
