"""A list of places while it is being made: who is in, how full each district and industry is, what is said of whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from models.enums import Outcome, ReasonCode
from models.rules.flow import Bound, SeatFlow
from models.rules.money import format_wan
from models.rules.pool import Candidate, Key, Pool, Reason, grouped
from models.rules.quotas import Cell, Quota
from models.text import T

Verdict = tuple[Outcome, Reason]

_ALTERNATE = Outcome.ALTERNATE
_OPEN = frozenset({Outcome.TIED, Outcome.PENDING})


class Draft:
    """The list that is made of a pool under a quota. Only `put` changes an outcome.

    `groups` are who may be proposed, by rank. Who is `held` has a place whatever the ranking says (a signed list has
    it) and is in no group; its place counts towards floors, ceilings, total and budget.
    """

    def __init__(self, pool: Pool, quota: Quota, held: Collection[str] = ()) -> None:
        self.pool = pool
        self.quota = quota
        self.cells: dict[Key, Cell] = {(cell.kind, cell.name): cell for cell in quota.cells}
        self.count: Counter[Key] = Counter()
        self.total = 0
        self.used_fen = 0
        self.tied: tuple[str, ...] = ()
        self.held = frozenset(held)
        self._free = pool.inside
        self.groups = pool.groups
        self._pairs = pool.pairs
        self._outcome: dict[str, Outcome] = {}
        self._reason: dict[str, Reason] = {}
        self._in: set[str] = set()
        self._full: dict[tuple[tuple[Key, ...], bool], Reason] = {}
        self._kept: dict[tuple[Key, Key], Reason] = {}
        self._passed: dict[tuple[Key, Key], tuple[int, Reason]] = {}
        self._late: dict[tuple[Key, Key], Reason] = {}
        self._follows: Reason | None = None  # what is said of who has no outcome, once the walk has halted
        self.former: dict[str, list[Verdict]] = {}
        """What was said of an application before, where its outcome changed on the way."""
        if self.held:
            self._free = tuple(c for c in pool.inside if c.no not in self.held)
            self.groups = grouped(self._free)
            self._pairs = Counter(candidate.keys for candidate in self._free)
            for candidate in pool.ordered:
                if candidate.no in self.held:
                    self.put(candidate, Outcome.PROPOSED, _SIGNED)

    def proposed(self) -> list[Candidate]:
        """Who is in, best first."""
        return [self.pool.ordered[at] for at in sorted(map(self.pool.place.__getitem__, self._in))]

    def alternates(self) -> list[Candidate]:
        """Who waits for a free place, best first."""
        place = self.pool.place
        return [self.pool.ordered[at] for at in sorted(place[n] for n, o in self._outcome.items() if o is _ALTERNATE)]

    def reachable(self) -> Counter[Key]:
        """Places by cell if all who are tied or pending got one."""
        by_no = self.pool.by_no
        open_ = Counter(key for no, one in self._outcome.items() if one in _OPEN for key in by_no[no].keys)
        if self._follows is not None:  # whoever has no outcome is pending
            for pair, count in self._pairs.items():
                open_.update(dict.fromkeys(pair, count))
            open_.subtract(key for no in self._outcome if no not in self.held for key in by_no[no].keys)
        return self.count + open_

    def outcome(self, no: str) -> Outcome:
        """What became of an application so far."""
        known = self._outcome.get(no)
        if known is not None:
            return known
        return Outcome.DECLINED if self._follows is None or no in self.pool.outside else Outcome.PENDING

    def reason(self, candidate: Candidate) -> Reason:
        """Why it has its outcome."""
        reason = self._reason.get(candidate.no) or self.pool.outside.get(candidate.no) or self._follows
        return reason or self._late[candidate.keys]

    def put(self, candidate: Candidate, outcome: Outcome, reason: Reason) -> None:
        """Give an application its outcome, and count or uncount its place."""
        no = candidate.no
        change = (outcome is Outcome.PROPOSED) - (no in self._in)
        if change:
            for key in candidate.keys:
                self.count[key] += change
            self.total += change
            self.used_fen += change * (candidate.amount_fen or 0)
            if change > 0:
                self._in.add(no)
            else:
                self._in.remove(no)
        if (no in self._outcome or self._late) and self.outcome(no) is not outcome:
            self.former.setdefault(no, []).append((self.outcome(no), self.reason(candidate)))
        self._outcome[no] = outcome
        self._reason[no] = reason

    def floor(self, key: Key) -> int:
        """The floor of a cell, 0 if it has none."""
        cell = self.cells.get(key)
        return 0 if cell is None else cell.floor

    def ceiling(self, key: Key) -> int | None:
        """The ceiling of a cell, None if it has none."""
        cell = self.cells.get(key)
        return None if cell is None else cell.ceiling

    def is_full(self, key: Key) -> bool:
        """Whether a cell is at its ceiling."""
        ceiling = self.ceiling(key)
        return ceiling is not None and self.count[key] >= ceiling

    def guarded(self, candidate: Candidate) -> tuple[Key, ...]:
        """The cells whose floor its leaving would break."""
        return tuple(key for key in candidate.keys if 0 < self.floor(key) >= self.count[key])

    def may_leave(self, candidate: Candidate) -> bool:
        """Whether its place is free to go: no floor needs it, no signed list has it."""
        return candidate.no not in self.held and not self.guarded(candidate)

    def leavers(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Those of whom each alone may leave."""
        needed = {key for key, cell in self.cells.items() if 0 < cell.floor >= self.count[key]}
        return [c for c in candidates if c.no not in self.held and needed.isdisjoint(c.keys)]

    def too_dear(self) -> bool:
        """Whether the list costs more than the budget."""
        return self.quota.budget_fen is not None and self.used_fen > self.quota.budget_fen

    def flow(self) -> tuple[SeatFlow, dict[tuple[Key, Key], tuple[int, int]]]:
        """The seats that who is held leaves to the others, none of them taken, and the cell of flow by a pair of keys.

        What floors lack is counted from the places that are held: least lack of the rest is least lack of all.
        """
        pairs = self._pairs
        self._rows = sorted({district for district, _ in pairs})
        self._columns = sorted({industry for _, industry in pairs})
        row = {key: number for number, key in enumerate(self._rows)}
        column = {key: number for number, key in enumerate(self._columns)}
        cells = {pair: (row[pair[0]], column[pair[1]]) for pair in pairs}
        flow = SeatFlow(
            max(self.quota.total - self.total, 0),
            [self._bound(key) for key in self._rows],
            [self._bound(key) for key in self._columns],
            {cells[pair]: count for pair, count in pairs.items()},
        )
        return flow, cells

    def pass_over(self, candidate: Candidate, flow: SeatFlow, cell: tuple[int, int]) -> None:
        """Leave an application out because of a quota, and say which: its full cells first, the total, floors else."""
        pair = candidate.keys
        at, reason = self._passed.get(pair, (-1, _SIGNED))
        if at != self.total:  # the same cells are full as long as nobody is taken
            full = tuple(key for key in pair if self.is_full(key))
            if full or self.total >= self.quota.total:
                reason = self._why_full(full)
            else:
                reason = self._kept.get(pair) or self._why_kept(pair, flow, cell)
            self._passed[pair] = self.total, reason
        self.put(candidate, Outcome.DECLINED, reason)

    def close(self, pairs: Collection[tuple[Key, Key]]) -> None:
        """No place is left: whoever has no outcome yet is declined, for the cells that are full and for the total."""
        self._late = {pair: self._why_full(tuple(key for key in pair if self.is_full(key))) for pair in pairs}

    def halt(self, tied: Sequence[Candidate], *, walked: bool) -> None:
        """Stop at a tie: its members wait for the chair's order, all after them for its outcome.

        `walked`: the walk is over, and what it found of those after the tie is taken back.
        """
        self.tied = tuple(sorted(candidate.no for candidate in tied))
        nos = "、".join(self.tied)
        waits = Reason(ReasonCode.TIE, T("{nos}在入选线上并列，待组长定序", nos=nos))
        follows = Reason(ReasonCode.TIE, T("待入选线上的并列（{nos}）定序", nos=nos))
        for candidate in tied:
            self.put(candidate, Outcome.TIED, waits)
        if not walked:
            self._follows = follows
            return
        for candidate in self._free:
            if (candidate.rank or 0) > (tied[0].rank or 0):
                self.put(candidate, Outcome.PENDING, follows)

    def _why_full(self, full: tuple[Key, ...]) -> Reason:
        total_full = self.total >= self.quota.total
        known = self._full.get((full, total_full))
        if known is not None:
            return known
        name = self.pool.name
        texts = [T("{name}已满（上限 {ceiling} 个）", name=name(k), ceiling=self.ceiling(k)) for k in full]
        if total_full:
            texts.append(T("总名额已满（{total} 个）", total=self.quota.total))
        text = texts[0]
        for following in texts[1:]:
            text = T("{first}；{second}", first=text, second=following)
        code = ReasonCode.TOTAL
        if full:
            code = ReasonCode.CEILING_DISTRICT if full[0][0] == "district" else ReasonCode.CEILING_INDUSTRY
        return self._full.setdefault((full, total_full), Reason(code, text, full))

    def _why_kept(self, keys: tuple[Key, Key], flow: SeatFlow, cell: tuple[int, int]) -> Reason:
        """Which floors the places left are kept for: one search a cell, at the first application that meets them."""
        rows, columns = flow.floors_in_the_way(cell)
        named = {self._rows[row] for row in rows} | {self._columns[column] for column in columns}
        cells = tuple(key for key in self.cells if key in named)
        names = "、".join(self.pool.name(key) for key in cells)
        reason = Reason(ReasonCode.FLOOR, T("余下名额须留给保底：{cells}", cells=names), cells)
        return self._kept.setdefault(keys, reason)

    def _bound(self, key: Key) -> Bound:
        ceiling, held = self.ceiling(key), self.count[key]
        return Bound(max(self.floor(key) - held, 0), None if ceiling is None else max(ceiling - held, 0))


_SIGNED = Reason(ReasonCode.SIGNED, T("已在定稿名单，名额不变"))


def cut_by_budget(budget_fen: int) -> Reason:
    """Out because the list was too dear."""
    return Reason(ReasonCode.BUDGET, T("预算 {budget} 万元不足", budget=format_wan(budget_fen)))
