"""`rules.keying`: whose turn it is, and where two keyings of a sheet differ."""

import pytest

from models.enums import Role
from models.rules.keying import Keyed, Keyer, NotYours, Turn, differences, turn

ZHANG, LIU = Keyer(1, "张", Role.SECRETARY), Keyer(2, "刘", Role.SECRETARY)
LI, WANG = Keyer(3, "李", Role.FINANCE), Keyer(4, "王", Role.SUPERVISOR)


@pytest.mark.parametrize(
    ("keyed", "me", "wanted"),
    [
        ((), ZHANG, Turn.FIRST),
        ((), LI, Turn.FIRST),
        ((ZHANG,), ZHANG, "keyed_already"),
        ((LI,), LI, "keyed_already"),
        ((ZHANG,), LIU, "two_secretaries"),
        ((ZHANG,), LI, Turn.SECOND),
        ((LI,), ZHANG, Turn.SECOND),
        ((LI,), WANG, Turn.SECOND),
        ((ZHANG, LI), ZHANG, Turn.AGAIN),
        ((ZHANG, LI), LI, Turn.AGAIN),
        ((ZHANG, LI), WANG, "others_differ"),
        ((ZHANG, LI), LIU, "others_differ"),
    ],
)
def test_two_persons_one_not_a_secretary_key_each_sheet(keyed, me, wanted):
    found = turn(keyed, me)
    assert (found.code if isinstance(found, NotYours) else found) == wanted


def test_who_is_wanted_is_said():
    assert str(turn((ZHANG, LI), WANG).wanted) == "张、李之一（两人录入不一致）"


@pytest.mark.parametrize(
    ("first", "second", "places"),
    [
        (Keyed({"a": 1, "b": 2}), Keyed({"b": 2, "a": 1}), ()),
        (Keyed({"a": 1, "b": 2}), Keyed({"a": 2, "b": 1}), ("a", "b")),
        (Keyed({"a": 0, "b": 2}), Keyed({"b": 2}), ("a",)),
        (Keyed({}, "不熟悉"), Keyed({}, " 不 熟悉 "), ()),
        (Keyed({}, "不熟悉"), Keyed({"a": 1, "b": 2}), ("a", "b", "abstain")),
        (Keyed({"a": 1}, "", "好，很好"), Keyed({"a": 1}, "", "好,很好\n"), ()),
        (Keyed({"a": 1}, "", "好"), Keyed({"a": 2}, "", "不好"), ("a", "comment")),
    ],
)
def test_places_where_two_keyings_differ(first, second, places):
    assert differences(first, second, ("a", "b")) == differences(second, first, ("a", "b")) == places
