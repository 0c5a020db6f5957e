"""From the notice to the signed list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.enums import ListKind, ObjectionOutcome, ObjectionState, Role
from models.text import Text


@dataclass(frozen=True)
class DayView:
    """A day of a period: `number` when it counts, `why` when it does not, and the document that says so."""

    day: date
    number: int | None
    why: Text | None
    basis: str = ""


@dataclass(frozen=True)
class NoticeView:
    """One notice. `days` run from the first to the last counted day.

    `other_closes` is the last day by the other way of counting; None where that runs into a year that nobody knows.
    `entry` and `head` are its entry in the audit chain, None and blank while nobody has recorded it.
    """

    version: int
    opens: date
    closes: date
    working_days: int
    first_day_counts: bool
    other_closes: date | None
    days: tuple[DayView, ...]
    place: str
    recorded_by: str
    recorded_at: str
    over: bool
    today: date
    items: tuple[PublishedItem, ...]
    entry: int | None = None
    head: str = ""


@dataclass(frozen=True)
class PublishedItem:
    """An application on a notice, as the public sees it."""

    no: str
    enterprise: str
    district: str
    amount_fen: int | None
    held: bool


@dataclass(frozen=True)
class ClockView:
    """The clock that runs on an objection: until when it is to be accepted, or decided, in working days.

    `gone` of `days` are over, today included; `due` is the last. Both are None where the calendar is not known so far:
    `unknown` then says of which year.
    """

    deciding: bool
    days: int
    gone: int | None
    due: date | None
    overdue: bool
    unknown: Text | None = None


@dataclass(frozen=True)
class ObjectionView:
    """An objection. `clock` is None where the policy sets no time, or nothing is awaited.

    `objector` and `contact` are None to who may not know them.
    """

    number: int
    no: str
    enterprise: str
    grounds: str
    anonymous: bool
    objector: str | None
    contact: str | None
    evidence: tuple[str, ...]
    on_notice: bool
    in_period: bool
    state: ObjectionState
    outcome: ObjectionOutcome | None
    finding: str
    amount_fen: int | None
    recorded_at: str
    clock: ClockView | None
    open: bool

    @property
    def accept_by(self) -> date | None:
        """The last day for accepting, while that is awaited."""
        return None if self.clock is None or self.clock.deciding else self.clock.due

    @property
    def decide_by(self) -> date | None:
        """The last day for deciding, while that is awaited."""
        return self.clock.due if self.clock is not None and self.clock.deciding else None


@dataclass(frozen=True)
class AwardView:
    """One enterprise on a frozen list."""

    no: str
    enterprise: str
    uscc: str
    district: str
    industry: str
    track: str
    amount_fen: int | None
    sources: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class SignatureView:
    """A signature that is there, or (`at` None) still wanted."""

    role: Role
    name: str
    at: str | None


@dataclass(frozen=True)
class AwardListView:
    """One version of the award list."""

    meeting: str
    version: int
    kind: ListKind
    digest: str
    frozen_at: str
    awards: tuple[AwardView, ...]
    total_fen: int
    signatures: tuple[SignatureView, ...]
    sources: tuple[tuple[str, int], ...]
