"""How an award is divided over its fund sources (Art. 15), to the fen."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor


def split_by_shares(amount_fen: int, shares: Mapping[str, Fraction]) -> dict[str, int]:
    """Divide an amount by shares adding up to 1: largest remainder in fen, equal remainders in the mapping's order."""
    if sum(shares.values()) != 1:
        raise ValueError("the shares must add up to 1")
    exact = {code: amount_fen * share for code, share in shares.items()}
    parts = {code: floor(part) for code, part in exact.items()}
    left = amount_fen - sum(parts.values())
    by_remainder = sorted(exact, key=lambda code: parts[code] - exact[code])  # stable: the mapping's order among equals
    for code in by_remainder[:left]:
        parts[code] += 1
    return parts
