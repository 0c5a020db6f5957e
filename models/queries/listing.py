"""The list on its way: the quotas it is made under, who is pending on it, how far publicity and signatures are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from models.enums import Phase, Role
from models.policy.types import Policy
from models.queries.base import Office, Standing
from models.queries.bounds import overtaken, place_faults, spending_faults
from models.rules.phases import ListFact
from models.rules.quotas import Cell, Quota, check_quota
from models.text import T, Text


def removed_of(connection: Connection, stands: Standing) -> list[str]:
    """The applications that an upheld objection took off the list; what a frozen list holds stands."""
    return list(
        connection.execute(
            text(
                "SELECT DISTINCT a.no FROM objection o JOIN application a ON a.id = o.application_id "
                "WHERE o.meeting_id = :meeting AND o.state = 'decided' AND o.outcome = 'upheld' "
                "AND NOT EXISTS (SELECT 1 FROM award w WHERE w.application_id = a.id)"
            ),
            {"meeting": stands.meeting_id},
        ).scalars()
    )


def quota_of(connection: Connection, stands: Standing) -> Quota:
    """The quota of a meeting; while nobody has set one, what the batch has left."""
    meeting = {"meeting": stands.meeting_id}
    kept = connection.execute(
        text("SELECT total, budget_fen, alternates FROM quota WHERE meeting_id = :meeting"), meeting
    ).one_or_none()
    if kept is None:
        total, budget_fen = batch_left(connection, stands)
        return Quota(max(total, 0), (), budget_fen)
    cells = connection.execute(
        text("SELECT kind, name, floor, ceiling FROM quota_cell WHERE meeting_id = :meeting ORDER BY kind, name"),
        meeting,
    )
    return Quota(
        kept.total,
        tuple(Cell(c.kind, c.name, c.floor, c.ceiling) for c in cells),
        kept.budget_fen,
        kept.alternates,
    )


def batch_left(connection: Connection, stands: Standing) -> tuple[int, int | None]:
    """Places and budget (fen) of the batch that its other meetings have not taken."""
    batch = connection.execute(
        text("SELECT quota, budget_fen FROM batch WHERE id = :batch"), {"batch": stands.batch_id}
    ).one()
    taken = connection.execute(
        text(
            "SELECT COALESCE(SUM(q.total), 0) AS total, COALESCE(SUM(q.budget_fen), 0) AS fen FROM quota q "
            "JOIN meeting m ON m.id = q.meeting_id WHERE m.batch_id = :batch AND m.id <> :meeting"
        ),
        {"batch": stands.batch_id, "meeting": stands.meeting_id},
    ).one()
    left_fen = None if batch.budget_fen is None else batch.budget_fen - int(taken.fen)
    return batch.quota - int(taken.total), left_fen


def quota_faults(connection: Connection, stands: Standing, policy: Policy, quota: Quota, today: date) -> list[Text]:
    """Everything that is wrong with a quota: in itself, and against what batch, year and uses of funds leave."""
    names = {named.code: named.name for named in (*policy.districts, *policy.industries)}
    faults = check_quota(
        quota, [named.code for named in policy.districts], [named.code for named in policy.industries], names
    )
    total, budget_fen = batch_left(connection, stands)
    if quota.total < 1:
        faults.append(T("总名额至少为 1。"))
    if quota.total > total:
        faults.append(T("总名额 {total} 超出批次剩余名额 {left}。", total=quota.total, left=total))
    if budget_fen is not None and (quota.budget_fen is None or quota.budget_fen > budget_fen):
        faults.append(T("预算超出批次剩余预算 {left} 元，或没有写明。", left=f"{budget_fen // 100:,}"))
    faults += place_faults(connection, stands, policy, today, quota.total)
    faults += spending_faults(connection, stands, policy, quota.budget_fen)
    return faults


@dataclass(frozen=True)
class Pending:
    """A proposed application in no frozen list yet: the notice it stands on, and whether an objection holds it."""

    no: str
    application_id: int
    amount_fen: int | None
    notice_id: int | None
    closes: date | None
    held: bool


_PROPOSED = text(
    "SELECT a.no, a.id, i.amount_fen FROM allocation_item i JOIN application a ON a.id = i.application_id "
    "WHERE i.allocation_id = :allocation AND i.outcome = 'proposed' "
    "AND NOT EXISTS (SELECT 1 FROM award w WHERE w.application_id = a.id) ORDER BY a.no"
)
_NOTICES = text(
    "SELECT p.id, p.closes, i.application_id, i.amount_fen "
    "FROM publicity p JOIN publicity_item i ON i.publicity_id = p.id "
    "WHERE p.meeting_id = :meeting ORDER BY p.version"
)
_OPEN = text(
    "SELECT application_id, on_notice, in_period FROM objection "
    "WHERE meeting_id = :meeting AND state IN ('recorded', 'accepted', 'referred')"
)


def in_force(connection: Connection, stands: Standing) -> int | None:
    """The id of the allocation in force."""
    return connection.execute(
        text("SELECT MAX(id) FROM allocation WHERE meeting_id = :meeting AND lapsed_at IS NULL"),
        {"meeting": stands.meeting_id},
    ).scalar()


def open_objections(connection: Connection, stands: Standing) -> set[int]:
    """The applications that an open objection holds back: on the notice, recorded within its period."""
    found = connection.execute(_OPEN, {"meeting": stands.meeting_id})
    return {row.application_id for row in found if row.on_notice and row.in_period}


def pending_list(connection: Connection, stands: Standing) -> list[Pending]:
    """The proposed applications that are in no frozen list yet.

    Each stands on the newest notice that publishes its present amount; a changed amount needs a new one.
    """
    allocation = in_force(connection, stands)
    if allocation is None:
        return []
    notices: dict[int, Any] = {}
    for row in connection.execute(_NOTICES, {"meeting": stands.meeting_id}):
        notices[row.application_id] = row
    held = open_objections(connection, stands)
    removed = set(removed_of(connection, stands))
    pending = []
    for row in connection.execute(_PROPOSED, {"allocation": allocation}):
        if row.no in removed:
            continue
        notice = notices.get(row.id)
        if notice is not None and notice.amount_fen != row.amount_fen:
            notice = None
        closes = None if notice is None else _day(notice.closes)
        pending.append(
            Pending(row.no, row.id, row.amount_fen, None if notice is None else notice.id, closes, row.id in held)
        )
    return pending


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def list_fact(office: Office, connection: Connection, stands: Standing, policy: Policy) -> ListFact:
    """What the phases ask about the list, as far as the meeting's phase needs it."""
    phase = stands.phase
    today = office.today()
    if phase is Phase.PREPARING:
        return ListFact(quota_faults=_set_faults(connection, stands, policy, today))
    pending = pending_list(connection, stands)
    closes = max((one.closes for one in pending if one.closes is not None), default=None)
    releasable = [one for one in pending if one.closes is not None and one.closes < today and not one.held]
    faults: tuple[Text, ...] = ()
    if phase is Phase.ALLOCATING:
        faults = _set_faults(connection, stands, policy, today)
    elif phase is Phase.PUBLICITY:
        coming = [one.application_id for one in releasable]
        faults = tuple(place_faults(connection, stands, policy, today, None, coming))
    listed = {} if phase is Phase.FINALISED else {one.application_id: one.amount_fen for one in pending}
    return ListFact(
        proposal=in_force(connection, stands) is not None,
        ties=_ties(connection, stands),
        quota_faults=faults,
        overtaken=overtaken(connection, stands, policy, listed),
        unpublished=tuple(one.no for one in pending if one.notice_id is None),
        closes=closes,
        period_over=closes is not None and today > closes,
        releasable=tuple(one.no for one in releasable),
        open_objections=_open_nos(connection, stands),
        unsigned=unsigned_roles(connection, stands) if phase is Phase.FINALISED else (),
        minutes_exported=_minutes_exported(connection, stands),
    )


def _set_faults(connection: Connection, stands: Standing, policy: Policy, today: date) -> tuple[Text, ...]:
    return tuple(quota_faults(connection, stands, policy, quota_of(connection, stands), today))


def _ties(connection: Connection, stands: Standing) -> tuple[tuple[str, ...], ...]:
    tied = connection.execute(
        text(
            "SELECT i.rank, a.no FROM allocation_item i JOIN application a ON a.id = i.application_id "
            "WHERE i.allocation_id = :allocation AND i.outcome = 'tied' ORDER BY a.no"
        ),
        {"allocation": in_force(connection, stands)},
    )
    groups: dict[int, list[str]] = {}
    for row in tied:
        groups.setdefault(row.rank, []).append(row.no)
    return tuple(tuple(nos) for nos in groups.values())


def _open_nos(connection: Connection, stands: Standing) -> tuple[str, ...]:
    found = connection.execute(
        text(
            "SELECT DISTINCT a.no FROM objection o JOIN application a ON a.id = o.application_id "
            "WHERE o.meeting_id = :meeting AND o.state IN ('recorded', 'accepted', 'referred') ORDER BY a.no"
        ),
        {"meeting": stands.meeting_id},
    )
    return tuple(found.scalars())


def newest_list(connection: Connection, stands: Standing) -> Any:
    """The newest frozen list of a meeting, or None."""
    return connection.execute(
        text("SELECT * FROM award_list WHERE meeting_id = :meeting ORDER BY version DESC LIMIT 1"),
        {"meeting": stands.meeting_id},
    ).one_or_none()


def wanted_signatures(connection: Connection, list_id: int) -> tuple[Role, ...]:
    """Whose signatures a list needs: chair and finance, and the deputy for items the chair is recused from."""
    awards = connection.execute(
        text(
            "SELECT w.application_id, EXISTS (SELECT 1 FROM recusal r JOIN seat s ON s.id = r.seat_id "
            "WHERE r.application_id = w.application_id AND s.role = 'chair') AS recused "
            "FROM award w WHERE w.award_list_id = :id"
        ),
        {"id": list_id},
    ).all()
    roles = [Role.CHAIR] if not awards or any(not row.recused for row in awards) else []
    if any(row.recused for row in awards):
        roles.append(Role.DEPUTY)
    return (*roles, Role.FINANCE)


def unsigned_roles(connection: Connection, stands: Standing) -> tuple[Role, ...]:
    """Whose signature the newest list still lacks."""
    newest = newest_list(connection, stands)
    if newest is None:
        return (Role.CHAIR, Role.FINANCE)
    signed = set(
        connection.execute(text("SELECT role FROM signature WHERE award_list_id = :id"), {"id": newest.id}).scalars()
    )
    return tuple(role for role in wanted_signatures(connection, newest.id) if role not in signed)


def _minutes_exported(connection: Connection, stands: Standing) -> bool:
    """Whether the minutes were exported with the last signature, and whole: not by who is recused from a part."""
    found = connection.execute(
        text(
            "SELECT 1 FROM audit_entry WHERE meeting_id = :meeting AND act = 'export' AND object = 'minutes' "
            "AND refused = '' AND seq > (SELECT MAX(seq) FROM audit_entry "
            "WHERE meeting_id = :meeting AND act IN ('meeting.advance', 'awards.sign') AND refused = '') "
            "AND NOT EXISTS (SELECT 1 FROM recusal r JOIN seat s ON s.id = r.seat_id "
            "WHERE s.meeting_id = :meeting AND s.name = audit_entry.actor) LIMIT 1"
        ),
        {"meeting": stands.meeting_id},
    ).scalar()
    return found is not None
