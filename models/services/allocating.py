"""Quotas, the proposal, and the chair's decisions on it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from models.enums import Outcome, Role
from models.errors import NotPermitted, Refused, WrongUse
from models.queries.base import Office, Reading, application_id
from models.queries.field import Field
from models.queries.listing import quota_of
from models.queries.trial import Trial, read_trial
from models.rules.allocation import next_alternates
from models.rules.digest import allocation_digest, canonical
from models.rules.quotas import Quota
from models.services.acting import Act, acting
from models.services.consenting import consented, quota_json, refuse_faulty
from models.services.deliberation import for_chair_of
from models.services.phases import lapse_allocation
from models.services.stale import stale
from models.text import T
from models.views.allocation import AllocationView
from models.views.people import Actor


def set_quota(
    office: Office, actor: Actor, meeting: str, quota: Quota, reason: str = "", *, seen: int | None = None
) -> None:
    """Set the places, budget and alternates of a meeting, with floors and ceilings by district and industry.

    From scoring on, total and budget stand; after the reveal the policy says what else may change, and a reason is
    owed. An allocation made before lapses. `seen` is how many changes of the quota the desk knows of: if another desk
    changed it meanwhile, this is refused (stale).
    """
    with acting(office, actor, "quota.set", meeting) as act:
        _not_stale(act, seen)
        before, after = keep_quota(act, quota, reason)
        act.record(meeting, before=before, after=after | {"reason": reason})


def _not_stale(act: Act, seen: int | None) -> None:
    changes = act.connection.execute(
        text("SELECT by, at FROM quota_change WHERE meeting_id = :meeting ORDER BY id"), {"meeting": act.meeting_id}
    ).all()
    if seen is not None and len(changes) != seen:
        stands = quota_of(act.connection, act.standing)
        now = T("总名额 {total}，备选 {alternates}", total=stands.total, alternates=stands.alternates)
        raise stale(T("配额"), changes[-1].by, changes[-1].at, now)


def keep_quota(act: Act, quota: Quota, reason: str, how: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
    """Check a quota and put it in the place of the one before, which is kept with the reason; for the body of an act.

    `how` is said before the reason where the quota was not simply set. Returns old and new as the audit trail keeps
    them.
    """
    old = quota_of(act.connection, act.standing)
    refuse_faulty(act, quota)
    agreed = _may_change(act, old, quota, reason)
    meeting = act.meeting_id
    act.connection.execute(
        text(
            "INSERT INTO quota (meeting_id, total, budget_fen, alternates) "
            "VALUES (:meeting, :total, :fen, :alternates) "
            "ON CONFLICT (meeting_id) DO UPDATE SET total = excluded.total, budget_fen = excluded.budget_fen, "
            "alternates = excluded.alternates"
        ),
        {"meeting": meeting, "total": quota.total, "fen": quota.budget_fen, "alternates": quota.alternates},
    )
    act.connection.execute(text("DELETE FROM quota_cell WHERE meeting_id = :meeting"), {"meeting": meeting})
    for cell in quota.cells:
        act.connection.execute(
            text(
                "INSERT INTO quota_cell (meeting_id, kind, name, floor, ceiling) "
                "VALUES (:meeting, :kind, :name, :floor, :ceiling)"
            ),
            {"meeting": meeting, "kind": cell.kind, "name": cell.name, "floor": cell.floor, "ceiling": cell.ceiling},
        )
    before, after = quota_json(old), quota_json(quota)
    act.connection.execute(
        text(
            "INSERT INTO quota_change (meeting_id, phase, old, new, reason, by, at) "
            "VALUES (:meeting, :phase, :old, :new, :reason, :by, :at)"
        ),
        {
            "meeting": meeting,
            "phase": act.standing.phase,
            "old": canonical(before),
            "new": canonical(after),
            "reason": "：".join(part for part in (how, agreed, reason) if part),
            "by": act.standing.actor.name,
            "at": act.at,
        },
    )
    lapse_allocation(act)
    return before, after


def _may_change(act: Act, old: Quota, new: Quota, reason: str) -> str:
    """Refuse what the measure forbids to change by now; says whose consent the change rests on, if any was needed."""
    if act.standing.role is not Role.CHAIR:
        return ""
    prepared = act.connection.execute(
        text("SELECT 1 FROM quota_change WHERE meeting_id = :meeting LIMIT 1"), {"meeting": act.meeting_id}
    ).scalar()
    # where nobody prepared any, the chair sets them once, within what the batch has left
    if prepared and (new.total, new.budget_fen) != (old.total, old.budget_fen):
        raise Refused("total_fixed", T("总名额和预算由主管部门确定，评分开始后不再变更。"))
    revealed = act.connection.execute(
        text("SELECT 1 FROM phase_change WHERE meeting_id = :meeting AND phase = 'deliberating' LIMIT 1"),
        {"meeting": act.meeting_id},
    ).scalar()
    if not revealed:
        return ""
    changes = act.policy.allocation.changes
    if changes == "frozen":
        raise Refused("quota_frozen", T("揭晓后配额不得变更。"), article=act.policy.allocation.basis.short)
    if not reason.strip():
        raise WrongUse("no_reason", T("揭晓后变更配额须写明理由。"))
    return consented(act, new).chinese() if changes == "consent" else ""


def propose(office: Office, actor: Actor, meeting: str) -> AllocationView:
    """Compute the proposal and put it in force; the one before lapses, the chair's decisions stand."""
    with acting(office, actor, "allocation.propose", meeting) as act:
        trial = _trial(act)
        if act.policy.allocation.alternates_move == "automatic":
            trial = _move_up(act, trial)
        _put_in_force(act, trial.field, {"reason": "propose"})
        return trial.view(recorded_at=act.at)


def _trial(act: Act) -> Trial:
    """The list as the person acting sees it, read within the act; nothing is read again to show what was done."""
    return read_trial(Reading(act.office, act.connection, act.standing))


def _move_up(act: Act, trial: Trial) -> Trial:
    """Fill places that upheld objections set free with the alternates whose turn it is, each as an adjustment."""
    for _ in trial.field.removed:
        field = trial.field
        following = next_alternates(field.candidates, field.quota, field.compute())
        if len(following) != 1:
            break
        _keep_adjustment(act, following[0], Outcome.PROPOSED, "备选按办法自动递补")
        trial = trial.adjusted(following[0], Outcome.PROPOSED)
    return trial


def adjust(office: Office, actor: Actor, meeting: str, no: str, to: Outcome, reason: str) -> AllocationView:
    """The chair moves one application, with a reason; refused where quota, budget, pass mark or eligibility forbid."""
    if not reason.strip():
        raise WrongUse("no_reason", T("调整须写明理由。"))
    with acting(office, actor, "allocation.adjust", meeting) as act:
        for_chair_of(act, application_id(act.connection, meeting, no), no)
        _must_stand(act)
        trial = _trial(act)
        _may_move_up(act, trial.field, to)
        trial = trial.adjusted(no, to)
        _keep_adjustment(act, no, to, reason.strip())
        _put_in_force(act, trial.field, {"adjusted": no, "to": to, "reason": reason})
        return trial.view(recorded_at=act.at)


def _may_move_up(act: Act, field: Field, to: Outcome) -> None:
    """Where alternates never move up, a place that fell free after the notice stays free."""
    rule = act.policy.allocation
    if to is Outcome.PROPOSED and field.removed and rule.alternates_move == "never":
        nos = "、".join(sorted(field.removed))
        text_ = T("备选不递补：{nos} 移出名单后空出的名额不再补。", nos=nos)
        raise Refused("alternates_never", text_, article=rule.basis.short)


def _keep_adjustment(act: Act, no: str, to: Outcome, reason: str) -> None:
    act.connection.execute(
        text(
            "INSERT INTO adjustment (meeting_id, application_id, outcome, reason, by, at) "
            "VALUES (:meeting, :id, :outcome, :reason, :by, :at)"
        ),
        {
            "meeting": act.meeting_id,
            "id": application_id(act.connection, act.meeting_id, no),
            "outcome": to.value,
            "reason": reason,
            "by": act.standing.actor.name,
            "at": act.at,
        },
    )


def decide_tie(office: Office, actor: Actor, meeting: str, nos: Sequence[str], reason: str) -> AllocationView:
    """The chair gives tied applications their order, best first, with the reason (a vote, or a lot with its seed)."""
    if not reason.strip():
        raise WrongUse("no_reason", T("裁定并列须写明理由（表决结果，或抽签及其种子）。"))
    with acting(office, actor, "allocation.tie", meeting) as act:
        _must_stand(act)
        waiting = _trial(act).field.compute().ties_at_line
        if tuple(sorted(nos)) not in [tuple(sorted(tied)) for tied in waiting]:
            groups = "；".join("、".join(tied) for tied in waiting) or "—"
            raise Refused("not_tied", T("给出的项目不是待裁定的并列组。待裁定：{groups}。", groups=groups))
        _may_order(act, nos)
        act.connection.execute(
            text(
                "INSERT INTO tie_decision (meeting_id, nos, reason, by, at) VALUES (:meeting, :nos, :reason, :by, :at)"
            ),
            {
                "meeting": meeting,
                "nos": json.dumps(list(nos)),
                "reason": reason.strip(),
                "by": actor.name,
                "at": act.at,
            },
        )
        trial = _trial(act)
        _put_in_force(act, trial.field, {"tie": list(nos), "reason": reason})
        return trial.view(recorded_at=act.at)


def _may_order(act: Act, nos: Sequence[str]) -> None:
    """A tie that touches an item the chair is recused from is the deputy's; and nobody orders an own recused item."""
    recused = [
        set(
            act.connection.execute(
                text(
                    "SELECT s.role FROM recusal r JOIN seat s ON s.id = r.seat_id JOIN application a "
                    "ON a.id = r.application_id WHERE a.no = :no AND s.role IN ('chair', 'deputy')"
                ),
                {"no": no},
            ).scalars()
        )
        for no in nos
    ]
    touched = set().union(*recused)
    if act.standing.role in touched:
        raise NotPermitted("recused", T("{name}已回避其中的项目。", name=act.standing.actor.name))
    if act.standing.role is Role.DEPUTY and Role.CHAIR not in touched:
        raise NotPermitted("chairs_item", T("这组并列由组长裁定。"))


def _must_stand(act: Act) -> None:
    from models.queries.listing import in_force

    if in_force(act.connection, act.standing) is None:
        raise Refused("no_proposal", T("还没有分配方案，请组长先生成。"))


def _put_in_force(act: Act, field: Field, why: Mapping[str, object]) -> None:
    found = field.compute()
    lapse_allocation(act, decisions=False)
    scores = {candidate.no: candidate.score for candidate in field.candidates}
    rows = [
        {
            "id": field.rows[item.no].id,
            "rank": item.rank,
            "score": scores[item.no],
            "outcome": item.outcome.value,
            "reason": item.reason.code.value,
            "order": item.alternate_order,
            "margin": item.margin,
            "fen": item.amount_fen,
        }
        for item in found.items
    ]
    digest = allocation_digest(
        (item.no, item.rank, item.outcome, item.reason.code, item.amount_fen) for item in found.items
    )
    allocation = act.connection.execute(
        text(
            "INSERT INTO allocation (meeting_id, line, digest, by, at) "
            "VALUES (:meeting, :line, :digest, :by, :at) RETURNING id"
        ),
        {
            "meeting": act.meeting_id,
            "line": found.line,
            "digest": digest,
            "by": act.standing.actor.name,
            "at": act.at,
        },
    ).scalar_one()
    act.connection.execute(
        text(
            "INSERT INTO allocation_item "
            "(allocation_id, application_id, rank, score, outcome, reason, alternate_order, margin, amount_fen) "
            "VALUES (:allocation, :id, :rank, :score, :outcome, :reason, :order, :margin, :fen)"
        ),
        [row | {"allocation": allocation} for row in rows],
    )
    act.record(
        act.meeting_id,
        after={**why, "digest": digest, "proposed": len(found.proposed), "ties": found.ties_at_line},
    )
