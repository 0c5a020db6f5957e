"""The walk down the ranking under floors and ceilings, and the cut back to the budget; both may stop at a tie."""

from __future__ import annotations

from collections.abc import Sequence

from models.enums import Outcome
from models.errors import Refused
from models.rules.draft import Draft, cut_by_budget
from models.rules.flow import SeatFlow
from models.rules.money import format_wan
from models.rules.pool import Candidate, Key, grouped
from models.text import T

Cells = dict[tuple[Key, Key], tuple[int, int]]


def walk(draft: Draft) -> None:
    """From the top, take each with whom an allowed list still goes on; stop at a tie that only the chair can break."""
    flow, cells = draft.flow()
    for group in draft.groups:
        if draft.total >= draft.quota.total:
            draft.close(cells)
            return
        if len(group) == 1:
            _take_or_decline(group[0], draft, flow, cells)
            continue
        possible = []
        for candidate in group:
            if flow.can_take(cells[candidate.keys]):
                possible.append(candidate)
            else:
                _decline(candidate, draft, flow, cells)
        if _take_all(possible, flow, cells):
            for candidate in possible:
                draft.put(candidate, Outcome.PROPOSED, draft.pool.by_rank(candidate.rank))
            continue
        order = draft.pool.decided(possible)
        if order is None:
            draft.halt(possible, walked=False)
            return
        for candidate in order:
            _take_or_decline(candidate, draft, flow, cells)


def _take_or_decline(candidate: Candidate, draft: Draft, flow: SeatFlow, cells: Cells) -> None:
    if flow.take(cells[candidate.keys]):
        draft.put(candidate, Outcome.PROPOSED, draft.pool.by_rank(candidate.rank))
    else:
        _decline(candidate, draft, flow, cells)


def _decline(candidate: Candidate, draft: Draft, flow: SeatFlow, cells: Cells) -> None:
    cell = cells[candidate.keys]
    flow.close(cell)
    draft.pass_over(candidate, flow, cell)


def _take_all(group: Sequence[Candidate], flow: SeatFlow, cells: Cells) -> bool:
    """Take a whole group if one allowed list has them all, else nobody of it."""
    for index, candidate in enumerate(group):
        if not flow.take(cells[candidate.keys]):
            for taken in group[:index]:
                flow.give_back(cells[taken.keys])
            return False
    return True


def cut_to_budget(draft: Draft) -> None:
    """Let the lowest go whose leaving breaks no floor until the list fits; equal ones all go, or wait for the chair.

    Raises `Refused` (code `budget_floors`) if only places of floors are left and the list is still too dear. Places on
    signed lists stay, and alone they are not refused: nothing that can be done here would make them cheaper.
    """
    budget_fen = draft.quota.budget_fen
    if budget_fen is None or not draft.too_dear():
        return
    reason = cut_by_budget(budget_fen)
    for group in reversed(grouped(draft.proposed())):
        if not draft.too_dear():
            return
        leaving = [candidate for candidate in group if draft.may_leave(candidate)]
        order = leaving if _all_must_go(leaving, draft, budget_fen) else draft.pool.decided(leaving)
        if order is None:
            draft.halt(leaving, walked=True)
            return
        for candidate in reversed(order):
            if draft.too_dear() and draft.may_leave(candidate):
                draft.put(candidate, Outcome.DECLINED, reason)
    if draft.too_dear() and not draft.held.issuperset(candidate.no for candidate in draft.proposed()):
        used, budget = format_wan(draft.used_fen), format_wan(budget_fen)
        raise Refused(
            "budget_floors",
            T("仅保底名额就需 {used} 万元，超出预算 {budget} 万元。", used=used, budget=budget),
            lift=T("请降低保底或增加预算。"),
        )


def _all_must_go(group: Sequence[Candidate], draft: Draft, budget_fen: int) -> bool:
    """Whether all of a group leave in any order: no floor hinders it, and the list is too dear up to the last."""
    if not group:
        return True
    amounts = [candidate.amount_fen or 0 for candidate in group]
    spare: dict[Key, int] = {
        key: draft.count[key] - draft.floor(key) for c in group for key in c.keys if draft.floor(key)
    }
    for candidate in group:
        for key in candidate.keys:
            if key in spare:
                spare[key] -= 1
    hindered = any(left < 0 for left in spare.values())
    return not hindered and draft.used_fen - (sum(amounts) - min(amounts)) > budget_fen
