"""Moving a meeting on, and back."""

from __future__ import annotations

from sqlalchemy import text

from models.enums import Phase, SheetState
from models.errors import Refused, WrongUse
from models.queries.base import Office
from models.queries.facts import facts, roll
from models.queries.listing import list_fact, pending_list, quota_of, unsigned_roles
from models.rules import phases as rule
from models.rules.digest import sheet_digest
from models.services.acting import Act, acting
from models.services.boxes import open_epoch
from models.services.double_keying import lapse_keyings
from models.services.freezing import freeze_list
from models.text import T, Text
from models.views.people import Actor


def advance(office: Office, actor: Actor, meeting: str) -> Phase:
    """Move a meeting to its next phase; `Refused` names everything that stands in the way.

    Leaving preparing fixes who is eligible and how many places there are; leaving scoring reveals; leaving publicity
    freezes the list.
    """
    with acting(office, actor, "meeting.advance", meeting) as act:
        phase = act.standing.phase
        assert phase is not None
        following = rule.next_phase(phase)
        assert following is not None, "no right to advance stands in the table for the last phase"
        found = rule.blockers(facts(office, act.connection, act.standing, act.policy))
        if found:
            raise Refused(
                "blocked", T("不能进入“{phase}”：{why}", phase=_name(following), why=lines([b.text for b in found]))
            )
        after: dict[str, object] = {"phase": following}
        if phase is Phase.PREPARING:
            _fix_eligibility(act)
            after |= _fix_quota(act)
        elif phase is Phase.SIGNING_IN and act.policy.scoring.sealing:
            after |= open_epoch(act)
        elif phase is Phase.SCORING:
            _reveal(act)
        if phase is Phase.PUBLICITY:
            after |= freeze_list(office, act)
        move(act, following)
        act.record(meeting, before={"phase": phase}, after=after)
    return following


def back(office: Office, actor: Actor, meeting: str, reason: str) -> Phase:
    """Take a meeting one phase back, where the committee's rules allow it (domain: Back)."""
    if not reason.strip():
        raise WrongUse("no_reason", T("退回上一阶段须写明理由。"))
    with acting(office, actor, "meeting.back", meeting) as act:
        phase = act.standing.phase
        assert phase is not None
        before = rule.BACK[phase]
        after: dict[str, object] = {"phase": before, "reason": reason}
        if phase is Phase.DELIBERATING:
            after |= _reopen_scoring(act)
        elif phase is Phase.ALLOCATING:
            lapse_allocation(act)
        elif phase is Phase.PUBLICITY:
            _must_have_cause(office, act)
            lapse_allocation(act, decisions=False)
        elif phase is Phase.FINALISED:
            _must_have_more(act)
        move(act, before, reason)
        act.record(meeting, before={"phase": phase}, after=after)
    return before


def _name(phase: Phase) -> Text:
    from models.enums import chinese

    return Text(chinese(phase))


class _Lines:
    """Blockers one after the other, put together when shown."""

    def __init__(self, texts: list[Text]) -> None:
        self._texts = texts

    def __str__(self) -> str:
        return "".join(str(text_) for text_ in self._texts)


def lines(texts: list[Text]) -> _Lines:
    """Sentences one after the other, put together in the reader's language when they are shown."""
    return _Lines(texts)


def end_discussion(act: Act) -> None:
    """Let the discussion under way, if there is one, end now."""
    meeting = {"meeting": act.meeting_id, "at": act.at}
    act.connection.execute(
        text("UPDATE item_call SET ended_at = :at WHERE meeting_id = :meeting AND ended_at IS NULL"), meeting
    )
    act.connection.execute(text("UPDATE meeting SET called_application_id = NULL WHERE id = :meeting"), meeting)


def move(act: Act, phase: Phase, reason: str = "") -> None:
    """Move the meeting of an act to a phase, and keep when, by whom and for which reason."""
    end_discussion(act)
    if act.standing.phase is Phase.SCORING:
        lapse_keyings(act)
    act.connection.execute(
        text(
            "UPDATE away SET until = :at WHERE until IS NULL AND seat_id IN "
            "(SELECT id FROM seat WHERE meeting_id = :meeting)"
        ),
        {"at": act.at, "meeting": act.meeting_id},
    )
    act.connection.execute(
        text(
            "UPDATE meeting SET phase = :phase, phase_since = :at, reminded_at = NULL, countdown_ends_at = NULL "
            "WHERE id = :meeting"
        ),
        {"phase": phase.value, "at": act.at, "meeting": act.meeting_id},
    )
    act.connection.execute(
        text(
            "INSERT INTO phase_change (meeting_id, phase, at, actor, reason) "
            "VALUES (:meeting, :phase, :at, :actor, :reason)"
        ),
        {
            "meeting": act.meeting_id,
            "phase": phase.value,
            "at": act.at,
            "actor": act.standing.actor.name,
            "reason": reason,
        },
    )


def _fix_eligibility(act: Act) -> None:
    read = roll(act.connection, act.standing, act.policy)
    act.connection.execute(
        text("UPDATE item SET eligible = :eligible WHERE application_id = :id"),
        [{"eligible": item.eligible, "id": read.item_ids[item.no]} for item in read.items],
    )


def _fix_quota(act: Act) -> dict[str, object]:
    """Take what the batch has left where no quota was set: no other meeting of the batch counts on it from here on."""
    quota = quota_of(act.connection, act.standing)
    taken = act.connection.execute(
        text(
            "INSERT INTO quota (meeting_id, total, budget_fen, alternates) VALUES (:meeting, :total, :fen, 0) "
            "ON CONFLICT (meeting_id) DO NOTHING"
        ),
        {"meeting": act.meeting_id, "total": quota.total, "fen": quota.budget_fen},
    )
    return {"total": quota.total, "budget_fen": quota.budget_fen} if taken.rowcount else {}


def _reveal(act: Act) -> None:
    if act.policy.scoring.sealing:
        raise Refused(
            "unseal_wanted",
            T("分数已加密封存，须由组长、监督、财政代表中的两位各自交出密钥揭晓。"),
            lift=T("请两位保管人在各自的终端上揭晓，或各用命令 kmdx unseal。"),
        )
    act.connection.execute(
        text(
            "UPDATE score_sheet SET revealed = :yes WHERE meeting_id = :meeting AND state IN ('submitted', 'abstained')"
        ),
        {"yes": True, "meeting": act.meeting_id},
    )


def _reopen_scoring(act: Act) -> dict[str, object]:
    """deliberating → scoring: only when an application fell under its least number of sheets, and only it opens.

    The sheets of all others stay submitted, and nothing is taken back that was revealed: whoever has not marked marks,
    those who had abstained included. Returns what the audit entry says, with the digests of the sheets that changed.
    """
    read = roll(act.connection, act.standing, act.policy)
    least = act.policy.scoring.least_in
    few = [item.no for item in read.items if item.eligible and len(item.submitted - item.recused) < least]
    if not few:
        raise Refused("no_need", T("没有项目的有效评分表少于 {least} 份，不能退回评分。", least=least))
    digests: dict[str, str] = {}
    for no in few:
        reopened = act.connection.execute(
            text(
                "UPDATE score_sheet SET state = :state, reason = '', revealed = :no "
                "WHERE application_id = :id AND state = 'abstained' AND NOT voided RETURNING seat_id, nonce"
            ),
            {"state": SheetState.DRAFT.value, "id": read.item_ids[no], "no": False},
        )
        for seat, nonce in reopened:
            digests[f"{no}/{read.seat_ids[seat]}"] = sheet_digest(nonce, SheetState.DRAFT, {})
    epoch = open_epoch(act) if act.policy.scoring.sealing else {}
    return {"reopened": few, "sheets": digests} | epoch


def lapse_allocation(act: Act, *, decisions: bool = True) -> None:
    """End the allocation in force; with `decisions` the chair's adjustments and tie orders end with it."""
    for table in ("allocation", "adjustment", "tie_decision") if decisions else ("allocation",):
        act.connection.execute(
            text(f"UPDATE {table} SET lapsed_at = :at WHERE meeting_id = :meeting AND lapsed_at IS NULL"),
            {"at": act.at, "meeting": act.meeting_id},
        )


def _must_have_cause(office: Office, act: Act) -> None:
    """publicity → allocating: an objection changed the list, or what other lists hold leaves it no room as it is."""
    listed = list_fact(office, act.connection, act.standing, act.policy)
    if listed.overtaken or listed.quota_faults:
        return
    decided = act.connection.execute(
        text(
            "SELECT 1 FROM objection WHERE meeting_id = :meeting AND state = 'decided' "
            "AND outcome IN ('upheld', 'partial') AND closed_at > "
            "(SELECT MAX(at) FROM phase_change WHERE meeting_id = :meeting AND phase = 'allocating') LIMIT 1"
        ),
        {"meeting": act.meeting_id},
    ).scalar()
    if decided is None:
        raise Refused("no_need", T("没有成立或部分成立的异议，名单的金额和名额也都成立，不能退回配额分配。"))


def _must_have_more(act: Act) -> None:
    if unsigned_roles(act.connection, act.standing):
        raise Refused("unsigned", T("现有名单尚未签署完毕，不能另出名单。"))
    if not pending_list(act.connection, act.standing):
        raise Refused("no_need", T("没有待定稿的项目，无须另出名单。"))
