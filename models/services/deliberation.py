"""What is said and decided after the reveal: opinions, explanations, corrections, dissent, amounts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from models.enums import CorrectionGround, Phase, Role
from models.errors import NotPermitted, Refused, WrongUse
from models.policy.types import Criterion
from models.queries.base import Office, application_id
from models.queries.facts import roll
from models.queries.supports import check_amount
from models.rules import marks as rule
from models.rules.digest import sheet_digest
from models.services.acting import Act, acting
from models.services.phases import lapse_allocation
from models.services.stale import stale
from models.text import T
from models.views.people import Actor


def for_chair_of(act: Act, application: int, no: str) -> None:
    """Refuse who may not preside over an item: a recused chair, or a deputy where the chair is not recused."""
    recused = set(
        act.connection.execute(
            text(
                "SELECT s.role FROM recusal r JOIN seat s ON s.id = r.seat_id WHERE r.application_id = :id "
                "AND s.role IN ('chair', 'deputy')"
            ),
            {"id": application},
        ).scalars()
    )
    if act.standing.role in recused:
        raise NotPermitted("recused", T("{name}已回避 {no}。", name=act.standing.actor.name, no=no))
    if act.standing.role is Role.DEPUTY and Role.CHAIR not in recused:
        raise NotPermitted("chairs_item", T("{no} 由组长主持，副组长只主持组长回避的项目。", no=no))


def give_opinion(
    office: Office,
    actor: Actor,
    meeting: str,
    nos: Sequence[str],
    opinion: str,
    *,
    seen: Mapping[str, str] | None = None,
) -> None:
    """Record the panel's opinion on applications; a later one takes the place of an earlier.

    `seen` is what the desk believes it replaces, by number ("" for none): if another desk recorded something else
    meanwhile, all is refused (stale).
    """
    said = _said(opinion)
    with acting(office, actor, "opinion.give", meeting) as act:
        before: dict[str, str] = {}
        for no in nos:
            application = application_id(act.connection, meeting, no)
            for_chair_of(act, application, no)
            kept = act.connection.execute(
                text("SELECT text, by, at FROM opinion WHERE application_id = :id"), {"id": application}
            ).one_or_none()
            if kept is not None:
                before[no] = kept.text
                if seen is not None and kept.text not in (seen.get(no, ""), said):
                    raise stale(T("{no} 的评审意见", no=no), kept.by, kept.at, kept.text)
            act.connection.execute(
                text(
                    "INSERT INTO opinion (application_id, meeting_id, text, by, at) "
                    "VALUES (:id, :meeting, :text, :by, :at) ON CONFLICT (application_id) "
                    "DO UPDATE SET text = excluded.text, by = excluded.by, at = excluded.at"
                ),
                {"id": application, "meeting": meeting, "text": said, "by": actor.name, "at": act.at},
            )
        act.record("、".join(nos), before=before, after={"opinion": said})


def items_without_opinion(office: Office, actor: Actor, meeting: str) -> tuple[str, ...]:
    """The applications that still lack an opinion and over which this person presides."""
    from models.queries.base import reading

    with reading(office, actor, "results.read", meeting) as look:
        read = roll(look.connection, look.standing, look.policy)
        done = set(
            look.connection.execute(
                text("SELECT application_id FROM opinion WHERE meeting_id = :meeting"), {"meeting": meeting}
            ).scalars()
        )
        chairs = {seat.name for seat in read.seats if seat.role is Role.CHAIR}
        mine = look.standing.role
        return tuple(
            item.no
            for item in read.items
            if item.eligible
            and read.item_ids[item.no] not in done
            and actor.name not in item.recused
            and (mine is Role.CHAIR or bool(item.recused & chairs))
        )


def _said(words: str) -> str:
    if not words.strip():
        raise WrongUse("no_text", T("内容不能为空。"))
    if len(words) > 2000:
        raise WrongUse("text_long", T("内容不超过 2000 字。"))
    return words.strip()


def record_dissent(office: Office, actor: Actor, meeting: str, words: str, no: str | None = None) -> None:
    """Record a member's different opinion, on an application or on the whole."""
    said = _said(words)
    with acting(office, actor, "dissent.record", meeting) as act:
        application = None if no is None else application_id(act.connection, meeting, no)
        if application is not None:
            _not_recused(act, application, no or "")
        act.connection.execute(
            text(
                "INSERT INTO dissent (meeting_id, seat_id, application_id, text, at) "
                "VALUES (:meeting, :seat, :id, :text, :at)"
            ),
            {"meeting": meeting, "seat": act.standing.seat_id, "id": application, "text": said, "at": act.at},
        )
        act.record(no or meeting, after={"dissent": said})


def _not_recused(act: Act, application: int, no: str) -> None:
    recused = act.connection.execute(
        text("SELECT 1 FROM recusal WHERE application_id = :id AND seat_id = :seat"),
        {"id": application, "seat": act.standing.seat_id},
    ).scalar()
    if recused:
        raise NotPermitted("recused", T("{name}已回避 {no}。", name=act.standing.actor.name, no=no))


def explain_value(office: Office, actor: Actor, meeting: str, expert: str, no: str, words: str) -> None:
    """An expert explains an own value that was flagged."""
    said = _said(words)
    with acting(office, actor, "marks.explain", meeting) as act:
        if expert != actor.name:
            raise NotPermitted("not_own", T("偏差由评分的专家本人说明。"))
        application = application_id(act.connection, meeting, no)
        _not_recused(act, application, no)
        act.connection.execute(
            text(
                "INSERT INTO explanation (seat_id, application_id, text, at) VALUES (:seat, :id, :text, :at) "
                "ON CONFLICT (seat_id, application_id) DO UPDATE SET text = excluded.text, at = excluded.at"
            ),
            {"seat": act.standing.seat_id, "id": application, "text": said, "at": act.at},
        )
        act.record(f"{no}/{expert}", after={"explanation": said})


def name_correction(
    office: Office,
    actor: Actor,
    meeting: str,
    expert: str,
    no: str,
    criterion: str,
    ground: CorrectionGround,
    reason: str,
) -> None:
    """The chair names a mark to be corrected and the ground (one of four); the new mark is entered by its expert.

    For an application that the chair is recused from the deputy does.
    """
    with acting(office, actor, "marks.correct", meeting) as act:
        if act.standing.role not in (Role.CHAIR, Role.DEPUTY):
            raise NotPermitted("chair_names", T("更正的情形由组长认定。"))
        if not reason.strip():
            raise WrongUse("no_reason", T("更正须写明理由。"))
        sheet, found, old, application = _corrected(act, expert, no, criterion)
        for_chair_of(act, application, no)
        _fits_ground(found, ground)
        if _open_correction(act, sheet.id, found.code) is not None:
            raise Refused("correction_open", T("{no}“{criterion}”已有待录入的更正。", no=no, criterion=found.name))
        act.connection.execute(
            text(
                "INSERT INTO correction "
                "(sheet_id, criterion_id, ground, reason, old_milli, named_by, named_at, entered_by) "
                "SELECT :sheet, c.id, :ground, :reason, :old, :by, :at, '' FROM criterion c "
                "WHERE c.policy_file_id = :policy AND c.code = :code"
            ),
            {
                "sheet": sheet.id,
                "ground": ground.value,
                "reason": reason.strip(),
                "old": old,
                "by": actor.name,
                "at": act.at,
                "policy": act.standing.policy_file_id,
                "code": found.code,
            },
        )
        act.record(f"{no}/{expert}", after={"criterion": found.code, "ground": ground, "reason": reason})


def _fits_ground(criterion: Criterion, ground: CorrectionGround) -> None:
    if ground is CorrectionGround.OBJECTIVE and not criterion.objective:
        raise Refused(
            "not_objective",
            T("“{criterion}”不是客观指标，不能以“客观分不一致”更正。", criterion=criterion.name),
            article="财政部令第87号第六十四条",
        )


def enter_correction(
    office: Office, actor: Actor, meeting: str, expert: str, no: str, criterion: str, mark: str
) -> None:
    """Enter the new mark of a correction: its expert, or for sums and objective criteria the secretary."""
    with acting(office, actor, "marks.correct", meeting) as act:
        sheet, found, old, _application = _corrected(act, expert, no, criterion)
        named = _open_correction(act, sheet.id, found.code)
        if named is None:
            raise Refused("not_named", T("组长尚未认定 {no}“{criterion}”的更正情形。", no=no, criterion=found.name))
        by_secretary = named.ground == CorrectionGround.ADDITION or found.objective
        if not (act.standing.seat_id == sheet.seat_id or (act.standing.role is Role.SECRETARY and by_secretary)):
            raise NotPermitted("not_own", T("新分由评分的专家本人录入；合计和客观指标可由秘书录入。"))
        value = rule.parse_points(mark)
        rule.check_mark(value, found)
        marks = _marks(act, sheet.id) | {found.code: value}
        nonce = secrets.token_hex(16)
        act.connection.execute(
            text("UPDATE mark SET value_milli = :value WHERE sheet_id = :sheet AND criterion_id = :criterion"),
            {"value": value, "sheet": sheet.id, "criterion": named.criterion_id},
        )
        act.connection.execute(
            text("UPDATE score_sheet SET total_micro = :total, nonce = :nonce, saved_at = :at WHERE id = :sheet"),
            {
                "total": rule.sheet_total(marks, act.policy.rubric),
                "nonce": nonce,
                "at": act.at,
                "sheet": sheet.id,
            },
        )
        act.connection.execute(
            text("UPDATE correction SET new_milli = :value, entered_by = :by, entered_at = :at WHERE id = :id"),
            {"value": value, "by": actor.name, "at": act.at, "id": named.id},
        )
        act.record(
            f"{no}/{expert}",
            before={"criterion": found.code, "mark": rule.format_points(old)},
            after={
                "criterion": found.code,
                "mark": rule.format_points(value),
                "ground": named.ground,
                "state": "submitted",
                "sheet": sheet_digest(nonce, "submitted", marks),
            },
        )


def _corrected(act: Act, expert: str, no: str, criterion: str) -> tuple[Any, Criterion, int, int]:
    application = application_id(act.connection, act.meeting_id, no)
    _not_recused(act, application, no)
    found = act.policy.rubric.criterion(criterion)
    if found is None:
        raise WrongUse("unknown_criterion", T("没有指标“{key}”。", key=criterion))
    sheet = act.connection.execute(
        text(
            "SELECT s.id, s.seat_id FROM score_sheet s JOIN seat t ON t.id = s.seat_id WHERE t.meeting_id = :meeting "
            "AND t.name = :expert AND s.application_id = :id AND s.state = 'submitted' AND NOT s.voided"
        ),
        {"meeting": act.meeting_id, "expert": expert, "id": application},
    ).one_or_none()
    if sheet is None:
        raise WrongUse("no_sheet", T("{expert} 没有 {no} 的有效评分表。", expert=expert, no=no))
    return sheet, found, _marks(act, sheet.id)[found.code], application


def _marks(act: Act, sheet: int) -> dict[str, int]:
    rows = act.connection.execute(
        text(
            "SELECT c.code, m.value_milli FROM mark m JOIN criterion c ON c.id = m.criterion_id "
            "WHERE m.sheet_id = :sheet"
        ),
        {"sheet": sheet},
    )
    return dict(rows.all())


def _open_correction(act: Act, sheet: int, code: str) -> Any:
    return act.connection.execute(
        text(
            "SELECT r.id, r.ground, r.criterion_id FROM correction r JOIN criterion c ON c.id = r.criterion_id "
            "WHERE r.sheet_id = :sheet AND c.code = :code AND r.new_milli IS NULL"
        ),
        {"sheet": sheet, "code": code},
    ).one_or_none()


def decide_amount(office: Office, actor: Actor, meeting: str, no: str, amount_fen: int, reason: str) -> None:
    """Record what the meeting decides within the cap of an up-to track; an allocation made before lapses."""
    with acting(office, actor, "amount.decide", meeting) as act:
        if not reason.strip():
            raise WrongUse("no_reason", T("议定金额须写明理由。"))
        application = application_id(act.connection, meeting, no)
        for_chair_of(act, application, no)
        check_amount(act.connection, act.policy, application, amount_fen)
        act.connection.execute(
            text(
                "INSERT INTO decided_amount (application_id, amount_fen, reason, by, at) "
                "VALUES (:id, :fen, :reason, :by, :at) ON CONFLICT (application_id) DO UPDATE SET "
                "amount_fen = excluded.amount_fen, reason = excluded.reason, by = excluded.by, at = excluded.at"
            ),
            {"id": application, "fen": amount_fen, "reason": reason, "by": actor.name, "at": act.at},
        )
        if act.standing.phase is Phase.ALLOCATING:
            lapse_allocation(act)
        act.record(no, after={"amount_fen": amount_fen, "reason": reason})
