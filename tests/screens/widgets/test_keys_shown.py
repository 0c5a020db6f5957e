"""Keys as people know them, and pressing them by pointing."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Input

from screens.widgets.keys_line import KeysLine
from screens.widgets.keys_shown import key_named, key_shown, pressable


def test_keys_read_as_on_a_keyboard() -> None:
    shown = [key_shown(key) for key in ("f5", "ctrl+z", "question_mark", "escape", "ctrl+shift+a", "pageup", "a")]
    assert shown == ["F5", "Ctrl+Z", "?", "Esc", "Ctrl+Shift+A", "PgUp", "A"]


@pytest.mark.parametrize(
    ("shown", "key"),
    [("F10", "f10"), ("Ctrl+Z", "ctrl+z"), ("?", "question_mark"), ("Space", "space"), ("E", "e"), ("+", "plus")],
)
def test_a_key_is_known_by_what_is_printed_on_it(shown: str, key: str) -> None:
    assert key_named(shown) == key


def test_what_is_no_single_key_is_not_pressed() -> None:
    assert [key_named(one) for one in ("1–9", "", " ", "↑↓", "移动")] == [None] * 5


@pytest.mark.parametrize(
    ("label", "pressed"),
    [
        ("F5", {0: "f5", 1: "f5", 2: "f5", 4: "f5"}),
        ("↑↓", {0: "up", 1: "down", 2: None, 4: None}),
        ("1–9 Enter", {0: None, 2: None, 3: None, 4: "enter", 8: "enter", 11: "enter"}),
        ("PgUp PgDn", {0: "pageup", 4: None, 5: "pagedown"}),
    ],
)
def test_each_key_of_a_label_is_pressed_by_itself_and_the_word_goes_with_the_last(
    label: str, pressed: dict[int, str | None]
) -> None:
    content = pressable(label, "移动")
    assert content.plain == f"{label} 移动"
    found = {
        at: next((s.style.meta["@click"][1][0] for s in content.spans if s.start <= at < s.end and s.style.meta), None)
        for at in pressed
    }
    assert found == pressed


class Pressed(App[None]):
    """An input that has the focus, and a line of keys."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []

    def compose(self) -> ComposeResult:
        yield Input()
        yield KeysLine()

    def on_key(self, event: events.Key) -> None:
        self.keys.append(event.key)


def test_pointing_at_a_key_or_its_word_presses_it_and_what_is_typed_into_keeps_the_focus() -> None:
    async def run() -> None:
        app = Pressed()
        async with app.run_test(size=(60, 10)) as pilot:
            app.query_one(KeysLine).show([("F5", "提交"), ("Ctrl+Z", "撤销"), ("?", "为什么"), ("F1", "帮助")])
            await pilot.pause()
            await pilot.press("1")
            for x in (1, 5, 8, 10, 18, 27):  # F5, its word, the gap, Ctrl+Z, its word, the word of ?
                await pilot.click(KeysLine, offset=(x, 0))
            await pilot.pause()
            assert app.keys == ["f5", "f5", "ctrl+z", "ctrl+z", "question_mark"]
            await pilot.press("2")
            assert app.query_one(Input).value == "12"

    asyncio.run(run())
