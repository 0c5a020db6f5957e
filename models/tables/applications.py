"""Enterprises and what they apply for."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.enums import InvestmentKind, Size
from models.tables.base import not_blank, not_negative, one_of


class Enterprise(SQLModel, table=True):
    """An applicant; its unified social credit code (GB 32100) is its identity."""

    __tablename__ = "enterprise"
    __table_args__ = (CheckConstraint("length(uscc) = 18", name="uscc"), not_blank("name"), one_of("size", Size))

    id: int | None = Field(default=None, primary_key=True)
    uscc: str = Field(unique=True)
    name: str
    size: str


class Application(SQLModel, table=True):
    """One enterprise's request in one batch and track, with the answers that eligibility needs.

    `recommended` and `preliminary_passed` are NULL while not given; the exclusions are never NULL: they were checked.
    """

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("batch_id", "enterprise_id", "track"),
        CheckConstraint("current_level IS NULL OR current_level BETWEEN 1 AND 4", name="current_level"),
        CheckConstraint("target_level IS NULL OR target_level BETWEEN 1 AND 4", name="target_level"),
        CheckConstraint("completion_year IS NULL OR completion_year BETWEEN 2000 AND 2099", name="completion_year"),
        not_negative("prior_support_fen", "prior_investment_fen"),
        not_blank("no"),
    )

    id: int | None = Field(default=None, primary_key=True)
    no: str = Field(unique=True)
    batch_id: str = Field(foreign_key="batch.id", index=True)
    enterprise_id: int = Field(foreign_key="enterprise.id", index=True)
    track: str
    district: str
    industry: str
    current_level: int | None = None
    target_level: int | None = None
    completion_year: int | None = None
    prior_support_fen: int = 0
    prior_investment_fen: int = 0
    central_support: bool
    pilot_2022: bool
    dishonest: bool
    other_exclusion: str = ""
    recommended: bool | None = None
    filing_no: str = ""
    preliminary_passed: bool | None = None
    summary: str = ""
    materials: str = ""
    contact: str = ""
    phone: str = ""
    remark: str = ""
    notes: str = ""
    """JSON of the roster's extra columns."""


class Investment(SQLModel, table=True):
    """Planned spending of one kind, in fen."""

    __tablename__ = "investment"
    __table_args__ = (one_of("kind", InvestmentKind), not_negative("amount_fen"))

    application_id: int = Field(foreign_key="application.id", primary_key=True)
    kind: str = Field(primary_key=True)
    amount_fen: int
