"""Read a sheet that somebody filled in: .xlsx, .xls or .csv, from its bytes to rows under known headings.

The file is read once, so that its digest is that of what was imported. Whatever is wrong with it is a `Fault`: the
reader never guesses which sheet was meant, and never drops a cell silently.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from models.documents.cells import Cell, Column, as_text, found, heading_word, is_blank, nearest
from models.errors import BadInput, Fault, WrongUse
from models.text import T, Text

HEADING_ROWS = 10
"""Rows from the top in which headings are looked for; title lines may stand above them."""

MOST_BYTES = 64 * 1024 * 1024
MOST_UNPACKED_BYTES = 512 * 1024 * 1024
MOST_CELLS = 10_000_000

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)
_LAST_ROW = re.compile(rb"<row [^>]*?\br=\"(\d+)\"")
_DIMENSION = re.compile(rb"<dimension ref=\"(?:[A-Z]+\d+:)?([A-Z]+)\d+\"")
_FAR_RIGHT = re.compile(rb" r=\"[A-Z]{3}\d")

Range = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged range, as (row, column) from 0."""


@dataclass(frozen=True)
class Source:
    """A file as it was read, with the SHA-256 of its bytes."""

    name: str
    suffix: str
    data: bytes
    digest: str

    def bad(self, wanted: Text, seen: str = "", sheet: str = "") -> BadInput:
        """The error for a file that can't be read at all."""
        return BadInput([Fault(self.name, sheet, None, "", seen, wanted)])


@dataclass(frozen=True)
class RawSheet:
    """A sheet as it stands, from its first row and column on; "" is a blank cell."""

    name: str
    rows: list[list[Cell]]
    merged: tuple[Range, ...] = ()


@dataclass(frozen=True)
class SheetTable:
    """The rows under the headings: blank ones left out, `numbers` are theirs in the sheet, from 1.

    `places` are the known columns by key, `extras` the others by heading; both point into the rows. `faults` is what is
    wrong with headings and merged cells.
    """

    file: str
    sheet: str
    heading_row: int
    headings: tuple[str, ...]
    numbers: tuple[int, ...]
    rows: list[list[Cell]]
    places: Mapping[str, int]
    extras: Mapping[str, int]
    faults: tuple[Fault, ...]

    @property
    def typed(self) -> bool:
        """Whether the file tells numbers from text: a workbook does; a .csv has one nameless sheet and only text."""
        return bool(self.sheet)

    def fault(self, row: int | None, column: Column | str, seen: str, wanted: Text) -> Fault:
        """A fault in this sheet; a known column is named by the heading it has there."""
        if isinstance(column, Column):
            column = self.headings[self.places[column.key]] if column.key in self.places else column.heading
        return Fault(self.file, self.sheet, row, column, found(seen), wanted)


def read_source(path: Path) -> Source:
    """Read a file's bytes. Raises `WrongUse` if it can't be opened, `BadInput` if it is too large."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise WrongUse("file_unreadable", T("无法读取文件 {path}（{why}）。", path=path, why=error.strerror)) from error
    source = Source(path.name, path.suffix.lower(), data, hashlib.sha256(data).hexdigest())
    if len(data) > MOST_BYTES:
        raise source.bad(T("不超过 {limit} MB 的文件", limit=MOST_BYTES // 1024**2))
    return source


def read_sheets(source: Source) -> list[RawSheet]:
    """All visible sheets of a file; raises `BadInput` for what is empty, has a password or is no spreadsheet."""
    if not source.data.strip():
        raise source.bad(T("有标题行和数据的表格"), str(T("空文件")))
    if source.data.startswith(_ZIP):
        return _read_workbook(source, _check_extent(source))
    if source.data.startswith(_OLE):
        if _ENCRYPTED in source.data:
            raise _has_password(source)
        return _read_workbook(source, True)
    return [RawSheet("", _read_csv(source))]


def find_table(source: Source, columns: Sequence[Column]) -> SheetTable:
    """Find the sheet and the heading row that have the wanted columns, and the rows below.

    Several sheets are taken only if exactly one has at least half of the required headings. Raises `BadInput` if no
    sheet can be told; what is wrong with headings is in the table's `faults`.
    """
    names = _names(columns)
    sheets = [sheet for sheet in read_sheets(source) if not all(map(is_blank, sheet.rows))]
    if not sheets:
        raise source.bad(T("有标题行和数据的表格"), str(T("没有数据")))
    tops = [_heading_row(sheet, names) for sheet in sheets]
    half = sum(column.required for column in columns) / 2
    likely = [at for at, (_, known) in enumerate(tops) if known >= half]
    if len(likely) != 1 and len(sheets) > 1:
        listed = "、".join(sheets[at].name for at in likely or range(len(sheets)))
        raise source.bad(T("只有一张工作表有所需的标题行"), listed)
    at = likely[0] if likely else 0
    return _table(source, sheets[at], tops[at][0], columns)


def letters(column: int) -> str:
    """A column (from 0) as spreadsheets call it: A … Z, AA …"""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def number(letters: str) -> int:
    """A column's number, from 1, from what spreadsheets call it."""
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - ord("A") + 1
    return value


def _has_password(source: Source) -> BadInput:
    return source.bad(T("没有密码保护的文件，请取消密码后另存"), str(T("有密码")))


def _not_a_spreadsheet(source: Source) -> BadInput:
    wanted = T("Excel 工作簿（.xlsx、.xls）或 UTF-8、GB18030 编码的 .csv；WPS 的 .et 请另存为 .xlsx")
    return source.bad(wanted, source.suffix or str(T("未知格式")))


def _check_extent(source: Source) -> bool:
    """Refuse a workbook too large to hold: a stray cell in the last corner would be read as a sheet of 17 billion.

    Whether it is an .xlsx at all.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as book:
            if sum(part.file_size for part in book.infolist()) > MOST_UNPACKED_BYTES:
                raise source.bad(T("解压后不超过 {limit} MB 的文件", limit=MOST_UNPACKED_BYTES // 1024**2))
            names = book.namelist()
            for name in names:
                if name.startswith("xl/worksheets/") and _cells(book.read(name)) > MOST_CELLS:
                    raise source.bad(T("范围合理的工作表；请删除远处多余的行、列后另存"), name)
            return "xl/workbook.xml" in names
    except _BROKEN_ZIP as error:
        raise _not_a_spreadsheet(source) from error


def _cells(xml: bytes) -> int:
    """At most how many cells the rectangle of a sheet holds."""
    last = _LAST_ROW.match(xml, at) if (at := xml.rfind(b"<row ")) >= 0 else None
    stated = _DIMENSION.search(xml, 0, 4096)
    width = 16_384 if _FAR_RIGHT.search(xml) else number(stated[1].decode()) if stated else 702
    return int(last[1]) * width if last else 0


def _read_workbook(source: Source, readable: bool) -> list[RawSheet]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    if not readable:
        raise _not_a_spreadsheet(source)
    try:
        with _no_panic(), CalamineWorkbook.from_filelike(io.BytesIO(source.data)) as book:
            sheets = (
                book.get_sheet_by_name(sheet.name)
                for sheet in book.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
            )
            return [
                RawSheet(sheet.name, sheet.to_python(skip_empty_area=False), tuple(sheet.merged_cell_ranges or ()))
                for sheet in sheets
            ]
    except PasswordError as error:
        raise _has_password(source) from error
    except (CalamineError, OSError, ValueError) as error:
        raise _not_a_spreadsheet(source) from error


@contextmanager
def _no_panic() -> Iterator[None]:
    """Turn the spreadsheet library's panics on broken files, which are no `Exception`, into one."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise ValueError("broken workbook") from error
        raise


def _read_csv(source: Source) -> list[list[Cell]]:
    if source.suffix not in (".csv", ".txt") or b"\0" in source.data:
        raise _not_a_spreadsheet(source)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = source.data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _not_a_spreadsheet(source)
    try:
        rows: list[list[Cell]] = [list(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
    except csv.Error as error:
        raise source.bad(T("合法的 CSV：引号成对，单元格不过长"), str(error)) from error
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows]


def _names(columns: Sequence[Column]) -> dict[str, str]:
    """Every word that may head a column, with its key."""
    return {heading_word(word): column.key for column in columns for word in (column.heading, column.key)}


def _heading_row(sheet: RawSheet, names: Mapping[str, str]) -> tuple[int, int]:
    """The row (from 0) with the most known headings, and how many it has; without any, the first that is not blank."""
    known = [len({heading_word(as_text(cell)) for cell in row} & names.keys()) for row in sheet.rows[:HEADING_ROWS]]
    if any(known):
        return known.index(max(known)), max(known)
    return next(at for at, row in enumerate(sheet.rows) if not is_blank(row)), 0


def _table(source: Source, sheet: RawSheet, top: int, columns: Sequence[Column]) -> SheetTable:
    headings = tuple(as_text(cell).strip() for cell in sheet.rows[top])
    filled = [(number, row) for number, row in enumerate(sheet.rows[top + 1 :], top + 2) if not is_blank(row)]
    rows = [row for _, row in filled]
    places, extras, faults = _place(source.name, sheet.name, top + 1, headings, columns, rows)
    for (row, column), (last_row, last_column) in sheet.merged:
        if last_row >= top:
            where = f"{letters(column)}{row + 1}:{letters(last_column)}{last_row + 1}"
            name = headings[column] if column < len(headings) else ""
            faults.append(
                Fault(source.name, sheet.name, row + 1, name or letters(column), where, T("没有合并的单元格"))
            )
    if not rows:
        wanted = T("至少一行数据")
        faults.append(Fault(source.name, sheet.name, None, "", str(T("只有标题行")), wanted))
    numbers = tuple(number for number, _ in filled)
    return SheetTable(source.name, sheet.name, top + 1, headings, numbers, rows, places, extras, tuple(faults))


def _place(
    file: str, sheet: str, row: int, headings: Sequence[str], columns: Sequence[Column], rows: Sequence[Sequence[Cell]]
) -> tuple[dict[str, int], dict[str, int], list[Fault]]:
    """Known columns by key, other columns by heading, and the faults of the heading row."""
    names = _names(columns)
    places: dict[str, int] = {}
    extras: dict[str, int] = {}
    faults: list[Fault] = []
    for at, heading in enumerate(headings):
        key = names.get(heading_word(heading))
        if not heading and all(is_blank((line[at],)) for line in rows):
            continue
        name = heading or letters(at)
        if key in places or (key is None and name in extras):
            faults.append(Fault(file, sheet, row, name, name, T("每个标题只出现一次")))
        elif key is not None:
            places[key] = at
        else:
            extras[name] = at
    missing = [column for column in columns if column.key not in places]
    for column in missing:
        near = nearest(heading_word(column.heading), map(heading_word, extras), cutoff=0.75)
        if near is not None:
            like = next(name for name in extras if heading_word(name) == near)
            faults.append(Fault(file, sheet, row, like, like, T("标题“{heading}”", heading=column.heading)))
        elif column.required:
            faults.append(Fault(file, sheet, row, column.heading, "", T("有这一列")))
    return places, extras, faults
