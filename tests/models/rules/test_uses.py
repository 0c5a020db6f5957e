from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.policy.types import Basis, BasisKind, UseShare
from models.rules.uses import use_faults, use_figures

WAN = 1_000_000
LAW = Basis(BasisKind.LAW, "财建〔2023〕117号")
TRANSFORM = UseShare("transform", "企业改造", ("transformation",), LAW, least=Fraction(4, 5), sources=("central",))
SERVICE = UseShare("service", "公共服务", ("service", "public_support"), LAW, most=Fraction(1, 5), sources=("central",))
SOURCES = {"central": Fraction(1, 2), "municipal": Fraction(1, 2)}


def faults(uses: tuple[UseShare, ...], by_track: dict[str, int], sources: dict[str, Fraction] = SOURCES) -> list[str]:
    return [str(one) for one in use_faults(uses, 1000 * WAN, by_track, sources)]


def test_the_eighty_and_the_twenty_of_the_central_funds() -> None:
    assert faults((TRANSFORM, SERVICE), {"transformation": 800 * WAN, "service": 200 * WAN}) == []
    assert faults((TRANSFORM, SERVICE), {"transformation": 100 * WAN}) == []
    assert faults(
        (TRANSFORM, SERVICE), {"transformation": 700 * WAN, "service": 150 * WAN, "public_support": 100 * WAN}
    ) == [
        "“企业改造”至少占 80%（依据：财建〔2023〕117号），即 400 万元；其他方向预算合计 125 万元，余下不足。",
        "“公共服务”最多占 20%（依据：财建〔2023〕117号），即 100 万元；各评审会预算合计 125 万元，超出。",
    ]


def test_a_use_of_sources_the_batch_does_not_have_binds_nothing() -> None:
    assert faults((SERVICE,), {"service": 900 * WAN}, {"municipal": Fraction(1)}) == []


def test_while_nothing_is_divided_all_the_money_is_meant() -> None:
    assert faults((SERVICE,), {"service": 201 * WAN}, {}) == [
        "“公共服务”最多占 20%（依据：财建〔2023〕117号），即 200 万元；各评审会预算合计 201 万元，超出。"
    ]


def test_figures_show_bounds_and_what_is_set() -> None:
    (figure,) = use_figures((SERVICE,), 1000 * WAN, {"service": 70 * WAN, "transformation": 30 * WAN}, SOURCES)
    assert (figure.money_fen, figure.least_fen, figure.most_fen) == (500 * WAN, None, 100 * WAN)
    assert (figure.set_fen, figure.others_fen) == (35 * WAN, 15 * WAN)


def test_bounds_shown_are_never_easier_than_the_bound() -> None:
    third = UseShare("u", "用途", ("t",), LAW, Fraction(1, 3), Fraction(2, 3))
    (figure,) = use_figures((third,), 100, {}, {})
    assert (figure.least_fen, figure.most_fen) == (34, 66)


@given(
    st.integers(1, 10**12),
    st.integers(0, 10**12),
    st.integers(0, 10**12),
    st.fractions(0, 1, max_denominator=100),
    st.sampled_from(["least", "most"]),
)
def test_a_use_is_broken_exactly_where_no_spending_of_the_rest_mends_it(
    budget: int, mine: int, rest: int, share: Fraction, bound: str
) -> None:
    use = UseShare("u", "用途", ("mine",), LAW, **{bound: share})
    found = list(use_faults((use,), budget, {"mine": mine, "rest": rest}, {}))
    if bound == "most":
        assert bool(found) == (mine * share.denominator > budget * share.numerator)
    else:
        best = max(budget - rest, 0)
        assert bool(found) == (best * share.denominator < budget * share.numerator or rest > budget)


@pytest.mark.parametrize("share", [Fraction(0), Fraction(1)])
def test_nothing_and_all_are_shares_too(share: Fraction) -> None:
    assert (faults((UseShare("u", "用途", ("t",), LAW, most=share),), {"t": WAN}) == []) == (share == 1)
