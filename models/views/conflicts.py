"""Conflicts that the record suggests: what is known of people, and in what it agrees with applicants."""

from __future__ import annotations

from dataclasses import dataclass

from models.enums import Clue, RecusalGround


@dataclass(frozen=True)
class About:
    """What the office knows of a person at a seat; `advised` are enterprises of the last three years, names or codes.

    For the eyes of the secretary and the chair.
    """

    employer: str = ""
    employer_uscc: str = ""
    phone: str = ""
    address: str = ""
    advised: tuple[str, ...] = ()


@dataclass(frozen=True)
class Applicant:
    """What an application tells of its enterprise, as written: several phones may stand in one text."""

    no: str
    enterprise: str
    uscc: str
    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Agreement:
    """Something in which a person and an applicant agree, as each has it written."""

    clue: Clue
    person: str
    applicant: str


@dataclass(frozen=True)
class Suggestion:
    """A recusal that the record suggests, with the ground it would have. Somebody confirms or dismisses it."""

    name: str
    no: str
    enterprise: str
    ground: RecusalGround
    agreements: tuple[Agreement, ...]


@dataclass(frozen=True)
class Dismissal:
    """A suggestion of which somebody found that it is no conflict, and why."""

    name: str
    no: str
    enterprise: str
    clues: tuple[Clue, ...]
    reason: str
    by: str
    at: str


@dataclass(frozen=True)
class ConflictsView:
    """What is known of the people at a meeting, what it suggests and nobody has answered, and what was dismissed."""

    meeting: str
    people: tuple[tuple[str, About], ...]
    open: tuple[Suggestion, ...]
    dismissed: tuple[Dismissal, ...]
