"""The list of 10,000 under 25 districts x 8 industries: from scratch, as a what-if, and as it grows."""

from __future__ import annotations

import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from sqlalchemy import text

from bench.big import MEETING, build
from bench.measure import Result, alternate
from models.queries.allocation import prepare
from models.queries.base import Office
from models.queries.results import ranking
from models.rules.allocation import allocate, allocate_pool
from models.rules.pool import Candidate, Pool
from models.rules.quotas import Cell, Quota
from models.views.people import Actor

PLACES, SIZES = 1_500, (100, 1_000, 10_000, 100_000)
DISTRICTS, INDUSTRIES = [f"d{n:02d}" for n in range(25)], [f"i{n}" for n in range(8)]


def pool(count: int, seed: int = 20240412) -> list[Candidate]:
    """Applications of distinct ranks, spread over the cells at random."""
    draw = random.Random(seed)
    return [
        Candidate(
            f"KM-{place:06d}", place, count - place, draw.choice(DISTRICTS), draw.choice(INDUSTRIES), 40_000_000, True
        )
        for place in range(1, count + 1)
    ]


def quota(total: int) -> Quota:
    """Floors and ceilings that bite: a third of each share kept, a quarter more than each share at most."""
    cells = [Cell("district", name, total // 75 + n % 3, total // 20) for n, name in enumerate(DISTRICTS)]
    cells += [Cell("industry", name, total // 24, total // 8 + total // 150 * n) for n, name in enumerate(INDUSTRIES)]
    return Quota(total, tuple(cells), alternates=total // 10)


def greedy(candidates: list[Candidate], under: Quota) -> dict[str, str]:
    """The floor: sorted once, then taken while nothing is full. It knows ceilings and no floors, so it may be wrong."""
    count: Counter[tuple[str, str]] = Counter()
    most = {(cell.kind, cell.name): cell.ceiling for cell in under.cells}
    found, left = {}, under.total
    for one in sorted(candidates, key=lambda candidate: candidate.rank or 0):
        full = [key for key in one.keys if (bound := most.get(key)) is not None and count[key] >= bound]
        if full or not left:
            found[one.no] = f"full: {full or 'total'}"
            continue
        count.update(one.keys)
        left -= 1
        found[one.no] = f"taken as {one.rank}"
    return found


def allocate_big(_folder: Path) -> Result:
    """10,000 candidates under 25 x 8 cells, 1,500 places, every reason told, against a greedy pass without floors."""
    candidates, under = pool(10_000), quota(PLACES)

    def ours() -> None:
        told = sum(bool(item.reason.code) for item in allocate(candidates, under).items)
        assert told == len(candidates)

    times = alternate(ours, lambda: greedy(candidates, under), rounds=15)
    return Result("allocation of 10,000, 25 × 8", *times, "greedy pass, no floors", None, most_ms=250)


def allocate_tied(_folder: Path) -> Result:
    """The same with scores that most share, every tie decided, and a budget that takes 100 places back."""
    draw, plain = random.Random(20240412), quota(PLACES)
    scores = sorted((draw.randint(3000, 9900) for _ in range(10_000)), reverse=True)
    first = {score: place for place, score in reversed(list(enumerate(scores, 1)))}
    candidates = [replace(one, rank=first[score], score=score) for one, score in zip(pool(10_000), scores, strict=True)]
    under = replace(plain, budget_fen=(PLACES - 100) * 40_000_000)
    orders = [[one.no for one in candidates]]

    def ours() -> None:
        assert len(allocate(candidates, under, tie_orders=orders).proposed) == PLACES - 100

    times = alternate(ours, lambda: greedy(candidates, under), rounds=15)
    return Result("the same with ties and a budget", *times, "greedy pass, no floors", None, most_ms=250)


def what_if_big(folder: Path) -> Result:
    """A what-if as the board asks it: is the record the same, the list anew, the rows of a screen; nothing is read."""
    office, secretary = _allocating(folder)
    trial = prepare(office, secretary, MEETING)
    cells = [
        Cell("district", code, 10, 150) if code.isdecimal() else Cell("industry", code, 20, 400)
        for code in trial.field.names
    ]
    tried = Quota(PLACES, tuple(cells), alternates=50)
    turn = iter(range(10_000))
    candidates = list(trial.field.candidates)

    def ours() -> None:
        assert trial.is_current(office)
        changed = replace(cells[0], ceiling=50 + next(turn) % 30)
        view = trial.what_if(replace(tried, cells=(changed, *cells[1:])))
        assert len(view.applications[:45]) == 45

    ours()
    times = alternate(ours, lambda: greedy(candidates, tried), rounds=25)
    return Result("what-if on the board, 10,000", *times, "greedy pass, no floors", None, most_ms=30)


def _allocating(folder: Path) -> tuple[Office, Actor]:
    """10,000 in allocation, with an order for every tie so that the list is made to its end."""
    office, secretary = build(folder, marks=False)
    with office.database.writing() as db:
        db.execute(text("UPDATE meeting SET phase = 'allocating'"))
        nos = list(db.execute(text("SELECT no FROM application ORDER BY no")).scalars())
        db.execute(
            text(
                "INSERT INTO tie_decision (meeting_id, nos, reason, by, at) VALUES (:meeting, :nos, '抽签', '组长', '')"
            ),
            {"meeting": MEETING, "nos": json.dumps(nos)},
        )
    return office, secretary


def growth(folder: Path) -> str:
    """Milliseconds for 100 to 100,000 applications: ranking from the stored totals, allocation, a what-if."""
    lines = [f"{'applications':>12}  {'ranking':>12}  {'allocation':>12}  {'what-if':>12}"]
    for size in SIZES:
        place = folder / str(size)
        place.mkdir()
        office, secretary = build(place, size, marks=False)
        candidates, under = pool(size), quota(size * 15 // 100)
        ready, rounds = Pool(candidates), 3 if size > 10_000 else 7
        times = (
            _median(partial(ranking, office, secretary, MEETING), rounds),
            _median(partial(allocate, candidates, under), rounds),
            _median(partial(allocate_pool, ready, under), rounds),
        )
        office.database.close()
        lines.append(f"{size:>12,}  " + "  ".join(f"{took:>9.1f} ms" for took in times))
    return "\n".join(lines)


def _median(work: Callable[[], object], rounds: int) -> float:
    work()
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)
