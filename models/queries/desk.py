"""The expert's desk: own sheets and nobody else's. The first thing on screen, so it is one plain query each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from models.enums import Phase, SheetState
from models.errors import NotPermitted
from models.policy.types import Rubric
from models.queries.base import Office, reading
from models.queries.flags import flags_by_expert
from models.queries.items import corrections_of
from models.queries.meeting import group_progress
from models.queries.results import dropped_experts, scored, sheets_of
from models.rules.marks import sheet_total
from models.text import T, Text
from models.views.desk import DeskRow, DeskView
from models.views.people import Actor
from models.views.results import CorrectionView, SheetView

_ROWS = text(
    "SELECT a.no, e.name, a.district, s.state, s.total_micro, s.comment, s.reason, r.id AS recusal, "
    "s.id AS sheet, s.sealed, b.box, b.own_box "
    "FROM item i JOIN application a ON a.id = i.application_id JOIN enterprise e ON e.id = a.enterprise_id "
    "LEFT JOIN score_sheet s ON s.application_id = a.id AND s.seat_id = :seat "
    "LEFT JOIN sealed_sheet b ON b.sheet_id = s.id "
    "LEFT JOIN recusal r ON r.application_id = a.id AND r.seat_id = :seat "
    "LEFT JOIN panel_seat ps ON ps.panel_id = i.panel_id AND ps.seat_id = :seat "
    "WHERE i.meeting_id = :meeting AND i.eligible AND (i.panel_id IS NULL OR ps.seat_id IS NOT NULL) ORDER BY a.no"
)
_MARKS = text(
    "SELECT m.sheet_id, c.code, m.value_milli FROM mark m JOIN criterion c ON c.id = m.criterion_id "
    "JOIN score_sheet s ON s.id = m.sheet_id WHERE s.meeting_id = :meeting AND s.seat_id = :seat"
)
_REVEALED = text(
    "SELECT a.id, a.no, s.id AS sheet, s.state, s.total_micro, s.comment, s.reason, s.voided, x.text AS explanation "
    "FROM score_sheet s JOIN application a ON a.id = s.application_id "
    "LEFT JOIN recusal r ON r.application_id = a.id AND r.seat_id = s.seat_id "
    "LEFT JOIN explanation x ON x.application_id = a.id AND x.seat_id = s.seat_id "
    "WHERE s.meeting_id = :meeting AND s.seat_id = :seat AND r.id IS NULL ORDER BY a.no"
)


def desk(office: Office, actor: Actor, meeting: str) -> DeskView:
    """The own sheets of a marking seat, by number; an application the seat is recused from is named, without more."""
    with reading(office, actor, "marks.own", meeting) as look:
        stands = look.standing
        if not stands.marks:
            raise NotPermitted("does_not_mark", T("{name}的席位不参加评分。", name=actor.name))
        who = {"meeting": meeting, "seat": stands.seat_id}
        marks: dict[int, dict[str, int]] = {}
        for sheet, code, value in look.connection.execute(_MARKS, who):
            marks.setdefault(sheet, {})[code] = value
        districts = {named.code: named.name for named in look.policy.districts}
        rows = tuple(
            _sealed_row(row, districts, actor, look.policy.rubric)
            if row.sealed and not row.recusal
            else DeskRow(
                row.no,
                row.name,
                districts.get(row.district, row.district),
                SheetState(row.state) if row.state else SheetState.BLANK,
                {} if row.recusal else marks.get(row.sheet, {}),
                None if row.recusal else row.total_micro,
                row.comment or "",
                row.reason or "",
                row.recusal is not None,
                "" if row.recusal else _receipt(row.box),
            )
            for row in look.connection.execute(_ROWS, who)
        )
        meeting_row = look.connection.execute(
            text(
                "SELECT title, batch_id, phase_since, reminded_at, countdown_ends_at FROM meeting WHERE id = :meeting"
            ),
            {"meeting": meeting},
        ).one()
        group_done, group_due = group_progress(look.connection, stands, look.policy)
        mine = [row for row in rows if not row.recused]
        handed_in = (SheetState.SUBMITTED, SheetState.ABSTAINED)
        return DeskView(
            meeting,
            meeting_row.title,
            meeting_row.batch_id,
            stands.phase or Phase.PREPARING,
            meeting_row.phase_since,
            look.policy.rubric,
            rows,
            len(mine),
            sum(row.state in handed_in for row in mine),
            group_due,
            group_done,
            meeting_row.reminded_at,
            meeting_row.countdown_ends_at,
            look.policy.scoring.sealing,
        )


def _hidden(row: Any) -> Text:
    """Why an own sheet can't be opened here."""
    if row.own_box is None:
        return T("由他人代录并封存，揭晓以前不显示分数。")
    if row.box is not None:
        return T("用已经失效的口令封存，本人也看不到分数；照样算数，取回就要重新评。")
    return T("用已经失效的口令封存，打不开了，请重新评分。")


def _sealed_row(row: Any, districts: Mapping[str, str], actor: Actor, rubric: Rubric) -> DeskRow:
    """An own sheet out of its box. One that was written under a lost phrase shows its state, and why nothing else."""
    from models import sealed  # an office that seals nothing does without

    if actor.keys is None:
        raise sealed.no_keys(actor.name)
    opened = sealed.open_own(bytes(row.own_box), actor.keys) if row.own_box is not None else None
    marks = dict(opened.marks) if opened is not None else {}
    return DeskRow(
        row.no,
        row.name,
        districts.get(row.district, row.district),
        SheetState(row.state),
        marks,
        sheet_total(marks, rubric) if len(marks) == len(rubric.criteria) else None,
        opened.comment if opened is not None else "",
        row.reason or "",
        False,
        _receipt(row.box),
        _hidden(row) if opened is None else None,
    )


def _receipt(box: bytes | None) -> str:
    if box is None:
        return ""
    from models.sealed import box_digest

    return box_digest(bytes(box))


def own_results(
    office: Office, actor: Actor, meeting: str
) -> tuple[Mapping[str, SheetView], tuple[CorrectionView, ...]]:
    """After the reveal: the own sheets by number, what is flagged in them and how it was explained; the corrections.

    Nothing of an application that the seat is recused from. Raises `Refused` (wrong_phase) while the marks are sealed.
    """
    with reading(office, actor, "results.read", meeting) as look:
        stands = look.standing
        who = {"meeting": meeting, "seat": stands.seat_id}
        rows = look.connection.execute(_REVEALED, who).all()
        marks: dict[int, dict[str, int]] = {}
        for sheet, code, value in look.connection.execute(_MARKS, who):
            marks.setdefault(sheet, {})[code] = value
        own = {row.id for row in rows}
        scores = scored(look.connection, stands, look.policy)
        flagged = [one.item.id for one in scores if one.flagged and one.item.id in own]
        sheets = sheets_of(look.connection, meeting, flagged) if flagged else {}
        dropped = dropped_experts(look.connection, stands, look.policy.scoring)
        flags = {key: flags_by_expert(sheets[key], look.policy, dropped).get(actor.name, []) for key in flagged}
        found = {
            row.no: SheetView(
                actor.name,
                SheetState(row.state),
                marks.get(row.sheet, {}),
                row.total_micro,
                row.comment,
                row.reason,
                bool(row.voided),
                tuple(flags.get(row.id, ())),
                row.explanation or "",
            )
            for row in rows
        }
        corrections = corrections_of(look.connection, meeting)
        return found, tuple(one for one in corrections if one.expert == actor.name and one.no in found)
