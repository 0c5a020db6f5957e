"""The expert's desk: marks saved as typed, refused ones kept in sight, sheets handed in, and after the reveal."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from textual import events
from textual.geometry import Offset
from textual.keys import _character_to_key

from models.enums import CorrectionGround, Phase, RecusalGround, SheetState
from models.queries.audit import verify
from models.queries.desk import desk, own_results
from models.services import attendance, deliberation, returning, scoring
from screens.commands import faults
from screens.dialogs.ask import AskDialog
from screens.dialogs.card import CardDialog
from screens.dialogs.choose import ChooseDialog
from screens.dialogs.confirm import ConfirmDialog
from screens.scoring import CARD_REST_SECONDS, ScoringScreen

SIZES = [(80, 24), (160, 45)]
COMPLETE = ("24", "16.5", "16", "12", "12")


def sheet(meeting, expert, number):
    rows = desk(meeting.office, meeting.expert(expert), meeting.id).rows
    return next(row for row in rows if row.no == meeting.no(number))


def marks(meeting, expert, number):
    return dict(sheet(meeting, expert, number).marks)


async def type_sheet(seat, marks=COMPLETE):
    for mark in marks:
        await seat.type(mark)
        await seat.press("enter")


def test_scoring_registry_has_no_faults():
    assert faults(ScoringScreen) == []


@pytest.mark.parametrize("size", SIZES)
def test_desk_shows_own_sheets_rubric_and_how_far_the_group_is(meeting_at, sit, size):
    meeting = meeting_at(Phase.SCORING)
    meeting.submit(3, 1)
    meeting.submit(4, 1)

    async def script(seat):
        for words in (
            "全组已交 2/24",
            "独立评分 00:00:",
            "专家3 专家",
            "方案 30",
            "保障 15",
            "示例企业5",
            "我已交 1/5",
        ):
            assert words in seat.text
        assert "KM1-006" not in seat.text  # not eligible
        assert seat.base.grid.place == (meeting.no(2), "plan")  # the first that is not in
        assert "步长 0.5" in seat.text
        assert "24–30：现状诊断清楚" in seat.text
        await asyncio.sleep(2 * CARD_REST_SECONDS)
        await seat.until(lambda: ("预计补助" in seat.text) is (size[0] == 160))

    sit(meeting, meeting.expert(3), "scoring", script, size)


def test_nothing_of_others_marks_stands_on_the_desk(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)
    meeting.submit(4, 1)
    total = sheet(meeting, 4, 1).total_micro
    assert total == 89_500_000

    async def script(seat):
        assert "89.5" not in seat.text

    sit(meeting, meeting.expert(3), "scoring", script, (160, 45))


def test_mark_is_saved_when_its_cell_is_left(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        await seat.type("24.5")
        assert marks(meeting, 3, 1) == {}
        await seat.press("tab")
        assert marks(meeting, 3, 1) == {"plan": 24_500}
        assert seat.said.startswith("KM1-001 方案 24.5 已保存 09:0")
        assert seat.base.grid.place == (meeting.no(1), "investment")

    sit(meeting, meeting.expert(3), "scoring", script)


def test_full_width_digits_of_an_input_method_are_digits(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        for character in "１７。５":  # as the terminal's parser turns them into keys
            seat.app.post_message(events.Key(_character_to_key(character), character))
        await seat.press("enter")
        assert marks(meeting, 3, 1) == {"plan": 17_500}

    sit(meeting, meeting.expert(3), "scoring", script)


def test_mark_out_of_range_stays_in_sight_and_saves_nothing(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        await seat.type("31")
        await seat.press("tab")
        assert "超出范围：应在 0 至 30 之间，步长 0.5" in seat.said
        assert "!31" in seat.text
        assert marks(meeting, 3, 1) == {}
        await seat.press("tab")
        await seat.press("shift+tab", "shift+tab")
        assert "超出范围" in seat.said  # said again where one comes back to it
        await seat.type("30")
        await seat.press("tab")
        assert marks(meeting, 3, 1) == {"plan": 30_000}
        assert "!31" not in seat.text

    sit(meeting, meeting.expert(3), "scoring", script)


def test_sheet_is_not_handed_in_over_a_refused_number(meeting_at, sit):
    """The mark before it may not be meant any more."""
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        await type_sheet(seat)
        seat.base.grid.go_to(meeting.no(1), "effect")
        await seat.settle()
        await seat.type("99")
        await seat.press("f5")
        assert sheet(meeting, 3, 1).state is SheetState.DRAFT
        assert seat.said.startswith("KM1-001 没有提交：“成效”的 99 分超出范围")
        assert seat.base.grid.place == (meeting.no(1), "effect")
        await seat.press("ctrl+z")
        assert seat.said == "放弃了没有保存的数，原来的评分不变。"
        assert "!99" not in seat.text
        await seat.press("f5")
        assert sheet(meeting, 3, 1).state is SheetState.SUBMITTED
        assert marks(meeting, 3, 1)["effect"] == 16_000

    sit(meeting, meeting.expert(3), "scoring", script)


def test_refused_number_waits_for_who_comes_back_to_the_desk(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        await seat.type("31")
        await seat.press("escape")
        assert seat.app.gone == ["lobby"]
        await seat.reopen("scoring")
        assert "!31" in seat.text
        await seat.press("f5")
        assert "没有提交" in seat.said

    sit(meeting, meeting.expert(3), "scoring", script)


def test_number_being_typed_is_saved_when_the_screen_is_left(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        await seat.type("24")
        await seat.press("escape")
        assert seat.app.gone == ["lobby"]
        assert marks(meeting, 3, 1) == {"plan": 24_000}

    sit(meeting, meeting.expert(3), "scoring", script)


def test_undo_goes_back_mark_by_mark_even_after_another_screen(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        for mark in ("20", "15"):
            await seat.type(mark)
            await seat.press("enter")
        seat.base.grid.go_to(meeting.no(1), "plan")
        await seat.settle()
        await seat.type("25")
        await seat.press("enter")
        assert marks(meeting, 3, 1) == {"plan": 25_000, "investment": 15_000}
        await seat.press("ctrl+z")
        assert seat.said == "已撤销：KM1-001 方案 改回 20。"
        assert seat.base.grid.place == (meeting.no(1), "plan")
        await seat.reopen("scoring")
        await seat.press("ctrl+z")
        assert marks(meeting, 3, 1) == {"plan": 20_000}
        await seat.press("ctrl+z")
        assert marks(meeting, 3, 1) == {}
        await seat.press("ctrl+z")
        assert seat.said == "没有可撤销的评分。"

    sit(meeting, meeting.expert(3), "scoring", script)


def test_undo_does_not_pass_to_the_next_person_at_the_desk(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        await seat.type("20")
        await seat.press("enter")
        seat.app.actor = meeting.expert(4)
        await seat.reopen("scoring")
        await seat.press("ctrl+z")
        assert seat.said == "没有可撤销的评分。"
        assert marks(meeting, 3, 1) == {"plan": 20_000}

    sit(meeting, meeting.expert(3), "scoring", script)


def test_submit_locks_the_sheet_and_goes_to_the_next(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        await type_sheet(seat)
        assert "80.5" in seat.text  # the sum stands only when the sheet is complete
        seat.base.grid.go_to(meeting.no(1), "plan")
        await seat.press("f5")
        assert sheet(meeting, 3, 1).state is SheetState.SUBMITTED
        assert seat.base.grid.place == (meeting.no(2), "plan")
        assert "我已交 1/5" in seat.text
        seat.base.grid.go_to(meeting.no(1), "plan")
        await seat.type("9")
        assert seat.said == "KM1-001 已提交，要改请先按 F7 取回。"
        await seat.press("f7")
        assert sheet(meeting, 3, 1).state is SheetState.DRAFT
        await seat.type("9")
        await seat.press("enter")
        assert marks(meeting, 3, 1)["plan"] == 9_000

    sit(meeting, meeting.expert(3), "scoring", script)


def test_incomplete_sheet_is_refused_and_the_blank_is_shown(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        await seat.type("24")
        await seat.press("f5")
        assert seat.said == "评分表缺少：投入、成效、示范、保障。"
        assert seat.base.grid.place == (meeting.no(1), "investment")
        assert sheet(meeting, 3, 1).state is SheetState.DRAFT

    sit(meeting, meeting.expert(3), "scoring", script)


def test_all_complete_sheets_are_handed_in_after_being_named(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)
    for number in (2, 4):
        expert = meeting.expert(3)
        scoring.enter_marks(meeting.office, expert, meeting.id, meeting.no(number), meeting.marks(3, number))

    async def script(seat):
        await seat.type("24")  # of an incomplete one
        await seat.press("f4")
        assert isinstance(seat.app.screen, ConfirmDialog)
        assert "提交 2 份评分表：KM1-002、KM1-004。" in seat.text
        await seat.press("enter")
        assert [sheet(meeting, 3, number).state for number in (1, 2, 4)] == [
            SheetState.DRAFT,
            SheetState.SUBMITTED,
            SheetState.SUBMITTED,
        ]
        await seat.press("f4")
        assert seat.said == "没有评完而未交的评分表。"

    sit(meeting, meeting.expert(3), "scoring", script)


def test_last_sheet_says_that_all_are_in(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)
    for number in (2, 3, 4, 5):
        meeting.submit(3, number)

    async def script(seat):
        await type_sheet(seat)
        await seat.press("f5")
        assert seat.said.startswith("您的评分表已全部交齐。")
        assert "我已交 5/5" in seat.text
        assert verify(meeting.office).ok

    sit(meeting, meeting.expert(3), "scoring", script)


def test_abstaining_needs_a_reason_and_clears_the_marks(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        await seat.type("24")
        await seat.press("f6")
        await seat.answer("")
        assert "请写明内容。" in seat.text
        await seat.answer("不熟悉本行业")
        found = sheet(meeting, 3, 1)
        assert (found.state, found.marks, found.reason) == (SheetState.ABSTAINED, {}, "不熟悉本行业")
        assert "弃权" in seat.text
        assert seat.base.grid.place == (meeting.no(2), "plan")

    sit(meeting, meeting.expert(3), "scoring", script)


def test_comment_is_kept_as_typed(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)
    words = "[bold]=1+1'; DROP TABLE 🦊"

    async def script(seat):
        await seat.press("f8")
        await seat.answer(words)
        assert sheet(meeting, 3, 1).comment == words
        assert f"评语：{words}" in seat.text
        await seat.press("f8")
        assert seat.app.screen.focused.value == words

    sit(meeting, meeting.expert(3), "scoring", script, (160, 45))


def test_recused_application_is_passed_over_and_shows_nothing(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)
    attendance.add_recusal(meeting.office, meeting.expert(3), meeting.id, "专家3", meeting.no(1), RecusalGround.SHARES)

    async def script(seat):
        assert seat.base.grid.place == (meeting.no(2), "plan")
        assert "我已交 0/4" in seat.text
        await seat.press("up")
        assert seat.base.grid.place == (meeting.no(2), "plan")
        line = next(line for line in seat.text.splitlines() if "KM1-001" in line)
        assert line.split()[-1] == "回避"

    sit(meeting, meeting.expert(3), "scoring", script)


def test_returned_sheet_says_why(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)
    meeting.submit(3, 1)
    returning.return_sheet(meeting.office, meeting.deputy, meeting.id, "专家3", meeting.no(1), "请核对投入一项")

    async def script(seat):
        assert seat.base.grid.place == (meeting.no(1), "plan")
        assert "退回：请核对投入一项" in seat.text

    sit(meeting, meeting.expert(3), "scoring", script)


def test_desk_follows_the_others(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        await seat.type("2")
        meeting.submit(4, 1)
        await seat.hear()
        assert "全组已交 1/24" in seat.text
        await seat.type("4")
        await seat.press("enter")
        assert marks(meeting, 3, 1) == {"plan": 24_000}  # what was being typed went on

    sit(meeting, meeting.expert(3), "scoring", script)


def test_caret_stands_in_the_cell(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        first = seat.app.cursor_position
        await seat.press("tab")
        moved = seat.app.cursor_position
        assert moved.y == first.y
        assert moved.x > first.x
        seat.base._show_top()
        await seat.settle()
        assert seat.app.cursor_position == moved
        assert moved != Offset(0, 0)

    sit(meeting, meeting.expert(3), "scoring", script)


def test_card_and_anchors_open_over_the_desk(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        await seat.press("f2")
        assert isinstance(seat.app.screen, CardDialog)
        assert "KM1-001 示例企业1" in seat.text
        await seat.press("escape", "tab", "question_mark")
        assert isinstance(seat.app.screen, CardDialog)
        assert "16–20：投入构成合理" in seat.text
        await seat.press("right")
        assert "目标等级明确" in seat.text

    sit(meeting, meeting.expert(3), "scoring", script)


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (Phase.PREPARING, "评审会还在筹备，项目尚未确定，不能评分"),
        (Phase.SIGNING_IN, "正在签到，还不能评分"),
        (Phase.ALLOCATING, "现在是配额分配阶段，评分已经结束，这里只能看"),
    ],
)
def test_desk_says_why_nothing_can_be_marked(meeting_at, sit, phase, words):
    meeting = meeting_at(phase)

    async def script(seat):
        assert words in seat.text
        await seat.type("5")
        await seat.press("enter")
        assert "已保存" not in seat.said
        await seat.press("f5")
        assert seat.said == f"“提交”要在独立评分阶段办理，现在是{label_of(phase)}。"

    sit(meeting, meeting.expert(3), "scoring", script)


def label_of(phase):
    return {Phase.PREPARING: "筹备", Phase.SIGNING_IN: "签到", Phase.ALLOCATING: "配额分配"}[phase]


def test_seat_that_does_not_mark_is_told_where_to_go(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        assert "按 F3 可以去看名册、进度和结果。" in seat.text
        assert "方案 30" not in seat.text
        await seat.press("f2")
        assert seat.said == "这里没有可评的项目。"

    sit(meeting, meeting.secretary, "scoring", script)


def test_without_a_meeting_the_way_to_one_is_said(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)
    meeting.id = None

    async def script(seat):
        assert "还没有进入评审会" in seat.text

    sit(meeting, replace(meeting.secretary, meeting=None), "scoring", script)


def flagged(meeting_at):
    """专家3 is far above the others with 5."""
    meeting = meeting_at(Phase.SCORING)
    meeting.score_all()
    expert = meeting.expert(3)
    scoring.take_back(meeting.office, expert, meeting.id, meeting.no(5))
    high = {"plan": "30", "investment": "20", "effect": "20", "demonstration": "15", "assurance": "15"}
    scoring.enter_marks(meeting.office, expert, meeting.id, meeting.no(5), high)
    scoring.submit(meeting.office, expert, meeting.id, [meeting.no(5)])
    meeting.advance()
    return meeting


@pytest.mark.parametrize("size", SIZES)
def test_flagged_sheet_is_explained_by_its_expert(meeting_at, sit, size):
    meeting = flagged(meeting_at)

    async def script(seat):
        assert seat.base.grid.place == (meeting.no(5), "plan")
        assert "待说明 1 项" in seat.text
        assert "专家 专家3 的“合计”100 分" in seat.text or "最高与最低合计相差" in seat.text
        await seat.press("x")
        assert isinstance(seat.app.screen, AskDialog)
        await seat.answer("材料有第三方检测报告")
        await seat.refilled()
        sheets, _ = own_results(meeting.office, meeting.expert(3), meeting.id)
        assert sheets[meeting.no(5)].explanation == "材料有第三方检测报告"
        assert "待说明" not in seat.text
        await seat.press("up", "x")
        assert seat.said == "KM1-004 没有要您说明的偏差。"

    sit(meeting, meeting.expert(3), "scoring", script, size)


def test_correction_is_entered_by_its_expert(meeting_at, sit):
    meeting = meeting_at(Phase.DELIBERATING)
    for criterion in ("plan", "effect"):
        deliberation.name_correction(
            meeting.office,
            meeting.chair,
            meeting.id,
            "专家3",
            meeting.no(2),
            criterion,
            CorrectionGround.ABNORMAL,
            "畸低",
        )

    async def script(seat):
        assert seat.base.grid.place == (meeting.no(2), "plan")
        assert "待更正 2 处" in seat.text
        await seat.press("c")
        assert isinstance(seat.app.screen, ChooseDialog)
        await seat.press("1")
        await seat.answer("30.2")
        assert "不合步长" in seat.text or "超出范围" in seat.text
        await seat.answer("27.5")
        await seat.refilled()
        assert marks(meeting, 3, 2)["plan"] == 27_500
        assert "待更正 1 处" in seat.text
        await seat.press("c")
        assert "更正“成效”" in seat.text

    sit(meeting, meeting.expert(3), "scoring", script)


def test_marks_are_not_typed_over_after_the_reveal(meeting_at, sit):
    meeting = meeting_at(Phase.DELIBERATING)
    before = marks(meeting, 3, 1)

    async def script(seat):
        await seat.type("5")
        await seat.press("tab")
        assert seat.said.startswith("评分已揭晓，只能看。")
        await seat.press("f6")
        assert seat.said == "“弃权”要在独立评分阶段办理，现在是合议。"
        assert marks(meeting, 3, 1) == before

    sit(meeting, meeting.expert(3), "scoring", script)


def test_a_mark_over_one_from_another_desk_is_told_and_kept_in_sight(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        await seat.type("24")
        seat.base.stop_following()  # so this desk does not hear of the seat's other one, which is faster
        scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(1), {"plan": "20"})
        await seat.press("enter")
        assert "20" in seat.said
        assert "另一处" in seat.said
        assert marks(meeting, 3, 1) == {"plan": 20_000}
        assert "24" in seat.text
        await seat.press("shift+tab")
        await seat.type("25")
        await seat.press("enter")
        assert marks(meeting, 3, 1) == {"plan": 25_000}, "told, and meant"

    sit(meeting, meeting.expert(3), "scoring", script)
