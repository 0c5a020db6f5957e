"""The chair's means against waiting: a reminder to those whose sheets are out, and a countdown for all to see.

Neither changes anything by itself: who is late stays free to be late, and a countdown that has run out stands at zero.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text

from models.errors import Refused, WrongUse
from models.queries.base import Office, as_stamp
from models.queries.facts import roll
from models.rules.phases import due_from
from models.services.acting import acting
from models.text import T
from models.views.people import Actor

LONGEST_MINUTES = 12 * 60


def remind(office: Office, actor: Actor, meeting: str) -> dict[str, int]:
    """Call for the sheets that are out: their experts see it at their desks; returns how many each still owes.

    Raises `Refused` (nobody_late) if all are in.
    """
    with acting(office, actor, "meeting.remind", meeting) as act:
        read = roll(act.connection, act.standing, act.policy)
        seats = {seat.name: seat for seat in read.seats}
        late: dict[str, int] = {}
        for item in read.items:
            for name in due_from(item, seats):
                late[name] = late.get(name, 0) + 1
        if not late:
            raise Refused("nobody_late", T("评分表都交齐了，不用催。"))
        act.connection.execute(
            text("UPDATE meeting SET reminded_at = :at WHERE id = :meeting"), {"at": act.at, "meeting": meeting}
        )
        act.record(meeting, after={"reminded": late})
    return late


def start_countdown(office: Office, actor: Actor, meeting: str, minutes: int) -> str | None:
    """Let a countdown run for whole minutes from now, in place of a former one; 0 takes it away. Returns its end."""
    if not 0 <= minutes <= LONGEST_MINUTES:
        raise WrongUse("bad_minutes", T("倒计时须为 0–{most} 分钟，0 为取消。", most=LONGEST_MINUTES))
    with acting(office, actor, "meeting.countdown", meeting) as act:
        ends = as_stamp(datetime.fromisoformat(act.at) + timedelta(minutes=minutes)) if minutes else None
        act.connection.execute(
            text("UPDATE meeting SET countdown_ends_at = :ends WHERE id = :meeting"), {"ends": ends, "meeting": meeting}
        )
        act.record(meeting, after={"countdown_ends_at": ends})
    return ends
