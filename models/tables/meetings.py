"""Meetings, what they decide on, their panels, seats and recusals."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.enums import ItemOrder, Kind, Origin, Phase, RecusalGround, Role
from models.tables.base import not_blank, one_of


class Meeting(SQLModel, table=True):
    """One review session over applications of one batch and track."""

    __tablename__ = "meeting"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("phase", Phase),
        one_of("item_order", ItemOrder),
        not_blank("id"),
        not_blank("title"),
    )

    id: str = Field(primary_key=True)
    batch_id: str = Field(foreign_key="batch.id", index=True)
    track: str
    kind: str
    title: str
    phase: str = Phase.PREPARING
    phase_since: str
    called_application_id: int | None = Field(default=None, foreign_key="application.id")
    item_order: str = ItemOrder.NUMBER
    reminded_at: str | None = None
    countdown_ends_at: str | None = None


class PhaseChange(SQLModel, table=True):
    """When a meeting went from one phase to another, by whom, and for which reason if back."""

    __tablename__ = "phase_change"
    __table_args__ = (one_of("phase", Phase),)

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    phase: str
    at: str
    actor: str
    reason: str = ""


class Panel(SQLModel, table=True):
    """The experts of a meeting who mark one share of its applications."""

    __tablename__ = "panel"
    __table_args__ = (UniqueConstraint("meeting_id", "name"), not_blank("name"))

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    name: str


class PanelSeat(SQLModel, table=True):
    """A seat's membership of a panel."""

    __tablename__ = "panel_seat"

    panel_id: int = Field(foreign_key="panel.id", primary_key=True)
    seat_id: int = Field(foreign_key="seat.id", primary_key=True)


class Item(SQLModel, table=True):
    """An application that a meeting decides on; without a panel, every marking seat marks it. In one meeting at most.

    `eligible` is decided when the meeting leaves preparing and stands from then on; only eligible items are marked.
    """

    __tablename__ = "item"

    application_id: int = Field(foreign_key="application.id", primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    panel_id: int | None = Field(default=None, foreign_key="panel.id")
    eligible: bool | None = None


class Seat(SQLModel, table=True):
    """A person at one meeting. `code_hash` is of the printed one-time code, `pin_hash` of the own PIN."""

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("meeting_id", "name"),
        one_of("role", Role),
        one_of("origin", Origin),
        not_blank("name"),
        CheckConstraint("absent_at IS NULL OR length(absent_reason) > 0", name="absence"),
        CheckConstraint("NOT marks OR role IN ('expert', 'chair', 'deputy')", name="marks"),
    )

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    name: str
    role: str
    marks: bool
    origin: str
    user_id: int | None = Field(default=None, foreign_key="user.id")
    code_hash: str | None = None
    pin_hash: str | None = None
    signed_in_at: str | None = None
    absent_at: str | None = None
    absent_reason: str = ""
    wrong_tries: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    locked_until: str | None = None


class Recusal(SQLModel, table=True):
    """A conflict that takes one member off one application."""

    __tablename__ = "recusal"
    __table_args__ = (UniqueConstraint("seat_id", "application_id"), one_of("ground", RecusalGround))

    id: int | None = Field(default=None, primary_key=True)
    seat_id: int = Field(foreign_key="seat.id", index=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    ground: str
    reason: str = ""
    declared_by: str
    at: str
