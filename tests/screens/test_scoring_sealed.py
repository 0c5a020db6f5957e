"""The expert's desk where marks are sealed: typed and handed in as ever, with receipts; what a lost phrase leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.enums import Phase, SheetState
from models.queries.audit import verify
from models.queries.desk import desk
from models.rules.digest import short
from models.services import attendance, meetings, scoring, unsealing
from screens.dialogs.confirm import ConfirmDialog

SIZES = [(80, 24), (160, 45)]
COMPLETE = ("24", "16.5", "16", "12", "12")
OTHER_PHRASE = "dianchi cuihu shilin chama"


def row(meeting, number, expert=3):
    rows = desk(meeting.office, meeting.expert(expert), meeting.id).rows
    return next(row for row in rows if row.no == meeting.no(number))


def lose_phrase(meeting, number=3):
    """The expert has forgotten the phrase and set another; returns who sits down now."""
    name = f"专家{number}"
    code = meetings.new_seat_code(meeting.office, meeting.secretary, meeting.id, name)
    meeting.people[name] = attendance.sign_in(meeting.office, name, meeting.id, code, recusals={}, new_pin=OTHER_PHRASE)
    return meeting.people[name]


@pytest.mark.parametrize("size", SIZES)
def test_a_sheet_that_is_handed_in_says_its_receipt_and_shows_it_from_then_on(sealed_at, sit, size):
    meeting = sealed_at(Phase.SCORING)

    async def script(seat):
        for mark in COMPLETE:
            await seat.type(mark)
            await seat.press("enter")
        assert row(meeting, 1).marks["plan"] == 24_000
        await seat.press("f5" if seat.base.grid.cursor_key == meeting.no(1) else "up", "f5")
        handed_in = row(meeting, 1)
        assert handed_in.state is SheetState.SUBMITTED
        receipt = short(handed_in.receipt)
        assert len(receipt) == 8
        assert receipt in {short(one.digest) for one in verify(meeting.office).receipts}
        await seat.press("up")
        assert f"收执 {receipt}" in seat.text
        await seat.reopen("scoring")
        await seat.press("home", "up", "up", "up", "up")
        assert seat.base.grid.cursor_key == meeting.no(1)
        assert f"收执 {receipt}" in seat.text
        await seat.press("f7")
        assert "收执" not in seat.text

    sit(meeting, meeting.expert(3), "scoring", script, size)


def test_the_line_says_the_receipt_also_of_the_last_sheet_and_of_an_abstention(sealed_at, sit):
    meeting = sealed_at(Phase.SCORING)
    for number in range(1, 5):
        meeting.submit(3, number)

    async def script(seat):
        await seat.press("f6")
        await seat.answer("材料看不清")
        receipt = short(row(meeting, 5).receipt)
        assert seat.said == f"{meeting.no(5)} 的收执 {receipt}。您已全部交齐，揭晓以前可以取回来改。"
        await seat.press("f7")
        await seat.press("up", "f7", "f6")
        await seat.answer("材料看不清")
        assert seat.said == f"{meeting.no(4)} 已弃权，收执 {short(row(meeting, 4).receipt)}。"

    sit(meeting, meeting.expert(3), "scoring", script)


@pytest.mark.parametrize("size", SIZES)
def test_sheets_under_a_lost_phrase_show_their_state_and_why_they_are_empty(sealed_at, sit, size):
    meeting = sealed_at(Phase.SCORING)
    meeting.submit(3, 1)
    scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "21"})
    actor = lose_phrase(meeting)
    receipt = short(row(meeting, 1).receipt)

    async def script(seat):
        assert "看不到" in seat.text
        assert seat.base.grid.cursor_key == meeting.no(2)
        assert "打不开了" in seat.text
        await seat.press("up")
        for words in ("已经失效的口令", "照样算数", f"收执 {receipt}", "已提交" if size[0] == 80 else "收执"):
            assert words in seat.text
        await seat.press("f7")
        assert isinstance(seat.app.screen, ConfirmDialog)
        await seat.press("escape")
        assert row(meeting, 1).state is SheetState.SUBMITTED
        await seat.press("f7", "enter")
        assert row(meeting, 1).state is SheetState.DRAFT
        await seat.type("22")
        await seat.press("enter")
        assert row(meeting, 1).marks == {"plan": 22_000}

    sit(meeting, actor, "scoring", script, size)


def test_a_desk_without_keys_says_so_and_takes_no_marks(sealed_at, sit):
    meeting = sealed_at(Phase.SCORING)
    actor = replace(meeting.expert(3), keys=None)

    async def script(seat):
        assert "专家3的口令不在本终端上" in seat.text
        assert "请凭口令重新签到" in seat.text
        assert "示例企业" not in seat.text

    sit(meeting, actor, "scoring", script)


def test_after_the_reveal_the_receipts_stay(sealed_at, sit):
    meeting = sealed_at(Phase.SCORING)
    meeting.score_all()
    receipt = short(row(meeting, 1).receipt)
    unsealing.unseal(meeting.office, meeting.chair, meeting.id)

    async def script(seat):
        assert "已提交" in seat.text
        unsealing.unseal(meeting.office, meeting.finance, meeting.id)
        await seat.refilled()
        for _ in range(100):
            await seat.pilot.pause(0.02)
            if "评分已揭晓" in seat.text:
                break
        await seat.press("home", "up", "up", "up", "up")
        assert "评分已揭晓" in seat.text
        assert f"收执 {receipt}" in seat.text

    sit(meeting, meeting.expert(3), "scoring", script)
