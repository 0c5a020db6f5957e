"""The built-in policy against the text of the measure: figures are parsed from the articles, not written down twice."""

import csv
import re
from dataclasses import is_dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from models.errors import WrongUse
from models.policy.load import check_policy, load_measure, load_policy
from models.policy.types import AwardRule, Basis, BasisKind, Policy
from seeds.policies import builtin_ids, builtin_text

DATA = Path(__file__).parents[2] / "data" / "policy"
NUMERALS = "一二三四五六七八九"
WAN_FEN = 10_000 * 100


def articles() -> dict[str, str]:
    """The measure by article, spaces left out: {"第七条": "…"}."""
    measure = re.sub(r"[ \u3000]", "", (DATA / "kunming-2024.txt").read_text(encoding="utf-8"))
    found = re.split(r"^(第[一二三四五六七八九十]+条)", measure, flags=re.M)
    return dict(zip(found[1::2], found[2::2], strict=True))


def passage(ref: str) -> str:
    """The words of 第七条（一）: from its number to the next one, or to the end of the article."""
    article, item = re.fullmatch(r"(第\S+?条)(?:（(\S+)）)?", ref).groups()
    words = articles()[article]
    if item is None:
        return words
    items = re.split(r"^（([一二三四五六七八九]+)）", words, flags=re.M)
    return dict(zip(items[1::2], items[2::2], strict=True))[item]


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(builtin_text("kunming-2024"), "kunming_2024.toml")


def wan(pattern: str, ref: str) -> int:
    return int(re.search(pattern, passage(ref))[1]) * WAN_FEN


def share(pattern: str, ref: str) -> Fraction:
    return Fraction(int(re.search(pattern, passage(ref))[1]), 100)


def bases(value: object) -> list[Basis]:
    """Every basis in a policy."""
    if isinstance(value, Basis):
        return [value]
    if isinstance(value, tuple):
        return [basis for entry in value for basis in bases(entry)]
    return [basis for entry in vars(value).values() for basis in bases(entry)] if is_dataclass(value) else []


def test_builtin_policies_are_listed_by_their_own_id():
    assert builtin_ids() == ["changzhi-2025", "kunming-2024", "liuzhou-2025", "wuhan", "zhongshan-2024"]
    assert [load_measure(builtin_text(one), one).id for one in builtin_ids()] == builtin_ids()


def test_unknown_builtin_policy_is_refused_naming_the_known():
    with pytest.raises(WrongUse, match=r"没有内置办法“\.\./secret”.*kunming-2024"):
        builtin_text("../secret")


def test_kunming_is_without_fault():
    found, faults = check_policy(builtin_text("kunming-2024"), "kunming_2024.toml")
    assert faults == []
    assert found is not None
    assert (found.id, found.version, found.city) == ("kunming-2024", 1, "昆明市")


def test_title_document_and_issuers_stand_in_the_measure(policy):
    measure = re.sub(" ", "", (DATA / "kunming-2024.txt").read_text(encoding="utf-8"))
    assert measure.startswith(policy.document)
    assert f"\n{policy.title}\n" in measure
    assert "\n" + "\n".join(policy.issuers) + "\n" in measure


def test_every_article_cited_is_there(policy):
    cited = {ref for basis in bases(policy) if basis.kind is BasisKind.ARTICLE for ref in basis.ref.split("、")}
    cited.discard("印发通知主送单位")
    assert len(cited) >= 20
    assert all(passage(ref) for ref in cited)


def test_transformation_figures_are_those_of_article_7_1(policy):
    track = policy.track("transformation")
    caps = re.findall(r"达到([二三四])级[^，]*，每家最高补助(\d+)万元", passage("第七条（一）"))
    assert track.rule is AwardRule.SHARE
    assert track.ratio == share(r"不超过改造投入的(\d+)%", "第七条（一）")
    assert dict(track.caps_fen) == {NUMERALS.index(level) + 1: int(cap) * WAN_FEN for level, cap in caps}
    assert track.eligible_kinds == ("software", "cloud", "equipment")
    assert "软件、云服务支出，以及网关、路由等必要的数据采集传输设备支出" in passage("第七条（一）")


def test_reward_figures_are_those_of_article_7_2_to_4(policy):
    lighthouse, workshop, chain = (policy.track(code) for code in ("lighthouse", "workshop", "chain"))
    assert (lighthouse.rule, lighthouse.amount_fen) == (AwardRule.FIXED, wan(r"一次性(\d+)万元", "第七条（二）"))
    assert (workshop.rule, workshop.cap_fen) == (AwardRule.UP_TO, wan(r"不超过(\d+)万元", "第七条（三）"))
    assert (chain.rule, chain.cap_fen) == (AwardRule.UP_TO, wan(r"不超过(\d+)万元", "第七条（四）"))


def test_the_seven_tracks_stand_in_the_order_of_article_7(policy):
    assert [track.basis.ref for track in policy.tracks] == [f"第七条（{n}）" for n in NUMERALS[:7]]
    assert [track.code for track in policy.tracks if track.rule is None] == ["service", "public_support", "other"]
    assert [track.code for track in policy.tracks if "large" in track.sizes] == ["chain"]


def test_no_amount_of_the_measure_is_left_out(policy):
    amounts = [int(n) * WAN_FEN for n in re.findall(r"(\d+)万元", "".join(articles().values()))]
    caps = [fen for track in policy.tracks for fen in (track.caps_fen or {}).values()]
    fixed = [fen for track in policy.tracks for fen in (track.amount_fen, track.cap_fen) if fen is not None]
    assert sorted(caps + fixed) == sorted(amounts)


def test_no_ratio_of_the_measure_is_left_out(policy):
    ratios = [Fraction(int(n), 100) for n in re.findall(r"(\d+)%", "".join(articles().values()))]
    settlement = next(stage for stage in policy.payments if stage.code == "settlement")
    assert sorted([policy.track("transformation").ratio, policy.cumulative.share, settlement.share]) == sorted(ratios)


def test_cumulative_share_is_that_of_article_10(policy):
    assert policy.cumulative.share == share(r"不超过该企业数字化转型投入的(\d+)%", policy.cumulative.basis.ref)


def test_publicity_days_are_those_of_article_12_3(policy):
    days = re.search(r"公示期不少于(\d+)个工作日", passage(policy.publicity.basis.ref))[1]
    assert policy.publicity.days == int(days)
    assert policy.publicity.first_day_basis == Basis(BasisKind.LAW, "民法典第二百零一条")


def test_payment_shares_are_those_of_article_17(policy):
    advance, settlement, remainder = policy.payments
    assert "经由市工业和信息化局复核通过并公示后" in passage(advance.basis.ref)
    assert (advance.share, advance.trigger) == (None, "publicity")
    assert settlement.share == share(r"可将不高于(\d+)%的补助资金", settlement.basis.ref)
    assert (remainder.share, remainder.trigger) == (Fraction(1), "city_acceptance")


def test_sanction_years_are_those_of_the_articles(policy):
    years = {rule.code: rule.years for rule in policy.sanctions}
    refs = {rule.code: rule.basis.ref for rule in policy.sanctions}
    assert years["dishonest"] == NUMERALS.index(re.search(r"近(.)年内", passage(refs["dishonest"]))[1]) + 1
    assert years["false_material"] == NUMERALS.index(re.search(r"，(.)年内", passage(refs["false_material"]))[1]) + 1
    assert years["changed"] is None
    assert "年" not in passage(refs["changed"])


def test_dates_are_those_of_articles_26_and_27(policy):
    found = re.findall(r"(\d+)年(\d+)月(\d+)日", articles()["第二十六条"] + articles()["第二十七条"])
    days = [date(*map(int, one)) for one in found]
    assert [policy.effective_from, policy.effective_until, policy.applies_since] == days


def test_industries_are_those_of_article_6(policy):
    named = re.search(r"开展经营活动的(.+)行业的经营主体", articles()["第六条"])[1]
    assert [industry.name for industry in policy.industries] == named.split("、")


def test_districts_are_the_fourteen_divisions_then_zones_without_official_codes(policy):
    with (DATA / "kunming_divisions.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(line for line in file if not line.startswith("#")))[1:]
    divisions = [one for one in policy.districts if not one.zone]
    zones = [one for one in policy.districts if one.zone]
    assert [[one.code, one.name] for one in divisions] == rows
    assert [one.name for one in policy.districts[: len(rows)]] == [name for _, name in rows]
    assert all(re.fullmatch("zone-[a-z]+", one.code) for one in zones)
    assert {one.name: one.basis.kind for one in zones}["滇中新区"] is BasisKind.ARTICLE
    assert {one.basis.kind for one in zones if one.name != "滇中新区"} == {BasisKind.COMMITTEE}


def test_exclusions_are_the_four_items_of_article_9(policy):
    assert [(one.code, one.basis.ref) for one in policy.exclusions] == [
        ("central_support", "第九条（一）"),
        ("pilot_2022", "第九条（一）"),
        ("dishonest", "第九条（二）"),
        ("not_accepted", "第九条（三）"),
        ("other_exclusion", "第九条（四）"),
    ]
    for one in policy.exclusions:
        words = "工信厅联企业〔2022〕22号" if one.code == "pilot_2022" else one.text
        assert words in one.text
        assert words in passage(one.basis.ref)


def test_recoveries_cover_every_article_that_takes_money_back(policy):
    taking_back = [ref for ref, words in articles().items() if re.search("收回|缴回|追回", words)]
    assert {re.match("第.+?条", one.basis.ref)[0] for one in policy.recoveries} == set(taking_back)


def test_sources_are_those_of_article_15(policy):
    borne = re.search(r"转型补助由(.+)财政承担", articles()["第十五条"])[1]
    assert [source.name for source in policy.sources] == borne.split("、")


def test_what_the_measure_does_not_say_is_the_committees(policy):
    for rule in (policy.rubric, policy.scoring, policy.panel, policy.allocation, policy.objections):
        assert rule.basis.kind is BasisKind.COMMITTEE


def test_rubric_adds_up_to_a_hundred_points_with_three_bands_each(policy):
    assert [(one.name, one.full // 1000, one.step) for one in policy.rubric.criteria] == [
        ("方案", 30, 500),
        ("投入", 20, 500),
        ("成效", 20, 500),
        ("示范", 15, 500),
        ("保障", 15, 500),
    ]
    assert policy.rubric.full == 100_000
    assert [len(one.anchors) for one in policy.rubric.criteria] == [3] * 5


def test_anchor_bands_cover_every_step_once(policy):
    for criterion in policy.rubric.criteria:
        bands = [re.match(r"([\d.]+)–([\d.]+)：", anchor).groups() for anchor in criterion.anchors]
        edges = [(int(Fraction(low) * 1000), int(Fraction(high) * 1000)) for low, high in bands]
        covered = sorted(step for low, high in edges for step in range(low, high + 1, criterion.step))
        assert covered == list(range(0, criterion.full + 1, criterion.step))
