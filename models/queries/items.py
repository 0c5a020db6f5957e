"""One application in deliberation, and what all of them still need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, text

from models.enums import CorrectionGround, SheetState
from models.errors import NotPermitted
from models.policy.types import AwardRule, Policy
from models.queries.base import Office, Reading, application_id, reading
from models.queries.flags import flags_by_expert, unexplained
from models.queries.results import (
    dropped_experts,
    dropping_lot,
    not_ranked,
    ranked,
    rankings,
    score_of,
    scored,
    sheets_of,
)
from models.queries.sight import foreign_nos, recused_nos
from models.rules.marks import Sheet
from models.rules.ranking import Ranked, RankReasons
from models.rules.score_derivation import explain_score
from models.text import T
from models.views.derivation import Derivation, Step
from models.views.people import Actor
from models.views.results import (
    CorrectionView,
    DeliberationLine,
    DissentView,
    ItemView,
    ResultDerivations,
    SheetView,
)

_SHEETS = text(
    "SELECT s.id, t.name, s.state, s.total_micro, s.comment, s.reason, s.voided, x.text AS explanation "
    "FROM score_sheet s JOIN seat t ON t.id = s.seat_id "
    "LEFT JOIN explanation x ON x.seat_id = s.seat_id AND x.application_id = s.application_id "
    "WHERE s.application_id = :id ORDER BY t.id"
)
_MARKS = text(
    "SELECT m.sheet_id, c.code, m.value_milli FROM mark m JOIN criterion c ON c.id = m.criterion_id "
    "JOIN score_sheet s ON s.id = m.sheet_id WHERE s.application_id = :id"
)
_CORRECTIONS = (
    "SELECT a.no, t.name AS expert, k.name AS criterion, c.ground, c.reason, c.old_milli, c.new_milli, c.named_by, "
    "c.entered_by, a.id AS application_id "
    "FROM correction c JOIN score_sheet s ON s.id = c.sheet_id JOIN seat t ON t.id = s.seat_id "
    "JOIN application a ON a.id = s.application_id JOIN criterion k ON k.id = c.criterion_id "
    "WHERE s.meeting_id = :meeting ORDER BY c.id"
)


def item(office: Office, actor: Actor, meeting: str, no: str) -> ItemView:
    """An application with its sheets, after the reveal; to who is recused from it, score, rank and outcome only.

    Raises `NotPermitted` (other_panel) to an expert of another panel.
    """
    with reading(office, actor, "results.read", meeting) as look:
        key = application_id(look.connection, meeting, no)
        _of_own_panel(look, no)
        found = scored(look.connection, look.standing, look.policy)
        lines = ranked(look.connection, look.standing, look.policy, found)
        line = score_of(no, lines)
        one = next(entry for entry in found if entry.item.no == no)
        recused = _recused_names(look.connection, key)
        sealed = actor.name in recused
        counted = sheets_of(look.connection, meeting, [key]).get(key, [])
        dropped = dropped_experts(look.connection, look.standing, look.policy.scoring)
        lot = dropping_lot(look.connection, look.standing, look.policy.scoring)
        opinion = look.connection.execute(
            text("SELECT text FROM opinion WHERE application_id = :id"), {"id": key}
        ).scalar()
        decided = look.connection.execute(
            text("SELECT amount_fen FROM decided_amount WHERE application_id = :id"), {"id": key}
        ).scalar()
        return ItemView(
            no,
            one.item.enterprise,
            line.score,
            look.policy.scoring.score_places,
            line.rank,
            line.tied,
            "" if sealed else opinion or "",
            sealed,
            () if sealed else _sheets(look, key, counted, dropped),
            () if sealed else tuple(c for c in corrections_of(look.connection, meeting) if c.no == no),
            () if sealed else tuple(d for d in dissents_of(look.connection, meeting) if d.no == no),
            None if sealed else explain_score(counted, look.policy.rubric, look.policy.scoring, dropped, lot),
            recused,
            decided,
        )


def _of_own_panel(look: Reading, no: str) -> None:
    if no in foreign_nos(look.connection, look.standing):
        raise NotPermitted("other_panel", T("{no} 不由本评审组评分，不看其结果。", no=no))


def _recused_names(connection: Connection, key: int) -> tuple[str, ...]:
    return tuple(
        connection.execute(
            text(
                "SELECT s.name FROM recusal r JOIN seat s ON s.id = r.seat_id "
                "WHERE r.application_id = :id ORDER BY s.id"
            ),
            {"id": key},
        ).scalars()
    )


def _sheets(look: Reading, key: int, counted: Sequence[Sheet], dropped: frozenset[str]) -> tuple[SheetView, ...]:
    marks: dict[int, dict[str, int]] = {}
    for sheet, code, value in look.connection.execute(_MARKS, {"id": key}):
        marks.setdefault(sheet, {})[code] = value
    flags = flags_by_expert(counted, look.policy, dropped) if counted else {}
    return tuple(
        SheetView(
            row.name,
            SheetState(row.state),
            marks.get(row.id, {}) if row.state == SheetState.SUBMITTED else {},  # a draft was never handed in
            row.total_micro if row.state == SheetState.SUBMITTED else None,
            row.comment if row.state in (SheetState.SUBMITTED, SheetState.ABSTAINED) else "",
            row.reason,
            bool(row.voided),
            tuple(flags.get(row.name, ())),
            row.explanation or "",
        )
        for row in look.connection.execute(_SHEETS, {"id": key})
    )


def derivations(office: Office, actor: Actor, meeting: str, no: str | None = None) -> dict[str, ResultDerivations]:
    """By application how its score and its rank came about: of one application, or of all, best first.

    Others' tie-break figures are told only as the ranking itself needs them, and none among equals of which one is
    closed to who looks. The score of an application that one is recused from stays sealed. Raises `NotPermitted`
    (other_panel) to an expert who asks for an application of another panel; of all, those are left out.
    """
    with reading(office, actor, "results.read", meeting) as look:
        policy = look.policy
        foreign = foreign_nos(look.connection, look.standing)
        if no is not None:
            key = application_id(look.connection, meeting, no)
            _of_own_panel(look, no)
        found = scored(look.connection, look.standing, policy)
        sealed = recused_nos(look.connection, look.standing)
        sheets = sheets_of(look.connection, meeting, None if no is None else [key])
        dropped = dropped_experts(look.connection, look.standing, policy.scoring)
        lot = dropping_lot(look.connection, look.standing, policy.scoring)
        ids = {one.item.no: one.item.id for one in found}
        derived = {}
        for lines in rankings(look.connection, look.standing, policy, found):
            reasons = RankReasons(lines, policy.rubric, policy.scoring)
            closed = {line.score for line in lines if line.no in sealed or line.no in foreign}
            alike = Counter(line.score for line in lines)
            for line in lines if no is None else (line for line in lines if line.no == no):
                if line.no in foreign:
                    continue
                hidden = line.score is not None and alike[line.score] > 1 and line.score in closed
                place = _closed_rank(line, alike[line.score], policy) if hidden else reasons.of(line.no)
                own = sheets.get(ids[line.no], [])
                score = None if line.no in sealed else explain_score(own, policy.rubric, policy.scoring, dropped, lot)
                derived[line.no] = ResultDerivations(score, place)
        if no is not None and no not in derived:
            raise not_ranked(no)
        return derived


def _closed_rank(line: Ranked, count: int, policy: Policy) -> Derivation:
    """Why a rank is what it is, without the figures of equals that are not for who looks."""
    label = T("同分 {count} 项，其中有本人回避或其他评审组的项目，不列各项比较", count=count)
    step = Step(label, "", str(line.rank), policy.scoring.basis.short)
    return Derivation(T("排名"), (step,), str(line.rank))


def corrections_of(connection: Connection, meeting: str) -> tuple[CorrectionView, ...]:
    """All corrections of a meeting, in order."""
    return tuple(_correction(row) for row in connection.execute(text(_CORRECTIONS), {"meeting": meeting}))


def _correction(row: Any) -> CorrectionView:
    return CorrectionView(
        row.no,
        row.expert,
        row.criterion,
        CorrectionGround(row.ground),
        row.reason,
        row.old_milli,
        row.new_milli,
        row.named_by,
        row.entered_by,
    )


def dissents_of(connection: Connection, meeting: str) -> tuple[DissentView, ...]:
    """All different opinions of a meeting, in order."""
    rows = connection.execute(
        text(
            "SELECT t.name, a.no, d.text FROM dissent d JOIN seat t ON t.id = d.seat_id "
            "LEFT JOIN application a ON a.id = d.application_id WHERE d.meeting_id = :meeting ORDER BY d.id"
        ),
        {"meeting": meeting},
    )
    return tuple(DissentView(row.name, row.no, row.text) for row in rows)


def deliberation(office: Office, actor: Actor, meeting: str) -> dict[str, DeliberationLine]:
    """By number: what each application still needs, to an expert those of the own panel.

    Flags of items one is recused from are left out.
    """
    with reading(office, actor, "results.read", meeting) as look:
        owing = unexplained(look.connection, look.standing, look.policy)
        given = set(
            look.connection.execute(
                text(
                    "SELECT a.no FROM opinion o JOIN application a ON a.id = o.application_id "
                    "WHERE o.meeting_id = :meeting"
                ),
                {"meeting": meeting},
            ).scalars()
        )
        waiting = Counter(c.no for c in corrections_of(look.connection, meeting) if c.new_milli is None)
        mine = recused_nos(look.connection, look.standing)
        foreign = foreign_nos(look.connection, look.standing)
        nos = look.connection.execute(
            text(
                "SELECT a.no FROM item i JOIN application a ON a.id = i.application_id "
                "WHERE i.meeting_id = :meeting AND i.eligible ORDER BY a.no"
            ),
            {"meeting": meeting},
        ).scalars()
        return {
            no: DeliberationLine(
                no,
                no in given,
                () if no in mine else tuple(owing.get(no, ())),
                0 if no in mine else waiting[no],
            )
            for no in nos
            if no not in foreign
        }


def decides_amounts(office: Office, actor: Actor, meeting: str) -> bool:
    """Whether the meeting itself decides amounts, within the cap of its track; else the measure's formula does."""
    with reading(office, actor, "progress.read", meeting) as look:
        track = look.policy.track(look.standing.track)
        return track is not None and track.rule is AwardRule.UP_TO
