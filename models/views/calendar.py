"""The office's calendar: its special days with where they come from, and what a file changed in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from models.text import Text
from models.views.derivation import Derivation

Source = Literal["library", "office"]
"""Who says so: the State Council's notices as the library has them, or a file that the office added."""


@dataclass(frozen=True)
class SpecialDay:
    """A day that is not what its weekday says. `library` is what the library says of it, where that is otherwise.

    `added_by` and `added_at` are of the office's days only.
    """

    day: date
    working: bool
    why: Text
    source: Source
    basis: str
    library: Text | None
    added_by: str = ""
    added_at: str = ""


@dataclass(frozen=True)
class YearView:
    """A year's special days. `source` None: nobody knows the year's arrangement, the days are the office's alone."""

    year: int
    source: Source | None
    basis: str
    days: tuple[SpecialDay, ...]


@dataclass(frozen=True)
class ChangedDay:
    """What a file changed in one day: `old` None where nobody knew; `new` None where nobody knows now."""

    day: date
    old: Text | None
    new: Text | None
    library: Text | None


@dataclass(frozen=True)
class StandingNotice:
    """A notice whose period would now end on another day; what was published stands."""

    meeting: str
    version: int
    closes: date
    would_close: date


@dataclass(frozen=True)
class CalendarAdded:
    """What came of adding a file. `year` is the one that it holds completely, if any."""

    file: str
    digest: str
    basis: str
    year: int | None
    days: tuple[ChangedDay, ...]
    standing: tuple[StandingNotice, ...]


@dataclass(frozen=True)
class CountedPeriod:
    """So many working days from a day on, counted both ways; the derivation is the one without the first day."""

    closes_without: date
    closes_with: date
    derivation: Derivation
