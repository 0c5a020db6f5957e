"""What the office adds to the calendar: days off and days worked that the library does not know, and whole years."""

from datetime import date

from sqlmodel import Field, SQLModel

from models.tables.base import not_blank


class CalendarDay(SQLModel, table=True):
    """One day that goes before the library's: worked or off, its name (a holiday's, a local day's), and its basis."""

    __tablename__ = "calendar_day"
    __table_args__ = (not_blank("basis"),)

    day: date = Field(primary_key=True)
    working: bool
    name: str = ""
    basis: str
    added_by: str
    added_at: str


class CalendarYear(SQLModel, table=True):
    """A year for which the days above are complete: the library need not know it."""

    __tablename__ = "calendar_year"
    __table_args__ = (not_blank("basis"),)

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    basis: str
    added_by: str
    added_at: str
