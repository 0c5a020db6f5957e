"""Notices with their days, and objections with their clocks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text

from models.enums import ObjectionOutcome, ObjectionState, Role
from models.errors import Refused, WrongUse
from models.policy.types import ObjectionRule
from models.queries.applications import name_of, recused_of
from models.queries.base import Office, Reading, reading
from models.queries.calendar import calendar_at
from models.queries.listing import Pending, open_objections, pending_list, removed_of
from models.rules.calendar import ART_201, Calendar, Period, publicity_period, published_period
from models.rules.period_derivation import Counting, days_of, period_derivation
from models.rules.permissions import KNOWS_OBJECTOR
from models.rules.times import as_day, local_time
from models.text import T
from models.views.derivation import Derivation
from models.views.listing import ClockView, NoticeView, ObjectionView, PublishedItem
from models.views.people import Actor

_OPEN_STATES = (ObjectionState.RECORDED, ObjectionState.ACCEPTED, ObjectionState.REFERRED)

_ENTRIES = text(
    "SELECT object, seq, hash FROM audit_entry WHERE meeting_id = :meeting AND act = 'publicity.open' AND refused = ''"
)


def notices(office: Office, actor: Actor, meeting: str) -> tuple[NoticeView, ...]:
    """The notices of a meeting, oldest first; each day of a period counted, or skipped with its reason."""
    with reading(office, actor, "publicity.read", meeting) as look:
        rows = look.connection.execute(
            text("SELECT * FROM publicity WHERE meeting_id = :meeting ORDER BY version"), {"meeting": meeting}
        ).all()
        entries = {row.object: row for row in look.connection.execute(_ENTRIES, {"meeting": meeting})}
        held = open_objections(look.connection, look.standing)
        removed = set(removed_of(look.connection, look.standing))
        return tuple(
            _notice(
                office,
                row,
                calendar_at(office, look.connection, row.recorded_at),
                _published(look, row.id, held, removed),
                entries.get(f"{meeting}/{row.version}"),
            )
            for row in rows
        )


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
        calendar = office.calendar(look.connection)
        closes = publicity_period(opens, wanted, rule.first_day_counts, calendar).closes
        waiting = [one for one in pending_list(look.connection, look.standing) if one.notice_id is None]
        coming = _Coming(version, opens, closes, wanted, rule.first_day_counts)
        return _notice(office, coming, calendar, pending_items(look, waiting))


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


def _notice(
    office: Office, row: Any, calendar: Calendar, items: tuple[PublishedItem, ...], entry: Any | None = None
) -> NoticeView:
    """A notice by the calendar of the day on which it was recorded; `entry` is its own in the audit chain."""
    opens, closes, first = as_day(row.opens), as_day(row.closes), bool(row.first_day_counts)
    today = office.today()
    return NoticeView(
        row.version,
        opens,
        closes,
        row.days,
        first,
        _closes(opens, row.days, not first, calendar),
        days_of(published_period(opens, closes, first, calendar), calendar),
        row.place,
        row.recorded_by,
        row.recorded_at,
        today > closes,
        today,
        items,
        entry.seq if entry is not None else None,
        entry.hash if entry is not None else "",
    )


def _closes(opens: date, days: int, first_day_counts: bool, calendar: Calendar) -> date | None:
    try:
        return publicity_period(opens, days, first_day_counts, calendar).closes
    except Refused:
        return None  # a year whose calendar is not known: no date is better than a guessed one


def explain_notice(office: Office, actor: Actor, meeting: str, version: int) -> Derivation:
    """How the period of a notice was counted, day by day. Raises `WrongUse` for a version that is not there."""
    found = next((one for one in notices(office, actor, meeting) if one.version == version), None)
    if found is None:
        raise WrongUse("unknown_notice", T("没有第 {version} 版公示。", version=version))
    with reading(office, actor, "publicity.read", meeting) as look:
        rule = look.policy.publicity
    counting = Counting(rule.days, rule.basis.short, found.first_day_counts, rule.first_day_basis.short)
    title = T("第 {version} 版公示期", version=version)
    return period_derivation(title, found.days, counting, found.other_closes)


def objections(office: Office, actor: Actor, meeting: str) -> tuple[ObjectionView, ...]:
    """The objections of a meeting, to a deputy those that the recused chair leaves to them.

    Who objected is told to secretary and chair only. To who is recused from the application its grounds, evidence and
    findings are discussion, and stay closed.
    """
    with reading(office, actor, "objections.read", meeting) as look:
        closed = recused_of(look.connection, look.standing)
        knows = look.standing.role in KNOWS_OBJECTOR
        rule = look.policy.objections
        calendar = office.calendar(look.connection)
        rows = look.connection.execute(_OBJECTIONS, _whose(look))
        return tuple(
            _objection(row, knows, row.application_id in closed, _clock(row, rule, calendar, office.today()))
            for row in rows
        )


_OBJECTIONS = text(
    "SELECT o.*, a.no, e.name AS enterprise FROM objection o JOIN application a ON a.id = o.application_id "
    "JOIN enterprise e ON e.id = a.enterprise_id WHERE o.meeting_id = :meeting "
    "AND (:all OR EXISTS (SELECT 1 FROM recusal r JOIN seat s ON s.id = r.seat_id "
    "WHERE r.application_id = o.application_id AND s.role = 'chair')) ORDER BY o.number"
)


def _whose(look: Reading) -> dict[str, Any]:
    return {"meeting": look.standing.meeting_id, "all": look.standing.role is not Role.DEPUTY}


def _objection(row: Any, knows: bool, closed: bool, clock: ClockView | None) -> ObjectionView:
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
        clock,
        ObjectionState(row.state) in _OPEN_STATES,
    )


@dataclass(frozen=True)
class _Run:
    """A clock that runs: since which day, for how many working days, and why the first of them is not counted."""

    since: date
    days: int
    deciding: bool

    def period(self, calendar: Calendar) -> Period:
        """Its days; the one on which it began is not counted (Civil Code art. 201)."""
        why = T("受理当日不计入") if self.deciding else T("登记当日不计入")
        return publicity_period(self.since, self.days, False, calendar, first_day=why)


def _run(row: Any, rule: ObjectionRule) -> _Run | None:
    """The clock of an objection: to be accepted once recorded, to be decided once accepted."""
    if row.state == ObjectionState.RECORDED and rule.accept_days is not None:
        return _Run(local_time(row.recorded_at).date(), rule.accept_days, False)
    if row.state == ObjectionState.ACCEPTED and rule.decide_days is not None:
        return _Run(local_time(row.accepted_at).date(), rule.decide_days, True)
    return None


def _clock(row: Any, rule: ObjectionRule, calendar: Calendar, today: date) -> ClockView | None:
    run = _run(row, rule)
    if run is None:
        return None
    try:
        period = run.period(calendar)
    except Refused as refusal:
        unknown = T("{why}请用 kmdx calendar add FILE 加入。", why=refusal.text)
        return ClockView(run.deciding, run.days, None, None, False, unknown)
    gone = sum(day <= today for day in period.counted)
    return ClockView(run.deciding, run.days, gone, period.closes, today > period.closes)


def explain_clock(office: Office, actor: Actor, meeting: str, number: int) -> Derivation | None:
    """How the time for accepting or deciding an objection is counted; None where no clock runs.

    Raises `Refused` (calendar_unknown_year), `WrongUse` for an objection that is not there.
    """
    with reading(office, actor, "objections.read", meeting) as look:
        calendar = office.calendar(look.connection)
        rule = look.policy.objections
        row = next((one for one in look.connection.execute(_OBJECTIONS, _whose(look)) if one.number == number), None)
    if row is None:
        raise unknown_objection(number)
    run = _run(row, rule)
    if run is None:
        return None
    title = (
        T("第 {number} 号异议的决定期限", number=number)
        if run.deciding
        else T("第 {number} 号异议的受理期限", number=number)
    )
    counting = Counting(run.days, rule.basis.short, False, ART_201)
    other = _closes(run.since, run.days, True, calendar)
    return period_derivation(title, days_of(run.period(calendar), calendar), counting, other)


def unknown_objection(number: int) -> WrongUse:
    """The error for an objection that is not there."""
    return WrongUse("unknown_objection", T("没有第 {number} 号异议。", number=number))
