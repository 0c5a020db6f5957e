"""The audit trail: every act, chained by hash to the one before."""

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel


class AuditEntry(SQLModel, table=True):
    """One act, done or refused. `before` and `after` are JSON; marks appear in them only as salted digests."""

    __tablename__ = "audit_entry"
    __table_args__ = (CheckConstraint("length(hash) = 64 AND length(previous) = 64", name="hash"),)

    seq: int = Field(primary_key=True)
    at: str
    actor: str
    role: str
    meeting_id: str | None = Field(default=None, index=True)
    act: str
    object: str
    before: str
    after: str
    refused: str = ""
    """Code of the refusal; empty for an act that was done."""
    previous: str
    hash: str


class AuditHead(SQLModel, table=True):
    """The chain's head, in one row: its sequence number is also what other desks watch for changes."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: int = Field(default=1, primary_key=True)
    seq: int
    hash: str
