"""What everybody sees of locks, desks, reminders and countdowns, and who is told more."""

from datetime import timedelta

import pytest

from models.enums import Phase
from models.errors import NotPermitted
from models.services import desks, pacing
from models.services import office as offices


@pytest.fixture
def meeting(meeting_at):
    return meeting_at(Phase.SCORING)


def stopped(meeting):
    """A clock that stands still: what is painted doesn't hang on how fast the test runs."""
    now = meeting.clock()
    meeting.office.own_clock = lambda: now
    return now


def lock(meeting):
    for _ in range(5):
        with pytest.raises(NotPermitted):
            offices.authenticate(meeting.office, "M1/专家3", "不是这个")


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
def test_a_lock_is_told_to_the_chair_on_the_tile_and_to_no_other_expert(meeting, sit, size):
    lock(meeting)
    stopped(meeting)

    async def told(sitting):
        assert "锁至09:02，输错5次" in sitting.text

    async def untold(sitting):
        assert "锁至" not in sitting.text

    sit(meeting, meeting.chair, "board", told, size)
    sit(meeting, meeting.expert(4), "board", untold, size)


def test_everybody_sees_who_is_at_a_desk_and_when_the_others_left(meeting, sit):
    desks.take_desk(meeting.office, meeting.expert(3), meeting.id, "甲机")
    left = desks.take_desk(meeting.office, meeting.expert(4), meeting.id, "乙机")
    desks.leave_desk(meeting.office, left, meeting.id)
    stopped(meeting)

    async def script(sitting):
        assert sitting.text.count("在席") == 1
        assert sitting.text.count("离席") == 1
        assert "甲机" not in sitting.text

    sit(meeting, meeting.expert(5), "board", script, (160, 45))


def test_the_chair_calls_and_only_the_late_see_it_until_their_sheets_are_in(meeting, sit):
    for application in range(1, 6):
        meeting.submit(4, application)
    meeting.submit(3, 1)
    meeting.submit(3, 2)

    async def calls(sitting):
        await sitting.press("f6")
        assert "已催交 4 位专家的 17 份评分表。" in sitting.said

    async def late(sitting):
        assert "组长催交：还有 3 份。" in sitting.text

    async def free(sitting):
        assert "催交" not in sitting.text

    sit(meeting, meeting.expert(3), "scoring", free)
    sit(meeting, meeting.chair, "board", calls)
    sit(meeting, meeting.expert(3), "scoring", late)
    sit(meeting, meeting.expert(4), "scoring", free)
    for application in (3, 4, 5):
        meeting.submit(3, application)
    sit(meeting, meeting.expert(3), "scoring", free)


@pytest.mark.parametrize("place", ["scoring", "board"])
def test_a_countdown_stands_on_every_top_line_runs_out_and_changes_nothing(meeting, sit, place):
    pacing.start_countdown(meeting.office, meeting.chair, meeting.id, 30)
    now = stopped(meeting)

    async def running(sitting):
        assert "剩 29:59" in sitting.text.splitlines()[0]
        meeting.office.own_clock = lambda: now + timedelta(minutes=20)
        sitting.base.top_line._tick()
        await sitting.settle()
        assert "剩 09:59" in sitting.text.splitlines()[0]
        meeting.office.own_clock = lambda: now + timedelta(minutes=40)
        sitting.base.top_line._tick()
        await sitting.settle()
        assert "时间到" in sitting.text.splitlines()[0]
        assert "独立评分" in sitting.text

    sit(meeting, meeting.expert(3), place, running)


def test_the_chair_starts_a_countdown_in_whole_minutes(meeting, sit):
    stopped(meeting)

    async def script(sitting):
        await sitting.press("f7")
        await sitting.answer("半小时")
        assert "请写整分钟数。" in sitting.text
        await sitting.answer("３０")
        assert "倒计时 30 分钟。" in sitting.said
        await sitting.refilled()
        assert "剩 30:00" in sitting.text.splitlines()[0]

    sit(meeting, meeting.chair, "board", script)


def test_the_secretary_prints_slips_from_the_board(meeting_at, sit, tmp_path):
    meeting = meeting_at(Phase.SIGNING_IN)

    async def script(sitting):
        await sitting.press("f4")
        await sitting.answer(str(tmp_path / "签到条"), "http://192.168.1.20:8000")
        assert "5 张签到条" in sitting.said
        assert len(list((tmp_path / "签到条").glob("*.docx"))) == 1

    sit(meeting, meeting.secretary, "board", script)
