"""Why a district has its places: its factors, its share, the round that settled it, told from what was computed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from models.enums import ApportionMethod, label
from models.policy.types import MICRO
from models.rules.apportion import Apportionment, Claim, Part, Round
from models.rules.factors import Factors
from models.rules.marks import format_exact
from models.text import T, Text
from models.views.derivation import Derivation, Step


def explain_part(factors: Factors, found: Apportionment, code: str, names: dict[str, str]) -> Derivation:
    """Tell how a district came to its places; `names` are the names of districts by code."""
    part = next(part for part in found.parts if part.claim.name == code)
    division = found.rounds[part.round]
    steps = [
        *_share_steps(factors, part.claim),
        *_round_steps(found, part, division, factors.source),
        *_tie_steps(factors, found, part, names),
    ]
    if part.bound == "floor":
        steps.append(Step(T("低于保底，取保底"), "", str(part.claim.floor), factors.source))
    elif part.bound == "ceiling":
        steps.append(Step(T("高于上限，取上限"), "", str(part.claim.ceiling), factors.source))
    result = str(T("并列待定")) if part.seats is None else str(part.seats)
    title = T("{name}的名额（{method}）", name=names.get(code, code), method=label(factors.method))
    return Derivation(title, tuple(steps), result)


def number(value: Fraction | int) -> str:
    """An exact number as people read it, six decimals at most; "≈" before what they can't hold."""
    return format_exact(Fraction(value) * MICRO)


def _within(value: Fraction) -> str:
    """A number within a formula, whose outcome already says that it is rounded."""
    return number(value).removeprefix("≈")


def _share_steps(factors: Factors, claim: Claim) -> Iterator[Step]:
    mine = next(one for one in factors.districts if one.code == claim.name)
    parts = []
    for factor, weight in factors.weights.items():
        whole = sum((one.values[factor] for one in factors.districts), Fraction())
        part = weight * mine.values[factor] / whole
        parts.append(_within(part))
        formula = f"{_within(weight)} × {_within(mine.values[factor])} ÷ {_within(whole)}"
        yield Step(T("“{factor}”：权重 × 数值 ÷ 各县区合计", factor=factor), formula, number(part), factors.source)
    yield Step(T("占比"), " + ".join(parts) if len(parts) > 1 else "", number(claim.share), factors.source)


def _round_steps(found: Apportionment, part: Part, division: Round, basis: str) -> Iterator[Step]:
    name = part.claim.name
    if part.round:
        settled = found.rounds[0].seats - division.seats
        label_ = T(
            "其余县区已按保底、上限定下 {settled} 个，剩下的由 {count} 个县区分",
            settled=settled,
            count=len(division.shares),
        )
        yield Step(label_, f"{found.rounds[0].seats} − {settled}", str(division.seats), basis)
    if division.method is ApportionMethod.LARGEST_REMAINDER:
        yield from _remainder_steps(division, name, basis)
    else:
        yield from _quotient_steps(division, name, basis)


def _remainder_steps(division: Round, name: str, basis: str) -> Iterator[Step]:
    share, quota = division.shares[name], division.quota(name)
    over = "" if division.whole == 1 else f" ÷ {_within(division.whole)}"
    yield Step(T("应得名额"), f"{_within(share)}{over} × {division.seats}", number(quota), basis)
    whole = quota.numerator // quota.denominator
    if division.line is not None:
        rest = quota - whole
        formula = f"{_within(quota)} − {whole}"
        yield Step(_against(rest, division.line, T("余数")), formula, number(rest), basis)
    yield Step(T("得到的名额"), "", str(division.given[name]), basis)


def _quotient_steps(division: Round, name: str, basis: str) -> Iterator[Step]:
    given = division.given[name]
    for nth in (given, given + 1):
        if nth and division.line is not None:
            quotient = division.quotient(name, nth)
            label_ = _against(quotient, division.line, T("第 {nth} 个名额的商", nth=nth))
            formula = f"{_within(division.shares[name])} ÷ {division.divisor(nth)}"
            yield Step(label_, formula, number(quotient), basis)
    yield Step(T("得到的名额"), "", str(given), basis)


def _against(value: Fraction, line: Fraction, what: Text) -> Text:
    """A remainder or quotient beside the last that brought a place."""
    if value == line:
        return T("{what}，与末位的 {line} 相等", what=what, line=number(line))
    if value > line:
        return T("{what}，高于末位的 {line}", what=what, line=number(line))
    return T("{what}，低于末位的 {line}", what=what, line=number(line))


def _tie_steps(factors: Factors, found: Apportionment, part: Part, names: dict[str, str]) -> Iterator[Step]:
    if part.claim.name not in found.tied:
        return
    equal = "、".join(names.get(name, name) for name in found.tied)
    told = T("{names}不分先后，只剩 {count} 个名额", names=equal, count=found.contested)
    if part.seats is None:
        yield Step(told, "", str(T("待裁定")), factors.source)
        return
    order = " > ".join(names.get(name, name) for name in factors.ties if name in found.tied)
    added = part.seats - found.rounds[part.round].given[part.claim.name]
    yield Step(T("{told}，按裁定的先后", told=told), order, f"+{added}", factors.ties_reason)
