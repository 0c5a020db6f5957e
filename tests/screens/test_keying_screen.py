"""Keying paper sheets at a desk: typed once, handed over whole, and gone from the screen; differences to the two."""

from __future__ import annotations

import pytest

from models.enums import KeyingState, Phase, Role
from models.queries.keying import keyings
from models.queries.meeting import meeting as read_meeting
from models.services import keying as service
from screens.commands import faults, places_for
from screens.dialogs.faults import FaultsDialog
from screens.keying import KeyingScreen

SIZES = [(80, 24), (160, 45)]
MARKS = {"plan": "21.5", "investment": "18.5", "effect": "12.5", "demonstration": "10.5", "assurance": "6.5"}


def state(meeting, number=2, expert="专家3"):
    view = keyings(meeting.office, meeting.supervisor, meeting.id)
    return next(line.state for line in view.of(expert) if line.no == meeting.no(number))


def key(meeting, actor, number=2, expert="专家3", **changed):
    service.key_sheet(meeting.office, actor, meeting.id, expert, meeting.no(number), MARKS | changed)


async def choose(sitting, number):
    await sitting.press("e", str(number))


async def type_sheet(sitting, *values):
    for value in values or MARKS.values():
        await sitting.type(value)
        await sitting.press("enter")


def test_registry_has_no_faults_and_the_place_is_for_the_office():
    assert faults(KeyingScreen) == []
    who = {role for role in Role if "keying" in [place.name for place in places_for(role)]}
    assert who == {Role.SECRETARY, Role.FINANCE, Role.SUPERVISOR}


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_a_sheet_is_keyed_by_two_and_shown_to_neither_afterwards(meeting_at, sit, size, sealed):
    meeting = meeting_at(Phase.SCORING, sealed=sealed)

    async def first(sitting):
        assert "双人录入" in sitting.text
        await choose(sitting, 3)
        assert "专家3（第 3/5 位）" in sitting.text
        await sitting.press("down")
        await type_sheet(sitting)
        assert "69.5" in sitting.text
        await sitting.press("up")
        await sitting.press("f5")
        await sitting.refilled()
        assert sitting.said == f"专家3的 {meeting.no(2)} 已录入，待另一人复录。"
        assert "69.5" not in sitting.text
        assert "18.5" not in sitting.text

    async def second(sitting):
        await choose(sitting, 3)
        await sitting.press("down")
        assert "张秘书已录入，请对照纸质评分表再录一遍" in "".join(sitting.text.split("\n"))
        assert "21.5" not in sitting.text
        await type_sheet(sitting)
        await sitting.press("up", "f5")
        await sitting.refilled()
        assert sitting.said == f"专家3的 {meeting.no(2)} 已录入，评分表已交。"

    sit(meeting, meeting.secretary, "keying", first, size)
    assert state(meeting) is KeyingState.WAITING
    sit(meeting, meeting.finance, "keying", second, size)
    assert state(meeting) is KeyingState.IN
    assert read_meeting(meeting.office, meeting.chair, meeting.id).done == 1


@pytest.mark.parametrize("size", SIZES)
def test_a_difference_opens_with_its_places_to_the_two_alone(meeting_at, sit, size):
    meeting = meeting_at(Phase.SCORING)
    key(meeting, meeting.secretary)

    async def second(sitting):
        await choose(sitting, 3)
        await sitting.press("down")
        await type_sheet(sitting, "20.5", "18.5", "12.5", "10.5", "6.5")
        await sitting.press("up", "f5")
        assert "两次录入不一致" in sitting.text
        line = next(line for line in sitting.text.split("\n") if "21.5" in line)
        assert line.split().index("!") < line.split().index("21.5") < line.split().index("20.5")
        await sitting.press("escape")
        await sitting.refilled()
        assert "20.5" not in sitting.text

    async def third(sitting):
        await choose(sitting, 3)
        await sitting.press("down", "question_mark")
        assert sitting.said == "两次录入只向录入的两人打开。"
        await sitting.type("2")
        assert "由其中一人核对后重录" in sitting.said
        assert "21.5" not in sitting.text

    sit(meeting, meeting.finance, "keying", second, size)
    sit(meeting, meeting.supervisor, "keying", third, size)
    assert state(meeting) is KeyingState.DIFFERS


def test_what_is_no_mark_is_refused_in_its_cell_and_an_unfinished_sheet_is_not_keyed(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(sitting):
        await choose(sitting, 3)
        await sitting.press("down")
        await sitting.type("31")
        await sitting.press("enter")
        assert "超出范围" in sitting.said
        await sitting.press("f5")
        assert "评分表缺少" in sitting.said

    sit(meeting, meeting.secretary, "keying", script)
    assert state(meeting) is KeyingState.BLANK


def test_an_abstention_and_a_comment_are_keyed(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(sitting):
        await choose(sitting, 3)
        await sitting.press("down", "f8")
        await sitting.answer("看[b]不清")
        assert "评语：看[b]不清" in sitting.text
        await sitting.press("f6")
        await sitting.answer("不熟悉")
        assert "待另一人复录" in sitting.said

    sit(meeting, meeting.secretary, "keying", script)
    done = service.key_sheet(
        meeting.office, meeting.finance, meeting.id, "专家3", meeting.no(2), {}, abstain="不熟悉", comment="看[b]不清"
    )
    assert done.state is KeyingState.IN


def test_a_file_is_imported_and_its_faults_are_shown(meeting_at, sit, tmp_path):
    meeting = meeting_at(Phase.SCORING)
    file = tmp_path / "paper.csv"
    heading, row = "expert,no," + ",".join(MARKS), ",".join(MARKS.values())
    file.write_text(f"{heading}\n专家3,{meeting.no(2)},{row}\n", encoding="utf-8-sig")

    async def script(sitting):
        await sitting.press("f4")
        await sitting.answer(str(file))
        assert sitting.said == "已交 0 份，待复录 1 份，两次不一致 0 份。"
        await sitting.press("f4")
        await sitting.answer(str(file))
        assert isinstance(sitting.app.screen, FaultsDialog)

    sit(meeting, meeting.supervisor, "keying", script)


def test_what_another_desk_does_leaves_what_is_typed(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(sitting):
        await choose(sitting, 3)
        await sitting.press("down")
        await sitting.type("21.5")
        await sitting.press("enter")
        meeting.submit(4, 2)
        await sitting.hear()
        assert "21.5" in sitting.text
        assert "专家3（第 3/5 位）" in sitting.text

    sit(meeting, meeting.secretary, "keying", script)


@pytest.mark.parametrize("phase", [Phase.SIGNING_IN, Phase.DELIBERATING])
def test_out_of_scoring_the_screen_says_why(meeting_at, sit, phase):
    meeting = meeting_at(phase)

    async def script(sitting):
        assert "不能看待录的纸质评分表" in "".join(sitting.text.split())
        await sitting.press("f5", "e", "f6")
        assert "独立评分" in sitting.said

    sit(meeting, meeting.secretary, "keying", script)


def test_the_board_leads_there(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(sitting):
        await sitting.press("f5")
        assert sitting.app.gone == ["keying"]

    async def other(sitting):
        await sitting.press("f5")
        assert sitting.said == "“录入纸质评分表”由秘书、财政代表、监督办理。"

    sit(meeting, meeting.finance, "board", script)
    sit(meeting, meeting.chair, "board", other)
