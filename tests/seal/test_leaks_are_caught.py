"""A leak that is planted is caught: or that nothing was found would say nothing.

Each leak is put into the running program, as somebody could write it tomorrow, and the comparison must fail: not the
harness, which plays the first database twice all the same.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.enums import Phase
from models.errors import Refused
from models.queries import applications, audit, items
from models.queries import meeting as meetings
from models.rules import permissions
from models.services import export, pacing, returning
from models.text import T
from tests.conftest import EXPERTS, SECRETARY
from tests.seal.pairs import Pair, Pool
from tests.seal.plays import Play
from tests.seal.surfaces import surfaces

pytestmark = pytest.mark.usefixtures("on_file")

Plant = Callable[[pytest.MonkeyPatch], None]
CHAIR = EXPERTS[0]


def _sum(office: Any, no: str) -> int:
    with office.database.reading() as connection:
        return int(
            connection.exec_driver_sql(
                "SELECT COALESCE(SUM(m.value_milli), 0) FROM mark m JOIN score_sheet s ON s.id = m.sheet_id "
                f"JOIN application a ON a.id = s.application_id WHERE a.no = '{no}'"
            ).scalar_one()
        )


def _sorted_by_score(patch: pytest.MonkeyPatch) -> None:
    real = applications.roster

    @functools.wraps(real)
    def roster(office: Any, actor: Any, **which: Any) -> Any:
        return tuple(sorted(real(office, actor, **which), key=lambda line: -_sum(office, line.no)))

    patch.setattr(applications, "roster", roster)


def _counted_in_an_error(patch: pytest.MonkeyPatch) -> None:
    real = returning.return_sheet

    @functools.wraps(real)
    def return_sheet(office: Any, actor: Any, meeting: str, expert: str, no: str, reason: str) -> None:
        if _sum(office, no) % 2000 >= 1000:
            raise Refused("not_submitted", T("{expert} 的 {no} 尚未提交。", expert=expert, no=no))
        raise Refused("not_submitted", T("{no} 尚未提交。", no=no))

    patch.setattr(returning, "return_sheet", return_sheet)


def _told_by_who_is_late(patch: pytest.MonkeyPatch) -> None:
    real = pacing.remind

    @functools.wraps(real)
    def remind(office: Any, actor: Any, meeting: str) -> dict[str, int]:
        late = real(office, actor, meeting)
        return dict(sorted(late.items(), key=lambda one: _sum(office, f"KM1-00{one[0][-1]}")))

    patch.setattr(pacing, "remind", remind)


def _read_before_the_reveal(patch: pytest.MonkeyPatch) -> None:
    row = permissions.READS["results.read"]
    patch.setitem(permissions.READS, "results.read", permissions.Permission(row.title, row.roles))


def _own_recusal_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(items, "recused_nos", lambda _connection, _stands: frozenset())


def _discussed_in_the_trail(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(audit, "_DISCUSSED", ())


def _in_a_files_length(patch: pytest.MonkeyPatch) -> None:
    real = export.to_csv
    patch.setattr(export, "to_csv", lambda table: real(table) + b" " * len(_LEAKED[-1]))
    make = export.score_book

    def score_book(office: Any, actor: Any, where: str) -> Any:
        with office.database.reading() as connection:
            _LEAKED.append(connection.exec_driver_sql("SELECT comment FROM score_sheet WHERE id = 1").scalar() or "")
        return make(office, actor, where)

    patch.setattr(export, "score_book", score_book)


_LEAKED: list[str] = [""]


def _in_what_stands_in_the_way(patch: pytest.MonkeyPatch) -> None:
    real = meetings.meeting

    @functools.wraps(real)
    def view(office: Any, actor: Any, meeting_id: str) -> Any:
        found = real(office, actor, meeting_id)
        return found, _sum(office, "KM1-002") % 1000 == 0

    patch.setattr(meetings, "meeting", view)


def _before(pool: Pool) -> Pair:
    return pool.before_reveal(0, sealed=False)


def _after(phase: Phase) -> Callable[[Pool], Pair]:
    return lambda pool: pool.after_reveal(CHAIR, phase)


LEAKS: dict[str, tuple[Plant, Callable[[Pool], Pair], str, str]] = {
    "a sort by sealed score": (_sorted_by_score, _before, SECRETARY, "queries"),
    "an error that depends on a sealed mark": (_counted_in_an_error, _before, CHAIR, "services.returning"),
    "an order of names by sealed marks": (_told_by_who_is_late, _before, CHAIR, "services.pacing"),
    "results before the reveal": (_read_before_the_reveal, _before, SECRETARY, "queries"),
    "one bit of sealed marks": (_in_what_stands_in_the_way, _before, SECRETARY, "queries"),
    "an own recusal forgotten in items": (_own_recusal_forgotten, _after(Phase.DELIBERATING), CHAIR, "queries"),
    "a discussion told by the trail": (_discussed_in_the_trail, _after(Phase.ALLOCATING), CHAIR, "queries"),
    "the length of an exported file": (_in_a_files_length, _after(Phase.PUBLICITY), CHAIR, "export"),
}


def _play(pair: Pair, observer: str, roads: str, others: int) -> Play:
    """The roads of a kind, with some words each; on several scattered files, for one bit may be alike by chance."""
    steps = [
        (surface, f"{turn}/{surface.name}")
        for turn in range(2 if roads == "queries" else 5)
        for surface in surfaces()
        if roads in (surface.kind, surface.name.rpartition(".")[0])
    ]
    return Play(pair, observer, tuple(steps), scatter=1, others=others)


@pytest.mark.parametrize("leak", LEAKS)
def test_a_planted_leak_is_caught(pool: Pool, quick_folder: Path, monkeypatch: pytest.MonkeyPatch, leak: str) -> None:
    plant, pair, observer, roads = LEAKS[leak]
    made = pair(pool)
    plant(monkeypatch)
    assert _play(made, observer, roads, others=6).difference(quick_folder / "planted") != ""


@pytest.mark.parametrize("leak", ["one bit of sealed marks", "an own recusal forgotten in items"])
def test_without_the_leak_the_same_play_tells_nothing(pool: Pool, quick_folder: Path, leak: str) -> None:
    _, pair, observer, roads = LEAKS[leak]
    assert _play(pair(pool), observer, roads, others=1).difference(quick_folder / "sound") == ""
