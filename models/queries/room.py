"""Who is in the room in deliberation, what is called next, and what was discussed when and with whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from models.enums import MARKING_ROLES, ItemOrder, Role
from models.queries.base import Office, Reading, reading
from models.queries.results import ranked, scored
from models.queries.sight import foreign_nos
from models.rules import room as rule
from models.views.people import Actor
from models.views.room import DiscussionView, RoomView, Span, UpcomingView

NOT_SIGNED_IN = "未签到"
"""Why somebody is not there of whom nothing else is recorded; for documents."""

_CALLS = (
    "SELECT c.at, c.by, c.ended_at, c.application_id, a.no, e.name AS enterprise FROM item_call c "
    "JOIN application a ON a.id = c.application_id JOIN enterprise e ON e.id = a.enterprise_id "
    "WHERE c.meeting_id = :meeting"
)
_OPEN = text(f"{_CALLS} AND c.ended_at IS NULL")
_ALL = text(f"{_CALLS} ORDER BY c.id")
_ROUND = text(  # of this deliberation
    f"{_CALLS} AND c.phase_change_id = (SELECT MAX(id) FROM phase_change WHERE meeting_id = :meeting) ORDER BY c.id"
)
ABSENT = (
    "s.absent_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM away w WHERE w.seat_id = s.id AND w.since = s.absent_at)"
)
"""The condition that a seat `s` is recorded absent and has not come since."""

_SEATS = text(
    f"SELECT s.id, s.name, s.role, s.signed_in_at, ({ABSENT}) AS absent, s.absent_at, s.absent_reason FROM seat s "
    "WHERE s.meeting_id = :meeting ORDER BY s.id"
)
_RECUSED = text(
    "SELECT r.application_id, s.name, r.at FROM recusal r JOIN seat s ON s.id = r.seat_id "
    "WHERE s.meeting_id = :meeting ORDER BY s.id"
)
_AWAY = text(
    "SELECT s.name, w.since, w.until, w.reason FROM away w JOIN seat s ON s.id = w.seat_id "
    "WHERE s.meeting_id = :meeting ORDER BY w.id"
)
_ITEMS = text(
    "SELECT a.no, a.id FROM item i JOIN application a ON a.id = i.application_id "
    "WHERE i.meeting_id = :meeting AND i.eligible ORDER BY a.no"
)


def discussed(connection: Connection, meeting: str) -> Any:
    """The discussion under way, as a row (at, by, application_id, no, enterprise); None if no item is called."""
    return connection.execute(_OPEN, {"meeting": meeting}).one_or_none()


def presiding_over(connection: Connection, meeting: str, application: int) -> str | None:
    """Who presides over an application now: the chair, or the deputy where the chair is recused."""
    return _People.of(connection, meeting).presiding(application)


@dataclass(frozen=True)
class _People:
    """The seats of a meeting, whom recusals take out of which item and since when, and who was away."""

    seats: Sequence[Any]
    recusals: dict[int, dict[str, str]]
    away: tuple[Span, ...]

    @classmethod
    def of(cls, connection: Connection, meeting: str) -> _People:
        who = {"meeting": meeting}
        recusals: dict[int, dict[str, str]] = {}
        for application, name, at in connection.execute(_RECUSED, who):
            recusals.setdefault(application, {})[name] = at
        away = tuple(Span(*row) for row in connection.execute(_AWAY, who))
        return cls(connection.execute(_SEATS, who).all(), recusals, away)

    @property
    def here(self) -> list[str]:
        """Who has come to the meeting, whether in the room at this moment or not."""
        return [seat.name for seat in self.seats if seat.signed_in_at is not None and not seat.absent]

    def recused(self, application: int) -> frozenset[str]:
        """Who of those who have come is recused from an application."""
        return frozenset(self.recusals.get(application, ())).intersection(self.here)

    def presiding(self, application: int) -> str | None:
        """Who presides over an application."""
        return rule.presiding(self._holder(Role.CHAIR), self._holder(Role.DEPUTY), self.recusals.get(application, ()))

    def presides(self, application: int) -> tuple[str, Role] | None:
        """The same with the role in which."""
        name = self.presiding(application)
        return None if name is None else (name, Role.CHAIR if name == self._holder(Role.CHAIR) else Role.DEPUTY)

    def _holder(self, role: Role) -> str | None:
        return next((seat.name for seat in self.seats if seat.role == role), None)

    def absences(self) -> tuple[Span, ...]:
        """The times in which members were not at the meeting at all, and those in which anybody was away from it."""
        members = [seat for seat in self.seats if seat.role in MARKING_ROLES]
        late = (Span(one.name, "", one.signed_in_at, NOT_SIGNED_IN) for one in members if not one.absent)
        gone = (Span(one.name, one.absent_at, None, one.absent_reason) for one in members if one.absent)
        return (*late, *gone, *self.away)


def room(office: Office, actor: Actor, meeting: str) -> RoomView:
    """The room now: what is discussed and who presides, who must leave, who stays out, who may come back."""
    with reading(office, actor, "results.read", meeting) as look:
        return room_now(look)


def room_now(look: Reading) -> RoomView:
    """`room` within a reading."""
    meeting = look.standing.meeting_id
    assert meeting is not None
    people = _People.of(look.connection, meeting)
    calls = look.connection.execute(_ROUND, {"meeting": meeting}).all()
    out = tuple(span.name for span in people.away if span.until is None)
    last = people.recused(calls[-1].application_id) if calls else frozenset[str]()
    if not calls or calls[-1].ended_at is not None:
        between = rule.movement(people.here, last, (), out)
        return RoomView(None, "", None, None, (), (), between.may_return, out, out)
    call = calls[-1]
    between = rule.movement(people.here, _out_before(people, calls[:-1], call.at), last, out)
    return RoomView(
        call.no,
        call.enterprise,
        call.at,
        people.presides(call.application_id),
        between.leave,
        between.stay_out,
        between.may_return,
        tuple(name for name in out if name not in last),
        out,
    )


def _out_before(people: _People, calls: Sequence[Any], at: str | None) -> frozenset[str]:
    """Whom the discussion before `at` kept out of the room; one that was ended by itself let them in again."""
    if not calls or calls[-1].ended_at != at:
        return frozenset()
    return people.recused(calls[-1].application_id)


def upcoming(office: Office, actor: Actor, meeting: str, order: ItemOrder | None = None) -> UpcomingView:
    """What has not been called in this deliberation, in the order that the chair chose, or in another one."""
    with reading(office, actor, "results.read", meeting) as look:
        return upcoming_now(look, order)


def upcoming_now(look: Reading, order: ItemOrder | None = None) -> UpcomingView:
    """`upcoming` within a reading; to an expert, what is left of the own panel."""
    connection, meeting = look.connection, look.standing.meeting_id
    assert meeting is not None
    if order is None:
        order = ItemOrder(
            connection.execute(
                text("SELECT item_order FROM meeting WHERE id = :meeting"), {"meeting": meeting}
            ).scalar_one()
        )
    people = _People.of(connection, meeting)
    calls = connection.execute(_ROUND, {"meeting": meeting}).all()
    called = {call.no for call in calls}
    ids = {row.no: row.id for row in connection.execute(_ITEMS, {"meeting": meeting}) if row.no not in called}
    outside = _out_before(people, calls, None)
    items = {no: (no, people.recused(key)) for no, key in ids.items()}
    fewest = rule.fewest_movements(tuple(items.values()), outside)
    nos = fewest.nos
    if order is ItemOrder.NUMBER:
        nos = tuple(items)
    elif order is ItemOrder.RANK:
        lines = ranked(connection, look.standing, look.policy, scored(connection, look.standing, look.policy))
        nos = tuple(line.no for line in lines if line.no in items)
    moves = rule.count_movements([items[no] for no in nos], outside)
    foreign = foreign_nos(connection, look.standing)
    nos = tuple(no for no in nos if no not in foreign)
    return UpcomingView(order, nos, len(called), moves, fewest.least, people.presides(ids[nos[0]]) if nos else None)


def discussions(connection: Connection, meeting: str) -> tuple[DiscussionView, ...]:
    """Every discussion of a meeting, in order, with who was not in the room and from when to when."""
    people = _People.of(connection, meeting)
    absences = people.absences()
    return tuple(_discussion(people, absences, call) for call in connection.execute(_ALL, {"meeting": meeting}))


def _discussion(people: _People, absences: Sequence[Span], call: Any) -> DiscussionView:
    away = rule.during(absences, call.at, call.ended_at)
    never = {span.name for span in away if (span.since, span.until) == (call.at, call.ended_at)}
    left = (Span(name, at, None) for name, at in people.recusals.get(call.application_id, {}).items())
    out = tuple(span for span in rule.during(left, call.at, call.ended_at) if span.name not in never)
    throughout = {span.name for span in out if span.since == call.at}
    return DiscussionView(
        call.no,
        call.enterprise,
        call.at,
        call.ended_at,
        call.by,
        out,
        tuple(span for span in away if span.name not in throughout),
    )
