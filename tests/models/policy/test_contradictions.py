"""Every contradiction of a policy file is named where it is mended; what just fits is none."""

import pytest

from models.policy.load import check_policy
from seeds.policies import builtin_text

KUNMING = builtin_text("kunming-2024")
CAPS = "levels = { 2 = 200000, 3 = 400000, 4 = 500000 }"
TRIM = "trim = { from = 5, count = 1 }"


def faults(*changes: tuple[str, str]) -> list[tuple[str, str, str]]:
    """Group, key and what is wanted of every fault of the built-in file with some pieces replaced."""
    text = KUNMING
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return [(fault.sheet, fault.column, str(fault.wanted)) for fault in check_policy(text, "p.toml")[1]]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("\nfull = 100\n", "\nfull = 99.5\n", ("rubric", "full", "各指标满分乘权重之和 100")),
        (CAPS, CAPS.replace("500000", "300000"), ("tracks[1].levels", "3", "不高于等级 4 的上限 300000")),
        (
            TRIM,
            TRIM.replace("count = 1", "count = 2"),
            ("scoring.trim", "from", "不小于 7：高低各去 2 份后余下不少于最少评分表 3 份"),
        ),
        (
            TRIM,
            TRIM.replace("5", "4"),
            ("scoring.trim", "from", "不小于 5：高低各去 1 份后余下不少于最少评分表 3 份"),
        ),
        ("\nleast = 5\n", "\nleast = 1\n", ("panel", "least", "不小于最少评分表 3 份")),
        ("\nleast = 5\n", "\nleast = 6\n", ("panel", "least", "单数（panel.odd 为 true）")),
        (
            'tie_breaks = ["plan", "effect"]',
            'tie_breaks = ["plan", "luck"]',
            ("scoring", "tie_breaks", "评分标准中的指标代码：plan、investment、effect、demonstration、assurance"),
        ),
        ('pass_mark = "60"', 'pass_mark = "100.5"', ("scoring", "pass_mark", "不大于总分 100")),
        ('spread_flag = "20"', "spread_flag = 101", ("scoring", "spread_flag", "不大于总分 100")),
        (
            "effective_until = 2026-12-31",
            "effective_until = 2024-05-11",
            ("", "effective_until", "不早于施行日期 2024-05-12"),
        ),
        (
            "applies_since = 2023-06-12",
            "applies_since = 2024-05-13",
            ("", "applies_since", "不晚于施行日期 2024-05-12"),
        ),
        ('per_enterprise = "unset"', "per_enterprise = 1", ("admission", "per_enterprise_basis", "申报项数的依据")),
        ('code = "530103"', 'code = "530102"', ("districts[2]", "code", "不与 districts[1] 重复")),
        ('name = "盘龙区"', 'name = "五华"', ("districts[2]", "name", "不与 districts[1] 重复")),
        ('aliases = ["绿色食品"]', 'aliases = ["新材料"]', ("industries[5]", "aliases", "不与 industries[1] 重复")),
        (
            'code = "workshop"',
            'code = "小灯塔"',
            ("tracks[3]", "code", "字母、数字、“-”和“_”组成的代码，不超过40个字符"),
        ),
        ('name = "示范"', 'name = "方案"', ("rubric.criteria[4]", "name", "不与 rubric.criteria[1] 重复")),
        ('code = "county"', 'code = "central"', ("sources[4]", "code", "不与 sources[1] 重复")),
        ('code = "bankrupt"', 'code = "failed"', ("recoveries[4]", "code", "不与 recoveries[3] 重复")),
    ],
)
def test_contradiction_is_named(old, new, fault):
    assert faults((old, new)) == [fault]


def test_full_mark_off_the_step_is_named():
    found = faults(('name = "示范"\nfull = 15\nstep = "0.5"', 'name = "示范"\nfull = 15\nstep = "0.4"'))
    assert found == [("rubric.criteria[4]", "full", "步长 0.4 的整数倍")]


def test_weights_count_in_the_total():
    weighted = ('name = "示范"\nfull = 15\n', 'name = "示范"\nfull = 30\nweight = "0.5"\n')
    assert faults(weighted) == []
    assert faults((weighted[0], weighted[1].replace("0.5", "0.6"))) == [("rubric", "full", "各指标满分乘权重之和 103")]


def test_ratio_outside_0_to_1_is_named():
    wanted = '0 至 1 之间的比例，如 "50%"、"0.5" 或 "2/3"'
    assert faults(('ratio = "50%"', 'ratio = "101%"')) == [("tracks[1]", "ratio", wanted)]
    assert faults(('ratio = "50%"', "ratio = 50")) == [("tracks[1]", "ratio", wanted)]
    assert faults(('ratio = "50%"', 'ratio = "100%"')) == []


def test_repetition_inside_a_list_is_named():
    found = faults(('tie_breaks = ["plan", "effect"]', 'tie_breaks = ["plan", "plan"]'))
    assert [(group, key) for group, key, _ in found] == [("scoring.tie_breaks", "2")]


def test_unset_contradicts_nothing():
    assert faults(("\nleast = 5\n", '\nleast = "unset"\n'), (TRIM, 'trim = "unset"')) == []
    assert faults((CAPS, 'levels = "unset"'), ("effective_until = 2026-12-31", 'effective_until = "unset"')) == []


def test_equal_caps_and_days_are_no_contradiction():
    assert faults((CAPS, CAPS.replace("500000", "400000"))) == []
    assert faults(("applies_since = 2023-06-12", "applies_since = 2024-05-12")) == []


def test_all_contradictions_are_named_at_once():
    found = faults(
        ("applies_since = 2023-06-12", "applies_since = 2025-01-01"),
        (CAPS, CAPS.replace("400000", "600000")),
        ("\nfull = 100\n", "\nfull = 90\n"),
        ("least_sheets = 3", "least_sheets = 6"),
        ("\nodd = true", "\nodd = 3"),
    )
    assert [(group, key) for group, key, _ in found] == [
        ("", "applies_since"),
        ("tracks[1].levels", "3"),
        ("rubric", "full"),
        ("scoring.trim", "from"),
        ("panel", "least"),
        ("panel", "odd"),
    ]
