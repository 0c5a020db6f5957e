"""Paper sheets as the minutes tell of them: who keyed which, where two differed, and what never came in."""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import Connection, text

from models.policy.types import Rubric
from models.queries.keying import place_names
from models.views.minutes import LapsedKeyingView, PaperView, RekeyedView

_PAPER = text(
    "SELECT k.keyed_by, s.name, a.no FROM score_sheet k JOIN seat s ON s.id = k.seat_id "
    "JOIN application a ON a.id = k.application_id WHERE k.meeting_id = :meeting AND k.keyed_by <> '' "
    "AND k.state IN ('submitted', 'abstained') ORDER BY k.keyed_by, s.id, a.no"
)
_ENDED = (
    "SELECT s.name AS expert, a.no, k.keyed_by, k.checked_with, k.places, k.ended_at FROM keying k "
    "JOIN seat s ON s.id = k.seat_id JOIN application a ON a.id = k.application_id "
    "WHERE k.meeting_id = :meeting AND k.ended_at IS NOT NULL"
)
_AGAIN = text(f"{_ENDED} AND k.places <> '[]' ORDER BY k.id")
_LAPSED = text(f"{_ENDED} AND k.checked_with = '' ORDER BY a.no, s.id, k.id")


def paper(connection: Connection, meeting: str, hidden: Collection[str]) -> tuple[PaperView, ...]:
    """The paper sheets that are in by their keyers, less those of hidden applications."""
    found: dict[str, dict[str, list[str]]] = {}
    for keyed_by, expert, no in connection.execute(_PAPER, {"meeting": meeting}):
        if no not in hidden:
            found.setdefault(keyed_by, {}).setdefault(expert, []).append(no)
    return tuple(
        PaperView(tuple(keyed_by.split("、")), {expert: tuple(nos) for expert, nos in sheets.items()})
        for keyed_by, sheets in found.items()
    )


def rekeyed(connection: Connection, meeting: str, rubric: Rubric) -> tuple[RekeyedView, ...]:
    """The keyings that differed and were keyed again, in their order."""
    names = place_names(rubric)
    return tuple(
        RekeyedView(
            row.expert,
            row.no,
            row.keyed_by,
            row.checked_with,
            tuple(names[place] for place in json.loads(row.places)),
            row.ended_at,
        )
        for row in connection.execute(_AGAIN, {"meeting": meeting})
    )


def lapsed(connection: Connection, meeting: str) -> tuple[LapsedKeyingView, ...]:
    """The paper sheets that were keyed and lapsed with the reveal."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in connection.execute(_LAPSED, {"meeting": meeting}):
        found.setdefault((row.expert, row.no), []).append(row.keyed_by)
    return tuple(LapsedKeyingView(expert, no, tuple(by)) for (expert, no), by in found.items())
