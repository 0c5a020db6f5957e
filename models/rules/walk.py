"""The walk down the ranking under floors and ceilings, and the cut back to the budget; both may stop at a tie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.enums import Outcome
from models.errors import Refused
from models.rules.draft import Candidate, Draft, Key, by_rank, cut_by_budget
from models.rules.flow import SeatFlow
from models.rules.money import format_wan
from models.text import T

Places = Sequence[Mapping[str, int]]
"""The chair's orders of tied applications as places by number, the latest order first."""


def places_of(tie_orders: Sequence[Sequence[str]]) -> Places:
    """Orders of tied applications, best first, the latest order last, made ready for looking up."""
    return [{no: place for place, no in enumerate(order)} for order in reversed(tie_orders)]


def decided(tied: Sequence[Candidate], places: Places) -> list[Candidate] | None:
    """Tied applications in the chair's latest order that names them all, None if there is none."""
    for order in places:
        if all(candidate.no in order for candidate in tied):
            return sorted(tied, key=lambda candidate: order[candidate.no])
    return None


def walk(draft: Draft, places: Places) -> None:
    """From the top, take each with whom an allowed list still goes on; stop at a tie that only the chair can break."""
    flow = draft.flow()
    for group in draft.groups:
        possible = []
        for candidate in group:
            if flow.can_take(draft.cell(candidate)):
                possible.append(candidate)
            else:
                flow.close(draft.cell(candidate))
                draft.pass_over(candidate, flow)
        if _take_all(possible, draft, flow):
            for candidate in possible:
                draft.put(candidate, Outcome.PROPOSED, by_rank(candidate))
            continue
        order = decided(possible, places)
        if order is None:
            draft.halt(possible)
            return
        for candidate in order:
            if flow.take(draft.cell(candidate)):
                draft.put(candidate, Outcome.PROPOSED, by_rank(candidate))
            else:
                flow.close(draft.cell(candidate))
                draft.pass_over(candidate, flow)


def _take_all(group: Sequence[Candidate], draft: Draft, flow: SeatFlow) -> bool:
    """Take a whole group if one allowed list has them all, else nobody of it."""
    for index, candidate in enumerate(group):
        if not flow.take(draft.cell(candidate)):
            for taken in group[:index]:
                flow.give_back(draft.cell(taken))
            return False
    return True


def cut_to_budget(draft: Draft, places: Places) -> None:
    """Let the lowest go whose leaving breaks no floor until the list fits; equal ones all go, or wait for the chair.

    Raises `Refused` (code `budget_floors`) if only places of floors are left and the list is still too dear.
    """
    budget_fen = draft.quota.budget_fen
    if budget_fen is None:
        return
    reason = cut_by_budget(budget_fen)
    for group in reversed(draft.groups):
        if not draft.too_dear():
            return
        leaving = [c for c in group if draft.outcome[c.no] is Outcome.PROPOSED and not draft.guarded(c)]
        order = leaving if _all_must_go(leaving, draft, budget_fen) else decided(leaving, places)
        if order is None:
            draft.halt(leaving)
            return
        for candidate in reversed(order):
            if draft.too_dear() and not draft.guarded(candidate):
                draft.put(candidate, Outcome.DECLINED, reason)
    if draft.too_dear():
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
