"""How long wrong tries lock a seat or a person, and when a desk counts as gone. The committee's figures, all here."""

from __future__ import annotations

from datetime import timedelta

TRIES = 5
"""So many wrong tries lock."""

LOCKED = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""For how long: at first, the next time, and so on; the last from then on."""

ALIVE = timedelta(seconds=20)
"""How often a desk gives a sign of life."""

GONE = timedelta(seconds=60)
"""A desk that was not seen for so long is gone, whatever became of it."""


def locked_for(wrong_tries: int) -> timedelta | None:
    """For how long this many wrong tries since the last right one lock; None if the last of them doesn't."""
    times, rest = divmod(wrong_tries, TRIES)
    return None if rest or not times else LOCKED[min(times, len(LOCKED)) - 1]
