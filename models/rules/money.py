"""Money in words and back: whole fen inside, 元 or 万元 for people. Digits only, no float anywhere."""

from __future__ import annotations

import re
import unicodedata

from models.errors import Refused
from models.text import T

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000
"""Fen in 万元, the unit of rosters and screens."""

MOST_FEN = 10_000_000 * FEN_PER_WAN
"""The largest amount taken from outside: 1000 亿元. Above it somebody has typed yuan, or a telephone number."""

_NUMBER = re.compile(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]+))?")


def format_wan(fen: int) -> str:
    """万元 in the shortest exact form: 96_400_000 fen is "96.4"."""
    whole, rest = divmod(abs(fen), FEN_PER_WAN)
    decimals = f"{rest:06d}".rstrip("0")
    return f"{'-' if fen < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"


def format_yuan(fen: int) -> str:
    """元 with thousands separators, and fen only where there are some: "400,000", "0.05"."""
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole:,}{f'.{rest:02d}' if rest else ''}"


def parse_wan(text: str) -> int:
    """万元 as typed or found in a sheet, to fen; full-width digits and thousands separators are taken.

    Raises `Refused` with code `money_not_a_number`, `money_negative`, `money_too_fine` or `money_too_large`.
    """
    return _parse(text, places=6)


def parse_yuan(text: str) -> int:
    """元 as typed, to fen; taken and refused as in `parse_wan`."""
    return _parse(text, places=2)


def _parse(text: str, *, places: int) -> int:
    """A decimal number of at most `places` places as a whole number of its last place, which is fen."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("。", ".")
    unsigned = plain.lstrip("-−")
    found = _NUMBER.fullmatch(unsigned)
    if found is None:
        raise Refused("money_not_a_number", T("“{text}”不是金额，应为数字，例如 96.4。", text=text))
    whole, decimals = found[1].replace(",", "").lstrip("0"), found[2] or ""
    if unsigned != plain:
        raise Refused("money_negative", T("金额不能为负：{text}。", text=text))
    if len(decimals) > places:
        raise Refused("money_too_fine", T("金额最多 {places} 位小数，须为整分：{text}。", places=places, text=text))
    if len(whole) > len(str(MOST_FEN)) or (fen := int(whole + decimals.ljust(places, "0"))) > MOST_FEN:
        most = format_wan(MOST_FEN)
        raise Refused("money_too_large", T("金额过大（上限 {most} 万元）：{text}。", most=most, text=text))
    return fen
