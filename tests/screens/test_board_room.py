"""The board while items are called: who leaves, who presides, what is next, at the desks of all concerned."""

from __future__ import annotations

import asyncio
import time

import pytest

from models.enums import ItemOrder, Phase, RecusalGround
from models.queries import room as query
from models.services import attendance
from models.services import deliberation as speaking
from models.services import room as calling
from tests.screens.conftest import DeskApp, Sitting

SIZES = [(80, 24), (160, 45)]


@pytest.fixture
def meeting(meeting_at):
    """In deliberation; 专家1, the chair, is recused from 1, 专家4 from 1 and 2."""
    meeting = meeting_at(Phase.DELIBERATING)
    for number in (1, 2):
        attendance.add_recusal(
            meeting.office, meeting.expert(4), meeting.id, "专家4", meeting.no(number), RecusalGround.KINSHIP
        )
    return meeting


def now(meeting):
    return query.room(meeting.office, meeting.supervisor, meeting.id)


def call(meeting, number, by=None):
    calling.call_item(meeting.office, by or meeting.chair, meeting.id, meeting.no(number))


async def seen(sitting, words):
    """Wait until another desk's act is shown here, by itself."""
    begun = time.monotonic()
    while words not in sitting.text:
        assert time.monotonic() - begun < 30, sitting.text
        await asyncio.sleep(0.02)
    await sitting.settle()


@pytest.mark.parametrize("size", SIZES)
def test_board_says_who_leaves_who_stays_out_and_who_may_return(meeting, sit, size):
    call(meeting, 1, meeting.deputy)

    async def script(sitting):
        text = sitting.text
        assert "现在讨论 KM1-001 示例企业1" in text
        assert "专家2主持（副组长）" in text
        assert "请离场：专家1、专家4" in text
        calling.close_item(meeting.office, meeting.deputy, meeting.id)
        await seen(sitting, "现在没有叫项。")
        assert "可回来：专家1、专家4" in sitting.text
        call(meeting, 2)
        call(meeting, 3)
        await seen(sitting, "示例企业3   专家1主持")
        assert "可回来：专家4" in sitting.text
        assert "无人回避" in sitting.text
        assert "下一项" not in sitting.text

    sit(meeting, meeting.expert(3), "board", script, size)


@pytest.mark.parametrize("size", SIZES)
def test_board_tells_a_recused_member_to_leave_and_nothing_of_the_discussion(meeting, sit, size):
    speaking.give_opinion(meeting.office, meeting.chair, meeting.id, [meeting.no(2)], "机密意见")
    speaking.record_dissent(meeting.office, meeting.expert(3), meeting.id, "机密异见", meeting.no(2))
    call(meeting, 2)

    async def member(sitting):
        assert "您已回避本项，请离场" in sitting.text
        assert sitting.base.table.move_to(meeting.no(2))
        await sitting.settle()
        await sitting.press("enter")
        assert "机密" not in sitting.text
        assert "专家3" not in sitting.text.split("您已回避本项目")[-1]

    async def other(sitting):
        assert "请离场：专家4" in sitting.text
        assert "您已回避本项" not in sitting.text
        assert sitting.base.table.move_to(meeting.no(2))
        await sitting.press("enter")
        assert "机密意见" in sitting.text

    sit(meeting, meeting.expert(4), "board", member, size)
    sit(meeting, meeting.expert(3), "board", other, size)


@pytest.mark.parametrize("place", ["scoring", "quotas", "audit"])
@pytest.mark.parametrize("size", SIZES)
def test_every_other_screen_says_in_its_top_line_who_must_leave_and_who_may_come_back(meeting, sit, place, size):
    if place == "audit":
        stays, leaves = meeting.supervisor, None
    else:
        stays, leaves = meeting.expert(3), meeting.expert(4)
    call(meeting, 2)

    async def other(sitting):
        await seen(sitting, "讨论 KM1-002，请离场：专家4")
        assert "讨论 KM1-002，请离场：专家4" in sitting.text.splitlines()[0]

    async def member(sitting):
        await seen(sitting, "讨论 KM1-002，您已回避，请离场")
        call(meeting, 3)
        await seen(sitting, "您可以回会场了")
        calling.close_item(meeting.office, meeting.chair, meeting.id)
        call(meeting, 4)
        await seen(sitting, "讨论 KM1-004 ")

    sit(meeting, stays, place, other, size)
    if leaves is not None:
        sit(meeting, leaves, place, member, size)


def test_board_calls_the_next_in_the_chosen_order_until_all_were_called(meeting, sit):
    async def script(sitting):
        assert "下一项 KM1-001（专家2主持），还有 5 项，按编号，进出 4 人次，已是最少" in sitting.text
        await sitting.press("u")
        assert "按名次" in sitting.text
        await sitting.press("3")
        assert sitting.said == "叫项次序：进出最少。"
        await sitting.refilled()
        await sitting.press("d")
        await sitting.refilled()
        assert (now(meeting).no, sitting.base.table.cursor_key) == (meeting.no(3), meeting.no(3))
        await sitting.press("d")
        await sitting.refilled()
        assert now(meeting).no == meeting.no(4)

    sit(meeting, meeting.chair, "board", script, (100, 30))


def test_board_hands_over_between_chair_and_deputy(meeting, sit):
    """By number the deputy's item comes first; each ends the own item, and calls only what is theirs."""

    async def chair(sitting):
        await sitting.press("d")
        assert sitting.said == "下一项 KM1-001 由专家2主持。"
        assert now(meeting).no is None
        await sitting.press("w")
        assert "现在没有正在讨论的项目" in sitting.said

    async def deputy(sitting):
        await sitting.press("d")
        await sitting.refilled()
        assert now(meeting).no == meeting.no(1)
        await sitting.press("d")
        await sitting.refilled()
        assert sitting.said == "已结束讨论；下一项 KM1-002 由专家1主持。"
        assert now(meeting).no is None

    async def refused(sitting):
        await sitting.press("w")
        assert "KM1-001 正在讨论，由专家2主持" in sitting.said
        await sitting.press("u", "1")
        assert now(meeting).no == meeting.no(1)

    sit(meeting, meeting.chair, "board", chair)
    sit(meeting, meeting.deputy, "board", deputy)
    calling.call_item(meeting.office, meeting.deputy, meeting.id, meeting.no(1))
    sit(meeting, meeting.chair, "board", refused)


def test_board_records_who_steps_out_and_comes_back(meeting, sit):
    call(meeting, 3)

    async def script(sitting):
        await sitting.press("i")
        assert "专家3" in sitting.text
        await sitting.press("3")
        await sitting.answer("接电话")
        assert sitting.said == "已记录专家3离开会场。"
        await sitting.refilled()
        assert "暂离：专家3" in sitting.text
        await sitting.press("i")
        assert "在外，记为回来" in sitting.text
        await sitting.press("3")
        assert sitting.said == "已记录专家3回到会场。"

    sit(meeting, meeting.chair, "board", script, (160, 45))
    assert now(meeting).stepped_out == ()


def test_board_shows_another_desks_call_by_itself(meeting):
    """Two desks on one database, the chair's and that of the member who has to leave."""

    async def run():
        chair, member = DeskApp(meeting, meeting.chair, "board"), DeskApp(meeting, meeting.expert(4), "board")
        async with chair.run_test(size=(160, 45)) as first, member.run_test(size=(160, 45)) as second:
            at_chair, at_member = Sitting(chair, first), Sitting(member, second)
            await at_chair.refilled()
            await at_member.refilled()
            assert at_chair.base.table.move_to(meeting.no(2))
            await at_chair.press("l")
            await seen(at_member, "您已回避本项，请离场")
            assert "请离场：专家4" in at_member.text

    asyncio.run(run())


def test_board_offers_the_orders_that_there_are(meeting, sit):
    async def script(sitting):
        await sitting.press("u")
        for order, words in zip(ItemOrder, ("按编号", "按名次", "进出最少"), strict=True):
            assert words in sitting.text, order

    sit(meeting, meeting.chair, "board", script)


def test_who_calls_at_the_same_moment_is_told_what_the_other_called(meeting_at, sit):
    meeting = meeting_at(Phase.DELIBERATING)

    async def script(sitting):
        await sitting.press("home")
        calling.call_item(meeting.office, meeting.chair, meeting.id, meeting.no(2))
        sitting.base.action_call()  # before this desk has heard of it
        await sitting.settle()
        assert "正在讨论的项目已由专家1于" in sitting.said
        assert meeting.no(2) in sitting.said
        await sitting.hear()
        await sitting.press("l")
        assert f"已叫项：{meeting.no(1)}" in sitting.said

    sit(meeting, meeting.deputy, "board", script)
