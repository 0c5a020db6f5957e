"""A copy of a file that was refused, with every fault coloured where it stands and listed on a sheet of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.documents.cells import Cell, as_text
from models.documents.reading import HEADING_ROWS, RawSheet, letters, read_sheets, read_source
from models.documents.writing import new_workbook
from models.errors import BadInput, Fault, WrongUse
from models.text import T, tr

_SHEET_NAME_LIMIT = 31
_CELL_LIMIT = 32_767
"""What a spreadsheet takes: characters of a sheet's name and of a cell."""


def write_fault_copy(source: Path, faults: Sequence[Fault], out: Path) -> None:
    """Write the marked copy of `source`: values only, faulty cells coloured with a note, and the sheet 问题清单.

    Faults of other files are left out. A source that can't be read (a password, no spreadsheet) leaves the list alone.
    Raises `WrongUse` if a file can't be read or written, or `out` is the source itself.
    """
    if out.resolve() == source.resolve():
        raise WrongUse("same_file", T("不能用 {path} 覆盖原文件，请另取文件名。", path=out))
    own = [fault for fault in faults if fault.file == source.name]
    try:
        sheets = read_sheets(read_source(source))
    except BadInput:
        sheets = []
    with new_workbook(out) as book:
        listing = book.add_worksheet(tr("问题清单"))
        _write_list(book, listing, own)
        listing.activate()
        taken = {listing.get_name().lower()}
        for sheet in sheets:
            here = [fault for fault in own if fault.sheet == sheet.name]
            _write_sheet(book, book.add_worksheet(_free_name(sheet.name, taken)), sheet, here)


def _free_name(name: str, taken: set[str]) -> str:
    """A name for a sheet of the copy; a .csv has none, and one may be that of our own list."""
    base = name or "Sheet1"
    free, number = base, 1
    while free.lower() in taken:
        number += 1
        free = f"{base[: _SHEET_NAME_LIMIT - 4]}_{number}"
    taken.add(free.lower())
    return free


def _write_list(book: Any, sheet: Any, faults: Sequence[Fault]) -> None:
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    headings = (tr("工作表"), tr("行"), tr("列"), tr("现为"), tr("应为"))
    for at, (heading, width) in enumerate(zip(headings, (16, 8, 24, 32, 60), strict=True)):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, heading, bold)
    sheet.freeze_panes(1, 0)
    for row, fault in enumerate(faults, 1):
        sheet.write_string(row, 0, fault.sheet)
        if fault.row is not None:
            sheet.write_number(row, 1, fault.row)
        sheet.write_string(row, 2, fault.column)
        sheet.write_string(row, 3, fault.found)
        sheet.write_string(row, 4, str(fault.wanted), wrapped)


def _write_sheet(book: Any, sheet: Any, raw: RawSheet, faults: Sequence[Fault]) -> None:
    marked = book.add_format({"bg_color": "#F7C7C0", "border": 1, "border_color": "#B03A2E"})
    notes: dict[tuple[int, int], list[str]] = {}
    for fault in faults:
        column = _column(raw, fault.column)
        if fault.row is not None and column is not None:
            notes.setdefault((fault.row - 1, column), []).append(str(T("应为{wanted}", wanted=fault.wanted)))
    for row, cells in enumerate(raw.rows):
        for column, cell in enumerate(cells):
            if cell != "" or (row, column) in notes:
                _write_cell(sheet, row, column, cell, marked if (row, column) in notes else None)
    for (row, column), wanted in notes.items():
        sheet.write_comment(row, column, "\n".join(wanted))


def _column(raw: RawSheet, name: str) -> int | None:
    """Where a fault's column stands: under its heading, or by its letter if it has none."""
    for row in raw.rows[:HEADING_ROWS]:
        for at, cell in enumerate(row):
            if name and as_text(cell).strip() == name:
                return at
    width = max(map(len, raw.rows), default=0)
    return next((at for at in range(width) if letters(at) == name), None)


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, form: Any) -> None:
    if cell == "":
        sheet.write_blank(row, column, None, form)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, form)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell, form)
    else:
        sheet.write_string(row, column, as_text(cell)[:_CELL_LIMIT], form)
