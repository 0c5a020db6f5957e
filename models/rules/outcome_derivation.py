"""Why an application has its outcome, step by step: what the list looked like at its turn, and what came afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from models.enums import Outcome, ReasonCode, label
from models.rules.allocation import Allocation, Item
from models.rules.cell_reasons import CellReasons
from models.rules.draft import Verdict
from models.rules.marks import format_score
from models.rules.pool import Candidate, Key
from models.text import T
from models.views.derivation import Derivation, Step


@dataclass(frozen=True)
class Bases:
    """What the steps rest on: the scoring rule, the rule of allocation; and the score's decimals."""

    scoring: str
    allocation: str
    places: int


class Outcomes:
    """Derives any outcome of one allocation. One pass over the list at the first question, then O(1) each."""

    def __init__(self, found: Allocation, bases: Bases, hidden: Collection[str] = ()) -> None:
        """`hidden` are applications that nobody else's derivation names."""
        self._found = found
        self._draft = found.draft
        self._pool = found.draft.pool
        self._bases = bases
        self._cells = CellReasons(found.draft, hidden)

    def of(self, no: str) -> Derivation:
        """The derivation of one application of the allocation; `KeyError` for any other."""
        candidate = self._pool.by_no[no]
        item = self._found.items[self._pool.place[no]]
        title = T("{no} 为什么是这个结果", no=no)
        return Derivation(title, tuple(self._steps(candidate, item)), _outcome(item))

    def cell(self, key: Key) -> Derivation:
        """How a district or an industry came to its places."""
        draft = self._draft
        ceiling = draft.ceiling(key)
        steps = [Step(T("情形"), str(part), "", self._bases.allocation) for part in self._cells.parts(key)]
        taken = T("入选 {taken} 个", taken=draft.count[key])
        if ceiling is not None:
            taken = T("入选 {taken} 个，上限 {ceiling} 个", taken=draft.count[key], ceiling=ceiling)
        return Derivation(T("{name} 的名额", name=self._pool.name(key)), tuple(steps), str(taken))

    def _steps(self, candidate: Candidate, item: Item) -> Iterator[Step]:
        bases = self._bases
        if candidate.rank is not None and candidate.score is not None:
            rank = str(T("第 {rank} 名", rank=candidate.rank))
            yield Step(T("名次"), rank, format_score(candidate.score, bases.places), bases.scoring)
        if self._pool.pass_mark is not None and candidate.score is not None:
            kept = T("达到") if candidate.score >= self._pool.pass_mark else T("未达到")
            yield Step(T("合格线"), format_score(self._pool.pass_mark, bases.places), str(kept), bases.scoring)
        if candidate.no in self._draft.held or candidate.no in self._pool.outside:
            yield Step(T("情形"), str(item.reason.text), label(item.outcome), bases.allocation)
        else:
            yield from self._turn(candidate)
            yield from self._verdicts(candidate, item)
        yield from self._distance(candidate, item)

    def _turn(self, candidate: Candidate) -> Iterator[Step]:
        """How full everything was when its turn came."""
        if candidate.no not in self._turns:
            return
        total, *used = self._turns[candidate.no]
        quota, basis = self._draft.quota, self._bases.allocation
        yield Step(T("轮到时的总名额"), f"{total}/{quota.total}", _left(quota.total - total), basis)
        for key, taken in zip(candidate.keys, used, strict=True):
            ceiling, floor = self._draft.ceiling(key), self._draft.floor(key)
            held = str(taken) if ceiling is None else f"{taken}/{ceiling}"
            formula = held if not floor else str(T("{held}，保底 {floor}", held=held, floor=floor))
            room = str(T("不设上限")) if ceiling is None else _left(ceiling - taken)
            yield Step(T("轮到时的{name}", name=self._pool.name(key)), formula, room, basis)

    def _verdicts(self, candidate: Candidate, item: Item) -> Iterator[Step]:
        """What was found of it at its turn, and every change after that."""
        if (group := self._equals.get(candidate.rank, 1)) > 1:
            place = self._pool.place_in_order(candidate.no)
            said = "" if place is None else str(T("定序第 {place} 位", place=place))
            yield Step(T("并列"), str(T("同名次共 {count} 个", count=group)), said, self._bases.allocation)
        before = None
        for outcome, reason in (*self._draft.former.get(candidate.no, ()), (item.outcome, item.reason)):
            if reason is before:  # the alternates are named of those who are out, whatever kept them out
                reserve = T("备选共 {count} 个", count=self._draft.quota.alternates)
                yield Step(T("备选"), str(reserve), _outcome(item), self._bases.allocation)
            else:
                what = _LABELS.get(reason.code, T("按名次取舍"))
                yield Step(what, str(reason.text), label(outcome), self._bases.allocation)
            before = reason
        for key in candidate.keys:
            why = "；".join(str(part) for part in self._cells.parts(key))
            yield Step(T("{name} 的名额", name=self._pool.name(key)), why, "", self._bases.allocation)

    def _distance(self, candidate: Candidate, item: Item) -> Iterator[Step]:
        """The line it is measured from, and how far it is off."""
        if item.margin is None or candidate.score is None:
            return
        places = self._bases.places
        score, against = format_score(candidate.score, places), format_score(candidate.score - item.margin, places)
        what = T("与入选线的差距") if against == self._line else T("与该配额末位的差距")
        yield Step(what, f"{score} − {against}", format_score(item.margin, places), self._bases.allocation)

    @property
    def _line(self) -> str | None:
        return None if self._found.line is None else format_score(self._found.line, self._bases.places)

    @cached_property
    def _equals(self) -> Counter[int | None]:
        """How many candidates share a rank."""
        return Counter(candidate.rank for candidate in self._pool.inside)

    @cached_property
    def _turns(self) -> dict[str, tuple[int, int, int]]:
        """Places taken in all, in the district and in the industry before the turn of each candidate's group."""
        draft, count, total = self._draft, Counter[Key](), 0
        for candidate in draft.proposed():
            if candidate.no in draft.held:
                count.update(candidate.keys)
                total += 1
        turns = {}
        for group in draft.groups:
            for candidate in group:
                district, industry = candidate.keys
                turns[candidate.no] = total, count[district], count[industry]
            for candidate in group:
                if _first(draft.former.get(candidate.no), draft.outcome(candidate.no)) is Outcome.PROPOSED:
                    count.update(candidate.keys)
                    total += 1
        return turns


_LABELS = {
    ReasonCode.BUDGET: T("预算"),
    ReasonCode.FLOOR: T("保底"),
    ReasonCode.ADJUSTED: T("调整"),
    ReasonCode.REMOVED: T("移出名单"),
}


def _outcome(item: Item) -> str:
    order = f" {item.alternate_order}" if item.alternate_order is not None else ""
    return f"{label(item.outcome)}{order}"


def _first(former: list[Verdict] | None, now: Outcome) -> Outcome:
    """The outcome that the walk found, before anything changed it."""
    return former[0][0] if former else now


def _left(places: int) -> str:
    return str(T("还余 {left} 个", left=places)) if places > 0 else str(T("已满"))
