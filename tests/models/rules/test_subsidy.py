from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from models.errors import Refused
from models.policy.types import AwardRule, Basis, BasisKind, Cumulative, LaterLevel, Term, Track
from models.rules.standards import Limit
from models.rules.subsidy import MEETING, OBJECTION, PUBLISHED, Award, Claim, Decided, Earlier, award, check_decision
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
BY_YEAR = replace(
    TRANSFORMATION,
    ratio=None,
    caps_fen=None,
    terms=(
        Term(levels=(2,), years=(2024,), ratio=Fraction(3, 10), cap_fen=30 * WAN),
        Term(levels=(3, 4), years=(2024,), ratio=Fraction(2, 5), cap_fen=40 * WAN),
        Term(levels=(2, 3, 4), years=(2025,), ratio=Fraction(1, 5), cap_fen=20 * WAN),
    ),
)
LIGHTHOUSE = Track(
    "lighthouse", "小灯塔", Basis(BasisKind.ARTICLE, "第七条（二）"), AwardRule.FIXED, amount_fen=20 * WAN
)
WORKSHOP = Track("workshop", "智能工厂", Basis(BasisKind.ARTICLE, "第七条（三）"), AwardRule.UP_TO, cap_fen=100 * WAN)
SERVICE = Track("service", "公共服务", Basis(BasisKind.ARTICLE, "第七条（五）"), None)
ARTICLE_10 = Cumulative(Fraction(1, 2), Basis(BasisKind.ARTICLE, "第十条"))
INVESTMENT = {"software": 60 * WAN, "cloud": 12_400_000, "equipment": 24 * WAN, "other": 43_600_000}
"""The application of the sketch: 96.4 万 eligible of 140 万."""
CLAIM = Claim(INVESTMENT, level=3)
NOTICE = "昆工信通〔2025〕3号"


def grant(
    track: Track = TRANSFORMATION,
    claim: Claim = CLAIM,
    cumulative: Cumulative | None = ARTICLE_10,
    limit: Limit | None = None,
    **changed: object,
) -> Award:
    return award(track, replace(claim, **changed), cumulative, limit, estimate=True)


def told(got: Award) -> list[tuple[str, str, str, str]]:
    return [(str(step.label), step.formula, step.value, step.basis) for step in got.derivation.steps]


def test_derivation_has_the_steps_of_the_measure() -> None:
    got = award(TRANSFORMATION, replace(CLAIM, prior_support_fen=10 * WAN), ARTICLE_10, estimate=False)
    assert got.amount_fen == 40 * WAN
    assert (str(got.derivation.title), got.derivation.result) == ("补助", "400,000 元")
    assert told(got) == [
        ("符合条件投入", "软件 60 + 云服务 12.4 + 数据采集传输设备 24", "96.4 万", "第七条（一）"),
        ("比例", "50% × 96.4", "48.2 万", "第七条（一）"),
        ("等级上限", "三级", "40 万", "第七条（一）"),
        ("累计上限", "50% × 140 − 已获 10", "60 万", "第十条"),
        ("最小者", "", "40 万", ""),
    ]


def test_derivation_names_every_input_that_is_not_the_applications_own() -> None:
    got = grant(
        cumulative=replace(ARTICLE_10, amount_fen=90 * WAN),
        other_investment_fen=30 * WAN,
        prior_investment_fen=5 * WAN,
        prior_support_fen=WAN,
        earlier=(Earlier("KM1-007", 20 * WAN, False), Earlier("KM0-001", 5 * WAN, True)),
    )
    assert told(got)[3:] == [
        ("数字化投入", "本项目 140 + 其他申报 30 + 以往 5", "175 万", "第十条"),
        ("已定奖补", "KM1-007 20 + KM0-001 5", "25 万", "第十条"),
        ("累计上限", "50% × 175 − 已获 1 − 已定奖补 25", "61.5 万", "第十条"),
        ("累计限额", "90 − 已获 1 − 已定奖补 25", "64 万", "第十条"),
        ("最小者", "", "40 万", ""),
    ]


def test_estimate_says_that_it_is_one() -> None:
    assert str(grant().derivation.title) == "预计补助"


@pytest.mark.parametrize(("level", "fen"), [(2, 20 * WAN), (3, 40 * WAN), (4, 48_200_000)])
def test_level_caps_of_article_7_1_hold(level: int, fen: int) -> None:
    assert grant(level=level).amount_fen == fen


def test_other_investment_earns_nothing() -> None:
    assert grant(investment={"other": 100 * WAN}).amount_fen == 0


def test_room_counts_support_and_awards_had_and_all_that_is_invested() -> None:
    had = {"prior_support_fen": 40 * WAN, "earlier": (Earlier("KM0-001", 20 * WAN, False),)}
    assert grant(**had).amount_fen == 10 * WAN
    assert grant(**had, other_investment_fen=WAN, prior_investment_fen=WAN).amount_fen == 11 * WAN


def test_cumulative_cap_may_be_an_amount_or_both() -> None:
    basis = ARTICLE_10.basis
    assert grant(cumulative=Cumulative(None, basis, 30 * WAN)).amount_fen == 30 * WAN
    assert grant(cumulative=Cumulative(Fraction(1, 2), basis, 30 * WAN)).amount_fen == 30 * WAN
    assert grant(cumulative=Cumulative(Fraction(1, 10), basis, 30 * WAN)).amount_fen == 14 * WAN


def test_award_is_never_below_zero() -> None:
    got = grant(prior_support_fen=100 * WAN)
    assert (got.amount_fen, got.reason) == (0, None)
    assert got.derivation.steps[-2].value == "-30 万"
    assert got.derivation.steps[-1] == Step(got.derivation.steps[-1].label, "不低于 0", "0 万", "")


def test_award_is_rounded_down_once_to_whole_yuan() -> None:
    got = grant(investment={"software": 399}, cumulative=None)
    assert got.amount_fen == 100
    assert [step.value for step in got.derivation.steps] == ["0.000399 万", "0.000199 万", "40 万", "0.0001 万"]
    assert got.derivation.steps[-1].formula == "舍去不足 1 元"
    third = replace(TRANSFORMATION, ratio=Fraction(1, 3))
    assert grant(third, investment={"software": 300}, cumulative=None).amount_fen == 100
    assert told(grant(third, investment={"software": 300}, cumulative=None))[1][1] == "1/3 × 0.0003"
    assert told(grant(replace(TRANSFORMATION, ratio=Fraction(1, 8))))[1][1] == "12.5% × 96.4"


def test_level_without_a_cap_is_not_supported() -> None:
    got = grant(level=1)
    assert (got.amount_fen, got.code, str(got.reason)) == (None, "level_not_supported", "一级不在补助范围内")
    assert got.derivation.result == "一级不在补助范围内"


def test_blank_level_gives_no_amount_and_is_named() -> None:
    got = grant(level=None)
    assert (got.amount_fen, got.code, str(got.reason)) == (None, "level_missing", "未填数字化水平等级，无法计算补助")


@pytest.mark.parametrize(
    ("level", "year", "fen"),
    [(2, 2024, 28_920_000), (3, 2024, 38_560_000), (4, 2024, 38_560_000), (2, 2025, 19_280_000), (4, 2025, 19_280_000)],
)
def test_ratio_and_cap_may_depend_on_level_and_year(level: int, year: int, fen: int) -> None:
    assert grant(BY_YEAR, level=level, year=year).amount_fen == fen
    assert grant(BY_YEAR, level=level, year=year, investment={"software": 1000 * WAN}).amount_fen == {
        (2, 2024): 30 * WAN,
        (3, 2024): 40 * WAN,
        (4, 2024): 40 * WAN,
    }.get((level, year), 20 * WAN)


def test_cap_of_a_term_names_level_and_year() -> None:
    assert told(grant(BY_YEAR, year=2024))[2] == ("等级上限", "三级 2024 年完成", "40 万", "第七条（一）")


@pytest.mark.parametrize(
    ("level", "year", "code", "words"),
    [
        (None, 2024, "level_missing", "未填数字化水平等级，无法计算补助"),
        (None, None, "level_missing", "未填数字化水平等级，无法计算补助"),
        (3, None, "year_missing", "未填完成年份，无法计算补助"),
        (1, 2024, "level_not_supported", "一级不在补助范围内"),
        (1, None, "level_not_supported", "一级不在补助范围内"),
        (3, 2026, "year_not_supported", "三级、2026 年完成的不在补助范围内"),
    ],
)
def test_terms_name_what_is_missing_or_not_supported(
    level: int | None, year: int | None, code: str, words: str
) -> None:
    got = grant(BY_YEAR, level=level, year=year)
    assert (got.amount_fen, got.code, str(got.reason)) == (None, code, words)


def test_terms_by_year_alone_ask_for_no_level() -> None:
    track = replace(LIGHTHOUSE, amount_fen=None, terms=(Term(years=(2024, 2025), amount_fen=20 * WAN),))
    assert grant(track, level=None, year=2025).amount_fen == 20 * WAN
    assert grant(track, level=None, year=None).code == "year_missing"
    got = grant(track, level=None, year=2026)
    assert (got.code, str(got.reason)) == ("year_not_supported", "2026 年完成的不在补助范围内")


def test_fixed_award_is_its_amount_within_the_room() -> None:
    assert grant(LIGHTHOUSE, Claim(prior_investment_fen=140 * WAN)).amount_fen == 20 * WAN
    assert grant(LIGHTHOUSE, Claim(prior_investment_fen=30 * WAN)).amount_fen == 15 * WAN


def test_up_to_award_waits_for_the_meeting() -> None:
    rich = Claim(prior_investment_fen=500 * WAN)
    got = grant(WORKSHOP, rich)
    assert (got.amount_fen, got.code, str(got.reason)) == (None, "undecided", "待评审会议定")
    assert [line[0] for line in told(got)] == ["最高奖励", "数字化投入", "累计上限"]
    got = grant(WORKSHOP, rich, decided=(Decided(MEETING, 80 * WAN, "国家级车间"),))
    assert got.amount_fen == 80 * WAN
    assert told(got)[1] == ("评审会议定", "国家级车间", "80 万", "")


def test_decision_outside_its_bounds_is_refused() -> None:
    with pytest.raises(Refused) as above:
        check_decision(WORKSHOP, None, None, 100 * WAN + 1)
    assert (above.value.code, above.value.article) == ("amount_above_cap", "第七条（三）")
    with pytest.raises(Refused) as below:
        check_decision(WORKSHOP, None, None, -1)
    assert below.value.code == "amount_negative"
    with pytest.raises(Refused) as lower:
        check_decision(WORKSHOP, None, None, 60 * WAN, Limit(NOTICE, cap_fen=50 * WAN))
    assert (lower.value.code, lower.value.article) == ("amount_above_cap", NOTICE)
    with pytest.raises(Refused) as computed:
        check_decision(TRANSFORMATION, 3, None, WAN)
    assert computed.value.code == "not_up_to"
    by_level = replace(WORKSHOP, cap_fen=None, terms=(Term(levels=(3,), cap_fen=60 * WAN),))
    with pytest.raises(Refused) as blank:
        check_decision(by_level, None, None, WAN)
    assert blank.value.code == "level_missing"
    check_decision(by_level, 3, None, 60 * WAN)


def test_what_people_decided_lowers_an_amount_and_says_so() -> None:
    got = grant(decided=(Decided(OBJECTION, 30 * WAN, "一项软件不属实"), Decided(PUBLISHED, 35 * WAN)))
    assert got.amount_fen == 30 * WAN
    assert told(got)[3:5] == [("异议处理核定", "一项软件不属实", "30 万", ""), ("公示金额", "", "35 万", "")]
    assert grant(decided=(Decided(OBJECTION, 90 * WAN),)).amount_fen == 40 * WAN


def test_track_without_a_figure_has_no_amount() -> None:
    for track in (
        SERVICE,
        replace(TRANSFORMATION, ratio=None),
        replace(TRANSFORMATION, caps_fen=None),
        replace(LIGHTHOUSE, amount_fen=None),
    ):
        assert grant(track).code == "amount_unset"


HAD = (Earlier("KM0-001", 20 * WAN, True), Earlier("KM0-009", 3 * WAN, False))


def test_later_level_brings_the_difference() -> None:
    basis = Basis(BasisKind.ARTICLE, "第八条")
    track = replace(TRANSFORMATION, later=LaterLevel.DIFFERENCE, later_basis=basis)
    got = grant(track, earlier=HAD)
    assert got.amount_fen == 20 * WAN
    assert told(got)[3] == ("补差额", "40 − KM0-001 20", "20 万", "第八条")
    assert grant(track, earlier=HAD, level=2).amount_fen == 0
    assert grant(track, earlier=HAD[1:]).amount_fen == 40 * WAN


def test_later_level_may_bring_nothing_or_all() -> None:
    nothing = grant(replace(TRANSFORMATION, later=LaterLevel.NOTHING), earlier=HAD)
    assert (nothing.amount_fen, nothing.code) == (None, "supported_before")
    assert grant(replace(TRANSFORMATION, later=LaterLevel.NOTHING), earlier=HAD[1:]).amount_fen == 40 * WAN
    for later in (LaterLevel.FULL, None):
        assert grant(replace(TRANSFORMATION, later=later), earlier=HAD).amount_fen == 40 * WAN


def test_later_level_of_an_up_to_track_lowers_what_may_be_had() -> None:
    track = replace(WORKSHOP, later=LaterLevel.DIFFERENCE)
    rich = Claim(prior_investment_fen=500 * WAN, earlier=HAD, decided=(Decided(MEETING, 90 * WAN),))
    assert grant(track, rich).amount_fen == 80 * WAN


def test_batch_may_set_lower_bounds_with_its_notice() -> None:
    got = grant(limit=Limit(NOTICE, ratio=Fraction(2, 5), caps_fen={3: 30 * WAN}))
    assert got.amount_fen == 30 * WAN
    assert told(got)[1:3] == [("比例", "40% × 96.4", "38.56 万", NOTICE), ("等级上限", "三级", "30 万", NOTICE)]
    higher = grant(limit=Limit(NOTICE, ratio=Fraction(4, 5), caps_fen={3: 90 * WAN}, cap_fen=80 * WAN))
    assert told(higher)[1:3] == told(grant())[1:3]
    fixed = grant(LIGHTHOUSE, limit=Limit(NOTICE, cap_fen=15 * WAN))
    assert fixed.amount_fen == 15 * WAN
    assert told(fixed)[:2] == [("定额", "小灯塔", "20 万", "第七条（二）"), ("上限", "小灯塔", "15 万", NOTICE)]
