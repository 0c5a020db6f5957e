"""A meeting as everybody in it sees it: phase, people, progress, and what stands in the way."""

from __future__ import annotations

from sqlalchemy import Connection, text

from models.enums import Kind, Origin, Phase, Role
from models.policy.types import Policy
from models.queries.applications import name_of
from models.queries.base import Office, Reading, Standing, reading
from models.queries.facts import CLOSED, Roll, facts, roll
from models.queries.presence import presences, seat_presence
from models.queries.sealing import released_roles, sharers
from models.rules.permissions import ADVANCES
from models.rules.phases import blockers, due_from, next_phase
from models.views.meeting import MeetingView
from models.views.people import Actor, SeatView

_SEATS = text(
    "SELECT s.id, s.name, s.role, s.origin, s.marks, s.user_id, s.signed_in_at, s.absent_at, s.absent_reason, "
    "COALESCE(u.wrong_tries, s.wrong_tries) AS wrong_tries, "
    "CASE WHEN u.id IS NULL THEN s.locked_until ELSE u.locked_until END AS locked_until "
    'FROM seat s LEFT JOIN "user" u ON u.id = s.user_id WHERE s.meeting_id = :meeting ORDER BY s.id'
)


def meeting(office: Office, actor: Actor, meeting_id: str) -> MeetingView:
    """One meeting with its seats, progress and blockers. Nothing here tells a mark, whatever the phase."""
    with reading(office, actor, "progress.read", meeting_id) as look:
        row = look.connection.execute(
            text(
                "SELECT m.*, p.title AS policy_title, p.digest FROM meeting m JOIN batch b ON b.id = m.batch_id "
                "JOIN policy p ON p.id = b.policy_file_id WHERE m.id = :meeting"
            ),
            {"meeting": meeting_id},
        ).one()
        read = roll(look.connection, look.standing, look.policy)
        seats = _seats(look, read)
        phase = Phase(row.phase)
        called = look.connection.execute(
            text("SELECT no FROM application WHERE id = :id"), {"id": row.called_application_id}
        ).scalar()
        head = look.connection.execute(text("SELECT hash FROM audit_head")).scalar_one()
        return MeetingView(
            id=row.id,
            title=row.title,
            kind=Kind(row.kind),
            phase=phase,
            phase_since=row.phase_since,
            next=next_phase(phase),
            mover=ADVANCES.get(phase),
            batch=row.batch_id,
            track=row.track,
            track_name=name_of(look.policy.track(row.track), row.track),
            policy_title=row.policy_title,
            policy_document=look.policy.document,
            policy_id=look.policy.id,
            policy_version=look.policy.version,
            policy_digest=row.digest,
            role=look.standing.role,
            me=actor.name,
            marks=look.standing.marks,
            rubric=look.policy.rubric,
            seats=seats,
            blockers=blockers(facts(office, look.connection, look.standing, look.policy, read)),
            due=sum(seat.due for seat in seats),
            done=sum(seat.done for seat in seats),
            applications=len(read.items),
            called=called,
            head=head,
            reminded_at=row.reminded_at,
            countdown_ends_at=row.countdown_ends_at,
            sealing=look.policy.scoring.sealing,
            released=released_roles(look.connection, meeting_id) if phase is Phase.SCORING else (),
            holders=sharers(look.connection, meeting_id) if phase is Phase.SCORING else {},
        )


HEARS_OF_LOCKS = (Role.CHAIR, Role.SECRETARY, Role.SUPERVISOR)
"""Who does something about a locked seat, or watches over who tries."""


def _seats(look: Reading, read: Roll) -> tuple[SeatView, ...]:
    done, due, recused = _counts(read)
    now = look.office.stamp()
    known = presences(look.connection, now)
    hears = look.standing.role in HEARS_OF_LOCKS
    return tuple(
        SeatView(
            row.name,
            Role(row.role),
            Origin(row.origin),
            bool(row.marks),
            row.user_id is not None,
            row.signed_in_at,
            row.absent_at,
            row.absent_reason,
            due.get(row.name, 0) + done.get(row.name, 0),
            done.get(row.name, 0),
            tuple(recused.get(row.name, ())),
            seat_presence(known, row.id, row.user_id),
            *((row.wrong_tries, row.locked_until) if hears and (row.locked_until or "") > now else ()),
        )
        for row in look.connection.execute(_SEATS, {"meeting": look.standing.meeting_id})
    )


def _counts(read: Roll) -> tuple[dict[str, int], dict[str, int], dict[str, list[str]]]:
    done: dict[str, int] = {}
    due: dict[str, int] = {}
    recused: dict[str, list[str]] = {}
    by_name = {seat.name: seat for seat in read.seats}
    for item in read.items:
        for name in item.submitted | item.abstained:
            done[name] = done.get(name, 0) + 1
        for name in due_from(item, by_name):
            due[name] = due.get(name, 0) + 1
        for name in item.recused:
            recused.setdefault(name, []).append(item.no)
    return done, due, recused


def group_progress(connection: Connection, stands: Standing, policy: Policy) -> tuple[int, int]:
    """How many sheets of the whole meeting are in, and how many are due in all: two counts, no roll call."""
    done = connection.execute(
        text(
            "SELECT COUNT(*) FROM score_sheet WHERE meeting_id = :meeting AND NOT voided "
            "AND state IN ('submitted', 'abstained')"
        ),
        {"meeting": stands.meeting_id},
    ).scalar_one()
    missing = connection.execute(
        text(
            "SELECT COUNT(*) FROM item i "
            "JOIN seat s ON s.meeting_id = i.meeting_id AND s.marks AND s.absent_at IS NULL "
            "LEFT JOIN score_sheet k ON k.application_id = i.application_id AND k.seat_id = s.id "
            "AND k.state IN ('submitted', 'abstained') AND NOT k.voided "
            "LEFT JOIN recusal r ON r.application_id = i.application_id AND r.seat_id = s.id "
            "LEFT JOIN panel_seat ps ON ps.panel_id = i.panel_id AND ps.seat_id = s.id "
            "WHERE i.meeting_id = :meeting AND i.eligible AND r.id IS NULL AND k.id IS NULL "
            "AND (i.panel_id IS NULL OR ps.seat_id IS NOT NULL) "
            f"AND i.application_id NOT IN ({CLOSED})"
        ),
        {"meeting": stands.meeting_id, "least": policy.scoring.least_in},
    ).scalar_one()
    return int(done), int(done) + int(missing)
