"""`kmdx quota apportion`: places divided among districts, shown or set, and why it is refused."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from models.enums import Phase

SECRETARY, FINANCE = "张秘书", "李财政"
FACTORS = """
total = 3
[weights]
申报数 = 0.5
企业数 = "50%"
[districts.五华区]
申报数 = 3
企业数 = 40
[districts.呈贡区]
申报数 = 2
企业数 = 40.5
[districts.东川区]
申报数 = 1
企业数 = "19.5"
floor = 1
"""
TIED = "[weights]\nn = 1\n[districts]\n五华区 = {n = 2}\n呈贡区 = {n = 2}\n东川区 = {n = 3}\n"


def write(room: Any, text: str) -> str:
    (room.folder / "factors.toml").write_text(text, encoding="utf-8")
    return "factors.toml"


def ceilings(found: Any) -> dict[str, int]:
    return {one["name"]: one["ceiling"] for one in found["districts"] if one["ceiling"] is not None}


def test_apportion_writes_ceilings_and_says_how(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.PREPARING)
    found = room.do(SECRETARY, "quota", "apportion", "M1", "--factors", write(room, FACTORS))
    assert {key: found[key] for key in ("meeting", "method", "total", "weights", "ties", "faults")} == {
        "meeting": "M1",
        "method": "largest_remainder",
        "total": 3,
        "weights": {"申报数": "0.5", "企业数": "0.5"},
        "ties": [],
        "faults": [],
    }
    # 3/6 and 40/100, 2/6 and 40.5/100, 1/6 and 19.5/100, half of each: 0.45, 0.369…, 0.18…
    told = [
        (one["name"], Fraction(one["share"]), one["seats"], one["floor"], one["ceiling"]) for one in found["districts"]
    ]
    assert told == [
        ("五华区", Fraction(9, 20), 1, 0, None),
        ("呈贡区", Fraction(443, 1200), 1, 0, None),
        ("东川区", Fraction(217, 1200), 1, 1, None),
    ]
    assert found["districts"][0]["values"] == {"申报数": "3", "企业数": "40"}
    assert found["districts"][1]["derivation"][0] == {
        "step": "“申报数”：权重 × 数值 ÷ 各县区合计",
        "article": "factors.toml",
        "formula": "0.5 × 2 ÷ 6",
        "value": "≈0.166667",
    }
    assert ceilings(found["quota"]) == {"五华区": 1, "呈贡区": 1, "东川区": 1}
    shown = room.do(SECRETARY, "quota", "show", "M1")
    assert shown == found["quota"]
    assert (shown["budget"], shown["alternates"]) == ("2000000.00", 1)
    assert shown["changes"][-1]["reason"] == "按因素分配（最大余数法）"


def test_apportion_dry_run_shows_and_keeps_nothing(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.PREPARING)
    before = room.do(SECRETARY, "verify")["entries"]
    words = ("quota", "apportion", "M1", "--factors", write(room, FACTORS), "--method", "dhondt", "--dry-run")
    found = room.do(SECRETARY, *words)
    assert (found["method"], ceilings(found["quota"])) == ("dhondt", {"五华区": 1, "呈贡区": 1, "东川区": 1})
    assert room.do(SECRETARY, "verify")["entries"] == before
    assert ceilings(room.do(SECRETARY, "quota", "show", "M1")) == {}
    code, out, _ = room.say(SECRETARY, *words, "--explain")
    assert code == 0
    assert "只是测算，什么也没有保存。" in out
    assert "东川区的名额（顿特法）：1" in out
    assert "文件没有列出的县区，配额不变：盘龙区、" in out


def test_apportion_refuses_equal_claims_until_somebody_decides(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.PREPARING)
    words = ("quota", "apportion", "M1", "--factors", write(room, TIED), "--method", "dhondt")
    # D'Hondt: 3, 2, 2, 3/2: the third place is the second of the equal ones', so total 2 leaves them one
    write(room, "total = 2\n" + TIED)
    error = room.refused(1, SECRETARY, *words)
    assert error["code"] == "apportionment_tied"
    assert "五华区、呈贡区不分先后，只剩 1 个名额。由表决或抽签定出先后" in error["text"]
    found = room.do(SECRETARY, *words, "--dry-run")
    assert found["ties"] == [{"districts": ["五华区", "呈贡区"], "seats": 1, "order": None, "reason": None}]
    assert [one["seats"] for one in found["districts"]] == [None, None, 1]
    assert found["quota"] is None
    decided = 'total = 2\nties = ["呈贡区", "五华区"]\nties_reason = "抽签，种子 7"\n'
    write(room, decided + TIED)
    found = room.do(SECRETARY, *words)
    assert ceilings(found["quota"]) == {"五华区": 0, "呈贡区": 1, "东川区": 1}
    assert found["ties"] == [
        {"districts": ["五华区", "呈贡区"], "seats": 1, "order": ["呈贡区", "五华区"], "reason": "抽签，种子 7"}
    ]


def test_apportion_exit_codes(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.PREPARING)
    words = ("quota", "apportion", "M1", "--factors", write(room, FACTORS))
    assert room.refused(4, FINANCE, *words)["code"] == "not_permitted"
    assert room.refused(2, SECRETARY, *words, "--method", "coin")["code"] == "unknown_word"
    assert room.refused(2, SECRETARY, "quota", "apportion", "M1", "--factors", "none.toml")["code"] == "file_unreadable"
    write(room, FACTORS.replace('"50%"', "0.6").replace("五华区", "五花区"))
    faults = room.refused(3, SECRETARY, *words)["faults"]
    assert [fault["found"] for fault in faults] == ["1.1", "五花区"]
    write(room, FACTORS.replace("total = 3", "total = 4"))
    assert room.refused(1, SECRETARY, *words)["code"] == "bad_quota"
    found = room.do(SECRETARY, *words, "--dry-run")
    assert found["faults"] == ["总名额 4 超出批次剩余名额 3。"]
