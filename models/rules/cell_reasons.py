"""How each district and industry came to its places: by rank, for its floor, up to its ceiling, and whom that cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from models.enums import Outcome, ReasonCode
from models.rules.draft import Draft
from models.rules.pool import Candidate, Key
from models.rules.quotas import KINDS, CellKind
from models.text import T, Text

_CEILINGS = (ReasonCode.CEILING_DISTRICT, ReasonCode.CEILING_INDUSTRY)
_OPEN = (Outcome.TIED, Outcome.PENDING)


@dataclass(frozen=True, slots=True)
class CellUse:
    """How many places a district or an industry has taken, within what floor and ceiling."""

    kind: CellKind
    name: str
    floor: int
    ceiling: int | None
    taken: int


def cell_uses(draft: Draft) -> tuple[CellUse, ...]:
    """The cells of the quota in its order, then the other districts and industries of the candidates."""
    others = sorted({*draft.pool.cells, *draft.count} - draft.cells.keys())
    return tuple(
        CellUse(kind, code, draft.floor((kind, code)), draft.ceiling((kind, code)), draft.count[kind, code])
        for wanted in KINDS
        for kind, code in (*draft.cells, *others)
        if kind == wanted
    )


class CellReasons:
    """Says of any cell of a finished list how it came to its places. Candidates are counted at the first question."""

    def __init__(self, draft: Draft, hidden: Collection[str] = ()) -> None:
        """`hidden` are applications that are counted and not named: results of another panel."""
        self._draft = draft
        self._hidden = hidden

    def of(self, key: Key) -> Text:
        """The reason of one cell in words, put together when it is shown."""
        return T("{why}", why=_Told(self, key))

    def parts(self, key: Key) -> Iterator[Text]:
        """What there is to say of one cell, a phrase each."""
        members = self._members.get(key, ())
        held = [candidate for candidate in self._held if key in candidate.keys]
        taken = [candidate for candidate in members if self._draft.outcome(candidate.no) is Outcome.PROPOSED]
        yield from self._taken(key, [*held, *taken], len(held) + len(members))
        yield from self._floor(key, members)
        if turned_away := self._turned_away.get(key):
            yield T("上限挡下 {count} 个{first}", count=len(turned_away), first=self._first(turned_away))
        if made_way := self._made_way.get(key):
            yield T("为保底越过 {count} 个{first}", count=len(made_way), first=self._first(made_way))

    def _first(self, found: Sequence[Candidate]) -> Text | str:
        """Names the best of those a quota cost the place, unless it is not for who asks."""
        best = found[0]
        return "" if best.no in self._hidden else T("，最靠前的是 {no}（第 {rank} 名）", no=best.no, rank=best.rank)

    def _taken(self, key: Key, taken: Sequence[Candidate], candidates: int) -> Iterator[Text]:
        """How many places by which way, and whether there is room left."""
        draft, ceiling = self._draft, self._draft.ceiling(key)
        if not candidates:
            yield T("没有候选项目")
            return
        ways = Counter(draft.reason(candidate).code for candidate in taken)
        by_rank = len(taken) - ways[ReasonCode.FLOOR] - ways[ReasonCode.ADJUSTED] - ways[ReasonCode.SIGNED]
        yield T("{count} 个候选中按排名入选 {by_rank} 个", count=candidates, by_rank=by_rank)
        if ways[ReasonCode.FLOOR]:
            yield T("因保底入选 {count} 个", count=ways[ReasonCode.FLOOR])
        if ways[ReasonCode.ADJUSTED]:
            yield T("经调整入选 {count} 个", count=ways[ReasonCode.ADJUSTED])
        if ways[ReasonCode.SIGNED]:
            yield T("已定稿保留 {count} 个", count=ways[ReasonCode.SIGNED])
        if ceiling is None:
            yield T("不设上限")
        elif len(taken) >= ceiling:
            yield T("已满（上限 {ceiling} 个）", ceiling=ceiling)
        else:
            yield T("上限 {ceiling} 个，还余 {left} 个", ceiling=ceiling, left=ceiling - len(taken))

    def _floor(self, key: Key, members: Sequence[Candidate]) -> Iterator[Text]:
        """Whether the floor is reached, and why not."""
        draft, floor = self._draft, self._draft.floor(key)
        lack = floor - draft.count[key]
        if not floor:
            return
        if lack <= 0:
            yield T("保底 {floor} 个已达到", floor=floor)
        elif any(draft.outcome(candidate.no) in _OPEN for candidate in members):
            yield T("保底 {floor} 个尚缺 {lack} 个，待并列定序", floor=floor, lack=lack)
        elif all(draft.outcome(candidate.no) is Outcome.PROPOSED for candidate in members):
            yield T("保底 {floor} 个缺 {lack} 个：没有更多合格的候选", floor=floor, lack=lack)
        else:
            left = [draft.reason(c) for c in members if draft.outcome(c.no) is not Outcome.PROPOSED]
            codes = {reason.code for reason in left}
            full = dict.fromkeys(cell for reason in left for cell in reason.cells if cell != key)
            names = [draft.pool.name(cell) for cell in full]
            why = "、".join(names or [str(word) for code, word in _WHY_LACKING.items() if code in codes])
            yield T("保底 {floor} 个缺 {lack} 个，受限于：{why}", floor=floor, lack=lack, why=why)

    @cached_property
    def _members(self) -> dict[Key, list[Candidate]]:
        """The candidates of each cell, best first, without those whose place a signed list has."""
        return _by_cell((c, c.keys) for c in self._draft.pool.inside if c.no not in self._draft.held)

    @cached_property
    def _held(self) -> list[Candidate]:
        return [candidate for candidate in self._draft.proposed() if candidate.no in self._draft.held]

    @cached_property
    def _turned_away(self) -> dict[Key, list[Candidate]]:
        """Whom a full cell kept out, best first."""
        return _by_cell(self._out(_CEILINGS))

    @cached_property
    def _made_way(self) -> dict[Key, list[Candidate]]:
        """Who made way for the floor of a cell, best first."""
        return _by_cell(self._out((ReasonCode.FLOOR,)))

    def _out(self, codes: Sequence[ReasonCode]) -> Iterator[tuple[Candidate, tuple[Key, ...]]]:
        draft = self._draft
        for candidate in draft.pool.inside:
            if draft.outcome(candidate.no) in (Outcome.DECLINED, Outcome.ALTERNATE):
                reason = draft.reason(candidate)
                if reason.code in codes:
                    yield candidate, reason.cells


def _by_cell(found: Iterable[tuple[Candidate, tuple[Key, ...]]]) -> dict[Key, list[Candidate]]:
    listed: dict[Key, list[Candidate]] = {}
    for candidate, keys in found:
        for key in keys:
            listed.setdefault(key, []).append(candidate)
    return listed


_WHY_LACKING = {
    ReasonCode.TOTAL: T("总名额已满"),
    ReasonCode.BUDGET: T("预算不足"),
    ReasonCode.ADJUSTED: T("组长调整"),
    ReasonCode.REMOVED: T("已移出名单"),
}


class _Told:
    """The phrases of a cell in a row, put together when shown."""

    def __init__(self, reasons: CellReasons, key: Key) -> None:
        self._reasons = reasons
        self._key = key

    def __str__(self) -> str:
        return "；".join(str(part) for part in self._reasons.parts(self._key))
