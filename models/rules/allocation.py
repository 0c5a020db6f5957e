"""Who is proposed, who is an alternate, who is not, and which quota did it.

Candidates are eligible, ranked and at or above the pass mark. A list is *allowed* if it keeps the total and every
ceiling and lacks as little of the floors, in sum, as any such list. The ranking is walked from the top; whoever some
allowed list still goes on with is taken. No outcome depends on the order of entry, on application numbers or on chance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.enums import Outcome, ReasonCode, chinese
from models.errors import Refused
from models.rules.draft import Candidate, Draft, Key, Reason
from models.rules.money import format_wan
from models.rules.quotas import KINDS, CellKind, Quota
from models.rules.walk import Places, cut_to_budget, decided, places_of, walk
from models.text import T, Text


@dataclass(frozen=True, slots=True)
class Item:
    """One application in the allocation. `margin` counts units of the score's last place; None: nothing to compare."""

    no: str
    rank: int | None
    outcome: Outcome
    alternate_order: int | None
    margin: int | None
    reason: Reason
    amount_fen: int | None


@dataclass(frozen=True, slots=True)
class CellUse:
    """How many places a district or an industry has taken, within what floor and ceiling."""

    kind: CellKind
    name: str
    floor: int
    ceiling: int | None
    taken: int


@dataclass(frozen=True, slots=True)
class Unmet:
    """A floor that the list does not reach."""

    kind: CellKind
    name: str
    wanted: int
    reached: int


@dataclass(frozen=True)
class Allocation:
    """A proposal. Items come in rank order, unranked ones last; `line` counts units of the score's last place.

    `ties_at_line` are the groups that wait for the chair; while there is one, what is tied or pending counts as
    reachable in `unmet`. `amount_unknown` are the candidates that a budget counts as 0 for want of an amount.
    """

    items: tuple[Item, ...]
    line: int | None
    cells: tuple[CellUse, ...]
    unmet: tuple[Unmet, ...]
    ties_at_line: tuple[tuple[str, ...], ...]
    budget_used_fen: int
    amount_unknown: tuple[str, ...]


def allocate(
    candidates: Sequence[Candidate],
    quota: Quota,
    *,
    pass_mark: int | None = None,
    tie_orders: Sequence[Sequence[str]] = (),
    adjustments: Mapping[str, Outcome] | None = None,
    removed: Collection[str] = (),
    names: Mapping[str, str] | None = None,
) -> Allocation:
    """The proposal for a ranking under a quota that `check_quota` found no fault with.

    `pass_mark` counts units of the score's last place, `tie_orders` are the chair's orders of tied applications (best
    first, the latest last), `adjustments` the chair's moves (no -> outcome, in their order), `removed` who lost the
    place after the walk (an objection upheld, a withdrawal), `names` the names that reasons show for codes.
    Raises `Refused` if the floors alone are dearer than the budget, or if an adjustment does not hold.
    """
    outside = {c.no: reason for c in candidates if (reason := _why_outside(c, pass_mark)) is not None}
    places = places_of(tie_orders)
    ordered = sorted(candidates, key=lambda c: (c.rank is None, c.rank or 0, _place(c.no, places), c.no))
    draft = Draft([c for c in ordered if c.no not in outside], quota, names or {})
    walk(draft, places)
    if not draft.tied:
        cut_to_budget(draft, places)
    _name_guarded(draft)
    _name_alternates(draft, places)
    _adjust(draft, outside, adjustments or {}, removed)
    return _result(draft, ordered, outside, places)


def check_adjustment(
    candidates: Sequence[Candidate],
    quota: Quota,
    no: str,
    to: Outcome,
    *,
    pass_mark: int | None = None,
    tie_orders: Sequence[Sequence[str]] = (),
    adjustments: Mapping[str, Outcome] | None = None,
    removed: Collection[str] = (),
    names: Mapping[str, str] | None = None,
) -> Allocation:
    """The proposal with one adjustment more, on top of those made before; `Refused` says in words why it may not be."""
    earlier = {each: outcome for each, outcome in (adjustments or {}).items() if each != no}
    return allocate(
        candidates,
        quota,
        pass_mark=pass_mark,
        tie_orders=tie_orders,
        adjustments=earlier | {no: to},
        removed=removed,
        names=names,
    )


def next_alternates(candidates: Sequence[Candidate], quota: Quota, allocation: Allocation) -> tuple[str, ...]:
    """Who moves up into a free place: the first alternate with whom ceilings, total and budget hold and floors best do.

    Several numbers: they are equal, and the chair says which. Empty: no place is free, or nobody fits.
    """
    by_no = {candidate.no: candidate for candidate in candidates}
    draft = Draft([by_no[item.no] for item in allocation.items], quota, {})
    for item in allocation.items:
        draft.put(by_no[item.no], item.outcome, item.reason)
    fitting = [
        (-sum(draft.count[key] < draft.floor(key) for key in by_no[item.no].keys), item.alternate_order, item.no)
        for item in allocation.items
        if item.alternate_order is not None and _no_room(draft, by_no[item.no]) is None
    ]
    return tuple(no for gain, order, no in fitting if (gain, order) == min(fitting)[:2])


def _why_outside(candidate: Candidate, pass_mark: int | None) -> Reason | None:
    """Why an application is no candidate, None if it is one."""
    if not candidate.eligible:
        return Reason(ReasonCode.NOT_ELIGIBLE, T("不符合申报条件"))
    if candidate.rank is None or candidate.score is None:
        return Reason(ReasonCode.PASS_MARK, T("没有得分，不参加配额分配"))
    if pass_mark is not None and candidate.score < pass_mark:
        return Reason(ReasonCode.PASS_MARK, T("得分低于合格线"))
    return None


def _place(no: str, places: Places) -> int:
    """Where the chair's latest order puts an application among its equals: for display only."""
    return next((order[no] for order in places if no in order), 0)


def _name_guarded(draft: Draft) -> None:
    """Say of those below the line whom only a floor let past somebody ranked better that the floor did it."""
    last_free = max((c.rank or 0 for c in draft.proposed() if not draft.guarded(c)), default=0)
    passed = False
    for group in draft.groups:
        members = [candidate for candidate in group if draft.outcome[candidate.no] is Outcome.PROPOSED]
        for candidate in members if passed and (group[0].rank or 0) > last_free else ():
            cells = "、".join(draft.name(key) for key in draft.guarded(candidate))
            draft.put(candidate, Outcome.PROPOSED, Reason(ReasonCode.FLOOR, T("{cells}保底", cells=cells)))
        passed = passed or len(members) < len(group)


def _numbered(draft: Draft, outcome: Outcome, places: Places) -> Iterator[tuple[int, Candidate]]:
    """Those of one outcome with their order among themselves: equal ones that the chair did not order share it."""
    before = 0
    for group in draft.groups:
        members = [candidate for candidate in group if draft.outcome[candidate.no] is outcome]
        order = decided(members, places) if len(members) > 1 else members
        for index, candidate in enumerate(members if order is None else order):
            yield before + 1 + (0 if order is None else index), candidate
        before += len(members)


def _name_alternates(draft: Draft, places: Places) -> None:
    for number, candidate in _numbered(draft, Outcome.DECLINED, places):
        if number > draft.quota.alternates:
            break
        draft.put(candidate, Outcome.ALTERNATE, draft.reason[candidate.no])


def _no_room(draft: Draft, candidate: Candidate) -> Refused | None:
    """What forbids one place more for this application, as a refusal."""
    quota = draft.quota
    for key in candidate.keys:
        if draft.is_full(key):
            name, ceiling = draft.name(key), draft.cells[key].ceiling
            text = T("{no}不能入选：{name}已达上限 {ceiling} 个。", no=candidate.no, name=name, ceiling=ceiling)
            return Refused("adjust_ceiling", text, lift=T("请先调出一项，或修改上限。"))
    if draft.total >= quota.total:
        text = T("{no}不能入选：总名额 {total} 个已满。", no=candidate.no, total=quota.total)
        return Refused("adjust_total", text, lift=T("请先调出一项。"))
    if quota.budget_fen is not None and draft.used_fen + (candidate.amount_fen or 0) > quota.budget_fen:
        used, budget = format_wan(draft.used_fen + (candidate.amount_fen or 0)), format_wan(quota.budget_fen)
        text = T(
            "{no}不能入选：合计将达 {used} 万元，超出预算 {budget} 万元。", no=candidate.no, used=used, budget=budget
        )
        return Refused("adjust_budget", text, lift=T("请先调出一项。"))
    return None


def _adjust(
    draft: Draft, outside: Mapping[str, Reason], adjustments: Mapping[str, Outcome], removed: Collection[str]
) -> None:
    """Move the adjusted applications and nobody else: first those that leave, so that their places are free."""
    candidates = {candidate.no: candidate for candidate in draft.pool}
    for no in removed:
        if no in candidates:
            draft.put(candidates[no], Outcome.DECLINED, Reason(ReasonCode.REMOVED, T("已移出名单")))
    for no, to in sorted(adjustments.items(), key=lambda pair: pair[1] is Outcome.PROPOSED):
        if no in removed and to is not Outcome.DECLINED:
            raise Refused("adjust_removed", T("{no}已移出名单，不能再调整。", no=no))
        if no in outside and to is not Outcome.DECLINED:
            raise Refused(f"adjust_{outside[no].code}", T("{no}不能调整：{reason}。", no=no, reason=outside[no].text))
        if no in outside or no in removed:
            continue
        _move(draft, no, candidates.get(no), to)


def _move(draft: Draft, no: str, candidate: Candidate | None, to: Outcome) -> None:
    if candidate is None:
        raise Refused("adjust_unknown", T("本次分配中没有申报项目{no}。", no=no))
    if to not in (Outcome.PROPOSED, Outcome.ALTERNATE, Outcome.DECLINED):
        raise Refused("adjust_outcome", T("只能调整为拟入选、备选或未入选。"))
    was = draft.outcome[no]
    if was in (Outcome.TIED, Outcome.PENDING):
        raise Refused("adjust_tie", T("{no}不能调整：入选线上的并列尚未定序。", no=no), lift=T("请组长先定序。"))
    if was is to:
        return
    refusal = _no_room(draft, candidate) if to is Outcome.PROPOSED else None
    if refusal is not None:
        raise refusal
    adjusted = T("组长由{was}调整为{to}", was=Text(chinese(was)), to=Text(chinese(to)))
    draft.put(candidate, to, Reason(ReasonCode.ADJUSTED, adjusted))


def _result(draft: Draft, ordered: Sequence[Candidate], outside: Mapping[str, Reason], places: Places) -> Allocation:
    proposed = draft.proposed()
    free = [c for c in proposed if not draft.guarded(c)]
    line = min((c.score for c in free or proposed if c.score is not None), default=None)
    lowest: dict[Key, int] = {}
    for candidate in proposed:
        for key in candidate.keys:
            if candidate.score is not None:
                lowest[key] = min(candidate.score, lowest.get(key, candidate.score))
    numbers = {c.no: number for number, c in _numbered(draft, Outcome.ALTERNATE, places)}
    items = []
    for candidate in ordered:
        reason = outside.get(candidate.no) or draft.reason[candidate.no]
        items.append(
            Item(
                no=candidate.no,
                rank=candidate.rank,
                outcome=draft.outcome.get(candidate.no, Outcome.DECLINED),
                alternate_order=numbers.get(candidate.no),
                margin=_margin(candidate, reason.code, line, lowest),
                reason=reason,
                amount_fen=candidate.amount_fen,
            )
        )
    budgeted = draft.quota.budget_fen is not None
    return Allocation(
        items=tuple(items),
        line=line,
        cells=_uses(draft),
        unmet=_unmet(draft),
        ties_at_line=(draft.tied,) if draft.tied else (),
        budget_used_fen=draft.used_fen,
        amount_unknown=tuple(c.no for c in draft.pool if budgeted and c.amount_fen is None),
    )


def _margin(candidate: Candidate, code: ReasonCode, line: int | None, lowest: Mapping[Key, int]) -> int | None:
    """Own score less the line; passed over by a ceiling: less the lowest proposed of that cell."""
    against = line
    if code is ReasonCode.CEILING_DISTRICT:
        against = lowest.get(("district", candidate.district))
    elif code is ReasonCode.CEILING_INDUSTRY:
        against = lowest.get(("industry", candidate.industry))
    return None if candidate.score is None or against is None else candidate.score - against


def _uses(draft: Draft) -> tuple[CellUse, ...]:
    """The cells of the quota in its order, then the other districts and industries of the pool."""
    others = sorted({key for candidate in draft.pool for key in candidate.keys} - draft.cells.keys())
    return tuple(
        CellUse(kind, code, draft.floor((kind, code)), cell.ceiling if cell else None, draft.count[kind, code])
        for wanted in KINDS
        for kind, code in (*draft.cells, *others)
        if kind == wanted
        for cell in (draft.cells.get((kind, code)),)
    )


def _unmet(draft: Draft) -> tuple[Unmet, ...]:
    open_ = [c for c in draft.pool if draft.outcome[c.no] in (Outcome.TIED, Outcome.PENDING)]
    unmet = []
    for kind, code in draft.cells:
        reached = draft.count[kind, code] + sum((kind, code) in c.keys for c in open_)
        if reached < draft.floor((kind, code)):
            unmet.append(Unmet(kind, code, draft.floor((kind, code)), reached))
    return tuple(unmet)
