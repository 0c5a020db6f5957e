"""Ranks: by rounded score, then by the policy's tie-breaks, never by number, order of entry or chance."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from models.policy.types import Rubric, Scoring
from models.rules.marks import format_score
from models.text import T, Text
from models.views.derivation import Derivation, Step

TieValues = Callable[[str], tuple[int, ...]]
"""From an application's number to its aggregates of the tie-breaks, in the policy's order (`marks.criterion_score`)."""

TieBreak = Callable[[Sequence[str]], Mapping[str, int]]
"""One tie-break: from the numbers of all applications that are still equal to their aggregates of its criterion."""

_SHOWN = 12
"""So many of those that share a score are written out in a derivation; of the rest it says how many they are."""


class Entry(NamedTuple):
    """An application to be ranked: its number, and its score in units of the last place (None: it has none)."""

    no: str
    score: int | None


class Ranked(NamedTuple):
    """An application in the ranking; `rank` is None without a score, `tied` says that another has the same rank.

    `compared` are its aggregates of the tie-breaks, as many of them as were needed to tell it from its equals.
    """

    no: str
    rank: int | None
    tied: bool
    score: int | None
    compared: tuple[int, ...] = ()


def rank(entries: Iterable[Entry], tie_breaks: Sequence[TieBreak] = ()) -> list[Ranked]:
    """Rank applications, best first; those without a score come last, without a rank.

    Equal scores are told apart by one tie-break after another, each asked once, for all who are still equal. Who is
    then still equal has the same rank, and the next one skips (1, 2, 2, 4); among them the order of the list is by
    number and means nothing. With separate panels call this once for each panel.
    """
    found: dict[tuple[int, ...], list[str]] = {}
    without: list[str] = []
    for no, score in entries:
        if score is None:
            without.append(no)
        else:
            found.setdefault((score,), []).append(no)
    for tie_break in tie_breaks:
        equal = [no for nos in found.values() if len(nos) > 1 for no in nos]
        if not equal:
            break
        found = _parted(found, tie_break(equal))
    ranking: list[Ranked] = []
    for key in sorted(found, reverse=True):
        place, tied = len(ranking) + 1, len(found[key]) > 1
        ranking.extend([Ranked(no, place, tied, key[0], key[1:]) for no in sorted(found[key])])
    ranking.extend(Ranked(no, None, False, None) for no in sorted(without))
    return ranking


def one_by_one(tie_values: TieValues, count: int) -> list[TieBreak]:
    """The tie-breaks of a policy that has `count` of them, where they are known application by application."""

    def by(position: int) -> TieBreak:
        return lambda nos: {no: tie_values(no)[position] for no in nos}

    return [by(position) for position in range(count)]


def _parted(found: Mapping[tuple[int, ...], list[str]], values: Mapping[str, int]) -> dict[tuple[int, ...], list[str]]:
    """Part each group of equals by a further value; who stands alone keeps the key that set it apart."""
    parted: dict[tuple[int, ...], list[str]] = {}
    for key, nos in found.items():
        if len(nos) == 1:
            parted[key] = nos
        else:
            for no in nos:
                parted.setdefault((*key, values[no]), []).append(no)
    return parted


class RankReasons:
    """Why each application of one ranking has its rank; made once for a ranking, then asked for any of its lines."""

    def __init__(self, ranking: Iterable[Ranked], rubric: Rubric, scoring: Scoring) -> None:
        """`ranking` as `rank` made it: with separate panels that of one panel."""
        self._lines = {line.no: line for line in ranking}
        self._basis = scoring.basis.short
        self._places = scoring.score_places
        found = [rubric.criterion(code) for code in scoring.tie_breaks]
        names = zip(found, scoring.tie_breaks, strict=True)
        self._names = [code if criterion is None else criterion.name for criterion, code in names]
        self._scores: list[int] = []
        self._values: dict[tuple[int, ...], list[int]] = {}
        self._equals: dict[tuple[int, ...], list[str]] = {}
        for line in self._lines.values():
            if line.score is None:
                continue
            self._scores.append(line.score)
            key: tuple[int, ...] = (line.score,)
            for value in line.compared:
                self._values.setdefault(key, []).append(value)
                key = (*key, value)
            self._equals.setdefault(key, []).append(line.no)
        for best_first in (self._scores, *self._values.values()):
            best_first.reverse()

    def of(self, no: str) -> Derivation:
        """Who is above an application, and how its equals were told from it.

        Raises `KeyError` for a number that the ranking doesn't hold.
        """
        own = self._lines[no]
        title = T("排名")
        if own.score is None:
            return Derivation(title, (self._step(T("没有得分，不参加排名"), "", "—"),), "—")
        above = len(self._scores) - bisect_right(self._scores, own.score)
        shown = format_score(own.score, self._places)
        label = T("得分 {score}，更高的有 {above} 项", score=shown, above=above)
        steps = [self._step(label, f"{above} + 1", str(above + 1))]
        key: tuple[int, ...] = (own.score,)
        for name, value in zip(self._names, own.compared, strict=False):
            values = self._values[key]
            above += len(values) - bisect_right(values, value)
            label = T("同分 {count} 项，比较“{criterion}”", count=len(values), criterion=name)
            steps.append(self._step(label, self._compared(value, values), str(above + 1)))
            key = (*key, value)
        equals = self._equals[key]
        if len(equals) > 1:
            label = T("仍然相同，{count} 项并列，之后的名次顺延", count=len(equals))
            steps.append(self._step(label, _some(equals, len(equals)), str(above + 1)))
        return Derivation(title, tuple(steps), str(own.rank))

    def _compared(self, own: int, ascending: Sequence[int]) -> str:
        """The own value beside those of the others, best first."""
        place, most = bisect_left(ascending, own), _SHOWN
        others = (*ascending[max(0, place - most) : place], *ascending[max(place + 1, len(ascending) - most) :])
        shown = [format_score(value, self._places) for value in others[: -most - 1 : -1]]
        return f"{format_score(own, self._places)} : {_some(shown, len(ascending) - 1)}"

    def _step(self, label: Text, formula: str, value: str) -> Step:
        return Step(label, formula, value, self._basis)


def _some(words: Sequence[str], count: int) -> str:
    """The first of some words, and how many more there are in all."""
    more = f", … +{count - _SHOWN}" if count > _SHOWN else ""
    return ", ".join(words[:_SHOWN]) + more
