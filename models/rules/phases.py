"""What stands in the way of a meeting's next phase, and when it may go back (domain: phases of a meeting).

Pure: the facts are gathered elsewhere; every blocker says in words what a chair can do about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models.enums import Origin, Phase, Role, label
from models.policy.types import Policy
from models.text import T, Text
from models.views.meeting import Blocker


@dataclass(frozen=True)
class SeatFact:
    """A seat: who, as what, whether it marks, and whether it came."""

    name: str
    role: Role
    marks: bool
    origin: Origin
    signed_in: bool
    absent: bool


@dataclass(frozen=True)
class ItemFact:
    """An application of the meeting: who marks it, who is recused, whose sheets are in, what deliberation owes.

    `closed`: its marks were revealed and stand, it takes no new sheet. `sealed`: its sheets are not for who asks.
    """

    no: str
    eligible: bool
    members: tuple[str, ...]
    recused: frozenset[str] = frozenset()
    submitted: frozenset[str] = frozenset()
    abstained: frozenset[str] = frozenset()
    opinion: bool = False
    unexplained: tuple[str, ...] = ()
    corrections_open: int = 0
    closed: bool = False
    sealed: bool = False


@dataclass(frozen=True)
class Overtaken:
    """An application whose listed amount (yuan, in words) no longer holds, and what it would be now or why nothing."""

    no: str
    listed: str
    now: Text


@dataclass(frozen=True)
class ListFact:
    """The list's state: what allocation and publicity still owe. `closes` is the last day of the newest period."""

    proposal: bool = False
    ties: tuple[tuple[str, ...], ...] = ()
    quota_faults: tuple[Text, ...] = ()
    overtaken: tuple[Overtaken, ...] = ()
    unpublished: tuple[str, ...] = ()
    closes: date | None = None
    period_over: bool = False
    releasable: tuple[str, ...] = ()
    open_objections: tuple[str, ...] = ()
    unsigned: tuple[Role, ...] = ()
    minutes_exported: bool = False


@dataclass(frozen=True)
class Facts:
    """All that the phases ask about one meeting."""

    phase: Phase
    policy: Policy
    seats: tuple[SeatFact, ...]
    items: tuple[ItemFact, ...]
    list: ListFact = ListFact()
    holders_missing: tuple[Role, ...] = ()
    """Where marks are sealed: the roles that would hold the key and have set no phrase yet."""
    keyings: tuple[tuple[str, str, bool], ...] = ()
    """Paper sheets that were keyed and are not in: whose, of what, and whether two keyings differ."""
    suggestions: int = 0
    suggested: tuple[tuple[str, str], ...] = ()
    """Recusals that the record suggests and nobody has answered: how many, and to whom may know, of whom and what."""


def next_phase(phase: Phase) -> Phase | None:
    """The phase after this one; None after the last."""
    return list(Phase)[phase.position + 1] if phase is not Phase.ARCHIVED else None


def due_from(item: ItemFact, seats: dict[str, SeatFact]) -> tuple[str, ...]:
    """Whose sheets an item still waits for: its markers who are neither recused nor absent and have not handed in."""
    if not item.eligible or item.closed:
        return ()
    return tuple(
        name
        for name in item.members
        if name not in item.recused
        and not seats[name].absent
        and name not in item.submitted
        and name not in item.abstained
    )


def blockers(facts: Facts) -> tuple[Blocker, ...]:
    """Everything that stands in the way of the next phase; empty if the way is free."""
    return tuple(_CHECKS[facts.phase](facts))


def _preparing(facts: Facts) -> Iterator[Blocker]:
    rule = facts.policy.panel
    if not any(item.eligible for item in facts.items):
        yield Blocker("no_application", T("还没有符合条件的申报项目，请先导入名册。"))
    marking = [seat for seat in facts.seats if seat.marks]
    if rule.least is not None and len(marking) < rule.least:
        yield Blocker(
            "panel_small",
            T("评分席位 {count} 个，至少要 {least} 个，请增设专家席位。", count=len(marking), least=rule.least),
        )
    yield from _composition(facts)
    least = facts.policy.scoring.least_in
    small = tuple(item.no for item in facts.items if item.eligible and len(item.members) < least)
    if small:
        yield Blocker(
            "panel_of_item_small",
            T("{nos} 的评审组不足 {least} 名评委。", nos=_some(small), least=least),
            applications=small,
        )
    yield from (Blocker("quota", text) for text in facts.list.quota_faults)


def _composition(facts: Facts) -> Iterator[Blocker]:
    """Odd, and enough experts: asked again before scoring, as seats are still added while people sign in."""
    share = facts.policy.panel.expert_share
    marking = [seat for seat in facts.seats if seat.marks]
    if facts.policy.panel.odd and len(marking) % 2 == 0:
        yield Blocker("panel_even", T("评分席位 {count} 个，应为单数。", count=len(marking)))
    experts = sum(seat.origin is Origin.EXPERT for seat in marking)
    if share is not None and marking and experts < share * len(marking):
        yield Blocker(
            "expert_share",
            T("外部专家 {experts}/{count}，不足 {share}。", experts=experts, count=len(marking), share=share),
        )


def _signing_in(facts: Facts) -> Iterator[Blocker]:
    yield from _suggested(facts)
    yield from _composition(facts)
    if not any(seat.role is Role.CHAIR and seat.signed_in and not seat.absent for seat in facts.seats):
        yield Blocker("no_chair", T("还没有签到的组长，请推定组长并签到。"))
    silent = tuple(seat.name for seat in facts.seats if not seat.signed_in and not seat.absent)
    if silent:
        yield Blocker("not_signed_in", T("{names} 尚未签到，可由组长记录缺席。", names="、".join(silent)), seats=silent)
    marking = [seat for seat in facts.seats if seat.marks]
    came = sum(seat.signed_in and not seat.absent for seat in marking)
    quorum = facts.policy.panel.quorum
    if quorum is not None and came < quorum * len(marking):
        yield Blocker(
            "quorum", T("评委到会 {came}/{count}，不足 {quorum}。", came=came, count=len(marking), quorum=quorum)
        )
    least = facts.policy.scoring.least_in
    seats = {seat.name: seat for seat in facts.seats}
    few = tuple(
        item.no
        for item in facts.items
        if item.eligible and sum(not seats[n].absent for n in item.members if n not in item.recused) < least
    )
    if few:
        yield Blocker(
            "too_few_experts",
            T("{nos} 回避后评委不足 {least} 名，请增设席位或移出该项目。", nos=_some(few), least=least),
            applications=few,
        )
    yield from _deputy(facts)
    if facts.holders_missing:
        yield Blocker(
            "holders_missing",
            T(
                "{roles}还没有设定口令，不能封存分数；请其以验证码签到一次。",
                roles="、".join(label(role) for role in facts.holders_missing),
            ),
        )


def _suggested(facts: Facts) -> Iterator[Blocker]:
    """Suggested recusals stand in the way until each is confirmed or dismissed: of whom, only who may know is told."""
    if not facts.suggestions:
        return
    seats, nos = (
        tuple(dict.fromkeys(part)) for part in (zip(*facts.suggested, strict=True) if facts.suggested else ((), ()))
    )
    text = T("还有 {count} 条回避线索待秘书或组长核实。", count=facts.suggestions)
    if facts.suggested:
        pairs = tuple(f"{name}—{no}" for name, no in facts.suggested)
        text = T("回避线索待核实：{pairs}，请逐条登记回避或写明理由排除。", pairs=_some(pairs))
    yield Blocker("recusal_suggested", text, seats=seats, applications=nos)


def orphaned_items(seats: Sequence[SeatFact], items: Sequence[ItemFact]) -> tuple[str, ...]:
    """The applications over which nobody may preside: the chair is recused, and no deputy who came is free for them."""
    chairs = {seat.name for seat in seats if seat.role is Role.CHAIR}
    free = [seat.name for seat in seats if seat.role is Role.DEPUTY and seat.signed_in and not seat.absent]
    return tuple(
        item.no for item in items if item.recused & chairs and not any(name not in item.recused for name in free)
    )


def _deputy(facts: Facts) -> Iterator[Blocker]:
    orphaned = orphaned_items(facts.seats, facts.items)
    if orphaned:
        yield Blocker(
            "no_deputy",
            T("组长回避 {nos}，须有可主持这些项目的副组长签到。", nos=_some(orphaned)),
            applications=orphaned,
        )


def _scoring(facts: Facts) -> Iterator[Blocker]:
    yield from _suggested(facts)
    seats = {seat.name: seat for seat in facts.seats}
    owed: dict[str, list[str]] = {}
    for item in facts.items:
        for name in due_from(item, seats):
            owed.setdefault(name, []).append(item.no)
    for name, nos in owed.items():
        yield Blocker(
            "sheets_out",
            T(
                "{name}还有 {count} 份未提交（{nos}），可催交，或由组长记录缺席。",
                name=name,
                count=len(nos),
                nos=_some(tuple(nos)),
            ),
            seats=(name,),
            applications=tuple(nos),
        )
    yield from _keyings(facts, owed)
    least = facts.policy.scoring.least_in
    few: list[str] = []
    short: list[str] = []
    for item in facts.items:
        waiting, valid = due_from(item, seats), len(item.submitted - item.recused)
        if item.eligible and valid + len(waiting) < least:
            (short if waiting else few).append(item.no)
    if few:
        yield Blocker(
            "too_few_sheets",
            T("{nos} 的有效评分表不足 {least} 份。", nos=_some(tuple(few)), least=least),
            applications=tuple(few),
        )
    if short:
        yield Blocker(
            "too_few_left",
            T("{nos} 交齐后有效评分表仍不足 {least} 份：回避、缺席或弃权过多。", nos=_some(tuple(short)), least=least),
            applications=tuple(short),
        )


def _keyings(facts: Facts, owed: Mapping[str, Sequence[str]]) -> Iterator[Blocker]:
    """Paper sheets that are out for want of a second keying, or because two differ: nothing of what was keyed."""
    waiting = tuple(f"{no}/{name}" for name, no, differs in facts.keyings if not differs and no in owed.get(name, ()))
    if waiting:
        text = T("{sheets} 的纸质评分表只录入过一次，须另一人复录。", sheets=_some(waiting))
        yield Blocker("keyed_once", text, applications=_numbers(waiting))
    differing = tuple(f"{no}/{name}" for name, no, differs in facts.keyings if differs and no in owed.get(name, ()))
    if differing:
        text = T("{sheets} 的纸质评分表两次录入不一致，由录入的两人之一核对后重录。", sheets=_some(differing))
        yield Blocker("keyings_differ", text, applications=_numbers(differing))


def _numbers(sheets: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sheet.partition("/")[0] for sheet in sheets))


def _deliberating(facts: Facts) -> Iterator[Blocker]:
    yield from _suggested(facts)
    yield from _deputy(facts)
    items = [item for item in facts.items if item.eligible]
    silent = tuple(item.no for item in items if not item.opinion)
    if silent:
        yield Blocker("no_opinion", T("{nos} 还没有评审意见。", nos=_some(silent)), applications=silent)
    unfinished = tuple(item.no for item in items if item.sealed and (item.unexplained or item.corrections_open))
    if unfinished:
        yield Blocker("discussion_open", T("{nos} 的合议尚未完成。", nos=_some(unfinished)), applications=unfinished)
    for item in items:
        if item.unexplained and not item.sealed:
            yield Blocker(
                "unexplained",
                T("{no}：{names} 的偏差尚未说明。", no=item.no, names="、".join(item.unexplained)),
                seats=item.unexplained,
                applications=(item.no,),
            )
    waiting = tuple(item.no for item in items if item.corrections_open and not item.sealed)
    if waiting:
        yield Blocker("correction_open", T("{nos} 有更正尚未录入新分。", nos=_some(waiting)), applications=waiting)
    least = facts.policy.scoring.least_in
    few = tuple(item.no for item in items if len(item.submitted - item.recused) < least)
    if few:
        yield Blocker(
            "too_few_sheets",
            T("{nos} 的有效评分表不足 {least} 份，须退回评分阶段补评。", nos=_some(few), least=least),
            applications=few,
        )


def _allocating(facts: Facts) -> Iterator[Blocker]:
    if not facts.list.proposal:
        yield Blocker("no_proposal", T("还没有分配方案，请组长生成。"))
    for tied in facts.list.ties:
        yield Blocker("tie", T("{nos} 在线上并列，请组长裁定次序。", nos="、".join(tied)), applications=tied)
    yield from (Blocker("quota", text) for text in facts.list.quota_faults)
    yield from _overtaken(facts, T("请重新生成分配方案。"))


def _overtaken(facts: Facts, way: Text) -> Iterator[Blocker]:
    """Each amount that other lists have overtaken, and the way on."""
    for one in facts.list.overtaken:
        text = T(
            "{no} 所列 {listed} 元已不成立（其他名单定稿后：{now}），{way}",
            no=one.no,
            listed=one.listed,
            now=one.now,
            way=way,
        )
        yield Blocker("amount_overtaken", text, applications=(one.no,))


def _publicity(facts: Facts) -> Iterator[Blocker]:
    listed = facts.list
    yield from (Blocker("quota", text) for text in listed.quota_faults)
    yield from _overtaken(facts, T("请组长退回“配额分配”重新生成方案，就新金额再行公示。"))
    if listed.unpublished:
        yield Blocker(
            "unpublished", T("{nos} 尚未公示。", nos=_some(listed.unpublished)), applications=listed.unpublished
        )
    elif listed.closes is not None and not listed.period_over:
        yield Blocker("period_runs", T("公示期至 {closes} 24 时止，尚未届满。", closes=listed.closes))
    elif not listed.releasable:
        yield Blocker("all_held", T("名单上的项目都有未结异议或已移出，没有可以定稿的项目。"))


def _finalised(facts: Facts) -> Iterator[Blocker]:
    for role in facts.list.unsigned:
        yield Blocker("unsigned", T("{role}尚未签署名单。", role=T(_SIGNERS[role])))
    if facts.list.open_objections:
        yield Blocker(
            "objection_open",
            T("{nos} 的异议尚未办结。", nos=_some(facts.list.open_objections)),
            applications=facts.list.open_objections,
        )
    if not facts.list.minutes_exported:
        yield Blocker("no_minutes", T("会议纪要尚未导出。"))


_SIGNERS = {Role.CHAIR: "组长", Role.DEPUTY: "副组长", Role.FINANCE: "财政代表"}

_CHECKS: dict[Phase, Callable[[Facts], Iterator[Blocker]]] = {
    Phase.PREPARING: _preparing,
    Phase.SIGNING_IN: _signing_in,
    Phase.SCORING: _scoring,
    Phase.DELIBERATING: _deliberating,
    Phase.ALLOCATING: _allocating,
    Phase.PUBLICITY: _publicity,
    Phase.FINALISED: _finalised,
    Phase.ARCHIVED: lambda _facts: iter(()),
}

BACK: dict[Phase, Phase] = {
    Phase.DELIBERATING: Phase.SCORING,
    Phase.ALLOCATING: Phase.DELIBERATING,
    Phase.PUBLICITY: Phase.ALLOCATING,
    Phase.FINALISED: Phase.PUBLICITY,
}
"""Where a step back leads."""

_SHOWN = 5


def _some(nos: tuple[str, ...]) -> Text:
    if len(nos) <= _SHOWN:
        return T("{nos}", nos="、".join(nos))
    return T("{nos} 等 {count} 项", nos="、".join(nos[:_SHOWN]), count=len(nos))
