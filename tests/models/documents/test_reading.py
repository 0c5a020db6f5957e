"""Which sheet, which headings, which rows: and every way in which a file is none of ours."""

from pathlib import Path

import pytest

from models.documents import reading
from models.documents.cells import Column, read_line
from models.documents.reading import SheetTable, find_table, letters, number, read_source
from models.errors import BadInput, Fault, WrongUse
from models.text import T

COLUMNS = (
    Column("name", "名称", T("名称"), read_line),
    Column("amount", "金额", T("金额"), read_line),
    Column("remark", "备注", T("备注"), read_line, required=False, blank=True),
)
LINES = [["名称", "金额", "备注"], ["甲", 1, ""], ["乙", 2, "x"]]


def table(path: Path) -> SheetTable:
    return find_table(read_source(path), COLUMNS)


def refused(path: Path) -> list[Fault]:
    with pytest.raises(BadInput) as caught:
        table(path)
    assert caught.value.exit_code == 3
    return caught.value.faults


def test_a_workbook_and_both_csv_encodings_give_the_same_rows(sheets):
    book = table(sheets.xlsx({"表": LINES}))
    assert (book.sheet, book.heading_row, book.numbers) == ("表", 1, (2, 3))
    assert book.rows == [["甲", 1.0, ""], ["乙", 2.0, "x"]]
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        text = table(sheets.csv(LINES, encoding))
        assert (text.sheet, text.numbers) == ("", (2, 3))
        assert text.rows == [["甲", "1", ""], ["乙", "2", "x"]]


def test_rows_are_counted_as_the_office_sees_them(sheets):
    lines = [["某市申报名册"], [], ["金额", "名称"], [1, "甲"], [], ["  ", ""], [2, "乙"]]
    found = table(sheets.xlsx({"表": lines}))
    assert found.heading_row == 3
    assert found.numbers == (4, 7)
    assert found.places == {"amount": 0, "name": 1}


def test_a_cell_of_several_lines_counts_as_one_row_of_a_csv(sheets):
    assert table(sheets.csv([["名称", "金额"], ["甲\n乙", 1], ["丙", 2]])).numbers == (2, 3)


def test_headings_are_found_by_key_star_unit_and_width(sheets):
    found = table(sheets.xlsx({"表": [[" NAME ", "金 额*（万元）", "备\n注"], ["甲", 1, ""]]}))
    assert found.places == {"name": 0, "amount": 1, "remark": 2}
    assert found.faults == ()


def test_other_columns_are_kept_and_columns_of_nothing_left_out(sheets):
    found = table(sheets.xlsx({"表": [["名称", "金额", "序号", "", ""], ["甲", 1, 7, "无标题", ""]]}))
    assert found.extras == {"序号": 2, "D": 3}


def test_missing_wrong_and_repeated_headings_are_all_named(sheets):
    faults = table(sheets.xlsx({"表": [["名称", "名称", "备 柱"], ["甲", "乙", ""]]})).faults
    assert [(fault.row, fault.column, fault.wanted.template) for fault in faults] == [
        (1, "名称", "每个标题只出现一次"),
        (1, "金额", "有这一列"),
    ]
    wrong = table(sheets.xlsx({"表": [["名称", "金额数"], ["甲", "1"]]})).faults
    assert [(fault.column, fault.wanted.chinese()) for fault in wrong] == [("金额数", "标题“金额”")]


def test_merged_cells_among_headings_and_data_are_faults_but_not_above(sheets):
    def merge(book, made):
        made["表"].merge_range("A1:C1", "标题")
        made["表"].merge_range("A3:A4", "甲")

    path = sheets.xlsx({"表": [["标题"], ["名称", "金额"], ["甲", 1], ["", 2]]}, finish=merge)
    faults = table(path).faults
    assert [(fault.row, fault.column, fault.found) for fault in faults] == [(3, "名称", "A3:A4")]


def test_one_sheet_among_several_is_taken_only_if_it_alone_has_the_headings(sheets):
    other = [["说明"], ["请填写名称"]]
    assert table(sheets.xlsx({"说明": other, "表": LINES, "空": []})).sheet == "表"
    both = refused(sheets.xlsx({"一": LINES, "二": LINES, "说明": other}))
    assert [fault.found for fault in both] == ["一、二"]
    neither = refused(sheets.xlsx({"甲": other, "乙": other}))
    assert [fault.found for fault in neither] == ["甲、乙"]


def test_a_hidden_sheet_is_not_looked_at(sheets):
    path = sheets.xlsx({"表": LINES, "藏": LINES}, finish=lambda book, made: made["藏"].hide())
    assert table(path).sheet == "表"


def test_nothing_in_it_is_said(sheets, tmp_path):
    assert [fault.found for fault in refused(sheets.xlsx({"表": []}))] == ["没有数据"]
    assert [fault.found for fault in table(sheets.xlsx({"表": [LINES[0]]})).faults] == ["只有标题行"]
    blank = tmp_path / "空.csv"
    blank.write_bytes(b"")
    assert [fault.found for fault in refused(blank)] == ["空文件"]


def test_a_password_is_named(stored_sheets):
    (fault,) = refused(stored_sheets / "password.xlsx")
    assert (fault.file, fault.found) == ("password.xlsx", "有密码")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("图.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(100)),
        ("网页.xls", b"<html><table></table></html>"),
        ("坏.xlsx", b"PK\x03\x04" + bytes(100)),
        ("坏.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("文件.docx", b"PK\x05\x06" + bytes(18)),
        ("字节.csv", bytes(range(256))),
        ("编码.csv", b"\xff\xff\xff"),
        ("WPS.et", b"not a sheet"),
    ],
)
def test_no_spreadsheet_at_all_is_said_and_how_to_save_one(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    (fault,) = refused(path)
    assert (fault.file, fault.row) == (name, None)
    assert "另存为 .xlsx" in fault.wanted.template


def test_an_old_workbook_cut_off_in_the_middle_is_refused(stored_sheets, tmp_path):
    path = tmp_path / "半.xls"
    path.write_bytes((stored_sheets / "roster.xls").read_bytes()[:4104])
    assert "另存为 .xlsx" in refused(path)[0].wanted.template


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    import zipfile

    path = tmp_path / "压缩包.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("读我.txt", "没有工作簿")
    assert "另存为 .xlsx" in refused(path)[0].wanted.template


def test_a_stray_cell_in_the_last_corner_is_refused_instead_of_taking_all_memory(sheets):
    path = sheets.xlsx({"表": LINES}, finish=lambda book, made: made["表"].write(1_048_575, 16_383, "x"))
    assert "多余的行、列" in refused(path)[0].wanted.template


def test_a_stray_row_far_down_is_refused_where_the_columns_make_it_too_large(sheets):
    path = sheets.xlsx({"表": LINES}, finish=lambda book, made: made["表"].write(1_048_575, 25, "x"))
    assert "多余的行、列" in refused(path)[0].wanted.template


def test_limits_of_size_are_kept(sheets, monkeypatch):
    path = sheets.xlsx({"表": LINES})
    monkeypatch.setattr(reading, "MOST_UNPACKED_BYTES", 100)
    assert "解压后" in refused(path)[0].wanted.template
    monkeypatch.setattr(reading, "MOST_BYTES", 100)
    with pytest.raises(BadInput):
        read_source(path)


def test_broken_csv_is_refused(tmp_path):
    path = tmp_path / "引号.csv"
    path.write_text('名称,金额\n"甲,1', encoding="utf-8")
    assert "引号成对" in refused(path)[0].wanted.template


def test_a_path_that_is_not_there_is_wrong_use(tmp_path):
    with pytest.raises(WrongUse) as caught:
        read_source(tmp_path / "没有.xlsx")
    assert caught.value.code == "file_unreadable"


def test_column_letters_are_those_of_spreadsheets():
    assert [letters(at) for at in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert all(number(letters(at)) == at + 1 for at in range(16_384))
