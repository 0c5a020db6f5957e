"""What is known of the people at a meeting, and the conflicts that it suggests: for secretary and chair."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from models.enums import Clue
from models.queries.base import Office, reading
from models.rules.conflicts import suggest
from models.views.conflicts import About, Agreement, Applicant, ConflictsView, Dismissal, Suggestion
from models.views.people import Actor

_ABOUT = text(
    "SELECT s.name, b.employer, b.employer_uscc, b.phone, b.address, b.advised FROM seat_about b "
    "JOIN seat s ON s.id = b.seat_id WHERE s.meeting_id = :meeting ORDER BY s.id"
)
_APPLICANTS = text(
    "SELECT a.no, a.phone, a.notes, e.name, e.uscc FROM item i JOIN application a ON a.id = i.application_id "
    "JOIN enterprise e ON e.id = a.enterprise_id "
    "WHERE i.meeting_id = :meeting AND (i.eligible IS NULL OR i.eligible) ORDER BY a.no"
)
_RECUSED = text(
    "SELECT s.name, a.no FROM recusal r JOIN seat s ON s.id = r.seat_id JOIN application a ON a.id = r.application_id "
    "WHERE s.meeting_id = :meeting"
)
_DISMISSED = text(
    "SELECT s.name, a.no, e.name AS enterprise, d.agreements, d.reason, d.by, d.at FROM conflict_dismissal d "
    "JOIN seat s ON s.id = d.seat_id JOIN application a ON a.id = d.application_id "
    "JOIN enterprise e ON e.id = a.enterprise_id WHERE s.meeting_id = :meeting ORDER BY d.id"
)
_ADDRESS, _PHONE = ("地址", "住所", "address"), ("电话", "手机", "phone")
"""What a heading of the roster's extra columns holds where it tells an address or a phone: it has no such column."""


def conflicts(office: Office, actor: Actor, meeting: str) -> ConflictsView:
    """What is known of people and the recusals it suggests. Raises `NotPermitted` but for secretary and chair."""
    with reading(office, actor, "conflicts.read", meeting) as look:
        return ConflictsView(
            meeting,
            tuple(_people(look.connection, meeting).items()),
            open_suggestions(look.connection, meeting),
            dismissals(look.connection, meeting),
        )


def open_suggestions(connection: Connection, meeting: str) -> tuple[Suggestion, ...]:
    """The suggested recusals that nobody has confirmed or dismissed; one that was dismissed is back with new facts."""
    people = _people(connection, meeting)
    if not people:
        return ()
    who = {"meeting": meeting}
    applicants = [_applicant(row) for row in connection.execute(_APPLICANTS, who)]
    recused = {(row.name, row.no) for row in connection.execute(_RECUSED, who)}
    known: dict[tuple[str, str], set[Agreement]] = {}
    for row in connection.execute(_DISMISSED, who):
        known.setdefault((row.name, row.no), set()).update(_agreements(row))
    return tuple(
        one
        for one in suggest(people, applicants)
        if (one.name, one.no) not in recused and not known.get((one.name, one.no), set()).issuperset(one.agreements)
    )


def dismissals(connection: Connection, meeting: str) -> tuple[Dismissal, ...]:
    """What was found to be no conflict, in its order; in what they agree, without the facts themselves."""
    return tuple(
        Dismissal(
            row.name,
            row.no,
            row.enterprise,
            tuple(dict.fromkeys(one.clue for one in _agreements(row))),
            row.reason,
            row.by,
            row.at,
        )
        for row in connection.execute(_DISMISSED, {"meeting": meeting})
    )


def _people(connection: Connection, meeting: str) -> dict[str, About]:
    return {row.name: about_of(row) for row in connection.execute(_ABOUT, {"meeting": meeting})}


def about_of(row: Any) -> About:
    """What a row of `seat_about` says."""
    return About(row.employer, row.employer_uscc, row.phone, row.address, tuple(json.loads(row.advised)))


def _applicant(row: Any) -> Applicant:
    notes: Mapping[str, str] = json.loads(row.notes) if row.notes else {}
    phones = (row.phone, *_noted(notes, _PHONE))
    return Applicant(row.no, row.name, row.uscc, tuple(filter(None, phones)), tuple(_noted(notes, _ADDRESS)))


def _noted(notes: Mapping[str, str], words: tuple[str, ...]) -> list[str]:
    return [str(value) for heading, value in notes.items() if any(word in heading.casefold() for word in words)]


def _agreements(row: Any) -> list[Agreement]:
    return [Agreement(Clue(clue), person, applicant) for clue, person, applicant in json.loads(row.agreements)]
