"""Numbers of a policy file: exact in, shortest exact form out."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.policy.kinds import MONEY, NUMBER, POINTS, RATIO, WEIGHT, Mismatch, percent, plain


@given(st.integers(0, 10**12), st.integers(0, 6))
def test_plain_decimal_reads_back_exactly(digits, places):
    value = Fraction(digits, 10**places)
    shown = plain(value)
    assert Fraction(shown) == value
    assert not ("." in shown and shown.endswith("0"))


@given(st.fractions(0, 1, max_denominator=999_999))
def test_ratio_written_reads_back_exactly(value):
    assert RATIO.read(f"{value.numerator}/{value.denominator}") == value
    if "/" in plain(value):
        assert RATIO.read(plain(value)) == value


@pytest.mark.parametrize(
    ("value", "shown"), [("1/2", "50%"), ("2/3", "2/3"), ("1", "100%"), ("1/8", "12.5%"), ("0", "0%")]
)
def test_percent_is_read_by_people(value, shown):
    assert percent(Fraction(value)) == shown


def test_money_is_whole_yuan_kept_in_fen():
    assert MONEY.read(200000) == 20_000_000
    assert (MONEY.write(20_000_000), MONEY.show(20_000_000)) == ("200000.00", "200,000 元")


@pytest.mark.parametrize("wrong", [True, -1, "200000", 1.5, None, 10**12])
def test_money_of_another_form_is_refused(wrong):
    with pytest.raises(Mismatch):
        MONEY.read(wrong)


def test_points_are_milli_points():
    assert (POINTS.read("0.5"), POINTS.read(30), POINTS.read("0.001")) == (500, 30_000, 1)
    for wrong in (0, "0", "0.0005", -1, "", "0,5", 10_001, False):
        with pytest.raises(Mismatch):
            POINTS.read(wrong)


def test_weights_have_at_most_three_decimals():
    assert WEIGHT.read("1.6") == Fraction(8, 5)
    for wrong in ("0.0001", "1/3", 0):
        with pytest.raises(Mismatch):
            WEIGHT.read(wrong)


def test_percent_sign_divides_by_a_hundred():
    assert NUMBER.read("30%") == Fraction(3, 10)
    assert NUMBER.read("30") == 30
