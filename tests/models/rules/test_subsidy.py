from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Refused
from models.policy.types import AwardRule, Basis, BasisKind, Cumulative, Track
from models.rules.subsidy import Award, award, track_amount
from models.views.derivation import Step

WAN = 1_000_000
ARTICLE_7_1 = Basis(BasisKind.ARTICLE, "第七条（一）")
TRANSFORMATION = Track(
    "transformation",
    "企业改造补助",
    ARTICLE_7_1,
    AwardRule.SHARE,
    ratio=Fraction(1, 2),
    caps_fen={2: 20 * WAN, 3: 40 * WAN, 4: 50 * WAN},
    eligible_kinds=("software", "cloud", "equipment"),
)
LIGHTHOUSE = Track(
    "lighthouse", "小灯塔", Basis(BasisKind.ARTICLE, "第七条（二）"), AwardRule.FIXED, amount_fen=20 * WAN
)
WORKSHOP = Track("workshop", "智能工厂", Basis(BasisKind.ARTICLE, "第七条（三）"), AwardRule.UP_TO, cap_fen=100 * WAN)
SERVICE = Track("service", "公共服务", Basis(BasisKind.ARTICLE, "第七条（五）"), None)
ARTICLE_10 = Cumulative(Fraction(1, 2), Basis(BasisKind.ARTICLE, "第十条"))
INVESTMENT = {"software": 60 * WAN, "cloud": 12_400_000, "equipment": 24 * WAN, "other": 43_600_000}
"""The application of the sketch: 96.4 万 eligible of 140 万."""


def grant(
    track: Track = TRANSFORMATION,
    investment: dict[str, int] = INVESTMENT,
    level: int | None = 3,
    cumulative: Cumulative | None = ARTICLE_10,
    digital_fen: int = 140 * WAN,
    support_fen: int = 0,
    awards_fen: int = 0,
    decided_fen: int | None = None,
    estimate: bool = True,
) -> Award:
    return award(
        track, investment, level, cumulative, digital_fen, support_fen, awards_fen, decided_fen, estimate=estimate
    )


def test_derivation_has_the_steps_of_the_measure() -> None:
    got = grant(support_fen=10 * WAN, estimate=False)
    assert got.amount_fen == 40 * WAN
    assert (str(got.derivation.title), got.derivation.result) == ("补助", "400,000 元")
    assert [(str(step.label), step.formula, step.value, step.basis) for step in got.derivation.steps] == [
        ("符合条件投入", "软件 60 + 云服务 12.4 + 数据采集传输设备 24", "96.4 万", "第七条（一）"),
        ("比例", "50% × 96.4", "48.2 万", "第七条（一）"),
        ("等级上限", "三级", "40 万", "第七条（一）"),
        ("累计上限", "50% × 140 − 已获 10", "60 万", "第十条"),
        ("最小者", "", "40 万", ""),
    ]


def test_estimate_says_that_it_is_one() -> None:
    assert str(grant(estimate=True).derivation.title) == "预计补助"


@pytest.mark.parametrize(("level", "fen"), [(2, 20 * WAN), (3, 40 * WAN), (4, 48_200_000)])
def test_level_caps_of_article_7_1_hold(level: int, fen: int) -> None:
    assert grant(level=level).amount_fen == fen


def test_other_investment_earns_nothing() -> None:
    assert grant(investment={"other": 100 * WAN}).amount_fen == 0


def test_room_counts_support_and_awards_had() -> None:
    got = grant(support_fen=40 * WAN, awards_fen=20 * WAN)
    assert got.amount_fen == 10 * WAN
    assert got.derivation.steps[3].formula == "50% × 140 − 已获 40 − 已定奖补 20"


def test_award_is_never_below_zero() -> None:
    got = grant(support_fen=100 * WAN)
    assert (got.amount_fen, got.reason) == (0, None)
    assert got.derivation.steps[-2].value == "-30 万"
    assert got.derivation.steps[-1] == Step(got.derivation.steps[-1].label, "不低于 0", "0 万", "")


def test_award_is_rounded_down_once_to_whole_yuan() -> None:
    got = grant(investment={"software": 399}, cumulative=None)
    assert got.amount_fen == 100
    assert [step.value for step in got.derivation.steps] == ["0.000399 万", "0.000199 万", "40 万", "0.0001 万"]
    assert got.derivation.steps[-1].formula == "舍去不足 1 元"
    third = replace(TRANSFORMATION, ratio=Fraction(1, 3))
    assert grant(third, {"software": 300}, cumulative=None).amount_fen == 100
    assert grant(third, {"software": 300}, cumulative=None).derivation.steps[1].formula == "100/3% × 0.0003"
    assert grant(replace(TRANSFORMATION, ratio=Fraction(1, 8))).derivation.steps[1].formula == "12.5% × 96.4"


def test_level_without_a_cap_is_not_supported() -> None:
    got = grant(level=1)
    assert (got.amount_fen, got.code, str(got.reason)) == (None, "level_not_supported", "一级不在补助范围内")
    assert got.derivation.result == "一级不在补助范围内"


def test_blank_level_gives_no_amount_and_is_named() -> None:
    got = grant(level=None)
    assert (got.amount_fen, got.code, str(got.reason)) == (None, "level_missing", "未填数字化水平等级，无法计算补助")


def test_fixed_award_is_its_amount_within_the_room() -> None:
    assert grant(LIGHTHOUSE, {}, None).amount_fen == 20 * WAN
    assert grant(LIGHTHOUSE, {}, None, digital_fen=30 * WAN).amount_fen == 15 * WAN


def test_up_to_award_waits_for_the_meeting() -> None:
    got = grant(WORKSHOP, {}, None, digital_fen=500 * WAN)
    assert (got.amount_fen, got.code, str(got.reason)) == (None, "undecided", "待评审会议定")
    assert [str(step.label) for step in got.derivation.steps] == ["最高奖励", "累计上限"]
    assert grant(WORKSHOP, {}, None, digital_fen=500 * WAN, decided_fen=80 * WAN).amount_fen == 80 * WAN


def test_decision_outside_its_bounds_is_refused() -> None:
    with pytest.raises(Refused) as above:
        track_amount(WORKSHOP, {}, None, 100 * WAN + 1)
    assert (above.value.code, above.value.article) == ("amount_above_cap", "第七条（三）")
    with pytest.raises(Refused) as below:
        track_amount(WORKSHOP, {}, None, -1)
    assert below.value.code == "amount_negative"


def test_decision_may_lower_a_computed_amount() -> None:
    assert grant(decided_fen=30 * WAN).amount_fen == 30 * WAN
    assert grant(decided_fen=90 * WAN).amount_fen == 40 * WAN


def test_track_without_a_figure_has_no_amount() -> None:
    for track in (SERVICE, replace(TRANSFORMATION, ratio=None), replace(LIGHTHOUSE, amount_fen=None)):
        assert grant(track).code == "amount_unset"


FEN = st.integers(0, 10**13)
LINES = st.fixed_dictionaries(dict.fromkeys(("software", "cloud", "equipment", "other"), FEN))


@given(LINES, st.sampled_from([2, 3, 4]), FEN, FEN, FEN)
def test_award_is_the_least_bound_in_whole_yuan(
    lines: dict[str, int], level: int, digital: int, support: int, awards: int
) -> None:
    got = grant(investment=lines, level=level, digital_fen=digital, support_fen=support, awards_fen=awards).amount_fen
    eligible = lines["software"] + lines["cloud"] + lines["equipment"]
    caps = {2: 20 * WAN, 3: 40 * WAN, 4: 50 * WAN}
    least = min(Fraction(eligible, 2), Fraction(caps[level]), Fraction(digital, 2) - support - awards)
    assert got == max(0, floor(least / 100) * 100)


@given(LINES, st.sampled_from(["software", "cloud", "equipment", "other"]), FEN, FEN)
def test_more_investment_never_lowers_an_award(lines: dict[str, int], kind: str, more: int, support: int) -> None:
    before = grant(investment=lines, digital_fen=sum(lines.values()), support_fen=support).amount_fen
    richer = lines | {kind: lines[kind] + more}
    after = grant(investment=richer, digital_fen=sum(richer.values()), support_fen=support).amount_fen
    assert before is not None
    assert after is not None
    assert before <= after
