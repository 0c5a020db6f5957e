"""A policy shown: the keys and values of its file for machines, words with their basis for people."""

import json
import tomllib
from typing import Any

from models.policy.load import load_policy
from models.policy.show import policy_json, policy_lines, show_policy
from seeds.policies import builtin_text

KUNMING = builtin_text("kunming-2024")
MONEY = {"amount", "cap", "2", "3", "4"}
RATIOS = {"50%": "0.5", "70%": "0.7", "100%": "1", "2/3": "2/3"}
DEFAULTS = {
    "aliases": [],
    "zone": False,
    "sizes": ["medium", "small", "micro"],
    "industries_required": False,
    "weight": "1",
    "objective": False,
}


def expected(raw: Any, key: str = "") -> Any:
    """What the file says, by the conventions of JSON: yuan with two decimals, exact strings, null for unset."""
    if isinstance(raw, dict):
        return {inner: expected(value, inner) for inner, value in raw.items()}
    if isinstance(raw, list):
        return [expected(entry) for entry in raw]
    if key in MONEY:
        return f"{raw}.00"
    if key == "full":
        return str(raw)
    if raw == "unset":
        return None
    return RATIOS.get(raw, raw) if isinstance(raw, str) else raw if isinstance(raw, int) else raw.isoformat()


def without_defaults(shown: Any, said: Any) -> Any:
    """What is shown, less the keys that the file leaves to their default."""
    if isinstance(shown, dict):
        left_out = {key for key in shown if key not in said}
        assert all(shown[key] == DEFAULTS[key] for key in left_out)
        return {key: without_defaults(value, said[key]) for key, value in shown.items() if key in said}
    if isinstance(shown, list):
        return [without_defaults(*pair) for pair in zip(shown, said, strict=True)]
    return shown


def test_json_says_what_the_file_says():
    said = expected(tomllib.loads(KUNMING))
    shown = json.loads(json.dumps(policy_json(load_policy(KUNMING, "p.toml"))))
    assert without_defaults(shown, said) == said


def test_lines_carry_figures_and_bases():
    lines = policy_lines(load_policy(KUNMING, "p.toml"))
    assert "累计上限 · 占数字化投入：50%〔本办法第十条〕" in lines
    assert "公示 · 不少于工作日：5〔本办法第十二条（三）〕" in lines
    assert "公示 · 首日计入：否〔上位规定：民法典第二百零一条〕" in lines
    assert "计分规则 · 去高低分：份数达到 5；高低各去 1〔评审委员会自定：计分规则〕" in lines
    assert "异议 · 决定工作日：未规定〔评审委员会自定：异议处理规则〕" in lines
    assert "申报要件 · 推荐意见：有此要求〔本办法第十二条（二）〕" in lines
    assert (
        "支持方向：企业改造补助；代码 transformation；别名 中小企业数字化转型企业改造补助、数字化改造；"
        "计算方式 按比例；企业规模 中型、小型、微型；限于所列行业 是；"
        "比例 50%；等级上限 二级 200,000 元、三级 400,000 元、四级 500,000 元；"
        "合格投入 软件、云服务、数据采集传输设备〔本办法第七条（一）〕"
    ) in lines


def test_every_rule_carries_its_basis():
    bare = {what for what, _, basis in show_policy(load_policy(KUNMING, "p.toml")) if not basis}
    assert bare == {"编号", "版本", "名称", "文号", "城市", "印发机关", "申报要件 · 每家企业申报项数"}


def test_nothing_of_the_lists_is_left_out():
    policy = load_policy(KUNMING, "p.toml")
    rows = [what for what, _, _ in show_policy(policy)]
    assert rows.count("县区") == len(policy.districts) == 20
    assert rows.count("支持方向") == len(policy.tracks) == 7
    assert rows.count("评分标准 · 指标") == len(policy.rubric.criteria) == 5


def test_words_of_the_file_are_data():
    text = KUNMING.replace('name = "方案"', 'name = "[bold]{x}=1+1"')
    policy = load_policy(text, "p.toml")
    assert policy_json(policy)["rubric"]["criteria"][0]["name"] == "[bold]{x}=1+1"
    assert any("[bold]{x}=1+1；代码 plan" in line for line in policy_lines(policy))


def test_unset_cumulative_is_null_and_said():
    text = KUNMING.replace('[cumulative]\nshare = "50%"\nbasis = { article = "第十条" }\n', "")
    text = text.replace("schema = 1\n", 'schema = 1\ncumulative = "unset"\n')
    policy = load_policy(text, "p.toml")
    assert policy_json(policy)["cumulative"] is None
    assert "累计上限：未规定" in policy_lines(policy)
