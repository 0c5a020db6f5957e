"""The scoring grid's rows, and what an expert has typed into them: being typed, waiting for its answer, refused.

Pure bookkeeping. The program's answers come in the order of the numbers handed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.cells import cell_len

from models.text import tr
from screens.widgets.cells import Cell, Column, Tone
from screens.widgets.signs import Sign

Place = tuple[str, str]
"""A cell: key of the row, code of the criterion."""

LONGEST = 8
"""Characters that a typed number may have."""

_ASCII = str.maketrans("０１２３４５６７８９．。｡", "0123456789...")


def ascii_number(text: str) -> str:
    """Digits and points as ASCII, the full-width ones of an input method too; "" if anything else is among them."""
    plain = text.translate(_ASCII)
    return plain if all(c in "0123456789." for c in plain) else ""


class RowState(StrEnum):
    """What may be done with a row's marks."""

    OPEN = "open"
    LOCKED = "locked"
    """Shown, not to be typed over: submitted, or the phase is past."""
    RECUSED = "recused"
    """Passed over by the cursor; no mark is shown."""


@dataclass(frozen=True)
class GridCriterion:
    """A column: `full` as it reads in the heading, `places` decimals of its step (for going on by itself)."""

    code: str
    name: str
    full: str
    places: int = 1

    def filled_by(self, typed: str) -> bool:
        """Whether no further digit would fit a mark of this criterion."""
        whole, point, decimals = typed.partition(".")
        if point:
            return len(decimals) >= max(1, self.places)
        full = int(self.full.partition(".")[0] or 0)
        return self.places == 0 and bool(whole) and int(whole) * 10 > full


@dataclass(frozen=True)
class GridRow:
    """A row: its marks as they read, one a criterion, "" where there is none."""

    key: str
    sign: Sign
    no: str
    name: str
    marks: tuple[str, ...]
    total: str = ""
    state: RowState = RowState.OPEN
    tone: Tone = Tone.PLAIN


def columns_of(criteria: Sequence[GridCriterion], rows: Sequence[GridRow]) -> list[Column]:
    """Sign, number and name, the criteria, the sum. A mark's last cell is kept free for the caret."""
    width = max((cell_len(row.no) for row in rows), default=4)
    columns = [Column("sign", "", 2), Column("no", "", min(width, 12)), Column("name", tr("申报项目"), min=8)]
    for criterion in criteria:
        title = f"{criterion.name} {criterion.full}"
        columns.append(Column(criterion.code, f"{title} ", max(6, min(12, cell_len(title))) + 1, "right"))
    return [*columns, Column("total", tr("合计"), 7, "right")]


class MarkEntry:
    """The numbers of one grid that are not, or not yet, saved marks. One cell at a time is being typed into."""

    def __init__(self) -> None:
        self._at: Place | None = None
        self._buffer = ""
        self._sent: str | None = None
        self._waiting: dict[Place, list[str]] = {}
        self._refused: dict[Place, tuple[str, str]] = {}

    @property
    def at(self) -> Place | None:
        """The cell that is being typed into."""
        return self._at

    @property
    def buffer(self) -> str:
        """What stands in that cell."""
        return self._buffer

    def add(self, place: Place, text: str) -> None:
        """Type digits and points; the first key replaces what stood there. A second point, or too much, is dropped."""
        buffer = self._buffer if self._at == place else ""
        for character in ascii_number(text):
            if len(buffer) < LONGEST and not (character == "." and "." in buffer):
                buffer += character
        self._edit(place, buffer)

    def rub_out(self, place: Place, saved: str) -> None:
        """Take away the last character of what is shown."""
        shown = self._buffer if self._at == place else self._refused.get(place, (saved, ""))[0]
        self._edit(place, shown[:-1])

    def clear(self, place: Place) -> None:
        """Empty the cell: the mark is to be taken back, which is not a zero."""
        self._edit(place, "")

    def take(self, saved: str) -> tuple[Place, str] | None:
        """The number that is to be handed over now, if there is a new one; from here on it waits for its answer."""
        place = self._at
        if place is None:
            return None
        waiting = self._waiting.get(place)
        known = waiting[-1] if waiting else self._sent if self._sent is not None else saved
        if self._buffer == known:
            return None
        self._sent = self._buffer
        self._waiting.setdefault(place, []).append(self._buffer)
        return place, self._buffer

    def leave(self, saved: str) -> tuple[Place, str] | None:
        """Like `take`, and the typing ends."""
        taken = self.take(saved)
        self.drop()
        return taken

    def give_up(self, place: Place) -> bool:
        """Forget a number that is not handed over yet, or was refused: the mark before it holds. False if none is."""
        typing = self._at == place and self._buffer != self._sent
        refused = self._refused.pop(place, None) is not None
        if typing:
            self.drop()
        return typing or refused

    def drop(self) -> None:
        """End the typing without handing anything over."""
        self._at = self._sent = None
        self._buffer = ""

    def saved(self, place: Place, shown: str) -> None:
        """A number has become the mark `shown`. Typing goes on unless the mark is another number (an undo)."""
        self._answered(place)
        self._refused.pop(place, None)
        if self._at == place and self._buffer == self._sent and _value(self._buffer) != _value(shown):
            self.drop()

    def refused(self, place: Place, typed: str, why: str) -> None:
        """A number can't stand. It stays in sight with the reason, unless another is being typed already."""
        self._answered(place)
        if self._at == place:
            self._sent = None
            if self._buffer != typed:
                return
            self.drop()
        self._refused[place] = (typed, why)

    def why(self, place: Place) -> str:
        """What is wrong with the cell's number; "" if nothing is."""
        return self._refused.get(place, ("", ""))[1]

    def is_blank(self, place: Place, saved: str) -> bool:
        """Whether the cell still wants a number."""
        waiting = self._waiting.get(place)
        return not (waiting[-1] if waiting else saved)

    def cell(self, place: Place, saved: str) -> Cell:
        """How the cell reads: muted while typed, plain when saved, marked when refused. The caret gets its place."""
        if self._at == place:
            settled = self._buffer == self._sent and place not in self._waiting
            return Cell(self._buffer + " ", Tone.PLAIN if settled else Tone.MUTED)
        if place in self._waiting:
            return Cell(self._waiting[place][-1] + " ", Tone.MUTED)
        if place in self._refused:
            return Cell(f"!{self._refused[place][0]} ", Tone.REFUSAL)
        return Cell(saved + " ", Tone.PLAIN)

    def _edit(self, place: Place, buffer: str) -> None:
        if self._at != place:
            self.drop()
        self._refused.pop(place, None)
        self._at, self._buffer = place, buffer

    def _answered(self, place: Place) -> None:
        waiting = self._waiting.get(place, [])
        if len(waiting) > 1:
            del waiting[0]
        else:
            self._waiting.pop(place, None)


def _value(text: str) -> tuple[str, str] | None:
    """A number's digits without those that don't count, so that 17. and 17.0 are 17."""
    whole, _, decimals = text.partition(".")
    return (whole.lstrip("0"), decimals.rstrip("0")) if text else None
