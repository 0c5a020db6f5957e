"""A marks file: each row one sheet, and every fault said."""

import pytest

from models.documents.marks_in import marks_columns, read_marks

HEADINGS = ["专家", "申报编号", "方案", "投入", "effect", "示范", "保障", "弃权", "评语"]


def read(sheets, kunming, *rows):
    return read_marks(sheets.source(sheets.xlsx({"评分": [HEADINGS, *rows]})), kunming.rubric)


def faults_of(marks):
    return sorted((fault.row, fault.column, fault.found) for fault in marks.faults)


def test_a_row_is_a_sheet_in_milli_points(sheets, kunming):
    marks = read(
        sheets,
        kunming,
        ["张三", "B1-001", 26.5, "１７．５", "0", 12, 11, "", "[b]好[/b]"],
        ["李四", "B1-001", "", "", "", "", "", "不熟悉该领域", ""],
    )
    assert marks.faults == ()
    first, second = marks.rows
    assert (first.number, first.expert, first.no, first.abstain, first.comment) == (
        2,
        "张三",
        "B1-001",
        "",
        "[b]好[/b]",
    )
    assert first.marks == {
        "plan": 26_500,
        "investment": 17_500,
        "effect": 0,
        "demonstration": 12_000,
        "assurance": 11_000,
    }
    assert (second.marks, second.abstain) == ({}, "不熟悉该领域")


def test_marks_out_of_range_or_off_step_and_what_is_none_are_faults(sheets, kunming):
    marks = read(sheets, kunming, ["", "B1-001", 30.5, 17.3, "-1", "良", "NaN", "", ""])
    assert faults_of(marks) == [
        (2, "effect", "-1"),
        (2, "专家", ""),
        (2, "保障", "NaN"),
        (2, "投入", "17.3"),
        (2, "方案", "30.5"),
        (2, "示范", "良"),
    ]
    assert marks.rows == ()


def test_a_blank_mark_is_never_zero_and_an_abstention_has_no_marks(sheets, kunming):
    marks = read(
        sheets, kunming, ["张", "1", 20, "", 10, 10, 10, "", ""], ["李", "1", "", "", 0, "", "", "无法判断", ""]
    )
    assert [(fault.row, fault.column, fault.found, fault.wanted.chinese()) for fault in marks.faults] == [
        (2, "投入", "", "分数；弃权须写明理由"),
        (3, "effect", "0", "空白：本行已弃权"),
    ]


def test_abstain_and_comment_columns_may_be_left_out_but_no_criterion(sheets, kunming):
    path = sheets.csv([HEADINGS[:7], ["张", "1", 1, 2, 3, 4, 5]])
    marks = read_marks(sheets.source(path), kunming.rubric)
    assert (marks.faults, len(marks.rows)) == ((), 1)
    path = sheets.csv([HEADINGS[:6], ["张", "1", 1, 2, 3, 4]])
    marks = read_marks(sheets.source(path), kunming.rubric)
    assert (faults_of(marks), marks.rows) == ([(1, "保障", "")], ())


@pytest.mark.parametrize("text", ["17.5", "0", "30"])
def test_a_mark_is_written_as_it_is_read(kunming, text):
    plan = next(column for column in marks_columns(kunming.rubric) if column.key == "plan")
    assert plan.written(plan.value(text)) == text
