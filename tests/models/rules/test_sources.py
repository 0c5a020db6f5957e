"""An award over its fund sources: parts add up to the fen, and are those of another package's largest remainder."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.policy.types import Basis, BasisKind, Source
from models.rules.sources import split_by_shares, split_derivation, total_derivation

WEIGHTS = st.lists(st.integers(0, 50), min_size=1, max_size=6).filter(lambda weights: sum(weights) > 0)


def shares(weights: list[int]) -> dict[str, Fraction]:
    return {f"s{n}": Fraction(weight, sum(weights)) for n, weight in enumerate(weights)}


@given(st.integers(0, 10**13), WEIGHTS)
def test_parts_add_up_and_none_is_a_fen_off(amount: int, weights: list[int]) -> None:
    parts = split_by_shares(amount, shares(weights))
    assert sum(parts.values()) == amount
    for code, share in shares(weights).items():
        assert abs(parts[code] - amount * share) < 1


@given(st.integers(1, 10**6), WEIGHTS)
def test_division_is_the_largest_remainder_of_another_package(amount: int, weights: list[int]) -> None:
    from apportionment.methods import compute

    remainders = [Fraction(amount * weight, sum(weights)) % 1 for weight in weights]
    assume(len(set(remainders)) == len(remainders))  # equal remainders go by the order of the file, tested below
    wanted = compute("hamilton", weights, amount, fractions=True, verbose=False)
    assert list(split_by_shares(amount, shares(weights)).values()) == wanted


def test_equal_remainders_go_by_the_order_of_the_file() -> None:
    assert split_by_shares(100, shares([1, 1, 1])) == {"s0": 34, "s1": 33, "s2": 33}
    assert split_by_shares(101, shares([1, 1, 1])) == {"s0": 34, "s1": 34, "s2": 33}
    assert split_by_shares(1, {"county": Fraction(1, 2), "central": Fraction(1, 2)}) == {"county": 1, "central": 0}


def test_shares_that_do_not_add_up_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="add up to 1"):
        split_by_shares(100, {"central": Fraction(1, 3)})


SOURCES = [
    Source(code, name, Basis(BasisKind.ARTICLE, "第十五条"))
    for code, name in (("central", "中央"), ("municipal", "市级"), ("county", "县（区）"))
]


def test_a_division_tells_each_share_and_who_has_the_odd_fen() -> None:
    third = Fraction(1, 3)
    told = split_derivation(20_000_000, {"central": third, "municipal": third, "county": third}, SOURCES)
    assert [(step.label.chinese(), step.formula, step.value, step.basis) for step in told.steps] == [
        ("中央，舍去不足 1 分的部分", "200,000 × 1/3", "66,666.66", "第十五条"),
        ("市级，舍去不足 1 分的部分", "200,000 × 1/3", "66,666.66", "第十五条"),
        ("县（区），舍去不足 1 分的部分", "200,000 × 1/3", "66,666.66", "第十五条"),
        ("余下 2 分，舍去部分大的先各加 1 分（相同的按来源次序）", "中央、市级", "+0.01", ""),
    ]
    assert told.result == "中央 66,666.67 + 市级 66,666.67 + 县（区） 66,666.66 = 200,000"


def test_a_division_without_a_rest_has_no_odd_fen() -> None:
    told = split_derivation(20_000_000, {"central": Fraction(3, 5), "county": Fraction(2, 5)}, SOURCES)
    assert [(step.label.chinese(), step.formula, step.value) for step in told.steps] == [
        ("中央", "200,000 × 3/5", "120,000"),
        ("县（区）", "200,000 × 2/5", "80,000"),
    ]
    assert told.result == "中央 120,000 + 县（区） 80,000 = 200,000"


def test_a_total_tells_what_each_source_pays_of_it() -> None:
    told = total_derivation(2, 30_000_000, {"中央": 20_000_000, "市级": 10_000_000}, "第 1 版名单")
    assert [(step.label.chinese(), step.formula, step.value, step.basis) for step in told.steps] == [
        ("2 家金额相加", "", "300,000", "第 1 版名单"),
        ("各来源相加", "中央 200,000 + 市级 100,000", "300,000", "第 1 版名单"),
    ]
    assert told.result == "300,000 元"
    assert len(total_derivation(2, 30_000_000, {}, "").steps) == 1
