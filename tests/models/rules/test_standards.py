from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from models.policy.types import AwardRule, Basis, BasisKind, Term, Track
from models.rules.standards import Limit, asks_level, asks_year, limit_faults

WAN = 1_000_000
BASIS = Basis(BasisKind.ARTICLE, "第七条")
SHARE = Track(
    "share", "改造", BASIS, AwardRule.SHARE, ratio=Fraction(1, 2), caps_fen={2: 20 * WAN, 3: 40 * WAN, 4: 50 * WAN}
)
FIXED = Track("fixed", "小灯塔", BASIS, AwardRule.FIXED, amount_fen=20 * WAN)
UP_TO = Track("up_to", "智能工厂", BASIS, AwardRule.UP_TO, cap_fen=100 * WAN)
TERMS = replace(
    SHARE,
    ratio=None,
    caps_fen=None,
    terms=(
        Term((2,), (2024,), Fraction(3, 10), 30 * WAN),
        Term((2,), (2025,), Fraction(1, 5), 20 * WAN),
    ),
)


@pytest.mark.parametrize(
    ("track", "level", "year"),
    [(SHARE, True, False), (FIXED, False, False), (UP_TO, False, False), (TERMS, True, True)],
)
def test_tracks_ask_for_what_their_figures_depend_on(track: Track, level: bool, year: bool) -> None:
    assert (asks_level(track), asks_year(track)) == (level, year)


@pytest.mark.parametrize(
    ("track", "limit", "faults"),
    [
        (SHARE, Limit("通知", Fraction(2, 5), {2: 20 * WAN, 3: 30 * WAN}, 50 * WAN), []),
        (SHARE, Limit("通知", Fraction(3, 5)), ["“改造”的比例高于办法（第七条）"]),
        (SHARE, Limit("通知", None, {2: 20 * WAN + 1}), ["“改造”的上限高于办法（第七条）"]),
        (SHARE, Limit("通知", None, {1: WAN}), ["“改造”的一级不在补助范围"]),
        (SHARE, Limit("通知", cap_fen=51 * WAN), ["“改造”的上限高于办法（第七条）"]),
        (TERMS, Limit("通知", Fraction(3, 10), {2: 30 * WAN}), []),
        (
            TERMS,
            Limit("通知", Fraction(31, 100), {2: 31 * WAN}),
            ["“改造”的比例高于办法（第七条）", "“改造”的上限高于办法（第七条）"],
        ),
        (TERMS, Limit("通知", None, {3: WAN}), ["“改造”的三级不在补助范围"]),
        (FIXED, Limit("通知", cap_fen=20 * WAN), []),
        (FIXED, Limit("通知", cap_fen=21 * WAN), ["“小灯塔”的上限高于办法（第七条）"]),
        (FIXED, Limit("通知", Fraction(1, 2)), ["“小灯塔”不按比例补助，不能定比例"]),
        (
            UP_TO,
            Limit("通知", None, {3: 200 * WAN}),
            ["“智能工厂”不分等级，不能按等级定上限", "“智能工厂”的上限高于办法（第七条）"],
        ),
        (UP_TO, Limit("通知", cap_fen=80 * WAN), []),
    ],
)
def test_a_batch_may_only_go_below_the_measure(track: Track, limit: Limit, faults: list[str]) -> None:
    assert [str(one) for one in limit_faults(track, limit)] == faults
