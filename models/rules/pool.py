"""Candidates made ready for allocation: in rank order, equal ones together, for any number of quotas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from models.enums import ReasonCode
from models.rules.quotas import CellKind
from models.text import T, Text

Key = tuple[CellKind, str]
"""A district or an industry, by its code."""
Group = tuple["Candidate", ...]
"""Candidates of one rank."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One application as the allocation sees it.

    `score` counts units of the policy's last place; `rank` or `score` None: not ranked; `amount_fen` None: not known.
    """

    no: str
    rank: int | None
    score: int | None
    district: str
    industry: str
    amount_fen: int | None
    eligible: bool
    keys: tuple[Key, Key] = field(init=False, compare=False, repr=False)
    """The two cells it takes a place in."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", (("district", self.district), ("industry", self.industry)))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an application has its outcome, for machines and for people; `cells` are the quotas that did it."""

    code: ReasonCode
    text: Text
    cells: tuple[Key, ...] = ()


class Pool:
    """The candidates of a meeting with what the allocation asks of them, whatever the quota.

    `ordered` are all of them, best first, unranked ones last; `inside` those who may be proposed, `groups` of equal
    rank among them, `cells` their districts and industries, `pairs` how many are of which of both;
    `outside` says of the others why not.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        *,
        pass_mark: int | None = None,
        tie_orders: Sequence[Sequence[str]] = (),
        names: Mapping[str, str] | None = None,
    ) -> None:
        """`pass_mark` counts units of the score's last place; `tie_orders` are the chair's, best first, latest last."""
        self.pass_mark = pass_mark
        self._names = names or {}
        self._orders = [{no: place for place, no in enumerate(order)} for order in reversed(tie_orders)]
        self.outside = {c.no: reason for c in candidates if (reason := _why_outside(c, pass_mark)) is not None}
        self.ordered = tuple(sorted(candidates, key=self._sorting))
        self.inside = tuple(c for c in self.ordered if c.no not in self.outside)
        self.groups = grouped(self.inside)
        self.pairs = Counter(candidate.keys for candidate in self.inside)
        self.cells = frozenset(key for pair in self.pairs for key in pair)
        self.by_no = {candidate.no: candidate for candidate in self.ordered}
        self._by_rank: dict[int | None, Reason] = {}
        self.place = {candidate.no: place for place, candidate in enumerate(self.ordered)}

    def name(self, key: Key) -> str:
        """The name that people read for a cell."""
        return self._names.get(key[1], key[1])

    def by_rank(self, rank: int | None) -> Reason:
        """In by the own rank: the same words in every what-if."""
        known = self._by_rank.get(rank)
        if known is None:
            known = self._by_rank[rank] = Reason(ReasonCode.RANK, T("按排名第 {rank} 名入选", rank=rank))
        return known

    def decided(self, tied: Sequence[Candidate]) -> list[Candidate] | None:
        """Tied applications in the chair's latest order that names them all, None if there is none."""
        for order in self._orders:
            if all(candidate.no in order for candidate in tied):
                return sorted(tied, key=lambda candidate: order[candidate.no])
        return None

    def place_in_order(self, no: str) -> int | None:
        """Where the chair's latest order puts an application among its equals, from 1; None if no order names it."""
        return next((order[no] + 1 for order in self._orders if no in order), None)

    def _sorting(self, candidate: Candidate) -> tuple[bool, int, int, str]:
        """Best first; the chair's order of equal ones, and numbers where there is none, only for display."""
        rank, no = candidate.rank, candidate.no
        return rank is None, rank or 0, self.place_in_order(no) or 0, no


def grouped(ordered: Sequence[Candidate]) -> list[Group]:
    """Candidates in rank order, those of equal rank together."""
    return [tuple(group) for _, group in groupby(ordered, key=lambda candidate: candidate.rank)]


def _why_outside(candidate: Candidate, pass_mark: int | None) -> Reason | None:
    """Why an application is no candidate, None if it is one."""
    if not candidate.eligible:
        return Reason(ReasonCode.NOT_ELIGIBLE, T("不符合申报条件"))
    if candidate.rank is None or candidate.score is None:
        return Reason(ReasonCode.PASS_MARK, T("没有得分，不参加配额分配"))
    if pass_mark is not None and candidate.score < pass_mark:
        return Reason(ReasonCode.PASS_MARK, T("得分低于合格线"))
    return None
