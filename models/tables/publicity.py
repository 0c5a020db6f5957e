"""Notices, their periods and the objections to them."""

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.enums import ObjectionOutcome, ObjectionState
from models.tables.base import not_blank, not_negative, one_of


class Publicity(SQLModel, table=True):
    """One notice: a version of the list made public from a day on. `recorded_at` is when the office said so."""

    __tablename__ = "publicity"
    __table_args__ = (
        UniqueConstraint("meeting_id", "version"),
        CheckConstraint("opens <= closes", name="period"),
        CheckConstraint("days > 0", name="days"),
        not_blank("place"),
    )

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    version: int
    opens: date
    closes: date
    days: int
    first_day_counts: bool
    place: str
    recorded_by: str
    recorded_at: str


class PublicityItem(SQLModel, table=True):
    """An application on a notice, with the amount (fen) published; `period_id` is the notice whose period it awaits."""

    __tablename__ = "publicity_item"
    __table_args__ = (not_negative("amount_fen"),)

    publicity_id: int = Field(foreign_key="publicity.id", primary_key=True)
    application_id: int = Field(foreign_key="application.id", primary_key=True)
    amount_fen: int | None = None


class Objection(SQLModel, table=True):
    """A challenge to a published application, and its handling. The objector is known to secretary and chair only."""

    __tablename__ = "objection"
    __table_args__ = (
        UniqueConstraint("meeting_id", "number"),
        one_of("state", ObjectionState),
        CheckConstraint(
            "outcome IS NULL OR outcome IN (" + ", ".join(f"'{value}'" for value in ObjectionOutcome) + ")",
            name="outcome",
        ),
        CheckConstraint("state <> 'decided' OR (outcome IS NOT NULL AND length(finding) > 0)", name="decided"),
        not_negative("amount_fen"),
        not_blank("grounds"),
    )

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    number: int
    application_id: int = Field(foreign_key="application.id", index=True)
    on_notice: bool
    in_period: bool
    grounds: str
    anonymous: bool
    objector: str = ""
    contact: str = ""
    evidence: str = ""
    """JSON list of {name, digest}: the files themselves stay with the office."""
    state: str = ObjectionState.RECORDED
    outcome: str | None = None
    amount_fen: int | None = None
    finding: str = ""
    recorded_by: str
    recorded_at: str
    accepted_at: str | None = None
    closed_by: str = ""
    closed_at: str | None = None
