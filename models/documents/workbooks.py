"""Tables as an .xlsx workbook, ready for the printer: A4 landscape, headings repeated, panes frozen.

Texts are written as texts whatever they begin with. A figure stands once, as a number in its column's format: a second
column of the same figure as text could disagree with it as soon as somebody edits one of them. The same tables give the
same bytes.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from models.documents.tables import Column, Table, Value, shown

_NARROWEST, _WIDEST = 6, 44
_LINE = 16
"""Points of a line of text; programs that only print don't fit a row to its wrapped text by themselves."""
_TALLEST = 409
"""The most points that a row may have."""
_A4 = 9
_FONT = {"font_name": "仿宋", "font_size": 11}
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class _Formats(NamedTuple):
    """Cell formats: what the cells of one workbook share."""

    title: Any
    head: Any
    note: Any
    text: Any
    struck_text: Any
    count: Any
    numbers: dict[tuple[int | None, bool], Any]


def to_workbook(tables: Sequence[Table], *, title: str, author: str, made_at: datetime) -> bytes:
    """A workbook with a sheet for each table; `made_at` is the document's date of making."""
    from xlsxwriter import Workbook  # only who exports pays for it

    buffer = io.BytesIO()
    book = Workbook(buffer, _OPTIONS)
    book.set_properties({"title": title, "author": author, "created": made_at.astimezone(UTC)})
    formats = _formats(book, {column.places for table in tables for column in table.columns})
    for table in tables:
        _write(book.add_worksheet(table.name), table, formats)
    book.close()
    return buffer.getvalue()


def _formats(book: Any, places: set[int | None]) -> _Formats:
    cell = {**_FONT, "border": 1, "valign": "vcenter"}
    struck = {"font_strikeout": True, "font_color": "#7F7F7F"}
    numbers = {
        (decimals, out): book.add_format({**cell, "num_format": _number_format(decimals), **(struck if out else {})})
        for decimals in sorted(places, key=lambda decimals: -1 if decimals is None else decimals)
        for out in (False, True)
    }
    return _Formats(
        title=book.add_format({"font_name": "黑体", "font_size": 16, "valign": "vcenter"}),
        head=book.add_format(
            {**cell, "font_name": "黑体", "align": "center", "text_wrap": True, "bg_color": "#F2F2F2"}
        ),
        note=book.add_format({**_FONT, "valign": "top"}),
        text=book.add_format({**cell, "text_wrap": True}),
        struck_text=book.add_format({**cell, **struck, "text_wrap": True}),
        count=book.add_format({**cell, "align": "center"}),
        numbers=numbers,
    )


def _number_format(places: int | None) -> str:
    if places is None:
        return "General"
    return "#,##0" + ("." + "0" * places if places else "")


def _write(sheet: Any, table: Table, formats: _Formats) -> None:
    """Title in the first row, headings in the second, then the rows, then the notes."""
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, table.title, formats.title)
    widths = [_width(table, at) for at in range(len(table.columns))]
    for at, column in enumerate(table.columns):
        sheet.write_string(1, at, column.head, formats.head)
        sheet.set_column(at, at, widths[at])
    for number, row in enumerate(table.rows):
        sheet.set_row(number + 2, min(_LINE * _lines(row, widths) + 2, _TALLEST))
        for at, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            struck = (number, at) in table.struck
            if isinstance(value, str):
                sheet.write_string(number + 2, at, value, formats.struck_text if struck else formats.text)
            elif value is None:
                sheet.write_blank(number + 2, at, None, formats.text)
            elif isinstance(value, int):
                sheet.write_number(number + 2, at, value, formats.count)
            else:
                sheet.write_number(number + 2, at, float(value), formats.numbers[column.places, struck])
    for number, note in enumerate(table.notes):
        sheet.write_string(len(table.rows) + 3 + number, 0, note, formats.note)
    sheet.freeze_panes(2, 0)
    _printer(sheet, table)


def _printer(sheet: Any, table: Table) -> None:
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.print_area(0, 0, len(table.rows) + 2 + len(table.notes), len(table.columns) - 1)


def _width(table: Table, at: int) -> int:
    """A column's width: its widest cell, Chinese characters two wide, within what a page bears."""
    column: Column = table.columns[at]
    widest = max((_cells(shown(row[at], column)) for row in table.rows), default=0)
    return min(max(widest, _cells(column.head), _NARROWEST), _WIDEST) + 2


def _lines(row: Sequence[Value], widths: Sequence[int]) -> int:
    """How many lines the fullest cell of a row takes in its column."""
    texts = [(value, width) for value, width in zip(row, widths, strict=True) if isinstance(value, str)]
    return max(
        (sum(max(1, -(-_cells(line) // (width - 1))) for line in text.split("\n")) for text, width in texts), default=1
    )


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)
