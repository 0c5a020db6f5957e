"""All scores of a meeting with the sheets they came from, and an expert's own sheets: what workbooks are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from models.enums import SheetState
from models.policy.types import Policy
from models.queries.applications import name_of, recused_of
from models.queries.base import Office, Reading, reading
from models.queries.desk import desk
from models.queries.meeting import meeting as meeting_view
from models.queries.record import own_mark, record_mark, revealed, snapshot
from models.queries.results import dropped_experts, ranking, sheets_of
from models.rules.marks import Column, Score, Sheet, aggregate, sheet_total
from models.text import Text
from models.views.minutes import BookLine, BookSheet, OwnSheetsView, ScoreBookView
from models.views.people import Actor
from models.views.results import RankedApplication

_EXPERTS = text("SELECT id, name FROM seat WHERE meeting_id = :meeting AND marks ORDER BY id")
_STATES = text(
    "SELECT application_id, seat_id, state, comment, reason, voided FROM score_sheet WHERE meeting_id = :meeting"
)
_RECUSED = text(
    "SELECT r.application_id, r.seat_id FROM recusal r JOIN seat s ON s.id = r.seat_id WHERE s.meeting_id = :meeting"
)
_MEMBERS = text(
    "SELECT i.application_id, ps.seat_id FROM item i JOIN panel_seat ps ON ps.panel_id = i.panel_id "
    "WHERE i.meeting_id = :meeting"
)
_ITEMS = text(
    "SELECT a.no, a.id, i.panel_id FROM item i JOIN application a ON a.id = i.application_id "
    "WHERE i.meeting_id = :meeting"
)
_SAVED = text(
    "SELECT COALESCE((SELECT MAX(saved_at) FROM score_sheet WHERE seat_id = :seat), signed_in_at) "
    "FROM seat WHERE id = :seat"
)


def score_book(office: Office, actor: Actor, meeting: str) -> ScoreBookView:
    """The score book of a meeting for who may export it; lines one is recused from show score and rank only.

    Raises `NotPermitted`, or `Refused` (sealed) before the reveal.
    """
    with revealed(office, actor, meeting) as (still, look):
        view = meeting_view(still, actor, meeting)
        ranked = ranking(still, actor, meeting)
        pages = _Pages.read(look)
        hidden = recused_of(look.connection, look.standing)
        return ScoreBookView(
            view,
            ranked.method,
            ranked.places,
            tuple(pages.experts.values()),
            tuple(_line(one, pages, look.policy, hidden) for one in ranked.applications),
            record_mark(look.connection, meeting),
        )


class _Pages(NamedTuple):
    """A meeting's sheets by application id, and who was to mark what."""

    experts: Mapping[int, str]
    ids: Mapping[str, int]
    members: Mapping[int, frozenset[int] | None]
    recused: frozenset[tuple[int, int]]
    states: Mapping[tuple[int, int], Any]
    counted: Mapping[int, list[Sheet]]
    dropped: frozenset[str]

    @classmethod
    def read(cls, look: Reading) -> _Pages:
        """Read them all at once."""
        meeting = {"meeting": look.standing.meeting_id}
        found = look.connection.execute
        items = found(_ITEMS, meeting).all()
        return cls(
            {row.id: row.name for row in found(_EXPERTS, meeting)},
            {row.no: row.id for row in items},
            _members(look.connection, items, meeting),
            frozenset((row.application_id, row.seat_id) for row in found(_RECUSED, meeting)),
            {(row.application_id, row.seat_id): row for row in found(_STATES, meeting)},
            sheets_of(look.connection, look.standing.meeting_id or ""),
            dropped_experts(look.connection, look.standing, look.policy.scoring),
        )


def _members(
    connection: Connection, items: Sequence[Any], meeting: Mapping[str, Any]
) -> dict[int, frozenset[int] | None]:
    """By application the seats of its panel; None: every marking seat."""
    panels: dict[int, set[int]] = {}
    for application, seat in connection.execute(_MEMBERS, meeting):
        panels.setdefault(application, set()).add(seat)
    return {item.id: None if item.panel_id is None else frozenset(panels.get(item.id, ())) for item in items}


def _line(one: RankedApplication, pages: _Pages, policy: Policy, hidden: frozenset[int]) -> BookLine:
    key = pages.ids[one.no]
    named = one._replace(
        district=name_of(policy.district(one.district), one.district),
        industry=name_of(policy.industry(one.industry), one.industry),
    )
    if key in hidden:
        return BookLine(named, (), (), True)
    score = aggregate(pages.counted.get(key, ()), policy.rubric, policy.scoring, pages.dropped)
    marks = {sheet.expert: sheet.marks for sheet in pages.counted.get(key, ())}
    flags: dict[str, Text] = {flag.text.chinese(): flag.text for flag in score.flags}
    sheets = tuple(
        _sheet(key, seat, expert, marks.get(expert), score, pages, policy) for seat, expert in pages.experts.items()
    )
    return BookLine(named, tuple(flags.values()), sheets, False)


def _sheet(
    key: int, seat: int, expert: str, marks: Mapping[str, int] | None, score: Score, pages: _Pages, policy: Policy
) -> BookSheet:
    kept = pages.states.get((key, seat))
    recused = (key, seat) in pages.recused
    if kept is None:
        members = pages.members[key]
        state = SheetState.BLANK if members is None or seat in members else None
        return BookSheet(expert, state, recused, False, {}, None, False, (), "", "")
    voided = bool(kept.voided)
    if marks is None:
        abstained = kept.state == SheetState.ABSTAINED and not voided
        reason = kept.reason if abstained else ""
        return BookSheet(expert, SheetState(kept.state), recused, voided, {}, None, False, (), "", reason)
    columns = [column for column in score.columns if not _counts(expert, column)]
    counted = expert not in pages.dropped and len(columns) < len(score.columns)
    left_out = tuple(column.criterion.name for column in columns if counted and column.criterion is not None)
    total = sheet_total(marks, policy.rubric)
    return BookSheet(expert, SheetState.SUBMITTED, recused, voided, marks, total, counted, left_out, kept.comment, "")


def _counts(expert: str, column: Column) -> bool:
    """Whether an expert's own value is among those counted; one replaced by a mean is not."""
    if any(value.expert == expert for value in column.replaced):
        return False
    return any(value.expert == expert for value in column.counted)


def own_sheets(office: Office, actor: Actor, meeting: str) -> OwnSheetsView:
    """The own sheets of a marking seat, in any phase: nothing in them depends on anybody else's."""
    with snapshot(office) as still, reading(still, actor, "marks.own", meeting) as look:
        own = desk(still, actor, meeting)
        saved = look.connection.execute(_SAVED, {"seat": look.standing.seat_id}).scalar()
        mark = own_mark(look.connection, meeting, actor.name)
        return OwnSheetsView(actor.name, own, saved or own.phase_since, mark)
