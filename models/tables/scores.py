"""Score sheets, their marks, and what may change them after the reveal."""

from sqlalchemy import CheckConstraint, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from models.enums import CorrectionGround, SheetState
from models.tables.base import not_blank, not_negative, one_of


class ScoreSheet(SQLModel, table=True):
    """One expert's sheet for one application. `total_micro` is the weighted sum of its marks, NULL until all are there.

    `nonce` salts the digest by which the audit trail knows the marks without telling them; blank while sealed.
    """

    __tablename__ = "score_sheet"
    __table_args__ = (
        UniqueConstraint("application_id", "seat_id"),
        one_of("state", SheetState),
        not_negative("total_micro"),
        CheckConstraint("state <> 'submitted' OR total_micro IS NOT NULL OR sealed", name="submitted_total"),
        CheckConstraint("state <> 'abstained' OR length(reason) > 0", name="abstained_reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    application_id: int = Field(foreign_key="application.id")
    seat_id: int = Field(foreign_key="seat.id", index=True)
    state: str = SheetState.DRAFT
    total_micro: int | None = None
    comment: str = ""
    reason: str = ""
    """Why it was abstained from or returned."""
    voided: bool = False
    """A recusal declared after scoring began takes the sheet out; it stays on record."""
    revealed: bool = False
    """Once revealed a sheet changes by `Correction` only, even if its meeting goes back to scoring."""
    keyed_by: str = ""
    nonce: str
    saved_at: str
    sealed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Its marks, total and comment are in boxes (`SealedSheet`) and nowhere else, until the reveal."""


class Mark(SQLModel, table=True):
    """A mark in milli-points. A blank mark has no row: absent is never zero."""

    __tablename__ = "mark"
    __table_args__ = (not_negative("value_milli"),)

    sheet_id: int = Field(foreign_key="score_sheet.id", primary_key=True)
    criterion_id: int = Field(foreign_key="criterion.id", primary_key=True)
    value_milli: int


class Correction(SQLModel, table=True):
    """A change after the reveal: the chair names the ground, then the new mark is entered. `new_milli` NULL before."""

    __tablename__ = "correction"
    __table_args__ = (one_of("ground", CorrectionGround), not_blank("reason"), not_negative("old_milli"))

    id: int | None = Field(default=None, primary_key=True)
    sheet_id: int = Field(foreign_key="score_sheet.id", index=True)
    criterion_id: int = Field(foreign_key="criterion.id")
    ground: str
    reason: str
    old_milli: int
    new_milli: int | None = None
    named_by: str
    named_at: str
    entered_by: str = ""
    entered_at: str | None = None


class Explanation(SQLModel, table=True):
    """An expert's explanation of an own value that was flagged."""

    __tablename__ = "explanation"
    __table_args__ = (not_blank("text"),)

    seat_id: int = Field(foreign_key="seat.id", primary_key=True)
    application_id: int = Field(foreign_key="application.id", primary_key=True)
    text: str
    at: str
