"""Amounts by command: bounds that a batch sets below the measure, years of completion, what is left to the eye."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.enums import Phase
from seeds.policies import builtin_text

SECRETARY = "张秘书"
HEADINGS = (
    "企业名称,统一社会信用代码,企业规模,县区,行业,支持方向,改造内容摘要,申报材料,软件,云服务,数据采集传输设备,其他投入,当前等级,"
    "目标等级,完成年份,已获专项资金,以往数字化投入,已获中央小巨人资金,2022年改造试点,近三年严重失信,其他违规情形,推荐意见,备案号,初核结果"
)
ROW = (
    "示例企业1,91530102MADEM00011,中,五华区,绿色食品,企业改造补助,摘要。,卷1,60,12.4,24,4,"
    "二级,三级,{year},0,0,否,否,否,,推荐,BA1,通过"
)
LIMITS = """
notice = "昆工信通〔2025〕3号"
[tracks.企业改造补助]
ratio = "40%"
levels = { 3 = 300000 }
"""
MEASURE = builtin_text("kunming-2024").replace(
    'ratio = "50%"\n# 未列的等级（一级）没有上限，不符合条件；四级一档即“四级及以上”。\n'
    "levels = { 2 = 200000, 3 = 400000, 4 = 500000 }\n",
    'finish_months = 3\nfinish_months_basis = { committee = "实施方案" }\n',
)
TERMS = (
    MEASURE.replace(
        'industries_required = true\nbasis = { article = "第七条（一）" }',
        'industries_required = true\nbasis = { article = "第七条（一）" }\n'
        '[[tracks.terms]]\nlevels = [3]\nyears = [2025]\nratio = "40%"\ncap = 350000\n'
        '[[tracks.terms]]\nlevels = [3]\nyears = [2026]\nratio = "20%"\ncap = 350000\n'
        '[[tracks.windows]]\nevent = "contract"\nfrom = 2024-10-18\nbasis = { committee = "实施方案" }',
        1,
    )
    + """
[[conditions]]
code = "drawn_in"
text = "由链主企业带动的，须有其出具的证明"
consult = "链主企业名单"
basis = { committee = "实施方案" }
"""
)


@pytest.fixture
def office(room: Any, meeting_at: Callable[..., Any]) -> Callable[..., Any]:
    def _office(policy: str | None = None) -> Any:
        meeting = meeting_at(Phase.PREPARING, policy)
        room.open(meeting.place)
        room.now = meeting.clock.now
        return room

    return _office


def write(room: Any, name: str, words: str) -> str:
    (room.folder / name).write_text(words, encoding="utf-8")
    return name


def take(room: Any, year: str = "") -> str:
    """Import one application into batch KM2; its number."""
    roster = write(room, "名册.csv", f"{HEADINGS}\n{ROW.format(year=year)}\n")
    (done,) = room.do(SECRETARY, "import", "roster", roster, "--batch", "KM2")["files"]
    (no,) = done["added"] or ["KM2-001"]
    return str(no)


def test_a_batch_sets_bounds_below_the_measure_and_its_notice_is_the_basis(office: Callable[..., Any]) -> None:
    room = office()
    limits = write(room, "limits.toml", LIMITS)
    room.do(SECRETARY, "batch", "new", "KM2", "--quota", "5", "--limits", limits)
    shown = room.do(SECRETARY, "batch", "show", "KM2")
    assert shown["limits"] == [
        {
            "track": "企业改造补助",
            "notice": "昆工信通〔2025〕3号",
            "bounds": ["比例不超过 40%", "三级最高 30 万元"],
        }
    ]
    checked = room.do(SECRETARY, "application", "check", take(room))
    assert checked["amount"] == "300000.00"
    assert [(step["step"], step["formula"], step["value"], step["article"]) for step in checked["derivation"]][1:3] == [
        ("比例", "40% × 96.4", "38.56 万", "昆工信通〔2025〕3号"),
        ("等级上限", "三级", "30 万", "昆工信通〔2025〕3号"),
    ]
    _, said, _ = room.say(SECRETARY, "batch", "show", "KM2")
    assert "比例不超过 40%；三级最高 30 万元" in said


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (LIMITS.replace("40%", "60%"), "limit_above", "“企业改造补助”的比例高于办法（第七条（一））"),
        (LIMITS.replace("300000", "400001"), "limit_above", "“企业改造补助”的上限高于办法（第七条（一））"),
        (LIMITS.replace("3 =", "1 ="), "limit_above", "“企业改造补助”的一级不在补助范围"),
    ],
)
def test_bounds_above_the_measure_are_refused(office: Callable[..., Any], words: str, code: str, told: str) -> None:
    room = office()
    refused = room.refused(
        1, SECRETARY, "batch", "new", "KM2", "--quota", "5", "--limits", write(room, "limits.toml", words)
    )
    assert refused["code"] == code
    assert told in refused["text"]
    assert [one["id"] for one in room.do(SECRETARY, "batch", "list")["batches"]] == ["KM1"]


def test_every_fault_of_a_bounds_file_comes_at_once(office: Callable[..., Any]) -> None:
    room = office()
    bad = """
note = "x"
[tracks.企业改造补助]
ratio = "140%"
cap = "很多"
levels = { 7 = 100 }
caps = 3
[tracks.小灯]
cap = 100
"""
    refused = room.refused(
        3, SECRETARY, "batch", "new", "KM2", "--quota", "5", "--limits", write(room, "limits.toml", bad)
    )
    assert [(one["sheet"], one["column"], one["found"]) for one in refused["faults"]] == [
        (None, "note", "note"),
        (None, "notice", ""),
        ("[tracks.企业改造补助]", "ratio", "140%"),
        ("[tracks.企业改造补助]", "cap", "很多"),
        ("[tracks.企业改造补助.levels]", "7", "7"),
        ("[tracks.企业改造补助]", "caps", "caps"),
        ("[tracks]", "小灯", "小灯"),
    ]


def test_the_year_of_completion_decides_where_the_measure_asks_for_it(office: Callable[..., Any]) -> None:
    room = office(TERMS)
    room.do(SECRETARY, "batch", "new", "KM2", "--quota", "5")
    no = take(room)
    checked = room.do(SECRETARY, "application", "check", no)
    assert (checked["eligible"], checked["amount"], checked["amount_reason"]) == (
        True,
        None,
        "未填完成年份，无法计算补助",
    )
    assert [one["code"] for one in checked["reasons"]] == ["year_missing"]
    for year, amount in (("2025", "350000.00"), ("2026年", "192800.00")):
        assert take(room, year) == no
        assert room.do(SECRETARY, "application", "check", no)["amount"] == amount
    assert room.do(SECRETARY, "application", "show", no)["completion_year"] == 2026
    assert take(room, "2027") == no
    checked = room.do(SECRETARY, "application", "check", no)
    assert (checked["eligible"], checked["amount"]) == (False, None)
    assert [one["code"] for one in checked["reasons"]] == ["year_not_supported"]


def test_what_no_figure_decides_is_named_for_the_eye(office: Callable[..., Any]) -> None:
    room = office(TERMS)
    checked = room.do(SECRETARY, "application", "check", "KM1-001")
    assert [(one["code"], one["text"], one["article"], one["consult"]) for one in checked["checks"]] == [
        ("drawn_in", "由链主企业带动的，须有其出具的证明", "实施方案", "链主企业名单"),
        ("window_contract", "合同不早于 2024-10-18", "实施方案", None),
        ("finish_months", "名单公布后 3 个月内完成", "实施方案", None),
    ]
    _, said, _ = room.say(SECRETARY, "application", "check", "KM1-001")
    assert "由链主企业带动的，须有其出具的证明（实施方案）；查：链主企业名单" in said
