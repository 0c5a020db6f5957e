"""What every table shares: constraint names and the CHECKs of closed lists.

Times are ISO 8601 texts in UTC with microseconds (they sort as text, on every engine); days are dates; money is whole
fen.
"""

from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def one_of(column: str, values: type[StrEnum] | tuple[StrEnum, ...]) -> CheckConstraint:
    """A CHECK that a column holds one of a closed list's values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def not_negative(*columns: str) -> CheckConstraint:
    """A CHECK that no given column is below zero (NULL passes)."""
    return CheckConstraint(" AND ".join(f"{column} >= 0" for column in columns), name=f"{columns[0]}_not_negative")


def not_blank(column: str) -> CheckConstraint:
    """A CHECK that a text holds something."""
    return CheckConstraint(f"length(trim({column})) > 0", name=f"{column}_not_blank")
