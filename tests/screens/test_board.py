"""The board: counts and no marks before the reveal, moving on, seats; what everybody sees at both sizes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from models.enums import Phase, Role, SheetState
from models.queries.audit import trail
from models.queries.desk import desk
from models.queries.meeting import meeting as read_meeting
from models.services import attendance, scoring
from screens.board import BoardScreen
from screens.board_parts.code import CodeDialog
from screens.board_parts.leaf import LeafDialog
from screens.board_parts.side import way_lines
from screens.commands import faults
from screens.dialogs.card import CardDialog
from screens.dialogs.confirm import ConfirmDialog

SIZES = [(80, 24), (160, 45)]
RENAME = text("UPDATE enterprise SET name = :name WHERE id = (SELECT enterprise_id FROM application WHERE no = :no)")


def view(meeting):
    return read_meeting(meeting.office, meeting.secretary, meeting.id)


def seat(meeting, name):
    return next(one for one in view(meeting).seats if one.name == name)


def test_board_registry_has_no_faults():
    assert faults(BoardScreen) == []


@pytest.mark.parametrize("size", SIZES)
def test_board_shows_phase_progress_seats_and_what_stands_in_the_way(meeting_at, sit, size):
    meeting = meeting_at(Phase.SCORING)
    meeting.submit(3, 2)

    async def script(sitting):
        for word in ("独 立 评 分", "已交评分表", "共 24", "专家3", "1/5", "0/5", "进入合议之前还有 5 件事"):
            assert word in sitting.text
        assert "评审会 · 独立评分 · KM1" in sitting.text
        assert "专家1 组长" in sitting.text

    sit(meeting, meeting.chair, "board", script, size)


@pytest.mark.parametrize("number", [1, 3])
def test_board_tells_nothing_of_marks_while_they_are_sealed(meeting_at, sit, number):
    """Two meetings that differ in submitted marks only are painted alike, for who marked and who did not."""
    painted = []
    for application in (2, 5):
        meeting = meeting_at(Phase.SCORING)
        marks = meeting.marks(3, application)
        scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(2), marks)
        scoring.submit(meeting.office, meeting.expert(3), meeting.id, [meeting.no(2)])
        now = meeting.clock()
        meeting.office.own_clock = lambda now=now: now

        async def script(sitting):
            painted.append(sitting.text)
            await sitting.press("enter", "f2", "question_mark", "w", "s")
            painted.append(sitting.text)

        sit(meeting, meeting.expert(number), "board", script)
    assert painted[:2] == painted[2:]


def test_board_turns_green_when_nothing_stands_in_the_way(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)
    meeting.score_all()

    async def script(sitting):
        assert "✓ 可以进入合议：组长按 F9。" in sitting.text

    sit(meeting, meeting.supervisor, "board", script)


def test_board_says_what_stands_in_the_way_and_asks_nothing(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(sitting):
        await sitting.press("f9")
        assert isinstance(sitting.app.screen, LeafDialog)
        assert "专家1还有 4 份未提交" in sitting.text
        await sitting.press("escape")
        for expert in range(2, 6):
            for application in range(1, 6):
                meeting.submit(expert, application)
        await sitting.hear()
        await sitting.press("f9")
        assert sitting.said.startswith("不能进入“合议”：专家1还有 4 份未提交")
        assert sitting.app.screen is sitting.base
        assert view(meeting).phase is Phase.SCORING

    sit(meeting, meeting.chair, "board", script)


def test_board_reveals_only_when_confirmed_and_then_shows_the_ranking(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)
    meeting.score_all()

    async def script(sitting):
        await sitting.press("f9")
        assert isinstance(sitting.app.screen, ConfirmDialog)
        assert "揭晓：全部评分表公开" in sitting.text
        await sitting.press("escape")
        assert view(meeting).phase is Phase.SCORING
        await sitting.press("f9", "enter")
        await sitting.refilled()
        assert sitting.said == "评审会已进入“合议”。"
        assert "专家分布" in sitting.text
        assert "示例企业2" in sitting.text

    sit(meeting, meeting.chair, "board", script)


def test_board_lists_no_more_than_can_be_read(meeting_at):
    seen = view(meeting_at(Phase.SCORING))
    many = replace(seen, blockers=seen.blockers[:1] * 3000)
    lines = ["".join(cell.text for cell in line) for line in way_lines(many, 200)]
    assert lines[0] == "进入合议之前还有 3000 件事"
    assert lines[-1] == "……还有 2970 件"
    assert len(lines) == 32


def test_board_offers_the_next_phase_to_its_mover_only(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def mover(sitting):
        assert "F9" in sitting.text.splitlines()[-1]

    async def other(sitting):
        assert "F9" not in sitting.text.splitlines()[-1]
        await sitting.press("f9")
        assert sitting.said == "进入“签到”由秘书办理。"

    sit(meeting, meeting.secretary, "board", mover)
    sit(meeting, meeting.chair, "board", other)


def test_board_gives_a_new_seat_its_code_until_it_is_put_away(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def script(sitting):
        await sitting.press("n")
        await sitting.answer("新专家[b]")
        await sitting.press("1")
        dialog = sitting.app.screen
        assert isinstance(dialog, CodeDialog)
        assert "新专家[b]的一次性验证码" in sitting.text
        await sitting.press("escape", "enter")
        assert sitting.app.screen is dialog
        line = next(line for line in sitting.text.splitlines() if line.count("-") == 1)
        code = "".join(line.strip("│ ").split())
        await sitting.press("f5")
        assert sitting.app.screen is sitting.base
        assert code not in sitting.text
        assert attendance.may_sign_in(meeting.office, "新专家[b]", meeting.id, code).name == "新专家[b]"
        await sitting.refilled()
        assert "新专家[b]" in sitting.text

    sit(meeting, meeting.secretary, "board", script)


def test_board_seats_people_of_the_office_only_where_they_belong(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def script(sitting):
        await sitting.press("n")
        await sitting.answer("外人")
        await sitting.press("7")
        assert "秘书席位须由本单位人员担任" in sitting.said
        await sitting.press("n")
        await sitting.answer("专家3")
        await sitting.press("4")
        assert sitting.said.startswith("已有组长 专家1。")

    sit(meeting, meeting.secretary, "board", script)


def test_board_gives_a_new_code_after_saying_what_it_voids(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def script(sitting):
        await sitting.press("k", "3")
        assert "专家3的原验证码和密码作废" in sitting.text
        await sitting.press("enter")
        assert isinstance(sitting.app.screen, CodeDialog)
        await sitting.press("f5")
        assert sitting.said == "已给专家3重发验证码。"

    sit(meeting, meeting.secretary, "board", script)


def test_board_records_who_was_chosen_chair(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def script(sitting):
        await sitting.press("h")
        assert "现为专家1" in sitting.text
        await sitting.press("2", "4")
        assert sitting.said == "已推定专家4为副组长。"
        assert (seat(meeting, "专家4").role, seat(meeting, "专家2").role) == (Role.DEPUTY, Role.EXPERT)

    sit(meeting, meeting.secretary, "board", script)


def test_board_records_absence_with_its_reason(meeting_at, sit):
    meeting = meeting_at(Phase.SIGNING_IN)
    for name in ("专家1", "专家2"):
        meeting.sign_in(name)

    async def script(sitting):
        await sitting.press("b", "5")
        await sitting.press("enter")
        assert "请写明内容。" in sitting.text
        await sitting.answer("出差")
        assert sitting.said == "已记录专家5缺席。"
        await sitting.refilled()
        assert "缺席：出差" in sitting.text

    sit(meeting, meeting.chair, "board", script)
    assert seat(meeting, "专家5").absent_reason == "出差"


def test_board_returns_a_sheet_unseen(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)
    meeting.submit(3, 2)

    async def script(sitting):
        await sitting.press("r", "1")
        assert "退回专家3的评分表" in sitting.text
        await sitting.answer(meeting.no(2), "材料补正")
        assert sitting.said == f"已把 {meeting.no(2)} 的评分表退回专家3。"

    sit(meeting, meeting.chair, "board", script)
    rows = desk(meeting.office, meeting.expert(3), meeting.id).rows
    assert next(row.state for row in rows if row.no == meeting.no(2)) is SheetState.RETURNED


def test_board_refuses_in_words_what_is_not_this_persons(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(sitting):
        await sitting.press("b")
        assert sitting.said == "“记录缺席”由组长办理。"
        await sitting.press("p")
        assert sitting.said == "“生成方案”由组长办理。"
        await sitting.press("v")
        assert sitting.said == "“试算”要在配额分配阶段办理，现在是独立评分。"

    sit(meeting, meeting.expert(3), "board", script)


def test_board_follows_what_other_desks_do(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(sitting):
        assert "1/5" not in sitting.text
        meeting.submit(4, 2)
        await sitting.hear()
        assert "1/5" in sitting.text

    sit(meeting, meeting.finance, "board", script)


def test_board_steps_back_with_a_reason(meeting_at, sit):
    meeting = meeting_at(Phase.ALLOCATING)

    async def script(sitting):
        await sitting.press("z")
        assert "现有分配方案、裁定和调整全部失效" in sitting.text
        await sitting.answer("更正评分")
        assert view(meeting).phase is Phase.DELIBERATING
        await sitting.refilled()
        assert "缺意见" in sitting.text or "已议" in sitting.text

    sit(meeting, meeting.chair, "board", script)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.ARCHIVED])
@pytest.mark.parametrize("name", ["张秘书", "专家1", "专家2", "专家3", "李财政", "王监督"])
def test_board_opens_for_everybody_in_every_phase_and_leaves_no_trace(meeting_at, sit, phase, name):
    meeting = meeting_at(phase)
    if phase is Phase.SIGNING_IN:
        meeting.sign_in("专家1")
    before = len(trail(meeting.office, meeting.secretary, meeting.id))

    async def script(sitting):
        assert "评审会 · " in sitting.text
        assert name in sitting.text
        await sitting.press("slash", "escape", "s", "escape", "f1")
        assert "排名与结果" in sitting.text
        await sitting.press("escape", "escape")
        assert set(sitting.app.gone) == {"lobby"}

    sit(meeting, meeting.people[name], "board", script)
    assert len(trail(meeting.office, meeting.secretary, meeting.id)) == before


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("phase", [Phase.DELIBERATING, Phase.ALLOCATING])
def test_board_shows_names_as_they_are(meeting_at, sit, phase, size):
    meeting = meeting_at(phase)
    names = ["[bold]红[/]", "=1+1", "'; DROP", "🚀龘"]
    with meeting.office.database.writing() as connection:
        for number, name in enumerate(names, 2):
            connection.execute(RENAME, {"name": name, "no": meeting.no(number)})
    if phase is Phase.ALLOCATING:
        meeting.propose()

    async def script(sitting):
        for name in names:
            assert name in sitting.text
        await sitting.press("home", "enter")
        assert isinstance(sitting.app.screen, LeafDialog)
        await sitting.press("escape", "f2")
        assert isinstance(sitting.app.screen, CardDialog)

    sit(meeting, meeting.supervisor, "board", script, size)
