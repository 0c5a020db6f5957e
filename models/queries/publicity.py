"""Notices with their days, and objections with their clocks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from models.enums import ObjectionOutcome, ObjectionState, Role
from models.errors import Refused
from models.policy.types import ObjectionRule
from models.queries.applications import name_of, recused_of
from models.queries.base import Office, Reading, reading
from models.queries.listing import Pending, open_objections, pending_list, removed_of
from models.rules.calendar import Calendar, Period, both_counts, publicity_period
from models.rules.permissions import KNOWS_OBJECTOR
from models.rules.times import local_time
from models.text import T
from models.views.listing import DayView, NoticeView, ObjectionView, PublishedItem
from models.views.people import Actor

_OPEN_STATES = (ObjectionState.RECORDED, ObjectionState.ACCEPTED, ObjectionState.REFERRED)


def notices(office: Office, actor: Actor, meeting: str) -> tuple[NoticeView, ...]:
    """The notices of a meeting, oldest first; each day of a period counted, or skipped with its reason."""
    with reading(office, actor, "publicity.read", meeting) as look:
        rows = look.connection.execute(
            text("SELECT * FROM publicity WHERE meeting_id = :meeting ORDER BY version"), {"meeting": meeting}
        ).all()
        held = open_objections(look.connection, look.standing)
        removed = set(removed_of(look.connection, look.standing))
        return tuple(_notice(office, row, _published(look, row.id, held, removed)) for row in rows)


def _published(look: Reading, notice_id: int, held: set[int], removed: set[str]) -> tuple[PublishedItem, ...]:
    items = look.connection.execute(
        text(
            "SELECT a.id, a.no, e.name, a.district, i.amount_fen FROM publicity_item i "
            "JOIN application a ON a.id = i.application_id JOIN enterprise e ON e.id = a.enterprise_id "
            "WHERE i.publicity_id = :id ORDER BY a.district, a.no"
        ),
        {"id": notice_id},
    )
    return tuple(
        PublishedItem(
            item.no,
            item.name,
            name_of(look.policy.district(item.district), item.district),
            item.amount_fen,
            item.id in held or item.no in removed,
        )
        for item in items
    )


@dataclass(frozen=True)
class _Coming:
    """A notice that nobody has recorded: what `_notice` reads of a row."""

    version: int
    opens: date
    closes: date
    days: int
    first_day_counts: bool
    place: str = ""
    recorded_by: str = ""
    recorded_at: str = ""


def coming_notice(office: Office, actor: Actor, meeting: str, opens: date, days: int | None = None) -> NoticeView:
    """The notice as it would stand if it were recorded now, for looking at it before; keeps nothing.

    `days` None: the policy's number of working days. Raises `Refused` (calendar_unknown_year).
    """
    with reading(office, actor, "publicity.read", meeting) as look:
        rule = look.policy.publicity
        version = 1 + int(
            look.connection.execute(
                text("SELECT COALESCE(MAX(version), 0) FROM publicity WHERE meeting_id = :meeting"),
                {"meeting": meeting},
            ).scalar_one()
        )
        wanted = max(1, rule.days if days is None else days)
        closes = publicity_period(opens, wanted, rule.first_day_counts, office.calendar).closes
        waiting = [one for one in pending_list(look.connection, look.standing) if one.notice_id is None]
        return _notice(
            office, _Coming(version, opens, closes, wanted, rule.first_day_counts), pending_items(look, waiting)
        )


def pending_items(look: Reading, pending: Sequence[Pending]) -> tuple[PublishedItem, ...]:
    """Proposed applications that no frozen list holds, with what a notice or a list says of each, by number."""
    named = {
        row.id: row
        for row in look.connection.execute(
            text(
                "SELECT a.id, a.district, e.name FROM item i JOIN application a ON a.id = i.application_id "
                "JOIN enterprise e ON e.id = a.enterprise_id WHERE i.meeting_id = :meeting"
            ),
            {"meeting": look.standing.meeting_id},
        )
    }
    return tuple(
        PublishedItem(
            one.no,
            named[one.application_id].name,
            name_of(look.policy.district(named[one.application_id].district), named[one.application_id].district),
            one.amount_fen,
            one.held,
        )
        for one in pending
    )


def _notice(office: Office, row: Any, items: tuple[PublishedItem, ...]) -> NoticeView:
    opens = _day(row.opens)
    first = bool(row.first_day_counts)
    period = publicity_period(opens, row.days, first, office.calendar)
    without, with_first = both_counts(opens, row.days, office.calendar)
    return NoticeView(
        row.version,
        opens,
        _day(row.closes),
        row.days,
        first,
        (without if first else with_first).closes,
        _days(period, office.calendar),
        row.place,
        row.recorded_by,
        row.recorded_at,
        office.today() > _day(row.closes),
        office.today(),
        items,
    )


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _days(period: Period, calendar: Calendar) -> tuple[DayView, ...]:
    numbers = {day: number for number, day in enumerate(period.counted, start=1)}
    why = {day.date: day.why for day in period.skipped}
    length = (period.closes - period.opens).days + 1
    days = [period.opens + timedelta(days=n) for n in range(length)]
    return tuple(DayView(day, numbers.get(day), why.get(day) or calendar.day(day).why) for day in days)


def objections(office: Office, actor: Actor, meeting: str) -> tuple[ObjectionView, ...]:
    """The objections of a meeting, to a deputy those that the recused chair leaves to them.

    Who objected is told to secretary and chair only. To who is recused from the application its grounds, evidence and
    findings are discussion, and stay closed.
    """
    with reading(office, actor, "objections.read", meeting) as look:
        closed = recused_of(look.connection, look.standing)
        knows = look.standing.role in KNOWS_OBJECTOR
        rule = look.policy.objections
        rows = look.connection.execute(
            text(
                "SELECT o.*, a.no, e.name AS enterprise FROM objection o JOIN application a ON a.id = o.application_id "
                "JOIN enterprise e ON e.id = a.enterprise_id WHERE o.meeting_id = :meeting "
                "AND (:all OR EXISTS (SELECT 1 FROM recusal r JOIN seat s ON s.id = r.seat_id "
                "WHERE r.application_id = o.application_id AND s.role = 'chair')) ORDER BY o.number"
            ),
            {"meeting": meeting, "all": look.standing.role is not Role.DEPUTY},
        )
        return tuple(_objection(office, row, knows, row.application_id in closed, rule) for row in rows)


def _objection(office: Office, row: Any, knows: bool, closed: bool, rule: ObjectionRule) -> ObjectionView:
    hidden = str(T("本人回避，不显示。")) if closed else ""
    proofs = () if closed else json.loads(row.evidence or "[]")
    return ObjectionView(
        row.number,
        row.no,
        row.enterprise,
        hidden or row.grounds,
        bool(row.anonymous),
        row.objector if knows and not closed else None,
        row.contact if knows and not closed else None,
        tuple(f"{proof['name']}（{proof['digest'][:8]}）" for proof in proofs),
        bool(row.on_notice),
        bool(row.in_period),
        ObjectionState(row.state),
        ObjectionOutcome(row.outcome) if row.outcome else None,
        "" if closed else row.finding,
        row.amount_fen,
        row.recorded_at,
        _deadline(office, row.recorded_at, rule.accept_days) if row.state == "recorded" else None,
        _deadline(office, row.accepted_at, rule.decide_days) if row.state == "accepted" else None,
        ObjectionState(row.state) in _OPEN_STATES,
    )


def _deadline(office: Office, since: str | None, days: int | None) -> date | None:
    if since is None or days is None:
        return None
    try:
        return publicity_period(local_time(since).date(), days, False, office.calendar).closes
    except Refused:
        return None  # a year whose calendar is not known: no date is better than a guessed one
