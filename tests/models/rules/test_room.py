"""Movements between items and orders that have few of them, against people walking in and out one by one."""

from functools import cache
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.room import EXACT, Movement, Span, during, fewest_movements, movement, presiding

NAMES = "甲乙丙丁戊己"
SETS = st.frozensets(st.sampled_from(NAMES))


def walk(order, recused, outside):
    """Let people go in and out one by one; how often somebody passed the door until all are in."""
    out, passed = set(outside), 0
    for no in order:
        for name in NAMES:
            if (name in out) is not (name in recused[no]):
                passed += 1
                (out.remove if name in out else out.add)(name)
    return passed + len(out)


# Who moves


def test_recused_members_leave_stay_out_and_come_back():
    between = movement("甲乙丙丁", {"甲", "乙"}, {"乙", "丙"}, set())
    assert between == Movement(leave=("丙",), stay_out=("乙",), may_return=("甲",))


def test_who_stepped_out_neither_leaves_nor_is_called_back():
    between = movement("甲乙丙丁", {"甲"}, {"丙"}, {"甲", "丙", "丁"})
    assert between == Movement(leave=(), stay_out=("丙",), may_return=())


def test_names_come_in_the_order_of_the_seats():
    assert movement("丁丙乙甲", (), "甲乙丙丁", ()).leave == ("丁", "丙", "乙", "甲")


@given(SETS, SETS, SETS)
def test_a_movement_takes_the_room_from_one_item_to_the_next(before, now, away):
    between = movement(NAMES, before, now, away)
    outside = before | away
    after = (outside | set(between.leave)) - set(between.may_return)
    assert after == now | away
    assert set(between.stay_out) == now & outside
    assert not set(between.leave) & outside


def test_the_deputy_presides_where_the_chair_is_recused():
    assert presiding("甲", "乙", ()) == "甲"
    assert presiding("甲", "乙", {"甲"}) == "乙"
    assert presiding("甲", "乙", {"甲", "乙"}) is None
    assert presiding("甲", None, {"甲"}) is None
    assert presiding(None, "乙", ()) == "乙"


# Times


def test_times_are_cut_to_the_discussion():
    spans = [Span("甲", "10:00", "10:10"), Span("乙", "10:05", None, "电话"), Span("丙", "09:00", "10:02")]
    assert during(spans, "10:02", "10:08") == (Span("甲", "10:02", "10:08"), Span("乙", "10:05", "10:08", "电话"))
    assert during(spans, "10:06", None) == (Span("甲", "10:06", "10:10"), Span("乙", "10:06", None, "电话"))
    assert during(spans, "10:10", "10:12") == (Span("乙", "10:10", "10:12", "电话"),)


MINUTE = st.integers(0, 12)


@given(st.lists(st.tuples(MINUTE, st.none() | MINUTE), max_size=4), MINUTE, st.none() | MINUTE)
def test_times_within_a_discussion_hold_its_minutes_and_no_others(times, begun, ended):
    """Counted minute by minute; minute m lasts from m to m + 1."""

    def minutes(since, until):
        return {m for m in range(20) if since <= m and (until is None or m < until)}

    def stamp(minute):
        return None if minute is None else f"{minute:02}"

    found = during([Span("甲", stamp(since), stamp(until)) for since, until in times], stamp(begun), stamp(ended))
    told = [minutes(int(one.since), None if one.until is None else int(one.until)) for one in found]
    wanted = [minutes(since, until) & minutes(begun, ended) for since, until in times]
    assert told == [one for one in wanted if one]


# Orders


def test_items_without_recusals_come_first_and_equal_ones_together():
    items = (("1", frozenset("甲")), ("2", frozenset()), ("3", frozenset("乙")), ("4", frozenset("甲")))
    route = fewest_movements(items)
    assert (route.nos, route.moves, route.exact) == (("2", "1", "4", "3"), 4, True)
    assert fewest_movements(items, frozenset("乙")).nos == ("3", "1", "4", "2")


def test_no_items_need_no_movements_but_the_way_back():
    assert (fewest_movements(()).nos, fewest_movements(()).moves) == ((), 0)
    assert fewest_movements((), frozenset("甲乙")).moves == 2


@settings(deadline=None)
@given(st.lists(SETS, max_size=6), SETS)
def test_few_sets_are_ordered_as_well_as_can_be(sets, outside):
    items = tuple((str(place), recused) for place, recused in enumerate(sets))
    recused = dict(items)
    route = fewest_movements(items, outside)
    costs = {order: walk(order, recused, outside) for order in permutations(recused)}
    assert route.nos in costs
    assert route.moves == costs[route.nos] == min(costs.values())
    assert route.exact
    assert route.least == route.moves


@settings(deadline=None, max_examples=60)
@given(st.lists(SETS, min_size=EXACT + 2, max_size=60, unique=True), SETS)
def test_many_sets_are_ordered_well_within_a_bound(sets, outside):
    items = tuple((str(place), recused) for place, recused in enumerate(sets))
    recused = dict(items)
    route = fewest_movements(items, outside)
    assert sorted(route.nos) == sorted(recused)
    assert route.moves == walk(route.nos, recused, outside)
    assert route.least <= route.moves <= 2 * route.least
    assert route.moves <= walk(list(recused), recused, outside)


@settings(deadline=None, max_examples=15)
@given(st.lists(SETS, min_size=EXACT + 1, max_size=EXACT + 1, unique=True), SETS)
def test_the_good_method_comes_close_to_the_best(sets, outside):
    sets = [one for one in sets if one != outside]
    items = tuple((str(place), recused) for place, recused in enumerate(sets))

    @cache
    def best(here, left):
        return min((len(here ^ one) + best(one, left - {one}) for one in left), default=len(here))

    least = best(outside, frozenset(sets))
    route = fewest_movements(items, outside)
    assert route.least <= least <= route.moves <= least + 4


def test_two_hundred_sets_are_ordered_within_twice_the_best():
    import random

    draw = random.Random(7)
    names = [f"专家{n}" for n in range(15)]
    items = tuple((f"{n:03}", frozenset(draw.sample(names, draw.randint(0, 5)))) for n in range(200))
    route = fewest_movements(items)
    assert sorted(route.nos) == [no for no, _ in items]
    assert route.moves <= 2 * route.least
