"""The policy a batch follows, kept as the file it was, and its criteria, which marks point at."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.base import not_blank


class PolicyFile(SQLModel, table=True):
    """One version of a policy file. Rows are never changed: years later the digest must still be that of the text."""

    __tablename__ = "policy"
    __table_args__ = (UniqueConstraint("policy_id", "version"), CheckConstraint("length(digest) = 64", name="digest"))

    id: int | None = Field(default=None, primary_key=True)
    policy_id: str
    version: int
    title: str
    digest: str
    text: str
    recorded_at: str


class CriterionRow(SQLModel, table=True):
    """A criterion of the policy's rubric. `full_milli` and `step_milli` are milli-points."""

    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("policy_file_id", "code"),
        CheckConstraint("full_milli > 0 AND step_milli > 0 AND full_milli % step_milli = 0", name="steps"),
        not_blank("code"),
    )

    id: int | None = Field(default=None, primary_key=True)
    policy_file_id: int = Field(foreign_key="policy.id")
    code: str
    name: str
    position: int
    full_milli: int
    step_milli: int
