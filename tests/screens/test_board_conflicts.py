"""Conflicts found, on the board: facts entered, suggestions confirmed or dismissed, and nothing of it to others."""

from __future__ import annotations

import pytest

from models.enums import Phase, RecusalGround
from models.queries.conflicts import conflicts
from models.queries.meeting import meeting as read_meeting
from models.services import conflicts as service
from screens.dialogs.conflicts import ConflictsDialog

SIZES = [(80, 24), (160, 45)]


def about(meeting, name, **facts):
    service.set_about(meeting.office, meeting.secretary, meeting.id, name, facts)


def view(meeting):
    return conflicts(meeting.office, meeting.secretary, meeting.id)


@pytest.mark.parametrize("size", SIZES)
def test_the_secretary_enters_facts_and_answers_what_they_suggest(meeting_at, sit, size):
    meeting = meeting_at(Phase.SIGNING_IN)

    async def script(sitting):
        await sitting.press("q", "3")
        assert "只有秘书和组长看得到" in sitting.text
        await sitting.answer("示例企业2", "", "", "", "示例企业3、示例企业4")
        assert sitting.said == "已登记专家3的情况。"
        await sitting.refilled()
        assert "回避线索待核实" in "".join(sitting.text.split())
        await sitting.press("y")
        assert isinstance(sitting.app.screen, ConflictsDialog)
        for words in ("3 条待核实", "任职单位同名：本人“示例企业2”，申报单位“示例企业2”", "任职或顾问"):
            assert words in sitting.text, words
        await sitting.press("enter", "enter", "enter")
        assert sitting.said == f"已登记：专家3回避 {meeting.no(2)}。"
        assert "2 条待核实" in sitting.text
        await sitting.press("x")
        await sitting.answer("同名[b]另一家")
        assert sitting.said == f"已排除：专家3—{meeting.no(3)}。"
        assert "1 条待核实" in sitting.text
        assert "已排除：同名[b]另一家" in sitting.text
        await sitting.press("down", "enter")
        assert isinstance(sitting.app.screen, ConflictsDialog)  # what is dismissed is not answered again
        await sitting.press("escape")

    sit(meeting, meeting.secretary, "board", script, size)
    found = view(meeting)
    assert [one.no for one in found.open] == [meeting.no(4)]
    assert [one.reason for one in found.dismissed] == ["同名[b]另一家"]
    seat = next(one for one in read_meeting(meeting.office, meeting.secretary, meeting.id).seats if one.name == "专家3")
    assert seat.recused == (meeting.no(2),)


def test_the_chair_sees_them_and_chooses_another_ground(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)
    about(meeting, "专家4", employer="示例企业2")

    async def script(sitting):
        await sitting.press("y", "enter", "2", "enter")
        assert sitting.said == f"已登记：专家4回避 {meeting.no(2)}。"
        await sitting.press("q")
        assert sitting.said == "“人员情况”由秘书办理。"

    sit(meeting, meeting.chair, "board", script)
    with meeting.office.database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT ground FROM recusal WHERE declared_by = '专家1' AND reason <> ''")
        assert kept.scalars().all() == [RecusalGround.KINSHIP]


def test_facts_come_back_into_their_fields(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)
    about(meeting, "专家2", phone="13900000000", advised=("甲公司", "乙公司"))

    async def script(sitting):
        await sitting.press("q")
        assert "副组长，已登记" in sitting.text
        await sitting.press("2")
        assert "13900000000" in sitting.text
        assert "甲公司、乙公司" in sitting.text

    sit(meeting, meeting.secretary, "board", script)


@pytest.mark.parametrize("name", ["专家2", "专家3", "李财政", "王监督"])
@pytest.mark.parametrize("size", SIZES)
def test_nobody_else_sees_any_of_it(meeting_at, sit, name, size):
    meeting = meeting_at(Phase.SCORING)
    about(meeting, "专家4", employer="示例企业2", phone="13900000000", address="五华区保密巷77号")

    async def script(sitting):
        assert "还有 1 条回避线索待秘书或组长核实" in "".join(sitting.text.split("\n"))
        await sitting.press("y")
        assert sitting.said == "“回避线索”由组长、秘书办理。"
        await sitting.press("f9", "escape", "s", "escape", "q")
        for secret in ("13900000000", "保密巷", "示例企业2"):
            assert secret not in sitting.text

    sit(meeting, meeting.people[name], "board", script, size)


def test_without_any_it_says_what_to_do(meeting_at, sit):
    async def script(sitting):
        await sitting.press("y")
        assert sitting.said.startswith("没有待核实的回避线索。")

    meeting = meeting_at(Phase.SIGNING_IN)
    sit(meeting, meeting.secretary, "board", script)
