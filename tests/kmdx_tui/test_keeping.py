"""Desks that lock: idle, told to, taken over; what lies below stays, and nothing of it is seen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text
from textual.widgets import Input

from kmdx_tui.settings import idle_minutes
from models.enums import Phase
from models.queries import desk as desk_query
from models.queries.presence import presence_of
from models.services import attendance, meetings
from models.services import office as offices
from screens.base import _writer
from screens.dialogs.ask import AskDialog
from screens.dialogs.confirm import ConfirmDialog
from screens.lobby import LobbyScreen
from screens.scoring import ScoringScreen
from tests.conftest import PHRASE
from tests.desk_at import At

Script = Callable[[At, At], Awaitable[None]]


@pytest.fixture
def play(meeting_at: Callable[..., Any]) -> Callable[[Script], Any]:
    """Two desks on one database, at one time in one process; returns the meeting."""

    def run(script: Script, *, sealed: bool = False) -> Any:
        meeting = meeting_at(Phase.SCORING, sealed=sealed)

        async def both() -> None:
            first, second = At(meeting, "甲机"), At(meeting, "乙机")
            async with (
                first.app.run_test(size=(120, 32)) as first.pilot,
                second.app.run_test(size=(120, 32)) as second.pilot,
            ):
                await script(first, second)
            first.database.close()
            second.database.close()

        asyncio.run(both())
        return meeting

    return run


async def at_the_grid(at: At) -> ScoringScreen:
    await at.sign_in("专家3", "654321")
    await at.until(lambda: isinstance(at.base, ScoringScreen) and at.base.grid.cursor_key is not None)
    assert isinstance(at.base, ScoringScreen)
    return at.base


def test_a_locked_desk_shows_nothing_and_keeps_place_and_half_typed_mark(play):
    async def script(at: At, _other: At) -> None:
        grid = (await at_the_grid(at)).grid
        await at.press("down", "tab", "1")
        place, before = grid.place, at.text
        assert "示例企业" in before
        await at.pilot.press("ctrl+l")
        await at.until(lambda: at.is_locked)
        for seen in (at.text, at.app.export_screenshot()):
            assert "示例企业" not in seen
            assert "KM1" not in seen
            assert "评审会" not in seen
        await at.press("f3", "f1", "escape", "tab", "enter")
        assert at.is_locked
        await at.unlock("654321")
        assert grid.place == place
        await at.press("7", "enter")
        saved = desk_query.desk(at.app.office, at.app.actor, "M1").rows
        assert [row.marks for row in saved if row.no == place[0]] == [{place[1]: 17_000}]

    play(script)


def test_an_idle_desk_locks_over_a_dialog_and_its_words_are_still_there(play):
    async def script(at: At, _other: At) -> None:
        await at_the_grid(at)
        await at.press("f8")
        await at.until(lambda: isinstance(at.app.screen, AskDialog) and at.app.screen.focused is not None)
        dialog, typed = at.app.screen, at.app.screen.focused
        typed.value = "第一句，没写完"
        await at.press("end", "left", "left", "left")
        at.app.idle_seconds = 0.2
        await at.until(lambda: at.is_locked)
        at.app.idle_seconds = 0.0
        assert "第一句" not in at.text
        await at.answer("不是这个")
        await at.until(lambda: "不对" in at.text)
        await at.unlock("654321")
        assert at.app.screen is dialog
        assert dialog.focused is typed
        assert (typed.value, typed.cursor_position) == ("第一句，没写完", 4)
        await at.press("enter")
        await at.until(lambda: "评语" in at.base.say_line.text)
        rows = desk_query.desk(at.app.office, at.app.actor, "M1").rows
        assert [row.comment for row in rows if row.comment] == ["第一句，没写完"]

    play(script)


def test_wrong_pins_at_a_locked_desk_lock_the_seat(play):
    async def script(at: At, _other: At) -> None:
        await at_the_grid(at)
        await at.pilot.press("ctrl+l")
        await at.until(lambda: at.is_locked)
        for _ in range(5):
            field = at.app.screen.query_one(Input)
            await at.answer("不是这个")
            await at.until(lambda field=field: not field.disabled)
        assert "已锁定至" in at.text
        await at.answer("654321")
        await at.until(lambda: not at.app.screen.query_one(Input).disabled)
        assert at.is_locked

    play(script)


def test_an_enter_too_many_is_no_wrong_try(play):
    async def script(at: At, _other: At) -> None:
        await at.until(lambda: isinstance(at.app.screen, LobbyScreen) and "专家3" in at.app.screen._names.keys)
        at.app.screen._names.move_to("专家3")
        await at.press("enter", "enter")
        assert "请输入密码。" in at.text
        await at.answer("654321")
        await at.until(lambda: isinstance(at.base, ScoringScreen))
        await at.pilot.press("ctrl+l")
        await at.until(lambda: at.is_locked)
        await at.press("enter")
        await at.unlock("654321")

    with play(script).office.database.reading() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM audit_entry WHERE act = 'seat.try'")).scalar_one() == 0


def test_a_seat_in_use_is_said_taken_over_after_a_question_and_the_old_desk_locks_at_once(play):
    async def script(first: At, second: At) -> None:
        grid = (await at_the_grid(first)).grid
        await first.press("1")
        await second.sign_in("专家3", "654321")
        await second.until(lambda: isinstance(second.app.screen, ConfirmDialog))
        assert "甲机" in second.text
        assert not first.is_locked
        await second.press("enter")
        await second.until(lambda: isinstance(second.base, ScoringScreen))
        await first.until(lambda: first.is_locked)
        await first.until(lambda: "乙机" in first.text)
        await first.unlock("654321")
        await second.until(lambda: second.is_locked)
        assert first.base.grid is grid
        await first.press("2", "0", "enter")
        assert presence_of(first.app.office, first.app.actor).place == "甲机"

    play(script)


def test_somebody_else_may_leave_a_locked_desk_to_the_door(play):
    async def script(at: At, _other: At) -> None:
        actor = (await at_the_grid(at)).desk.actor
        await at.press("9")
        await at.pilot.press("ctrl+l")
        await at.until(lambda: at.is_locked)
        await at.press("f10")
        assert at.is_locked, "a passer-by may have pressed it"
        assert "再按一次" in at.text
        await at.press("1", "f10")
        assert at.is_locked, "whoever types wants to stay"
        await at.press("f10")
        await at.until(lambda: isinstance(at.app.screen, LobbyScreen) and at.app.actor is None)
        assert presence_of(at.app.office, actor) is None
        assert "未签到" in at.text
        await at.sign_in("专家4", "654321")
        await at.until(lambda: isinstance(at.base, ScoringScreen))
        assert at.app.actor.name == "专家4"

    play(script)


def test_words_half_typed_at_a_desk_that_somebody_else_left_are_for_their_own_person(play):
    async def script(at: At, _other: At) -> None:
        await at_the_grid(at)
        await at.press("f8")
        await at.until(lambda: isinstance(at.app.screen, AskDialog) and at.app.screen.focused is not None)
        at.app.screen.focused.value = "第一句，没写完"
        await at.pilot.pause()
        await lock(at)
        await at.press("f10")
        assert "专家3写了一半的话替本人留着" in at.text
        await at.press("f10")
        await at.until(lambda: isinstance(at.app.screen, LobbyScreen) and at.app.actor is None)
        for name, offered in (("专家4", False), ("专家3", True)):
            await at.sign_in(name, "654321")
            await at.until(lambda: isinstance(at.base, ScoringScreen) and at.base.grid.cursor_key is not None)
            assert ("上次没写完的还在" in at.base.say_line.text) is offered
            await at.press("f8")
            await at.until(lambda: isinstance(at.app.screen, AskDialog) and at.app.screen.focused is not None)
            assert at.app.screen.focused.value == ("第一句，没写完" if offered else "")
            await lock(at)
            await at.press("f10", "f10")
            await at.until(lambda: isinstance(at.app.screen, LobbyScreen) and at.app.actor is None)

    play(script)


def test_leaving_the_program_gives_the_desk_back(play):
    async def script(at: At, other: At) -> None:
        actor = (await at_the_grid(at)).desk.actor
        assert presence_of(other.app.office, actor).here
        await at.app.action_quit()
        assert presence_of(other.app.office, actor) is None

    play(script)


def test_a_mark_half_typed_below_a_lock_is_stored_when_the_desk_is_ended(play):
    async def script(at: At, _other: At) -> None:
        await at_the_grid(at)
        await at.press("1", "9")
        await at.pilot.press("ctrl+l")
        await at.until(lambda: at.is_locked)
        await at.app.action_quit()

    meeting = play(script)
    _writer.submit(lambda: None).result()  # whose writes the end of a process waits for
    rows = desk_query.desk(meeting.office, meeting.expert(3), meeting.id).rows
    assert [row.marks for row in rows if row.marks] == [{"plan": 19000}]


async def lock(at: At) -> None:
    await at.pilot.press("ctrl+l")
    await at.until(lambda: at.is_locked)


async def refused(at: At, typed: str, why: str) -> None:
    """Something that does not unlock, and what is said of it."""
    field = at.app.screen.query_one(Input)
    await at.answer(typed)
    await at.until(lambda: not field.disabled)
    assert at.is_locked
    assert why in at.text


async def at_the_sealed_grid(at: At) -> None:
    await at.sign_in("专家3", PHRASE)
    await at.until(lambda: isinstance(at.base, ScoringScreen) and at.base.grid.cursor_key is not None)


async def set_lock_pin(at: At, pin: str) -> None:
    await at.press("ctrl+k")
    await at.until(lambda: isinstance(at.app.screen, AskDialog) and at.app.screen.focused is not None)
    await at.answer(pin)
    await at.answer(pin)
    await at.until(lambda: "锁屏密码已" in at.base.say_line.text)


def test_a_short_pin_unlocks_an_idle_desk_and_leaves_the_keys(play):
    async def script(at: At, _other: At) -> None:
        await at_the_sealed_grid(at)
        keys = at.app.actor.keys
        await set_lock_pin(at, "4096")
        await lock(at)
        assert "口令或锁屏密码" in at.text
        await refused(at, "4097", "还可以试 4 次")
        await at.unlock("４０９６")
        assert at.app.actor.keys is keys
        await lock(at)
        await at.unlock(PHRASE)

    play(script, sealed=True)


def test_a_short_pin_is_gone_after_five_wrong_ones_and_the_phrase_still_unlocks(play):
    async def script(at: At, _other: At) -> None:
        await at_the_sealed_grid(at)
        await set_lock_pin(at, "4096")
        await lock(at)
        for left in (4, 3, 2, 1):
            await refused(at, "1234", f"还可以试 {left} 次")
        await refused(at, "1234", "已经作废")
        await refused(at, "4096", "已经作废")
        await at.unlock(PHRASE)
        await lock(at)
        assert "锁屏密码" not in at.text
        await refused(at, "4096", "已经作废")

    meeting = play(script, sealed=True)
    with meeting.office.database.reading() as connection:
        tries = connection.exec_driver_sql("SELECT COUNT(*) FROM audit_entry WHERE act = 'seat.try'").scalar_one()
    assert tries == 0


def test_a_short_pin_does_not_take_back_a_desk_that_was_taken_over(play):
    async def script(first: At, second: At) -> None:
        await at_the_sealed_grid(first)
        await set_lock_pin(first, "4096")
        await second.sign_in("专家3", PHRASE)
        await second.until(lambda: isinstance(second.app.screen, ConfirmDialog))
        await second.press("enter")
        await first.until(lambda: first.is_locked)
        await refused(first, "4096", "请输入口令")
        await first.unlock(PHRASE)
        await second.until(lambda: second.is_locked)
        assert not first.is_locked

    play(script, sealed=True)


def test_a_short_pin_is_digits_and_goes_with_who_set_it(play):
    async def script(at: At, _other: At) -> None:
        await at_the_sealed_grid(at)
        await at.press("ctrl+k")
        await at.until(lambda: isinstance(at.app.screen, AskDialog) and at.app.screen.focused is not None)
        for wrong in ("12", "abcd"):
            await at.answer(wrong)
            await at.answer(wrong)
            assert "4–8 位数字" in at.text
            await at.press("up")
        await at.answer("4096")
        await at.answer("4096")
        await at.until(lambda: "锁屏密码已设" in at.base.say_line.text)
        await lock(at)
        await at.press("f10", "f10")
        await at.until(lambda: isinstance(at.app.screen, LobbyScreen) and at.app.actor is None)
        await at.sign_in("专家4", PHRASE)
        await at.until(lambda: isinstance(at.base, ScoringScreen))
        await lock(at)
        await refused(at, "4096", "不对")
        await at.unlock(PHRASE)

    play(script, sealed=True)


def test_where_pins_are_short_anyhow_none_is_set_for_the_lock(play):
    async def script(at: At, _other: At) -> None:
        await at_the_grid(at)
        await at.press("ctrl+k")
        await at.until(lambda: "不用另设" in at.base.say_line.text)
        await lock(at)
        assert "口令" not in at.text

    play(script)


def test_a_phrase_that_was_replaced_opens_its_keys_when_the_desk_is_unlocked(play):
    """A new code voids the phrase; with the new one the same desk goes on, and what was typed there stays."""

    async def script(first: At, second: At) -> None:
        await at_the_sealed_grid(first)
        secretary = offices.authenticate(first.app.office, "张秘书", PHRASE)
        code = meetings.new_seat_code(first.app.office, secretary, "M1", "专家3")
        own = "dianchi cuihu shilin chama"
        attendance.sign_in(first.app.office, "专家3", "M1", code, recusals={}, new_pin=own)
        before = first.app.actor.keys
        await lock(first)
        await refused(first, PHRASE, "不对")
        await first.unlock(own)
        assert first.app.actor.keys not in (None, before)
        await first.press("1", "9", "enter")
        await first.until(lambda: "已保存" in first.base.say_line.text)

    play(script, sealed=True)


@pytest.mark.parametrize(("said", "minutes"), [("", 20), ("5", 5), ("0", 0), ("bald", 20), ("-1", 20)])
def test_idle_minutes_are_a_setting(monkeypatch, said, minutes):
    monkeypatch.setenv("KMDX_IDLE_MINUTES", said)
    assert idle_minutes() == minutes
