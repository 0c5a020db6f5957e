"""The board after the reveal: what is said over the ranking, what is done about the list, and what stays sealed."""

from __future__ import annotations

import pytest

from models.enums import CorrectionGround, Outcome, Phase, ReasonCode, RecusalGround
from models.queries.allocation import allocation_view, quota_view
from models.queries.audit import trail
from models.queries.items import deliberation, item
from models.services import attendance, scoring
from screens.board_parts.leaf import LeafDialog
from screens.dialogs.ask import AskDialog
from screens.dialogs.choose import ChooseDialog
from screens.dialogs.why import WhyDialog

WIDE = (160, 45)


@pytest.fixture
def flagged(meeting_at):
    """A meeting just revealed in which 专家5 is far below the others on application 2."""
    meeting = meeting_at(Phase.SCORING)
    low = {"plan": "5", "investment": "5", "effect": "5", "demonstration": "5", "assurance": "5"}
    scoring.enter_marks(meeting.office, meeting.expert(5), meeting.id, meeting.no(2), low)
    scoring.submit(meeting.office, meeting.expert(5), meeting.id, [meeting.no(2)])
    for expert in range(1, 6):
        for application in range(1, 6):
            if (expert, application) not in ((1, 1), (5, 2)):
                meeting.submit(expert, application)
    meeting.advance()
    return meeting


def owed(meeting, number):
    return deliberation(meeting.office, meeting.secretary, meeting.id)[meeting.no(number)]


def listed(meeting, number):
    found = allocation_view(meeting.office, meeting.chair, meeting.id).applications
    return next(one for one in found if one.no == meeting.no(number))


def acts(meeting):
    return len(trail(meeting.office, meeting.secretary, meeting.id))


async def go_to(sitting, meeting, number):
    assert sitting.base.table.move_to(meeting.no(number))
    await sitting.settle()


# What everybody sees, and who is recused does not


@pytest.mark.parametrize("size", [(80, 24), WIDE])
def test_board_seals_a_recused_members_item(meeting_at, sit, size):
    meeting = meeting_at(Phase.DELIBERATING)
    totals = [str(sheet.total_micro // 1_000_000) for sheet in sheets(meeting, 1)]

    async def chair(sitting):
        await go_to(sitting, meeting, 1)
        assert any(meeting.no(1) in line and "⊘ 已回避" in line for line in sitting.text.splitlines())
        for key, sentence in (("o", "您已回避"), ("c", "您已回避")):
            await sitting.press(key)
            assert sitting.app.screen is sitting.base
            assert sentence in sitting.said
        await sitting.press("enter")
        assert isinstance(sitting.app.screen, LeafDialog)
        assert "您已回避本项目" in sitting.text
        assert not any(f"{total}." in sitting.text.split("得分")[-1][9:] for total in totals)
        assert "专家4" not in sitting.text
        await sitting.press("escape", "question_mark")
        assert isinstance(sitting.app.screen, WhyDialog)
        told = sitting.app.screen.plain()
        assert "您已回避本项目，它的得分过程不向您显示" in told
        assert "排名" in told
        assert "有效评分表" not in told
        assert "÷" not in told

    async def expert(sitting):
        await go_to(sitting, meeting, 1)
        await sitting.press("enter")
        for sheet in sheets(meeting, 1):
            assert sheet.expert in sitting.text
        assert "方案" in sitting.text
        assert "回避：专家1" in sitting.text
        await sitting.press("escape", "question_mark")
        assert isinstance(sitting.app.screen, WhyDialog)
        assert "有效评分表 4 份" in sitting.app.screen.plain()

    sit(meeting, meeting.chair, "board", chair, size)
    sit(meeting, meeting.expert(3), "board", expert, size)


def sheets(meeting, number):
    return item(meeting.office, meeting.secretary, meeting.id, meeting.no(number)).sheets


def test_board_side_shows_the_sheets_of_the_row_under_the_cursor(flagged, sit):
    async def script(sitting):
        await go_to(sitting, flagged, 2)
        assert "! 待说明偏差：" in sitting.text
        assert any(line.rstrip().endswith(" 25") and "! 专家5" in line for line in sitting.text.splitlines())

    sit(flagged, flagged.secretary, "board", script, WIDE)


def test_board_finds_and_jumps_to_what_is_still_owed(flagged, sit):
    flagged.give_opinions()
    attendance.add_recusal(flagged.office, flagged.expert(4), flagged.id, "专家4", flagged.no(5), RecusalGround.KINSHIP)

    async def script(sitting):
        await sitting.press("j")
        assert sitting.said == "每个项目都已议定，没有待办的事。"
        await sitting.press("slash")
        await sitting.answer("企业5")
        assert sitting.base.table.cursor_key == flagged.no(5)
        await sitting.press("slash")
        await sitting.answer("没有的")
        assert sitting.said == "没有找到“没有的”。"

    sit(flagged, flagged.chair, "board", script)


# What is said


def test_board_records_opinions_one_and_the_rest(meeting_at, sit):
    meeting = meeting_at(Phase.DELIBERATING)

    async def chair(sitting):
        await go_to(sitting, meeting, 2)
        await sitting.press("o")
        assert sitting.app.screen.answers == {"words": "同意专家组评分结果。"}
        await sitting.answer("方案扎实")
        assert sitting.said == "已记录 1 个项目的评审意见。"
        await sitting.press("e")
        assert "给 3 个还没有意见的项目" in sitting.text
        await sitting.press("enter")
        assert sitting.said == "已记录 3 个项目的评审意见。"
        await sitting.press("e")
        assert sitting.said == "由您主持的项目都已有评审意见。"

    async def deputy(sitting):
        await go_to(sitting, meeting, 1)
        await sitting.press("o", "enter")
        assert sitting.said == "已记录 1 个项目的评审意见。"
        await sitting.refilled()
        assert "✓ 可以进入配额分配：组长按 F9。" in sitting.text

    sit(meeting, meeting.chair, "board", chair)
    assert item(meeting.office, meeting.chair, meeting.id, meeting.no(2)).opinion == "方案扎实"
    sit(meeting, meeting.deputy, "board", deputy, WIDE)


def test_board_leads_an_expert_to_the_value_that_wants_a_word(flagged, sit):
    async def script(sitting):
        await go_to(sitting, flagged, 5)
        await sitting.press("x")
        assert sitting.base.table.cursor_key == flagged.no(2)
        assert "说明偏差 KM1-002" in sitting.text
        await sitting.answer("与同类项目相比投入不实")
        assert sitting.said == "已记录您对 KM1-002 的说明。"
        await sitting.press("end", "x")
        assert "没有要您说明的偏差" in sitting.said

    sit(flagged, flagged.expert(5), "board", script)
    assert "专家5" not in owed(flagged, 2).unexplained


def test_board_corrects_a_mark_by_chair_and_expert(flagged, sit):
    async def chair(sitting):
        await go_to(sitting, flagged, 2)
        await sitting.press("c", "5", "1", "4")
        await sitting.answer("畸低")
        assert sitting.said == "已认定 KM1-002 的更正，待专家5录入新分。"
        await sitting.refilled()
        assert "待更正1" in sitting.text

    async def expert(sitting):
        await go_to(sitting, flagged, 2)
        await sitting.press("c")
        assert "畸高畸低：畸低。原分 5" in sitting.text
        await sitting.answer("９９")
        assert sitting.said.startswith("“方案")
        await sitting.press("c")
        await sitting.answer("２5.5")
        assert sitting.said == "已录入 KM1-002 的更正。"

    async def other(sitting):
        await go_to(sitting, flagged, 2)
        await sitting.press("c")
        assert sitting.said.startswith("KM1-002 没有待您录入的更正")

    sit(flagged, flagged.chair, "board", chair)
    sit(flagged, flagged.expert(3), "board", other)
    sit(flagged, flagged.expert(5), "board", expert)
    done = item(flagged.office, flagged.chair, flagged.id, flagged.no(2)).corrections
    assert [(c.expert, c.ground, c.new_milli) for c in done] == [("专家5", CorrectionGround.ABNORMAL, 25_500)]


def test_board_records_dissent_and_leaves_formula_amounts_alone(meeting_at, sit):
    meeting = meeting_at(Phase.DELIBERATING)

    async def expert(sitting):
        await go_to(sitting, meeting, 3)
        await sitting.press("m", "1")
        await sitting.answer("排名过低")
        assert sitting.said == "已记录您的不同意见。"

    async def chair(sitting):
        assert "议定金额" not in sitting.text
        await sitting.press("g")
        assert sitting.said.endswith("的金额由办法算出，不由评审会议定。")

    sit(meeting, meeting.expert(3), "board", expert)
    dissent = item(meeting.office, meeting.chair, meeting.id, meeting.no(3)).dissents
    assert [(one.expert, one.text) for one in dissent] == [("专家3", "排名过低")]
    sit(meeting, meeting.chair, "board", chair)


# What is done about the list


@pytest.mark.parametrize("size", [(80, 24), WIDE])
def test_board_proposes_orders_the_tie_and_draws_the_line(meeting_at, sit, size):
    meeting = meeting_at(Phase.ALLOCATING)

    async def script(sitting):
        assert "还没有分配方案。组长按 P 生成。" in sitting.text
        await sitting.press("p")
        await sitting.refilled()
        assert sitting.said == "已生成分配方案。"
        assert "═ 线上并列" in sitting.text
        await sitting.press("t")
        assert isinstance(sitting.app.screen, ChooseDialog)
        await sitting.press("2")
        assert "KM1-004 → KM1-003" in sitting.text
        await sitting.answer("抽签，种子 7")
        await sitting.refilled()
        assert "入选线 80.00" in sitting.text
        assert "△ 备选 1" in sitting.text
        assert ("3/3" in sitting.text) is (size == WIDE)
        await sitting.press("t")
        assert sitting.said == "没有待裁定的并列。"
        await sitting.press("s")
        assert "3/3" in sitting.text

    sit(meeting, meeting.chair, "board", script, size)
    assert (listed(meeting, 4).outcome, listed(meeting, 3).outcome) == (Outcome.PROPOSED, Outcome.ALTERNATE)


def test_board_draws_the_line_between_ordered_equals(meeting_at, sit):
    meeting = meeting_at(Phase.ALLOCATING)
    meeting.propose()

    async def script(sitting):
        rows = [line for line in sitting.text.splitlines() if "KM1-" in line or "入选线" in line]
        assert ["KM1-003" in rows[2], "入选线 80.00" in rows[3], "KM1-004" in rows[4]] == [True] * 3

    sit(meeting, meeting.expert(3), "board", script)


def test_board_adjusts_with_a_reason_and_says_why(meeting_at, sit):
    meeting = meeting_at(Phase.ALLOCATING)
    meeting.propose()

    async def script(sitting):
        await go_to(sitting, meeting, 2)
        await sitting.press("a", "2")
        assert "由“拟入选”改为“未入选”" in sitting.text
        await sitting.answer("企业主动放弃")
        assert sitting.said == "已把 KM1-002 调整为未入选。"
        await sitting.refilled()
        await go_to(sitting, meeting, 2)
        await sitting.press("question_mark")
        assert isinstance(sitting.app.screen, WhyDialog)
        told = sitting.app.screen.plain().splitlines()
        headings = [line for line in told if "\t" not in line and not line.startswith("⇒")]
        assert [line.split()[0] for line in headings[:4]] == ["为什么", "得分", "排名", "预计补助"]
        assert len(headings) == 6  # then the outcome, and the document in the foot
        assert "组长由拟入选调整为未入选" in sitting.app.screen.plain()
        assert headings[-1].startswith("昆工信规〔2024〕1号 · 办法文件 kunming-2024 第 1 版（")
        await sitting.press("y")
        assert sitting.app.clipboard == sitting.app.screen.plain()

    sit(meeting, meeting.chair, "board", script)
    assert listed(meeting, 2).reason is ReasonCode.ADJUSTED


def test_board_tries_a_quota_and_keeps_nothing(meeting_at, sit):
    meeting = meeting_at(Phase.ALLOCATING)
    meeting.propose()
    before, quota = acts(meeting), quota_view(meeting.office, meeting.chair, meeting.id)

    async def script(sitting):
        await sitting.press("v")
        await sitting.press("2")
        await sitting.answer("x")
        await sitting.press("enter")
        assert "“x”不是个数" in sitting.text
        await sitting.press("up")
        await sitting.answer("１", "0")
        assert "试算：五华区上限 无→1" in sitting.text
        assert "KM1-004、KM1-005 进，KM1-002、KM1-003 出" in sitting.text
        await sitting.press("v", "1")
        await sitting.answer("2", "1")
        assert "总名额 3→2" in sitting.text
        await sitting.press("escape")
        assert "试算" not in sitting.text.splitlines()[-3]
        assert sitting.said == "试算已收起，什么也没有改。"
        assert sitting.app.gone == []

    sit(meeting, meeting.chair, "board", script)
    assert acts(meeting) == before
    assert quota_view(meeting.office, meeting.chair, meeting.id).cells == quota.cells


def test_board_adopts_what_was_tried_with_a_reason(meeting_at, sit):
    meeting = meeting_at(Phase.ALLOCATING)
    meeting.propose()

    async def finance(sitting):
        await sitting.press("v", "2")
        await sitting.answer("1", "0")
        await sitting.press("enter")
        assert sitting.said == "采用试算由组长办理。"
        assert "试算：" in sitting.text

    async def chair(sitting):
        await sitting.press("v", "2")
        await sitting.answer("1", "0")
        await sitting.press("enter")
        assert isinstance(sitting.app.screen, AskDialog)
        assert "原有的裁定和调整随之失效" in sitting.text
        await sitting.answer("五华区项目过于集中")
        await sitting.refilled()
        assert sitting.said == "配额已改，方案已重新生成。"
        assert "试算：" not in sitting.text

    sit(meeting, meeting.finance, "board", finance)
    sit(meeting, meeting.chair, "board", chair)
    cells = quota_view(meeting.office, meeting.chair, meeting.id).cells
    assert next(cell.ceiling for cell in cells if cell.label == "五华区") == 1
    assert listed(meeting, 2).reason is ReasonCode.CEILING_DISTRICT
