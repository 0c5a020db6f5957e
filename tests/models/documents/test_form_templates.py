"""Workbooks to fill in: what they offer is what an import takes."""

import re
import zipfile

import pytest
import xlsxwriter

from models.documents.form_templates import KINDS, write_template
from models.documents.marks_in import marks_columns, read_marks
from models.documents.reading import find_table, read_sheets, read_source
from models.documents.roster_columns import roster_columns
from models.documents.roster_in import read_roster
from models.errors import WrongUse


@pytest.fixture
def blank(tmp_path, kunming):
    def blank(kind):
        path = tmp_path / f"{kind}.xlsx"
        write_template(kind, kunming, path)
        return path

    return blank


def fill(path, rows, filled):
    """The template's own headings with rows below, as a person would leave it."""
    (headings,) = read_sheets(read_source(path))[0].rows[:1]
    book = xlsxwriter.Workbook(str(filled))
    sheet = book.add_worksheet("名册")
    for column, heading in enumerate(headings):
        sheet.write(0, column, heading)
        for at, row in enumerate(rows, 1):
            sheet.write(at, column, row.get(heading, ""))
    book.close()
    return filled


def test_an_empty_template_is_refused_as_having_no_rows(blank, kunming):
    roster = read_roster(read_source(blank("roster")), kunming)
    assert [(fault.found, fault.wanted.chinese()) for fault in roster.faults] == [("只有标题行", "至少一行数据")]
    marks = read_marks(read_source(blank("marks")), kunming.rubric)
    assert [fault.found for fault in marks.faults] == ["只有标题行"]


def test_a_filled_in_roster_imports(blank, sheets, kunming, tmp_path):
    filled = fill(blank("roster"), [sheets.row(1), sheets.row(2)], tmp_path / "填好.xlsx")
    roster = read_roster(read_source(filled), kunming)
    assert (roster.faults, len(roster.rows), dict(roster.table.extras)) == ((), 2, {})


def test_every_word_of_a_drop_down_is_taken(kunming):
    offered = [(column, word) for column in roster_columns(kunming) for word in column.choices]
    assert len(offered) > 40
    for column, word in offered:
        assert column.written(column.value(word)) == word


@pytest.mark.parametrize("kind", KINDS)
def test_headings_have_notes_drop_downs_and_stay_in_sight(blank, kind):
    path = blank(kind)
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        notes = book.read("xl/comments1.xml").decode()
    columns = len(read_sheets(read_source(path))[0].rows[0])
    assert notes.count("<comment ") == columns
    assert sheet.count("<dataValidation ") == columns
    assert re.search(r'<pane ySplit="1"[^>]* state="frozen"/>', sheet)
    assert "<f>" not in sheet


def test_drop_downs_hold_the_policys_words(blank, kunming):
    with zipfile.ZipFile(blank("roster")) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        words = book.read("xl/sharedStrings.xml").decode()
    assert sheet.count('type="list"') == sum(bool(column.choices) for column in roster_columns(kunming))
    assert all(f">{one.name}<" in words for one in (*kunming.districts, *kunming.industries, *kunming.tracks))


def test_the_guide_says_what_each_column_wants(blank, kunming):
    form, guide = read_sheets(read_source(blank("marks")))
    assert guide.name == "填写说明"
    said = {row[0]: row[1] for row in guide.rows[1:]}
    assert all(said[column.heading] == str(column.wanted) for column in marks_columns(kunming.rubric))
    assert form.rows[0] == [column.heading for column in marks_columns(kunming.rubric)]


def test_quotas_stand_ready_for_every_district_and_industry(blank, kunming):
    sheet = read_sheets(read_source(blank("quotas")))[0]
    assert sheet.rows[0] == ["类别", "名称", "保底", "上限"]
    assert [row[:2] for row in sheet.rows[1:]] == [
        *(["县区", one.name] for one in kunming.districts),
        *(["行业", one.name] for one in kunming.industries),
    ]


def test_criteria_that_look_like_formulas_stay_text(tmp_path, kunming):
    from dataclasses import replace

    first, *rest = kunming.rubric.criteria
    rubric = replace(kunming.rubric, criteria=(replace(first, name="=HYPERLINK(1)"), *rest))
    path = tmp_path / "评分.xlsx"
    write_template("marks", replace(kunming, rubric=rubric), path)
    assert find_table(read_source(path), marks_columns(rubric)).places["plan"] == 2


def test_a_place_that_cannot_be_written_is_wrong_use(tmp_path, kunming):
    with pytest.raises(WrongUse) as caught:
        write_template("roster", kunming, tmp_path / "没有" / "表.xlsx")
    assert caught.value.code == "file_unwritable"
