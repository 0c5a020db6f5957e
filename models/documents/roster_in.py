"""A roster as filled in: every row read under one policy, and everything that is wrong with it, at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.documents.cells import Cell, Column, Unfit, Value, as_text, read_column, read_text
from models.documents.reading import SheetTable, Source, find_table
from models.documents.roster_columns import roster_columns
from models.errors import Fault
from models.policy.types import Policy


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One row: its number in the sheet, its values by column key (amounts in fen), and its other columns by heading.

    Columns that the sheet does not have are missing in `values`; a cell that could not be read is None, and a fault.
    """

    number: int
    values: dict[str, Value]
    notes: dict[str, str]


@dataclass(frozen=True)
class Roster:
    """A roster file as read. `columns` are those it has, by key; `faults` what is wrong with it as a file."""

    digest: str
    table: SheetTable
    columns: Mapping[str, Column]
    rows: tuple[RosterRow, ...]
    faults: tuple[Fault, ...]


def read_roster(source: Source, policy: Policy) -> Roster:
    """Read a roster: numbers in half-width digits, and in a workbook no amount that is stored as text.

    Raises `BadInput` only where no table can be found; other faults are in the result.
    """
    columns = roster_columns(policy)
    table = find_table(source, columns)
    present = {column.key: column for column in columns if column.key in table.places}
    cells: list[tuple[Cell, ...]] = list(zip(*table.rows, strict=True)) or [() for _ in table.headings]
    faults = list(table.faults)
    read: list[list[Value]] = []
    for key, column in present.items():
        values, unfit = read_column(column, cells[table.places[key]], typed=table.typed)
        read.append(values)
        faults += [table.fault(table.numbers[at], column, seen, wanted) for at, (seen, wanted) in unfit.items()]
    notes = _read_notes(table, cells, faults)
    keys = tuple(present)
    by_row = list(zip(*read, strict=True)) or [() for _ in table.rows]
    rows = tuple(
        RosterRow(number, dict(zip(keys, values, strict=True)), extra)
        for number, values, extra in zip(table.numbers, by_row, notes, strict=True)
    )
    return Roster(source.digest, table, present, rows, tuple(faults))


def _read_notes(table: SheetTable, cells: list[tuple[Cell, ...]], faults: list[Fault]) -> list[dict[str, str]]:
    """The unknown columns of each row by heading, kept as text."""
    notes: list[dict[str, str]] = [{} for _ in table.rows]
    for heading, at in table.extras.items():
        for row, cell in enumerate(cells[at]):
            text = as_text(cell).strip()
            try:
                notes[row][heading] = str(read_text(text))
            except Unfit as error:
                faults.append(table.fault(table.numbers[row], heading, text, error.wanted))
    return notes
