"""Measures that are not complete: read and checked like others, and refused where a meeting would follow one."""

import json
import tomllib
from typing import Any

import pytest

from models.errors import Refused
from models.policy.load import check_policy, load_measure, load_policy, open_parts, usable
from models.policy.show import policy_json, policy_parts
from models.policy.types import LaterLevel, Term, Window
from seeds.policies import builtin_text

KUNMING = builtin_text("kunming-2024")
GROUPS = [
    "industries",
    "districts",
    "tracks",
    "exclusions",
    "admission",
    "rubric",
    "scoring",
    "panel",
    "allocation",
    "publicity",
    "objections",
    "payments",
    "recoveries",
    "sanctions",
    "sources",
]


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return value.isoformat() if hasattr(value, "isoformat") else json.dumps(value, ensure_ascii=False)


def without(*paths: str) -> str:
    """The built-in file with "unset" under some paths ("panel", "publicity.days")."""
    values = tomllib.loads(KUNMING)
    for path in paths:
        *groups, key = path.split(".")
        holder = values
        for group in groups:
            holder = holder[group]
        holder[key] = "unset"
    return "".join(f"{key} = {toml(value)}\n" for key, value in values.items())


@pytest.mark.parametrize("group", GROUPS)
def test_group_that_is_open_checks_clean_and_is_refused_for_a_meeting(group: str) -> None:
    measure, faults = check_policy(without(group), "p.toml")
    assert faults == []
    assert list(open_parts(measure)) == [group]
    assert policy_json(measure)[group] is None
    with pytest.raises(Refused) as caught:
        load_policy(without(group), "p.toml")
    assert (caught.value.code, caught.value.exit_code) == ("policy_incomplete", 1)
    (said,) = open_parts(measure).values()
    assert f"：{said} 尚未写明。" in str(caught.value)
    assert "kmdx policy new FILE --from kunming-2024" in str(caught.value.lift)


def test_every_group_that_is_open_is_named() -> None:
    measure = load_measure(without(*GROUPS), "p.toml")
    assert list(open_parts(measure)) == GROUPS
    assert len(policy_parts(measure)) > len(GROUPS)
    assert json.dumps(policy_json(measure))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("title", "名称"),
        ("effective_from", "施行日期"),
        ("publicity.days", "公示 · 不少于工作日"),
        ("scoring.average", "计分规则 · 取平均"),
        ("panel.odd", "评审组 · 单数"),
        ("rubric.full", "评分标准 · 总分"),
        ("rubric.criteria", "评分标准 · 指标"),
        ("admission.sizes", "申报要件 · 企业规模"),
        ("scoring.drop", "计分规则 · 整份剔除"),
        ("scoring.score_places", "计分规则 · 得分小数位"),
        ("scoring.tie_breaks", "计分规则 · 同分先比"),
        ("scoring.panels", "计分规则 · 分组排名"),
        ("scoring.double_keying", "计分规则 · 双人录入"),
        ("editions", "等级评测"),
        ("uses", "资金用途"),
    ],
)
def test_one_value_may_be_open(path: str, words: str) -> None:
    measure, faults = check_policy(without(path), "p.toml")
    assert faults == []
    assert open_parts(measure) == {path: words}
    assert any(f"{words.rsplit(' · ', maxsplit=1)[-1]}：尚未写明" in str(part) for part in policy_parts(measure))


def test_open_values_of_entries_are_named_with_their_entry() -> None:
    text = KUNMING.replace('eligible = ["software", "cloud", "equipment"]', 'eligible = "unset"')
    text = text.replace('after = "acceptance"', 'after = "unset"').replace('step = "0.5"', 'step = "unset"', 1)
    text = text.replace("full = 30", 'full = 30\nweight = "unset"\nobjective = "unset"')
    text = text.replace(
        "industries_required = true", 'sizes = "unset"\nindustries_required = "unset"\nwindows = "unset"', 1
    )
    measure = load_measure(text, "p.toml")
    shown = "\n".join(str(part) for part in policy_parts(measure))
    assert all(f"{word}：尚未写明" in shown for word in ("权重", "客观分", "企业规模", "限于所列行业", "凭据期限"))
    assert open_parts(measure) == {
        "tracks[1].sizes": "支持方向 · 企业改造补助 · 企业规模",
        "tracks[1].industries_required": "支持方向 · 企业改造补助 · 限于所列行业",
        "tracks[1].windows": "支持方向 · 企业改造补助 · 凭据期限",
        "tracks[1].eligible": "支持方向 · 企业改造补助 · 合格投入",
        "rubric.criteria[1].step": "评分标准 · 指标 · 方案 · 步长",
        "rubric.criteria[1].weight": "评分标准 · 指标 · 方案 · 权重",
        "rubric.criteria[1].objective": "评分标准 · 指标 · 方案 · 客观分",
        "payments[2].after": "拨付 · 清算 · 时点",
    }


@pytest.mark.parametrize("path", ["id", "version", "city"])
def test_what_a_measure_is_known_by_is_never_open(path: str) -> None:
    measure, faults = check_policy(without(path), "p.toml")
    assert measure is None
    assert [(fault.sheet, fault.column) for fault in faults] == [("", path)]


def test_basis_of_what_is_laid_down_is_never_open() -> None:
    text = KUNMING.replace('basis = { article = "第十条" }', 'basis = "unset"')
    assert [(fault.sheet, fault.column) for fault in check_policy(text, "p.toml")[1]] == [("cumulative", "basis")]


def test_what_is_not_laid_down_keeps_no_meeting_waiting() -> None:
    paths = ["cumulative", "effective_until", "scoring.pass_mark", "panel.least", "admission.filing"]
    policy = load_policy(without(*paths), "p.toml")
    assert (policy.cumulative, policy.effective_until, policy.admission.filing) == (None, None, None)


def test_measure_of_a_complete_file_is_its_policy() -> None:
    measure = load_measure(KUNMING, "p.toml")
    policy = usable(measure)
    assert open_parts(measure) == {}
    assert (policy.id, policy.text, policy.digest) == (measure.id, measure.text, measure.digest)
    assert (measure.version, measure.city, measure.title, measure.document) == (
        1,
        "昆明市",
        "昆明市中小企业数字化转型专项资金管理办法",
        "昆工信规〔2024〕1号",
    )


def test_terms_windows_and_the_rest_of_a_track_are_read_exactly() -> None:
    text = KUNMING.replace(
        'basis = { article = "第七条（二）" }',
        """basis = { article = "第七条（二）" }
later = "difference"
later_basis = { committee = "补差办法" }
yearly_places = 100
yearly_places_basis = { article = "第七条（二）" }
finish_months = 3
finish_months_basis = { article = "第七条（二）" }
[[tracks.terms]]
levels = [3, 2]
years = [2024]
amount = 150000
[[tracks.terms]]
years = [2025, 2026]
[[tracks.windows]]
event = "contract"
from = 2024-10-18
basis = { article = "第八条" }
[[tracks.windows]]
event = "payment"
until_acceptance = true
basis = { article = "第八条" }""",
    )
    policy = load_policy(text, "p.toml")
    track = policy.tracks[1]
    assert track.terms == (Term((3, 2), (2024,), amount_fen=150_000_00), Term((), (2025, 2026)))
    assert (track.later, track.later_basis.ref, track.yearly_places, track.finish_months) == (
        LaterLevel.DIFFERENCE,
        "补差办法",
        100,
        3,
    )
    contract, payment = track.windows
    assert (contract.event, contract.first.isoformat(), contract.last) == ("contract", "2024-10-18", None)
    assert payment == Window("payment", contract.basis, until_acceptance=True)
    said = policy_json(policy)["tracks"][1]
    assert said["terms"][0] == {"levels": [3, 2], "years": [2024], "amount": "150000.00"}
    assert said["windows"][0]["from"] == "2024-10-18"
