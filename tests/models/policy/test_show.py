"""A policy shown: the keys and values of its file for machines, words with their basis for people."""

import json
import tomllib
from itertools import takewhile
from typing import Any

from models.policy.load import load_measure, load_policy, usable
from models.policy.show import Grid, policy_json, policy_parts
from seeds.policies import builtin_text

KUNMING = builtin_text("kunming-2024")
MONEY = {"amount", "cap", "2", "3", "4"}
EXACT = {"full", "points"}
RATIOS = {"50%": "0.5", "70%": "0.7", "100%": "1", "2/3": "2/3"}
DEFAULTS = {
    "aliases": [],
    "zone": False,
    "sizes": ["medium", "small", "micro"],
    "industries_required": False,
    "weight": "1",
    "objective": False,
    "classes": [],
    "terms": [],
    "windows": [],
    "scenes": [],
    "conditions": [],
    "uses": [],
}


def expected(raw: Any, key: str = "") -> Any:
    """What the file says, by the conventions of JSON: yuan with two decimals, exact strings, null for unset."""
    if isinstance(raw, dict):
        return {inner: expected(value, inner) for inner, value in raw.items()}
    if isinstance(raw, list):
        return [expected(entry) for entry in raw]
    if key in MONEY:
        return f"{raw}.00"
    if key in EXACT:
        return str(raw)
    if raw == "unset":
        return None
    return RATIOS.get(raw, raw) if isinstance(raw, str) else raw if isinstance(raw, int) else raw.isoformat()


def without_defaults(shown: Any, said: Any) -> Any:
    """What is shown, less the keys that the file leaves to their default, or to None."""
    if isinstance(shown, dict):
        left_out = {key for key in shown if key not in said}
        assert all(shown[key] in (None, DEFAULTS.get(key)) for key in left_out)
        return {key: without_defaults(value, said[key]) for key, value in shown.items() if key in said}
    if isinstance(shown, list):
        return [without_defaults(*pair) for pair in zip(shown, said, strict=True)]
    return shown


def test_json_says_what_the_file_says():
    said = expected(tomllib.loads(KUNMING))
    shown = json.loads(json.dumps(policy_json(load_policy(KUNMING, "p.toml"))))
    assert without_defaults(shown, said) == said


def lines(text: str = KUNMING) -> list[str]:
    """What a person reads, less the tables."""
    return [part for part in policy_parts(load_measure(text, "p.toml")) if isinstance(part, str)]


def under(heading: str, text: str = KUNMING) -> list[str]:
    """The lines of one group, its heading first."""
    found = lines(text)
    start = next(at for at, line in enumerate(found) if line.startswith(heading))
    return list(takewhile(bool, found[start:]))


def test_rules_are_sentences_under_the_basis_of_their_group():
    assert under("累计上限") == ["累计上限〔本办法第十条〕", "  不超过数字化投入的 50%", "  金额上限：未规定"]
    assert under("公示") == [
        "公示〔本办法第十二条（三）〕",
        "  公示不少于 5 个工作日",
        "  公示首日不计入〔上位规定：民法典第二百零一条〕",
    ]
    assert under("异议") == [
        "异议〔评审委员会自定：异议处理规则〕",
        "  5 个工作日内决定是否受理",
        "  决定工作日：未规定",
        "  不受理匿名异议",
    ]
    assert "  去高低分：满 5 份时，最高、最低各去 1 份" in under("计分规则")
    assert "  偏差：与均值相差超过 30% 的，须说明" in under("计分规则")
    assert "  推荐意见：有此要求〔本办法第十二条（二）〕" in under("申报要件")
    assert "施行日期：2024-05-12〔本办法第二十六条、第二十七条〕" in lines()


def test_track_is_a_block_under_its_name():
    found = under("支持方向")
    assert found[1:8] == [
        "  企业改造补助（transformation、中小企业数字化转型企业改造补助、数字化改造）〔本办法第七条（一）〕",
        "    计算方式：按比例",
        "    企业规模：中型、小型、微型",
        "    限于所列行业",
        "    补助合格投入的 50%",
        "    等级上限：二级 200,000 元、三级 400,000 元、四级 500,000 元",
        "    合格投入：软件、云服务、数据采集传输设备",
    ]


def test_terms_and_levels_are_tables():
    wuhan = policy_parts(load_measure(builtin_text("wuhan"), "p.toml"))
    (terms,) = [part for part in wuhan if isinstance(part, Grid)]
    assert terms == Grid(("等级", "比例", "上限"), (("二级", "30%", "300,000 元"), ("三级、四级", "40%", "400,000 元")))
    assert not any("未规定" in part for part in under("支持方向", builtin_text("wuhan")))
    kunming = policy_parts(load_measure(KUNMING, "p.toml"))
    first, second = [part for part in kunming if isinstance(part, Grid)]
    assert first == Grid(("等级", "分数不低于"), (("一级", "20"), ("二级", "40"), ("三级", "60"), ("四级", "80")))
    assert second.headings == ("等级", "分数不低于", "场景不少于", "其中必备场景")
    assert second.rows[2] == ("三级", "60", "8", "5")


def test_every_rule_carries_its_basis():
    """Its own, that of its entry, or that of the heading it stands under."""
    bare, covered = [], {}
    for line in lines():
        depth = len(line) - len(line.lstrip())
        covered = {at: said for at, said in covered.items() if at < depth}
        covered[depth] = line.endswith("〕")
        if line and not any(covered.values()):
            bare.append(line.strip().split("：")[0])
    headings = ["行业", "县区", "支持方向", "不予支持", "申报要件", "拨付", "收回", "失信记录", "资金来源", "等级评测"]
    facts = ["编号", "版本", "名称", "文号", "城市", "印发机关"]
    assert bare == [*facts, *headings[:5], "每家企业申报项数", *headings[5:], "另须查核", "资金用途"]


def test_nothing_of_the_lists_is_left_out():
    policy = load_policy(KUNMING, "p.toml")
    text = "\n".join(lines())
    named = (*policy.industries, *policy.districts, *policy.tracks, *policy.rubric.criteria, *policy.sources)
    assert len(named) > 35
    assert all(f"{one.name}（{one.code}" in text for one in named)
    told = (*policy.exclusions, *policy.recoveries, *policy.sanctions)
    assert all(f"{one.text}（{one.code}）" in text for one in told)


def test_zones_and_classes_are_said_of_their_entries():
    text = KUNMING.replace('aliases = ["绿色食品"]', 'aliases = ["绿色食品"]\nclasses = ["C13", "C1411"]')
    shown = "\n".join(str(part) for part in policy_parts(load_policy(text, "p.toml")))
    assert "绿色食品制品制造（green_food、绿色食品；C13、C1411）" in shown
    assert "滇中新区（zone-dianzhong、云南滇中新区；功能区）" in shown
    assert "安宁市（530181、安宁）" in shown


def test_the_source_of_an_exclusion_is_read_even_where_none_is_laid_down():
    text = KUNMING.replace('consult = "unset"', 'consult = "信用中国"', 1)
    shown = [str(part) for part in policy_parts(load_policy(text, "p.toml")) if "查核途径" in str(part)]
    assert len(shown) == 5
    assert [line.count("查核途径：信用中国") for line in shown] == [1, 0, 0, 0, 0]
    assert [line.count("查核途径：未规定") for line in shown] == [0, 1, 1, 1, 1]


def test_words_of_the_file_are_data():
    text = KUNMING.replace('name = "方案"', 'name = "[bold]{x}=1+1"')
    policy = load_policy(text, "p.toml")
    assert policy_json(policy)["rubric"]["criteria"][0]["name"] == "[bold]{x}=1+1"
    assert any("[bold]{x}=1+1（plan）" in line for line in lines(text))


def test_unset_cumulative_is_null_and_said():
    text = KUNMING.replace('[cumulative]\nshare = "50%"\nbasis = { article = "第十条" }\n', "")
    text = text.replace("schema = 1\n", 'schema = 1\ncumulative = "unset"\n')
    assert policy_json(load_policy(text, "p.toml"))["cumulative"] is None
    assert "累计上限：未规定" in lines(text)


def test_what_must_still_be_filled_in_reads_unlike_what_is_not_laid_down():
    wuhan = lines(builtin_text("wuhan"))
    assert "评分标准：尚未写明" in wuhan
    assert "累计上限：未规定" in wuhan
    assert "    合格投入：尚未写明" in wuhan
    assert policy_json(load_measure(builtin_text("wuhan"), "p.toml"))["rubric"] is None


def test_policy_and_measure_read_the_same():
    measure = load_measure(KUNMING, "p.toml")
    assert policy_parts(usable(measure)) == policy_parts(measure)
    assert policy_json(usable(measure)) == policy_json(measure)
