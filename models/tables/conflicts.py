"""What is known of people at a meeting, and which suggested conflicts were found to be none."""

from sqlmodel import Field, SQLModel

from models.tables.base import not_blank


class SeatAbout(SQLModel, table=True):
    """What the office knows of the person at a seat; for secretary and chair only, so it stands apart from the seat.

    `advised` is a JSON list. The audit trail names all of it by a digest that `nonce` salts: a phone can be guessed.
    """

    __tablename__ = "seat_about"

    seat_id: int = Field(foreign_key="seat.id", primary_key=True)
    employer: str = ""
    employer_uscc: str = ""
    phone: str = ""
    address: str = ""
    advised: str = "[]"
    nonce: str
    by: str
    at: str


class ConflictDismissal(SQLModel, table=True):
    """Agreements (JSON: clue, the person's value, the applicant's) that somebody found to be no conflict, and why.

    `nonce` salts whatever digest names the row, for a phone may stand in it.
    """

    __tablename__ = "conflict_dismissal"
    __table_args__ = (not_blank("reason"),)

    id: int | None = Field(default=None, primary_key=True)
    seat_id: int = Field(foreign_key="seat.id", index=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    agreements: str
    reason: str
    nonce: str
    by: str
    at: str
