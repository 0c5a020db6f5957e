"""What the list hangs on: the list anew with one expert's sheets, or one criterion, left out.

Everything is computed by the rules that made the list itself: `rules.marks`, `rules.ranking`, `rules.allocation`. What
can't be known is not guessed: an application that keeps too few sheets has no score, a tie at the line stays one, and
a side is given only where it is the same whichever way those go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby, permutations
from math import ceil

from models.enums import Outcome
from models.errors import Refused
from models.policy.types import Rubric, Scoring
from models.rules.allocation import Allocation, allocate
from models.rules.marks import Sheet, criterion_score, sheet_total, valid_sheets
from models.rules.pool import Candidate
from models.rules.quotas import Quota
from models.rules.ranking import Entry, Ranked, TieValues, one_by_one, rank
from models.rules.tally import score_columns, score_totals
from models.rules.widest import widest
from models.text import Text
from models.views.sensitivity import LeftOut, LeftOutKind, Move

MOST_TIED = 4
"""Ties of up to so many are tried in every order to see whose side hangs on them; of more, all stay open."""

MOST_DEEP = 2
"""Ties that come up only once another is decided are tried so deep."""


@dataclass(frozen=True)
class Case:
    """A meeting after the reveal, as far as its list hangs on the marks.

    `sheets` are the submitted ones of every application that is ranked, `panels` their panel where panels are ranked
    separately; `candidates` are all applications of the allocation, whose ranks and scores are found anew. `sealed`
    are the applications that who looks is recused from: their sheets are not looked at.
    """

    rubric: Rubric
    scoring: Scoring
    sheets: Mapping[str, Sequence[Sheet]]
    panels: Mapping[str, int]
    candidates: tuple[Candidate, ...]
    quota: Quota
    tie_orders: tuple[tuple[str, ...], ...] = ()
    removed: frozenset[str] = frozenset()
    sealed: frozenset[str] = frozenset()
    seed: str = ""

    @property
    def pass_mark(self) -> int | None:
        """The pass mark in units of the score, rounded up."""
        mark = self.scoring.pass_mark
        return None if mark is None else ceil(mark * 10**self.scoring.score_places)

    @property
    def experts(self) -> tuple[str, ...]:
        """Everybody of whom a sheet counts, by name."""
        return tuple(sorted({sheet.expert for sheets in self.sheets.values() for sheet in sheets}))


@dataclass(frozen=True)
class Listing:
    """A list: everybody's place in the ranking and certain side, the line, and the ties that stand at it."""

    ranked: Mapping[str, Ranked]
    sides: Mapping[str, Outcome]
    line: int | None
    ties: tuple[tuple[str, ...], ...]
    refused: Text | None = None


def dropped_of(case: Case) -> frozenset[str]:
    """Step 1 of the scoring rule: whose sheets go because their totals range widest."""
    if not case.scoring.drop_widest:
        return frozenset()
    totals: dict[str, list[int]] = {}
    for sheets in case.sheets.values():
        for sheet in sheets:
            totals.setdefault(sheet.expert, []).append(sheet_total(sheet.marks, case.rubric))
    found = widest(totals, seed=case.seed)
    return frozenset() if found is None else frozenset({found})


class Scored:
    """The scores of a case with some experts dropped; tie-breaks are aggregated when they are asked for."""

    def __init__(self, case: Case, dropped: frozenset[str]) -> None:
        self.case = case
        self.dropped = dropped
        self._ties: dict[str, tuple[int, ...]] = {}
        self.scores = {no: self.score(sheets) for no, sheets in case.sheets.items()}

    def score(self, sheets: Sequence[Sheet]) -> int | None:
        """Score one application's sheets."""
        rubric, scoring = self.case.rubric, self.case.scoring
        valid = valid_sheets(sheets, self.dropped)
        if scoring.by == "sheet" or not valid:
            return score_totals(sorted(sheet_total(sheet.marks, rubric) for sheet in valid), scoring).value
        columns = [[sheet.marks[criterion.code] for sheet in valid] for criterion in rubric.criteria]
        return score_columns(columns, 0, rubric, scoring).value  # the spread flags values and changes none

    def tie_values(self, sheets: Sequence[Sheet]) -> tuple[int, ...]:
        """Aggregate the tie-breaks of one application's sheets."""
        rubric, scoring = self.case.rubric, self.case.scoring
        return tuple(criterion_score(sheets, code, rubric, scoring, self.dropped) for code in scoring.tie_breaks)

    def ties(self, no: str) -> tuple[int, ...]:
        """The tie-breaks of an application of the case."""
        if no not in self._ties:
            self._ties[no] = self.tie_values(self.case.sheets[no])
        return self._ties[no]


def evaluate(case: Case) -> Listing:
    """The list of a case as it is."""
    scored = Scored(case, dropped_of(case))
    return list_of(case, scored.scores, scored.ties)


def list_of(
    case: Case, scores: Mapping[str, int | None], tie_values: TieValues, unknown: Iterable[str] = ()
) -> Listing:
    """The list for some scores. The place of the `unknown` is not known: they may have any.

    The others' sides are those that are the same with all the unknown above everybody and with none of them there.
    """
    hidden = frozenset(unknown)
    known = {no: score for no, score in scores.items() if no not in hidden}
    ranked = {line.no: line for line in _ranking(case, known, tie_values)}
    candidates = [_placed(candidate, ranked.get(candidate.no)) for candidate in case.candidates]
    try:
        found, sides = _settled(case, candidates, case.tie_orders)
        if hidden:
            above = _settled(case, _with_above(candidates, hidden, case.pass_mark), case.tie_orders)[1]
            sides = _common([sides, above])
    except Refused as refusal:
        pending = {candidate.no: Outcome.PENDING for candidate in candidates}
        return Listing(ranked, pending, None, (), refusal.text)
    return Listing(ranked, sides, found.line, found.ties_at_line)


def left_out(case: Case, base: Listing) -> Iterator[LeftOut]:
    """What becomes of the list without each expert, then without each criterion, one after the other."""
    for expert in case.experts:
        yield _compared(case, base, without_expert(case, expert), "expert", expert)
    for criterion in case.rubric.criteria if len(case.rubric.criteria) > 1 else ():
        yield _compared(case, base, without_criterion(case, criterion.code), "criterion", criterion.name)


def without_expert(case: Case, expert: str) -> Case:
    """The case as if this expert had submitted no sheet."""
    kept = {no: [sheet for sheet in sheets if sheet.expert != expert] for no, sheets in case.sheets.items()}
    return replace(case, sheets=kept)


def without_criterion(case: Case, code: str) -> Case:
    """The case as if the rubric had not this criterion: totals are not stretched, the pass mark shrinks with them."""
    criteria = tuple(criterion for criterion in case.rubric.criteria if criterion.code != code)
    left = sum((criterion.full * criterion.weight for criterion in criteria), Fraction())
    all_of_it = sum((criterion.full * criterion.weight for criterion in case.rubric.criteria), Fraction())
    mark = case.scoring.pass_mark
    scoring = replace(
        case.scoring,
        tie_breaks=tuple(one for one in case.scoring.tie_breaks if one != code),
        pass_mark=None if mark is None else mark * left / all_of_it,
    )
    return replace(case, rubric=Rubric(int(left), criteria, case.rubric.basis), scoring=scoring)


def _compared(case: Case, base: Listing, varied: Case, kind: LeftOutKind, name: str) -> LeftOut:
    scored = Scored(varied, dropped_of(varied))
    lost = [no for no, score in scored.scores.items() if score is None and base.ranked[no].score is not None]
    hidden = {*lost, *case.sealed}
    after = list_of(varied, scored.scores, scored.ties, hidden)
    moves, waiting = [], []
    for candidate in case.candidates:
        no, before, side = candidate.no, base.sides[candidate.no], after.sides[candidate.no]
        if before is side or no in case.sealed or no in lost:
            continue
        if side is Outcome.PENDING:
            waiting.append(no)
        else:
            was, now = base.ranked[no], after.ranked[no]
            rank_after = None if hidden else now.rank
            moves.append(Move(no, before, side, was.rank, rank_after, was.score, now.score))
    return LeftOut(
        kind,
        name,
        sum(sheet.expert == name for sheets in case.sheets.values() for sheet in sheets) if kind == "expert" else 0,
        varied.pass_mark,
        tuple(sorted(moves, key=lambda move: (move.rank_before or 0, move.no))),
        tuple(waiting),
        tuple(no for no in sorted(lost) if no not in case.sealed),
        after.ties,
        after.refused,
    )


def _ranking(case: Case, scores: Mapping[str, int | None], tie_values: TieValues) -> Iterator[Ranked]:
    """One ranking, or panel by panel where the rule keeps them separate."""
    ties = one_by_one(tie_values, len(case.scoring.tie_breaks))
    if not case.scoring.separate_panels:
        yield from rank((Entry(no, score) for no, score in scores.items()), ties)
        return
    panel: Callable[[str], int] = case.panels.__getitem__
    for _, nos in groupby(sorted(scores, key=panel), key=panel):
        yield from rank((Entry(no, scores[no]) for no in nos), ties)


def _placed(candidate: Candidate, line: Ranked | None) -> Candidate:
    return replace(candidate, rank=None if line is None else line.rank, score=None if line is None else line.score)


def _with_above(candidates: Sequence[Candidate], hidden: frozenset[str], pass_mark: int | None) -> list[Candidate]:
    """The hidden ones before everybody else, each at a place of its own."""
    best = max([pass_mark or 0, *(one.score for one in candidates if one.score is not None)])
    places = {no: place for place, no in enumerate(sorted(hidden), 1)}
    return [
        replace(one, rank=places[one.no], score=best)
        if one.no in hidden
        else replace(one, rank=None if one.rank is None else one.rank + len(hidden))
        for one in candidates
    ]


def _settled(
    case: Case, candidates: Sequence[Candidate], orders: tuple[tuple[str, ...], ...], deep: int = 0
) -> tuple[Allocation, Mapping[str, Outcome]]:
    """Allocate, and where a tie at the line leaves sides open, keep those that are the same however it is decided."""
    found = allocate(candidates, case.quota, pass_mark=case.pass_mark, tie_orders=orders, removed=case.removed)
    sides = {item.no: _side(item.outcome) for item in found.items}
    if not found.ties_at_line:
        return found, sides
    (tied,) = found.ties_at_line
    if len(tied) <= MOST_TIED and deep < MOST_DEEP:
        ways = [_settled(case, candidates, (*orders, order), deep + 1)[1] for order in permutations(tied)]
        return found, _common(ways)
    if not case.quota.cells and case.quota.budget_fen is None:  # then the tie takes every place that is left
        sides |= {
            item.no: Outcome.DECLINED for item in found.items if item.outcome is Outcome.PENDING and item.no not in tied
        }
    return found, sides


def _side(outcome: Outcome) -> Outcome:
    """Proposed or not, or open."""
    if outcome is Outcome.PROPOSED:
        return outcome
    return Outcome.PENDING if outcome in (Outcome.TIED, Outcome.PENDING) else Outcome.DECLINED


def _common(ways: Sequence[Mapping[str, Outcome]]) -> Mapping[str, Outcome]:
    """The sides that are the same in every way, the others open."""
    first, *others = ways
    return {no: side if all(other[no] is side for other in others) else Outcome.PENDING for no, side in first.items()}
