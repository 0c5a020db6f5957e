"""Tables as documents hold them, before they are a workbook or a CSV file: typed cells under named columns.

A cell is a text, an exact number, or nothing. Money is in 元, marks and scores in points, as `Decimal`: exact in CSV;
in a workbook a number of at most 15 significant digits, which a double gives back to the fen.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

Value = str | int | Decimal | None


@dataclass(frozen=True)
class Column:
    """A column's heading; `places` are the decimals all its numbers show, None: as many as each has."""

    head: str
    places: int | None = None


@dataclass(frozen=True)
class Table:
    """A table: `name` is its tab, `notes` stand below it, what stands in `struck` cells (row, column) did not count."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Value, ...]]
    notes: tuple[str, ...] = ()
    struck: frozenset[tuple[int, int]] = field(default_factory=frozenset)


def yuan(fen: int | None) -> Decimal | None:
    """Fen as 元."""
    return None if fen is None else Decimal(fen).scaleb(-2)


def points(milli: int | None) -> Decimal | None:
    """Milli-points as points."""
    return None if milli is None else Decimal(milli).scaleb(-3)


def total(micro: int | None) -> Decimal | None:
    """Micro-points as points."""
    return None if micro is None else Decimal(micro).scaleb(-6)


def score(value: int | None, places: int) -> Decimal | None:
    """A score in units of its last place as points."""
    return None if value is None else Decimal(value).scaleb(-places)


def shown(value: Value, column: Column) -> str:
    """A cell as text: numbers with their column's places, or in the shortest exact form."""
    if value is None:
        return ""
    if not isinstance(value, Decimal):
        return str(value)
    if column.places is not None:
        return f"{value:.{column.places}f}"
    text = f"{value:f}"
    return text.rstrip("0").removesuffix(".") if "." in text else text


def to_csv(table: Table) -> bytes:
    """The table's headings and rows as CSV: UTF-8 with its mark, as Excel and WPS want it, and every cell quoted.

    Data is data: a name that begins with = + - or @ is written as it is. A spreadsheet program that opens the file may
    still take it for a formula; the workbook, whose cells are typed, is the file to open there.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow(column.head for column in table.columns)
    for row in table.rows:
        writer.writerow(shown(value, column) for value, column in zip(row, table.columns, strict=True))
    return buffer.getvalue().encode("utf-8-sig")
