"""The board where marks are sealed: who holds the key, giving shares at own desks, envelopes, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.enums import Phase, Role
from models.queries.meeting import meeting as read_meeting
from models.services import attendance, meetings, unsealing
from models.services import office as offices
from models.services.keys import new_envelope
from screens.board_parts.code import CodeDialog
from screens.board_parts.leaf import LeafDialog
from screens.dialogs.choose import ChooseDialog
from screens.dialogs.confirm import ConfirmDialog
from tests.conftest import PHRASE

SIZES = [(80, 24), (160, 45)]


def view(meeting):
    return read_meeting(meeting.office, meeting.secretary, meeting.id)


@pytest.fixture
def scored(sealed_at):
    meeting = sealed_at(Phase.SCORING)
    meeting.score_all()
    return meeting


@pytest.mark.parametrize("size", SIZES)
def test_progress_tells_that_marks_are_sealed_and_who_has_given_the_key(scored, sit, size):
    async def script(sitting):
        assert "分数已加密封存" in sitting.text
        assert "封存密钥　组长 ○　监督 ○　财政代表 ○" in sitting.text
        assert "可以揭晓" in sitting.text
        assert "用信封" in sitting.text
        unsealing.unseal(scored.office, scored.supervisor, scored.id)
        await sitting.hear()
        assert "组长 ○　监督 ✓　财政代表 ○" in sitting.text
        assert "监督 王监督已交出密钥" in sitting.text

    sit(scored, scored.secretary, "board", script, size)


def test_progress_tells_where_marks_are_only_hidden(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(sitting):
        assert "分数已隐藏，未加密封存" in sitting.text
        assert "密钥" not in sitting.text
        await sitting.press("f8")
        assert "没有加密封存" in sitting.said

    sit(meeting, meeting.secretary, "board", script)


@pytest.mark.parametrize(("first", "second"), [("组长", "监督"), ("监督", "财政代表"), ("财政代表", "组长")])
def test_two_holders_reveal_each_at_an_own_desk(scored, sit, first, second):
    people = {"组长": scored.chair, "监督": scored.supervisor, "财政代表": scored.finance}

    async def give_first(sitting):
        assert "F9 下一阶段" in sitting.text
        await sitting.press("f9")
        assert isinstance(sitting.app.screen, ConfirmDialog)
        for words in ("这是第一份", f"{second} {people[second].name}", "不能收回"):
            assert words in sitting.text
        await sitting.press("escape")
        assert view(scored).released == ()
        await sitting.press("f9", "enter")
        assert sitting.said.startswith("密钥已交出。还须一位")
        await sitting.refilled()
        await sitting.press("f9")
        assert "您的密钥已经交出" in sitting.said

    async def give_second(sitting):
        await sitting.press("f9")
        for words in (f"{first} {people[first].name}已经交出", "这是第二份", "24 份评分表", "不能收回"):
            assert words in sitting.text
        await sitting.press("enter")
        await sitting.refilled()
        assert sitting.said == "已揭晓：打开 24 份评分表，评审会已进入“合议”。"
        assert "示例企业2" in sitting.text

    sit(scored, people[first], "board", give_first)
    assert view(scored).phase is Phase.SCORING
    sit(scored, people[second], "board", give_second)
    assert view(scored).phase is Phase.DELIBERATING


def test_who_agreed_to_be_the_first_does_not_reveal_as_the_second(scored, sit):
    async def script(sitting):
        await sitting.press("f9")
        assert "这是第一份" in sitting.text
        unsealing.unseal(scored.office, scored.finance, scored.id)
        await sitting.press("enter")
        assert view(scored).phase is Phase.SCORING
        assert view(scored).released == (Role.FINANCE,)
        assert "财政代表刚刚交出了密钥" in sitting.said
        await sitting.press("f9")
        assert "这是第二份" in sitting.text
        await sitting.press("enter")
        assert view(scored).phase is Phase.DELIBERATING

    sit(scored, scored.supervisor, "board", script)


def test_the_others_desks_move_on_when_the_second_reveals(scored, sit):
    unsealing.unseal(scored.office, scored.chair, scored.id)

    async def script(sitting):
        assert "分数已加密封存" in sitting.text
        unsealing.unseal(scored.office, scored.finance, scored.id)
        for _ in range(200):
            await sitting.pilot.pause(0.02)
            if "专家分布" in sitting.text:
                break
        assert "专家分布" in sitting.text
        assert "封存密钥" not in sitting.text

    sit(scored, scored.expert(3), "board", script, (160, 45))


def test_who_holds_no_key_is_told_who_does(scored, sit):
    async def secretary(sitting):
        await sitting.press("f9")
        assert sitting.said.startswith("揭晓由组长 专家1、监督 王监督、财政代表 李财政中的两位")
        assert "F9 下一阶段" not in sitting.text

    async def expert(sitting):
        await sitting.press("f9")
        assert "由" in sitting.said
        assert sitting.app.screen is sitting.base

    sit(scored, scored.secretary, "board", secretary)
    sit(scored, scored.expert(3), "board", expert)
    assert view(scored).released == ()


def test_what_stands_in_the_way_is_said_to_holders_too(sealed_at, sit):
    meeting = sealed_at(Phase.SCORING)

    async def script(sitting):
        await sitting.press("f9")
        assert isinstance(sitting.app.screen, LeafDialog)
        assert "专家2还有 5 份未提交" in sitting.text

    sit(meeting, meeting.finance, "board", script)


def test_a_holder_whose_keys_are_not_here_is_told(scored, sit):
    async def script(sitting):
        await sitting.press("f9", "enter")
        assert "王监督的口令不在本终端上" in sitting.said

    sit(scored, replace(scored.supervisor, keys=None), "board", script)
    assert view(scored).released == ()


def test_a_holder_who_changed_the_phrase_since_is_told_who_reveals(scored, sit):
    code = meetings.new_seat_code(scored.office, scored.secretary, scored.id, "专家1")
    chair = attendance.sign_in(
        scored.office, "专家1", scored.id, code, recusals={}, new_pin="dianchi cuihu shilin chama"
    )

    async def script(sitting):
        await sitting.press("f9")
        assert "本次由监督 王监督、财政代表 李财政揭晓" in sitting.said

    sit(scored, chair, "board", script)


def test_an_envelope_is_made_once_and_its_code_shown_large(scored, sit):
    async def script(sitting):
        await sitting.press("f10")
        assert isinstance(sitting.app.screen, ConfirmDialog)
        assert "只显示这一次" in sitting.text
        await sitting.press("enter")
        for _ in range(300):
            if isinstance(sitting.app.screen, CodeDialog):
                break
            await sitting.pilot.pause(0.02)
        await sitting.settle()
        assert isinstance(sitting.app.screen, CodeDialog)
        assert "再也不会显示" in sitting.text
        code = "".join(sitting.app.screen._letters.split())
        assert len(code) == 24
        assert sitting.app.screen._letters in sitting.text
        await sitting.press("escape")
        assert isinstance(sitting.app.screen, CodeDialog)
        await sitting.press("f5")
        assert code not in "".join(sitting.text.split())
        codes.append(code)

    codes: list[str] = []
    sit(scored, scored.supervisor, "board", script)
    given = unsealing.unseal(scored.office, scored.secretary, scored.id, envelope_of="王监督", code=codes[0])
    assert given.released == (Role.SUPERVISOR,)


@pytest.mark.parametrize("size", SIZES)
def test_the_secretary_uses_the_envelope_of_who_is_absent(scored, sit, size):
    code = new_envelope(scored.office, scored.supervisor)
    unsealing.unseal(scored.office, scored.chair, scored.id)

    async def script(sitting):
        await sitting.press("f8")
        assert isinstance(sitting.app.screen, ChooseDialog)
        assert "专家1" not in sitting.text.split("用谁的密钥信封")[1].split("不选")[0]
        await sitting.press("1")
        assert "用王监督的密钥信封" in sitting.text
        assert "这是第二份" in sitting.text
        await sitting.answer("AAAA-BBBB-CCCC-DDDD-EEEE")
        assert sitting.said.startswith("信封里的代码不对")
        await sitting.press("f8", "1")
        await sitting.answer(code.lower())
        await sitting.refilled()
        assert sitting.said.startswith("已揭晓：打开 24 份评分表")

    sit(scored, scored.secretary, "board", script, size)
    assert view(scored).phase is Phase.DELIBERATING


def test_boxes_that_were_tampered_with_are_all_named(scored, sit):
    scored.tamper("UPDATE sealed_sheet SET box = own_box WHERE sheet_id IN (1, 2, 3, 4, 5, 6)")
    unsealing.unseal(scored.office, scored.chair, scored.id)

    async def script(sitting):
        await sitting.press("f9", "enter")
        assert isinstance(sitting.app.screen, LeafDialog)
        assert "没有揭晓" in sitting.text
        assert "一份也没有打开" in "".join(sitting.text.replace("│", "").split())
        assert "KM1-001/专家2" in sitting.text

    sit(scored, scored.finance, "board", script)
    assert view(scored).phase is Phase.SCORING


def test_the_blocker_names_holders_without_a_phrase(sealed_at, sit):
    meeting = sealed_at(Phase.SIGNING_IN)
    for name in ("专家1", "专家2", "专家3", "专家4", "专家5", "张秘书", "李财政", "王监督"):
        meeting.sign_in(name)
    meeting.tamper(
        "UPDATE key_pair SET ended_at = since WHERE user_id IN (SELECT id FROM \"user\" WHERE role = 'finance')"
    )

    async def script(sitting):
        assert "财政代表还没有设定口令" in "".join(sitting.text.split())

    sit(meeting, meeting.chair, "board", script, (160, 45))


def test_a_new_code_for_a_sealing_seat_says_what_is_lost(scored, sit):
    async def script(sitting):
        await sitting.press("k", "1")
        assert isinstance(sitting.app.screen, ConfirmDialog)
        assert "草稿打不开了" in sitting.text
        assert "专家1也从此交不出封存密钥" in sitting.text
        await sitting.press("escape", "k", "2")
        assert "交不出" not in sitting.text

    sit(scored, offices.authenticate(scored.office, "张秘书", PHRASE), "board", script)
