"""What every read and every act stands on: the office (database, clock, calendar) and who is at the desk.

Rights are looked up in the database each time: a seat that lost its role, or a person who was disabled, is out at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from models.database import Database
from models.enums import Phase, Role
from models.errors import NotPermitted, WrongUse
from models.rules import permissions
from models.rules.calendar import Calendar, OfficeDay
from models.rules.times import as_day, local_time
from models.text import T

if TYPE_CHECKING:
    from models.policy.types import Policy
    from models.views.people import Actor

Clock = Callable[[], datetime]


def as_stamp(moment: datetime) -> str:
    """A moment as the tables keep it: ISO 8601, UTC, microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass
class Office:
    """A database at work. Its clock is the one that all its desks share; tests and the demo bring `own_clock`.

    Clocks of several machines differ by minutes: what one of them recorded, another would see in its future.
    """

    database: Database
    own_clock: Clock | None = None
    _policies: dict[int, Policy] = field(default_factory=dict, repr=False)
    _criteria: dict[int, dict[str, int]] = field(default_factory=dict, repr=False)
    looks: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """What `hot` knows of the sheets that were written or looked at last; nobody else's business."""
    tried_out: bool = field(default=False, repr=False, compare=False)
    """Whether it has had its writes planned."""

    def clock(self) -> datetime:
        """This moment, aware, in UTC."""
        return (self.own_clock or self.database.now)()

    def stamp(self) -> str:
        """This moment as the tables keep it."""
        return as_stamp(self.clock())

    def today(self) -> date:
        """The day in the office."""
        return local_time(self.stamp()).date()

    def policy(self, connection: Connection, policy_file_id: int) -> Policy:
        """The policy kept under an id. Rows of `policy` never change, so one reading serves."""
        if policy_file_id not in self._policies:
            from models.policy.load import load_policy

            kept = connection.execute(
                text("SELECT policy_id, text FROM policy WHERE id = :id"), {"id": policy_file_id}
            ).one()
            self._policies[policy_file_id] = load_policy(kept.text, kept.policy_id)
        return self._policies[policy_file_id]

    def policy_of(self, policy_file_id: int) -> Policy:
        """The same where no snapshot is open."""
        if policy_file_id not in self._policies:
            with self.database.reading() as connection:
                self.policy(connection, policy_file_id)
        return self._policies[policy_file_id]

    def criteria_of(self, policy_file_id: int) -> dict[str, int]:
        """`criteria` where no snapshot is open."""
        if policy_file_id not in self._criteria:
            with self.database.reading() as connection:
                self.criteria(connection, policy_file_id)
        return self._criteria[policy_file_id]

    def calendar(self, connection: Connection) -> Calendar:
        """The calendar as everybody in the office has it at this moment: read each time, for others may add to it."""
        days = connection.execute(text("SELECT day, working, name, basis FROM calendar_day"))
        years = connection.execute(text("SELECT year, basis FROM calendar_year"))
        return Calendar(
            {as_day(row.day): OfficeDay(bool(row.working), row.name, row.basis) for row in days},
            {row.year: row.basis for row in years},
        )

    def criteria(self, connection: Connection, policy_file_id: int) -> dict[str, int]:
        """The ids of a policy's criteria by their codes; they never change either."""
        if policy_file_id not in self._criteria:
            rows = connection.execute(
                text("SELECT code, id FROM criterion WHERE policy_file_id = :id"), {"id": policy_file_id}
            )
            self._criteria[policy_file_id] = dict(rows.all())
        return self._criteria[policy_file_id]


@dataclass(frozen=True)
class Standing:
    """Where the person acting stands: role and phase as the database has them, and the policy that rules."""

    actor: Actor
    role: Role
    seat_id: int | None
    signed_in: bool
    marks: bool
    meeting_id: str | None = None
    batch_id: str | None = None
    policy_file_id: int | None = None
    track: str = ""
    phase: Phase | None = None


_MEETING = text(
    "SELECT m.id, m.batch_id, m.track, m.phase, b.policy_file_id FROM meeting m JOIN batch b ON b.id = m.batch_id "
    "WHERE m.id = :meeting"
)
OF_SEAT = (
    "t.id AS seat_id, t.role, t.marks, t.signed_in_at, m.id AS meeting_id, m.batch_id, m.track, m.phase, "
    "b.policy_file_id"
)
"""What a standing in a meeting is made from (`standing_of`): of a seat `t`, its meeting `m` and its batch `b`."""

_SEAT = text(
    f"SELECT {OF_SEAT} FROM seat t JOIN meeting m ON m.id = t.meeting_id JOIN batch b ON b.id = m.batch_id "
    "WHERE t.id = :seat"
)
_TAKEN_OVER = text("SELECT l.since, l.place FROM desk d JOIN desk l ON l.id = d.taken_over_by WHERE d.id = :desk")
_USER = text('SELECT role, disabled_at FROM "user" WHERE id = :user')
_USER_SEAT = text("SELECT id, role, marks, signed_in_at FROM seat WHERE meeting_id = :meeting AND user_id = :user")


def standing(connection: Connection, actor: Actor, meeting_id: str | None) -> Standing:
    """Look up where an actor stands; `NotPermitted` for a desk that no longer is, `WrongUse` for an unknown meeting."""
    if actor.desk is not None:
        _must_be_theirs(connection, actor)
    if actor.seat_id is not None and actor.user_id is None:
        return _seat_standing(connection, actor, meeting_id)
    user = connection.execute(_USER, {"user": actor.user_id}).one_or_none()
    if user is None or user.disabled_at is not None:
        raise NotPermitted("disabled", T("{name}已停用。", name=actor.name))
    if meeting_id is None:
        return Standing(actor, Role(user.role), None, True, False)
    meeting = connection.execute(_MEETING, {"meeting": meeting_id}).one_or_none()
    if meeting is None:
        raise unknown_meeting(meeting_id)
    seat = connection.execute(_USER_SEAT, {"meeting": meeting_id, "user": actor.user_id}).one_or_none()
    return Standing(
        actor,
        Role(seat.role if seat else user.role),
        seat.id if seat else None,
        True,
        bool(seat and seat.marks),
        meeting.id,
        meeting.batch_id,
        meeting.policy_file_id,
        meeting.track,
        Phase(meeting.phase),
    )


def _must_be_theirs(connection: Connection, actor: Actor) -> None:
    """Raise `NotPermitted` (desk_taken_over) if the person has sat down elsewhere since."""
    later = connection.execute(_TAKEN_OVER, {"desk": actor.desk}).one_or_none()
    if later is not None:
        raise NotPermitted(
            "desk_taken_over",
            T(
                "{name} {time} 起在另一台终端（{place}）上使用，本终端已锁定。",
                name=actor.name,
                time=f"{local_time(later.since):%H:%M}",
                place=later.place,
            ),
            lift=T("凭本人口令（或密码）可以在这里接着用。"),
        )


def _seat_standing(connection: Connection, actor: Actor, meeting_id: str | None) -> Standing:
    row = connection.execute(_SEAT, {"seat": actor.seat_id}).one_or_none()
    if row is None or (meeting_id is not None and row.meeting_id != meeting_id):
        raise NotPermitted(
            "other_meeting", T("{name}在评审会 {meeting} 没有席位。", name=actor.name, meeting=meeting_id)
        )
    return standing_of(actor, row)


def standing_of(actor: Actor, row: Any) -> Standing:
    """The standing of who sits on a seat, from a row with `OF_SEAT`. People of the office need not sign in to it."""
    return Standing(
        actor,
        Role(row.role),
        row.seat_id,
        actor.user_id is not None or row.signed_in_at is not None,
        bool(row.marks),
        row.meeting_id,
        row.batch_id,
        row.policy_file_id,
        row.track,
        Phase(row.phase),
    )


def unknown_meeting(meeting_id: str) -> WrongUse:
    """The error for a meeting that is not there."""
    return WrongUse("unknown_meeting", T("没有评审会 {meeting}。", meeting=meeting_id))


def unknown_application(no: str) -> WrongUse:
    """The error for an application that is not there, or not in this meeting."""
    return WrongUse("unknown_application", T("没有申报项目 {no}，或它不在本次评审会。", no=no))


@dataclass(frozen=True)
class Reading:
    """A permitted look: the snapshot, who looks, and the policy that rules."""

    office: Office
    connection: Connection
    standing: Standing

    @property
    def policy(self) -> Policy:
        """The policy of the meeting's batch."""
        assert self.standing.policy_file_id is not None
        return self.office.policy(self.connection, self.standing.policy_file_id)


@contextmanager
def reading(office: Office, actor: Actor, read: str, meeting_id: str | None = None) -> Iterator[Reading]:
    """Open a snapshot for a read that has a row in `permissions.READS`; raises what `permissions.check` raises."""
    with office.database.reading() as connection:
        stands = standing(connection, actor, meeting_id)
        permissions.check(read, stands.role, stands.phase)
        yield Reading(office, connection, stands)


def application_id(connection: Connection, meeting_id: str, no: str) -> int:
    """The id of an application of a meeting; `WrongUse` if it is not there."""
    found = connection.execute(
        text(
            "SELECT a.id FROM application a JOIN item i ON i.application_id = a.id "
            "WHERE i.meeting_id = :meeting AND a.no = :no"
        ),
        {"meeting": meeting_id, "no": no},
    ).scalar()
    if found is None:
        raise unknown_application(no)
    return int(found)
