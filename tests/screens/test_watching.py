"""A desk at rest does nothing on its loop; a change, a loss and a return are heard of by whoever is seen."""

from __future__ import annotations

import asyncio
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import RenderableType
from textual.app import App
from textual.screen import Screen

from models.enums import Role
from models.text import T
from models.views.people import Actor
from screens.base import KmdxScreen
from screens.dialogs.confirm import ConfirmDialog
from screens.watching import WATCH_SECONDS, watch_of

REST = WATCH_SECONDS * 4


class Desk:
    def __init__(self) -> None:
        self.actor: Actor | None = Actor("专家03", Role.EXPERT)
        self.meeting: str | None = "M1"
        self.token = 1
        self.looks = 0
        self.fault: Exception | None = None
        self.office: Any = SimpleNamespace(database=SimpleNamespace(change_token=self.change_token))

    def change_token(self) -> int:
        assert threading.current_thread() is not threading.main_thread()
        self.looks += 1
        if self.fault is not None:
            raise self.fault
        return self.token

    def go(self, name: str) -> None:
        self.went = name


class Work(KmdxScreen):
    refills = 0

    def refill(self) -> None:
        self.refills += 1


class Cover(Screen[None]):
    DEFAULT_CSS = "Cover { background: black; }"


class Painted(App[None]):
    pictures = 0

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        self.pictures += 1
        super()._display(screen, renderable)


async def until(true: Any) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "it never came true"
        await asyncio.sleep(0.01)


def play(story: Any) -> None:
    async def run() -> None:
        app, desk = Painted(), Desk()
        async with app.run_test() as pilot:
            screen = Work(desk)
            await app.push_screen(screen)
            await pilot.pause()
            await screen.settle()
            assert screen.refills == 1
            await story(app, screen, desk)

    asyncio.run(run())


def threads() -> int:
    return sum(thread.name == "kmdx-watch" for thread in threading.enumerate())


def test_a_desk_at_rest_looks_but_neither_paints_nor_wakes_its_loop() -> None:
    async def story(app: Painted, screen: Work, desk: Desk) -> None:
        await asyncio.sleep(REST)
        loop: Any = asyncio.get_running_loop()
        run_once, turns = loop._run_once, 0

        def counted() -> None:
            nonlocal turns
            turns += 1
            run_once()

        app.pictures, looks = 0, desk.looks
        loop._run_once = counted
        await asyncio.sleep(REST)
        del loop._run_once
        assert desk.looks >= looks + 2
        assert app.pictures == 0
        assert turns <= 2, "nothing but this test's own sleep"

    play(story)


def test_a_hidden_screen_hears_nothing_and_is_refilled_once_when_it_is_seen_again() -> None:
    async def story(app: Painted, screen: Work, desk: Desk) -> None:
        await app.push_screen(Cover())
        await until(lambda: screen._follower is None)
        looks = desk.looks
        desk.token = 2
        await asyncio.sleep(REST)
        assert screen.refills == 1
        assert desk.looks <= looks + 1, "nobody follows"
        desk.token = 3
        await app.pop_screen()
        await until(lambda: screen.refills == 2)
        await asyncio.sleep(REST)
        assert screen.refills == 2

    play(story)


def test_a_screen_below_a_dialog_goes_on_hearing() -> None:
    async def story(app: Painted, screen: Work, desk: Desk) -> None:
        await app.push_screen(ConfirmDialog(T("提交"), (T("提交。"),), T("提交")))
        desk.token = 2
        await until(lambda: screen.refills == 2)
        await app.push_screen(Cover())  # over both, as a lock is
        await until(lambda: screen._follower is None)
        desk.token = 3
        await asyncio.sleep(REST)
        assert screen.refills == 2, "what lies under a lock hears nothing"
        await app.pop_screen()
        await until(lambda: screen.refills == 3)

    play(story)


def test_the_thread_ends_with_the_last_who_follows() -> None:
    async def story(app: Painted, screen: Work, desk: Desk) -> None:
        assert threads() == before + 1
        await app.pop_screen()
        await until(lambda: threads() == before)
        looks = desk.looks
        await asyncio.sleep(REST)
        assert desk.looks == looks

    before = threads()
    play(story)


def test_a_look_that_hangs_keeps_nobody_waiting() -> None:
    async def story(app: Painted, screen: Work, desk: Desk) -> None:
        answers = threading.Event()
        desk.office.database.change_token = lambda: answers.wait(30) and 2
        await asyncio.sleep(REST)
        begun = time.monotonic()
        await asyncio.sleep(0)
        screen.say("还在")
        await screen.settle()
        assert time.monotonic() - begun < 1
        answers.set()
        await until(lambda: screen.refills == 2)

    play(story)


@pytest.mark.parametrize("others", [1, 3])
def test_each_who_follows_is_told_of_what_is_there_and_of_every_change_and_a_loss_once(others: int) -> None:
    async def run() -> None:
        desk, heard = Desk(), [[] for _ in range(others)]  # type: list[list[News]]
        watch, fault = watch_of(desk), OSError("gone")
        followers = [watch.follow(news.append) for news in heard]
        await until(lambda: heard == [[1]] * others)
        desk.token = 2
        await until(lambda: heard == [[1, 2]] * others)
        desk.fault = fault
        await asyncio.sleep(REST)
        assert heard == [[1, 2, fault]] * others
        desk.fault = None
        await until(lambda: heard == [[1, 2, fault, 2]] * others)
        for follower in followers:
            watch.leave(follower)
        desk.token = 3
        await asyncio.sleep(REST)
        assert heard == [[1, 2, fault, 2]] * others

    asyncio.run(run())
