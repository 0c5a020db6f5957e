"""The frozen result, versioned and digested, and its signatures."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.enums import ListKind, Role
from models.tables.base import not_negative, one_of


class AwardList(SQLModel, table=True):
    """One version of a list; version n holds what versions before it do not. `digest` is over its canonical text."""

    __tablename__ = "award_list"
    __table_args__ = (
        UniqueConstraint("meeting_id", "version"),
        one_of("kind", ListKind),
        CheckConstraint("length(digest) = 64", name="digest"),
    )

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    version: int
    kind: str
    digest: str
    frozen_by: str
    frozen_at: str


class Award(SQLModel, table=True):
    """One enterprise on a list, with its amount (fen) and its division over the sources (JSON code → fen).

    `claim` is JSON of what the amount was computed from when the list was frozen: its derivation stays what it was.
    """

    __tablename__ = "award"
    __table_args__ = (not_negative("amount_fen"),)

    award_list_id: int = Field(foreign_key="award_list.id", primary_key=True)
    application_id: int = Field(foreign_key="application.id", primary_key=True, index=True)
    amount_fen: int | None = None
    sources: str = "{}"
    claim: str | None = None


class Signature(SQLModel, table=True):
    """Who signed which list, over which digest."""

    __tablename__ = "signature"
    __table_args__ = (
        UniqueConstraint("award_list_id", "role"),
        one_of("role", (Role.CHAIR, Role.DEPUTY, Role.FINANCE)),
    )

    id: int | None = Field(default=None, primary_key=True)
    award_list_id: int = Field(foreign_key="award_list.id", index=True)
    role: str
    name: str
    digest: str
    at: str
