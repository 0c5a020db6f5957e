"""Seats as a flow: which further seat in a cell of districts x industries still leads to an allowed list.

A list is allowed if it keeps the total and every ceiling and lacks, in sum over all floors, as little as any such
list. Seats flow from a source through rows (districts) and columns (industries) to a sink and back. The arcs of source
and sink are split at the floor: units below it cost -1, so that a cheapest circulation is an allowed list. It is found
once, by cheapest paths. Its potentials then say which arcs *every* cheapest circulation leaves empty or fills; only the
other arcs, of no reduced cost, can still change. From there on all is reachability: a cell gets another seat if a
residual path leads from its column back to its row (Ahuja, Magnanti, Orlin: Network Flows, chapter 9). Which nodes are
one free step away is kept as a set of bits for each node, so that a search over 33 of them costs microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

_FAR = 1 << 60
_BACK = 0
"""The arc from the sink to the source; it carries the number of seats."""


@dataclass(frozen=True, slots=True)
class Bound:
    """How many seats a row or a column wants at least and has at most (`None`: no ceiling)."""

    floor: int = 0
    ceiling: int | None = None


class SeatFlow:
    """One allowed list as a witness, and the seats that were taken for good.

    `supply` says how many applications a cell (row, column) has; a cell that is not in it has none.
    """

    def __init__(
        self, total: int, rows: Sequence[Bound], columns: Sequence[Bound], supply: Mapping[tuple[int, int], int]
    ) -> None:
        self._first_column = len(rows)
        self._source = len(rows) + len(columns)
        self._sink = self._source + 1
        self._tail: list[int] = []
        self._head: list[int] = []
        self._cost: list[int] = []
        self._high: list[int] = []
        self._arc(self._sink, self._source, 0)  # shut until the cheapest circulation stands
        for row, bound in enumerate(rows):
            self._bounded_arc(self._source, row, bound, total)
        for column, bound in enumerate(columns):
            self._bounded_arc(self._first_column + column, self._sink, bound, total)
        self._cell = {
            (row, column): self._arc(row, self._first_column + column, count) for (row, column), count in supply.items()
        }
        self._flow = [0] * len(self._tail)
        self._taken = [0] * len(self._tail)
        self._fill(total)
        self._potential = [0] * (self._sink + 1)
        self._relax(self._potential)
        self._arcs = self._by_node()
        self._between = self._free_arcs()
        self._next = [0] * (self._sink + 1)
        for tail, head in self._between:
            self._look_again(tail, head)
        self._shut = {arc for arc in self._cell.values() if self._reduced_cost(arc)}

    def can_take(self, cell: tuple[int, int]) -> bool:
        """Whether some allowed list has all that is taken and one more seat in this cell. May change the witness."""
        arc = self._cell[cell]
        if self._flow[arc] > self._taken[arc]:
            return True
        if arc in self._shut or self._flow[arc] == self._high[arc]:
            return False
        start, goal = self._head[arc], self._tail[arc]
        before = self._straight(start, goal) or self._search(start, goal)
        if goal not in before:
            return False
        self._push(arc, 1)
        self._look_again(goal, start)
        while goal != start:
            goal = self._step(before[goal], goal)
        return True

    def take(self, cell: tuple[int, int]) -> bool:
        """Take one more seat in this cell if an allowed list goes on with it."""
        if not self.can_take(cell):
            return False
        self._take(self._cell[cell], 1)
        return True

    def give_back(self, cell: tuple[int, int]) -> None:
        """Undo one `take`."""
        self._take(self._cell[cell], -1)

    def close(self, cell: tuple[int, int]) -> None:
        """Remember that `can_take` said no: what is taken only grows, so it stays no and needs no second search."""
        self._shut.add(self._cell[cell])

    def floors_in_the_way(self, cell: tuple[int, int]) -> tuple[list[int], list[int]]:
        """The rows and columns whose floors a seat in this cell would cost, after `can_take` said no.

        They lie on a cheapest residual path (Dijkstra over reduced costs), where it takes back what filled a floor.
        """
        goal, start = cell[0], self._first_column + cell[1]
        via: dict[int, int] = {}
        queue = [(0, start, 0)]
        while queue and goal not in via:
            distance, node, step = heappop(queue)
            if node in via:
                continue
            via[node] = step
            for onward in self._arcs[node]:
                end = self._end(onward)
                if end not in via and self._has_room(onward):
                    cost = self._reduced_cost(onward) if onward >= 0 else -self._reduced_cost(~onward)
                    heappush(queue, (distance + cost, end, onward))
        rows, columns, node = [], [], goal
        while node != start and node in via:
            step = via[node]
            if step < 0 and self._cost[~step]:
                rows += [self._head[~step]] if self._tail[~step] == self._source else []
                columns += [self._tail[~step] - self._first_column] if self._head[~step] == self._sink else []
            node = self._start(step)
        return rows, columns

    def _arc(self, tail: int, head: int, high: int, cost: int = 0) -> int:
        self._tail.append(tail)
        self._head.append(head)
        self._high.append(high)
        self._cost.append(cost)
        return len(self._tail) - 1

    def _bounded_arc(self, tail: int, head: int, bound: Bound, total: int) -> None:
        """An arc split at the floor: what fills the floor is worth one."""
        ceiling = total if bound.ceiling is None else min(bound.ceiling, total)
        floor = min(bound.floor, ceiling)
        if floor:
            self._arc(tail, head, floor, cost=-1)
        if ceiling > floor:
            self._arc(tail, head, ceiling - floor)

    def _fill(self, total: int) -> None:
        """Send seats along cheapest paths as long as they fill floors: the cheapest circulation of at most `total`."""
        seats = 0
        while seats < total:
            distance = [_FAR] * (self._sink + 1)
            distance[self._source] = 0
            via = self._relax(distance)
            if distance[self._sink] >= 0:
                break
            path, node = [], self._sink
            while node != self._source:
                path.append(via[node])
                node = self._start(path[-1])
            width = min(self._high[step] - self._flow[step] if step >= 0 else self._flow[~step] for step in path)
            width = min(width, total - seats)
            for step in path:
                self._push(step, width)
            seats += width
        self._flow[_BACK], self._high[_BACK] = seats, total

    def _relax(self, distance: list[int]) -> list[int]:
        """Bellman-Ford over the residual arcs; gives for each node the step (`~arc`: against it) that reached it."""
        via = [0] * len(distance)
        arcs = list(zip(range(len(self._tail)), self._tail, self._head, self._cost, strict=True))
        changed = True
        while changed:
            changed = False
            for arc, tail, head, cost in arcs:
                near, far = distance[tail], distance[head]
                if near + cost < far and near != _FAR and self._flow[arc] < self._high[arc]:
                    distance[head], via[head], changed = near + cost, arc, True
                elif far - cost < near and far != _FAR and self._flow[arc]:
                    distance[tail], via[tail], changed = far - cost, ~arc, True
        return via

    def _by_node(self) -> list[list[int]]:
        """For each node the steps that leave it: arcs from it, and `~arc` for those that enter it."""
        steps: list[list[int]] = [[] for _ in range(self._sink + 1)]
        for arc, (tail, head) in enumerate(zip(self._tail, self._head, strict=True)):
            steps[tail].append(arc)
            steps[head].append(~arc)
        return steps

    def _free_arcs(self) -> dict[tuple[int, int], list[int]]:
        """The arcs of no reduced cost by their ends: the only ones whose flow another cheapest circulation changes."""
        between: dict[tuple[int, int], list[int]] = {}
        for arc, ends in enumerate(zip(self._tail, self._head, strict=True)):
            if not self._reduced_cost(arc):
                between.setdefault(ends, []).append(arc)
        return between

    def _look_again(self, tail: int, head: int) -> None:
        """Note which ways are open between the ends of a free arc, after its flow or what is taken of it changed."""
        forth = back = False
        for arc in self._between[tail, head]:
            flow = self._flow[arc]
            forth = forth or flow < self._high[arc]
            back = back or flow > self._taken[arc]
        following = self._next
        following[tail] = following[tail] | 1 << head if forth else following[tail] & ~(1 << head)
        following[head] = following[head] | 1 << tail if back else following[head] & ~(1 << tail)

    def _take(self, arc: int, seats: int) -> None:
        self._taken[arc] += seats
        ends = self._tail[arc], self._head[arc]
        if ends in self._between:
            self._look_again(*ends)

    def _reduced_cost(self, arc: int) -> int:
        return self._cost[arc] + self._potential[self._tail[arc]] - self._potential[self._head[arc]]

    def _start(self, step: int) -> int:
        return self._tail[step] if step >= 0 else self._head[~step]

    def _end(self, step: int) -> int:
        return self._head[step] if step >= 0 else self._tail[~step]

    def _has_room(self, step: int) -> bool:
        return self._flow[step] < self._high[step] if step >= 0 else self._flow[~step] > self._taken[~step]

    def _push(self, step: int, width: int) -> int:
        """Send seats along a step, and say where it starts."""
        self._flow[step if step >= 0 else ~step] += width if step >= 0 else -width
        return self._start(step)

    def _step(self, tail: int, head: int) -> int:
        """Send one seat along an open way, and say where it starts."""
        for arc in self._between.get((tail, head), ()):
            if self._flow[arc] < self._high[arc]:
                self._flow[arc] += 1
                self._look_again(tail, head)
                return tail
        for arc in self._between[head, tail]:
            if self._flow[arc] > self._taken[arc]:
                self._flow[arc] -= 1
                break
        self._look_again(head, tail)
        return tail

    def _straight(self, column: int, row: int) -> dict[int, int]:
        """The way through sink and source, where it is open: most seats need no search."""
        sink, source = self._sink, self._source
        if self._next[column] >> sink & self._next[sink] >> source & self._next[source] >> row & 1:
            return {sink: column, source: sink, row: source}
        return {}

    def _search(self, start: int, goal: int) -> dict[int, int]:
        """The nodes that open ways reach from `start`, each with the one it was reached from, until `goal` is."""
        before: dict[int, int] = {}
        unseen = ~(1 << start)
        queue = [start]
        for node in queue:
            new = self._next[node] & unseen
            if new >> goal & 1:
                before[goal] = node
                break
            unseen &= ~new
            while new:
                lowest = new & -new
                following = lowest.bit_length() - 1
                before[following] = node
                queue.append(following)
                new ^= lowest
        return before
