"""How an award is divided over its fund sources (Art. 15), to the fen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor

from models.policy.types import Source
from models.rules.money import format_yuan
from models.text import T, Text
from models.views.derivation import Derivation, Step


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


def split_derivation(amount_fen: int, shares: Mapping[str, Fraction], sources: Sequence[Source]) -> Derivation:
    """Tell how `split_by_shares` divides an amount (in yuan, to the fen), source by source, and who has the odd fen."""
    named = {source.code: source for source in sources}
    parts = split_by_shares(amount_fen, shares)
    steps = []
    odd = []
    for code, share in shares.items():
        source = named[code]
        whole = floor(amount_fen * share)
        if parts[code] > whole:
            odd.append(source.name)
        less = T("，舍去不足 1 分的部分") if whole != amount_fen * share else ""
        label = T("{source}{less}", source=source.name, less=less)
        formula = f"{format_yuan(amount_fen)} × {share}"
        steps.append(Step(label, formula, format_yuan(whole), source.basis.short))
    if odd:
        label = T("余下 {count} 分，舍去部分大的先各加 1 分（相同的按来源次序）", count=len(odd))
        steps.append(Step(label, "、".join(odd), "+0.01", ""))
    return Derivation(T("资金来源"), tuple(steps), _sum_words(parts, named, amount_fen))


def _sum_words(parts: Mapping[str, int], named: Mapping[str, Source], total_fen: int) -> str:
    divided = " + ".join(f"{named[code].name} {format_yuan(fen)}" for code, fen in parts.items())
    return f"{divided} = {format_yuan(total_fen)}"


def total_derivation(awards: int, total_fen: int, sums: Mapping[str, int], document: Text | str) -> Derivation:
    """Tell the total of a list, and of each source (by its name) what it pays of it. `document`: the list itself."""
    basis = str(document)
    steps = [Step(T("{count} 家金额相加", count=awards), "", format_yuan(total_fen), basis)]
    if sums:
        formula = " + ".join(f"{name} {format_yuan(fen)}" for name, fen in sums.items())
        steps.append(Step(T("各来源相加"), formula, format_yuan(sum(sums.values())), basis))
    return Derivation(T("名单合计"), tuple(steps), str(T("{amount} 元", amount=format_yuan(total_fen))))
