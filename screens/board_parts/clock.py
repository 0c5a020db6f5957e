"""Times as the board shows them."""

from __future__ import annotations

from datetime import datetime


def elapsed(since: str, now: datetime) -> str:
    """Hours, minutes and seconds from a kept stamp to now; a clock that was set back shows zero, not less."""
    seconds = max(0, int((now - datetime.fromisoformat(since)).total_seconds()))
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def hour(stamp: str) -> str:
    """A kept stamp as hour and minute in the office."""
    from models.rules.times import local_time

    return local_time(stamp).strftime("%H:%M")
