"""The copy of a refused file: values as they were, faults marked where they stand and listed."""

import zipfile

import pytest

from models.documents.fault_copy import write_fault_copy
from models.documents.reading import read_sheets, read_source
from models.documents.roster_in import read_roster
from models.errors import BadInput, Fault, WrongUse
from models.text import T


def faults_of(path, kunming):
    try:
        return read_roster(read_source(path), kunming).faults
    except BadInput as bad:
        return bad.faults


def sheets_of(path):
    return {sheet.name: sheet.rows for sheet in read_sheets(read_source(path))}


def test_values_are_copied_and_faults_marked_and_listed(sheets, kunming, tmp_path):
    rows = [sheets.row(1, 软件=-1, 企业名称="=1+1"), sheets.row(2, 县区="浦东")]
    path, out = sheets.xlsx({"名册": [["标题"], *sheets.lines(*rows)]}), tmp_path / "问题.xlsx"
    write_fault_copy(path, faults_of(path, kunming), out)
    found = sheets_of(out)
    assert list(found) == ["问题清单", "名册"]
    assert found["名册"] == sheets_of(path)["名册"]
    listed = [[row[0], row[1], row[2], row[3]] for row in found["问题清单"]]
    assert listed == [["工作表", "行", "列", "现为"], ["名册", 4, "县区", "浦东"], ["名册", 3, "软件", "-1"]]
    with zipfile.ZipFile(out) as book:
        notes = book.read("xl/comments1.xml").decode()
        marked = book.read("xl/worksheets/sheet2.xml").decode()
    assert notes.count("<comment ") == 2
    assert 'ref="G3"' in notes  # 软件 of the first row
    assert 'ref="D4"' in notes  # 县区 of the second
    assert "<f>" not in marked


def test_blank_cells_at_fault_are_marked_too(sheets, kunming, tmp_path):
    path, out = sheets.csv(sheets.lines(sheets.row(1, 近三年严重失信=""))), tmp_path / "问题.xlsx"
    write_fault_copy(path, faults_of(path, kunming), out)
    with zipfile.ZipFile(out) as book:
        assert 'ref="O2"' in book.read("xl/comments1.xml").decode()
    assert list(sheets_of(out)) == ["问题清单", "Sheet1"]


def test_a_file_that_cannot_be_read_leaves_the_list_alone(stored_sheets, kunming, tmp_path):
    path, out = stored_sheets / "password.xlsx", tmp_path / "问题.xlsx"
    write_fault_copy(path, faults_of(path, kunming), out)
    found = sheets_of(out)
    assert list(found) == ["问题清单"]
    assert found["问题清单"][1][3] == "有密码"


def test_a_sheet_named_like_our_list_keeps_its_values(sheets, tmp_path):
    path, out = sheets.xlsx({"问题清单": [["企业名称"], ["甲"]]}), tmp_path / "问题.xlsx"
    write_fault_copy(path, [Fault(path.name, "问题清单", 2, "企业名称", "甲", T("乙"))], out)
    assert sheets_of(out)["问题清单_2"] == [["企业名称"], ["甲"]]


def test_faults_of_other_files_are_left_out(sheets, tmp_path):
    path, out = sheets.xlsx({"名册": [["企业名称"], ["甲"]]}), tmp_path / "问题.xlsx"
    write_fault_copy(path, [Fault("别的.xlsx", "名册", 2, "企业名称", "甲", T("乙"))], out)
    assert len(sheets_of(out)["问题清单"]) == 1


def test_the_source_is_never_written_over(sheets, tmp_path):
    path = sheets.roster(sheets.row(1))
    before = path.read_bytes()
    with pytest.raises(WrongUse):
        write_fault_copy(path, [], path)
    assert path.read_bytes() == before
