"""The desks at which somebody sat, or sits."""

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel


class Desk(SQLModel, table=True):
    """One sitting of a seat or a person of the office at a terminal: `place` says where, `seen_at` that it still runs.

    It ends when it is left, taken over by another desk, or was not seen for a while.
    """

    __tablename__ = "desk"
    __table_args__ = (CheckConstraint("(seat_id IS NULL) <> (user_id IS NULL)", name="one_person"),)

    id: int | None = Field(default=None, primary_key=True)
    seat_id: int | None = Field(default=None, foreign_key="seat.id", index=True)
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    place: str
    since: str
    seen_at: str
    left_at: str | None = None
    taken_over_by: int | None = Field(default=None, foreign_key="desk.id")
