"""How figures are taken: alternating runs, medians, and a line with the ratio and what is to be reached."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """Ours and its floor, in milliseconds; `most` is the ratio to be reached, None if it is only reported.

    `most_ms` is a time to be reached whatever the floor, where people were promised one.
    """

    what: str
    ours_ms: float
    floor_ms: float
    floor: str
    most: float | None
    most_ms: float | None = None

    @property
    def ratio(self) -> float:
        """Ours over the floor."""
        return self.ours_ms / self.floor_ms

    def __str__(self) -> str:
        goal = ""
        if self.most is not None:
            goal = f"≤ {self.most:g} ×  {_said(self.ratio <= self.most)}"
        elif self.most_ms is not None:
            goal = f"≤ {self.most_ms:g} ms  {_said(self.ours_ms <= self.most_ms)}"
        times = f"{self.ours_ms:>9.2f} ms  {self.floor_ms:>9.2f} ms  {self.ratio:>6.2f} ×"
        return f"{self.what:<42}{times}  {goal:<18} {self.floor}"


def _said(reached: bool) -> str:
    return "reached" if reached else "MISSED"


def alternate(ours: Callable[[], object], floor: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Medians in milliseconds of both, run in turns so that a drift of the machine meets both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for kept, work in zip(times, (ours, floor), strict=True):
            begun = time.perf_counter()
            work()
            kept.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times[0]), statistics.median(times[1])
