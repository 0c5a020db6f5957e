"""Times as the board shows them."""

from __future__ import annotations

from datetime import datetime

from models.text import T


def elapsed(since: str, now: datetime) -> str:
    """Hours, minutes and seconds from a kept stamp to now; a clock that was set back shows zero, not less."""
    seconds = max(0, int((now - datetime.fromisoformat(since)).total_seconds()))
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def left(ends: str, now: datetime) -> str:
    """How much of a countdown is left, in minutes and seconds; that the time is over once it is."""
    time = remaining(ends, now)
    return str(T("剩 {time}", time=time) if time != "00:00" else T("时间到"))


def remaining(ends: str, now: datetime) -> str:
    """Minutes and seconds from now to a kept stamp; zero once it is past."""
    seconds = max(0, -int((now - datetime.fromisoformat(ends)).total_seconds() // 1))
    return f"{seconds // 60:02}:{seconds % 60:02}"


def hour(stamp: str) -> str:
    """A kept stamp as hour and minute in the office."""
    from models.rules.times import local_time

    return local_time(stamp).strftime("%H:%M")
