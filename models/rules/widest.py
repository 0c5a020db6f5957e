"""Step 1 of the scoring rule where it says `drop = "widest"`: whose sheets don't count, over all applications."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator, Mapping, Sequence

from models.errors import Refused
from models.text import T


def widest(totals: Mapping[str, Sequence[int]], seed: str | None = None) -> str | None:
    """Find the expert whose sheets go first under `drop = "widest"`: whose totals differ most.

    `totals` holds each expert's sheet totals over all applications. Experts are compared by the widest difference of
    two of their totals, then by the next widest, and so on. Who is then still equal draws lots: the lowest SHA-256 of
    "seed:expert" goes, so that anybody can check it. Returns None without a sheet; raises `Refused` (widest_tied),
    naming who is equal, if a lot is needed and no seed was given.
    """
    tied = equally_wide(totals)
    if not tied:
        return None
    if len(tied) == 1:
        return tied[0]
    if seed is None:
        raise Refused(
            "widest_tied",
            T("专家 {experts} 的合计分差异同样最大。", experts="、".join(tied)),
            lift=T("请抽签并记录抽签种子。"),
        )
    return min(tied, key=lambda expert: hashlib.sha256(f"{seed}:{expert}".encode()).digest())


def equally_wide(totals: Mapping[str, Sequence[int]]) -> list[str]:
    """Who is not told apart by any difference of two totals: one expert, several who draw lots, or nobody at all."""
    tied = sorted(expert for expert, own in totals.items() if own)
    shapes = {expert: _shape(totals[expert]) for expert in tied}
    running = {expert: _differences(shapes[expert]) for expert in tied}
    while len({shapes[expert] for expert in tied}) > 1:
        heads = {expert: next(running[expert], -1) for expert in tied}
        most = max(heads.values())
        tied = [expert for expert in tied if heads[expert] == most]
        if most < 0:
            break
    return tied


def _shape(totals: Sequence[int]) -> tuple[int, ...]:
    """Sorted distances from the lowest total, or from the highest: equal shapes have equal differences."""
    up = sorted(totals)
    return min(tuple(total - up[0] for total in up), tuple(up[-1] - total for total in reversed(up)))


def _differences(ascending: Sequence[int]) -> Iterator[int]:
    """Yield the differences of all pairs, widest first, without making them all."""
    last = len(ascending) - 1
    heap = [(ascending[low] - ascending[last], low, last) for low in range(last)]
    heapq.heapify(heap)
    while heap:
        negative, low, high = heap[0]
        yield -negative
        if high - 1 > low:
            heapq.heapreplace(heap, (ascending[low] - ascending[high - 1], low, high - 1))
        else:
            heapq.heappop(heap)
