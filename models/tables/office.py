"""People of the office."""

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models.enums import OFFICE_ROLES
from models.tables.base import not_blank, one_of


class User(SQLModel, table=True):
    """A person of the office with a role in every meeting. Has a PIN, or a one-time code until the first sign-in."""

    __tablename__ = "user"
    __table_args__ = (
        one_of("role", OFFICE_ROLES),
        not_blank("name"),
        CheckConstraint("NOT may_add OR role = 'secretary'", name="may_add"),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    role: str
    may_add: bool = False
    pin_hash: str | None = None
    code_hash: str | None = None
    disabled_at: str | None = None
    wrong_tries: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    locked_until: str | None = None
