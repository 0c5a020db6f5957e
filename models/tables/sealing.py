"""Sealing: people's key pairs, a meeting's epochs and who holds them, and the boxes of its sheets."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.sealed import HOLDERS
from models.tables.base import one_of


class KeyPair(SQLModel, table=True):
    """A person's public keys, and the private ones wrapped by the own phrase; `envelope` wraps them by a printed code.

    A new phrase after a lost one makes a new pair; the former one ends and stays, for what was signed with it.
    """

    __tablename__ = "key_pair"
    __table_args__ = (CheckConstraint("(seat_id IS NULL) <> (user_id IS NULL)", name="one_person"),)

    id: int | None = Field(default=None, primary_key=True)
    seat_id: int | None = Field(default=None, foreign_key="seat.id", index=True)
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    box_public: bytes
    sign_public: bytes
    wrapped: bytes
    envelope: bytes | None = None
    since: str
    ended_at: str | None = None


class Epoch(SQLModel, table=True):
    """One scoring of a meeting: what is handed in is boxed to its public key. `private` is there after the reveal."""

    __tablename__ = "epoch"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    number: int
    public: bytes
    opened_at: str
    private: bytes | None = None
    revealed_at: str | None = None


class EpochShare(SQLModel, table=True):
    """One holder's half of one pair's pad, boxed to that holder."""

    __tablename__ = "epoch_share"
    __table_args__ = (one_of("role", HOLDERS),)

    epoch_id: int = Field(foreign_key="epoch.id", primary_key=True)
    pair: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    key_pair_id: int = Field(foreign_key="key_pair.id", primary_key=True)
    box: bytes


class EpochRelease(SQLModel, table=True):
    """A half that its holder has given, in clear: it can't be taken back. `envelope`: it was opened by the envelope."""

    __tablename__ = "epoch_release"
    __table_args__ = (one_of("role", HOLDERS),)

    epoch_id: int = Field(foreign_key="epoch.id", primary_key=True)
    pair: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    value: bytes
    by: str
    envelope: bool = False
    at: str


class SealedSheet(SQLModel, table=True):
    """The boxes of a sheet: `box` to the epoch's key once it is handed in, `own_box` to its expert alone.

    They stay after the reveal, so that a stranger can open and compare them.
    """

    __tablename__ = "sealed_sheet"

    sheet_id: int = Field(foreign_key="score_sheet.id", primary_key=True)
    version: int
    key_pair_id: int = Field(foreign_key="key_pair.id")
    epoch_id: int | None = Field(default=None, foreign_key="epoch.id", index=True)
    box: bytes | None = None
    own_box: bytes | None = None
