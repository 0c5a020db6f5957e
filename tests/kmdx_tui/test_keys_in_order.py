"""Keys that come in one breath go where they would have gone one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from kmdx_tui.app import KmdxApp
from models.database import Database
from models.enums import Phase
from models.queries.base import Office
from models.services import attendance
from screens.dialogs.ask import AskDialog
from screens.dialogs.recusals import RecusalDialog
from screens.lobby import LobbyScreen

PIN = "654321"


@pytest.fixture
def meeting(meeting_at: Callable[..., Any]) -> Any:
    return meeting_at(Phase.SIGNING_IN)


@pytest.fixture
def at_the_door(meeting: Any) -> Callable[..., None]:
    """Play a script at a desk whose cursor is on 专家3's name."""

    def play(script: Callable[[KmdxApp, Callable[..., Awaitable[None]]], Awaitable[None]]) -> None:
        async def run() -> None:
            database = Database(meeting.place)
            app = KmdxApp(lambda: Office(database, meeting.clock), meeting.place)
            async with app.run_test(size=(100, 30)) as pilot:

                async def until(true: Callable[[], bool]) -> None:
                    for _ in range(1000):
                        if true():
                            return
                        await pilot.pause(0.01)
                    raise AssertionError(
                        "\n".join("".join(s.text for s in strip) for strip in app.screen._compositor.render_strips())
                    )

                await until(lambda: isinstance(app.screen, LobbyScreen) and "专家3" in app.screen._names.keys)
                assert isinstance(app.screen, LobbyScreen)
                app.screen._names.move_to("专家3")
                await pilot.pause()
                await script(app, until)
            database.close()

        asyncio.run(run())

    return play


def in_one_breath(app: KmdxApp, *typed: str) -> None:
    """Type texts, each with Enter, as a terminal hands over what it has received meanwhile."""
    for text in typed:
        for character in text:
            app.post_message(events.Key(character, character))
        app.post_message(events.Key("enter", "\r"))


def test_a_code_and_a_new_pin_typed_in_one_breath_go_each_into_its_field(meeting: Any, at_the_door: Any) -> None:
    async def script(app: KmdxApp, until: Any) -> None:
        in_one_breath(app, "", meeting.codes["专家3"], PIN, PIN)
        await until(lambda: isinstance(app.screen, RecusalDialog))
        app.post_message(events.Key("f5", None))
        await until(lambda: app.actor is not None)

    at_the_door(script)
    assert attendance.may_sign_in(meeting.office, "专家3", meeting.id, PIN).name == "专家3"


def test_what_is_pasted_waits_its_turn_among_the_keys(at_the_door: Any) -> None:
    async def script(app: KmdxApp, until: Any) -> None:
        in_one_breath(app, "", "ab")
        app.post_message(events.Paste(PIN))
        app.post_message(events.Key("7", "7"))
        await until(lambda: any(one.value.endswith("7") for one in app.screen.query(Input)))
        assert isinstance(app.screen, AskDialog)
        assert app.screen.answers == {"code": "ab", "pin": PIN + "7", "again": ""}

    at_the_door(script)
