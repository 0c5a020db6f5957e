"""Text in terminal cells: what the line painters share. What people typed is data here, never markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Literal, NamedTuple

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style

from screens.widgets.signs import Sign

Align = Literal["left", "right", "center"]

_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls, changes of direction, lone surrogates: they would move the cursor, turn the line, or break the output."""


class Tone(StrEnum):
    """How a piece of text stands out. Never the only bearer of a meaning: a sign or a word says the same."""

    PLAIN = "plain"
    MUTED = "muted"
    STRONG = "strong"
    ACCENT = "accent"
    WARNING = "warning"
    REFUSAL = "refusal"


MUTED = "$foreground 65%"
STYLES = {
    Tone.PLAIN: "",
    Tone.MUTED: MUTED,
    Tone.STRONG: "bold",
    Tone.ACCENT: "$accent bold",
    Tone.WARNING: "$warning",
    Tone.REFUSAL: "$error bold",
}
"""The tones as styles of `Content`."""


class Cell(NamedTuple):
    """The text of one table cell and how it stands out."""

    text: str
    tone: Tone = Tone.PLAIN


def shown(text: str) -> str:
    """The text with everything that a terminal would obey instead of show put as blanks."""
    return _UNSHOWABLE.sub(" ", text)


def plain(text: str) -> str:
    """The text without differences of width or case, for finding."""
    return unicodedata.normalize("NFKC", text).casefold()


def fit(text: str, width: int, align: Align = "left") -> str:
    """The text in exactly `width` cells: padded, or cut with the sign of cutting; a wide character is never halved."""
    if width <= 0:
        return ""
    text = shown(text)
    length = cell_len(text)
    if length > width:
        cut = str(Sign.CUT)
        text = set_cell_size(text, width - cell_len(cut)).rstrip() + cut
        length = cell_len(text)
    room = width - length
    if align == "right":
        return " " * room + text
    if align == "center":
        return " " * (room // 2) + text + " " * (room - room // 2)
    return text + " " * room


_CLOSING = "，。；：、！？）》〕】”’,.;:!?)]"


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells; no line begins with a closing mark, no Latin word is cut in two."""
    return list(_wrapped(text, width))


@lru_cache(256)
def _wrapped(text: str, width: int) -> tuple[str, ...]:
    lines = []
    for rest in text.splitlines() or [""]:
        rest = shown(rest)
        while cell_len(rest) > width:
            cut = max(1, len(chop_cells(rest[: 2 * width + 8], width)[0]))
            while cut > 1 and rest[cut] in _CLOSING:
                cut -= 1
            word = cut
            while word and rest[word].isascii() and rest[word - 1].isascii() and rest[word - 1] != " ":
                word -= 1
            if word > cut // 2:
                cut = word
            lines.append(rest[:cut].rstrip())
            rest = rest[cut:].lstrip()
        lines.append(rest)
    return tuple(lines)


class Placed(NamedTuple):
    """Where one column stands: its place in the list of columns, its first cell and its width in cells."""

    column: int
    x: int
    width: int


class Column(NamedTuple):
    """A column: `width` cells, or None to share what the others leave (at least `min`).

    In a narrow window the column with the highest `drop` goes first; `drop` 0 never goes.
    """

    key: str
    title: str
    width: int | None = None
    align: Align = "left"
    min: int = 4
    drop: int = 0


GAP = 1
"""Cells between two columns."""


def lay_out(columns: Sequence[Column], room: int) -> list[Placed]:
    """Give every column that fits its place in `room` cells. What may not be dropped may stand out beyond them."""
    kept = list(range(len(columns)))

    def least() -> int:
        return sum(columns[i].width or columns[i].min for i in kept) + GAP * max(0, len(kept) - 1)

    while least() > room and (droppable := [i for i in kept if columns[i].drop]):
        kept.remove(max(droppable, key=lambda i: columns[i].drop))
    flexible = [i for i in kept if columns[i].width is None]
    spare = max(0, room - least())
    share, over = divmod(spare, len(flexible)) if flexible else (0, 0)
    placed = []
    x = 0
    for i in kept:
        width = columns[i].width
        if width is None:
            width = columns[i].min + share + (1 if flexible.index(i) < over else 0)
        placed.append(Placed(i, x, width))
        x += width + GAP
    return placed


def segments(
    cells: Sequence[str | Cell],
    columns: Sequence[Column],
    placed: Sequence[Placed],
    base: Style,
    style_of: Callable[[int, Tone], Style],
) -> list[Segment]:
    """One table line as segments: each cell fitted into its column; `style_of(column, tone)` styles what stands out."""
    line: list[Segment] = []
    gap = Segment(" " * GAP, base)
    for number, (i, _, width) in enumerate(placed):
        cell = cells[i]
        text, tone = cell if isinstance(cell, Cell) else (cell, Tone.PLAIN)
        if number:
            line.append(gap)
        line.append(Segment(fit(text, width, columns[i].align), style_of(i, tone)))
    return line
