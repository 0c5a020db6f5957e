"""What a policy file may not say although each of its values can be read: values that contradict each other.

Each check takes what it needs from the values that could be read and keeps silent where one of them is missing, so that
one fault does not hide another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction

from models.policy.good import Contradiction, Good
from models.policy.kinds import percent, plain
from models.policy.schema import TRIGGERS
from models.policy.support_contradictions import SUPPORT_CHECKS
from models.policy.types import MILLI, Trim
from models.text import T, Text


def contradictions(good: Good) -> Iterator[Contradiction]:
    """Everything in these values that contradicts itself."""
    for check in (*_CHECKS, *SUPPORT_CHECKS):
        yield from check(good)
    for listed, keys in _UNIQUE.items():
        yield from _repeated(good, listed, keys)


def _rubric_adds_up(good: Good) -> Iterator[Contradiction]:
    for full, criteria in good.together("rubric.full", "rubric.criteria"):
        if any(one.weight is None for one in criteria):
            continue  # still to be filled in
        total = sum((Fraction(one.full) * one.weight for one in criteria), Fraction())
        if total != full:
            yield Contradiction(
                "rubric", "full", _points(full), T("各指标满分乘权重之和 {total}", total=_points(total))
            )


def _full_is_in_steps(good: Good) -> Iterator[Contradiction]:
    for entry, full, step in good.each("rubric.criteria", "full", "step"):
        if full % step:
            yield Contradiction(entry, "full", _points(full), T("步长 {step} 的整数倍", step=_points(step)))


def _trim_leaves_enough(good: Good) -> Iterator[Contradiction]:
    for trim, least in good.together("scoring.trim", "scoring.least_sheets"):
        if isinstance(trim, Trim) and trim.trim_from - 2 * trim.count < least:
            yield Contradiction(
                "scoring.trim",
                "from",
                str(trim.trim_from),
                T(
                    "不小于 {wanted}：高低各去 {count} 份后余下不少于最少评分表 {least} 份",
                    wanted=least + 2 * trim.count,
                    count=trim.count,
                    least=least,
                ),
            )


def _panel_gives_enough(good: Good) -> Iterator[Contradiction]:
    for least, sheets in good.together("panel.least", "scoring.least_sheets"):
        if least is not None and least < sheets:
            yield Contradiction("panel", "least", str(least), T("不小于最少评分表 {least} 份", least=sheets))


def _panel_is_odd(good: Good) -> Iterator[Contradiction]:
    for least, odd in good.together("panel.least", "panel.odd"):
        if odd and least is not None and least % 2 == 0:
            yield Contradiction("panel", "least", str(least), T("单数（panel.odd 为 true）"))


def _tie_breaks_are_criteria(good: Good) -> Iterator[Contradiction]:
    for breaks, criteria in good.together("scoring.tie_breaks", "rubric.criteria"):
        codes = [one.code for one in criteria]
        for code in breaks:
            if code not in codes:
                yield Contradiction(
                    "scoring", "tie_breaks", code, T("评分标准中的指标代码：{codes}", codes="、".join(codes))
                )


def _lines_are_within_full(good: Good) -> Iterator[Contradiction]:
    for key in ("pass_mark", "spread_flag"):
        for line, full in good.together(f"scoring.{key}", "rubric.full"):
            if line is not None and line * MILLI > full:
                yield Contradiction("scoring", key, plain(line), T("不大于总分 {full}", full=_points(full)))


def _dates_are_in_order(good: Good) -> Iterator[Contradiction]:
    for starts, until in good.together("effective_from", "effective_until"):
        if until is not None and until < starts:
            yield _day("effective_until", until, T("不早于施行日期 {day}", day=starts))
    for starts, since in good.together("effective_from", "applies_since"):
        if since is not None and since > starts:
            yield _day("applies_since", since, T("不晚于施行日期 {day}", day=starts))


def _day(key: str, found: date, wanted: Text) -> Contradiction:
    return Contradiction("", key, found.isoformat(), wanted)


def _widest_leaves_enough(good: Good) -> Iterator[Contradiction]:
    for least, drop, sheets in good.together("panel.least", "scoring.drop", "scoring.least_sheets"):
        if drop and least == sheets:
            wanted = T("大于最少评分表 {least} 份：有一名专家的评分表整份剔除", least=sheets)
            yield Contradiction("panel", "least", str(least), wanted)


def _payments_are_in_order(good: Good) -> Iterator[Contradiction]:
    """A later stage neither begins earlier nor leaves less paid than one before it."""
    order = list(TRIGGERS)
    for (stages,) in good.together("payments"):
        for number, stage in enumerate(stages, 1):
            before = stages[: number - 1]
            after = max((one.trigger for one in before if one.trigger), key=order.index, default=order[0])
            paid = max((one.share for one in before if one.share is not None), default=Fraction(0))
            if stage.trigger is not None and order.index(stage.trigger) < order.index(after):
                wanted = T("不早于前面各阶段的时点 {after}", after=after)
                yield Contradiction(f"payments[{number}]", "after", stage.trigger, wanted)
            if stage.share is not None and stage.share < paid:
                wanted = T("不低于前面各阶段的 {share}", share=percent(paid))
                yield Contradiction(f"payments[{number}]", "share", percent(stage.share), wanted)


def _repeated(good: Good, listed: str, keys: tuple[str, ...]) -> Iterator[Contradiction]:
    """A code, name or other name by which two entries of one list could both be found."""
    owners: dict[str, str] = {}
    for number in range(1, good.sizes.get(listed, 0) + 1):
        entry = f"{listed}[{number}]"
        for key in keys:
            found = good.values.get(f"{entry}.{key}", ())
            for word in (found,) if isinstance(found, str) else found:
                owner = owners.setdefault(word, entry)
                if owner != entry:
                    yield Contradiction(entry, key, word, T("不与 {other} 重复", other=owner))


def _points(milli: int | Fraction) -> str:
    return plain(Fraction(milli) / MILLI)


_CHECKS: tuple[Callable[[Good], Iterator[Contradiction]], ...] = (
    _dates_are_in_order,
    _rubric_adds_up,
    _full_is_in_steps,
    _trim_leaves_enough,
    _panel_gives_enough,
    _panel_is_odd,
    _widest_leaves_enough,
    _tie_breaks_are_criteria,
    _lines_are_within_full,
    _payments_are_in_order,
)

_UNIQUE: Mapping[str, tuple[str, ...]] = {
    "industries": ("code", "name", "aliases"),
    "districts": ("code", "name", "aliases"),
    "tracks": ("code", "name", "aliases"),
    "exclusions": ("code",),
    "rubric.criteria": ("code", "name"),
    "payments": ("code", "name"),
    "recoveries": ("code",),
    "sanctions": ("code",),
    "sources": ("code", "name"),
    "editions": ("code", "name"),
    "conditions": ("code",),
    "uses": ("code", "name"),
}
