"""How documents write days, times, sums and marks: always in Chinese, whatever language the screens speak."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from models.policy.types import MICRO
from models.rules.marks import format_exact, format_score
from models.rules.money import format_yuan
from models.rules.times import local_time

NOTHING = "—"
"""What stands where there is nothing to say."""


def day(value: date) -> str:
    """A day: 2026年3月2日."""
    return f"{value.year}年{value.month}月{value.day}日"


def month_day(value: date) -> str:
    """A day within a known year: 3月2日."""
    return f"{value.month}月{value.day}日"


def moment(stamp: str) -> str:
    """A kept stamp in the office's time: 2026年3月2日 09:02."""
    local = local_time(stamp)
    return f"{day(local.date())} {local:%H:%M}"


def moment_after(stamp: str, first: str) -> str:
    """A kept stamp as told after another one: 09:02 on the same day, else 2026年3月2日 09:02."""
    local = local_time(stamp)
    return f"{local:%H:%M}" if local.date() == local_time(first).date() else moment(stamp)


def yuan(fen: int | None) -> str:
    """An amount in 元, or nothing."""
    return NOTHING if fen is None else format_yuan(fen)


def score(value: int | None, places: int) -> str:
    """A score with all its places, or nothing."""
    return NOTHING if value is None else format_score(value, places)


def number(value: int | None) -> str:
    """A whole number, or nothing."""
    return NOTHING if value is None else str(value)


def weight(value: Fraction) -> str:
    """A criterion's weight as a decimal number."""
    return format_exact(value * MICRO)
