"""The smallest change of one mark that changes who is proposed.

How far an application has to move is found first: with everybody else's marks given, the list hangs only on where the
application stands among them, and the further it moves the more the list has changed. (The walk takes the best list by
rank among those allowed; whether the best with it or the best without it wins turns once on its way up.) So every
answer narrows what is left to ask, and each place costs one allocation at most. Then the marks: where the scoring rule
is monotone in a mark, each sheet and criterion is bisected; where it is not (values far off excluded or replaced, or
the widest expert dropped), the values are tried one by one, the nearest first.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Sequence
from itertools import chain
from typing import NamedTuple

from models.enums import Outcome
from models.policy.types import Criterion
from models.rules.marks import Sheet, sheet_total
from models.rules.sensitivity import Case, Listing, Scored, dropped_of, list_of
from models.rules.widest import widest
from models.views.sensitivity import MarkChange, MarkSearch

NEAR = 10
"""So many applications on each side of the line are searched."""

MOST_TRIES = 2000
"""So many values are tried for one application at most, where they have to be tried one by one."""

Ties = Callable[[], tuple[int, ...]]


class Trial(NamedTuple):
    """One mark at another value, `points` (milli) away from what it is."""

    points: int
    sheet: int
    criterion: Criterion
    old: int
    new: int


class Search:
    """Searches the applications of one case, and keeps what their searches share."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.dropped = dropped_of(case)
        self._scored = {self.dropped: Scored(case, self.dropped)}
        here = self._scored[self.dropped]
        self.base: Listing = list_of(case, here.scores, here.ties)
        self._totals = _totals_by_expert(case) if case.scoring.drop_widest else {}
        self._reach = {expert: _reach(own.values()) for expert, own in self._totals.items()}

    def near(self) -> list[str]:
        """The applications nearest the line: so many on each side, and whoever's side is open; the best first."""
        scores = {no: line.score for no, line in self.base.ranked.items() if line.score is not None}
        scores = {no: score for no, score in scores.items() if self._searchable(no)}
        sides, line = self.base.sides, self.base.line
        far = {no: abs(score - line) if line is not None else -score for no, score in scores.items()}
        chosen = []
        for side in (Outcome.PROPOSED, Outcome.PENDING, Outcome.DECLINED):
            chosen += sorted((no for no in scores if sides[no] is side), key=lambda no: (far[no], no))[:NEAR]
        return sorted(chosen, key=lambda no: (self.base.ranked[no].rank or 0, no))

    def _searchable(self, no: str) -> bool:
        """Not who is recused's to look at, and not out of the allocation whatever the marks."""
        lost = no in self.case.sealed or no in self.case.removed
        return not lost and any(one.no == no and one.eligible for one in self.case.candidates)

    def of(self, no: str) -> MarkSearch:
        """Search one application of the ranking."""
        tries, reach = self._trials(no)
        around: dict[frozenset[str], _Around] = {}

        def spot(trial: Trial) -> tuple[_Around, int | None, Ties]:
            sheets = _changed(self.case.sheets[no], trial)
            dropped = self._dropped(no, sheets[trial.sheet])
            if dropped not in around:
                around[dropped] = _Around(self, no, self._field(dropped))
            scored = self._field(dropped)
            return around[dropped], scored.score(sheets), lambda: scored.tie_values(sheets)

        def changes(trial: Trial) -> bool:
            place, score, ties = spot(trial)
            return place.changes(score, ties)

        found = _bisected(tries, changes) if self._is_monotone() else _first(tries, changes)
        if not found:
            return MarkSearch(no, None, reach)
        place, score, ties = spot(found[0])
        return MarkSearch(no, self._told(no, found, place.sides(score, ties)), reach)

    def _is_monotone(self) -> bool:
        scoring = self.case.scoring
        return not scoring.drop_widest and (scoring.deviation is None or scoring.deviation.then == "explain")

    def _trials(self, no: str) -> tuple[list[list[Trial]], int | None]:
        """By sheet, criterion and direction the values a mark may have instead, the nearest first; how far they go."""
        runs = []
        for at, sheet in enumerate(self.case.sheets[no]):
            for criterion in self.case.rubric.criteria:
                old = sheet.marks[criterion.code]
                for last, step in ((criterion.full, criterion.step), (0, -criterion.step)):
                    ahead = range(old + step, last + (1 if step > 0 else -1), step)
                    runs.append([Trial(abs(new - old), at, criterion, old, new) for new in ahead])
        runs = [run for run in runs if run]
        if self._is_monotone():
            return runs, None
        tries = sorted((trial for run in runs for trial in run), key=lambda trial: trial.points)
        reach = tries[MOST_TRIES - 1].points if len(tries) > MOST_TRIES else None
        return [tries[:MOST_TRIES]], reach

    def _field(self, dropped: frozenset[str]) -> Scored:
        if dropped not in self._scored:
            self._scored[dropped] = Scored(self.case, dropped)
        return self._scored[dropped]

    def _dropped(self, no: str, sheet: Sheet) -> frozenset[str]:
        """Whose sheets go under `drop = "widest"` once this sheet of an application stands instead of the old one."""
        if not self.case.scoring.drop_widest:
            return self.dropped
        changed = self._totals[sheet.expert] | {no: sheet_total(sheet.marks, self.case.rubric)}
        reach = self._reach | {sheet.expert: _reach(changed.values())}
        most = max(reach.values())
        widely = [expert for expert in reach if reach[expert] == most]
        if len(widely) == 1:
            return frozenset(widely)
        totals = {expert: list(own.values()) for expert, own in (self._totals | {sheet.expert: changed}).items()}
        found = widest(totals, seed=self.case.seed)
        return frozenset() if found is None else frozenset({found})

    def _told(self, no: str, found: Sequence[Trial], sides: dict[str, Outcome]) -> MarkChange:
        """The change in words of the domain; of several equally small ones the first by criterion and expert."""
        sheets, codes = self.case.sheets[no], [criterion.code for criterion in self.case.rubric.criteria]
        trial = min(found, key=lambda one: (codes.index(one.criterion.code), sheets[one.sheet].expert, one.new))

        def now(outcome: Outcome) -> tuple[str, ...]:
            return tuple(no for no, side in sides.items() if side is outcome and self.base.sides[no] is not outcome)

        return MarkChange(
            sheets[trial.sheet].expert,
            trial.criterion.code,
            trial.old,
            trial.new,
            trial.points // trial.criterion.step,
            len(found),
            now(Outcome.PROPOSED),
            now(Outcome.DECLINED),
            now(Outcome.PENDING),
        )


class _Around:
    """Where one application may stand among the others, and what the list is then; each place is looked at once."""

    def __init__(self, search: Search, no: str, scored: Scored) -> None:
        self._search = search
        self._no = no
        self._scored = scored
        case = search.case
        panel = case.panels.get(no) if case.scoring.separate_panels else None
        rivals = [
            other
            for other, score in scored.scores.items()
            if other != no and score is not None and (panel is None or case.panels.get(other) == panel)
        ]
        self._rivals = sorted(rivals, key=lambda other: scored.scores[other] or 0)
        self._twice = [2 * (scored.scores[other] or 0) for other in self._rivals]
        self._pass = None if case.pass_mark is None else 2 * case.pass_mark - 1
        self._known: dict[int, bool] = {}
        score = scored.scores[no]
        at_home = scored.dropped == search.dropped
        self._home = self._position(score, lambda: scored.ties(no)) if at_home else None

    def changes(self, score: int | None, ties: Ties) -> bool:
        """Whether the list is another one with this score and these tie-breaks."""
        at = self._position(score, ties)
        known = self._foreseen(at)
        if known is None:
            known = self._known[at] = self.sides(score, ties) != self._search.base.sides
        return known

    def sides(self, score: int | None, ties: Ties) -> dict[str, Outcome]:
        """Everybody's side with this score and these tie-breaks."""
        scores = self._scored.scores | {self._no: score}
        listing = list_of(self._search.case, scores, lambda no: ties() if no == self._no else self._ties(no, ties))
        return dict(listing.sides)

    def _foreseen(self, at: int) -> bool | None:
        """What is known without looking: nearer home than an unchanged place, or beyond a changed one."""
        if at in self._known or self._home is None:
            return self._known.get(at)
        if at == self._home:
            return False
        for one, other in self._known.items():
            same_way = (one - self._home) * (at - self._home) > 0
            if same_way and other and abs(at - self._home) >= abs(one - self._home):
                return True
            if same_way and not other and abs(at - self._home) <= abs(one - self._home):
                return False
        return None

    def _position(self, score: int | None, ties: Ties) -> int:
        """A number that rises with the place: odd beside somebody equal, even between two, a step at the pass mark."""
        if score is None:
            return -1
        low, high = bisect_left(self._twice, 2 * score), bisect_right(self._twice, 2 * score)
        at = 2 * low
        if low < high:
            mine = ties()
            others = [self._ties(other, ties) for other in self._rivals[low:high]]
            at += sum((other < mine) + (other <= mine) for other in others)
        return at + (self._pass is not None and 2 * score > self._pass)

    def _ties(self, other: str, mine: Ties) -> tuple[int, ...]:
        """Another's tie-breaks; those that are sealed to who looks are taken for equal."""
        return mine() if other in self._search.case.sealed else self._scored.ties(other)


def _changed(sheets: Sequence[Sheet], trial: Trial) -> list[Sheet]:
    """The sheets with one mark at another value."""
    changed = list(sheets)
    sheet = sheets[trial.sheet]
    changed[trial.sheet] = Sheet(sheet.expert, {**sheet.marks, trial.criterion.code: trial.new})
    return changed


def _reach(totals: Collection[int]) -> int:
    return max(totals) - min(totals)


def _totals_by_expert(case: Case) -> dict[str, dict[str, int]]:
    totals: dict[str, dict[str, int]] = {}
    for no, sheets in case.sheets.items():
        for sheet in sheets:
            totals.setdefault(sheet.expert, {})[no] = sheet_total(sheet.marks, case.rubric)
    return totals


def _first(runs: Sequence[Sequence[Trial]], changes: Callable[[Trial], bool]) -> list[Trial]:
    """Those that change the list among the nearest that do, trying all from the nearest on."""
    found: list[Trial] = []
    for trial in chain.from_iterable(runs):
        if found and trial.points > found[0].points:
            break
        if changes(trial):
            found.append(trial)
    return found


def _bisected(runs: Sequence[Sequence[Trial]], changes: Callable[[Trial], bool]) -> list[Trial]:
    """The same where a run that changes the list once goes on doing so: bisect each, no further than the best yet."""
    found: list[Trial] = []
    for run in runs:
        within = [trial for trial in run if not found or trial.points <= found[0].points]
        if not within or not changes(within[-1]):
            continue
        nearest = within[bisect_left(within, True, key=changes)]
        if found and nearest.points < found[0].points:
            found = []
        found.append(nearest)
    return found
