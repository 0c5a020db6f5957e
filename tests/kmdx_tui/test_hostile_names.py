"""Names that a program might take for its own words: from the workbook to every command and document as they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from docx import Document
from python_calamine import CalamineWorkbook

from models.enums import Phase

NAMES = {
    "KM1-001": "[bold]",
    "KM1-002": "=1+1",
    "KM1-003": "'; DROP TABLE enterprise; --",
    "KM1-004": "👩🏽‍🔬龘𠀀🏭",
    "KM1-005": "示例" * 100,
}
SECRETARY = "张秘书"
Meeting = Any
"""A meeting to be played on, as the tests' `meeting_at` makes it."""


def renaming_roster(room: Any) -> str:
    """A workbook that gives the applications of the meeting their hostile names and leaves out what may stay."""
    amounts = ("软件", "云服务", "数据采集传输设备", "其他投入", "已获专项资金", "以往数字化投入")
    answers = ("已获中央小巨人资金", "2022年改造试点", "近三年严重失信")
    rows = [
        {
            "申报编号": no,
            "企业名称": name,
            "统一社会信用代码": room.do(SECRETARY, "application", "show", no)["uscc"],
            "企业规模": "中",
            "县区": "五华区",
            "行业": "绿色食品",
            "支持方向": "transformation",
            **dict.fromkeys(amounts, 50),
            **dict.fromkeys(answers, "否"),
            "其他违规情形": "",
        }
        for no, name in NAMES.items()
    ]
    path = str(room.folder / "改名.xlsx")
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([list(rows[0]), *(list(row.values()) for row in rows)]):
            sheet.write_row(at, 0, row)
    return path


@pytest.fixture
def renamed(room: Any, meeting_at: Callable[[Phase], Meeting]) -> Meeting:
    """A meeting still in preparation whose applications have just got their names, by the command."""
    meeting = meeting_at(Phase.PREPARING)
    room.open(meeting.place)
    taken = room.do(SECRETARY, "import", "roster", renaming_roster(room), "--batch", meeting.batch)["files"][0]
    new = {change["no"]: change["new"] for change in taken["updated"] if change["field"] == "企业名称"}
    assert (taken["added"], new) == ([], NAMES)
    return meeting


def test_commands_show_hostile_names_as_they_are(room: Any, renamed: Meeting) -> None:
    listed = room.do(SECRETARY, "application", "list", "--batch", renamed.batch)["applications"]
    assert NAMES.items() <= {one["no"]: one["enterprise"] for one in listed}.items()
    code, table, _ = room.say(SECRETARY, "application", "list")
    assert code == 0
    for no, name in NAMES.items():
        assert name in table
        assert room.do(SECRETARY, "application", "show", no)["enterprise"] == name
        code, card, _ = room.say(SECRETARY, "application", "show", no)
        assert (code, name in card) == (0, True)


def test_ranking_and_documents_carry_hostile_names_as_they_are(room: Any, renamed: Meeting) -> None:
    reveal(renamed)
    ranked = room.do(SECRETARY, "rank", renamed.id)["applications"]
    assert {line["no"]: line["enterprise"] for line in ranked} == NAMES
    code, table, _ = room.say(SECRETARY, "rank", renamed.id)
    assert (code, [name for name in NAMES.values() if name not in table]) == (0, [])
    assert workbook_names(exported(room, renamed, "scores")) == NAMES
    assert set(NAMES.values()) <= document_cells(exported(room, renamed, "minutes"))
    assert room.do("", "verify")["ok"]


def reveal(meeting: Meeting) -> None:
    """From preparation to the reveal: everybody signs in and hands in every sheet."""
    meeting.advance()
    for name in (*meeting.codes, *(name for name in meeting.people if name not in meeting.codes)):
        meeting.sign_in(name)
    meeting.advance()
    meeting.score_all()
    meeting.advance()


def exported(room: Any, meeting: Meeting, what: str) -> Path:
    (path,) = room.do(SECRETARY, "export", what, meeting.id, "-o", str(room.folder / "papers"))["files"]
    return Path(path)


def workbook_names(path: Path) -> dict[str, str]:
    """By number the names on the first sheet; a formula would give its result instead."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    heading = next(row for row in rows if "企业名称" in row)
    no, name = heading.index("申报编号"), heading.index("企业名称")
    return {str(row[no]): str(row[name]) for row in rows if row[no] in NAMES}


def document_cells(path: Path) -> set[str]:
    return {cell.text for table in Document(str(path)).tables for row in table.rows for cell in row.cells}
