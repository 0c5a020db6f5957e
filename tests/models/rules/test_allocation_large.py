"""The allocation of hundreds against a MILP (HiGHS, by scipy): is its list allowed, and could anybody better be in?

One yes-or-no variable an application, a lack a floor, as domain.md has it word by word: at most `total`, no ceiling
passed, the least sum of what floors lack. Nothing is known here of flows or of cells of districts x industries.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from models.enums import Outcome
from models.rules.allocation import allocate
from models.rules.pool import Candidate
from models.rules.quotas import Cell, Quota

DISTRICTS, INDUSTRIES = [f"d{n:02d}" for n in range(25)], [f"i{n}" for n in range(8)]


def in_cell(candidate: Candidate, cell: Cell) -> bool:
    return (candidate.district if cell.kind == "district" else candidate.industry) == cell.name


def draw_case(seed: int) -> tuple[list[Candidate], Quota]:
    """200 to 400 applications, each rank once; some districts and industries strong, ceilings and floors that bite."""
    draw = random.Random(seed)
    count = draw.randint(200, 400)
    likely = [draw.random() ** 2 + 0.02 for _ in DISTRICTS], [draw.random() + 0.05 for _ in INDUSTRIES]
    pool = [
        Candidate(
            f"N{place:03d}",
            place,
            10_000 - place,
            draw.choices(DISTRICTS, likely[0])[0],
            draw.choices(INDUSTRIES, likely[1])[0],
            None,
            True,
        )
        for place in range(1, count + 1)
    ]
    total = draw.randint(30, 90)
    cells = []
    for kind, names in (("district", DISTRICTS), ("industry", INDUSTRIES)):
        fair = total / len(names)
        for name in names:
            floor = draw.randint(0, max(1, int(fair * 0.9))) if draw.random() < 0.5 else 0
            ceiling = max(floor, draw.randint(int(fair * 0.5), int(fair * 1.8) + 1)) if draw.random() < 0.7 else None
            cells.append(Cell(kind, name, floor, ceiling))
    return pool, Quota(total, tuple(cells))


class Model:
    """The lists under a quota as a MILP; `least_lack` with some applications in for sure."""

    def __init__(self, pool: list[Candidate], quota: Quota) -> None:
        self.index = {candidate.no: at for at, candidate in enumerate(pool)}
        count, cells = len(pool), quota.cells
        rows = np.zeros((1 + 2 * len(cells), count + len(cells)))
        low, high = np.full(len(rows), -np.inf), np.full(len(rows), np.inf)
        rows[0, :count], high[0] = 1, quota.total
        for at, cell in enumerate(cells):
            members = [in_cell(candidate, cell) for candidate in pool]
            rows[1 + 2 * at, :count] = members
            high[1 + 2 * at] = np.inf if cell.ceiling is None else cell.ceiling
            rows[2 + 2 * at, :count] = members
            rows[2 + 2 * at, count + at] = 1
            low[2 + 2 * at] = cell.floor
        self.constraint = LinearConstraint(csr_array(rows), low, high)
        self.cost = np.concatenate([np.zeros(count), np.ones(len(cells))])
        self.whole = np.concatenate([np.ones(count), np.zeros(len(cells))])
        self.count = count

    def least_lack(self, surely: Iterable[str] = ()) -> float | None:
        """The least sum of lacks of a list with these members; None if there is no such list."""
        low, high = np.zeros(len(self.cost)), np.full(len(self.cost), np.inf)
        high[: self.count] = 1
        for no in surely:
            low[self.index[no]] = 1
        found = milp(self.cost, integrality=self.whole, bounds=Bounds(low, high), constraints=self.constraint)
        return None if found.fun is None else round(found.fun)


def lack(quota: Quota, members: Iterable[Candidate]) -> int:
    listed = list(members)
    return sum(max(0, cell.floor - sum(in_cell(c, cell) for c in listed)) for cell in quota.cells)


@pytest.mark.parametrize("seed", range(24))
def test_nobody_could_be_in_whom_the_walk_passed_over(seed: int) -> None:
    """Each cell's first that was passed over, with all before it who are in: no allowed list has them together.

    Whoever comes later in the same cell then can't be in either: the lists that go on only get fewer.
    """
    pool, quota = draw_case(seed)
    model = Model(pool, quota)
    got = allocate(pool, quota).proposed
    listed = [candidate for candidate in pool if candidate.no in got]
    least = model.least_lack()
    assert len(listed) <= quota.total
    assert all(c.ceiling is None or sum(in_cell(one, c) for one in listed) <= c.ceiling for c in quota.cells)
    assert lack(quota, listed) == least
    taken: list[str] = []
    closed = set()
    for candidate in pool:
        if candidate.no in got:
            taken.append(candidate.no)
            assert (candidate.district, candidate.industry) not in closed
        elif (candidate.district, candidate.industry) not in closed:
            closed.add((candidate.district, candidate.industry))
            with_it = model.least_lack([*taken, candidate.no])
            assert with_it is None or with_it > (least or 0), candidate.no


@pytest.mark.parametrize("seed", range(12))
def test_no_list_by_hand_beats_the_allocation_by_rank(seed: int) -> None:
    """Lists made by exchanging members at random, as a committee would: the allowed ones take a worse one first."""
    pool, quota = draw_case(1_000 + seed)
    by_no = {candidate.no: candidate for candidate in pool}
    best = allocate(pool, quota).proposed
    least, draw, tried = lack(quota, map(by_no.__getitem__, best)), random.Random(seed), 0
    for _ in range(1_500):
        members = set(best)
        members -= set(draw.sample(sorted(members), draw.randint(1, 3)))
        for no in draw.sample(sorted(by_no), 30):
            mine = [by_no[one] for one in members]
            if (
                len(members) < quota.total
                and no not in members
                and all(
                    c.ceiling is None or not in_cell(by_no[no], c) or sum(in_cell(one, c) for one in mine) < c.ceiling
                    for c in quota.cells
                )
            ):
                members.add(no)
        if members != best and lack(quota, map(by_no.__getitem__, members)) == least:
            tried += 1
            first = min((by_no[no].rank or 0, no) for no in members ^ best)[1]
            assert first in best
    assert tried > 20


def test_numbers_and_order_of_entry_change_nothing_among_hundreds() -> None:
    for seed in range(2_000, 2_020):
        pool, quota = draw_case(seed)
        got = allocate(pool, quota)
        draw = random.Random(seed)
        assert allocate(draw.sample(pool, len(pool)), quota) == got
        assert sum(item.outcome is Outcome.PROPOSED for item in got.items) == len(got.proposed)
