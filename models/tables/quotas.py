"""Quotas of a meeting and the allocation made under them."""

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models.enums import CellKind, Outcome, ReasonCode
from models.tables.base import not_blank, not_negative, one_of


class Quota(SQLModel, table=True):
    """The places, budget (fen) and number of alternates of a meeting."""

    __tablename__ = "quota"
    __table_args__ = (
        CheckConstraint("total > 0", name="total"),
        CheckConstraint("budget_fen IS NULL OR budget_fen > 0", name="budget"),
        not_negative("alternates"),
    )

    meeting_id: str = Field(foreign_key="meeting.id", primary_key=True)
    total: int
    budget_fen: int | None = None
    alternates: int = 0


class QuotaCell(SQLModel, table=True):
    """A floor and a ceiling for one district or industry (its code)."""

    __tablename__ = "quota_cell"
    __table_args__ = (
        one_of("kind", CellKind),
        not_negative("floor", "ceiling"),
        CheckConstraint("ceiling IS NULL OR floor <= ceiling", name="order"),
    )

    meeting_id: str = Field(foreign_key="meeting.id", primary_key=True)
    kind: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    floor: int = 0
    ceiling: int | None = None


class QuotaChange(SQLModel, table=True):
    """A quota as it was replaced: old, new (JSON), who, why. The minutes tell those after the reveal."""

    __tablename__ = "quota_change"

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    phase: str
    old: str
    new: str
    reason: str = ""
    by: str
    at: str


class Allocation(SQLModel, table=True):
    """A proposal as it was computed; the newest that has not lapsed is the one in force."""

    __tablename__ = "allocation"

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    line: int | None = None
    digest: str
    by: str
    at: str
    lapsed_at: str | None = None


class AllocationItem(SQLModel, table=True):
    """What an allocation says of one application. `amount_fen` is the support it would bring."""

    __tablename__ = "allocation_item"
    __table_args__ = (one_of("outcome", Outcome), one_of("reason", ReasonCode), not_negative("amount_fen"))

    allocation_id: int = Field(foreign_key="allocation.id", primary_key=True)
    application_id: int = Field(foreign_key="application.id", primary_key=True)
    rank: int | None = None
    score: int | None = None
    outcome: str
    reason: str
    alternate_order: int | None = None
    margin: int | None = None
    amount_fen: int | None = None


class Adjustment(SQLModel, table=True):
    """A chair's change to an allocation. A later one of the same application replaces it; one lapses with its phase."""

    __tablename__ = "adjustment"
    __table_args__ = (
        one_of("outcome", (Outcome.PROPOSED, Outcome.ALTERNATE, Outcome.DECLINED)),
        not_blank("reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    application_id: int = Field(foreign_key="application.id")
    outcome: str
    reason: str
    by: str
    at: str
    lapsed_at: str | None = None


class TieDecision(SQLModel, table=True):
    """The order that the chair gives tied applications: `nos` is a JSON list."""

    __tablename__ = "tie_decision"
    __table_args__ = (not_blank("reason"),)

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    nos: str
    reason: str
    by: str
    at: str
    lapsed_at: str | None = None
