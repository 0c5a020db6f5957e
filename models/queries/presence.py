"""Who sits at a desk now, and who was last seen when: from the desks on record, in no meeting's secrets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from models.queries.base import Office
from models.rules.locks import GONE
from models.views.people import Actor, Presence

_DESKS = text("SELECT seat_id, user_id, place, since, seen_at, left_at FROM desk WHERE taken_over_by IS NULL")

Presences = dict[tuple[int | None, int | None], Presence]
"""By the ids of seat and user, as a desk keeps them: a seat's, or a person's of the office; never both."""


def presences(connection: Connection, now: str) -> Presences:
    """Everybody's desk, of several the one last seen; `now` is a stamp."""
    found: Presences = {}
    for row in connection.execute(_DESKS):
        who = (row.seat_id, row.user_id)
        if who not in found or found[who].seen_at < row.seen_at:
            here = row.left_at is None and is_alive(row.seen_at, now)
            found[who] = Presence(row.place, row.since, row.seen_at, here)
    return found


def is_alive(seen_at: str, now: str) -> bool:
    """Whether a desk that was seen then still counts as there."""
    return datetime.fromisoformat(now) - datetime.fromisoformat(seen_at) < GONE


def seat_presence(known: Presences, seat_id: int, user_id: int | None) -> Presence | None:
    """A seat's presence: that of its person, where it is held by one of the office."""
    return known.get((None, user_id) if user_id is not None else (seat_id, None))


def presence_of(office: Office, actor: Actor) -> Presence | None:
    """Where somebody sits now; None if nowhere."""
    who = (None, actor.user_id) if actor.user_id is not None else (actor.seat_id, None)
    with office.database.reading() as connection:
        found = presences(connection, office.stamp()).get(who)
    return found if found is not None and found.here else None
