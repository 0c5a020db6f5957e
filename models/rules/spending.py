"""Which spending counts: its kind, and the days of its contract, invoice and payment (Art. 7(1); a measure's windows).

For acceptance, where spending comes with dates; nothing that is not shown is assumed to be within its window.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from models.enums import InvestmentKind, label
from models.policy.types import Track, Window
from models.rules.money import format_wan
from models.text import T, Text
from models.views.derivation import Derivation, Reason, Step

EVENTS = {"contract": T("合同"), "invoice": T("发票"), "payment": T("付款")}
"""The papers of spending whose days a measure may bound."""


@dataclass(frozen=True)
class Spending:
    """One line of spending in fen, with the days that its papers show; None: no such paper."""

    name: str
    kind: InvestmentKind
    amount_fen: int
    contract: date | None = None
    invoice: date | None = None
    payment: date | None = None


@dataclass(frozen=True)
class Counted:
    """A line of spending, and every reason why it does not count; it counts if there is none."""

    line: Spending
    reasons: tuple[Reason, ...]

    @property
    def counts(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


def count_spending(lines: Sequence[Spending], track: Track, accepted: date | None) -> tuple[Counted, ...]:
    """Judge each line by the track's kinds and windows; `accepted`: the day of acceptance, None while there is none."""
    return tuple(Counted(line, tuple(_against(line, track, accepted))) for line in lines)


def counted_by_kind(found: Sequence[Counted]) -> dict[str, int]:
    """What counts, in fen by kind: the eligible investment of an award."""
    sums: dict[str, int] = {}
    for one in found:
        if one.counts:
            sums[one.line.kind.value] = sums.get(one.line.kind.value, 0) + one.line.amount_fen
    return sums


def spending_derivation(found: Sequence[Counted], track: Track) -> Derivation:
    """Line by line what counts, and why the rest does not."""
    steps = tuple(
        Step(
            T("{name}", name=one.line.name),
            f"{label(one.line.kind)} {format_wan(one.line.amount_fen)}",
            str(T("计入")) if one.counts else "；".join(str(reason.text) for reason in one.reasons),
            track.basis.short if one.counts else "、".join(dict.fromkeys(r.article for r in one.reasons)),
        )
        for one in found
    )
    total = format_wan(sum(counted_by_kind(found).values()))
    return Derivation(T("符合条件投入"), steps, str(T("{wan} 万元", wan=total)))


def finish_by(published: date, months: int) -> date:
    """The last day of so many months from a day: its own number in the last month, or that month's end.

    Civil Code arts. 201, 202.
    """
    year, month = divmod(published.year * 12 + published.month - 1 + months, 12)
    return date(year, month + 1, min(published.day, monthrange(year, month + 1)[1]))


def window_words(window: Window) -> Text:
    """What a window asks, for people: which paper, from when, until when."""
    event, first, last = EVENTS[window.event], window.first, window.last
    if window.until_acceptance:
        if first is None:
            return T("{event}不晚于验收日", event=event)
        return T("{event}在 {first} 至验收日之间", event=event, first=first)
    if first is None and last is None:
        return T("须有{event}", event=event)
    if first is None:
        return T("{event}不晚于 {last}", event=event, last=last)
    if last is None:
        return T("{event}不早于 {first}", event=event, first=first)
    return T("{event}在 {first} 至 {last} 之间", event=event, first=first, last=last)


def _against(line: Spending, track: Track, accepted: date | None) -> Iterator[Reason]:
    if line.kind.value not in track.eligible_kinds:
        text = T("{kind}不在补助的投入范围", kind=label(line.kind))
        yield Reason("kind", track.basis.short, text)
    days = {"contract": line.contract, "invoice": line.invoice, "payment": line.payment}
    for window in track.windows:
        day, article, event = days[window.event], window.basis.short, EVENTS[window.event]
        if day is None:
            yield Reason(f"{window.event}_missing", article, T("没有{event}的日期", event=event))
            continue
        if window.first is not None and day < window.first:
            text = T("{event}日期 {day} 早于 {first}", event=event, day=day, first=window.first)
            yield Reason(f"{window.event}_early", article, text)
        last = accepted if window.until_acceptance else window.last
        if window.until_acceptance and accepted is None:
            yield Reason("acceptance_missing", article, T("验收日期未定，不能判断{event}是否在期限内", event=event))
        elif last is not None and day > last:
            text = T("{event}日期 {day} 晚于 {last}", event=event, day=day, last=last)
            yield Reason(f"{window.event}_late", article, text)
