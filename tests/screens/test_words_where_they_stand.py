"""Every word of the glossary that a screen shows is explained by that screen's F1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.enums import Phase
from screens.commands import PLACES
from screens.glossary import WORDS

WIDE = (160, 45)
SPELLINGS = {
    spelling: code
    for code, word in WORDS.items()
    for spelling in word.chinese.replace("名单（", "名单、").rstrip("）").split("、")
}
SITTINGS = [
    (Phase.PREPARING, "secretary", "roster"),
    (Phase.PREPARING, "secretary", "board"),
    (Phase.PREPARING, "secretary", "quotas"),
    (Phase.SIGNING_IN, "chair", "board"),
    (Phase.SCORING, "chair", "scoring"),
    (Phase.SCORING, "chair", "board"),
    (Phase.DELIBERATING, "chair", "board"),
    (Phase.DELIBERATING, "chair", "scoring"),
    (Phase.ALLOCATING, "chair", "board"),
    (Phase.ALLOCATING, "chair", "quotas"),
    (Phase.PUBLICITY, "secretary", "publicity"),
    (Phase.FINALISED, "finance", "awards"),
    (Phase.FINALISED, "supervisor", "audit"),
]


def shown_words(painted: str) -> set[str]:
    """The glossary's words in a text; a longer word hides a shorter one that stands in it."""
    found: set[str] = set()
    for spelling in sorted(SPELLINGS, key=len, reverse=True):
        if spelling in painted:
            found.add(SPELLINGS[spelling])
            painted = painted.replace(spelling, "")
    return found


SEALED = [sitting for sitting in SITTINGS if sitting[0] in (Phase.SIGNING_IN, Phase.SCORING, Phase.DELIBERATING)]


@pytest.mark.parametrize(
    ("phase", "who", "place", "sealed"), [(*one, False) for one in SITTINGS] + [(*one, True) for one in SEALED]
)
def test_a_word_is_explained_where_it_stands(
    phase: Phase, who: str, place: str, sealed: bool, meeting_at: Callable[..., Any], sit: Callable[..., None]
) -> None:
    meeting = meeting_at(phase, sealed=sealed)
    if (phase, sealed, place) == (Phase.SCORING, True, "scoring"):
        meeting.submit(1, 2)
    seen: list[set[str]] = []

    async def look(sitting: Any) -> None:
        seen.append(shown_words(sitting.base_text) - set(type(sitting.base).WORDS))

    sit(meeting, getattr(meeting, who), place, look, WIDE)
    assert seen == [set()]


def test_the_door_explains_the_whole_glossary() -> None:
    door = next(place for place in PLACES if place.name == "lobby").load()
    assert set(door.WORDS) == set(WORDS)
