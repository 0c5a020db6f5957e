"""What people ask after the ranking: what hangs on one mark, and in which order the fewest have to get up."""

from __future__ import annotations

import random
from pathlib import Path

from bench.measure import Result, alternate
from models.policy.types import Basis, BasisKind, Criterion, Rubric, Scoring, Trim
from models.rules.marks import Sheet
from models.rules.pool import Candidate
from models.rules.quotas import Cell, Quota
from models.rules.room import fewest_movements
from models.rules.sensitivity import Case, evaluate
from models.rules.smallest import Search

FULL = (30, 20, 20, 15, 15)
BASIS = Basis(BasisKind.COMMITTEE, "bench")


def case(applications: int = 280, experts: int = 7) -> Case:
    """A meeting of real size: trimmed means, two tie-breaks, a floor and a ceiling for each of 14 districts."""
    rubric = Rubric(
        100_000, tuple(Criterion(f"c{n}", f"指标{n}", most * 1000, 500) for n, most in enumerate(FULL)), BASIS
    )

    def mark(i: int, e: int, n: int) -> int:
        most = FULL[n]
        return (most * 1200 + (i * 37 + e * 101 + n * 53) % (most * 7) * 100) // 500 * 500 % (most * 1000)

    sheets = {
        f"N{i:03}": tuple(Sheet(f"E{e}", {f"c{n}": mark(i, e, n) for n in range(len(FULL))}) for e in range(experts))
        for i in range(applications)
    }
    candidates = tuple(Candidate(no, None, None, f"d{i % 14}", f"i{i % 8}", 100, True) for i, no in enumerate(sheets))
    cells = tuple(Cell("district", f"d{k}", 1, 4) for k in range(14))
    scoring = Scoring(by="sheet", average="mean", least_sheets=3, basis=BASIS, trim=Trim(5, 1), tie_breaks=("c0", "c1"))
    return Case(rubric, scoring, sheets, dict.fromkeys(sheets, 0), candidates, Quota(30, cells))


def smallest_change(_folder: Path) -> Result:
    """The smallest change of one mark for 20 applications at the line, against working the list out once."""
    whole = case()

    def ours() -> None:
        search = Search(whole)
        assert any(search.of(no).change for no in search.near())

    times = alternate(ours, lambda: evaluate(whole), rounds=5)
    return Result("smallest change, 280 × 7 × 5", *times, "the list worked out once", None, most_ms=2000)


def fewest_moves(_folder: Path) -> Result:
    """An order of 200 different recusal sets, against sorting them by their members."""
    draw = random.Random(7)
    names = [f"专家{n}" for n in range(15)]
    items = tuple((f"{n:03}", frozenset(draw.sample(names, draw.randint(0, 5)))) for n in range(200))

    def ours() -> None:
        fewest_movements(tuple(draw.sample(items, len(items))))  # never the same meeting twice: answers are kept

    times = alternate(ours, lambda: sorted(items, key=lambda one: sorted(one[1])), rounds=9)
    return Result("order of fewest movements, 200 sets", *times, "sorted by members", None, most_ms=500)
