"""Tables become workbooks and CSV that say what the tables say."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from models.documents import tables
from models.documents.tables import Column, Table, Value, shown, to_csv
from models.documents.workbooks import to_workbook

MADE = datetime(2026, 3, 10, 9, tzinfo=UTC)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "https://example.cn", "0012", "1e3", " 前后 ")
TABLE = Table(
    "甲",
    "标题",
    (Column("名称"), Column("元", 2), Column("分"), Column("次")),
    (("=1+1", Decimal("1234567890123.45"), Decimal("84.500000"), 3), ("", None, Decimal("0.125"), 0)),
    ("=注",),
    frozenset({(0, 2)}),
)


def book(*tables_: Table) -> bytes:
    return to_workbook(tables_, title="标题", author="张秘书", made_at=MADE)


def read(workbook: bytes, name: str) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(BytesIO(workbook)).get_sheet_by_name(name).to_python()


def part(workbook: bytes, name: str) -> str:
    with ZipFile(BytesIO(workbook)) as package:
        return package.read(name).decode()


def one_column(values: tuple[Value, ...]) -> Table:
    return Table("甲", "标题", (Column("值", 2),), tuple((value,) for value in values))


def test_workbook_reads_back_what_was_written() -> None:
    assert read(book(TABLE), "甲") == [
        ["标题", "", "", ""],
        ["名称", "元", "分", "次"],
        ["=1+1", 1234567890123.45, 84.5, 3],
        ["", "", 0.125, 0],
        ["", "", "", ""],
        ["=注", "", "", ""],
    ]


def test_workbook_texts_stay_texts() -> None:
    workbook = book(one_column(FORMULAS))
    assert [row[0] for row in read(workbook, "甲")[2:]] == list(FORMULAS)
    assert "<f>" not in part(workbook, "xl/worksheets/sheet1.xml")


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=20))
def test_amounts_read_back_to_the_fen(fens: list[int]) -> None:
    """10^15 fen is a hundred times what the program takes in."""
    rows = read(book(one_column(tuple(tables.yuan(fen) for fen in fens))), "甲")[2:]
    assert [round(row[0] * 100) for row in rows if isinstance(row[0], float)] == fens


def test_workbook_is_ready_to_print() -> None:
    sheet = part(book(TABLE), "xl/worksheets/sheet1.xml")
    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert '<pane ySplit="2" topLeftCell="A3"' in sheet
    names = part(book(TABLE), "xl/workbook.xml")
    assert '<definedName name="_xlnm.Print_Titles" localSheetId="0">甲!$1:$2</definedName>' in names


def test_workbook_columns_are_as_wide_as_their_words() -> None:
    wide = Table("甲", "", (Column("a"), Column("b"), Column("c")), (("汉字汉字汉字", "abcdef", "长" * 200),))
    sheet = part(book(wide), "xl/worksheets/sheet1.xml")
    widths = [float(found.split('"')[0]) for found in sheet.split(' width="')[1:]]
    assert widths == pytest.approx([14.7, 8.7, 46.7], abs=0.1)
    [height] = [float(found.split('"')[0]) for found in sheet.split(' ht="')[2:]]
    assert height == pytest.approx(9 * 16 + 2, abs=0.5)  # 400 wide at 45 a line


def test_workbook_is_the_same_for_the_same_tables() -> None:
    assert book(TABLE) == book(TABLE)
    assert "2026-03-10T09:00:00Z" in part(book(TABLE), "docProps/core.xml")


def test_csv_is_utf8_with_its_mark_and_every_cell_quoted() -> None:
    assert (
        to_csv(TABLE)
        == ('\ufeff"名称","元","分","次"\r\n"=1+1","1234567890123.45","84.5","3"\r\n"","","0.125","0"\r\n').encode()
    )


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",))), min_size=1, max_size=5))
def test_csv_reads_back_any_text(values: list[str]) -> None:
    written = to_csv(one_column(tuple(values))).decode("utf-8-sig")
    assert [row[0] for row in csv.reader(StringIO(written, newline=""))][1:] == values


def test_numbers_show_their_places() -> None:
    assert shown(tables.score(8031, 2), Column("", 2)) == "80.31"
    assert shown(tables.score(8000, 2), Column("", 2)) == "80.00"
    assert shown(tables.total(84_500_000), Column("")) == "84.5"
    assert shown(tables.points(30_000), Column("")) == "30"
    assert shown(tables.total(0), Column("")) == "0"
    assert shown(tables.yuan(5), Column("", 2)) == "0.05"
    assert [shown(make(None), Column("")) for make in (tables.yuan, tables.points, tables.total)] == [""] * 3
