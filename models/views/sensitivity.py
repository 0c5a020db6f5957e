"""What the list hangs on: an expert or a criterion left out, one mark changed; and how far the experts agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from models.enums import Outcome
from models.text import Text

LeftOutKind = Literal["expert", "criterion"]


@dataclass(frozen=True)
class Move:
    """An application that changes sides: its side, rank and score before and after.

    A side is `PROPOSED` or `DECLINED` (alternates are not proposed), or `PENDING`: nobody can tell before a tie at the
    line is decided. Scores count in the last place of a score; after leaving out a criterion they are of fewer points.
    `rank_after` is None where it hangs on applications whose score is not known.
    """

    no: str
    before: Outcome
    after: Outcome
    rank_before: int | None
    rank_after: int | None
    score_before: int | None
    score_after: int | None


@dataclass(frozen=True)
class LeftOut:
    """What becomes of the list if one expert's sheets or one criterion were left out.

    `name` is the expert's or the criterion's; `sheets` how many of the expert's sheets count now. `moves` are certain;
    `open` are those whose side nobody can tell: it hangs on the `ties` at the line, or on the applications whose score
    can't be computed any more (`unknown`). `pass_mark` is the one that was applied, in units of the score. `refused`:
    the floors alone would be dearer than the budget, so that there is no list.
    """

    kind: LeftOutKind
    name: str
    sheets: int
    pass_mark: int | None
    moves: tuple[Move, ...]
    open: tuple[str, ...]
    unknown: tuple[str, ...]
    ties: tuple[tuple[str, ...], ...]
    refused: Text | None = None

    @property
    def flips(self) -> int:
        """How many change sides: what only leaves a tie at the line does not count."""
        return sum(move.before is not Outcome.PENDING for move in self.moves)


@dataclass(frozen=True)
class MarkChange:
    """The smallest change of one mark on one application's sheets that changes who is proposed.

    Marks are milli-points, `criterion` is its code. `ways` is how many marks do it by the same number of points.
    `entering` and `leaving` are certain, `open` waits for a tie at the line.
    """

    expert: str
    criterion: str
    old: int
    new: int
    steps: int
    ways: int
    entering: tuple[str, ...]
    leaving: tuple[str, ...]
    open: tuple[str, ...]


@dataclass(frozen=True)
class MarkSearch:
    """What was found for one application. `change` None: no mark does it by up to `reach` milli-points.

    `reach` None: every value of every mark was looked at.
    """

    no: str
    change: MarkChange | None
    reach: int | None


@dataclass(frozen=True)
class Coefficient:
    """A statistic on so many applications and experts; `value` None: not computable, and `why`."""

    value: float | None
    items: int
    experts: int
    why: Text | None = None

    @property
    def shown(self) -> str | None:
        """The value to three places."""
        return None if self.value is None else f"{round(self.value, 3) + 0.0:.3f}"


@dataclass(frozen=True)
class Agreement:
    """How far the experts of a panel (`panel` empty: of the meeting) agree.

    `concordance` is Kendall's W of the sheet totals, `alpha` Krippendorff's of the same, `criteria` alpha by the
    criterion's code.
    """

    panel: str
    concordance: Coefficient
    alpha: Coefficient
    criteria: tuple[tuple[str, Coefficient], ...]


@dataclass(frozen=True)
class SensitivityView:
    """All of it for one meeting.

    `allocated` False: there is no allocation yet, and the line is that by rank at `total` places. `adjusted` says that
    adjustments of the chair are in force, which are not part of what is compared. `sealed` is how many applications are
    kept from the reader, who is recused from them. `unlisted`: why there is no list to compare with.
    """

    meeting: str
    places: int
    total: int
    allocated: bool
    adjusted: bool
    sealed: int
    line: int | None
    left_out: tuple[LeftOut, ...]
    marks: tuple[MarkSearch, ...]
    agreement: tuple[Agreement, ...]
    enterprises: Mapping[str, str]
    criteria: Mapping[str, str]
    unlisted: Text | None = None

    @property
    def smallest(self) -> MarkSearch | None:
        """The smallest of all that were searched, by points of a mark; the first of several by number."""
        found = [(abs(one.change.new - one.change.old), one.no, one) for one in self.marks if one.change is not None]
        return min(found)[2] if found else None
