"""Small pictures out of characters: a filled bar, and a row of columns for a distribution. Integers only."""

from __future__ import annotations

from collections.abc import Sequence

from screens.widgets import signs

_COLUMNS = "▁▂▃▄▅▆▇█"
_PLAIN_COLUMNS = ".:-=+*%#"


def bar(value: int, full: int, width: int) -> str:
    """A bar of `width` cells, filled value/full to the half cell below; in the plain set to the whole cell."""
    if width <= 0:
        return ""
    halves = 2 * width if full <= 0 < value else 0 if full <= 0 else min(max(value, 0) * 2 * width // full, 2 * width)
    whole, half = divmod(halves, 2)
    if signs.is_plain():
        return "#" * whole + "." * (width - whole)
    return "█" * whole + "▌" * half + " " * (width - whole - half)


def columns(counts: Sequence[int]) -> str:
    """One column a count, the highest count full; a count above zero never looks like zero."""
    heights = _PLAIN_COLUMNS if signs.is_plain() else _COLUMNS
    highest = max(counts, default=0)
    if highest <= 0:
        return heights[0] * len(counts)
    top = len(heights) - 1
    return "".join(heights[0] if count <= 0 else heights[max(1, count * top // highest)] for count in counts)
