"""The expert's desk: own sheets and nobody else's. The first thing on screen, so it is one plain query each."""

from __future__ import annotations

from sqlalchemy import text

from models.enums import Phase, SheetState
from models.errors import NotPermitted
from models.queries.base import Office, reading
from models.queries.meeting import group_progress
from models.text import T
from models.views import Actor, DeskRow, DeskView

_ROWS = text(
    "SELECT a.no, e.name, a.district, s.state, s.total_micro, s.comment, s.reason, r.id AS recusal, s.id AS sheet "
    "FROM item i JOIN application a ON a.id = i.application_id JOIN enterprise e ON e.id = a.enterprise_id "
    "LEFT JOIN score_sheet s ON s.application_id = a.id AND s.seat_id = :seat "
    "LEFT JOIN recusal r ON r.application_id = a.id AND r.seat_id = :seat "
    "LEFT JOIN panel_seat ps ON ps.panel_id = i.panel_id AND ps.seat_id = :seat "
    "WHERE i.meeting_id = :meeting AND i.eligible AND (i.panel_id IS NULL OR ps.seat_id IS NOT NULL) ORDER BY a.no"
)
_MARKS = text(
    "SELECT m.sheet_id, c.code, m.value_milli FROM mark m JOIN criterion c ON c.id = m.criterion_id "
    "JOIN score_sheet s ON s.id = m.sheet_id WHERE s.meeting_id = :meeting AND s.seat_id = :seat"
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
            DeskRow(
                row.no,
                row.name,
                districts.get(row.district, row.district),
                SheetState(row.state) if row.state else SheetState.BLANK,
                {} if row.recusal else marks.get(row.sheet, {}),
                None if row.recusal else row.total_micro,
                row.comment or "",
                row.reason or "",
                row.recusal is not None,
            )
            for row in look.connection.execute(_ROWS, who)
        )
        meeting_row = look.connection.execute(
            text("SELECT title, batch_id, phase_since FROM meeting WHERE id = :meeting"), {"meeting": meeting}
        ).one()
        group_done, group_due = group_progress(look.connection, stands)
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
        )
