"""Ranks: by rounded score, then by the policy's tie-breaks, never by number, order of entry or chance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from models.policy.types import Rubric, Scoring
from models.rules.marks import format_score
from models.text import T
from models.views.derivation import Derivation, Step

TieValues = Callable[[str], tuple[int, ...]]
"""From an application's number to its aggregates of the tie-breaks, in the policy's order (`marks.criterion_score`)."""


class Entry(NamedTuple):
    """An application to be ranked: its number, and its score in units of the last place (None: it has none)."""

    no: str
    score: int | None


class Ranked(NamedTuple):
    """An application in the ranking; `rank` is None without a score, `tied` says that another has the same rank."""

    no: str
    rank: int | None
    tied: bool
    score: int | None


def rank(entries: Iterable[Entry], tie_values: TieValues) -> list[Ranked]:
    """Rank applications, best first; those without a score come last, without a rank.

    Equal scores are told apart by `tie_values`, which is asked for them alone. Who is then still equal has the same
    rank, and the next one skips (1, 2, 2, 4); among them the order of the list is by number and means nothing. With
    separate panels call this once for each panel.
    """
    scores: dict[int, list[str]] = {}
    without: list[str] = []
    for no, score in entries:
        if score is None:
            without.append(no)
        else:
            scores.setdefault(score, []).append(no)
    ranking: list[Ranked] = []
    for score in sorted(scores, reverse=True):
        nos = scores[score]
        groups = [nos] if len(nos) == 1 else _broken(nos, tie_values)
        for group in groups:
            place, tied = len(ranking) + 1, len(group) > 1
            ranking.extend([Ranked(no, place, tied, score) for no in group])
    ranking.extend(Ranked(no, None, False, None) for no in sorted(without))
    return ranking


def _broken(nos: Sequence[str], tie_values: TieValues) -> list[list[str]]:
    """Part equal scores by their tie-breaks, best first; each part in order of number."""
    values = {no: tie_values(no) for no in nos}
    best_first = sorted(sorted(nos), key=values.__getitem__, reverse=True)
    return [list(group) for _, group in groupby(best_first, key=values.__getitem__)]


def explain_rank(
    no: str, ranking: Sequence[Ranked], tie_values: TieValues, rubric: Rubric, scoring: Scoring
) -> Derivation:
    """Tell why an application has its rank in a ranking made by `rank`: who is above, and how equals were parted.

    Raises `KeyError` for a number that the ranking doesn't hold.
    """
    own = {entry.no: entry for entry in ranking}[no]
    basis, title = scoring.basis.short, T("排名")
    if own.score is None:
        return Derivation(title, (Step(T("没有得分，不参加排名"), "", "—", basis),), "—")
    above = sum(entry.score is not None and entry.score > own.score for entry in ranking)
    shown = format_score(own.score, scoring.score_places)
    steps = [
        Step(T("得分 {score}，更高的有 {above} 项", score=shown, above=above), f"{above} + 1", str(above + 1), basis)
    ]
    equals = [entry.no for entry in ranking if entry.score == own.score]
    values = {equal: tie_values(equal) for equal in equals} if len(equals) > 1 else {}
    for position, code in enumerate(scoring.tie_breaks):
        if len(equals) == 1:
            break
        mine = values[no][position]
        others = sorted((values[equal][position] for equal in equals if equal != no), reverse=True)
        above += sum(other > mine for other in others)
        criterion = rubric.criterion(code)
        name = code if criterion is None else criterion.name
        label = T("同分 {count} 项，比较“{criterion}”", count=len(equals), criterion=name)
        formula = ", ".join(format_score(other, scoring.score_places) for other in others)
        compared = f"{format_score(mine, scoring.score_places)} : {formula}"
        steps.append(Step(label, compared, str(above + 1), basis))
        equals = [equal for equal in equals if values[equal][position] == mine]
    if len(equals) > 1:
        label = T("仍然相同，{count} 项并列，之后的名次顺延", count=len(equals))
        steps.append(Step(label, ", ".join(equals), str(above + 1), basis))
    return Derivation(title, tuple(steps), str(own.rank))
