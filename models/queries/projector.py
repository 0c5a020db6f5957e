"""What the projector shows of a meeting, the same whoever opened it."""

from __future__ import annotations

from sqlalchemy import text

from models.enums import REVEALED, Outcome, Phase
from models.errors import Refused
from models.queries.allocation import allocation_view, quota_view
from models.queries.awards import award_lists
from models.queries.base import Office, reading
from models.queries.meeting import meeting as meeting_view
from models.queries.publicity import notices
from models.queries.results import ranking
from models.queries.room import room, upcoming
from models.views.allocation import AllocationView
from models.views.listing import AwardListView, NoticeView
from models.views.people import Actor, SeatView
from models.views.projector import (
    ProjectorLine,
    ProjectorList,
    ProjectorNotice,
    ProjectorSeat,
    ProjectorView,
)


def projector(office: Office, actor: Actor, meeting: str) -> ProjectorView:
    """The room's common view of a meeting; not to be opened by an expert, who may see less than a room of panels."""
    with reading(office, actor, "board.read", meeting) as look:
        apart = look.connection.execute(
            text("SELECT 1 FROM panel WHERE meeting_id = :meeting LIMIT 1"), {"meeting": meeting}
        ).scalar()
        districts = {named.code: named.name for named in look.policy.districts}
        places = look.policy.scoring.score_places
    seen = meeting_view(office, actor, meeting)
    revealed = seen.phase in REVEALED
    talking = seen.phase is Phase.DELIBERATING
    listed = _in_force(office, actor, meeting) if revealed and not talking else None
    coming = upcoming(office, actor, meeting) if talking else None
    published = notices(office, actor, meeting) if revealed else ()
    return ProjectorView(
        title=seen.title,
        phase=seen.phase,
        since=seen.phase_since,
        countdown_ends_at=seen.countdown_ends_at,
        done=seen.done,
        due=seen.due,
        seats=tuple(_seat(seat) for seat in seen.seats),
        apart=apart is not None,
        room=room(office, actor, meeting) if talking else None,
        called=0 if coming is None else coming.called,
        eligible=0 if coming is None else coming.called + len(coming.nos),
        places=places,
        lines=() if apart or not revealed else _lines(office, actor, meeting, listed, districts),
        line=None if apart or listed is None else listed.line,
        taken=0 if listed is None else len(listed.proposed),
        total=quota_view(office, actor, meeting).total,
        notice=_notice(published[-1]) if published else None,
        lists=tuple(_list(one) for one in award_lists(office, actor, meeting)) if revealed else (),
    )


def _seat(seat: SeatView) -> ProjectorSeat:
    here, absent = seat.signed_in_at is not None, seat.absent_at is not None
    return ProjectorSeat(seat.name, seat.role, here, absent, seat.marks, seat.done, seat.due)


def _in_force(office: Office, actor: Actor, meeting: str) -> AllocationView | None:
    try:
        return allocation_view(office, actor, meeting)
    except Refused:
        return None


def _lines(
    office: Office, actor: Actor, meeting: str, listed: AllocationView | None, districts: dict[str, str]
) -> tuple[ProjectorLine, ...]:
    if listed is not None:
        return tuple(
            ProjectorLine(
                one.rank, one.no, one.enterprise, one.district, one.score, Outcome(one.outcome), one.alternate_order
            )
            for one in listed.applications
            if one.rank is not None
        )
    return tuple(
        ProjectorLine(
            one.rank, one.no, one.enterprise, districts.get(one.district, one.district), one.score, None, None
        )
        for one in ranking(office, actor, meeting).applications
    )


def _notice(one: NoticeView) -> ProjectorNotice:
    gone = sum(day.number is not None and day.day <= one.today for day in one.days)
    return ProjectorNotice(one.opens, one.closes, one.working_days, gone, one.over, len(one.items))


def _list(one: AwardListView) -> ProjectorList:
    signed = all(signature.at is not None for signature in one.signatures)
    return ProjectorList(one.version, len(one.awards), one.total_fen, signed)
