"""The facts of a meeting that its phases ask about, read once and handed to `rules.phases`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, TextClause, text

from models.enums import Origin, Phase, Role
from models.policy.types import Policy
from models.queries.applications import eligibility_of
from models.queries.base import Office, Standing
from models.queries.conflicts import open_suggestions
from models.queries.flags import unexplained
from models.queries.listing import list_fact
from models.queries.results import listed_in
from models.queries.sealing import holders_missing
from models.queries.sight import foreign_nos, recused_nos
from models.rules.permissions import KNOWS_CONFLICTS
from models.rules.phases import Facts, ItemFact, ListFact, SeatFact

_SEATS = text(
    "SELECT id, name, role, marks, origin, signed_in_at, absent_at FROM seat WHERE meeting_id = :meeting ORDER BY id"
)
_ITEMS = text(
    "SELECT a.id, a.no, i.panel_id, i.eligible FROM item i JOIN application a ON a.id = i.application_id "
    "WHERE i.meeting_id = :meeting ORDER BY a.no"
)
_PANELS = text(
    "SELECT ps.panel_id, ps.seat_id FROM panel_seat ps JOIN panel p ON p.id = ps.panel_id WHERE p.meeting_id = :meeting"
)
_RECUSALS = text(
    "SELECT r.application_id, r.seat_id FROM recusal r JOIN seat s ON s.id = r.seat_id WHERE s.meeting_id = :meeting"
)
_SHEETS = (
    "SELECT application_id, state, {seats} FROM score_sheet "
    "WHERE meeting_id = :meeting AND NOT voided AND state IN ('submitted', 'abstained') GROUP BY application_id, state"
)
CLOSED = (
    "SELECT application_id FROM score_sheet WHERE meeting_id = :meeting AND revealed AND state = 'submitted' "
    "AND NOT voided GROUP BY application_id HAVING COUNT(*) >= :least"
)
"""The applications whose marks were revealed and are enough: a step back to scoring opens none of them."""

_OPINIONS = text("SELECT application_id FROM opinion WHERE meeting_id = :meeting")
_KEYED = text(
    "SELECT s.name, a.no, COUNT(*) AS keyed FROM keying k JOIN seat s ON s.id = k.seat_id "
    "JOIN application a ON a.id = k.application_id WHERE k.meeting_id = :meeting AND k.ended_at IS NULL "
    "GROUP BY s.id, s.name, a.no ORDER BY a.no, s.id"
)
_CORRECTIONS = text(
    "SELECT s.application_id FROM correction c JOIN score_sheet s ON s.id = c.sheet_id "
    "WHERE s.meeting_id = :meeting AND c.new_milli IS NULL AND NOT s.voided"
)


@dataclass(frozen=True)
class Roll:
    """Who marks what in a meeting, by ids: seats, members of each item, recusals and sheets that are in."""

    seats: tuple[SeatFact, ...]
    seat_ids: Mapping[int, str]
    items: tuple[ItemFact, ...]
    item_ids: Mapping[str, int]

    def seat(self, name: str) -> SeatFact:
        """A seat by its name."""
        return next(seat for seat in self.seats if seat.name == name)


def roll(connection: Connection, stands: Standing, policy: Policy) -> Roll:
    """Read seats and items of a meeting with who marks them and what is in."""
    meeting = {"meeting": stands.meeting_id}
    rows = connection.execute(_SEATS, meeting).all()
    names = {row.id: row.name for row in rows}
    seats = tuple(
        SeatFact(
            row.name,
            Role(row.role),
            bool(row.marks),
            Origin(row.origin),
            row.signed_in_at is not None,
            row.absent_at is not None,
        )
        for row in rows
    )
    everyone = tuple(seat.name for seat in seats if seat.marks)
    panels: dict[int, list[str]] = {}
    for row in connection.execute(_PANELS, meeting):
        panels.setdefault(row.panel_id, []).append(names[row.seat_id])
    recused = _by_item(connection, _RECUSALS, meeting, names)
    handed_in = _handed_in(connection, meeting, names)
    closed = set(connection.execute(text(CLOSED), meeting | {"least": policy.scoring.least_in}).scalars())
    items = connection.execute(_ITEMS, meeting).all()
    undecided = [item.id for item in items if item.eligible is None]
    live = eligibility_of(connection, policy, undecided)
    nobody: frozenset[str] = frozenset()
    return Roll(
        seats,
        names,
        tuple(
            ItemFact(
                item.no,
                live[item.id].eligible if item.eligible is None else bool(item.eligible),
                tuple(panels.get(item.panel_id, ())) if item.panel_id is not None else everyone,
                recused.get(item.id, nobody),
                handed_in.get((item.id, "submitted"), nobody),
                handed_in.get((item.id, "abstained"), nobody),
                closed=item.id in closed,
            )
            for item in items
        ),
        {item.no: item.id for item in items},
    )


def _handed_in(
    connection: Connection, meeting: Mapping[str, object], names: Mapping[int, str]
) -> dict[tuple[int, str], frozenset[str]]:
    """By application and state whose sheets are in; most applications share one of few sets."""
    statement = _SHEETS.format(seats=listed_in(connection, "CAST(seat_id AS VARCHAR)"))
    known: dict[str, frozenset[str]] = {}
    found = {}
    for application, state, seats in connection.execute(text(statement), meeting):
        if seats not in known:
            known[seats] = frozenset(names[int(seat)] for seat in seats.split(","))
        found[application, state] = known[seats]
    return found


def _by_item(
    connection: Connection, statement: TextClause, meeting: Mapping[str, object], names: Mapping[int, str]
) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for row in connection.execute(statement, meeting):
        found.setdefault(row.application_id, set()).add(names[row.seat_id])
    return {application: frozenset(people) for application, people in found.items()}


def facts(office: Office, connection: Connection, stands: Standing, policy: Policy, read: Roll | None = None) -> Facts:
    """Everything that `phases.blockers` asks about a meeting, as far as its phase needs it.

    `read`: its roll, from who has read it in the same snapshot.
    """
    assert stands.phase is not None
    read = read or roll(connection, stands, policy)
    items = read.items
    if stands.phase is Phase.DELIBERATING:
        items = _deliberated(connection, stands, policy, read)
    listed = list_fact(office, connection, stands, policy) if _needs_list(stands.phase) else ListFact()
    missing: tuple[Role, ...] = ()
    if stands.phase is Phase.SIGNING_IN and policy.scoring.sealing and stands.meeting_id is not None:
        missing = holders_missing(connection, stands.meeting_id)
    found = open_suggestions(connection, stands.meeting_id or "") if stands.phase in _ANSWERED else ()
    told = tuple((one.name, one.no) for one in found) if stands.role in KNOWS_CONFLICTS else ()
    keyed = _keyings(connection, stands, policy)
    return Facts(stands.phase, policy, read.seats, items, listed, missing, keyed, len(found), told)


def _keyings(connection: Connection, stands: Standing, policy: Policy) -> tuple[tuple[str, str, bool], ...]:
    if stands.phase is not Phase.SCORING or not policy.scoring.double_keying:
        return ()
    found = connection.execute(_KEYED, {"meeting": stands.meeting_id})
    return tuple((row.name, row.no, row.keyed > 1) for row in found)


_ANSWERED = (Phase.SIGNING_IN, Phase.SCORING, Phase.DELIBERATING)
"""The phases that don't end before every suggested recusal is answered."""


def _needs_list(phase: Phase) -> bool:
    return phase not in (Phase.SIGNING_IN, Phase.SCORING, Phase.DELIBERATING, Phase.ARCHIVED)


def _deliberated(connection: Connection, stands: Standing, policy: Policy, read: Roll) -> tuple[ItemFact, ...]:
    from dataclasses import replace

    meeting = {"meeting": stands.meeting_id}
    opinions = set(connection.execute(_OPINIONS, meeting).scalars())
    open_corrections = Counter(connection.execute(_CORRECTIONS, meeting).scalars())
    owing = unexplained(connection, stands, policy)
    sealed = recused_nos(connection, stands) | foreign_nos(connection, stands)
    return tuple(
        replace(
            item,
            opinion=read.item_ids[item.no] in opinions,
            unexplained=tuple(owing.get(item.no, ())),
            corrections_open=open_corrections[read.item_ids[item.no]],
            sealed=item.no in sealed,
        )
        for item in read.items
    )
