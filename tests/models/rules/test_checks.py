"""What is left to people: conditions, sources to consult, windows, months; and a later level nobody laid down."""

from dataclasses import replace
from datetime import date

import pytest

from models.policy.types import Basis, BasisKind, Condition, LaterLevel, Policy, Window
from models.rules.checks import to_check

ON = Basis(BasisKind.ARTICLE, "第一条")


def codes(policy: Policy, *, supported_before: bool = False) -> list[str]:
    return [one.code for one in to_check(policy, policy.tracks[0], supported_before=supported_before)]


def test_conditions_sources_windows_and_months_are_listed_with_their_basis(kunming: Policy) -> None:
    track = replace(
        kunming.tracks[0],
        windows=(Window("contract", ON, first=date(2024, 10, 18)), Window("invoice", ON, until_acceptance=True)),
        finish_months=3,
        finish_months_basis=Basis(BasisKind.LAW, "征集通知"),
    )
    policy = replace(
        kunming,
        tracks=(track, *kunming.tracks[1:]),
        conditions=(
            Condition("lead", "由链主企业带动", ON, ("transformation",), "链主企业名单"),
            Condition("other", "别的方向", ON, ("lighthouse",)),
        ),
        exclusions=(replace(kunming.exclusions[2], consult="信用中国"), kunming.exclusions[3]),
    )
    assert [str(one.words) for one in to_check(policy, track)] == [
        "由链主企业带动（第一条）；查：链主企业名单",
        "没有不予支持的情形：近三年内存在严重失信行为（第九条（二））；查：信用中国",
        "合同不早于 2024-10-18（第一条）",
        "发票不晚于验收日（第一条）",
        "名单公布后 3 个月内完成（征集通知）",
    ]


@pytest.mark.parametrize("later", [None, *LaterLevel])
def test_a_later_level_is_asked_about_only_where_the_measure_is_silent(
    kunming: Policy, later: LaterLevel | None
) -> None:
    policy = replace(kunming, tracks=(replace(kunming.tracks[0], later=later), *kunming.tracks[1:]))
    assert codes(policy) == []
    assert codes(policy, supported_before=True) == (["later_unset"] if later is None else [])
