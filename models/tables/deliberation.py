"""What the panel says of an application after the reveal."""

from sqlmodel import Field, SQLModel

from models.tables.base import not_blank, not_negative


class Opinion(SQLModel, table=True):
    """The panel's opinion on an application, as the chair puts it."""

    __tablename__ = "opinion"
    __table_args__ = (not_blank("text"),)

    application_id: int = Field(foreign_key="application.id", primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    text: str
    by: str
    at: str


class Dissent(SQLModel, table=True):
    """A member's different opinion, on an application or (NULL) on the whole."""

    __tablename__ = "dissent"
    __table_args__ = (not_blank("text"),)

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    seat_id: int = Field(foreign_key="seat.id")
    application_id: int | None = Field(default=None, foreign_key="application.id")
    text: str
    at: str


class DecidedAmount(SQLModel, table=True):
    """What the meeting decides within the cap of an up-to track, in fen."""

    __tablename__ = "decided_amount"
    __table_args__ = (not_negative("amount_fen"), not_blank("reason"))

    application_id: int = Field(foreign_key="application.id", primary_key=True)
    amount_fen: int
    reason: str
    by: str
    at: str


class ItemCall(SQLModel, table=True):
    """An application's discussion: from being called, by whom presides over it, to the next call or its end.

    `phase_change_id` is the step that began the deliberation it belongs to: clocks of several desks may differ.
    """

    __tablename__ = "item_call"

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    application_id: int = Field(foreign_key="application.id")
    at: str
    by: str
    ended_at: str | None = None
    phase_change_id: int | None = Field(default=None, foreign_key="phase_change.id")


class Away(SQLModel, table=True):
    """A time in which somebody was not there: stepped out in deliberation, or an absence that has ended."""

    __tablename__ = "away"

    id: int | None = Field(default=None, primary_key=True)
    seat_id: int = Field(foreign_key="seat.id", index=True)
    since: str
    until: str | None = None
    reason: str = ""
    noted_by: str
