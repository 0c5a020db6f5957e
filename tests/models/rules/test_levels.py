"""The public tables of the 2022 and 2024 editions, level by level, and what is not counted."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.policy.types import Basis, BasisKind, Edition, LevelRule
from models.rules.levels import assess

BASIS = Basis(BasisKind.LAW, "评测指标（2024年版）")
OF_2022 = Edition("2022", "2022 年版", tuple(LevelRule(n, Fraction(20 * n)) for n in (1, 2, 3, 4)), BASIS)
OF_2024 = Edition(
    "2024",
    "2024 年版",
    (
        LevelRule(1, Fraction(20), 6, 3),
        LevelRule(2, Fraction(40), 6, 3),
        LevelRule(3, Fraction(60), 8, 5),
        LevelRule(4, Fraction(80), 10, 6),
    ),
    BASIS,
)


@pytest.mark.parametrize(
    ("points", "level"),
    [("0", None), ("19.99", None), ("20", 1), ("39.9", 1), ("40", 2), ("60", 3), ("79.5", 3), ("80", 4), ("100", 4)],
)
def test_points_alone_decide_in_the_2022_edition(points: str, level: int | None) -> None:
    got = assess(OF_2022, Fraction(points))
    assert (got.level, got.code) == (level, None if level else "below_lowest")


@pytest.mark.parametrize(
    ("points", "scenes", "binding", "level"),
    [
        (85, 10, 6, 4),
        (85, 9, 6, 3),
        (85, 10, 5, 3),
        (85, 7, 6, 2),
        (85, 10, 4, 2),
        (59, 16, 8, 2),
        (85, 5, 5, None),
        (85, 10, 2, None),
        (20, 6, 3, 1),
    ],
)
def test_points_scenes_and_binding_scenes_all_count_in_the_2024_edition(
    points: int, scenes: int, binding: int, level: int | None
) -> None:
    assert assess(OF_2024, Fraction(points), scenes, binding).level == level


def test_what_was_not_counted_is_named_and_no_level_is_guessed() -> None:
    got = assess(OF_2024, Fraction(65), None, 5)
    assert (got.level, got.code, str(got.reason)) == (None, "scenes_missing", "未填达标场景数，不能判定是否达到三级")
    got = assess(OF_2024, Fraction(65), 8)
    assert (got.level, got.code) == (None, "binding_missing")
    assert assess(OF_2024, Fraction(19)).code == "below_lowest"
    assert assess(OF_2024, Fraction(65), 2).code == "below_lowest"


def test_derivation_goes_down_the_levels_and_says_what_was_wanted() -> None:
    got = assess(OF_2024, Fraction("62.5"), 9, 5)
    assert str(got.derivation.title) == "数字化水平等级（2024 年版）"
    assert got.derivation.result == "三级"
    assert [(str(step.label), step.formula, step.value, step.basis) for step in got.derivation.steps] == [
        (
            "四级",
            "得分 62.5，要求 80；达标场景数 9，要求 10；其中必备场景数 5，要求 6",
            "未达到",
            "评测指标（2024年版）",
        ),
        ("三级", "得分 62.5，要求 60；达标场景数 9，要求 8；其中必备场景数 5，要求 5", "达到", "评测指标（2024年版）"),
    ]


@given(st.integers(0, 1000), st.integers(0, 16), st.integers(0, 16), st.integers(0, 200), st.integers(0, 3))
def test_more_points_or_scenes_never_lower_a_level(
    points: int, scenes: int, binding: int, more: int, scenes_more: int
) -> None:
    low = assess(OF_2024, Fraction(points, 10), scenes, binding).level or 0
    high = assess(OF_2024, Fraction(points + more, 10), scenes + scenes_more, binding).level or 0
    assert low <= high
