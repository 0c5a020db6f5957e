"""What anybody sees at the door: the meetings, and who may sign in. The first query of all, so it stands alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from models.enums import Phase, Role
from models.queries.base import Office
from models.queries.presence import Presences, presences, seat_presence
from models.views.people import DoorMeeting, DoorPerson, DoorView

_MEETINGS = text(
    "SELECT m.id, m.title, m.phase, m.batch_id, "
    "(SELECT COUNT(*) FROM item i WHERE i.meeting_id = m.id) AS applications "
    "FROM meeting m ORDER BY m.phase_since DESC, m.id"
)
_SEATS = text(
    "SELECT s.id, s.meeting_id, s.name, s.role, s.user_id, s.pin_hash IS NULL AS fresh, "
    "u.pin_hash IS NULL AS user_fresh, s.signed_in_at, s.absent_at, "
    "EXISTS (SELECT 1 FROM key_pair k WHERE k.seat_id = s.id AND k.ended_at IS NULL) AS phrase, "
    "EXISTS (SELECT 1 FROM key_pair k WHERE k.user_id = s.user_id AND k.ended_at IS NULL) AS user_phrase "
    'FROM seat s LEFT JOIN "user" u ON u.id = s.user_id ORDER BY s.id'
)
_USERS = text(
    "SELECT u.id, u.name, u.role, u.pin_hash IS NULL AS fresh, "
    "EXISTS (SELECT 1 FROM key_pair k WHERE k.user_id = u.id AND k.ended_at IS NULL) AS phrase "
    'FROM "user" u WHERE u.disabled_at IS NULL ORDER BY u.id'
)
_ORDER = {role: number for number, role in enumerate(Role)}


def door(office: Office) -> DoorView:
    """The meetings, newest first, each with its seats; and the people of the office."""
    with office.database.reading() as connection:
        known = presences(connection, office.stamp())
        people: dict[str, list[DoorPerson]] = {}
        for row in connection.execute(_SEATS):
            people.setdefault(row.meeting_id, []).append(_seat(row, known))
        meetings = tuple(
            DoorMeeting(
                row.id,
                row.title,
                Phase(row.phase),
                row.batch_id,
                row.applications,
                tuple(sorted(people.get(row.id, ()), key=lambda person: _ORDER[person.role])),
            )
            for row in connection.execute(_MEETINGS)
        )
        users = tuple(_user(row, known) for row in connection.execute(_USERS))
        return DoorView(meetings, users)


def _user(row: Any, known: Presences) -> DoorPerson:
    where = known.get((None, row.id))
    return DoorPerson(row.name, Role(row.role), True, bool(row.fresh), True, False, where, bool(row.phrase))


def _seat(row: Any, known: Presences) -> DoorPerson:
    office = row.user_id is not None
    return DoorPerson(
        row.name,
        Role(row.role),
        office,
        bool(row.user_fresh if office else row.fresh),
        row.signed_in_at is not None,
        row.absent_at is not None,
        seat_presence(known, row.id, row.user_id),
        bool(row.user_phrase if office else row.phrase),
    )
