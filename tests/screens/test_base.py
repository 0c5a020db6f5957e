"""What every screen shares: order of writes, reads that replace each other, errors in words, following other desks."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input

from models.enums import Phase, Role
from models.errors import Refused
from models.text import T, mark
from models.views.people import Actor
from screens.base import KmdxScreen
from screens.commands import Command
from screens.dialogs.ask import AskDialog, Field
from screens.dialogs.choose import ChooseDialog
from screens.dialogs.help import HelpDialog
from screens.widgets.cells import Tone


class Desk:
    """A desk whose office is nothing but a change token."""

    def __init__(self, role: Role = Role.EXPERT) -> None:
        self.actor: Actor | None = Actor("专家03", role)
        self.meeting: str | None = "M1"
        self.token = 1
        self.fault: Exception | None = None
        self.gone: list[str] = []
        self.office: Any = SimpleNamespace(database=SimpleNamespace(change_token=self.change_token))

    def change_token(self) -> int:
        assert threading.current_thread() is not threading.main_thread()
        if self.fault is not None:
            raise self.fault
        return self.token

    def go(self, name: str) -> None:
        self.gone.append(name)


class Work(KmdxScreen):
    HEADING = mark("评分")
    WORDS = ("Mark", "Recusal")
    COMMANDS_LIST = (
        Command("f5", "submit", mark("提交"), mark("交上去。"), phases=frozenset({Phase.SCORING})),
        Command("f6", "advance", mark("推进"), mark("进入下一阶段。"), who=frozenset({Role.CHAIR})),
        Command("f8", "break_down", mark("出错"), mark("试试出错。")),
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.refills = 0
        self.done: list[str] = []

    def body(self) -> tuple[Input]:
        return (Input(),)

    def refill(self) -> None:
        self.refills += 1

    def leaving(self) -> None:
        self.done.append("leaving")

    def action_submit(self) -> None:
        self.done.append("submit")

    async def action_advance(self) -> None:
        self.done.append("advance")

    def action_break_down(self) -> None:
        raise ZeroDivisionError


def play(desk: Desk, story: Callable[[Work, Pilot[None]], Awaitable[None]], size: tuple[int, int] = (80, 24)) -> None:
    async def run() -> None:
        app: App[None] = App()
        async with app.run_test(size=size) as pilot:
            screen = Work(desk)
            await app.push_screen(screen)
            await pilot.pause()
            await screen.settle()
            await story(screen, pilot)

    asyncio.run(run())


async def until(true: Callable[[], bool], limit_seconds: float = 30.0) -> None:
    end = time.monotonic() + limit_seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        await asyncio.sleep(0.01)


def test_writes_keep_their_order_however_long_each_takes() -> None:
    async def story(screen: Work, pilot: Pilot[None]) -> None:
        written: list[int] = []

        def write(i: int) -> int:
            time.sleep(0.02 if i % 2 == 0 else 0)
            written.append(i)
            return i

        shown: list[int] = []
        for i in range(10):
            screen.write(lambda i=i: write(i), shown.append)  # type: ignore[misc]
        await screen.settle()
        assert written == list(range(10))
        assert shown == list(range(10))

    play(Desk(), story)


def test_write_goes_on_when_its_screen_is_left_and_its_failure_is_told() -> None:
    async def story(screen: Work, pilot: Pilot[None]) -> None:
        below = Work(Desk())
        await pilot.app.switch_screen(below)
        await pilot.pause()
        above = Work(Desk())
        await pilot.app.push_screen(above)
        written: list[str] = []
        shown: list[None] = []

        def slow() -> None:
            time.sleep(0.2)
            written.append("slow")

        def refused() -> None:
            raise Refused("full", T("名额已满。"))

        above.write(slow, shown.append)
        above.write(refused)
        pilot.app.pop_screen()
        await until(lambda: below.say_line.text == "名额已满。")
        assert written == ["slow"]
        assert shown == [], "what it would have shown is no longer there"

    play(Desk(), story)


def test_queued_writes_are_done_when_the_program_is_closed() -> None:
    written: list[int] = []

    async def story(screen: Work, pilot: Pilot[None]) -> None:
        for i in range(5):
            screen.write(lambda i=i: (time.sleep(0.05), written.append(i)))  # type: ignore[misc]

    play(Desk(), story)
    deadline = time.monotonic() + 5
    while len(written) < 5 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert written == list(range(5))


def test_saved_and_refused_are_said() -> None:
    async def story(screen: Work, pilot: Pilot[None]) -> None:
        screen.write(lambda: 1, saying=T("{mark} 已保存", mark="[b]16"))
        await screen.settle()
        assert (screen.say_line.text, screen.say_line.tone) == ("[b]16 已保存", Tone.ACCENT)

        failed: list[str] = []

        def refuse() -> None:
            raise Refused("step", T("{mark} 不是步长的倍数。", mark="16.3"), article="第七条")

        screen.write(refuse, saying="已保存", failed=failed.append)
        await screen.settle()
        assert screen.say_line.text == "16.3 不是步长的倍数。（依据：第七条）"
        assert screen.say_line.tone == Tone.REFUSAL
        assert failed == [screen.say_line.text]

    play(Desk(), story)


def test_unexpected_faults_become_one_line_and_the_program_goes_on() -> None:
    async def story(screen: Work, pilot: Pilot[None]) -> None:
        said: list[str] = []
        screen.write(lambda: 1 // 0)
        await screen.settle()
        said.append(screen.say_line.text)
        screen.read(lambda: {}["x"], print)
        await screen.settle()
        said.append(screen.say_line.text)
        screen.read(lambda: 1, lambda n: [][n])
        await screen.settle()
        said.append(screen.say_line.text)
        await pilot.press("f8")
        said.append(screen.say_line.text)
        kinds = ("ZeroDivisionError", "KeyError", "IndexError", "ZeroDivisionError")
        assert said == [f"没有做成：程序出了意外（{kind}），详情已写入日志。" for kind in kinds]
        assert pilot.app.is_running

    play(Desk(), story)


def test_later_read_replaces_an_earlier_one_of_its_name_only() -> None:
    async def story(screen: Work, pilot: Pilot[None]) -> None:
        shown: list[str] = []
        going_on = threading.Event()

        def slow(word: str) -> str:
            going_on.wait()
            return word

        screen.read(lambda: slow("old"), shown.append)
        screen.read(lambda: slow("other"), shown.append, name="side")
        await asyncio.sleep(0.02)
        screen.read(lambda: "new", shown.append)
        await until(lambda: shown == ["new"])
        going_on.set()
        await screen.settle()
        await asyncio.sleep(0.2)
        assert sorted(shown) == ["new", "other"]

    play(Desk(), story)


def test_slow_read_says_that_it_waits_and_then_again_what_just_happened() -> None:
    async def story(screen: Work, pilot: Pilot[None]) -> None:
        going_on = threading.Event()
        screen.say_line.saved("评审会已进入“公示”。")
        screen.read(going_on.wait, lambda _: None)
        await until(lambda: screen.say_line.text == "正在读取…")
        assert screen.say_line.tone == Tone.PLAIN
        going_on.set()
        await until(lambda: screen.say_line.text != "正在读取…")
        assert (screen.say_line.text, screen.say_line.tone) == ("评审会已进入“公示”。", Tone.ACCENT)

    play(Desk(), story)


def test_what_is_said_while_something_is_slow_stays() -> None:
    async def story(screen: Work, pilot: Pilot[None]) -> None:
        going_on, written = threading.Event(), threading.Event()
        screen.read(going_on.wait, lambda _: None)
        screen.write(written.wait, saying="已保存。")
        await until(lambda: screen.say_line.text == "正在保存…")
        written.set()
        await until(lambda: screen.say_line.text == "已保存。")
        going_on.set()
        await screen.settle()
        assert screen.say_line.text == "已保存。"

    play(Desk(), story)


def test_settled_is_filled_however_slow_the_database_is() -> None:
    class Slow(Desk):
        def change_token(self) -> int:
            time.sleep(0.2)
            return super().change_token()

    async def story(screen: Work, pilot: Pilot[None]) -> None:
        assert screen.refills == 1

    play(Slow(), story)


def test_screen_follows_other_desks() -> None:
    desk = Desk()

    async def story(screen: Work, pilot: Pilot[None]) -> None:
        assert screen.refills == 1
        await asyncio.sleep(0.5)
        assert screen.refills == 1, "nothing changed"
        desk.token = 2
        await until(lambda: screen.refills == 2)
        desk.fault = OSError("gone")
        await until(lambda: "OSError" in screen.say_line.text)
        screen.say("")
        await asyncio.sleep(0.5)
        assert screen.say_line.text == "", "said once"
        desk.fault = None
        desk.token = 3
        await until(lambda: screen.refills == 3)

    play(desk, story)


def test_command_says_who_or_when_instead_of_doing_nothing() -> None:
    async def story(screen: Work, pilot: Pilot[None]) -> None:
        await pilot.press("f6")
        assert screen.say_line.text == "“推进”由组长办理。"
        screen.phase = Phase.PUBLICITY
        await pilot.press("f5")
        assert screen.say_line.text == "“提交”要在独立评分阶段办理，现在是公示。"
        screen.phase = Phase.SCORING
        await pilot.press("f5")
        assert screen.done == ["submit"]

    play(Desk(), story)


def test_keys_line_and_palette_hold_what_this_person_can_do_now() -> None:
    async def story(screen: Work, pilot: Pilot[None]) -> None:
        screen.phase = Phase.PUBLICITY
        keys = screen.keys_line.fitting(80)
        assert keys == [("F6", "推进"), ("F8", "出错"), ("Esc", "返回"), ("F3", "前往"), ("F1", "帮助")]
        commands = {command.title: command for command in screen.palette()}
        assert set(commands) == {"推进", "出错", "返回", "前往", "锁定", "锁屏密码", "帮助"}
        done = commands["推进"].callback()
        assert done is not None
        await done
        assert screen.done == ["advance"]

    play(Desk(Role.CHAIR), story)


def test_escape_hands_over_what_is_typed_and_goes_back() -> None:
    desk = Desk()

    async def story(screen: Work, pilot: Pilot[None]) -> None:
        await pilot.press("escape")
        assert (screen.done, desk.gone) == (["leaving"], ["lobby"])

    play(desk, story)


def test_go_to_menu_lists_the_screens_of_the_role() -> None:
    desk = Desk()

    async def story(screen: Work, pilot: Pilot[None]) -> None:
        await pilot.press("f3")
        assert isinstance(pilot.app.screen, ChooseDialog)
        await screen.settle()
        await pilot.press("3")
        await pilot.pause()
        assert desk.gone == ["scoring"]
        assert screen.done == ["leaving"]

    play(desk, story)


def test_help_shows_keys_words_and_why_not() -> None:
    async def story(screen: Work, pilot: Pilot[None]) -> None:
        await pilot.press("f1")
        await pilot.pause()
        dialog = pilot.app.screen
        assert isinstance(dialog, HelpDialog)
        text = dialog.text(70).plain
        assert " F5      提交      交上去。" in text.splitlines()
        assert "“推进”由组长办理。" in text
        assert "回避" in text
        assert "讨论到它时要离场" in text.replace("\n   ", "")
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is screen

    play(Desk(), story)


def test_what_is_pointed_at_is_done() -> None:
    async def story(screen: Work, pilot: Pilot[None]) -> None:
        screen.phase = Phase.SCORING
        await screen.settle()
        await pilot.click(screen.keys_line, offset=(5, 0))
        await pilot.pause()
        assert screen.done == ["submit"]
        await pilot.press("f1")
        await pilot.pause()
        await pilot.click(offset=(5, screen.keys_line.region.y))  # what a dialog covers is out of reach
        await pilot.pause()
        assert screen.done == ["submit"]
        await pilot.click(pilot.app.screen.query_one("#text"), offset=(10, 1))
        await pilot.pause()
        assert pilot.app.screen is screen
        assert screen.done == ["submit", "submit"]

    play(Desk(), story)


def test_answer_of_a_dialog_reaches_its_screen_and_no_answer_does_not() -> None:
    async def story(screen: Work, pilot: Pilot[None]) -> None:
        answers: list[dict[str, str]] = []
        screen.ask(AskDialog(T("理由"), [Field("why", "理由")]), answers.append)
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert answers == []
        screen.ask(AskDialog(T("理由"), [Field("why", "理由")]), answers.append)
        await pilot.pause()
        await pilot.press("o", "k", "enter")
        await pilot.pause()
        assert answers == [{"why": "ok"}]

    play(Desk(), story)


def test_width_is_known_before_the_first_paint() -> None:
    class Early(Work):
        def render_line(self, y: int) -> Strip:
            self.done.append("wide" if self.has_class("-wide") else "narrow")
            return super().render_line(y)

    async def run(width: int) -> str:
        async with App[None]().run_test(size=(width, 24)) as pilot:
            screen = Early(Desk())
            await pilot.app.push_screen(screen)
            await screen.settle()
            return screen.done[0]

    assert [asyncio.run(run(width)) for width in (119, 120)] == ["narrow", "wide"]


def test_right_side_folds_below_120_columns() -> None:
    async def story(screen: Work, pilot: Pilot[None]) -> None:
        assert screen.has_class("-narrow")
        await pilot.resize_terminal(160, 45)
        await pilot.pause()
        assert screen.has_class("-wide")
        assert not screen.has_class("-narrow")

    play(Desk(), story)


def test_base_brings_neither_database_nor_command_line() -> None:
    check = "import sys, screens.base; print([m for m in ('sqlalchemy', 'sqlmodel', 'typer') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
