"""The registry: keys that don't collide, full-width twins, and a check that walks every screen."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from models.enums import Phase, Role
from models.text import mark
from screens.base import KmdxScreen
from screens.commands import COMMON, PLACES, Command, Place, bindings, faults, footer, keys_of, places_for
from screens.glossary import WORDS


class Clean(KmdxScreen):
    COMMANDS_LIST = (Command("f5", "submit", mark("提交"), mark("交上去。")),)

    def action_submit(self) -> None:
        """Nothing to do."""


class Messy(KmdxScreen):
    COMMANDS_LIST = (
        Command("f5", "submit", mark("提交"), mark("交上去。")),
        Command("f5", "help", mark("帮忙"), mark("帮。")),
        Command("f2", "submit", mark("提交"), ""),
    )


def test_faults_of_a_registry_are_all_named() -> None:
    assert faults(Clean) == []
    assert faults(Messy) == [
        "Messy: no action_submit",
        "Messy: f5 is both submit and help",
        "Messy: f2 is kept for card",
        "Messy: no action_submit",
        "Messy: submit has no words",
    ]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_every_screen_has_a_clean_registry_and_known_words(place: Place) -> None:
    if find_spec(place.module) is None:
        pytest.skip(f"{place.module} is not built yet")
    screen = place.load()
    assert faults(screen) == []
    assert [word for word in screen.WORDS if word not in WORDS] == []


def test_keys_have_their_full_width_twins() -> None:
    assert keys_of("question_mark") == "question_mark,fullwidth_question_mark"
    assert keys_of("a") == "a,ａ"
    assert keys_of("f5") == "f5"
    assert keys_of("ctrl+z,u") == "ctrl+z,u,ｕ"


def test_bindings_go_through_the_one_gate() -> None:
    (binding,) = bindings(Clean.COMMANDS_LIST)
    assert (binding.key, binding.action, binding.id) == ("f5", "command('submit')", "submit")
    assert all(b.action.startswith("command(") for b in KmdxScreen.BINDINGS)  # type: ignore[union-attr]


def test_footer_leaves_out_what_is_not_for_this_person_or_time() -> None:
    commands = (
        Command("f5", "a", mark("提交"), mark("x"), phases=frozenset({Phase.SCORING})),
        Command("f6", "b", mark("推进"), mark("x"), who=frozenset({Role.CHAIR})),
        Command("f7", "c", mark("查找"), mark("x"), foot=False),
        *COMMON,
    )
    common = [("Esc", "返回"), ("F3", "前往"), ("F1", "帮助")]
    assert footer(commands, Role.CHAIR, Phase.SCORING) == [("F5", "提交"), ("F6", "推进"), *common]
    assert footer(commands, Role.EXPERT, Phase.PUBLICITY) == common
    assert footer(commands, None, None) == [("F5", "提交"), *common]


def test_places_concern_roles() -> None:
    assert [place.name for place in places_for(Role.EXPERT)] == ["lobby", "roster", "scoring", "board"]
    secretary = ["lobby", "roster", "board", "keying", "sensitivity", "quotas", "publicity", "awards", "audit"]
    assert [place.name for place in places_for(Role.SECRETARY)] == secretary
    chair = [place.name for place in PLACES if place.name != "keying"]
    assert [place.name for place in places_for(Role.CHAIR)] == chair
    assert [place.name for place in places_for(None)] == ["lobby", "roster", "board"]
