"""The door where marks are sealed: a phrase is offered and kept, its keys are at the desk; elsewhere a PIN as ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.widgets import Input

from kmdx_tui.app import KmdxApp
from models.database import Database
from models.enums import Phase, Role
from models.phrases import in_pinyin
from models.queries.base import Office
from models.queries.door import door
from models.queries.meeting import meeting as view
from models.services import meetings
from models.services import office as offices
from screens.board import BoardScreen
from screens.dialogs.ask import AskDialog
from screens.dialogs.phrase import PhraseDialog
from screens.dialogs.recusals import RecusalDialog
from screens.lobby import LobbyScreen
from screens.sitting_down import KnownSecret
from tests.conftest import PHRASE, PIN
from tests.desk_at import At
from tests.screens.test_full_disk import no_room

Script = Callable[[At], Awaitable[None]]


def play(meeting: Any, script: Script, size: tuple[int, int] = (80, 24), **options: Any) -> None:
    """A script at one desk, from the door on."""

    async def run() -> None:
        at = At(meeting, "甲机", **options)
        async with at.app.run_test(size=size) as at.pilot:
            await script(at)
        at.database.close()

    asyncio.run(run())


async def offered(at: At, name: str) -> PhraseDialog:
    """The dialog of a first sign-in."""
    await at.choose(name)
    await at.until(lambda: isinstance(at.app.screen, PhraseDialog) and at.app.screen.focused is not None)
    assert isinstance(at.app.screen, PhraseDialog)
    return at.app.screen


@pytest.mark.parametrize("way", ["chinese", "pinyin"])
def test_a_first_sign_in_keeps_the_offered_words_typed_once_in_either_way(sealed_at, way):
    meeting = sealed_at(Phase.SIGNING_IN)

    async def script(at: At) -> None:
        dialog = await offered(at, "专家3")
        words = dialog._words
        for word in (*words, in_pinyin(words).split()[0], "记住或抄下", "草稿"):
            assert word in at.text
        await at.answer(meeting.codes["专家3"])
        await at.answer(" ".join(words) if way == "chinese" else in_pinyin(words).upper())
        await at.until(lambda: isinstance(at.app.screen, RecusalDialog))
        await at.press("f5")
        await at.until(lambda: isinstance(at.base, BoardScreen))
        assert at.app.actor.keys is not None
        assert at.app.actor.desk is not None
        again = offices.authenticate(meeting.office, "专家3", " ".join(words))
        assert again.keys == at.app.actor.keys

    play(meeting, script)


def test_other_words_are_drawn_and_own_words_are_typed_twice_and_must_be_strong(sealed_at):
    meeting = sealed_at(Phase.SIGNING_IN)

    async def script(at: At) -> None:
        dialog = await offered(at, "专家3")
        before = dialog._words
        await at.press("f2")
        assert dialog._words != before
        assert dialog._words[0] in at.text
        await at.answer(meeting.codes["专家3"])
        await at.answer("654321")
        assert dialog.focused is dialog.query_one("#field-2", Input)
        await at.press("enter")
        assert "与上面四个词不同" in at.text
        await at.answer("123456")
        assert "两次输入的口令不同" in at.text
        await at.answer("654321")
        assert "太容易被猜中" in at.text
        await at.press("up")
        await at.answer("西山 睡美人 大观楼 翠湖")
        await at.answer("xishan shuimeiren daguanlou cuihu")
        await at.until(lambda: isinstance(at.app.screen, RecusalDialog))

    play(meeting, script)


def test_recusals_that_a_full_disk_refused_stand_there_the_next_time(sealed_at, on_file):
    meeting = sealed_at(Phase.SIGNING_IN)

    async def to_the_question(at: At, code: str) -> None:
        dialog = await offered(at, "专家3")
        await at.answer(code)
        await at.answer(" ".join(dialog._words))
        await at.until(lambda: isinstance(at.app.screen, RecusalDialog))

    async def script(at: At) -> None:
        code = meeting.codes["专家3"]
        await to_the_question(at, code)
        await at.press("down", "space", "enter")
        await at.until(lambda: "⊘" in at.text and isinstance(at.app.screen, RecusalDialog))
        with no_room():
            await at.press("f5")
            await at.until(lambda: "磁盘" in at.base.say_line.text)
        await to_the_question(at, code)
        assert "⊘" in at.text, "what was ticked is ticked"
        await at.press("f5")
        await at.until(lambda: isinstance(at.base, BoardScreen))
        (seat,) = (row for row in view(meeting.office, meeting.secretary, meeting.id).seats if row.name == "专家3")
        assert seat.recused == (meeting.no(2),)

    play(meeting, script)


def test_later_the_phrase_is_asked_for_and_a_wrong_one_refused(sealed_at):
    meeting = sealed_at(Phase.SCORING)

    async def script(at: At) -> None:
        await at.choose("专家3")
        assert "口令" in at.text
        assert "密码" not in at.app.screen.query_one("#box").border_title
        await at.answer("滇池 翠湖 石林 茶马")
        await at.until(lambda: "不对" in at.base.say_line.text)
        await at.sign_in("专家3", PHRASE)
        await at.until(lambda: at.app.actor is not None)
        assert at.app.actor.keys is not None

    play(meeting, script)


def test_a_lost_phrase_is_replaced_by_a_new_code(sealed_at):
    meeting = sealed_at(Phase.SCORING)
    code = meetings.new_seat_code(meeting.office, meeting.secretary, meeting.id, "专家3")

    async def script(at: At) -> None:
        dialog = await offered(at, "专家3")
        await at.answer(code)
        await at.answer(" ".join(dialog._words))
        await at.until(lambda: at.app.actor is not None and at.app.actor.desk is not None)
        assert at.app.actor.keys not in (None, meeting.expert(3).keys)

    play(meeting, script)


def test_where_nothing_is_sealed_a_pin_is_set_as_ever(meeting_at):
    meeting = meeting_at(Phase.SIGNING_IN)

    async def script(at: At) -> None:
        await at.choose("专家3")
        await at.until(lambda: isinstance(at.app.screen, AskDialog))
        assert not isinstance(at.app.screen, PhraseDialog)
        assert "口令" not in at.text.split("首次签到")[1]
        await at.answer(meeting.codes["专家3"])
        await at.answer("123")
        await at.answer("123")
        assert "至少 6 位" in at.text
        await at.press("up")
        await at.answer(PIN)
        await at.answer(PIN)
        await at.until(lambda: isinstance(at.app.screen, RecusalDialog))

    play(meeting, script)


def test_a_person_of_the_office_keeps_a_phrase_too(sealed_at):
    meeting = sealed_at(Phase.SIGNING_IN)
    code = offices.add_user(meeting.office, meeting.secretary, "钱监督", Role.SUPERVISOR)

    async def script(at: At) -> None:
        dialog = await offered(at, "钱监督")
        await at.answer(code)
        await at.answer(in_pinyin(dialog._words))
        await at.until(lambda: at.app.actor is not None)
        assert at.app.actor.keys is not None

    play(meeting, script)


def test_who_needs_to_type_nothing_is_let_in_with_keys_the_first_time_and_later(sealed_at):
    meeting = sealed_at(Phase.SIGNING_IN)

    async def script(at: At) -> None:
        for first in (True, False):
            await at.choose("专家3")
            if first:
                await at.until(lambda: isinstance(at.app.screen, RecusalDialog))
                await at.press("f5")
            await at.until(lambda: at.app.actor is not None and isinstance(at.base, BoardScreen))
            assert at.app.actor.keys is not None
            await at.press("escape")
            await at.until(lambda: isinstance(at.app.screen, LobbyScreen))

    play(meeting, script, secrets=lambda name, _meeting: KnownSecret(PHRASE, meeting.codes.get(name)))


def test_who_sits_at_the_desk_changes_the_phrase_and_keeps_the_keys(sealed_at):
    meeting = sealed_at(Phase.SCORING)

    async def script(at: At) -> None:
        await at.until(lambda: isinstance(at.app.screen, LobbyScreen) and bool(at.app.screen._names.keys))
        await at.press("p")
        await at.until(lambda: "先凭口令签到" in at.base.say_line.text)
        await at.sign_in("专家3", PHRASE)
        await at.until(lambda: at.app.actor is not None and not isinstance(at.base, LobbyScreen))
        keys = at.app.actor.keys
        await at.press("escape")
        await at.until(lambda: isinstance(at.app.screen, LobbyScreen) and bool(at.app.screen._names.keys))
        for old, said in (("不是这个口令", "不对"), (PHRASE, "口令已换")):
            await at.press("p")
            await at.until(lambda: isinstance(at.app.screen, PhraseDialog) and at.app.screen.focused is not None)
            words = at.app.screen._words
            await at.answer(old)
            await at.answer(" ".join(words))
            await at.until(lambda said=said: said in at.base.say_line.text)
        assert offices.authenticate(meeting.office, "专家3", " ".join(words)).keys == keys

    play(meeting, script)


@pytest.mark.parametrize("policy", ["kunming-2024"])
def test_a_database_is_founded_with_a_phrase(tmp_path, policy):
    place = str(tmp_path / "new.db")

    async def run() -> None:
        app = KmdxApp(lambda: Office(Database(place)), place)
        async with app.run_test(size=(80, 24)) as pilot:
            await app.screen.settle()
            await pilot.press("i")
            for answer in (policy, "张秘书"):
                await app.screen.settle() if isinstance(app.screen, LobbyScreen) else None
                app.screen.focused.value = answer
                await pilot.press("enter")
            for _ in range(500):
                await pilot.pause(0.01)
                if isinstance(app.screen, PhraseDialog) and app.screen.focused is not None:
                    break
            assert isinstance(app.screen, PhraseDialog)
            words = app.screen._words
            app.screen.focused.value = " ".join(words)
            await pilot.press("enter")
            await app.workers.wait_for_complete()
            for _ in range(500):
                await pilot.pause(0.01)
                if app.screen._names.keys:
                    break
            (person,) = door(app.office).office
            assert (person.name, person.fresh, person.phrase) == ("张秘书", False, True)
            app.office.database.close()

    asyncio.run(run())
