"""Batches: one round of one policy."""

from datetime import date

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models.tables.base import not_blank


class Batch(SQLModel, table=True):
    """One round: its quota (enterprises), its budget (fen) and its application window.

    `sources` is JSON shares; `limits` JSON of the lower bounds that it sets below the measure's, with its notice.
    """

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint("quota > 0", name="quota"),
        CheckConstraint("budget_fen IS NULL OR budget_fen > 0", name="budget"),
        CheckConstraint("opens IS NULL OR closes IS NULL OR opens <= closes", name="window"),
        not_blank("id"),
    )

    id: str = Field(primary_key=True)
    policy_file_id: int = Field(foreign_key="policy.id")
    quota: int
    budget_fen: int | None = None
    opens: date | None = None
    closes: date | None = None
    sources: str | None = None
    limits: str | None = None
