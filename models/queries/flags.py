"""What the scoring rule flags, whose it is to explain, and who hasn't yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, text

from models.policy.types import Policy
from models.queries.base import Standing
from models.queries.results import Grouped
from models.rules import marks as rule
from models.rules import tally
from models.text import Text

_NAMES = text("SELECT id, name FROM seat WHERE meeting_id = :meeting")
_ELIGIBLE = text(
    "SELECT a.id, a.no FROM item i JOIN application a ON a.id = i.application_id "
    "WHERE i.meeting_id = :meeting AND i.eligible ORDER BY a.no"
)
_EXPLAINED = text(
    "SELECT a.no, s.name FROM explanation x JOIN seat s ON s.id = x.seat_id "
    "JOIN application a ON a.id = x.application_id WHERE s.meeting_id = :meeting"
)


def unexplained(connection: Connection, stands: Standing, policy: Policy) -> dict[str, list[str]]:
    """By application: the experts who still owe a word on a flagged value, by name; figures are read but not told.

    A flagged spread asks the experts of its highest and its lowest valid sheet.
    """
    meeting = {"meeting": stands.meeting_id}
    names: dict[int, str] = dict(connection.execute(_NAMES, meeting).all())
    said = {(no, name) for no, name in connection.execute(_EXPLAINED, meeting)}
    asked = _asked(connection, stands, policy)
    owing = {
        no: sorted(names[seat] for seat in asked[key] if (no, names[seat]) not in said)
        for key, no in connection.execute(_ELIGIBLE, meeting)
        if key in asked
    }
    return {no: left for no, left in owing.items() if left}


def _asked(connection: Connection, stands: Standing, policy: Policy) -> dict[int, set[int]]:
    """By application: the seats whose value is flagged."""
    scoring = policy.scoring
    explains = scoring.deviation is not None and scoring.deviation.then == "explain"
    criteria = policy.rubric.criteria if explains and scoring.by == "criterion" else ()
    grouped = Grouped.of(connection, stands, scoring)
    asked: dict[int, set[int]] = {}
    for key, listed in grouped.totals(seats=True).items():
        totals = _by_seat(listed)
        ends = (max(totals.values()), min(totals.values()))
        seats = set()
        if tally.spread_flagged(ends[0] - ends[1], scoring):
            seats = {seat for seat, total in totals.items() if total in ends}
        if explains and not criteria:
            rounded = {seat: tally.rounded_total(total, scoring.weighted_places) for seat, total in totals.items()}
            seats |= tally.outside(rounded, scoring)
        if seats:
            asked[key] = seats
    for (key, _criterion), listed in grouped.marks(criteria, seats=True).items() if criteria else ():
        seats = tally.outside(_by_seat(listed), scoring)
        if seats:
            asked.setdefault(key, set()).update(seats)
    return asked


def _by_seat(listed: str) -> dict[int, int]:
    """The figures of one line of `Grouped` by their seats."""
    figures = [int(one) for one in listed.replace("=", ",").split(",")]
    return dict(zip(figures[::2], figures[1::2], strict=True))


def flags_by_expert(sheets: Sequence[rule.Sheet], policy: Policy, dropped: frozenset[str]) -> dict[str, list[Text]]:
    """What is flagged, by the expert who has to explain it."""
    score = rule.aggregate(sheets, policy.rubric, policy.scoring, dropped)
    totals: Mapping[str, int] = {
        sheet.expert: rule.sheet_total(sheet.marks, policy.rubric) for sheet in rule.valid_sheets(sheets, dropped)
    }
    found: dict[str, list[Text]] = {}
    for flag in score.flags:
        if flag.expert is not None:
            found.setdefault(flag.expert, []).append(flag.text)
        elif flag.kind == "spread":
            ends = (max(totals.values()), min(totals.values()))
            for name in sorted(name for name, total in totals.items() if total in ends):
                found.setdefault(name, []).append(flag.text)
    return found
