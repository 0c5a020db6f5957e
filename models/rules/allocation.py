"""Who is proposed, who is an alternate, who is not, and which quota did it.

Candidates are eligible, ranked and at or above the pass mark. A list is *allowed* if it keeps the total and every
ceiling and lacks as little of the floors, in sum, as any such list. The ranking is walked from the top; whoever some
allowed list still goes on with is taken. No outcome depends on the order of entry, on application numbers or on chance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from models.enums import Outcome, ReasonCode, chinese
from models.errors import Refused
from models.rules.cell_reasons import CellUse, cell_uses
from models.rules.draft import Draft
from models.rules.money import format_wan
from models.rules.pool import Candidate, Group, Key, Pool, Reason, grouped
from models.rules.quotas import CellKind, Quota
from models.rules.walk import cut_to_budget, walk
from models.text import T, Text
from models.views.lazily import Lazily


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
class Unmet:
    """A floor that the list does not reach."""

    kind: CellKind
    name: str
    wanted: int
    reached: int


@dataclass(frozen=True)
class Allocation:
    """A proposal. Items come in rank order, unranked ones last; `line` counts units of the score's last place.

    `proposed` are the numbers of who is in; `draft` is the finished list itself, for who asks why.
    `ties_at_line` are the groups that wait for the chair; while there is one, what is tied or pending counts as
    reachable in `unmet`. `amount_unknown` are the candidates that a budget counts as 0 for want of an amount.
    """

    items: Sequence[Item]
    proposed: frozenset[str]
    line: int | None
    cells: tuple[CellUse, ...]
    unmet: tuple[Unmet, ...]
    ties_at_line: tuple[tuple[str, ...], ...]
    budget_used_fen: int
    amount_unknown: tuple[str, ...]
    draft: Draft = field(compare=False, repr=False)


def allocate(
    candidates: Sequence[Candidate],
    quota: Quota,
    *,
    pass_mark: int | None = None,
    tie_orders: Sequence[Sequence[str]] = (),
    adjustments: Mapping[str, Outcome] | None = None,
    removed: Collection[str] = (),
    signed: Collection[str] = (),
    names: Mapping[str, str] | None = None,
) -> Allocation:
    """The proposal for a ranking under a quota that `check_quota` found no fault with.

    `pass_mark` counts units of the score's last place, `tie_orders` are the chair's orders of tied applications (best
    first, the latest last), `names` the names that reasons show for codes; the others are `allocate_pool`'s.
    Raises `Refused` if the floors alone are dearer than the budget, or if an adjustment does not hold.
    """
    pool = Pool(candidates, pass_mark=pass_mark, tie_orders=tie_orders, names=names)
    return allocate_pool(pool, quota, adjustments=adjustments, removed=removed, signed=signed)


def allocate_pool(
    pool: Pool,
    quota: Quota,
    *,
    adjustments: Mapping[str, Outcome] | None = None,
    removed: Collection[str] = (),
    signed: Collection[str] = (),
) -> Allocation:
    """The proposal for a pool, which stays as it is and may be asked with any number of quotas.

    `adjustments` are the chair's moves (no -> outcome, in their order), `removed` who lost the place after the walk (an
    objection upheld, a withdrawal), `signed` whose place a frozen list has. Raises what `allocate` raises.
    """
    return result_of(make_draft(pool, quota, adjustments or {}, removed, signed))


def make_draft(
    pool: Pool,
    quota: Quota,
    adjustments: Mapping[str, Outcome],
    removed: Collection[str],
    signed: Collection[str],
) -> Draft:
    """The finished list: walk, budget, alternates, then the chair's moves.

    What is signed stands. As long as the ranking itself gives those places there is nothing to hold; when it no longer
    does (a correction, another quota), the walk is made anew for the others, under what the signed places leave.
    """
    draft = _walked(pool, quota)
    if any(draft.outcome(no) is not Outcome.PROPOSED for no in signed):
        draft = _walked(pool, quota, signed)
    _name_guarded(draft)
    _name_alternates(draft)
    _adjust(draft, adjustments, removed, signed)
    return draft


def _walked(pool: Pool, quota: Quota, held: Collection[str] = ()) -> Draft:
    draft = Draft(pool, quota, held)
    walk(draft)
    if not draft.tied:
        cut_to_budget(draft)
    return draft


def check_adjustment(
    pool: Pool,
    quota: Quota,
    no: str,
    to: Outcome,
    *,
    adjustments: Mapping[str, Outcome] | None = None,
    removed: Collection[str] = (),
    signed: Collection[str] = (),
) -> Allocation:
    """The proposal with one adjustment more, on top of those made before; `Refused` says in words why it may not be."""
    if no in removed and to is not Outcome.DECLINED:
        raise Refused("adjust_removed", T("{no}已移出名单，不能再调整。", no=no))
    made = adjusted(adjustments or {}, no, to)
    return allocate_pool(pool, quota, adjustments=made, removed=removed, signed=signed)


def adjusted(adjustments: Mapping[str, Outcome], no: str, to: Outcome) -> dict[str, Outcome]:
    """Adjustments with one more, the last; it replaces an earlier one of the same application."""
    return {each: outcome for each, outcome in adjustments.items() if each != no} | {no: to}


def next_alternates(candidates: Sequence[Candidate], quota: Quota, allocation: Allocation) -> tuple[str, ...]:
    """Who moves up into a free place: the first alternate with whom ceilings, total and budget hold and floors best do.

    Several numbers: they are equal, and the chair says which. Empty: no place is free, or nobody fits.
    """
    pool = Pool(candidates)
    draft = Draft(pool, quota)
    for item in allocation.items:
        draft.put(pool.by_no[item.no], item.outcome, item.reason)
    fitting = [
        (-sum(draft.count[key] < draft.floor(key) for key in pool.by_no[item.no].keys), item.alternate_order, item.no)
        for item in allocation.items
        if item.alternate_order is not None and _no_room(draft, pool.by_no[item.no]) is None
    ]
    return tuple(no for gain, order, no in fitting if (gain, order) == min(fitting)[:2])


def _name_guarded(draft: Draft) -> None:
    """Say of those below the line whom only a floor let past somebody ranked better that the floor did it."""
    proposed = [candidate for candidate in draft.proposed() if candidate.no not in draft.held]
    last_free = max((c.rank or 0 for c in draft.leavers(proposed)), default=0)
    below = [candidate for candidate in proposed if (candidate.rank or 0) > last_free]
    if not below:
        return
    first_out = next((group[0].rank or 0 for group in draft.groups if not _all_in(group, draft)), None)
    for candidate in below:
        if first_out is not None and (candidate.rank or 0) > first_out:
            guarded = draft.guarded(candidate)
            cells = "、".join(draft.pool.name(key) for key in guarded)
            reason = Reason(ReasonCode.FLOOR, T("{cells}保底", cells=cells), guarded)
            draft.put(candidate, Outcome.PROPOSED, reason)


def _all_in(group: Group, draft: Draft) -> bool:
    return all(draft.outcome(candidate.no) is Outcome.PROPOSED for candidate in group)


def _numbered(draft: Draft, groups: Iterable[Group], outcome: Outcome) -> Iterator[tuple[int, Candidate]]:
    """Those of one outcome with their order among themselves: equal ones that the chair did not order share it."""
    before = 0
    for group in groups:
        members = [candidate for candidate in group if draft.outcome(candidate.no) is outcome]
        order = draft.pool.decided(members) if len(members) > 1 else members
        for index, candidate in enumerate(members if order is None else order):
            yield before + 1 + (0 if order is None else index), candidate
        before += len(members)


def _name_alternates(draft: Draft) -> None:
    if not draft.quota.alternates:
        return
    last = max((draft.pool.by_no[no].rank or 0 for no in draft.tied), default=None)
    groups = draft.groups if last is None else takewhile(lambda group: (group[0].rank or 0) <= last, draft.groups)
    for number, candidate in _numbered(draft, groups, Outcome.DECLINED):
        if number > draft.quota.alternates:
            break
        draft.put(candidate, Outcome.ALTERNATE, draft.reason(candidate))


def _no_room(draft: Draft, candidate: Candidate) -> Refused | None:
    """What forbids one place more for this application, as a refusal."""
    quota = draft.quota
    for key in candidate.keys:
        if draft.is_full(key):
            name, ceiling = draft.pool.name(key), draft.ceiling(key)
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
    draft: Draft, adjustments: Mapping[str, Outcome], removed: Collection[str], signed: Collection[str]
) -> None:
    """Move the adjusted applications and nobody else: first those that leave, so that their places are free."""
    by_no, outside = draft.pool.by_no, draft.pool.outside
    for no in removed:
        if no in by_no and no not in outside and no not in signed:
            draft.put(by_no[no], Outcome.DECLINED, Reason(ReasonCode.REMOVED, T("已移出名单")))
    for no, to in sorted(adjustments.items(), key=lambda pair: pair[1] is Outcome.PROPOSED):
        if no in signed:
            if to is not Outcome.PROPOSED:
                raise Refused("signed_stands", T("{nos} 已在定稿名单，名额不能让出。", nos=no))
            continue
        if no in removed:
            continue  # it left the list after it was adjusted
        if no in outside and to is not Outcome.DECLINED:
            raise Refused(f"adjust_{outside[no].code}", T("{no}不能调整：{reason}。", no=no, reason=outside[no].text))
        if no in outside:
            continue
        _move(draft, no, by_no.get(no), to)


def _move(draft: Draft, no: str, candidate: Candidate | None, to: Outcome) -> None:
    if candidate is None:
        raise Refused("adjust_unknown", T("本次分配中没有申报项目{no}。", no=no))
    if to not in (Outcome.PROPOSED, Outcome.ALTERNATE, Outcome.DECLINED):
        raise Refused("adjust_outcome", T("只能调整为拟入选、备选或未入选。"))
    was = draft.outcome(no)
    if was in (Outcome.TIED, Outcome.PENDING):
        raise Refused("adjust_tie", T("{no}不能调整：入选线上的并列尚未定序。", no=no), lift=T("请组长先定序。"))
    if was is to:
        return
    refusal = _no_room(draft, candidate) if to is Outcome.PROPOSED else None
    if refusal is not None:
        raise refusal
    adjusted = T("组长由{was}调整为{to}", was=Text(chinese(was)), to=Text(chinese(to)))
    draft.put(candidate, to, Reason(ReasonCode.ADJUSTED, adjusted))


def result_of(draft: Draft) -> Allocation:
    """What a finished list says of everybody, of its line and of its cells; an item is made when it is looked at."""
    pool = draft.pool
    proposed = draft.proposed()
    line = line_of(draft, proposed)
    lowest: dict[Key, int] = {}
    for candidate in proposed:
        for key in candidate.keys:
            if candidate.score is not None:
                lowest[key] = min(candidate.score, lowest.get(key, candidate.score))
    numbers = {c.no: number for number, c in _numbered(draft, grouped(draft.alternates()), Outcome.ALTERNATE)}

    def item(index: int) -> Item:
        candidate = pool.ordered[index]
        no, reason = candidate.no, draft.reason(candidate)
        margin = _margin(candidate, reason.code, line, lowest)
        return Item(no, candidate.rank, draft.outcome(no), numbers.get(no), margin, reason, candidate.amount_fen)

    budgeted = draft.quota.budget_fen is not None
    return Allocation(
        items=Lazily(len(pool.ordered), item),
        proposed=frozenset(candidate.no for candidate in proposed),
        line=line,
        cells=cell_uses(draft),
        unmet=_unmet(draft),
        ties_at_line=(draft.tied,) if draft.tied else (),
        budget_used_fen=draft.used_fen,
        amount_unknown=tuple(c.no for c in pool.inside if budgeted and c.amount_fen is None),
        draft=draft,
    )


def line_of(draft: Draft, proposed: Sequence[Candidate]) -> int | None:
    """The lowest score among the proposed whose place is free to go; if there is none, among all proposed."""
    return min((c.score for c in draft.leavers(proposed) or proposed if c.score is not None), default=None)


def _margin(candidate: Candidate, code: ReasonCode, line: int | None, lowest: Mapping[Key, int]) -> int | None:
    """Own score less the line; passed over by a ceiling: less the lowest proposed of that cell."""
    against = line
    if code is ReasonCode.CEILING_DISTRICT:
        against = lowest.get(("district", candidate.district))
    elif code is ReasonCode.CEILING_INDUSTRY:
        against = lowest.get(("industry", candidate.industry))
    return None if candidate.score is None or against is None else candidate.score - against


def _unmet(draft: Draft) -> tuple[Unmet, ...]:
    reachable = draft.reachable()
    return tuple(
        Unmet(kind, code, cell.floor, reachable[kind, code])
        for (kind, code), cell in draft.cells.items()
        if reachable[kind, code] < cell.floor
    )
