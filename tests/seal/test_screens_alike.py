"""The screens tell the two databases apart no more than other roads do: keys are played, every picture compared.

Most plays post their keys as events and wait until the screen has settled; a few go through Pilot, and each of their
pictures must be the one that came of the posted keys.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from random import Random
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from screens import base, roster, scoring
from screens.commands import PLACES
from tests.conftest import EXPERTS
from tests.screens.conftest import DeskApp, Sitting
from tests.seal.pairs import AFTER, RECUSED, Pair, Pool
from tests.seal.plays import Seen, short_digests

pytestmark = pytest.mark.usefixtures("on_file", "_no_blinking")

PLAYS = int(os.environ.get("KMDX_SEAL_SCREENS", "12"))
BY_PILOT = 2
KEYS = ("down", "up", "right", "left", "enter", "escape", "tab", "pagedown", "home", "end", "slash", "question_mark")
KEYS += ("s", "o", "d", "space", "1", "5", "n")
STEPS = 10


@pytest.fixture
def _no_blinking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that depends on how long something took: a caret that blinks, a card after a rest, "please wait"."""
    for module, name in ((roster, "CARD_REST_SECONDS"), (scoring, "CARD_REST_SECONDS"), (base, "PATIENCE_SECONDS")):
        monkeypatch.setattr(module, name, 3600.0)
    monkeypatch.setattr(Input, "_toggle_cursor", lambda _self: None)
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")


def _picture(app: DeskApp) -> str:
    """All that is painted with its colours, what has the focus, and where the caret stands."""
    strips = app.screen._compositor.render_strips()
    painted = "\n".join("".join(f"{part.text}\x00{part.style}\x00" for part in strip) for strip in strips)
    focused = app.screen.focused
    return f"{type(app.screen).__name__} {focused!r:.80} {app.cursor_position}\n{painted}"


async def _watch(pair: Pair, observer: str, place: str, keys: list[str], meeting: Any, pilot_too: bool) -> list[str]:
    """The pictures after each key."""
    meeting.office.own_clock = lambda: pair.now
    app = DeskApp(meeting, meeting.people[observer], place)
    app.animation_level = "none"
    async with app.run_test(size=(100, 30)) as pilot:
        sitting = Sitting(app, pilot)
        await sitting.refilled()
        pictures = [await _at_rest(sitting)]
        for key in keys:
            if pilot_too:
                await pilot.press(key)
            else:
                app.post_message(events.Key(key, key if len(key) == 1 else None))
            pictures.append(await _at_rest(sitting))
    return pictures


async def _at_rest(sitting: Sitting) -> str:
    """The picture that stays: a widget may scroll a frame after it has settled."""
    before = ""
    while True:
        await sitting.settle()
        picture = _picture(sitting.app)
        if picture == before:
            return picture
        before = picture
        await asyncio.sleep(0.03)


def _pictures(
    pair: Pair, which: int, folder: Path, observer: str, place: str, keys: list[str], pilot: bool
) -> list[str]:
    meeting = pair.open(which, folder, 1)
    seen = Seen()
    for key, picture in zip(["", *keys], asyncio.run(_watch(pair, observer, place, keys, meeting, pilot)), strict=True):
        seen.steps.append((key, picture))
        seen.results.append("")
    seen.shorts = short_digests(meeting)
    meeting.office.database.close()
    return [one.said for one in seen.settle((str(folder),))]


def _draw(pool: Pool, number: int) -> tuple[Pair, str, str, list[str]]:
    dice = Random(f"screens/{number}")
    if number % 2:
        pair = pool.after_reveal(dice.choice(list(RECUSED)), dice.choice(AFTER))
    else:
        pair = pool.before_reveal(number % 5, sealed=False)
    observer = dice.choice(pair.observers)
    role = pair.meeting.people[observer].role
    places = [one.name for one in PLACES if one.name != "lobby" and (one.who is None or role in one.who)]
    return pair, observer, places[number // 2 % len(places)], [dice.choice(KEYS) for _ in range(STEPS)]


def _differ(one: list[str], other: list[str]) -> str:
    for step, (a, b) in enumerate(zip(one, other, strict=True)):
        if a != b:
            at = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
            return f"key {step}: …{a[max(0, at - 200) : at + 200]!r}… or …{b[max(0, at - 200) : at + 200]!r}…"
    return ""


@pytest.mark.parametrize("number", range(PLAYS))
def test_no_picture_tells_the_two_apart(pool: Pool, quick_folder: Path, number: int) -> None:
    pair, observer, place, keys = _draw(pool, number)
    shown = [
        _pictures(pair, which, quick_folder / name, observer, place, keys, False)
        for which, name in ((0, "a"), (0, "b"), (1, "c"))
    ]
    assert _differ(shown[0], shown[1]) == "", "the harness is at fault: one database, two pictures"
    assert _differ(shown[0], shown[2]) == "", f"{pair.name} in {pair.phase}, {observer} at {place}, {keys}"


@pytest.mark.parametrize("number", range(BY_PILOT))
def test_posted_keys_do_what_pilots_keys_do(pool: Pool, quick_folder: Path, number: int) -> None:
    pair, observer, place, keys = _draw(pool, number)
    shown = [
        _pictures(pair, which, quick_folder / name, observer, place, keys, pilot)
        for which, name, pilot in ((0, "a", False), (0, "b", True), (1, "c", True))
    ]
    assert _differ(shown[0], shown[1]) == ""
    assert _differ(shown[1], shown[2]) == ""


def test_a_picture_does_tell_what_may_be_seen(pool: Pool, quick_folder: Path) -> None:
    """The expert's own marks stand there: two experts see two pictures."""
    pair = pool.before_reveal(0, sealed=False)
    first, other = (
        _pictures(pair, 0, quick_folder / name, name, "scoring", ["down"], False) for name in (EXPERTS[2], EXPERTS[3])
    )
    assert _differ(first, other) != ""
