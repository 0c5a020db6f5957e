"""From factors to shares and derivations, and from places to a quota's ceilings."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.enums import ApportionMethod as Method
from models.rules.apportion_derivation import explain_part
from models.rules.factors import FactorDistrict, Factors, as_ceilings, divide, shares
from models.rules.quotas import Cell, Quota

NAMES = {"a": "甲区", "b": "乙区", "c": "丙区"}
HALF = Fraction(1, 2)


def district(code, applicants, performance, floor=0, ceiling=None):
    return FactorDistrict(code, {"申报数": Fraction(applicants), "绩效": Fraction(performance)}, floor, ceiling)


FACTORS = Factors(
    10,
    Method.LARGEST_REMAINDER,
    {"申报数": HALF, "绩效": HALF},
    (district("a", 6, 50), district("b", 3, 30), district("c", 1, 20)),
    source="因素.toml",
)


def steps(factors, code):
    found = explain_part(factors, divide(factors), code, NAMES)
    return [(str(step.label), step.formula, step.value) for step in found.steps], found.result


def test_shares_are_weighted_parts_of_each_factor():
    of = shares(FACTORS.weights, {one.code: one.values for one in FACTORS.districts})
    assert of == {"a": Fraction(55, 100), "b": Fraction(30, 100), "c": Fraction(15, 100)}


@given(
    st.lists(st.tuples(*[st.fractions(0, 1000, max_denominator=100)] * 2), min_size=1, max_size=8),
    st.fractions(Fraction(1, 100), 100),
)
def test_scaling_all_values_of_a_factor_changes_nothing(values, scale):
    assume(all(sum(column) for column in zip(*values, strict=True)))
    weights = {"x": Fraction(1, 3), "y": Fraction(2, 3)}
    plain = {str(n): {"x": x, "y": y} for n, (x, y) in enumerate(values)}
    scaled = {name: {"x": of["x"] * scale, "y": of["y"]} for name, of in plain.items()}
    assert shares(weights, scaled) == shares(weights, plain)
    assert sum(shares(weights, plain).values()) == 1


@pytest.mark.parametrize(
    ("weights", "value"), [({"x": HALF}, 1), ({"x": HALF, "y": HALF, "z": HALF}, 1), ({"x": Fraction(1)}, 0)]
)
def test_what_no_file_may_say_is_an_error(weights, value):
    with pytest.raises(ValueError, match="weights"):
        shares(weights, {"a": dict.fromkeys(weights, Fraction(value))})


def test_largest_remainder_tells_share_quota_and_remainder():
    # quotas 5.5, 3, 1.5: a and c are equal for the tenth place
    factors = replace(FACTORS, ties=("c", "a"), ties_reason="表决 5:2")
    told, result = steps(factors, "c")
    assert told == [
        ("“申报数”：权重 × 数值 ÷ 各县区合计", "0.5 × 1 ÷ 10", "0.05"),
        ("“绩效”：权重 × 数值 ÷ 各县区合计", "0.5 × 20 ÷ 100", "0.1"),
        ("占比", "0.05 + 0.1", "0.15"),
        ("应得名额", "0.15 × 10", "1.5"),
        ("余数，与末位的 0.5 相等", "1.5 − 1", "0.5"),
        ("得到的名额", "", "1"),
        ("甲区、丙区不分先后，只剩 1 个名额，按裁定的先后", "丙区 > 甲区", "+1"),
    ]
    assert result == "2"
    found = explain_part(factors, divide(factors), "c", NAMES)
    assert [step.basis for step in found.steps] == ["因素.toml"] * 6 + ["表决 5:2"]
    told, result = steps(FACTORS, "a")
    assert (told[-1], result) == (("甲区、丙区不分先后，只剩 1 个名额", "", "待裁定"), "并列待定")


def test_a_quotient_stands_beside_the_last_that_brought_a_place():
    # D'Hondt: .55 .275 .183 .1375 .11 .0917 | .3 .15 .1 .075 | .15 .075: the tenth is the sixth of a
    told, result = steps(replace(FACTORS, method=Method.DHONDT), "a")
    assert told[3:] == [
        ("第 6 个名额的商，与末位的 ≈0.091667 相等", "0.55 ÷ 6", "≈0.091667"),
        ("第 7 个名额的商，低于末位的 ≈0.091667", "0.55 ÷ 7", "≈0.078571"),
        ("得到的名额", "", "6"),
    ]
    assert result == "6"
    told, _ = steps(replace(FACTORS, method=Method.DHONDT), "c")
    assert told[3:] == [
        ("第 1 个名额的商，高于末位的 ≈0.091667", "0.15 ÷ 1", "0.15"),
        ("第 2 个名额的商，低于末位的 ≈0.091667", "0.15 ÷ 2", "0.075"),
        ("得到的名额", "", "1"),
    ]


def test_a_bound_and_the_places_left_by_it_are_told():
    districts = (district("a", 6, 50, 0, 4), district("b", 3, 30), district("c", 1, 20))
    factors = replace(FACTORS, districts=districts, method=Method.SAINTE_LAGUE)
    told, result = steps(factors, "a")
    assert (told[-1], result) == (("高于上限，取上限", "", "4"), "4")
    told, result = steps(factors, "b")
    # six places left for .3 and .15: .3 .1 .06 .0429 | .15 .05: 4 and 2
    assert told[3:] == [
        ("其余县区已按保底、上限定下 4 个，剩下的由 2 个县区分", "10 − 4", "6"),
        ("第 4 个名额的商，与末位的 ≈0.042857 相等", "0.3 ÷ 7", "≈0.042857"),
        ("第 5 个名额的商，低于末位的 ≈0.042857", "0.3 ÷ 9", "≈0.033333"),
        ("得到的名额", "", "4"),
    ]
    assert result == "4"


def test_ceilings_are_written_and_all_else_stands():
    quota = Quota(8, (Cell("district", "b", 1, 9), Cell("district", "z", 0, 2), Cell("industry", "a", 1, 5)), 7_00, 3)
    factors = replace(FACTORS, method=Method.DHONDT)
    assert as_ceilings(divide(factors), quota, 10) == Quota(
        10,
        (
            Cell("district", "b", 1, 3),
            Cell("district", "z", 0, 2),
            Cell("industry", "a", 1, 5),
            Cell("district", "a", 0, 6),
            Cell("district", "c", 0, 1),
        ),
        7_00,
        3,
    )
