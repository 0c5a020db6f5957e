"""`marks correct`: who presides names the ground, whose mark it is enters the new one."""

from __future__ import annotations

from typing import Any

CHAIR, DEPUTY, EXPERT = "专家1", "专家2", "专家3"
GROUND = ("--ground", "abnormal", "--reason", "畸高")


def test_the_deputy_names_where_the_chair_is_recused(opened: Any) -> None:
    words = ("marks", "correct", "M1", EXPERT, "KM1-001", "plan")
    assert opened.refused(4, CHAIR, *words, *GROUND)["code"] == "recused"
    assert opened.do(DEPUTY, *words, *GROUND)["ground"] == "abnormal"
    assert opened.do(EXPERT, *words[:-1], "plan=26.5")["new"] == "26.5"


def test_a_deputy_enters_the_own_mark_that_the_chair_named(opened: Any) -> None:
    words = ("marks", "correct", "M1", DEPUTY, "KM1-002")
    opened.do(CHAIR, *words, "plan", *GROUND)
    assert opened.do(DEPUTY, *words, "plan=25", *GROUND)["new"] == "25"
