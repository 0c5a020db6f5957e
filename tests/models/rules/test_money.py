from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Refused
from models.policy.kinds import json_yuan
from models.rules.money import MOST_FEN, format_wan, format_yuan, parse_wan, parse_yuan

AMOUNTS = st.integers(0, MOST_FEN)


@pytest.mark.parametrize(
    ("fen", "wan", "yuan", "json"),
    [
        (96_400_000, "96.4", "964,000", "964000.00"),
        (40_000_000, "40", "400,000", "400000.00"),
        (0, "0", "0", "0.00"),
        (1, "0.000001", "0.01", "0.01"),
        (123_456_789, "123.456789", "1,234,567.89", "1234567.89"),
        (-1_500_050, "-1.50005", "-15,000.50", "-15000.50"),
    ],
)
def test_money_is_shown(fen: int, wan: str, yuan: str, json: str) -> None:
    assert (format_wan(fen), format_yuan(fen), json_yuan(fen)) == (wan, yuan, json)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("96.4", 96_400_000),
        ("９６．４", 96_400_000),
        ("９６。４", 96_400_000),
        (" 1,234.5 ", 1_234_500_000),
        ("１，２３４", 1_234_000_000),
        ("0.000001", 1),
        ("0007", 7_000_000),
        ("10000000", MOST_FEN),
    ],
)
def test_wan_is_read_as_typed(text: str, fen: int) -> None:
    assert parse_wan(text) == fen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "money_not_a_number"),
        ("96.4万", "money_not_a_number"),
        ("1e3", "money_not_a_number"),
        ("1,23", "money_not_a_number"),
        (".5", "money_not_a_number"),
        ("5.", "money_not_a_number"),
        ("٣", "money_not_a_number"),
        ("-", "money_not_a_number"),
        ("NaN", "money_not_a_number"),
        ("=1+1", "money_not_a_number"),
        ("-1", "money_negative"),
        ("－1", "money_negative"),
        ("1.2345678", "money_too_fine"),
        ("10000000.000001", "money_too_large"),
        ("9" * 5000, "money_too_large"),
    ],
)
def test_wan_that_is_no_amount_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_wan(text)
    assert refusal.value.code == code


def test_yuan_takes_no_more_than_fen() -> None:
    assert parse_yuan("12,000,000") == 1_200_000_000
    assert parse_yuan("0.05") == 5
    with pytest.raises(Refused) as refusal:
        parse_yuan("0.005")
    assert refusal.value.code == "money_too_fine"


@given(AMOUNTS)
def test_what_is_shown_is_read_back(fen: int) -> None:
    assert parse_wan(format_wan(fen)) == fen
    assert parse_yuan(format_yuan(fen)) == fen
    assert parse_yuan(json_yuan(fen)) == fen


@given(AMOUNTS)
def test_wan_is_the_shortest_exact_form(fen: int) -> None:
    assert format_wan(fen) == f"{(Decimal(fen) / 1_000_000).normalize():f}"


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert 0 <= parse_wan(text) <= MOST_FEN
    except Refused as refusal:
        assert refusal.code.startswith("money_")  # noqa: PT017
