"""Paper sheets that were keyed once, until a second person's keying agrees."""

from sqlmodel import Field, SQLModel

from models.enums import Role
from models.tables.base import one_of


class Keying(SQLModel, table=True):
    """One person's keying of one paper sheet. It counts for nothing until another person's agrees with it.

    `content` is what was keyed, nobody's to see; it is emptied when the keying ends: agreed, keyed again, or lapsed
    with the reveal. `places` is a JSON list: in what it differed from the other's, once it was keyed again.
    """

    __tablename__ = "keying"
    __table_args__ = (one_of("role", Role),)

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    application_id: int = Field(foreign_key="application.id")
    seat_id: int = Field(foreign_key="seat.id", index=True)
    user_id: int = Field(foreign_key="user.id")
    keyed_by: str
    role: str
    content: str
    nonce: str
    at: str
    ended_at: str | None = None
    places: str = "[]"
    checked_with: str = ""
    """Whose keying it was compared with, once it was."""
