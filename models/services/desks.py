"""Desks: sitting down at one, taking one over, signs of life, and getting up again."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import text

from models.errors import Refused
from models.queries.base import Office, standing
from models.queries.presence import is_alive
from models.rules.times import local_time
from models.services.acting import Act, acting
from models.text import T
from models.views.people import Actor

_OTHERS = (
    "SELECT id, place, since, seen_at FROM desk "
    "WHERE {column} = :person AND left_at IS NULL AND taken_over_by IS NULL AND id <> :own ORDER BY id"
)
_SIT_DOWN = text(
    "INSERT INTO desk (seat_id, user_id, place, since, seen_at) VALUES (:seat, :user, :place, :at, :at) RETURNING id"
)
_SIT_AGAIN = text("UPDATE desk SET since = :at, seen_at = :at, left_at = NULL, taken_over_by = NULL WHERE id = :desk")
_TAKE_OVER = text("UPDATE desk SET taken_over_by = :by WHERE id = :desk")
_LEAVE = text("UPDATE desk SET left_at = :at WHERE id = :desk")
_SEEN = text("UPDATE desk SET seen_at = :at WHERE id = :desk")


def take_desk(
    office: Office, actor: Actor, meeting: str | None, place: str, *, over: bool = False, former: int | None = None
) -> Actor:
    """Sit down at a new desk, and return the actor of it. Only who has just proven the own secret is sat down.

    `place` says where the desk is. Somebody who sits at another desk is refused (desk_in_use) unless `over`; then that
    desk is closed to them at once. `former` is the sitting that ends here at the same terminal.
    """
    with acting(office, replace(actor, desk=None), "desk.take", meeting) as act:
        if former is not None:
            act.connection.execute(_LEAVE, {"at": act.at, "desk": former})
        others = _others(act, actor, over)
        user = actor.user_id
        seat = actor.seat_id if user is None else None
        desk = act.connection.execute(
            _SIT_DOWN, {"seat": seat, "user": user, "place": place, "at": act.at}
        ).scalar_one()
        _take_over(act, actor, others, desk, place)
    return replace(actor, desk=int(desk))


def take_back(office: Office, actor: Actor, meeting: str | None, place: str) -> None:
    """Go on at a desk that was taken over, with all that stands there; the other desk is closed in its turn."""
    assert actor.desk is not None, "only a desk is taken back"
    with acting(office, replace(actor, desk=None), "desk.take", meeting) as act:
        others = _others(act, actor, over=True)
        act.connection.execute(_SIT_AGAIN, {"at": act.at, "desk": actor.desk})
        _take_over(act, actor, others, actor.desk, place)


def _others(act: Act, actor: Actor, over: bool) -> list[int]:
    """The other desks of this person that were neither left nor taken over: also those that are only silent."""
    user = actor.user_id
    found = act.connection.execute(
        text(_OTHERS.format(column="user_id" if user is not None else "seat_id")),
        {"person": user if user is not None else actor.seat_id, "own": actor.desk or 0},
    ).all()
    for row in found:
        if not over and is_alive(row.seen_at, act.at):
            raise Refused(
                "desk_in_use",
                T(
                    "{name} {time} 起在另一台终端（{place}）上使用。",
                    name=actor.name,
                    time=f"{local_time(row.since):%H:%M}",
                    place=row.place,
                ),
                lift=T("再签到一次，可以接管。"),
            )
    return [row.id for row in found]


def _take_over(act: Act, actor: Actor, others: list[int], desk: int, place: str) -> None:
    for other in others:
        act.connection.execute(_TAKE_OVER, {"by": desk, "desk": other})
    act.record(actor.name, after={"place": place, "taken_over": len(others)})


def leave_desk(office: Office, actor: Actor, meeting: str | None) -> None:
    """Get up: the desk is free, and everybody sees it."""
    assert actor.desk is not None, "only a desk is left"
    office.looks.clear()
    with acting(office, actor, "desk.leave", meeting) as act:
        act.connection.execute(_LEAVE, {"at": act.at, "desk": actor.desk})
        act.record(actor.name, after={"left": True})


def give_sign(office: Office, actor: Actor) -> None:
    """A sign of life. No act, and told to nobody: a desk that gives none for a while counts as gone."""
    with office.database.writing() as connection:
        connection.execute(_SEEN, {"at": office.stamp(), "desk": actor.desk})


def must_be_theirs(office: Office, actor: Actor, meeting: str | None) -> None:
    """Raise `NotPermitted` if the desk was taken over, or the person has no place any more. Puts nothing on record."""
    with office.database.reading() as connection:
        standing(connection, actor, meeting)
