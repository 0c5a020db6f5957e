"""Where the experts' totals lie, as dots on one scale for a whole column: `·  ··▪·`."""

from __future__ import annotations

from collections.abc import Sequence

from screens.widgets.signs import Sign


def spread(values: Sequence[int], low: int, high: int, width: int, score: int | None = None) -> str:
    """`width` cells from `low` to `high` (both included): a dot a value, a colon where several meet, the score's sign.

    Values outside the scale stand at its ends. Any unit will do if it is the same for all.
    """
    if width <= 0:
        return ""
    counts = [0] * width
    for value in values:
        counts[_cell(value, low, high, width)] += 1
    shown = [" " if not count else str(Sign.DOT) if count == 1 else str(Sign.DOTS) for count in counts]
    if score is not None:
        shown[_cell(score, low, high, width)] = str(Sign.SCORE)
    return "".join(shown)


def _cell(value: int, low: int, high: int, width: int) -> int:
    if high <= low:
        return width // 2
    inside = min(max(value, low), high)
    return (inside - low) * (width - 1) // (high - low)
