"""The commands for measures: written, checked, shown, and refused for a meeting while something is open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PUBLISHED = Path(__file__).parents[2] / "docs" / "policy.schema.json"


def test_list_says_which_can_be_used(room: Any) -> None:
    found = {one["id"]: one for one in room.do("", "policy", "list")["policies"]}
    assert {one: found[one]["usable"] for one in found} == {
        "changzhi-2025": False,
        "kunming-2024": True,
        "liuzhou-2025": False,
        "wuhan": False,
        "zhongshan-2024": False,
    }
    assert found["kunming-2024"]["open"] == []
    assert (found["zhongshan-2024"]["city"], found["zhongshan-2024"]["document"]) == ("中山市", "中工信规字〔2024〕5号")
    _, out, _ = room.say("", "policy", "list")
    wuhan = next(line for line in out.splitlines() if line.startswith("wuhan"))
    assert wuhan.split() == ["wuhan", "1", "武汉市", "—", "内置", "尚缺", "25", "项"]


def test_open_measure_founds_no_office(room: Any) -> None:
    refused = room.refused(1, "", "init", "--policy", "wuhan", "--user", "张秘书")
    assert refused["code"] == "policy_incomplete"
    assert "评分标准" in refused["text"]
    assert "kmdx policy new FILE --from wuhan" in refused["text"]
    assert not (room.folder / "kmdx.db").exists()


def test_measure_that_was_filled_in_founds_an_office(room: Any) -> None:
    room.do("", "policy", "new", "mine.toml", "--from", "kunming-2024")
    place = room.folder / "mine.toml"
    place.write_text(place.read_text(encoding="utf-8").replace('id = "kunming-2024"', 'id = "mine"'), encoding="utf-8")
    assert room.do("", "init", "--policy", "mine.toml", "--user", "张秘书", pin=room.phrase)["policy"] == "mine"
    kept = [one for one in room.do("", "policy", "list")["policies"] if one["source"] == "database"]
    assert [(one["id"], one["usable"]) for one in kept] == [("mine", True)]
    room.do("", "policy", "new", "again.toml", "--from", "mine")
    assert (room.folder / "again.toml").read_bytes() == place.read_bytes()


def test_new_writes_a_skeleton_once_and_it_checks_clean(room: Any) -> None:
    made = room.do("", "policy", "new", "mine.toml")
    assert "rubric" in made["open"]
    before = (room.folder / "mine.toml").read_bytes()
    checked = room.do("", "policy", "check", "mine.toml")
    assert (checked["ok"], checked["usable"], checked["open"]) == (True, False, made["open"])
    assert room.refused(2, "", "policy", "new", "mine.toml", "--from", "wuhan")["code"] == "file_exists"
    assert (room.folder / "mine.toml").read_bytes() == before
    _, out, _ = room.say("", "policy", "check", "mine.toml")
    assert "没有问题" in out
    assert "尚未写明：名称、文号" in out
    assert room.refused(2, "", "policy", "new", "other.toml", "--from", "nowhere")["code"] == "policy_unknown"
    assert not (room.folder / "other.toml").exists()


def test_schema_is_the_published_one(room: Any) -> None:
    published = PUBLISHED.read_text(encoding="utf-8")
    _, out, _ = room.say("", "policy", "schema")
    assert out == published
    assert room.do("", "policy", "schema") == json.loads(published)
    room.do("", "policy", "schema", "-o", "s.json")
    assert (room.folder / "s.json").read_text(encoding="utf-8") == published
    assert room.refused(2, "", "policy", "schema", "-o", "s.json")["code"] == "file_exists"


def test_show_reads_an_open_measure_with_its_table(room: Any) -> None:
    shown = room.do("", "policy", "show", "wuhan")
    assert (shown["title"], shown["rubric"], shown["tracks"][0]["eligible"]) == (None, None, None)
    assert shown["tracks"][0]["terms"][0] == {"levels": [2], "years": [], "ratio": "0.3", "cap": "300000.00"}
    assert "tracks[1].eligible" in shown["open"]
    _, out, _ = room.say("", "policy", "show", "wuhan")
    table = [line.split() for line in out.splitlines() if line.startswith(("等级", "二级", "三级、四级"))]
    assert table[:3] == [
        ["等级", "比例", "上限"],
        ["二级", "30%", "300,000", "元"],
        ["三级、四级", "40%", "400,000", "元"],
    ]
    assert out.rstrip().splitlines()[-1].startswith("还不能用于评审，尚未写明：")


def test_template_follows_the_one_built_in_measure_that_is_complete(room: Any) -> None:
    assert room.do("", "template", "roster", "-o", "r.xlsx")["file"] == "r.xlsx"
    assert room.refused(1, "", "template", "roster", "-o", "w.xlsx", "--policy", "wuhan")["code"] == "policy_incomplete"
