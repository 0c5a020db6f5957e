"""A list of places while it is being made: who is in, how full each district and industry is, what is said of whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from models.enums import Outcome, ReasonCode
from models.rules.flow import Bound, SeatFlow
from models.rules.money import format_wan
from models.rules.quotas import Cell, CellKind, Quota
from models.text import T, Text

Key = tuple[CellKind, str]


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

    @property
    def keys(self) -> tuple[Key, Key]:
        """The two cells it takes a place in."""
        return ("district", self.district), ("industry", self.industry)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an application has its outcome, for machines and for people."""

    code: ReasonCode
    text: Text


class Draft:
    """The pool in rank order, `groups` of equal rank in it, and the list made of it. Only `put` changes an outcome."""

    def __init__(self, pool: Sequence[Candidate], quota: Quota, names: Mapping[str, str]) -> None:
        self.pool = pool
        self.groups = [list(group) for _, group in groupby(pool, key=lambda candidate: candidate.rank)]
        self.quota = quota
        self.cells: dict[Key, Cell] = {(cell.kind, cell.name): cell for cell in quota.cells}
        self.count: Counter[Key] = Counter()
        self.total = 0
        self.used_fen = 0
        self.outcome: dict[str, Outcome] = {}
        self.reason: dict[str, Reason] = {}
        self.tied: tuple[str, ...] = ()
        self._names = names
        self._rows = {code: row for row, code in enumerate(sorted({c.district for c in pool}))}
        self._columns = {code: column for column, code in enumerate(sorted({c.industry for c in pool}))}
        self._full: dict[tuple[tuple[Key, ...], bool], Reason] = {}
        self._kept: dict[tuple[Key, Key], Reason] = {}

    def name(self, key: Key) -> str:
        """The name that people read for a cell."""
        return self._names.get(key[1], key[1])

    def proposed(self) -> list[Candidate]:
        """Who is in, best first."""
        return [candidate for candidate in self.pool if self.outcome[candidate.no] is Outcome.PROPOSED]

    def put(self, candidate: Candidate, outcome: Outcome, reason: Reason) -> None:
        """Give an application its outcome, and count or uncount its place."""
        was_in = self.outcome.get(candidate.no) is Outcome.PROPOSED
        change = (outcome is Outcome.PROPOSED) - was_in
        if change:
            for key in candidate.keys:
                self.count[key] += change
            self.total += change
            self.used_fen += change * (candidate.amount_fen or 0)
        self.outcome[candidate.no] = outcome
        self.reason[candidate.no] = reason

    def floor(self, key: Key) -> int:
        """The floor of a cell, 0 if it has none."""
        cell = self.cells.get(key)
        return 0 if cell is None else cell.floor

    def is_full(self, key: Key) -> bool:
        """Whether a cell is at its ceiling."""
        cell = self.cells.get(key)
        return cell is not None and cell.ceiling is not None and self.count[key] >= cell.ceiling

    def guarded(self, candidate: Candidate) -> tuple[Key, ...]:
        """The cells whose floor its leaving would break."""
        return tuple(key for key in candidate.keys if 0 < self.floor(key) >= self.count[key])

    def too_dear(self) -> bool:
        """Whether the list costs more than the budget."""
        return self.quota.budget_fen is not None and self.used_fen > self.quota.budget_fen

    def flow(self) -> SeatFlow:
        """The seats of this quota and pool, none of them taken; `cell` gives a candidate's place in it."""
        return SeatFlow(
            self.quota.total,
            [self._bound(("district", code)) for code in self._rows],
            [self._bound(("industry", code)) for code in self._columns],
            Counter(self.cell(candidate) for candidate in self.pool),
        )

    def cell(self, candidate: Candidate) -> tuple[int, int]:
        """Row and column of a candidate in `flow`."""
        return self._rows[candidate.district], self._columns[candidate.industry]

    def pass_over(self, candidate: Candidate, flow: SeatFlow) -> None:
        """Leave an application out because of a quota, and say which: its full cells first, the total, floors else."""
        full = tuple(key for key in candidate.keys if self.is_full(key))
        total_full = self.total >= self.quota.total
        if full or total_full:
            reason = self._full.get((full, total_full)) or self._why_full(full, total_full)
        else:
            reason = self._kept.get(candidate.keys) or self._why_kept(candidate, flow)
        self.put(candidate, Outcome.DECLINED, reason)

    def halt(self, tied: Sequence[Candidate]) -> None:
        """Stop at a tie: its members wait for the chair's order, all after them for its outcome."""
        self.tied = tuple(sorted(candidate.no for candidate in tied))
        nos = "、".join(self.tied)
        waits = Reason(ReasonCode.TIE, T("{nos}在入选线上并列，待组长定序", nos=nos))
        follows = Reason(ReasonCode.TIE, T("待入选线上的并列（{nos}）定序", nos=nos))
        for candidate in self.pool:
            if candidate.no in self.tied:
                self.put(candidate, Outcome.TIED, waits)
            elif (candidate.rank or 0) > (tied[0].rank or 0):
                self.put(candidate, Outcome.PENDING, follows)

    def _why_full(self, full: tuple[Key, ...], total_full: bool) -> Reason:
        texts = [T("{name}已满（上限 {ceiling} 个）", name=self.name(k), ceiling=self.cells[k].ceiling) for k in full]
        if total_full:
            texts.append(T("总名额已满（{total} 个）", total=self.quota.total))
        text = texts[0]
        for following in texts[1:]:
            text = T("{first}；{second}", first=text, second=following)
        code = ReasonCode.TOTAL
        if full:
            code = ReasonCode.CEILING_DISTRICT if full[0][0] == "district" else ReasonCode.CEILING_INDUSTRY
        return self._full.setdefault((full, total_full), Reason(code, text))

    def _why_kept(self, candidate: Candidate, flow: SeatFlow) -> Reason:
        """Which floors the places left are kept for: one search a cell, at the first application that meets them."""
        rows, columns = flow.floors_in_the_way(self.cell(candidate))
        districts, industries = list(self._rows), list(self._columns)
        named: list[Key] = [("district", districts[row]) for row in rows]
        named += [("industry", industries[column]) for column in columns]
        cells = "、".join(self.name(key) for key in self.cells if key in named)
        reason = Reason(ReasonCode.FLOOR, T("余下名额须留给保底：{cells}", cells=cells))
        return self._kept.setdefault(candidate.keys, reason)

    def _bound(self, key: Key) -> Bound:
        cell = self.cells.get(key)
        return Bound() if cell is None else Bound(cell.floor, cell.ceiling)


def by_rank(candidate: Candidate) -> Reason:
    """In by its own rank."""
    return Reason(ReasonCode.RANK, T("按排名第 {rank} 名入选", rank=candidate.rank))


def cut_by_budget(budget_fen: int) -> Reason:
    """Out because the list was too dear."""
    return Reason(ReasonCode.BUDGET, T("预算 {budget} 万元不足", budget=format_wan(budget_fen)))
