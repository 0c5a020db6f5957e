"""`--explain`: every score, rank and award tells its steps, and to who is recused no more than the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.enums import Phase

SECRETARY, CHAIR = "张秘书", "专家1"


@pytest.fixture
def talking(room: Any, meeting_at: Callable[..., Any]) -> Any:
    return room.enter(meeting_at(Phase.DELIBERATING))


@pytest.fixture
def frozen(room: Any, meeting_at: Callable[..., Any]) -> Any:
    meeting = meeting_at(Phase.FINALISED)
    meeting.tamper("""UPDATE batch SET sources = '{"central": "1/3", "municipal": "2/3"}'""")
    return room.enter(meeting)


def test_the_ranking_tells_each_score_and_rank(talking: Any) -> None:
    lines = talking.do(SECRETARY, "rank", "M1", "--explain")["applications"]
    assert len(lines) == 5
    for line in lines:
        assert line["derivation"]["score"][-1]["value"] == line["score"]
        assert line["derivation"]["rank"][-1]["value"] == str(line["rank"])
    out = talking.say(SECRETARY, "rank", "M1", "--explain")[1]
    assert out.count("有效评分表") == 6, "a heading of the table, and a step of each application"
    assert "derivation" not in talking.do(SECRETARY, "rank", "M1")["applications"][0]


def test_the_score_of_an_own_recusal_stays_closed(talking: Any) -> None:
    lines = {line["no"]: line for line in talking.do(CHAIR, "rank", "M1", "--explain")["applications"]}
    assert lines["KM1-001"]["derivation"]["score"] is None
    assert lines["KM1-001"]["derivation"]["rank"] is not None
    assert lines["KM1-002"]["derivation"]["score"] is not None
    shown = talking.do(CHAIR, "marks", "show", "M1", "KM1-001", "--explain")
    assert (shown["sealed"], shown["derivation"]) == (True, None)


def test_one_item_tells_its_rank_when_asked(talking: Any) -> None:
    shown = talking.do(SECRETARY, "marks", "show", "M1", "KM1-002", "--explain")
    assert shown["rank_derivation"][-1]["value"] == str(shown["rank"])
    assert "rank_derivation" not in talking.do(SECRETARY, "marks", "show", "M1", "KM1-002")
    assert "排名：" in talking.say(SECRETARY, "marks", "show", "M1", "KM1-002", "--explain")[1]


def test_an_application_tells_its_amount_in_its_card_and_its_check(talking: Any) -> None:
    for command in ("show", "check"):
        code, out, _ = talking.say(SECRETARY, "application", command, "KM1-002", "--explain")
        assert code == 0
        assert "符合条件投入" in out
        assert "符合条件投入" not in talking.say(SECRETARY, "application", command, "KM1-002")[1]


def test_awards_tell_amount_sources_and_total(frozen: Any) -> None:
    shown = frozen.do(SECRETARY, "awards", "show", "M1", "--explain")
    for line in shown["awards"]:
        steps = {step["step"]: step for step in line["derivation"]}
        first = next(step for name, step in steps.items() if name.startswith("中央"))
        assert first["formula"] == f"{int(line['amount'].split('.')[0]):,} × 1/3"
        assert first["article"] == "第十五条"
    yuan = f"{int(shown['total'].split('.')[0]):,}"
    assert shown["derivation"][0]["value"] == yuan
    assert "derivation" not in frozen.do(SECRETARY, "awards", "show", "M1")
    out = frozen.say(SECRETARY, "awards", "show", "M1", "--explain")[1]
    assert f"名单合计：{yuan} 元" in out
    assert "资金来源：中央 " in out
