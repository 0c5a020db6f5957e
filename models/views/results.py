"""What is seen after the reveal: ranking, sheets, deliberation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from models.enums import CorrectionGround, SheetState
from models.text import Text
from models.views.derivation import Derivation


class RankedApplication(NamedTuple):
    """A line of the ranking, a tuple because ten thousand of them are made at a time.

    `score` counts in the last of `places` decimals; to who is recused `spread_micro` is None and `totals_micro` empty.
    """

    no: str
    enterprise: str
    district: str
    industry: str
    score: int | None
    rank: int | None
    tied: bool
    sheets: int
    recused: int
    spread_micro: int | None
    flagged: bool
    totals_micro: tuple[int, ...]


@dataclass(frozen=True)
class RankingView:
    """The ranking, best first. `method` is the scoring rule in words."""

    meeting: str
    method: Text
    places: int
    applications: tuple[RankedApplication, ...]


@dataclass(frozen=True)
class ResultDerivations:
    """How an application's score and rank came about; `score` is None where its sheets are sealed to who looks."""

    score: Derivation | None
    rank: Derivation


@dataclass(frozen=True)
class SheetView:
    """One expert's sheet after the reveal. `flags` say why a value is flagged, `explained` what its expert says."""

    expert: str
    state: SheetState
    marks: Mapping[str, int]
    total_micro: int | None
    comment: str
    reason: str
    voided: bool
    flags: tuple[Text, ...]
    explanation: str


@dataclass(frozen=True)
class CorrectionView:
    """A change after the reveal. `new_milli` None: named by the chair, the new mark is awaited."""

    no: str
    expert: str
    criterion: str
    ground: CorrectionGround
    reason: str
    old_milli: int
    new_milli: int | None
    named_by: str
    entered_by: str


@dataclass(frozen=True)
class DissentView:
    """A member's different opinion; `no` None: on the whole."""

    expert: str
    no: str | None
    text: str


@dataclass(frozen=True)
class ItemView:
    """One application in deliberation.

    To who is recused `sheets`, `corrections` and `derivation` are withheld (`sealed`).
    """

    no: str
    enterprise: str
    score: int | None
    places: int
    rank: int | None
    tied: bool
    opinion: str
    sealed: bool
    sheets: tuple[SheetView, ...]
    corrections: tuple[CorrectionView, ...]
    dissents: tuple[DissentView, ...]
    derivation: Derivation | None
    must_leave: tuple[str, ...]
    decided_amount_fen: int | None


@dataclass(frozen=True)
class DeliberationLine:
    """What an application still needs in deliberation."""

    no: str
    opinion: bool
    unexplained: tuple[str, ...]
    corrections_open: int
