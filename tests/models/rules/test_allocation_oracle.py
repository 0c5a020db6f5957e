"""The allocation against brute force: every subset of a small pool, and the definitions taken literally."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import combinations, groupby

import pytest

from models.enums import Outcome, ReasonCode
from models.errors import Refused
from models.rules.allocation import Allocation, allocate, allocate_pool
from models.rules.pool import Candidate, Pool
from models.rules.quotas import Cell, Quota

Members = frozenset[str]
PROPOSED, TIED, PENDING = Outcome.PROPOSED, Outcome.TIED, Outcome.PENDING


def taken_in(cell: Cell, members: Members, pool: dict[str, Candidate]) -> int:
    return sum(
        (c.district if cell.kind == "district" else c.industry) == cell.name for c in map(pool.get, members) if c
    )


def lack(quota: Quota, members: Members, pool: dict[str, Candidate]) -> int:
    return sum(max(0, cell.floor - taken_in(cell, members, pool)) for cell in quota.cells)


def lists_within(quota: Quota, pool: dict[str, Candidate]) -> list[Members]:
    return [
        members
        for size in range(min(quota.total, len(pool)) + 1)
        for members in map(frozenset, combinations(pool, size))
        if all(cell.ceiling is None or taken_in(cell, members, pool) <= cell.ceiling for cell in quota.cells)
    ]


def allowed_lists(quota: Quota, pool: dict[str, Candidate]) -> list[Members]:
    within = lists_within(quota, pool)
    least = min(lack(quota, members, pool) for members in within)
    return [members for members in within if lack(quota, members, pool) == least]


def breaks_floor(no: str, members: Members, quota: Quota, pool: dict[str, Candidate]) -> bool:
    return lack(quota, members - {no}, pool) > lack(quota, members, pool)


def ranked_groups(pool: dict[str, Candidate]) -> Iterator[list[str]]:
    for _, group in groupby(sorted(pool.values(), key=lambda c: c.rank or 0), key=lambda c: c.rank):
        yield [c.no for c in group]


def in_order(tied: list[str], orders: list[list[str]]) -> list[str] | None:
    return next(([no for no in order if no in tied] for order in orders if set(tied) <= set(order)), None)


def oracle(quota: Quota, pool: dict[str, Candidate], orders: list[list[str]]) -> tuple[Members, list[str]]:
    """Who is in, and who waits at the line, by domain.md word by word. Raises `Refused` if only floors are too dear."""
    allowed = allowed_lists(quota, pool)
    goes_on: Callable[[Members], bool] = lambda wanted: any(wanted <= members for members in allowed)  # noqa: E731
    taken: Members = frozenset()
    for group in ranked_groups(pool):
        rest = [no for no in group if goes_on(taken | {no})]
        if goes_on(taken | set(rest)):
            taken |= set(rest)
            continue
        order = in_order(rest, orders)
        if order is None:
            return taken, rest
        for no in order:
            if goes_on(taken | {no}):
                taken |= {no}
    if quota.budget_fen is not None:
        return cut(quota, pool, orders, taken)
    return taken, []


def cut(quota: Quota, pool: dict[str, Candidate], orders: list[list[str]], taken: Members) -> tuple[Members, list[str]]:
    cost: Callable[[Members], int] = lambda members: sum(pool[no].amount_fen or 0 for no in members)  # noqa: E731
    budget = quota.budget_fen or 0
    for group in reversed(list(ranked_groups(pool))):
        going = [no for no in group if no in taken and not breaks_floor(no, taken, quota, pool)]
        if cost(taken) <= budget or not going:
            continue
        endings = {leave_in_turn(turn, taken, quota, pool, cost) for turn in turns(going)}
        if endings == {taken - set(going)}:
            taken -= set(going)
            continue
        order = in_order(going, orders)
        if order is None:
            return taken - {no for no in taken if (pool[no].rank or 0) > (pool[going[0]].rank or 0)} - set(going), going
        taken = leave_in_turn(list(reversed(order)), taken, quota, pool, cost)
    if cost(taken) > budget:
        raise Refused("budget_floors", None)  # type: ignore[arg-type]
    return taken, []


def turns(going: list[str]) -> list[list[str]]:
    if len(going) < 2:
        return [going]
    return [[no, *rest] for no in going for rest in turns([other for other in going if other != no])]


def leave_in_turn(
    turn: list[str], taken: Members, quota: Quota, pool: dict[str, Candidate], cost: Callable[[Members], int]
) -> Members:
    for no in turn:
        if cost(taken) > (quota.budget_fen or 0) and not breaks_floor(no, taken, quota, pool):
            taken -= {no}
    return taken


def random_case(seed: int) -> tuple[Quota, list[Candidate]]:
    draw = random.Random(seed)
    districts, industries = "甲乙丙丁"[: draw.randint(1, 4)], "PQRS"[: draw.randint(1, 4)]
    count = draw.randint(1, 8 if seed % 10 else 10)
    scores = sorted((draw.randint(1, 6 if seed % 2 else 90) for _ in range(count)), reverse=True)
    pool = [
        Candidate(
            no=f"N{index}",
            rank=1 + scores.index(score),
            score=score,
            district=draw.choice(districts),
            industry=draw.choice(industries),
            amount_fen=draw.randint(0, 4) * 100,
            eligible=True,
        )
        for index, score in enumerate(scores)
    ]
    total = draw.randint(0, count)
    cells = []
    for kind, codes in (("district", districts), ("industry", industries)):
        left = total
        for code in codes:
            floor = draw.randint(0, min(3, left)) if draw.random() < 0.5 else 0
            left -= floor
            ceiling = floor + draw.randint(0, 2) if draw.random() < 0.5 else None
            cells.append(Cell(kind, code, floor, ceiling))  # type: ignore[arg-type]
    budget = draw.randint(0, 4 * count) * 100 if draw.random() < 0.4 else None
    return Quota(total, tuple(cells), budget, draw.randint(0, 3)), pool


def propose(quota: Quota, pool: list[Candidate], orders: list[list[str]]) -> Allocation | None:
    try:
        return allocate(pool, quota, tie_orders=orders)
    except Refused:  # the one refusal there can be: floors alone are too dear
        return None


def expect(quota: Quota, pool: list[Candidate], orders: list[list[str]]) -> tuple[Members, list[str]] | None:
    try:
        return oracle(quota, {c.no: c for c in pool}, orders)
    except Refused:
        return None


def members_of(allocation: Allocation, outcome: Outcome) -> Members:
    return frozenset(item.no for item in allocation.items if item.outcome is outcome)


@pytest.mark.parametrize("block", range(8))
def test_allocation_equals_brute_force(block: int) -> None:
    for seed in range(block * 300, block * 300 + 300):
        quota, pool = random_case(seed)
        orders: list[list[str]] = []
        while True:
            expected, got = expect(quota, pool, orders), propose(quota, pool, orders)
            if expected is None or got is None:
                assert (expected, got) == (None, None), seed
                break
            taken, waiting = expected
            assert (members_of(got, PROPOSED), members_of(got, TIED)) == (taken, frozenset(waiting)), seed
            assert [set(group) for group in got.ties_at_line] == ([set(waiting)] if waiting else []), seed
            if not waiting:
                check_complete(quota, pool, got, seed)
                break
            ranks = {c.no: c.rank or 0 for c in pool}
            after = {no for no, rank in ranks.items() if rank > ranks[waiting[0]]}
            assert members_of(got, PENDING) == after, seed
            orders.append(random.Random(seed).sample(waiting, len(waiting)))


def check_complete(quota: Quota, pool: list[Candidate], got: Allocation, seed: int) -> None:
    """Line, alternates, unmet and use of a finished proposal, from its outcomes alone."""
    by_no = {c.no: c for c in pool}
    taken = members_of(got, PROPOSED)
    free = [no for no in taken if not breaks_floor(no, taken, quota, by_no)]
    assert got.line == min((by_no[no].score or 0 for no in free or taken), default=None), seed
    assert got.budget_used_fen == sum(by_no[no].amount_fen or 0 for no in taken), seed
    assert sum(unmet.wanted - unmet.reached for unmet in got.unmet) == lack(quota, taken, by_no), seed
    least = min(lack(quota, members, by_no) for members in allowed_lists(quota, by_no))
    assert lack(quota, taken, by_no) == least, seed
    rest = [by_no[item.no].rank or 0 for item in got.items if item.no not in taken]
    alternates = [by_no[item.no].rank for item in got.items if item.outcome is Outcome.ALTERNATE]
    assert alternates == rest[: len(alternates)], seed
    assert len(alternates) >= min(quota.alternates, len(rest)), seed


@pytest.mark.parametrize("block", range(4))
def test_allocation_takes_the_best_allowed_list_by_rank(block: int) -> None:
    for seed in range(block * 200, block * 200 + 200):
        quota, pool = without_ties(seed + 50_000)
        by_no = {c.no: c for c in pool}
        best = max(allowed_lists(quota, by_no), key=lambda members: [c.no in members for c in pool])
        assert members_of(allocate(pool, quota), PROPOSED) == best, seed


@pytest.mark.parametrize("block", range(4))
def test_order_of_entry_and_numbers_change_nothing(block: int) -> None:
    for seed in range(block * 200, block * 200 + 200):
        quota, pool = random_case(seed + 90_000)
        got = propose(quota, pool, [])
        draw = random.Random(seed)
        assert propose(quota, draw.sample(pool, len(pool)), []) == got, seed
        numbers = [c.no for c in pool]
        renamed = dict(zip(numbers, draw.sample(numbers, len(numbers)), strict=True))
        pool = [Candidate(renamed[c.no], c.rank, c.score, c.district, c.industry, c.amount_fen, True) for c in pool]
        again = propose(quota, pool, [])
        if got is None or again is None:
            assert (got, again) == (None, None), seed
            continue
        told = {renamed[i.no]: (i.outcome, i.reason.code, i.alternate_order, i.margin) for i in got.items}
        assert {i.no: (i.outcome, i.reason.code, i.alternate_order, i.margin) for i in again.items} == told, seed
        assert (again.line, again.cells, again.unmet) == (got.line, got.cells, got.unmet), seed


@pytest.mark.parametrize("block", range(4))
def test_a_floor_that_is_named_is_at_fault(block: int) -> None:
    """Whoever is passed over for floors could be taken next, no other floor lacking more, without the named ones."""
    named = 0
    for seed in range(block * 300, block * 300 + 300):
        quota, pool = without_ties(seed + 130_000)
        by_no = {c.no: c for c in pool}
        got = allocate(pool, quota)
        taken: Members = frozenset()
        for item in got.items:
            if item.outcome is PROPOSED:
                taken |= {item.no}
            elif item.reason.code is ReasonCode.FLOOR:
                named += 1
                cells = str(item.reason.text.values["cells"]).split("、")
                assert cells != [""], seed
                others = Quota(quota.total, tuple(cell for cell in quota.cells if cell.name not in cells))
                lists = [m for m in lists_within(quota, by_no) if taken | {item.no} <= m]
                assert min(lack(others, m, by_no) for m in lists) <= lack(quota, members_of(got, PROPOSED), by_no), seed
    assert named > 20


def without_ties(seed: int) -> tuple[Quota, list[Candidate]]:
    quota, drawn = random_case(seed)
    pool = [Candidate(c.no, place, 100 - place, c.district, c.industry, None, True) for place, c in enumerate(drawn, 1)]
    return Quota(quota.total, quota.cells), pool


@pytest.mark.parametrize("block", range(4))
def test_signed_places_stand_and_the_rest_is_the_best_list_under_what_they_leave(block: int) -> None:
    held = 0
    for seed in range(block * 200, block * 200 + 200):
        quota, pool = without_ties(seed + 210_000)
        by_no = {c.no: c for c in pool}
        draw = random.Random(seed)
        signed = frozenset(draw.sample(sorted(by_no), draw.randint(0, min(3, len(pool)))))
        raised = tuple(
            Cell(
                c.kind,
                c.name,
                c.floor,
                None if c.ceiling is None else max(c.ceiling, taken_in(c, signed, by_no)),
            )
            for c in quota.cells
        )
        within = [m for m in lists_within(Quota(max(quota.total, len(signed)), raised), by_no) if signed <= m]
        least = min(lack(quota, members, by_no) for members in within)
        allowed = [members for members in within if lack(quota, members, by_no) == least]
        best = max(allowed, key=lambda members: [c.no in members for c in pool])
        got = allocate(pool, quota, signed=signed)
        assert members_of(got, PROPOSED) == got.proposed == best, seed
        held += any(item.reason.code is ReasonCode.SIGNED for item in got.items)
    assert held > 50


@pytest.mark.parametrize("block", range(4))
def test_a_pool_asked_again_and_again_answers_like_a_new_one(block: int) -> None:
    """A what-if on what was read before equals one from scratch, whatever was tried in between."""
    for seed in range(block * 50, block * 50 + 50):
        _, candidates = random_case(seed + 170_000)
        draw = random.Random(seed)
        orders = [draw.sample([c.no for c in candidates], len(candidates))] if seed % 3 else []
        pool = Pool(candidates, tie_orders=orders)
        for other in range(6):
            quota, _ = random_case(draw.randint(0, 9_999) + other)
            try:
                warm = allocate_pool(pool, quota)
            except Refused:
                warm = None
            assert warm == propose(quota, candidates, orders), (seed, other)


def test_ten_thousand_with_decided_ties_are_cut_to_the_budget_and_keep_every_floor() -> None:
    draw = random.Random(20240412)
    districts, industries = [f"d{n}" for n in range(25)], [f"i{n}" for n in range(8)]
    scores = sorted((draw.randint(3000, 9900) for _ in range(10_000)), reverse=True)
    first = {score: place for place, score in reversed(list(enumerate(scores, 1)))}
    pool = [
        Candidate(f"KM-{n:05d}", first[s], s, draw.choice(districts), draw.choice(industries), 40_000_000, True)
        for n, s in enumerate(scores)
    ]
    cells = [Cell("district", code, 20 + n, 75) for n, code in enumerate(districts)]
    cells += [Cell("industry", code, 60, 190 + 10 * n) for n, code in enumerate(industries)]
    quota = Quota(1_500, tuple(cells), 1_400 * 40_000_000, 50)
    orders = [[c.no for c in pool]]
    got = allocate(pool, quota, tie_orders=orders)
    assert len(members_of(got, PROPOSED)) == 1_400
    assert got.unmet == ()
