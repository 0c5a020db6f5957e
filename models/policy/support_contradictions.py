"""Contradictions in what is supported, whom, and how much."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations, pairwise

from models.policy.good import Contradiction, Good
from models.policy.kinds import percent, plain
from models.policy.types import Term, UseShare
from models.text import T


def _caps_rise(good: Good) -> Iterator[Contradiction]:
    for entry, caps in good.each("tracks", "levels"):
        steps = list((caps or {}).items())
        for (low, low_fen), (high, high_fen) in pairwise(steps):
            if low_fen > high_fen:
                yield Contradiction(
                    f"{entry}.levels",
                    str(low),
                    str(low_fen // 100),
                    T("不高于等级 {level} 的上限 {cap}", level=high, cap=high_fen // 100),
                )


def _terms_stand_alone(good: Good) -> Iterator[Contradiction]:
    for entry, caps, terms in good.each("tracks", "levels", "terms"):
        if caps and terms:
            yield Contradiction(entry, "levels", "{…}", T("写了 terms 就不写 levels，上限写在各行"))


def _terms_say_their_figures(good: Good) -> Iterator[Contradiction]:
    """What neither a term nor its track says is forgotten, not left open: that would be said with "unset"."""
    for entry, terms in good.each("tracks", "terms"):
        for number in range(1, len(terms) + 1):
            for key in ("ratio", "cap", "amount"):
                own = f"{entry}.{key}"
                if f"{entry}.terms[{number}].{key}" in good.unsaid and (own in good.unsaid or own not in good.values):
                    yield Contradiction(f"{entry}.terms[{number}]", key, "", T("在这一行写明，没有规定的写 unset"))


def _terms_are_apart(good: Good) -> Iterator[Contradiction]:
    for entry, terms in good.each("tracks", "terms"):
        for (first, one), (second, other) in combinations(enumerate(terms, 1), 2):
            if _meet(one.levels, other.levels) and _meet(one.years, other.years):
                wanted = T("与第 {first} 行没有共同的等级和年份", first=first)
                yield Contradiction(f"{entry}.terms[{second}]", "levels", _said(other), wanted)


def _meet(some: tuple[int, ...], others: tuple[int, ...]) -> bool:
    """Whether two columns of a track's table have a level or a year in common; an empty one has all."""
    return not some or not others or bool({*some} & {*others})


def _said(term: Term) -> str:
    return "、".join(map(str, (*term.levels, *term.years)))


def _terms_rise(good: Good) -> Iterator[Contradiction]:
    """In no year does a lower level get more than a higher one; from year to year anything goes."""
    for entry, terms in good.each("tracks", "terms"):
        for (first, one), (second, other) in combinations(enumerate(terms, 1), 2):
            if not one.levels or not other.levels or not _meet(one.years, other.years):
                continue
            for (low, below), (high, above) in (((first, one), (second, other)), ((second, other), (first, one))):
                if min(below.levels) >= max(above.levels):
                    continue
                for key in ("cap", "amount"):
                    low_fen, high_fen = (getattr(term, f"{key}_fen") for term in (below, above))
                    if low_fen is not None and high_fen is not None and low_fen > high_fen:
                        wanted = T("不高于第 {row} 行更高等级的 {most}", row=high, most=high_fen // 100)
                        yield Contradiction(f"{entry}.terms[{low}]", key, str(low_fen // 100), wanted)


def _windows_are_open(good: Good) -> Iterator[Contradiction]:
    for entry, windows in good.each("tracks", "windows"):
        for number, one in enumerate(windows, 1):
            where = f"{entry}.windows[{number}]"
            if one.event in [other.event for other in windows[: number - 1]]:
                yield Contradiction(where, "event", one.event, T("每种凭据只写一次"))
            if one.first is None and one.last is None and not one.until_acceptance:
                yield Contradiction(where, "from", "", T("from、until、until_acceptance 至少写明一项"))
            if one.last is not None and one.until_acceptance:
                yield Contradiction(where, "until", one.last.isoformat(), T("写了 until_acceptance 就不写 until"))
            if one.first is not None and one.last is not None and one.last < one.first:
                yield Contradiction(where, "until", one.last.isoformat(), T("不早于 {day}", day=one.first))


def _cumulative_says_something(good: Good) -> Iterator[Contradiction]:
    for share, amount in good.together("cumulative.share", "cumulative.amount"):
        if share is None and amount is None:
            yield Contradiction("cumulative", "share", "unset", T("share、amount 至少写明一项，或整组写 unset"))


def _editions_rise(good: Good) -> Iterator[Contradiction]:
    for edition, rules in good.each("editions", "levels"):
        for number, (low, high) in enumerate(pairwise(rules), 2):
            where = f"{edition}.levels[{number}]"
            if high.level <= low.level:
                yield Contradiction(where, "level", str(high.level), T("高于上一行的 {least}", least=low.level))
            if high.points is not None and low.points is not None and high.points <= low.points:
                yield Contradiction(
                    where, "points", plain(high.points), T("高于上一行的 {least}", least=plain(low.points))
                )
            for key in ("scenes", "binding"):
                less, more = getattr(low, key), getattr(high, key)
                if less is not None and more is not None and more < less:
                    yield Contradiction(where, key, str(more), T("不少于上一行的 {least}", least=less))


def _scenes_are_there(good: Good) -> Iterator[Contradiction]:
    for edition, rules, scenes, binding in good.each("editions", "levels", "scenes", "binding_scenes"):
        for scene in binding or ():
            if scenes and scene not in scenes:
                yield Contradiction(edition, "binding_scenes", scene, T("scenes 中的场景"))
        for number, rule in enumerate(rules, 1):
            bounds = (
                ("scenes", rule.scenes, len(scenes) or None, T("不多于所列场景")),
                ("binding", rule.binding, rule.scenes or 0, T("不多于 scenes")),
                ("binding", rule.binding, None if binding is None else len(binding), T("不多于所列必备场景")),
            )
            for key, found, most, wanted in bounds:
                if found is not None and most is not None and found > most:
                    yield Contradiction(
                        f"{edition}.levels[{number}]",
                        key,
                        str(found),
                        T("{wanted}（{most}）", wanted=wanted, most=most),
                    )


def _codes_are_known(good: Good) -> Iterator[Contradiction]:
    for listed, key, holders in (
        ("conditions", "tracks", "tracks"),
        ("uses", "tracks", "tracks"),
        ("uses", "sources", "sources"),
    ):
        for entry, codes in good.each(listed, key):
            for (held,) in good.together(holders):
                known = [one.code for one in held]
                for code in codes:
                    if code not in known:
                        yield Contradiction(entry, key, code, T("其中之一：{words}", words="、".join(known)))


def _uses_fit(good: Good) -> Iterator[Contradiction]:
    """Uses of the same money share no track, so they can be kept together if their least shares sum to 1 at most.

    Those of different sources are kept by the same awards, which all sources bear: two of them must not exclude each
    other either.
    """
    for (uses,) in good.together("uses"):
        sums: dict[frozenset[str], Fraction] = {}
        for number, use in enumerate(uses, 1):
            entry, money = f"uses[{number}]", frozenset(use.sources)
            if use.least is None and use.most is None:
                yield Contradiction(entry, "least", "unset", T("least、most 至少写明一项"))
            elif use.least is not None and use.most is not None and use.least > use.most:
                yield Contradiction(
                    entry, "least", percent(use.least), T("不高于 most 的 {most}", most=percent(use.most))
                )
            before = uses[: number - 1]
            yield from _shared_tracks(entry, use, [one for one in before if frozenset(one.sources) == money])
            yield from _excluded(entry, use, [one for one in before if frozenset(one.sources) != money])
            sums[money] = sums.get(money, Fraction(0)) + (use.least or 0)
            if use.least and sums[money] > 1:
                wanted = T("使同一资金各项用途的 least 合计不高于 100%，现为 {sum}", sum=percent(sums[money]))
                yield Contradiction(entry, "least", percent(use.least), wanted)


def _shared_tracks(entry: str, use: UseShare, before: list[UseShare]) -> Iterator[Contradiction]:
    for other in before:
        for code in use.tracks:
            if code in other.tracks:
                yield Contradiction(entry, "tracks", code, T("不与同一资金的用途“{other}”重复", other=other.name))


def _excluded(entry: str, use: UseShare, before: list[UseShare]) -> Iterator[Contradiction]:
    """A use of other sources that can't be kept together with this one."""
    for other in before:
        for narrow, wide in ((use, other), (other, use)):
            if {*narrow.tracks} <= {*wide.tracks} and (narrow.least or 0) > (1 if wide.most is None else wide.most):
                yield Contradiction(
                    entry, "tracks", "、".join(use.tracks), T("能与用途“{other}”同时做到", other=other.name)
                )
        if not {*use.tracks} & {*other.tracks} and (use.least or 0) + (other.least or 0) > 1:
            yield Contradiction(
                entry, "least", percent(use.least or Fraction(0)), T("能与用途“{other}”同时做到", other=other.name)
            )


def _classes_are_apart(good: Good) -> Iterator[Contradiction]:
    """No class of GB/T 4754 belongs to two industries, be it as a part of a larger class."""
    owners: list[tuple[str, str]] = []
    for entry, classes in good.each("industries", "classes"):
        for found in classes:
            for owner, other in owners:
                if found.startswith(other) or other.startswith(found):
                    yield Contradiction(entry, "classes", found, T("不与 {other} 重复", other=f"{owner}（{other}）"))
        owners += [(entry, found) for found in classes]


SUPPORT_CHECKS: tuple[Callable[[Good], Iterator[Contradiction]], ...] = (
    _caps_rise,
    _terms_stand_alone,
    _terms_say_their_figures,
    _terms_are_apart,
    _terms_rise,
    _windows_are_open,
    _cumulative_says_something,
    _editions_rise,
    _scenes_are_there,
    _codes_are_known,
    _uses_fit,
    _classes_are_apart,
)
