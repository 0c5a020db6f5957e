"""Who is in the room: who leaves for an item, who stays out, who comes back, and an order that moves few people.

Practice of review meetings: whoever is recused from an item leaves while it is discussed, and the deputy presides where
the chair does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from models.views.room import Span

EXACT = 10
"""Up to so many different sets of recused members the order is the best there is; beyond, a good one."""

ROUNDS = 30
"""So many times at most a good order is gone through for something better."""

_LONGEST_SEGMENT = 3

Item = tuple[str, frozenset[str]]
"""An application's number, and the names of its recused members who are at the meeting."""


@dataclass(frozen=True)
class Movement:
    """Who goes out for an item, who is out already and stays, and who was out and may come back."""

    leave: tuple[str, ...]
    stay_out: tuple[str, ...]
    may_return: tuple[str, ...]


def movement(seats: Iterable[str], before: Collection[str], now: Collection[str], away: Collection[str]) -> Movement:
    """Between two items, their recused members `before` and `now`; who is `away` for reasons of their own moves not.

    The names come in the order of `seats`.
    """
    names = list(seats)
    return Movement(
        tuple(name for name in names if name in now and name not in before and name not in away),
        tuple(name for name in names if name in now and (name in before or name in away)),
        tuple(name for name in names if name in before and name not in now and name not in away),
    )


def presiding(chair: str | None, deputy: str | None, recused: Collection[str]) -> str | None:
    """Who presides over an item: the chair, else the deputy, else nobody."""
    return next((name for name in (chair, deputy) if name is not None and name not in recused), None)


def during(spans: Iterable[Span], begun: str, ended: str | None) -> tuple[Span, ...]:
    """The parts of some times that fall between two stamps; `ended` None: up to now. Touching is not falling."""
    found = []
    for span in spans:
        ends = [stamp for stamp in (span.until, ended) if stamp is not None]
        since, until = max(span.since, begun), min(ends, default=None)
        if until is None or since < until:
            found.append(Span(span.name, since, until, span.reason))
    return tuple(found)


@dataclass(frozen=True)
class Route:
    """An order of items. `moves` counts each person's going out and coming in, until all are back after the last item.

    No order can do with less than `least`; `exact`: this one does.
    """

    nos: tuple[str, ...]
    moves: int
    least: int

    @property
    def exact(self) -> bool:
        """Whether no order has fewer movements."""
        return self.moves == self.least


def count_movements(items: Iterable[Item], outside: Collection[str] = ()) -> int:
    """How often people go out and come in with an order of items, as `Route.moves` counts it."""
    moves, out = 0, frozenset(outside)
    for _, recused in items:
        moves, out = moves + len(out ^ recused), recused
    return moves + len(out)


@lru_cache(maxsize=16)
def fewest_movements(items: tuple[Item, ...], outside: frozenset[str] = frozenset()) -> Route:
    """Order items so that people go in and out as little as can be, those being out already who are `outside`.

    Items with the same recused members follow each other, which never costs anything. Up to `EXACT` different sets
    the order is the best (Held and Karp 1962), of the best ones that which keeps most to the given order. Beyond, the
    better of a nearest-neighbour walk and a walk round the least tree (at most twice the best) is improved by turning
    and shifting parts; `least` is then a bound: the least tree, or everybody concerned once out and once back.
    """
    people = sorted({name for _, recused in items for name in recused} | outside)
    bit = {name: 1 << place for place, name in enumerate(people)}
    start = sum(bit[name] for name in outside)
    groups: dict[int, list[str]] = {start: []}
    for no, recused in items:
        groups.setdefault(sum(bit[name] for name in recused), []).append(no)
    sets = list(groups)
    far = [[(one ^ other).bit_count() for other in (*sets, 0)] for one in (*sets, 0)]
    if len(sets) - 1 <= EXACT:
        path = _best(far)
        least = _length(far, path)
    else:
        path = _good(far)
        least = max(_tree(far)[0], sum(1 if mask & start else 2 for mask in bit.values()))
    nos = tuple(no for place in path for no in groups[sets[place]])
    return Route(nos, _length(far, path), least)


# The places are numbered: 0 is where one starts, the last one the end with everybody in, all others are to be visited.


def _length(far: Sequence[Sequence[int]], path: Sequence[int]) -> int:
    return sum(far[one][other] for one, other in zip(path, (*path[1:], len(far) - 1), strict=True))


def _best(far: Sequence[Sequence[int]]) -> list[int]:
    """The shortest path, of equal ones the first in order of places: over all sets of places still to be visited."""
    count = len(far) - 2
    cost = [[0] * (count + 1) for _ in range(1 << count)]
    for place in range(count + 1):
        cost[0][place] = far[place][-1]
    for left in range(1, 1 << count):
        onward = [(place + 1, left & ~(1 << place)) for place in range(count) if left >> place & 1]
        for here in range(count + 1):
            cost[left][here] = min(far[here][place] + cost[rest][place] for place, rest in onward)
    path, left = [0], (1 << count) - 1
    while left:
        here = path[-1]
        path.append(
            next(
                place + 1
                for place in range(count)
                if left >> place & 1
                and far[here][place + 1] + cost[left & ~(1 << place)][place + 1] == cost[left][here]
            )
        )
        left &= ~(1 << path[-1] - 1)
    return path


def _good(far: Sequence[Sequence[int]]) -> list[int]:
    """A short path: the better of two walks, improved until nothing is found any more, or for `ROUNDS` rounds."""
    walks = (_nearest(far), _tree(far)[1])
    path = min(walks, key=lambda walk: _length(far, walk))
    for _ in range(ROUNDS):
        if not (_turn(far, path) | _shift(far, path)):
            break
    return path


def _nearest(far: Sequence[Sequence[int]]) -> list[int]:
    path, left = [0], list(range(1, len(far) - 1))
    while left:
        path.append(min(left, key=far[path[-1]].__getitem__))
        left.remove(path[-1])
    return path


def _tree(far: Sequence[Sequence[int]]) -> tuple[int, list[int]]:
    """The weight of the least spanning tree (Prim), and its places as one comes by them going round from the start."""
    last = len(far) - 1
    parent = dict.fromkeys(range(1, len(far)), 0)
    below: dict[int, list[int]] = {place: [] for place in range(len(far))}
    weight = 0
    while parent:
        place = min(parent, key=lambda one: far[parent[one]][one])
        weight += far[parent[place]][place]
        below[parent.pop(place)].append(place)
        for other, known in parent.items():
            if far[place][other] < far[known][other]:
                parent[other] = place
    walk, stack = [], [0]
    while stack:
        walk.append(stack.pop())
        stack += reversed(below[walk[-1]])
    return weight, [place for place in walk if place != last]


def _turn(far: Sequence[Sequence[int]], path: list[int]) -> bool:
    """Turn parts round where that is shorter."""
    found, end = False, len(far) - 1
    for first in range(1, len(path) - 1):
        for last in range(first + 1, len(path)):
            after = path[last + 1] if last + 1 < len(path) else end
            before = path[first - 1]
            if far[before][path[last]] + far[path[first]][after] < far[before][path[first]] + far[path[last]][after]:
                path[first : last + 1] = reversed(path[first : last + 1])
                found = True
    return found


def _shift(far: Sequence[Sequence[int]], path: list[int]) -> bool:
    """Take short parts out and put them where they fit better, either way round."""
    found, end = False, len(far) - 1
    for size in range(1, _LONGEST_SEGMENT + 1):
        for first in range(1, len(path) - size + 1):
            part = path[first : first + size]
            rest = [*path[:first], *path[first + size :], end]
            closed = far[rest[first - 1]][part[0]] + far[part[-1]][rest[first]] - far[rest[first - 1]][rest[first]]
            opened, place, way = min(
                (far[rest[at]][way[0]] + far[way[-1]][rest[at + 1]] - far[rest[at]][rest[at + 1]], at, way)
                for at in range(len(rest) - 1)
                for way in (part, part[::-1])
            )
            if opened < closed:
                path[:] = [*rest[: place + 1], *way, *rest[place + 1 : -1]]
                found = True
    return found
