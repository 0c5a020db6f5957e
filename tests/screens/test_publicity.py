"""The publicity screen: the period's days, objections and their clocks, who may know the objector."""

from __future__ import annotations

import re
from datetime import date

import pytest

from models.enums import ObjectionOutcome, ObjectionState, Phase
from models.errors import WrongUse
from models.queries.publicity import coming_notice, notices, objections
from models.services import calendar, publicity
from screens.commands import faults
from screens.dialogs.ask import AskDialog
from screens.dialogs.card import CardDialog
from screens.dialogs.confirm import ConfirmDialog
from screens.dialogs.why import WhyDialog
from screens.publicity import PublicityScreen
from screens.publicity_parts.answers import read_day
from screens.widgets.signs import Sign

SIZES = [(80, 24), (160, 45)]


@pytest.fixture
def published(meeting_at):
    """A notice out since 2026-03-10, one objection by 王某 recorded."""
    meeting = meeting_at(Phase.PUBLICITY)
    meeting.publish()
    publicity.add_objection(
        meeting.office,
        meeting.secretary,
        meeting.id,
        meeting.no(2),
        "设备[red]不实",
        objector="王[b]某",
        contact="13900000000",
    )
    return meeting


def only(meeting):
    (found,) = objections(meeting.office, meeting.chair, meeting.id)
    return found


def test_publicity_registry_has_no_faults():
    assert faults(PublicityScreen) == []


@pytest.mark.parametrize("size", SIZES)
def test_publicity_shows_the_period_and_the_objection(published, sit, size):
    async def script(seat):
        for word in ("第 1 版公示", "3月10日—3月17日 24 时，5 个工作日", "2026年3月", "第1日", "第5日", "周末", "今"):
            assert word in seat.text
        assert "首日不计入；若计入，至3月16日止" in seat.text
        assert "KM1-002" in seat.text
        assert "设备[red]不实" in seat.text
        assert "○ 已登记" in seat.text
        assert "公示期至 2026-03-17 24 时" in seat.text.replace("\n", "")
        assert (f"{Sign.OBJECTED} 暂缓" in seat.text) is (size[0] == 160)

    sit(published, published.secretary, "publicity", script, size)


def test_publicity_is_recorded_after_a_look_at_its_days(meeting_at, sit):
    meeting = meeting_at(Phase.PUBLICITY)

    async def script(seat):
        assert "还没有公示" in seat.text
        await seat.press("o")
        await seat.answer("2026/3/1x", "公告栏", "")
        assert "不是日期" in seat.text
        await seat.press("escape", "o")
        await seat.answer("２０２６-03-10", "公告栏", "")
        assert isinstance(seat.app.screen, ConfirmDialog)
        assert "第 1 版公示，名单上 3 个项目。" in seat.text
        assert "3月10日起，3月17日 24 时止，5 个工作日。" in seat.text
        assert notices(meeting.office, meeting.secretary, meeting.id) == ()
        await seat.press("enter")
        assert seat.said == "第 1 版公示已登记。"
        assert "第 1 版公示" in seat.text

    sit(meeting, meeting.secretary, "publicity", script)
    (notice,) = notices(meeting.office, meeting.secretary, meeting.id)
    assert (notice.opens, notice.closes, notice.place) == (date(2026, 3, 10), date(2026, 3, 17), "公告栏")


def test_publicity_too_short_is_refused_in_words(meeting_at, sit):
    meeting = meeting_at(Phase.PUBLICITY)

    async def script(seat):
        await seat.press("o")
        await seat.answer("2026-03-10", "公告栏", "3")
        await seat.press("enter")
        assert "公示期不少于 5 个工作日，现为 3 个。" in seat.said

    sit(meeting, meeting.secretary, "publicity", script)
    assert notices(meeting.office, meeting.secretary, meeting.id) == ()


def test_publicity_with_nothing_left_to_publish_is_not_asked_about(published, sit):
    async def script(seat):
        await seat.press("o")
        await seat.answer("2026-03-10", "公告栏", "")
        assert seat.said == "没有待公示的项目。"
        assert seat.app.screen is seat.base

    sit(published, published.secretary, "publicity", script)


def test_publicity_objection_is_recorded_with_its_evidence(published, sit, tmp_path):
    proof = tmp_path / "照片.jpg"
    proof.write_bytes(b"x")

    async def script(seat):
        await seat.press("n", "2")
        await seat.answer("不符合条件", "匿名", "", str(tmp_path / "没有.jpg"))
        assert "找不到证据文件" in seat.text
        await seat.answer(str(proof))
        assert seat.said == "第 2 号异议已登记。"

    sit(published, published.secretary, "publicity", script)
    found = objections(published.office, published.secretary, published.id)[1]
    listed = notices(published.office, published.secretary, published.id)[0].items
    assert (found.no, found.anonymous, found.grounds) == (listed[1].no, True, "不符合条件")
    assert found.evidence[0].startswith("照片.jpg（")


def test_publicity_objection_is_accepted_and_decided(published, sit):
    async def secretary(seat):
        await seat.press("a")
        assert seat.said == "第 1 号异议已受理。"
        assert "… 已受理" in seat.text
        await seat.press("j")
        assert "由组长、副组长办理" in seat.said

    async def chair(seat):
        await seat.press("j", "2")
        await seat.answer("部分属实", "三")
        assert "不是金额" in seat.text
        await seat.answer("30")
        assert seat.said == "第 1 号异议已决定：部分成立。"
        assert "处理意见：部分属实" in seat.text

    sit(published, published.secretary, "publicity", secretary)
    sit(published, published.chair, "publicity", chair, (160, 45))
    found = only(published)
    assert (found.outcome, found.amount_fen, found.finding) == (ObjectionOutcome.PARTIAL, 30_0000_00, "部分属实")


@pytest.mark.parametrize(
    ("key", "state"),
    [("d", ObjectionState.DISMISSED), ("w", ObjectionState.WITHDRAWN), ("f", ObjectionState.REFERRED)],
)
def test_publicity_objection_is_closed_with_a_reason(published, sit, key, state):
    async def script(seat):
        await seat.press(key)
        await seat.answer("")
        assert isinstance(seat.app.screen, AskDialog)
        assert "请写明理由。" in seat.text
        await seat.answer("无具体事实")

    sit(published, published.secretary, "publicity", script)
    assert (only(published).state, only(published).finding) == (state, "无具体事实")


@pytest.mark.parametrize("who", ["secretary", "chair", "finance", "supervisor"])
def test_publicity_objector_is_known_to_secretary_and_chair_only(published, sit, who):
    knows = who in ("secretary", "chair")

    async def script(seat):
        await seat.press("f2")
        assert isinstance(seat.app.screen, CardDialog)
        painted = seat.text + seat.base_text
        assert ("王[b]某" in painted) is knows
        assert ("13900000000" in painted) is knows
        assert ("只有秘书和组长可以知道。" in painted) is not knows

    sit(published, getattr(published, who), "publicity", script)


def test_publicity_hides_objections_from_experts(published, sit):
    async def script(seat):
        assert "第 1 版公示" in seat.text
        assert "专家不能看异议" in seat.text
        await seat.press("f2")
        assert "设备" not in seat.text + seat.base_text
        assert seat.said == "没有选中的异议。"

    sit(published, published.expert(3), "publicity", script)


def test_publicity_is_sealed_before_the_reveal(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        assert "现在是“独立评分”阶段，不能看公示" in seat.text
        await seat.press("o")
        assert "要在公示阶段办理" in seat.said

    sit(meeting, meeting.secretary, "publicity", script)


def test_publicity_names_list_and_days(published, sit):
    async def script(seat):
        await seat.press("e")
        assert "KM1-001" in seat.text
        assert "示例企业2" in seat.text
        await seat.press("escape", "question_mark")
        assert "第 5 个工作日" in seat.text
        assert "公示首日不计入" in seat.text
        assert "民法典第二百零一条" in seat.text

    sit(published, published.finance, "publicity", script)


def test_publicity_tells_both_counts_at_the_end_of_the_derivation(published, sit):
    async def script(seat):
        await seat.press("question_mark")
        assert isinstance(seat.app.screen, WhyDialog)
        assert "职工工作时间规定第七条" in seat.text
        assert "2026-03-14（周六）" in seat.text
        assert "如首日计入" in seat.text
        assert "2026-03-16 24 时" in seat.text

    sit(published, published.supervisor, "publicity", script, (160, 45))


@pytest.mark.parametrize(("size", "what", "unit"), [((80, 24), "", ""), ((160, 45), "受理 ", " 工作日")])
def test_publicity_objection_shows_how_much_of_its_time_is_gone(published, sit, size, what, unit):
    async def script(seat):
        assert re.search(rf"已登记 +{what}0/5{unit} ", seat.text)
        assert "受理 0/5 工作日，不迟于" in seat.text
        await seat.press("t")
        assert "第 1 号异议的受理期限" in seat.text
        assert "登记当日不计入" in seat.text
        assert "第 5 个工作日" in seat.text

    async def later(seat):
        assert re.search(rf"已登记 +{what}2/5{unit} ", seat.text)

    sit(published, published.chair, "publicity", script, size)
    published.clock.go_to(date(2026, 3, 12))
    sit(published, published.chair, "publicity", later, size)


def test_publicity_no_clock_is_explained_where_none_runs(published, sit):
    publicity.accept_objection(published.office, published.secretary, published.id, 1)

    async def script(seat):
        await seat.press("t")
        assert seat.said == "这件异议没有进行中的时限。"

    sit(published, published.secretary, "publicity", script)


def test_publicity_names_a_local_day_off_in_the_month(meeting_at, sit, tmp_path):
    meeting = meeting_at(Phase.PUBLICITY)
    path = tmp_path / "停水.toml"
    path.write_text('basis = "区政府通知"\n[[off]]\nday = 2026-03-12\nname = "停水"\n', encoding="utf-8")
    calendar.add_days(meeting.office, meeting.secretary, path)
    meeting.publish()

    async def script(seat):
        assert "3月10日—3月18日 24 时，5 个工作日" in seat.text
        assert "停水" in seat.text
        assert "放假：" not in seat.text
        await seat.press("question_mark")
        assert "放假：停水" in seat.text
        assert "区政府通知" in seat.text

    sit(meeting, meeting.secretary, "publicity", script)


def test_publicity_advance_says_what_is_missing_then_freezes(published, sit):
    async def early(seat):
        await seat.press("f9")
        assert seat.said.startswith("不能进入“定稿”：公示期至 2026-03-17 24 时止")

    async def late(seat):
        await seat.press("f9")
        assert isinstance(seat.app.screen, ConfirmDialog)
        await seat.press("enter")
        assert seat.said == "评审会已进入“定稿”。"

    sit(published, published.secretary, "publicity", early)
    published.clock.go_to(date(2026, 3, 19))
    sit(published, published.secretary, "publicity", late)


def test_publicity_overdue_objection_is_shown(published, sit):
    published.clock.go_to(date(2026, 3, 31))

    async def script(seat):
        assert "逾期" in seat.text
        assert "公示期已满" in seat.text

    sit(published, published.secretary, "publicity", script)


def test_publicity_step_back_wants_a_decided_objection(published, sit):
    async def script(seat):
        await seat.press("z")
        await seat.answer("更正名单")
        assert seat.said == "没有成立或部分成立的异议，名单的金额和名额也都成立，不能退回配额分配。"

    sit(published, published.chair, "publicity", script)


def test_coming_notice_keeps_nothing(meeting_at):
    meeting = meeting_at(Phase.PUBLICITY)
    notice = coming_notice(meeting.office, meeting.secretary, meeting.id, date(2026, 3, 10))
    meeting.publish()
    (kept,) = notices(meeting.office, meeting.secretary, meeting.id)
    assert (notice.version, notice.opens, notice.closes, notice.days, notice.items) == (
        kept.version,
        kept.opens,
        kept.closes,
        kept.days,
        kept.items,
    )


@pytest.mark.parametrize("typed", ["2026-03-09", "2026/3/9", "２０２６．０３．０９", "2026年3月9日", "2026。3。9"])
def test_read_day_takes_what_offices_type(typed):
    assert read_day(typed) == date(2026, 3, 9)


@pytest.mark.parametrize("typed", ["", "明天", "2026-02-30", "26-3-9", "2026-03-09-01"])
def test_read_day_refuses_what_is_none(typed):
    with pytest.raises(WrongUse) as caught:
        read_day(typed)
    assert caught.value.code == "not_a_day"


def test_publicity_writes_the_newest_notice_where_it_is_wanted(published, sit, tmp_path):
    folder = tmp_path / "文件"

    async def script(seat):
        await seat.press("x")
        await seat.answer(str(folder))
        (file,) = folder.iterdir()
        assert file.name == "M1-公示第1版-20260310.docx"
        assert seat.said == f"已导出：{file}"

    sit(published, published.secretary, "publicity", script, (160, 45))


def test_publicity_has_no_notice_to_write_before_the_first(meeting_at, sit, tmp_path):
    meeting = meeting_at(Phase.PUBLICITY)

    async def script(seat):
        await seat.press("x")
        await seat.answer(str(tmp_path / "文件"))
        assert "M1 还没有公示。" in seat.said
        assert not (tmp_path / "文件").exists()

    sit(meeting, meeting.secretary, "publicity", script, (160, 45))


def test_publicity_notice_is_not_for_experts(published, sit):
    async def script(seat):
        await seat.press("x")
        assert "导出公示" in seat.said
        assert seat.app.screen is seat.base

    sit(published, published.expert(3), "publicity", script)


def test_publicity_foot_keeps_the_next_step_in_a_narrow_window(published, sit):
    async def script(seat):
        assert "F9 下一阶段" in seat.text.splitlines()[-1]

    sit(published, published.secretary, "publicity", script, (80, 24))
