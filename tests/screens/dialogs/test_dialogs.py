"""The dialogs: keyboard alone, data never markup, all within 80×24."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import pytest
from rich.cells import cell_len
from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, Static

from models.errors import Refused
from models.text import T, Text, mark
from models.views.derivation import Derivation, Step
from screens.commands import Command
from screens.dialogs.ask import AskDialog, Field
from screens.dialogs.card import CardDialog, Page
from screens.dialogs.choose import ChooseDialog, Option
from screens.dialogs.confirm import ConfirmDialog
from screens.dialogs.dialog import Dialog
from screens.dialogs.help import HelpDialog
from screens.dialogs.why import WhyDialog
from screens.glossary import WORDS
from screens.widgets.cells import Cell, Tone

ODD = "示例[bold]制药[/x]"
DERIVATION = Derivation(
    T("{no} 补助 {yuan} 元", no=ODD, yuan="400,000"),
    (
        Step(T("符合条件投入"), "软件 60.0 + 云服务 12.4 + 采集传输 24.0", "96.4 万", "第七条（一）"),
        Step(T("等级上限"), "三级", "40 万", "第七条（一）"),
    ),
    "40.00 万元",
)
OPTIONS = [Option(f"k{i}", f"{ODD}{i}", "提示") for i in range(1, 31)]

Story = Callable[[Pilot[None], list[Any]], Awaitable[None]]


def play(make: Callable[[], Dialog[Any]], story: Story, size: tuple[int, int] = (80, 24)) -> None:
    async def run() -> None:
        app: App[None] = App()
        async with app.run_test(size=size) as pilot:
            answers: list[Any] = []
            app.push_screen(make(), answers.append)
            await pilot.pause()
            await story(pilot, answers)

    asyncio.run(run())


def ask(check: Callable[[Mapping[str, str]], Text | str | None] | None = None) -> AskDialog:
    fields = [Field("no", "申报编号", "KM-031"), Field("why", "理由", hint="写明事实")]
    return AskDialog(T("登记异议：{name}", name=ODD), fields, about="只有这个项目暂缓。", check=check)


MAKERS: list[Callable[[], Dialog[Any]]] = [
    ask,
    lambda: ChooseDialog(ODD, OPTIONS),
    lambda: ConfirmDialog(ODD, [ODD, T("不能撤销。")], T("推进")),
    lambda: CardDialog(ODD, [Page(ODD, [("企业", ODD), ("", "长" * 3000)]), Page("投入", [])]),
    lambda: WhyDialog(DERIVATION, "昆工信规〔2024〕1号"),
    lambda: HelpDialog(ODD, (), list(WORDS.values())),
]


@pytest.mark.parametrize("make", MAKERS, ids=["ask", "choose", "confirm", "card", "why", "help"])
def test_every_dialog_stands_within_the_window_and_leaves_by_escape(make: Callable[[], Dialog[Any]]) -> None:
    async def story(pilot: Pilot[None], answers: list[Any]) -> None:
        box = pilot.app.screen.query_one("#box")
        assert pilot.app.screen.region.contains_region(box.region)
        assert box.region.height >= 3
        await pilot.press("escape")
        await pilot.pause()
        assert answers == [None]

    play(make, story)


@pytest.mark.parametrize("make", MAKERS, ids=["ask", "choose", "confirm", "card", "why", "help"])
def test_every_dialog_is_left_by_pointing_at_its_escape(make: Callable[[], Dialog[Any]]) -> None:
    async def story(pilot: Pilot[None], answers: list[Any]) -> None:
        box = pilot.app.screen.query_one("#box")
        line = pilot.app.screen._compositor.render_strips()[box.region.bottom - 1].text
        before, _esc, _after = line.partition("Esc")
        await pilot.click(offset=(cell_len(before) + 5, box.region.bottom - 1))
        await pilot.pause()
        assert answers == [None]

    play(make, story)


def test_help_is_answered_by_the_command_that_is_pointed_at_unless_it_is_refused() -> None:
    commands = (
        Command("f5", "submit", mark("提交"), mark("交上去。")),
        Command("f6", "advance", mark("推进"), mark("进。")),
    )

    async def story(pilot: Pilot[None], answers: list[Any]) -> None:
        text = pilot.app.screen.query_one("#text")
        painted = [segment for strip in pilot.app.screen._compositor.render_strips() for segment in strip]
        assert not any(segment.style and segment.style.underline for segment in painted)
        for line, answered in ((2, []), (1, ["submit"])):
            await pilot.click(text, offset=(10, line))
            await pilot.pause()
            assert answers == answered

    play(lambda: HelpDialog(ODD, commands, (), {"advance": T("由组长办理。")}), story)


def test_ask_goes_from_field_to_field_and_accepts_on_the_last() -> None:
    async def story(pilot: Pilot[None], answers: list[Any]) -> None:
        await pilot.press("enter")
        assert answers == []
        await pilot.press("space", "a", "space", "up", "end", "2", "down", "enter")
        await pilot.pause()
        assert answers == [{"no": "KM-0312", "why": "a"}]

    play(ask, story)


def test_ask_takes_what_an_input_method_commits_and_puts_the_caret_there() -> None:
    async def story(pilot: Pilot[None], answers: list[Any]) -> None:
        await pilot.press("enter")
        for character in "材料不实":
            pilot.app.post_message(events.Key(character, character))
        await pilot.pause()
        field = pilot.app.screen.query_one("#field-1", Input)
        assert field.value == "材料不实"
        assert pilot.app.cursor_position == field.cursor_screen_offset
        await pilot.press("enter")
        await pilot.pause()
        assert answers == [{"no": "KM-031", "why": "材料不实"}]

    play(ask, story)


def test_ask_takes_all_lines_of_what_is_pasted_as_one() -> None:
    async def story(pilot: Pilot[None], answers: list[Any]) -> None:
        await pilot.press("enter", "a")
        pilot.app.post_message(events.Paste(" 第一段。\r\r\n 第二段，\t第三列\n"))
        await pilot.pause()
        await pilot.press("b", "enter")
        await pilot.pause()
        assert answers == [{"no": "KM-031", "why": "a第一段。 第二段， 第三列b"}]

    play(ask, story)


def test_ask_says_that_what_does_not_fit_is_not_taken() -> None:
    async def story(pilot: Pilot[None], answers: list[Any]) -> None:
        wrong = pilot.app.screen.query_one("#wrong", Static)
        await pilot.press("enter")
        pilot.app.post_message(events.Paste("长" * 499))
        await pilot.pause()
        assert str(wrong.content) == ""
        pilot.app.post_message(events.Paste("太长"))
        await pilot.pause()
        assert str(wrong.content) == "这里至多 500 个字，刚才的放不下，没有收。"
        await pilot.press("a")
        assert str(wrong.content) == ""
        await pilot.press("b")
        assert str(wrong.content) == "这里至多 500 个字，刚才的放不下，没有收。"
        await pilot.press("enter")
        await pilot.pause()
        assert answers == [{"no": "KM-031", "why": "长" * 499 + "a"}]

    play(ask, story)


def test_ask_shows_inside_what_is_wrong_and_stays() -> None:
    def check(answers: Mapping[str, str]) -> Text | None:
        if answers["why"] == "raise":
            raise Refused("late", T("[b]已过期限。"))
        return None if answers["why"] else T("请写明理由。")

    async def story(pilot: Pilot[None], answers: list[Any]) -> None:
        wrong = pilot.app.screen.query_one("#wrong", Static)
        await pilot.press("enter", "enter")
        assert str(wrong.content) == "请写明理由。"
        await pilot.press("x")
        await pilot.pause()
        assert str(wrong.content) == ""
        await pilot.press("backspace", *"raise", "enter")
        assert str(wrong.content) == "[b]已过期限。"
        await pilot.press("enter")
        assert answers == []
        await pilot.press(*["backspace"] * 5, "y", "enter")
        await pilot.pause()
        assert answers == [{"no": "KM-031", "why": "y"}]

    play(lambda: ask(check), story)


@pytest.mark.parametrize(
    ("keys", "answer"),
    [(["enter"], "k4"), (["down", "enter"], "k5"), (["9"], "k9"), (["２"], "k2"), (["end", "enter"], "k30")],
)
def test_choose_by_cursor_or_digit(keys: list[str], answer: str) -> None:
    async def story(pilot: Pilot[None], answers: list[Any]) -> None:
        await pilot.press(*keys)
        await pilot.pause()
        assert answers == [answer]

    play(lambda: ChooseDialog(ODD, OPTIONS, chosen="k4"), story)


def test_choose_ignores_a_digit_without_a_row() -> None:
    async def story(pilot: Pilot[None], answers: list[Any]) -> None:
        await pilot.press("5", "0", "8")
        await pilot.pause()
        assert answers == []

    play(lambda: ChooseDialog(ODD, OPTIONS[:2]), story)


def test_confirm_names_the_changes_and_takes_enter() -> None:
    async def story(pilot: Pilot[None], answers: list[Any]) -> None:
        assert str(pilot.app.screen.query_one(Static).content) == f"{ODD}\n不能撤销。"
        await pilot.press("enter")
        await pilot.pause()
        assert answers == [True]

    play(lambda: ConfirmDialog("推进？", [ODD, T("不能撤销。")]), story)


def test_why_shows_each_step_with_its_basis_and_copies() -> None:
    async def story(pilot: Pilot[None], answers: list[Any]) -> None:
        dialog = pilot.app.screen
        assert isinstance(dialog, WhyDialog)
        wide = dialog.text(100).plain.splitlines()
        assert wide[0].split() == [
            *("1", "符合条件投入", "软件", "60.0", "+", "云服务", "12.4", "+", "采集传输", "24.0", "=", "96.4", "万"),
            "第七条（一）",
        ]
        assert wide[1].split() == ["2", "等级上限", "三级", "40", "万", "第七条（一）"]
        assert wide[2] == "⇒ 40.00 万元"
        narrow = dialog.text(50).plain
        assert "软件 60.0 + 云服务 12.4 + 采集传输 24.0 = 96.4" in narrow
        await pilot.press("y")
        assert pilot.app.clipboard == dialog.plain()
        assert pilot.app.clipboard.splitlines()[0] == f"{ODD} 补助 400,000 元"

    play(lambda: WhyDialog(DERIVATION, "昆工信规〔2024〕1号"), story)


def test_why_shows_several_derivations_under_their_headings() -> None:
    first = Derivation(T("得分"), (Step(T("均值"), "(80 + 82) ÷ 2", "81", "细则"),), "81.00")
    long = T("仍然相同，2 项并列，之后的名次顺延，写全而不截断")
    second = Derivation(T("排名"), (Step(long, "甲, 乙", "3", "细则"),), "3")

    async def story(pilot: Pilot[None], answers: list[Any]) -> None:
        dialog = pilot.app.screen
        assert isinstance(dialog, WhyDialog)
        assert "截断 甲, 乙  3" in dialog.text(70).plain, "one line where it fits"
        assert [line.split() for line in dialog.text(60).plain.splitlines()] == [
            ["得分"],
            ["1", "均值", "(80", "+", "82)", "÷", "2", "=", "81", "细则"],
            ["⇒", "81.00"],
            [],
            ["排名"],
            ["1", *str(long).split(), "细则"],
            ["甲,", "乙", "3"],
            ["⇒", "3"],
            [],
            ["依据", "办法"],
        ]
        assert dialog.plain().splitlines() == [
            *("为什么 甲", "得分", "1\t均值\t(80 + 82) ÷ 2\t81\t细则", "⇒ 81.00"),
            *("排名", f"1\t{long}\t甲, 乙\t3\t细则", "⇒ 3", "办法"),
        ]

    play(lambda: WhyDialog([first, second], "办法", "为什么 甲"), story)


def test_card_turns_its_pages_round_and_scrolls() -> None:
    pages = [
        Page("基本", [("企业", ODD), ("结论", Cell("! 不符合条件", Tone.REFUSAL)), ("", "长" * 3000)]),
        Page("投入", [("软件", "60.0 万")]),
    ]

    async def story(pilot: Pilot[None], answers: list[Any]) -> None:
        text = pilot.app.screen.query_one("#text", Static)
        assert f"企业  {ODD}" in str(text.content)
        reading = pilot.app.screen.query_one("#reading")
        await pilot.press("end")
        async with asyncio.timeout(30):
            while reading.scroll_offset.y == 0:
                await pilot.pause(0.01)
        await pilot.press("right")
        assert "软件  60.0 万" in str(text.content)
        await pilot.press("right")
        assert f"企业  {ODD}" in str(text.content)
        await pilot.press("left")
        assert "软件  60.0 万" in str(text.content)

    play(lambda: CardDialog(ODD, pages), story)


@pytest.mark.parametrize(
    "dialog", [partial(ConfirmDialog, T("登记")), lambda lines: AskDialog(T("登记"), (), about=lines[0])]
)
def test_a_sentence_is_not_broken_at_the_blank_beside_a_number(dialog):
    sentence = "给 4 个还没有意见的项目记录同一条意见（KM1-002、KM1-003、KM1-004、KM1-005、KM1-006、KM1-007）。"

    async def story(pilot, _answers):
        lines = ["".join(s.text for s in strip) for strip in pilot.app.screen._compositor.render_strips()]
        first = next(line for line in lines if "给 4" in line)
        assert "给 4 个还没有意见的项目记录同一条意见（KM1-002、KM1-003、KM1-004、" in first
        assert "KM1-007）。" in lines[lines.index(first) + 1]

    play(lambda: dialog((sentence,)), story)
