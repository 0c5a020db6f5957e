"""The notice, and the objections to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import text

from models.enums import ObjectionOutcome, ObjectionState
from models.errors import Refused, WrongUse
from models.queries.base import Office, application_id
from models.queries.listing import pending_list
from models.queries.publicity import unknown_objection
from models.rules.calendar import Period, publicity_period
from models.rules.times import local_time
from models.services.acting import Act, acting
from models.services.deliberation import for_chair_of
from models.text import T
from models.views.people import Actor


def open_publicity(office: Office, actor: Actor, meeting: str, opens: date, place: str, days: int | None = None) -> int:
    """Record a notice over all proposed that no standing notice holds; returns its version.

    Its first day may lie before today, but not before allocating closed; never fewer working days than the policy's.
    """
    if not place.strip():
        raise WrongUse("no_place", T("请写明公示的网址或地点。"))
    with acting(office, actor, "publicity.open", meeting) as act:
        rule = act.policy.publicity
        wanted = rule.days if days is None else days
        if wanted < rule.days:
            raise Refused(
                "too_few_days",
                T("公示期不少于 {least} 个工作日，现为 {days} 个。", least=rule.days, days=wanted),
                article=rule.basis.short,
            )
        since = local_time(
            act.connection.execute(
                text("SELECT phase_since FROM meeting WHERE id = :meeting"), {"meeting": meeting}
            ).scalar_one()
        ).date()
        if opens < since:
            raise Refused("before_allocation", T("公示不能早于配额分配结束之日 {since}。", since=since))
        waiting = [one for one in pending_list(act.connection, act.standing) if one.notice_id is None]
        if not waiting:
            raise Refused("nothing_to_publish", T("没有待公示的项目。"))
        period = publicity_period(opens, wanted, rule.first_day_counts, office.calendar(act.connection))
        version = 1 + int(
            act.connection.execute(
                text("SELECT COALESCE(MAX(version), 0) FROM publicity WHERE meeting_id = :meeting"),
                {"meeting": meeting},
            ).scalar_one()
        )
        notice = act.connection.execute(
            text(
                "INSERT INTO publicity "
                "(meeting_id, version, opens, closes, days, first_day_counts, place, recorded_by, recorded_at) "
                "VALUES (:meeting, :version, :opens, :closes, :days, :first, :place, :by, :at) RETURNING id"
            ),
            {
                "meeting": meeting,
                "version": version,
                "opens": str(period.opens),
                "closes": str(period.closes),
                "days": wanted,
                "first": rule.first_day_counts,
                "place": place.strip(),
                "by": actor.name,
                "at": act.at,
            },
        ).scalar_one()
        act.connection.execute(
            text("INSERT INTO publicity_item (publicity_id, application_id, amount_fen) VALUES (:notice, :id, :fen)"),
            [{"notice": notice, "id": one.application_id, "fen": one.amount_fen} for one in waiting],
        )
        _count_earlier_objections(act, {one.application_id for one in waiting}, period)
        act.record(
            f"{meeting}/{version}",
            after={
                "opens": str(period.opens),
                "closes": str(period.closes),
                "days": wanted,
                "first_day_counts": rule.first_day_counts,
                "applications": [one.no for one in waiting],
            },
        )
    return version


def _count_earlier_objections(act: Act, published: set[int], period: Period) -> None:
    """A notice may be recorded after its first day: what came within its period before that holds back all the same."""
    kept = act.connection.execute(
        text("SELECT id, application_id, recorded_at FROM objection WHERE meeting_id = :meeting"),
        {"meeting": act.meeting_id},
    ).all()
    for row in kept:
        if row.application_id in published and period.opens <= local_time(row.recorded_at).date() <= period.closes:
            act.connection.execute(
                text("UPDATE objection SET on_notice = :yes, in_period = :yes WHERE id = :id"),
                {"yes": True, "id": row.id},
            )


def add_objection(
    office: Office,
    actor: Actor,
    meeting: str,
    no: str,
    grounds: str,
    *,
    objector: str | None,
    contact: str = "",
    evidence: Sequence[Path] = (),
) -> int:
    """Record an objection to an application; `objector` None: anonymous. Returns its number.

    Whether it stands on a notice, and came within its period, is kept with it: only such an objection holds back.
    """
    if not grounds.strip():
        raise WrongUse("no_grounds", T("请写明异议的事实和理由。"))
    proofs = [{"name": path.name, "digest": _file_digest(path)} for path in evidence]
    with acting(office, actor, "objection.add", meeting) as act:
        key = application_id(act.connection, meeting, no)
        today = office.today()
        notices = act.connection.execute(
            text(
                "SELECT p.opens, p.closes FROM publicity p JOIN publicity_item i ON i.publicity_id = p.id "
                "WHERE p.meeting_id = :meeting AND i.application_id = :id"
            ),
            {"meeting": meeting, "id": key},
        ).all()
        in_period = any(str(notice.opens) <= str(today) <= str(notice.closes) for notice in notices)
        number = 1 + int(
            act.connection.execute(
                text("SELECT COALESCE(MAX(number), 0) FROM objection WHERE meeting_id = :meeting"), {"meeting": meeting}
            ).scalar_one()
        )
        act.connection.execute(
            text(
                "INSERT INTO objection (meeting_id, number, application_id, on_notice, in_period, grounds, anonymous, "
                "objector, contact, evidence, state, finding, recorded_by, recorded_at, closed_by) "
                "VALUES (:meeting, :number, :id, :on_notice, :in_period, :grounds, :anonymous, "
                ":objector, :contact, :evidence, 'recorded', '', :by, :at, '')"
            ),
            {
                "meeting": meeting,
                "number": number,
                "id": key,
                "on_notice": bool(notices),
                "in_period": in_period,
                "grounds": grounds.strip(),
                "anonymous": objector is None,
                "objector": objector or "",
                "contact": contact,
                "evidence": json.dumps(proofs, ensure_ascii=False),
                "by": actor.name,
                "at": act.at,
            },
        )
        act.record(
            f"{meeting}/{number}",
            after={"no": no, "in_period": in_period, "evidence": proofs},
        )
    return number


def _file_digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise WrongUse("no_file", T("读不到证据文件 {path}：{why}。", path=path, why=error.strerror)) from error


def accept_objection(office: Office, actor: Actor, meeting: str, number: int) -> None:
    """Take an objection: the inquiry begins."""
    with acting(office, actor, "objection.accept", meeting) as act:
        kept = _open(act, number, (ObjectionState.RECORDED,))
        if kept.anonymous and not act.policy.objections.anonymous:
            raise Refused("anonymous", T("匿名异议按规则不予受理。"), article=act.policy.objections.basis.short)
        act.connection.execute(
            text("UPDATE objection SET state = 'accepted', accepted_at = :at WHERE id = :id"),
            {"at": act.at, "id": kept.id},
        )
        act.record(f"{meeting}/{number}", before={"state": kept.state}, after={"state": "accepted"})


def dismiss_objection(office: Office, actor: Actor, meeting: str, number: int, reason: str) -> None:
    """Do not take an objection (late, anonymous, no traceable facts), with the ground; one once taken is decided."""
    untaken = (ObjectionState.RECORDED,)
    _close(office, actor, "objection.dismiss", meeting, number, ObjectionState.DISMISSED, reason, untaken)


def withdraw_objection(office: Office, actor: Actor, meeting: str, number: int, reason: str) -> None:
    """Record that the objector withdrew."""
    states = (ObjectionState.RECORDED, ObjectionState.ACCEPTED, ObjectionState.REFERRED)
    _close(office, actor, "objection.withdraw", meeting, number, ObjectionState.WITHDRAWN, reason, states)


def refer_objection(office: Office, actor: Actor, meeting: str, number: int, reason: str) -> None:
    """Hand an objection to discipline inspection; it stays open until it is decided."""
    states = (ObjectionState.RECORDED, ObjectionState.ACCEPTED)
    _close(office, actor, "objection.refer", meeting, number, ObjectionState.REFERRED, reason, states)


def _close(
    office: Office,
    actor: Actor,
    name: str,
    meeting: str,
    number: int,
    state: ObjectionState,
    reason: str,
    states: Sequence[ObjectionState],
) -> None:
    if not reason.strip():
        raise WrongUse("no_reason", T("请写明理由。"))
    with acting(office, actor, name, meeting) as act:
        kept = _open(act, number, states)
        act.connection.execute(
            text(
                "UPDATE objection SET state = :state, finding = :finding, closed_by = :by, closed_at = :at "
                "WHERE id = :id"
            ),
            {"state": state.value, "finding": reason.strip(), "by": actor.name, "at": act.at, "id": kept.id},
        )
        act.record(f"{meeting}/{number}", before={"state": kept.state}, after={"state": state, "reason": reason})


def decide_objection(
    office: Office,
    actor: Actor,
    meeting: str,
    number: int,
    outcome: ObjectionOutcome,
    finding: str,
    amount_fen: int | None = None,
) -> None:
    """Decide an objection that was taken. Upheld: the application leaves the list; partial may lower its amount."""
    if not finding.strip():
        raise WrongUse("no_finding", T("请写明调查结论。"))
    if amount_fen is not None and outcome is not ObjectionOutcome.PARTIAL:
        raise WrongUse("amount_only_partial", T("只有部分成立时才改金额。"))
    with acting(office, actor, "objection.decide", meeting) as act:
        kept = _open(act, number, (ObjectionState.ACCEPTED, ObjectionState.REFERRED))
        for_chair_of(act, kept.application_id, kept.no)
        if amount_fen is not None:
            _within_published(act, kept, amount_fen)
        act.connection.execute(
            text(
                "UPDATE objection SET state = 'decided', outcome = :outcome, finding = :finding, amount_fen = :fen, "
                "closed_by = :by, closed_at = :at WHERE id = :id"
            ),
            {
                "outcome": outcome.value,
                "finding": finding.strip(),
                "fen": amount_fen,
                "by": actor.name,
                "at": act.at,
                "id": kept.id,
            },
        )
        act.record(
            f"{meeting}/{number}",
            before={"state": kept.state},
            after={"state": "decided", "outcome": outcome, "finding": finding, "amount_fen": amount_fen},
        )


def _within_published(act: Act, kept: Any, amount_fen: int) -> None:
    published = act.connection.execute(
        text("SELECT MAX(amount_fen) FROM publicity_item WHERE application_id = :id"), {"id": kept.application_id}
    ).scalar()
    if published is None:
        raise Refused("no_amount", T("{no} 没有公示过金额，不能改定。", no=kept.no))
    if amount_fen < 0:
        raise Refused("amount_negative", T("改定金额不能为负。"))
    if amount_fen > published:
        raise Refused("amount_above", T("改定金额不能高于已公示的 {fen} 元。", fen=f"{published // 100:,}"))


def _open(act: Act, number: int, states: Sequence[ObjectionState]) -> Any:
    kept = act.connection.execute(
        text(
            "SELECT o.id, o.state, o.anonymous, o.application_id, a.no FROM objection o "
            "JOIN application a ON a.id = o.application_id WHERE o.meeting_id = :meeting AND o.number = :number"
        ),
        {"meeting": act.meeting_id, "number": number},
    ).one_or_none()
    if kept is None:
        raise unknown_objection(number)
    if kept.state not in states:
        from models.enums import chinese

        raise Refused(
            "objection_state",
            T(
                "第 {number} 号异议现为“{state}”，不能这样处理。",
                number=number,
                state=T(chinese(ObjectionState(kept.state))),
            ),
        )
    return kept
