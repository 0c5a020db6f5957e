"""Whose sheets go under `drop = "widest"`, against all pairs written out."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import Refused
from models.rules.widest import widest


def all_differences(totals: list[int]) -> list[int]:
    return sorted((abs(a - b) for a, b in combinations(totals, 2)), reverse=True)


def test_widest_names_the_expert_whose_totals_differ_most() -> None:
    assert widest({"甲": [70, 80, 90], "乙": [60, 85, 85], "丙": [75, 76]}) == "乙"


def test_widest_compares_the_next_widest_difference_when_equal() -> None:
    assert widest({"甲": [60, 70, 90], "乙": [60, 61, 90], "丙": [61, 74, 91]}) == "乙"


def test_widest_ignores_who_has_no_sheet() -> None:
    assert widest({"甲": [], "乙": [80]}) == "乙"
    assert widest({"甲": []}) is None
    assert widest({}) is None


def test_widest_refuses_a_tie_without_a_lot_and_names_it() -> None:
    with pytest.raises(Refused) as refusal:
        widest({"甲": [60, 70, 90], "乙": [90, 80, 60], "丙": [61, 71, 91], "丁": [1, 2]})
    assert refusal.value.code == "widest_tied"
    assert str(refusal.value) == "专家 丙、乙、甲 的合计分差异同样最大。请抽签并记录抽签种子。"


def test_widest_draws_the_same_lot_from_the_same_seed_among_the_tied_only() -> None:
    tied = {"甲": [60, 90], "乙": [60, 90], "丙": [80, 81]}
    drawn = [widest(tied, seed=str(seed)) for seed in range(40)]
    assert drawn == [widest(dict(reversed(tied.items())), seed=str(seed)) for seed in range(40)]
    assert set(drawn) == {"甲", "乙"}


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from("甲乙丙丁"), st.lists(st.integers(0, 6), max_size=6)))
def test_widest_agrees_with_all_pairs_written_out(totals: dict[str, list[int]]) -> None:
    present = {expert: all_differences(own) for expert, own in totals.items() if own}
    most = max(present.values(), default=None)
    tied = [expert for expert, differences in present.items() if differences == most]
    if not tied:
        assert widest(totals) is None
    elif len(tied) == 1:
        assert widest(totals) == tied[0]
    else:
        with pytest.raises(Refused):
            widest(totals)
        assert widest(totals, seed="1") in tied


def test_widest_does_not_write_out_all_pairs_of_a_large_meeting() -> None:
    steady = list(range(10_000))
    assert widest({"甲": steady, "乙": [10_000 - total for total in steady[:-1]] + [0], "丙": [0]}) == "乙"
    with pytest.raises(Refused):
        widest({"甲": steady, "乙": list(reversed(steady))})
