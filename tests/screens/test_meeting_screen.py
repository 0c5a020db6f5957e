"""What the screens of a meeting share: moving it on and back, and no key that does nothing or breaks."""

from __future__ import annotations

import pytest

from models.enums import Phase
from models.queries.awards import award_lists, coming_awards
from models.queries.meeting import meeting as read_meeting
from screens.dialogs.confirm import ConfirmDialog

PLACES = ("quotas", "publicity", "awards", "audit")
PEOPLE = ("secretary", "chair", "deputy")
HOSTILE = ("[bold]甲=1+1", "'; DROP 😀", "名" * 200, "乙", "丙")


def test_advance_names_what_it_changes_asks_once_and_moves(meeting_at, sit):
    meeting = meeting_at(Phase.ALLOCATING)
    meeting.propose()

    async def script(seat):
        await seat.press("f9")
        assert isinstance(seat.app.screen, ConfirmDialog)
        assert "进入“公示”？" in seat.text
        await seat.press("escape")
        assert read_meeting(meeting.office, meeting.chair, meeting.id).phase is Phase.ALLOCATING
        await seat.press("f9", "enter")
        assert seat.said == "评审会已进入“公示”。"
        assert "评审会 · 公示" in seat.text

    sit(meeting, meeting.chair, "quotas", script)


def test_advance_is_left_to_who_moves_the_phase(meeting_at, sit):
    meeting = meeting_at(Phase.ALLOCATING)

    async def script(seat):
        await seat.press("f9")
        assert seat.said == "进入“公示”由组长办理。"

    sit(meeting, meeting.secretary, "quotas", script)


def test_step_back_wants_a_reason_and_says_where_it_led(meeting_at, sit):
    meeting = meeting_at(Phase.ALLOCATING)

    async def script(seat):
        await seat.press("z")
        await seat.answer("")
        assert "请写明理由。" in seat.text
        await seat.answer("更正一处评分")
        assert seat.said == "评审会已进入“合议”。"

    sit(meeting, meeting.chair, "quotas", script)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("phase", [Phase.ALLOCATING, Phase.PUBLICITY, Phase.FINALISED])
def test_every_key_says_or_shows_something(meeting_at, sit, place, phase):
    meeting = meeting_at(phase)

    async def script(seat):
        for command in seat.base.COMMANDS_LIST:
            seat.base.say("")
            before = seat.text
            await seat.press(command.key.split(",")[0])
            assert "程序出了意外" not in seat.said, command.action
            assert seat.said or seat.app.screen is not seat.base or seat.text != before, command.action
            while seat.app.screen is not seat.base:
                await seat.press("escape")

    for who in PEOPLE:
        sit(meeting, getattr(meeting, who), place, script)


@pytest.mark.parametrize("place", PLACES)
def test_without_a_meeting_every_key_still_speaks(meeting_at, sit, place):
    meeting = meeting_at(Phase.PREPARING)
    meeting.id = None

    async def script(seat):
        assert place == "audit" or "还没有进入评审会" in seat.text.replace("\n", "")
        for command in seat.base.COMMANDS_LIST:
            await seat.press(command.key)
            assert "程序出了意外" not in seat.said, command.action
            while seat.app.screen is not seat.base:
                await seat.press("escape")

    sit(meeting, meeting.secretary, place, script)


@pytest.mark.parametrize("place", ["publicity", "awards"])
def test_names_are_shown_as_they_are(meeting_at, sit, place):
    meeting = meeting_at(Phase.FINALISED)
    with meeting.office.database.writing() as connection:
        for number, name in enumerate(HOSTILE, 1):
            connection.exec_driver_sql("UPDATE enterprise SET name = ? WHERE id = ?", (name, number))
    listed = coming_awards(meeting.office, meeting.chair, meeting.id) or tuple(
        award for one in award_lists(meeting.office, meeting.chair, meeting.id) for award in one.awards
    )
    assert {one.enterprise for one in listed} == set(HOSTILE[:3])

    async def script(seat):
        if place == "publicity":
            await seat.press("e")
        for name in HOSTILE[:3]:
            assert name[:12] in seat.text

    sit(meeting, meeting.secretary, place, script)
