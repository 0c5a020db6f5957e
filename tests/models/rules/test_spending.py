from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import InvestmentKind
from models.policy.types import AwardRule, Basis, BasisKind, Track, Window
from models.rules.spending import (
    Spending,
    count_spending,
    counted_by_kind,
    finish_by,
    spending_derivation,
    window_words,
)

NOTICE = Basis(BasisKind.LAW, "柳工信规〔2025〕1号")
TRACK = Track(
    "transformation",
    "改造",
    Basis(BasisKind.ARTICLE, "第七条（一）"),
    AwardRule.SHARE,
    ratio=Fraction(1, 2),
    eligible_kinds=("software", "cloud", "equipment"),
    windows=(
        Window("contract", NOTICE, first=date(2024, 10, 18)),
        Window("invoice", NOTICE, last=date(2025, 12, 31)),
        Window("payment", NOTICE, until_acceptance=True),
    ),
)
ACCEPTED = date(2025, 11, 20)


def line(kind: InvestmentKind = InvestmentKind.SOFTWARE, fen: int = 1_000_000, **days: date | None) -> Spending:
    found = {"contract": date(2024, 11, 1), "invoice": date(2025, 2, 1), "payment": date(2025, 3, 1)} | days
    return Spending("排产软件", kind, fen, **found)


def against(one: Spending, accepted: date | None = ACCEPTED) -> list[tuple[str, str, str]]:
    (found,) = count_spending([one], TRACK, accepted)
    assert found.counts == (not found.reasons)
    return [(reason.code, reason.article, str(reason.text)) for reason in found.reasons]


def test_spending_within_every_window_counts() -> None:
    assert against(line()) == []
    on_the_day = line(contract=date(2024, 10, 18), invoice=date(2025, 12, 31), payment=ACCEPTED)
    assert against(on_the_day) == []


@pytest.mark.parametrize(
    ("one", "accepted", "reason"),
    [
        (line(InvestmentKind.OTHER), ACCEPTED, ("kind", "第七条（一）", "其他投入不在补助的投入范围")),
        (
            line(contract=date(2024, 10, 17)),
            ACCEPTED,
            ("contract_early", "柳工信规〔2025〕1号", "合同日期 2024-10-17 早于 2024-10-18"),
        ),
        (line(contract=None), ACCEPTED, ("contract_missing", "柳工信规〔2025〕1号", "没有合同的日期")),
        (
            line(invoice=date(2026, 1, 1)),
            ACCEPTED,
            ("invoice_late", "柳工信规〔2025〕1号", "发票日期 2026-01-01 晚于 2025-12-31"),
        ),
        (
            line(payment=date(2025, 11, 21)),
            ACCEPTED,
            ("payment_late", "柳工信规〔2025〕1号", "付款日期 2025-11-21 晚于 2025-11-20"),
        ),
        (
            line(),
            None,
            ("acceptance_missing", "柳工信规〔2025〕1号", "验收日期未定，不能判断付款是否在期限内"),
        ),
    ],
)
def test_every_reason_against_a_line_is_named(
    one: Spending, accepted: date | None, reason: tuple[str, str, str]
) -> None:
    assert against(one, accepted) == [reason]


def test_all_reasons_come_at_once() -> None:
    worst = line(InvestmentKind.OTHER, contract=None, invoice=date(2026, 2, 1), payment=date(2026, 2, 2))
    assert [code for code, _, _ in against(worst)] == ["kind", "contract_missing", "invoice_late", "payment_late"]


def test_what_counts_is_summed_by_kind_and_the_derivation_says_why_the_rest_does_not() -> None:
    found = count_spending(
        [line(fen=3_000_000), line(InvestmentKind.CLOUD, 2_000_000), line(fen=5_000_000, contract=None), line(fen=1)],
        TRACK,
        ACCEPTED,
    )
    assert counted_by_kind(found) == {"software": 3_000_001, "cloud": 2_000_000}
    told = spending_derivation(found, TRACK)
    assert told.result == "5.000001 万元"
    assert [(step.formula, step.value, step.basis) for step in told.steps[1:3]] == [
        ("云服务 2", "计入", "第七条（一）"),
        ("软件 5", "没有合同的日期", "柳工信规〔2025〕1号"),
    ]


@pytest.mark.parametrize(
    ("window", "words"),
    [
        (Window("contract", NOTICE, first=date(2024, 10, 18)), "合同不早于 2024-10-18"),
        (Window("invoice", NOTICE, last=date(2025, 12, 31)), "发票不晚于 2025-12-31"),
        (Window("payment", NOTICE, until_acceptance=True), "付款不晚于验收日"),
        (Window("payment", NOTICE, date(2024, 1, 1), None, True), "付款在 2024-01-01 至验收日之间"),
        (Window("payment", NOTICE, date(2024, 1, 1), date(2024, 12, 31)), "付款在 2024-01-01 至 2024-12-31 之间"),
        (Window("payment", NOTICE), "须有付款"),
    ],
)
def test_windows_are_said_in_words(window: Window, words: str) -> None:
    assert str(window_words(window)) == words


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(1, 60))
def test_the_last_day_is_the_last_of_its_month_that_is_no_later_in_it(published: date, months: int) -> None:
    month = published.replace(day=1)
    for _ in range(months):
        month = (month + timedelta(days=32)).replace(day=1)
    days = [month + timedelta(days=n) for n in range(31)]
    assert finish_by(published, months) == max(
        day for day in days if day.month == month.month and day.day <= published.day
    )


def test_three_months_from_the_last_of_november_end_with_february() -> None:
    assert finish_by(date(2024, 11, 30), 3) == date(2025, 2, 28)
    assert finish_by(date(2023, 11, 30), 3) == date(2024, 2, 29)
    assert finish_by(date(2025, 12, 15), 3) - date(2025, 12, 15) == timedelta(days=90)
