"""`kmdx sensitivity`: the figures as JSON and as tables, for those who may see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.enums import Phase

CHAIR, EXPERT, SUPERVISOR = "专家1", "专家3", "王监督"


def test_sensitivity_as_json_has_every_expert_criterion_and_figure(opened: Any) -> None:
    found = opened.do(SUPERVISOR, "sensitivity", "M1")
    assert {key: found[key] for key in ("meeting", "total", "allocated", "adjusted", "sealed", "line", "unlisted")} == {
        "meeting": "M1",
        "total": 3,
        "allocated": False,
        "adjusted": False,
        "sealed": 0,
        "line": "84.00",  # 1 and 2 are in, 3 and 4 wait
        "unlisted": None,
    }
    assert [(one["kind"], one["name"]) for one in found["left_out"]] == [
        *(("expert", f"专家{n}") for n in range(1, 6)),
        *(("criterion", name) for name in ("方案", "投入", "成效", "示范", "保障")),
    ]
    assert found["left_out"][5]["pass_mark"] == "42.00"  # 60 of 100, 70 left
    # 3 and 4 are equal at the line whoever is left out: said, not broken
    assert {tuple(map(tuple, one["ties"])) for one in found["left_out"]} == {(("KM1-003", "KM1-004"),)}
    assert [one["moves"] for one in found["left_out"]] == [[]] * 10
    change = next(one for one in found["marks"] if one["no"] == "KM1-003")["change"]
    assert abs(float(change["new"]) - float(change["old"])) == 0.5  # any step parts the two
    assert change["steps"] == 1
    (panel,) = found["agreement"]
    # every expert puts the applications in the same order, 3 and 4 being equal to all
    assert panel["concordance"] == {"value": "1.000", "items": 4, "experts": 5, "why": None}
    assert (panel["panel"], panel["alpha"]["items"]) == (None, 5)
    assert set(panel["criteria"]) == {"plan", "investment", "effect", "demonstration", "assurance"}
    assert panel["criteria"]["investment"]["value"] == "1.000"  # all give the same there


def test_sensitivity_of_one_application_leaves_the_others_out(opened: Any) -> None:
    found = opened.do(SUPERVISOR, "sensitivity", "M1", "--no", "KM1-002")
    assert [one["no"] for one in found["marks"]] == ["KM1-002"]
    assert found["left_out"] == []
    assert opened.refused(2, SUPERVISOR, "sensitivity", "M1", "--no", "KM1-006")["code"] == "unknown_application"
    assert opened.refused(4, CHAIR, "sensitivity", "M1", "--no", "KM1-001")["code"] == "recused"


def test_sensitivity_is_told_in_chinese_words_and_tables(opened: Any) -> None:
    code, out, _err = opened.say(SUPERVISOR, "sensitivity", "M1")
    assert code == 0
    for words in (
        "还没有分配方案：按总名额 3 个、依名次取线比较。",
        "去掉专家3的 5 份评分表：0 项换边。 入选线上并列，须由组长定序：KM1-003、KM1-004。",
        "去掉指标“方案”：0 项换边。 合格线折算为 42.00 分。 入选线上并列",
        "肯德尔和谐系数（先后是否一致）",
        "不评判哪位专家对错",
    ):
        assert words in out


def test_sensitivity_names_nothing_that_the_reader_is_recused_from(opened: Any) -> None:
    code, out, _err = opened.say(CHAIR, "sensitivity", "M1")
    assert (code, "您回避的 1 项不列出" in out, "KM1-001" in out) == (0, True, False)


def test_sensitivity_is_not_for_experts(opened: Any) -> None:
    assert opened.refused(4, EXPERT, "sensitivity", "M1")["code"] == "not_permitted"


def test_sensitivity_waits_for_the_reveal(room: Any, meeting_at: Callable[..., Any]) -> None:
    meeting = meeting_at(Phase.SCORING)
    room.open(meeting.place)
    room.now = meeting.clock.now
    assert room.refused(1, SUPERVISOR, "sensitivity", "M1")["code"] == "wrong_phase"


def test_the_method_is_told_when_asked(opened: Any) -> None:
    told = opened.do(SUPERVISOR, "sensitivity", "M1", "--explain")["explained"]
    assert any("肯德尔" in one for one in told)
    assert "explained" not in opened.do(SUPERVISOR, "sensitivity", "M1")
    out, plain = (opened.say(SUPERVISOR, "sensitivity", "M1", *more)[1] for more in (["--explain"], []))
    assert all(one in out for one in told)
    assert [one for one in told if one in plain] == told[-1:]
