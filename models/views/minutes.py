"""The facts of a meeting, as its minutes tell them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.enums import Outcome, Phase, RecusalGround, SheetState
from models.text import Text
from models.views.allocation import QuotaView, UnmetView
from models.views.applications import ApplicationLine
from models.views.conflicts import Dismissal
from models.views.desk import DeskView
from models.views.listing import AwardListView, NoticeView, ObjectionView
from models.views.meeting import MeetingView
from models.views.results import CorrectionView, DissentView, RankedApplication
from models.views.room import DiscussionView


@dataclass(frozen=True)
class RecordMark:
    """Up to where in the audit chain a document tells: the last entry of the meeting that is not itself an export."""

    seq: int
    hash: str
    at: str


@dataclass(frozen=True)
class RecusalView:
    """A member who does not judge an application: ground, reason (may be empty), who declared it and when.

    `voided`: the member's sheet had been handed in, and is void by it.
    """

    name: str
    no: str
    enterprise: str
    ground: RecusalGround
    reason: str
    declared_by: str
    at: str
    voided: bool


@dataclass(frozen=True)
class PaperView:
    """Paper sheets that are in, by who keyed them, first and second; `sheets` are each expert's numbers."""

    keyers: tuple[str, ...]
    sheets: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class RekeyedView:
    """A keying that differed from another person's, in the places named, and was keyed again."""

    expert: str
    no: str
    by: str
    other: str
    places: tuple[str, ...]
    at: str


@dataclass(frozen=True)
class LapsedKeyingView:
    """A paper sheet that was keyed and never came in: by one person, or by two who differed to the end."""

    expert: str
    no: str
    by: tuple[str, ...]


@dataclass(frozen=True)
class PhaseChangeView:
    """A step of the meeting into a phase; a `reason` stands for every step back."""

    at: str
    phase: Phase
    by: str
    reason: str


@dataclass(frozen=True)
class AbstentionView:
    """An expert who abstained from marking an application, and why."""

    name: str
    no: str
    reason: str


@dataclass(frozen=True)
class FlagView:
    """A value that the scoring rule flags. `expert` None: nobody's in particular, so nobody explains it."""

    no: str
    expert: str | None
    text: Text
    explanation: str


@dataclass(frozen=True)
class OpinionView:
    """The panel's opinion on an application."""

    no: str
    text: str


@dataclass(frozen=True)
class DecidedAmountView:
    """An amount (fen) that the meeting decided within the cap of its track."""

    no: str
    amount_fen: int
    reason: str
    by: str


@dataclass(frozen=True)
class ResultView:
    """One application's result as recorded; `outcome`, `amount_fen`, `reason` are None while nothing is allocated."""

    no: str
    enterprise: str
    district: str
    industry: str
    score: int | None
    rank: int | None
    tied: bool
    outcome: Outcome | None
    alternate_order: int | None
    amount_fen: int | None
    reason: Text | None


@dataclass(frozen=True)
class AdjustmentView:
    """A change to the allocation by the chair; `lapsed_at` is when a step back ended it, None while it stands."""

    no: str
    outcome: Outcome
    reason: str
    by: str
    at: str
    lapsed_at: str | None


@dataclass(frozen=True)
class TieOrderView:
    """The order given to tied applications, best first; `lapsed_at` as in `AdjustmentView`."""

    nos: tuple[str, ...]
    reason: str
    by: str
    at: str
    lapsed_at: str | None


@dataclass(frozen=True)
class HandlingView:
    """Who handled an objection and when; an empty `closed_by` says that it is still open."""

    number: int
    accepted_at: str | None
    closed_by: str
    closed_at: str | None


@dataclass(frozen=True)
class MinutesView:
    """Everything the minutes tell: recorded facts only, as they stood at `mark`.

    `withheld` are the applications that the reader is recused from: their discussion is not in here. `submitted`,
    `abstained` and `voided` count sheets. `results` are the ranked applications, best first.
    """

    meeting: MeetingView
    withheld: tuple[str, ...]
    ineligible: tuple[ApplicationLine, ...]
    method: Text
    places: int
    recusals: tuple[RecusalView, ...]
    dismissals: tuple[Dismissal, ...]
    paper: tuple[PaperView, ...]
    rekeyed: tuple[RekeyedView, ...]
    lapsed: tuple[LapsedKeyingView, ...]
    submitted: int
    abstained: int
    voided: int
    abstentions: tuple[AbstentionView, ...]
    flags: tuple[FlagView, ...]
    corrections: tuple[CorrectionView, ...]
    opinions: tuple[OpinionView, ...]
    discussions: tuple[DiscussionView, ...]
    decided_amounts: tuple[DecidedAmountView, ...]
    dissents: tuple[DissentView, ...]
    results: tuple[ResultView, ...]
    quota: QuotaView
    unmet: tuple[UnmetView, ...]
    adjustments: tuple[AdjustmentView, ...]
    ties: tuple[TieOrderView, ...]
    notices: tuple[NoticeView, ...]
    objections: tuple[ObjectionView, ...]
    handling: tuple[HandlingView, ...]
    lists: tuple[AwardListView, ...]
    history: tuple[PhaseChangeView, ...]
    mark: RecordMark


@dataclass(frozen=True)
class BookSheet:
    """What a score book has of one expert's sheet for one application.

    `state` None: the expert had no sheet to hand in there. Only a submitted, standing sheet shows marks (milli-points)
    and total (micro-points). `counted` says whether the scoring rule counted it at all, `left_out` names the criteria
    whose mark it did not count.
    """

    expert: str
    state: SheetState | None
    recused: bool
    voided: bool
    marks: Mapping[str, int]
    total_micro: int | None
    counted: bool
    left_out: tuple[str, ...]
    comment: str
    reason: str


@dataclass(frozen=True)
class BookLine:
    """One ranked application (districts and industries by name) with its sheets, in the order of the book's experts."""

    ranked: RankedApplication
    flags: tuple[Text, ...]
    sheets: tuple[BookSheet, ...]
    withheld: bool


@dataclass(frozen=True)
class ScoreBookView:
    """All scores of a meeting, best first, with the sheets they came from; withheld lines show none."""

    meeting: MeetingView
    method: Text
    places: int
    experts: tuple[str, ...]
    lines: tuple[BookLine, ...]
    mark: RecordMark


@dataclass(frozen=True)
class OwnSheetsView:
    """An expert's own sheets; `saved_at` is the last time one was saved, else when the expert signed in.

    `mark` is the expert's own last entry: what others do meanwhile changes nothing in this document.
    """

    expert: str
    desk: DeskView
    saved_at: str
    mark: RecordMark
