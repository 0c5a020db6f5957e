"""How much of a batch's budget its uses may and must take: at most a share for some tracks, at least one for others.

A batch's fund sources divide every award by the same shares, so what holds of all the money holds of each source's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from models.policy.kinds import percent
from models.policy.types import UseShare
from models.rules.money import format_wan
from models.text import T, Text


@dataclass(frozen=True)
class UseFigure:
    """A use beside its bounds, in fen: of which money, the least and the most of it, and what meetings have of it.

    `others_fen` is what meetings on tracks of other uses have. Where a source's part is not a whole fen the least is
    rounded up and the others down: a bound shown is never easier than the bound.
    """

    use: UseShare
    money_fen: int
    least_fen: int | None
    most_fen: int | None
    set_fen: int
    others_fen: int


def use_figures(
    uses: Sequence[UseShare], budget_fen: int, by_track: Mapping[str, int], sources: Mapping[str, Fraction]
) -> tuple[UseFigure, ...]:
    """Every use that the batch's money falls under.

    `by_track` is what meetings may spend by track, in fen; `sources` the batch's shares, empty while not divided: then
    a use of some sources is measured on all the money.
    """
    figures = []
    for use in uses:
        part = sum((sources.get(code, Fraction(0)) for code in use.sources), Fraction(0))
        if not use.sources or not sources:
            part = Fraction(1)
        if part == 0:
            continue
        mine, rest = _divided(use, by_track)
        figures.append(
            UseFigure(
                use,
                int(part * budget_fen),
                None if use.least is None else ceil(use.least * part * budget_fen),
                None if use.most is None else int(use.most * part * budget_fen),
                int(part * mine),
                int(part * rest),
            )
        )
    return tuple(figures)


def use_faults(
    uses: Sequence[UseShare], budget_fen: int, by_track: Mapping[str, int], sources: Mapping[str, Fraction]
) -> Iterator[Text]:
    """What the meetings' budgets break: a use above its most, or too much on other tracks for one to reach its least.

    Compared in exact shares of the budget, whatever the sources divide.
    """
    for figure in use_figures(uses, budget_fen, by_track, sources):
        use = figure.use
        mine, rest = _divided(use, by_track)
        if use.most is not None and mine > use.most * budget_fen:
            yield T(
                "“{use}”最多占 {share}（依据：{basis}），即 {most} 万元；各评审会预算合计 {set} 万元，超出。",
                use=use.name,
                share=percent(use.most),
                basis=use.basis.short,
                most=format_wan(figure.most_fen or 0),
                set=format_wan(figure.set_fen),
            )
        if use.least is not None and rest > (1 - use.least) * budget_fen:
            yield T(
                "“{use}”至少占 {share}（依据：{basis}），即 {least} 万元；其他方向预算合计 {others} 万元，余下不足。",
                use=use.name,
                share=percent(use.least),
                basis=use.basis.short,
                least=format_wan(figure.least_fen or 0),
                others=format_wan(figure.others_fen),
            )


def _divided(use: UseShare, by_track: Mapping[str, int]) -> tuple[int, int]:
    """What the tracks of a use may spend, and what the others may, in fen."""
    mine = sum(fen for track, fen in by_track.items() if track in use.tracks)
    return mine, sum(by_track.values()) - mine
