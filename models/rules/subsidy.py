"""How much an enterprise gets: the track's amount within the room that its digital investment leaves (Arts. 7, 10).

Everything is exact until the end, where the award is rounded down once, to whole yuan. `None` is never a zero: it says
that no amount can be computed, and `reason` says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from models.enums import LEVELS, InvestmentKind, label
from models.errors import Refused
from models.policy.types import AwardRule, Cumulative, Track
from models.rules.money import FEN_PER_YUAN, format_wan, format_yuan
from models.text import T, Text, tr
from models.views.derivation import Derivation, Step

Investment = Mapping[str, int]
"""Fen by kind of investment (the values of `InvestmentKind`); a kind that is missing is nothing."""


@dataclass(frozen=True)
class Unknown:
    """Why there is no amount: `level_missing`, `level_not_supported`, `amount_unset` or `undecided`, and in words."""

    code: str
    text: Text


@dataclass(frozen=True)
class TrackAmount:
    """What the track alone grants, in fen, exact; `unknown` instead of an amount. The steps lead to it."""

    amount_fen: Fraction | None
    unknown: Unknown | None
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Award:
    """The award in fen (whole yuan), or `code` and `reason` why there is none; and how it came about."""

    amount_fen: int | None
    code: str | None
    reason: Text | None
    derivation: Derivation


def track_amount(
    track: Track, investment: Investment, level: int | None, decided_fen: int | None = None
) -> TrackAmount:
    """The amount of one track. `decided_fen` is what the meeting decided; up_to needs it, the others are bounded by it.

    Raises `Refused` (`amount_negative`, `amount_above_cap`) for a decision outside its bounds.
    """
    if decided_fen is not None and decided_fen < 0:
        raise Refused("amount_negative", T("评定金额不能为负。"))
    if track.rule is AwardRule.SHARE and track.ratio is not None:
        return _share(track, track.ratio, investment, level, decided_fen)
    if track.rule is AwardRule.FIXED and track.amount_fen is not None:
        step = Step(T("定额"), track.name, _wan(track.amount_fen), track.basis.short)
        return _bounded(Fraction(track.amount_fen), (step,), decided_fen)
    if track.rule is AwardRule.UP_TO:
        return _up_to(track, decided_fen)
    return TrackAmount(None, Unknown("amount_unset", T("办法未定“{track}”的金额标准", track=track.name)), ())


def award(
    track: Track,
    investment: Investment,
    level: int | None,
    cumulative: Cumulative | None,
    digital_investment_fen: int,
    prior_support_fen: int,
    prior_awards_fen: int,
    decided_fen: int | None = None,
    *,
    estimate: bool,
) -> Award:
    """The award: the track's amount, at most the room, never below 0, whole yuan.

    `digital_investment_fen` is all of the enterprise's, `prior_support_fen` what it had from elsewhere,
    `prior_awards_fen` its awards in signed lists less recoveries; `cumulative` None: the policy has no such cap.
    `estimate`: a selection, from planned figures; else an acceptance or an award review.
    """
    title = T("预计补助") if estimate else T("补助")
    found = track_amount(track, investment, level, decided_fen)
    bounds, steps = [found.amount_fen], list(found.steps)
    if cumulative is not None:
        room, step = _room(cumulative, digital_investment_fen, prior_support_fen, prior_awards_fen)
        bounds.append(room)
        steps.append(step)
    known = [bound for bound in bounds if bound is not None]
    if found.unknown is not None:
        derivation = Derivation(title, tuple(steps), str(found.unknown.text))
        return Award(None, found.unknown.code, found.unknown.text, derivation)
    amount_fen = floor(max(min(known), Fraction(0)) / FEN_PER_YUAN) * FEN_PER_YUAN
    steps.append(Step(T("最小者"), _least_formula(known, amount_fen), _wan(amount_fen), ""))
    result = str(T("{yuan} 元", yuan=format_yuan(amount_fen)))
    return Award(amount_fen, None, None, Derivation(title, tuple(steps), result))


def _share(
    track: Track, ratio: Fraction, investment: Investment, level: int | None, decided_fen: int | None
) -> TrackAmount:
    """min(ratio x eligible investment, cap of the level)."""
    basis = track.basis.short
    kinds = [kind for kind in InvestmentKind if kind.value in track.eligible_kinds]
    eligible_fen = sum(investment.get(kind.value, 0) for kind in kinds)
    parts = [f"{label(kind)} {format_wan(fen)}" for kind in kinds if (fen := investment.get(kind.value, 0))]
    share = ratio * eligible_fen
    steps = [
        Step(T("符合条件投入"), " + ".join(parts) or "0", _wan(eligible_fen), basis),
        Step(T("比例"), f"{_percent(ratio)} × {format_wan(eligible_fen)}", _wan(share), basis),
    ]
    if track.caps_fen is None:
        return _bounded(share, tuple(steps), decided_fen)
    if level is None:
        return TrackAmount(None, Unknown("level_missing", T("未填数字化水平等级，无法计算补助")), tuple(steps))
    name = tr(LEVELS[level]) if level in LEVELS else str(level)
    cap_fen = track.caps_fen.get(level)
    if cap_fen is None:
        unknown = Unknown("level_not_supported", T("{level}不在补助范围内", level=name))
        return TrackAmount(None, unknown, tuple(steps))
    steps.append(Step(T("等级上限"), name, _wan(cap_fen), basis))
    return _bounded(min(share, Fraction(cap_fen)), tuple(steps), decided_fen)


def _up_to(track: Track, decided_fen: int | None) -> TrackAmount:
    """What the meeting decides, within the cap."""
    basis = track.basis.short
    steps: tuple[Step, ...] = ()
    if track.cap_fen is not None:
        steps = (Step(T("最高奖励"), track.name, _wan(track.cap_fen), basis),)
    if decided_fen is None:
        return TrackAmount(None, Unknown("undecided", T("待评审会议定")), steps)
    if track.cap_fen is not None and decided_fen > track.cap_fen:
        decided, cap = format_wan(decided_fen), format_wan(track.cap_fen)
        text = T("评定金额 {decided} 万元，高于上限 {cap} 万元。", decided=decided, cap=cap)
        raise Refused("amount_above_cap", text, article=basis)
    return _bounded(Fraction(decided_fen), steps, decided_fen)


def _bounded(amount_fen: Fraction, steps: tuple[Step, ...], decided_fen: int | None) -> TrackAmount:
    """An amount, at most what the meeting decided where it decided something."""
    if decided_fen is None:
        return TrackAmount(amount_fen, None, steps)
    step = Step(T("评审会议定"), "", _wan(decided_fen), "")
    return TrackAmount(min(amount_fen, Fraction(decided_fen)), None, (*steps, step))


def _room(
    cumulative: Cumulative, digital_investment_fen: int, prior_support_fen: int, prior_awards_fen: int
) -> tuple[Fraction, Step]:
    """What Art. 10 still leaves; below 0 if the enterprise had more than its share already."""
    room = cumulative.share * digital_investment_fen - prior_support_fen - prior_awards_fen
    formula = f"{_percent(cumulative.share)} × {format_wan(digital_investment_fen)}"
    if prior_support_fen:
        formula = str(T("{before} − 已获 {support}", before=formula, support=format_wan(prior_support_fen)))
    if prior_awards_fen:
        formula = str(T("{before} − 已定奖补 {awards}", before=formula, awards=format_wan(prior_awards_fen)))
    return room, Step(T("累计上限"), formula, _wan(room), cumulative.basis.short)


def _least_formula(bounds: list[Fraction], amount_fen: int) -> str:
    """Says whether zero was the bound or whole yuan rounded something off; else the least speaks for itself."""
    if min(bounds) < 0:
        return str(T("不低于 0"))
    return str(T("舍去不足 1 元")) if min(bounds) != amount_fen else ""


def _wan(fen: Fraction | int) -> str:
    """万元 for a step; what is finer than a fen is not shown."""
    return str(T("{wan} 万", wan=format_wan(floor(fen))))


def _percent(ratio: Fraction) -> str:
    """A ratio in per cent, exact: "50%", "12.5%", and "100/3%" where decimals don't end."""
    percent = ratio * 100
    hundredths = percent * 100
    if hundredths.denominator != 1:
        return f"{percent}%"
    whole, rest = divmod(hundredths.numerator, 100)
    return f"{whole}{f'.{rest:02d}'.rstrip('0') if rest else ''}%"
