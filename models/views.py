"""Frozen read models: what services return and screens, commands and documents show. No table, no session, no rule.

Money is whole fen; marks are milli-points (thousandths of a point); sheet totals are micro-points; scores are integers in
the last place of the policy's rounding, always carried with that number of places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from models.enums import (
    CellKind,
    CorrectionGround,
    InvestmentKind,
    Kind,
    ListKind,
    ObjectionOutcome,
    ObjectionState,
    Origin,
    Outcome,
    Phase,
    ReasonCode,
    RecusalGround,
    Role,
    SheetState,
    Size,
)
from models.policy.types import Rubric
from models.text import Text


@dataclass(frozen=True)
class Step:
    """One step of a derivation: what it is called, how it was computed, what came out, on which basis."""

    label: Text
    formula: str
    value: str
    basis: str


@dataclass(frozen=True)
class Derivation:
    """How a figure came about, step by step; `result` is the figure as people read it."""

    title: Text
    steps: tuple[Step, ...]
    result: str


@dataclass(frozen=True)
class Actor:
    """Who sits at a desk: a person of the office (`user_id`) or the holder of a seat (`seat_id`, `meeting`)."""

    name: str
    role: Role
    user_id: int | None = None
    seat_id: int | None = None
    meeting: str | None = None


@dataclass(frozen=True)
class DoorPerson:
    """Somebody who may sign in. `fresh`: has no PIN yet, so the printed code is asked for."""

    name: str
    role: Role
    office: bool
    fresh: bool
    signed_in: bool
    absent: bool


@dataclass(frozen=True)
class DoorMeeting:
    """A meeting at the door, with its seats."""

    id: str
    title: str
    phase: Phase
    batch: str
    applications: int
    people: tuple[DoorPerson, ...]


@dataclass(frozen=True)
class DoorView:
    """What anybody sees before signing in: the meetings, newest first, and the people of the office."""

    meetings: tuple[DoorMeeting, ...]
    office: tuple[DoorPerson, ...]


@dataclass(frozen=True)
class Blocker:
    """Something that stands in the way of the next phase, in words a chair can act on."""

    code: str
    text: Text
    seats: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()


@dataclass(frozen=True)
class SeatView:
    """A seat: who sits there, whether it marks, whether signed in; `due` and `done` count its sheets, never their marks."""

    name: str
    role: Role
    origin: Origin
    marks: bool
    office: bool
    signed_in_at: str | None
    absent_at: str | None
    absent_reason: str
    due: int
    done: int
    recused: tuple[str, ...]


@dataclass(frozen=True)
class MeetingView:
    """A meeting as everybody in it sees it. `mover` is the role that moves it on; `head` the audit chain's head."""

    id: str
    title: str
    kind: Kind
    phase: Phase
    phase_since: str
    next: Phase | None
    mover: Role | None
    batch: str
    track: str
    track_name: str
    policy_title: str
    policy_document: str
    policy_digest: str
    role: Role
    me: str
    marks: bool
    rubric: Rubric
    seats: tuple[SeatView, ...]
    blockers: tuple[Blocker, ...]
    due: int
    done: int
    applications: int
    called: str | None
    head: str


@dataclass(frozen=True)
class Reason:
    """One reason for or against eligibility, with the article."""

    code: str
    article: str
    text: Text


@dataclass(frozen=True)
class ApplicationLine:
    """An application in the roster. `investment_fen` is all planned spending; `recused` whether I am recused from it."""

    no: str
    enterprise: str
    uscc: str
    district: str
    industry: str
    track: str
    target_level: int | None
    investment_fen: int
    eligible: bool
    reasons: tuple[Reason, ...]
    meeting: str | None
    panel: str | None
    recused: bool


@dataclass(frozen=True)
class ApplicationCard:
    """All that is known of one application, with its eligibility and the support it would bring."""

    no: str
    enterprise: str
    uscc: str
    size: Size
    district: str
    industry: str
    batch: str
    track: str
    meeting: str | None
    current_level: int | None
    target_level: int | None
    investment: tuple[tuple[InvestmentKind, int], ...]
    eligible_kinds: tuple[str, ...]
    prior_support_fen: int
    prior_investment_fen: int
    central_support: bool
    pilot_2022: bool
    dishonest: bool
    other_exclusion: str
    recommended: bool | None
    filing_no: str
    preliminary_passed: bool | None
    summary: str
    materials: str
    contact: str
    phone: str
    remark: str
    notes: tuple[tuple[str, str], ...]
    eligible: bool
    reasons: tuple[Reason, ...]
    amount_fen: int | None
    amount_reason: Text | None
    derivation: Derivation | None
    recused: bool


@dataclass(frozen=True)
class DeskRow:
    """An own sheet on the expert's desk. `marks` are milli-points by criterion code; `total_micro` None until complete."""

    no: str
    enterprise: str
    district: str
    state: SheetState
    marks: Mapping[str, int]
    total_micro: int | None
    comment: str
    reason: str
    recused: bool


@dataclass(frozen=True)
class DeskView:
    """The expert's desk. `group_done` of `group_due` sheets of the whole meeting are in."""

    meeting: str
    title: str
    batch: str
    phase: Phase
    phase_since: str
    rubric: Rubric
    rows: tuple[DeskRow, ...]
    due: int
    done: int
    group_due: int
    group_done: int


@dataclass(frozen=True)
class SheetSaved:
    """A sheet as just saved: what the desk shows without asking again."""

    no: str
    state: SheetState
    marks: Mapping[str, int]
    total_micro: int | None
    saved_at: str
    before: Mapping[str, int]
    """The marks as they were before, for undo."""


class RankedApplication(NamedTuple):
    """A line of the ranking, a tuple because ten thousand of them are made at a time. `score` in the last of `places` decimals; `spread_micro` and `totals_micro` None/empty to who is recused."""

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
class SheetView:
    """One expert's sheet after the reveal. `flags` say why a value is flagged, `explained` how its expert explains it."""

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
    """One application in deliberation. To who is recused `sheets`, `corrections`, `derivation` are withheld (`sealed`)."""

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
class RoomView:
    """Who leaves and who returns now that an application is called: the recused, compared with the one called before."""

    no: str
    enterprise: str
    leave: tuple[str, ...]
    still_out: tuple[str, ...]
    may_return: tuple[str, ...]


@dataclass(frozen=True)
class DeliberationLine:
    """What an application still needs in deliberation."""

    no: str
    opinion: bool
    unexplained: tuple[str, ...]
    corrections_open: int


@dataclass(frozen=True)
class QuotaCellView:
    """A quota of a district or an industry: `name` is its code, `label` its name, `taken` the places used, if allocated."""

    kind: CellKind
    name: str
    label: str
    floor: int
    ceiling: int | None
    candidates: int
    taken: int | None


@dataclass(frozen=True)
class QuotaView:
    """The quotas of a meeting, all districts and industries of the policy; `set` False while nobody has set them."""

    meeting: str
    set: bool
    total: int
    budget_fen: int | None
    alternates: int
    cells: tuple[QuotaCellView, ...]
    batch_quota: int
    batch_budget_fen: int | None
    setter: Role | None
    changes: tuple[QuotaChangeView, ...]


@dataclass(frozen=True)
class QuotaChangeView:
    """A change of quotas, in words."""

    at: str
    by: str
    phase: Phase
    reason: str
    text: Text


@dataclass(frozen=True)
class AllocatedApplication:
    """What the allocation says of one application. `margin` in score units; `amount_fen` the support expected."""

    no: str
    enterprise: str
    district: str
    industry: str
    score: int | None
    rank: int | None
    outcome: Outcome
    alternate_order: int | None
    margin: int | None
    reason: ReasonCode
    text: Text
    amount_fen: int | None
    derivation: Derivation | None


@dataclass(frozen=True)
class UnmetView:
    """A floor that no list can serve: wanted and reached."""

    kind: CellKind
    name: str
    wanted: int
    reached: int


@dataclass(frozen=True)
class AllocationView:
    """A proposal. `recorded_at` None: computed for looking only (what-if). `moves` compares with the one in force."""

    meeting: str
    total: int
    budget_fen: int | None
    alternates: int
    line: int | None
    places: int
    applications: tuple[AllocatedApplication, ...]
    cells: tuple[QuotaCellView, ...]
    unmet: tuple[UnmetView, ...]
    ties: tuple[tuple[str, ...], ...]
    budget_used_fen: int
    amount_unknown: tuple[str, ...]
    recorded_at: str | None
    entering: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()


@dataclass(frozen=True)
class DayView:
    """A day of a publicity period: `number` when it counts, `why` when it does not."""

    day: date
    number: int | None
    why: Text | None


@dataclass(frozen=True)
class NoticeView:
    """One notice. `days` run from the first to the last counted day; `other_closes` is the last day by the other way of counting."""

    version: int
    opens: date
    closes: date
    working_days: int
    first_day_counts: bool
    other_closes: date
    days: tuple[DayView, ...]
    place: str
    recorded_by: str
    recorded_at: str
    over: bool
    today: date
    items: tuple[PublishedItem, ...]


@dataclass(frozen=True)
class PublishedItem:
    """An application on a notice, as the public sees it."""

    no: str
    enterprise: str
    district: str
    amount_fen: int | None
    held: bool


@dataclass(frozen=True)
class ObjectionView:
    """An objection. `objector` and `contact` are None to who may not know them. Dates by the policy's clock, None if unset."""

    number: int
    no: str
    enterprise: str
    grounds: str
    anonymous: bool
    objector: str | None
    contact: str | None
    evidence: tuple[str, ...]
    on_notice: bool
    in_period: bool
    state: ObjectionState
    outcome: ObjectionOutcome | None
    finding: str
    amount_fen: int | None
    recorded_at: str
    accept_by: date | None
    decide_by: date | None
    open: bool


@dataclass(frozen=True)
class AwardView:
    """One enterprise on a frozen list."""

    no: str
    enterprise: str
    uscc: str
    district: str
    industry: str
    track: str
    amount_fen: int | None
    sources: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class SignatureView:
    """A signature that is there, or (`at` None) still wanted."""

    role: Role
    name: str
    at: str | None


@dataclass(frozen=True)
class AwardListView:
    """One version of the award list."""

    meeting: str
    version: int
    kind: ListKind
    digest: str
    frozen_at: str
    awards: tuple[AwardView, ...]
    total_fen: int
    signatures: tuple[SignatureView, ...]
    sources: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class AuditLine:
    """One entry of the audit trail."""

    seq: int
    at: str
    actor: str
    role: Role
    meeting: str | None
    act: str
    object: str
    before: str
    after: str
    refused: str
    hash: str


@dataclass(frozen=True)
class Finding:
    """Something that verification found wrong."""

    code: str
    where: str
    text: Text


@dataclass(frozen=True)
class Verification:
    """What verification found; `head` is the chain's head."""

    ok: bool
    head: str
    entries: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class BatchView:
    """A batch. `sources` are (code, share as a fraction's text); `opens`, `closes` ISO dates."""

    id: str
    policy: str
    quota: int
    budget_fen: int | None
    opens: str | None
    closes: str | None
    sources: tuple[tuple[str, str], ...]
    applications: int


@dataclass(frozen=True)
class RecordMark:
    """Up to where in the audit chain a document tells: the last entry of the meeting that is not itself an export."""

    seq: int
    hash: str
    at: str


@dataclass(frozen=True)
class RecusalView:
    """A member who does not judge an application: ground, reason (may be empty), who declared it and when."""

    name: str
    no: str
    enterprise: str
    ground: RecusalGround
    reason: str
    declared_by: str
    at: str


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
    submitted: int
    abstained: int
    voided: int
    abstentions: tuple[AbstentionView, ...]
    flags: tuple[FlagView, ...]
    corrections: tuple[CorrectionView, ...]
    opinions: tuple[OpinionView, ...]
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
    """An expert's own sheets; `saved_at` is the last time one was saved, else when the expert signed in."""

    expert: str
    desk: DeskView
    saved_at: str
