"""The list screen: what is frozen, who signs, what is taken out."""

from __future__ import annotations

from datetime import date

import pytest

from models.enums import ObjectionOutcome, Phase
from models.queries.awards import award_lists, coming_awards
from models.rules.digest import short
from models.services import phases, publicity
from screens.awards import AwardsScreen
from screens.commands import faults
from screens.dialogs.choose import ChooseDialog
from screens.dialogs.confirm import ConfirmDialog
from screens.widgets.signs import Sign

SIZES = [(80, 24), (160, 45)]


def signed(meeting):
    return [
        signature.role
        for signature in award_lists(meeting.office, meeting.chair, meeting.id)[-1].signatures
        if signature.at
    ]


def test_awards_registry_has_no_faults():
    assert faults(AwardsScreen) == []


@pytest.mark.parametrize("size", SIZES)
def test_awards_shows_list_total_digest_and_signatures(meeting_at, sit, size):
    meeting = meeting_at(Phase.FINALISED)
    meeting.sign(meeting.chair)
    (frozen,) = award_lists(meeting.office, meeting.chair, meeting.id)

    async def script(seat):
        for word in ("试点企业名单 第 1 版", "3 家", "KM1-001", "示例企业1", short(frozen.digest), "专家1", "李财政"):
            assert word in seat.text
        assert seat.text.count("待签") == 2
        assert seat.text.count("已签") == 1
        assert ("会议纪要尚未导出" in seat.text) is (size[0] == 160)
        assert "本批次没有写明来源比例" in seat.text or size[0] == 80

    sit(meeting, meeting.finance, "awards", script, size)


def test_awards_before_publicity_says_what_is_missing(meeting_at, sit):
    meeting = meeting_at(Phase.DELIBERATING)

    async def script(seat):
        assert "还没有名单：先由组长完成配额分配，再公示期满。" in seat.text
        await seat.press("s")
        assert "要在定稿阶段办理" in seat.said

    sit(meeting, meeting.chair, "awards", script)


def test_awards_is_sealed_before_the_reveal(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        assert "现在是“独立评分”阶段" in seat.text
        assert "KM1-001" not in seat.text

    sit(meeting, meeting.chair, "awards", script)


def test_awards_shows_what_the_next_list_may_take_up(meeting_at, sit):
    meeting = meeting_at(Phase.PUBLICITY)
    meeting.publish()
    publicity.add_objection(meeting.office, meeting.secretary, meeting.id, meeting.no(2), "不实", objector="某人")

    async def script(seat):
        assert "尚未定稿" in seat.text
        assert "3 个项目待定稿" in seat.text
        assert "其中 1 个有未结异议，暂缓" in seat.text
        assert f"{Sign.OBJECTED} 示例企业2" in seat.text
        assert "待签" not in seat.text

    sit(meeting, meeting.finance, "awards", script)
    held = {item.no for item in coming_awards(meeting.office, meeting.finance, meeting.id) if item.held}
    assert held == {meeting.no(2)}


def test_awards_signing_names_digest_and_total_and_asks_once(meeting_at, sit):
    meeting = meeting_at(Phase.FINALISED)
    (frozen,) = award_lists(meeting.office, meeting.chair, meeting.id)

    async def script(seat):
        await seat.press("s")
        assert isinstance(seat.app.screen, ConfirmDialog)
        assert short(frozen.digest) in seat.text
        assert "3 家，合计 120 万元" in seat.text
        await seat.press("escape")
        assert signed(meeting) == []
        await seat.press("s", "enter")
        assert seat.said == "名单已签署。"
        await seat.press("s")
        assert seat.said == "组长已签署这份名单。"
        assert seat.app.screen is seat.base

    sit(meeting, meeting.chair, "awards", script)
    assert signed(meeting) == ["chair"]


def test_awards_finance_signs_after_the_panel(meeting_at, sit):
    meeting = meeting_at(Phase.FINALISED)

    async def script(seat):
        await seat.press("s", "enter")
        assert seat.said == "请先由评审组签署，再由财政代表会签。"

    sit(meeting, meeting.finance, "awards", script)
    assert signed(meeting) == []


def test_awards_secretary_does_not_sign(meeting_at, sit):
    meeting = meeting_at(Phase.FINALISED)

    async def script(seat):
        await seat.press("s")
        assert seat.said == "“签署”由组长、副组长、财政代表办理。"

    sit(meeting, meeting.secretary, "awards", script)


def test_awards_export_says_where_the_file_is(meeting_at, sit, tmp_path):
    meeting = meeting_at(Phase.FINALISED)
    folder = tmp_path / "文件"

    async def script(seat):
        await seat.press("x")
        assert isinstance(seat.app.screen, ChooseDialog)
        await seat.press("4")
        await seat.answer(str(folder))
        (file,) = folder.iterdir()
        assert seat.said == f"已导出：{file}"

    sit(meeting, meeting.secretary, "awards", script, (160, 45))


def test_awards_advance_names_what_is_missing(meeting_at, sit):
    meeting = meeting_at(Phase.FINALISED)

    async def script(seat):
        await seat.press("f9")
        for words in ("组长尚未签署名单。", "财政代表尚未签署名单。", "会议纪要尚未导出。"):
            assert words in seat.said

    sit(meeting, meeting.secretary, "awards", script, (160, 45))


def test_awards_versions_are_shown_side_by_side(meeting_at, sit):
    meeting = meeting_at(Phase.PUBLICITY)
    meeting.publish()
    number = publicity.add_objection(
        meeting.office, meeting.secretary, meeting.id, meeting.no(2), "不实", objector="某人"
    )
    publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
    meeting.clock.go_to(date(2026, 3, 19))
    meeting.advance()
    meeting.sign()
    publicity.decide_objection(meeting.office, meeting.chair, meeting.id, number, ObjectionOutcome.REJECTED, "查无实据")
    phases.back(meeting.office, meeting.chair, meeting.id, "为暂缓的项目出第二版")

    async def waiting(seat):
        assert "第 1 版" in seat.text
        assert "2 家" in seat.text
        await seat.press("v")
        assert "1 个项目待定稿" in seat.text
        assert "KM1-002" in seat.text

    async def second(seat):
        assert "试点企业名单 第 2 版" in seat.text
        assert "○ 第 2 版　1 家" in seat.text
        assert "✓ 第 1 版　2 家" in seat.text
        await seat.press("v")
        assert "试点企业名单 第 1 版" in seat.text

    sit(meeting, meeting.chair, "awards", waiting)
    meeting.advance()
    sit(meeting, meeting.chair, "awards", second, (160, 45))


@pytest.mark.parametrize("size", SIZES)
def test_awards_tells_why_amount_sources_and_total(meeting_at, sit, size):
    meeting = meeting_at(Phase.FINALISED)
    meeting.tamper("""UPDATE batch SET sources = '{"central": "1/3", "municipal": "2/3"}'""")

    async def script(seat):
        await seat.press("question_mark")
        told = seat.app.screen.plain().splitlines()
        assert [line for line in told if "\t" not in line and not line.startswith("⇒")][:4] == [
            *("为什么 KM1-001 示例企业1", "预计补助", "资金来源", "名单合计")
        ]
        assert "第 1 版名单 " in seat.app.screen.plain()
        await seat.press("y", "escape", "d")
        assert "各版名单" in seat.text

    sit(meeting, meeting.finance, "awards", script, size)


def test_awards_tells_why_of_what_is_not_frozen_yet(meeting_at, sit):
    meeting = meeting_at(Phase.PUBLICITY)

    async def script(seat):
        await seat.press("question_mark")
        assert "预计补助" in seat.app.screen.plain()
        assert "名单合计" not in seat.app.screen.plain()

    sit(meeting, meeting.chair, "awards", script)
