"""Eligibility by the built-in policy: every ground alone, all of them at once, and what is not known yet."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from models.enums import Size
from models.policy.load import load_policy
from models.policy.types import Basis, BasisKind, LaterLevel, Policy, Term
from models.rules.eligibility import Facts, check_eligibility
from seeds.policies import builtin_text

KUNMING = builtin_text("kunming-2024")

SOUND = Facts(
    uscc="91350100M000100Y43",
    size=Size.SMALL,
    industry="green_food",
    district="530102",
    track="transformation",
    current_level=1,
    target_level=3,
    central_support=False,
    pilot_2022=False,
    dishonest=False,
    other_exclusion="",
    recommendation=True,
    filing_no="备-001",
    preliminary=True,
)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(KUNMING, "kunming_2024.toml")


def judged(facts: Facts, policy: Policy) -> tuple[bool, list[tuple[str, str, str]]]:
    found = check_eligibility(facts, policy)
    return found.eligible, [(one.code, one.article, str(one.text)) for one in found.reasons]


def test_sound_application_is_eligible_without_a_reason(policy):
    assert judged(SOUND, policy) == (True, [])


def test_names_and_other_names_serve_as_codes(policy):
    named = replace(SOUND, district="石林县", industry="绿色食品", track="企业改造补助")
    assert judged(named, policy) == (True, [])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"central_support": True},
            (
                "central_support",
                "第九条（一）",
                "属于不予支持的情形：已获得中央财政中小企业发展专项资金支持的专精特新“小巨人”企业",
            ),
        ),
        (
            {"pilot_2022": True},
            (
                "pilot_2022",
                "第九条（一）",
                "属于不予支持的情形：已纳入工信厅联企业〔2022〕22号改造试点的中小企业",
            ),
        ),
        ({"dishonest": True}, ("dishonest", "第九条（二）", "属于不予支持的情形：近三年内存在严重失信行为")),
        (
            {"not_accepted": True},
            ("not_accepted", "第九条（三）", "属于不予支持的情形：试点实施期结束，项目未验收或验收不合格"),
        ),
        (
            {"other_exclusion": "挪用资金 {x}"},
            ("other_exclusion", "第九条（四）", "属于不予支持的情形：其他违反规定的行为（挪用资金 {x}）"),
        ),
        ({"district": "曲靖市"}, ("district", "第六条", "县区“曲靖市”不在支持范围")),
        (
            {"industry": "钢铁"},
            (
                "industry",
                "第六条",
                "“企业改造补助”限于以下行业：化学新材料制品制造、民族药品制品制造、化学药品制造、"
                "高原特色电力装备制造、绿色食品制品制造；现为“钢铁”",
            ),
        ),
        ({"size": Size.LARGE}, ("size", "第二条、第七条", "“企业改造补助”不支持大型企业")),
        ({"target_level": 1}, ("level_not_supported", "第七条（一）", "目标等级为一级，不在补助范围")),
        ({"recommendation": None}, ("recommendation_missing", "第十二条（二）", "推荐意见未给出")),
        ({"recommendation": False}, ("not_recommended", "第十二条（二）", "县区主管部门不推荐")),
        ({"filing_no": " "}, ("filing_missing", "第五条（四）、第十二条（二）", "备案号未给出")),
        ({"preliminary": None}, ("preliminary_missing", "第五条（四）、第十二条（二）", "初核结果未给出")),
        ({"preliminary": False}, ("preliminary_failed", "第五条（四）、第十二条（二）", "初核不通过")),
    ],
)
def test_one_ground_alone_stands_in_the_way(policy, change, reason):
    assert judged(replace(SOUND, **change), policy) == (False, [reason])


def test_unknown_track_is_named_with_the_known(policy):
    eligible, ((code, article, text),) = judged(replace(SOUND, track="飞机"), policy)
    assert (eligible, code, article) == (False, "track", "")
    assert text.startswith("没有支持方向“飞机”，现有：企业改造补助、小灯塔企业奖励、")


def test_blank_target_level_is_named_and_does_not_stand_in_the_way(policy):
    blank = replace(SOUND, target_level=None)
    assert judged(blank, policy) == (
        True,
        [("level_missing", "第七条（一）", "目标等级未填，不能计算补助（当前等级：一级）")],
    )
    eligible, reasons = judged(replace(blank, current_level=None, preliminary=False), policy)
    assert (eligible, [code for code, _, _ in reasons]) == (False, ["level_missing", "preliminary_failed"])
    assert reasons[0][2].endswith("（当前等级：未填）")


def test_level_counts_only_where_caps_go_by_level(policy):
    for track, level in product(("lighthouse", "workshop", "chain", "service"), (None, 1, 2, 4)):
        assert judged(replace(SOUND, track=track, target_level=level), policy) == (True, [])


def test_every_level_with_a_cap_is_eligible(policy):
    verdicts = [judged(replace(SOUND, target_level=level), policy)[0] for level in (1, 2, 3, 4)]
    assert verdicts == [False, True, True, True]


def test_large_enterprises_are_eligible_in_the_chain_track_alone(policy):
    large = replace(SOUND, size=Size.LARGE)
    open_to_large = [one.code for one in policy.tracks if judged(replace(large, track=one.code), policy)[0]]
    assert open_to_large == ["chain"]


def test_industry_counts_only_where_the_track_is_limited(policy):
    elsewhere = replace(SOUND, industry="")
    limited = [one.code for one in policy.tracks if not judged(replace(elsewhere, track=one.code), policy)[0]]
    assert limited == ["transformation", "workshop", "chain"]


def test_every_reason_is_given_at_once(policy):
    worst = Facts(
        uscc="91350100M000100Y43",
        size=Size.LARGE,
        industry="",
        district="",
        track="transformation",
        current_level=None,
        target_level=1,
        central_support=True,
        pilot_2022=True,
        dishonest=True,
        other_exclusion="骗补",
        recommendation=None,
        filing_no="",
        preliminary=None,
        not_accepted=True,
    )
    eligible, reasons = judged(worst, policy)
    assert not eligible
    assert [code for code, _, _ in reasons] == [
        "central_support",
        "pilot_2022",
        "dishonest",
        "not_accepted",
        "other_exclusion",
        "district",
        "industry",
        "size",
        "level_not_supported",
        "recommendation_missing",
        "filing_missing",
        "preliminary_missing",
    ]


def test_policy_that_asks_for_nothing_lets_it_pass():
    text = KUNMING.replace('recommendation = { article = "第十二条（二）" }', 'recommendation = "unset"')
    text = text.replace('filing = { article = "第五条（四）、第十二条（二）" }', 'filing = "unset"')
    bare = replace(SOUND, recommendation=None, filing_no="", preliminary=None)
    assert judged(bare, load_policy(text, "p.toml")) == (True, [])


def test_limit_per_enterprise_is_the_policys(policy):
    twice = replace(SOUND, applications_of_enterprise=2)
    text = KUNMING.replace('per_enterprise = "unset"', "per_enterprise = 1")
    text = text.replace('per_enterprise_basis = "unset"', 'per_enterprise_basis = { committee = "申报通知" }')
    limited = load_policy(text, "p.toml")
    assert judged(twice, policy) == (True, [])
    assert judged(SOUND, limited) == (True, [])
    assert judged(twice, limited) == (
        False,
        [("too_many", "申报通知", "企业 91350100M000100Y43 在本批次申报 2 项，最多 1 项")],
    )


def with_track(policy, **changed):
    """The policy with another transformation track."""
    tracks = tuple(replace(one, **changed) if one.code == "transformation" else one for one in policy.tracks)
    return replace(policy, tracks=tracks)


TERMS = (
    Term(levels=(2, 3), years=(2024,), ratio=Fraction(1, 2), cap_fen=40_000_000),
    Term(levels=(3,), years=(2025,), ratio=Fraction(2, 5), cap_fen=30_000_000),
)


@pytest.mark.parametrize(
    ("level", "year", "found"),
    [
        (3, 2025, (True, [])),
        (2, 2024, (True, [])),
        (3, None, (True, [("year_missing", "第七条（一）", "未填完成年份，无法计算补助")])),
        (
            None,
            2024,
            (True, [("level_missing", "第七条（一）", "目标等级未填，不能计算补助（当前等级：一级）")]),
        ),
        (2, 2025, (False, [("year_not_supported", "第七条（一）", "二级、2025 年完成的不在补助范围内")])),
        (4, 2024, (False, [("level_not_supported", "第七条（一）", "目标等级为四级，不在补助范围")])),
    ],
)
def test_a_track_with_terms_asks_for_level_and_year(policy, level, year, found):
    by_terms = with_track(policy, ratio=None, caps_fen=None, terms=TERMS)
    assert judged(replace(SOUND, target_level=level, completion_year=year), by_terms) == found


def test_an_enterprise_supported_in_the_track_before_gets_no_more_where_the_measure_says_so(policy):
    again = replace(SOUND, supported_before=True)
    assert judged(again, policy) == (True, [])
    assert judged(again, with_track(policy, later=LaterLevel.DIFFERENCE)) == (True, [])
    nothing = with_track(policy, later=LaterLevel.NOTHING, later_basis=Basis(BasisKind.ARTICLE, "第八条"))
    assert judged(again, nothing) == (
        False,
        [("supported_before", "第八条", "本方向已获支持，后来达到的等级不再补助")],
    )
