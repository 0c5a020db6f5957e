"""Two databases that differ only in what somebody must not see are the same database to them, by every road.

Hundreds of pairs here, as many as one likes by `make seal` (`KMDX_SEAL_PAIRS`). Files only: the rules are the same
code on a server.
"""

from __future__ import annotations

import inspect
import os
from pathlib import Path

import pytest

from models.enums import Phase
from tests.seal.pairs import Pool
from tests.seal.plays import draw
from tests.seal.surfaces import GIVE, GIVE_TO, NOT_PLAYED, NOT_RUN, commands, functions, give_word, surfaces

pytestmark = pytest.mark.usefixtures("on_file")

PAIRS = int(os.environ.get("KMDX_SEAL_PAIRS", "240"))
OTHERS, STEPS = 4, 20
PLAYS = -(-PAIRS // OTHERS)
ONE_IN_SO_MANY = 10
"""Plays in a test."""


def test_every_function_is_played_or_listed_with_its_reason() -> None:
    known = dict(functions())
    assert NOT_PLAYED.keys() <= known.keys(), "what is gone needs no reason"
    unknown = [
        f"{name}.{parameter}"
        for name, one in known.items()
        if name not in NOT_PLAYED and name != "services.export.export"
        for parameter in [*inspect.signature(one).parameters][1:]
        if parameter not in GIVE and f"{name}.{parameter}" not in GIVE_TO
    ]
    assert unknown == [], "a play has no words for these: put them into `GIVE`"
    parameters = {
        f"{name}.{parameter}" for name, one in known.items() for parameter in inspect.signature(one).parameters
    }
    assert GIVE_TO.keys() <= parameters


def test_every_command_is_run_or_listed_with_its_reason() -> None:
    known = dict(commands())
    assert NOT_RUN.keys() <= known.keys()
    unknown = [
        f"{name}.{parameter.name}"
        for name, one in known.items()
        if name not in NOT_RUN
        for parameter in one.params
        if parameter.name != "help" and not getattr(parameter, "is_flag", False) and give_word(name, parameter) is None
    ]
    assert unknown == [], "a play has no words for these: put them into `WORDS`"


def test_each_road_is_taken_several_times() -> None:
    assert 5 * len(surfaces()) < PLAYS * STEPS


@pytest.mark.parametrize("tenth", range(-(-PLAYS // ONE_IN_SO_MANY)))
def test_nothing_tells_the_two_apart(pool: Pool, quick_folder: Path, tenth: int) -> None:
    found = {}
    for number in range(tenth * ONE_IN_SO_MANY, min(PLAYS, (tenth + 1) * ONE_IN_SO_MANY)):
        play = draw(pool, number, STEPS, OTHERS)
        difference = play.difference(quick_folder / str(number))
        if difference:
            found[f"play {number}: {play.pair.name} in {play.pair.phase}, {play.observer}"] = difference
    assert found == {}


@pytest.mark.parametrize("number", range(2))
def test_the_files_of_sealed_marks_are_of_one_length(pool: Pool, number: int) -> None:
    first, other = (file.stat().st_size for file in pool.before_reveal(number, sealed=True).files)
    assert first == other


def test_a_pair_does_differ_in_what_is_hidden(pool: Pool, quick_folder: Path) -> None:
    """Or the rest would prove nothing."""
    for pair in (pool.before_reveal(0, sealed=False), pool.after_reveal("专家1", Phase.DELIBERATING)):
        for scatter in (None, 1):
            marks = []
            for which in (0, 1, 2):
                meeting = pair.open(which, quick_folder / f"{pair.name}-{which}-{scatter}", scatter)
                with meeting.office.database.reading() as connection:
                    marks.append(connection.exec_driver_sql("SELECT * FROM mark ORDER BY 1, 2").all())
                meeting.office.database.close()
            assert marks[0] != marks[1]
            assert (marks[1] != marks[2]) == (scatter is not None)
