"""Rankings that need more than stored totals: with tie-breaks, by criterion, with every reason; and the board.

The floor is the same for all: window functions over the stored totals, which is less than any of these has to do.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

from bench.big import MEETING, build, six_criteria
from bench.data import BARE_RANKING
from bench.measure import Result, alternate
from models.queries.base import Office
from models.queries.items import deliberation, derivations
from models.queries.meeting import meeting
from models.queries.results import ranking
from models.views.people import Actor

Work = Callable[[Office, Actor], object]


def _against_totals(folder: Path, what: str, work: Work, policy_text: str | None = None, rounds: int = 5) -> Result:
    office, secretary = build(folder, policy_text=policy_text)
    raw = sqlite3.connect(folder / "big.db")
    ours, floor = alternate(lambda: work(office, secretary), lambda: raw.execute(BARE_RANKING).fetchall(), rounds)
    raw.close()
    return Result(what, ours, floor, "window functions over stored totals", None)


def _ranked(office: Office, secretary: Actor) -> object:
    return ranking(office, secretary, MEETING)


def _with_ties() -> str:
    return re.sub(r"^tie_breaks = .*$", 'tie_breaks = ["plan", "effect"]', six_criteria(), flags=re.M)


def rank_big_ties(folder: Path) -> Result:
    """By sheet with two tie-breaks: nearly everybody shares a score, so the marks of one criterion after another."""
    return _against_totals(folder, "ranking with two tie-breaks", _ranked, _with_ties())


def rank_big_criteria(folder: Path) -> Result:
    """Criterion by criterion, each trimmed, deviations told: all 540,000 marks are read."""
    by_criterion = re.sub(r'^by = "sheet"', 'by = "criterion"', six_criteria(), flags=re.M)
    return _against_totals(folder, "ranking criterion by criterion", _ranked, by_criterion)


def rank_big_explained(folder: Path) -> Result:
    """What `rank --explain` reads: the steps of 10,000 scores and of 10,000 ranks."""
    return _against_totals(
        folder,
        "10,000 scores and ranks explained",
        lambda office, secretary: derivations(office, secretary, MEETING),
        _with_ties(),
        rounds=2,
    )


def deliberate_big(folder: Path) -> Result:
    """What the board looks at again after each act in deliberation: who owes what, and what stands in the way."""

    def looked(office: Office, secretary: Actor) -> None:
        meeting(office, secretary, MEETING)
        deliberation(office, secretary, MEETING)

    return _against_totals(folder, "what deliberation still owes, 10,000", looked)
