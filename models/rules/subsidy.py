"""How much an enterprise gets: the track's amount within the room that the cumulative cap leaves (Arts. 7, 10).

Everything is exact until the end, where the award is rounded down once, to whole yuan. `None` is never a zero: it says
that no amount can be computed, and `reason` says why. The words of a derivation are put together when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import floor
from typing import NamedTuple

from models.enums import InvestmentKind, label
from models.errors import Refused
from models.policy.kinds import percent
from models.policy.types import AwardRule, Cumulative, LaterLevel, Track
from models.rules.money import FEN_PER_YUAN, format_wan, format_yuan
from models.rules.standards import Limit, Standard, Unknown, asks_level, asks_year, level_word, standard
from models.text import T, Text
from models.views.derivation import Derivation, Step

Investment = Mapping[str, int]
"""Fen by kind of investment (the values of `InvestmentKind`); a kind that is missing is nothing."""

MEETING, OBJECTION, PUBLISHED = "meeting", "objection", "published"


class Earlier(NamedTuple):
    """An award that the enterprise has on a list already: of which application, in fen, and whether in this track."""

    no: str
    fen: int
    same_track: bool


class Decided(NamedTuple):
    """A figure that people set: `by` the meeting, an objection's decision or the published list, in fen, and why."""

    by: str
    fen: int
    why: str = ""


@dataclass(frozen=True)
class Claim:
    """What an award is computed from; money in fen.

    `other_investment_fen`: the enterprise's other standing applications; `prior_investment_fen` and
    `prior_support_fen`: made and had outside this database; `earlier`: its awards on lists, less recoveries.
    """

    investment: Investment = field(default_factory=dict)
    level: int | None = None
    year: int | None = None
    other_investment_fen: int = 0
    prior_investment_fen: int = 0
    prior_support_fen: int = 0
    earlier: tuple[Earlier, ...] = ()
    decided: tuple[Decided, ...] = ()

    @property
    def digital_investment_fen(self) -> int:
        """All that the enterprise invests in going digital, of every kind (Art. 10)."""
        return sum(self.investment.values()) + self.other_investment_fen + self.prior_investment_fen


@dataclass(frozen=True, slots=True)
class _Reckoning:
    """The figures on the way to an award, exact, in fen, as far as they were needed; the words are made of them."""

    track: Track
    claim: Claim
    cumulative: Cumulative | None
    found: Standard | Unknown
    eligible_fen: int
    share: Fraction | None
    amount: Fraction | int | Unknown
    share_room: Fraction | None
    amount_room: int | None
    least: Fraction | int = 0


@dataclass(frozen=True, eq=False)
class Award:
    """The award in fen (whole yuan), or `code` and `reason` why there is none; and how it came about."""

    amount_fen: int | None
    code: str | None
    reason: Text | None
    estimate: bool
    _reckoning: _Reckoning

    @cached_property
    def derivation(self) -> Derivation:
        """The steps with inputs and bases, in the order in which they were computed."""
        title = T("预计补助") if self.estimate else T("补助")
        steps = [*_track_steps(self._reckoning), *_room_steps(self._reckoning)]
        if self.amount_fen is None:
            return Derivation(title, tuple(steps), str(self.reason))
        rounding = _rounding(self._reckoning.least, self.amount_fen)
        steps.append(Step(T("最小者"), str(rounding), _wan(self.amount_fen), ""))
        return Derivation(title, tuple(steps), str(T("{yuan} 元", yuan=format_yuan(self.amount_fen))))


def award(
    track: Track, claim: Claim, cumulative: Cumulative | None, limit: Limit | None = None, *, estimate: bool
) -> Award:
    """The award: the track's amount, at most the room, never below 0, whole yuan.

    `cumulative` None: the policy has no such cap; `limit`: the batch's lower bounds for this track. `estimate`: a
    selection, from planned figures; else an acceptance or an award review.
    """
    found = standard(track, claim.level, claim.year, limit)
    eligible_fen = sum(claim.investment.get(kind, 0) for kind in track.eligible_kinds)
    ratio = None if isinstance(found, Unknown) or track.rule is not AwardRule.SHARE else found.ratio
    share = None if ratio is None else ratio * eligible_fen
    amount = found if isinstance(found, Unknown) else _track_amount(track, claim, found, share)
    used_fen = claim.prior_support_fen + sum(one.fen for one in claim.earlier)
    share_room, amount_room = None, None
    if cumulative is not None and cumulative.share is not None:
        share_room = cumulative.share * claim.digital_investment_fen - used_fen
    if cumulative is not None and cumulative.amount_fen is not None:
        amount_room = cumulative.amount_fen - used_fen
    figures = (track, claim, cumulative, found, eligible_fen, share, amount, share_room, amount_room)
    if isinstance(amount, Unknown):
        return Award(None, amount.code, amount.text, estimate, _Reckoning(*figures))
    least = min(bound for bound in (amount, share_room, amount_room) if bound is not None)
    amount_fen = max(floor(least), 0) // FEN_PER_YUAN * FEN_PER_YUAN
    return Award(amount_fen, None, None, estimate, _Reckoning(*figures, least))


def check_decision(
    track: Track, level: int | None, year: int | None, decided_fen: int, limit: Limit | None = None
) -> None:
    """Refuse an amount that a meeting may not decide.

    `not_up_to`, `amount_negative`, `amount_above_cap`, or the code of what the track lacks for this level and year.
    """
    if track.rule is not AwardRule.UP_TO:
        text = T("“{track}”的金额由办法算出，不由评审会议定。", track=track.name)
        raise Refused("not_up_to", text, article=track.basis.short)
    if decided_fen < 0:
        raise Refused("amount_negative", T("议定金额不能为负。"))
    found = standard(track, level, year, limit)
    if isinstance(found, Unknown):
        raise Refused(found.code, T("{why}。", why=found.text), article=track.basis.short)
    if found.cap_fen is not None and decided_fen > found.cap_fen:
        text = T("议定金额不能超过 {cap} 元。", cap=format_yuan(found.cap_fen))
        raise Refused("amount_above_cap", text, article=found.cap_basis)


def _track_amount(track: Track, claim: Claim, found: Standard, share: Fraction | None) -> Fraction | int | Unknown:
    """What the track alone grants: by its rule, less what was had where the measure says so, at most as decided."""
    base = _base(track, found, share)
    if isinstance(base, Unknown):
        return base
    had = [one.fen for one in claim.earlier if one.same_track]
    if had and track.later is LaterLevel.NOTHING:
        return Unknown("supported_before", T("本方向已获支持，后来达到的等级不再补助"))
    if base is not None and track.later is LaterLevel.DIFFERENCE:
        base -= sum(had)
    if track.rule is AwardRule.UP_TO and not claim.decided:
        return Unknown("undecided", T("待评审会议定"))
    bounds = [one.fen for one in claim.decided]
    return min(bounds if base is None else [base, *bounds])


def _base(track: Track, found: Standard, share: Fraction | None) -> Fraction | int | Unknown | None:
    """The amount by the track's rule; None where only the meeting can say it."""
    if track.rule is AwardRule.SHARE and share is not None:
        if found.cap_fen is None:
            return Unknown("amount_unset", T("办法未定“{track}”的上限", track=track.name))
        return min(share, Fraction(found.cap_fen))
    if track.rule is AwardRule.FIXED and found.amount_fen is not None:
        return found.amount_fen if found.cap_fen is None else min(found.amount_fen, found.cap_fen)
    if track.rule is AwardRule.UP_TO:
        return found.cap_fen
    return Unknown("amount_unset", T("办法未定“{track}”的金额标准", track=track.name))


def _track_steps(told: _Reckoning) -> Iterator[Step]:
    """What the track grants: its figures, the difference to what was had, what people decided."""
    track, claim, found = told.track, told.claim, told.found
    if track.rule is AwardRule.SHARE:
        yield Step(T("符合条件投入"), _spent(track, claim), _wan(told.eligible_fen), track.basis.short)
    if isinstance(found, Unknown):
        return
    if track.rule is AwardRule.SHARE and told.share is not None and found.ratio is not None:
        yield Step(T("比例"), _times(found.ratio, told.eligible_fen), _wan(told.share), found.ratio_basis)
    if track.rule is AwardRule.FIXED and found.amount_fen is not None:
        yield Step(T("定额"), track.name, _wan(found.amount_fen), found.basis)
    if found.cap_fen is not None:
        yield Step(_cap_label(track), _cap_of(track, claim), _wan(found.cap_fen), found.cap_basis)
    had = [one for one in claim.earlier if one.same_track]
    base = _base(track, found, told.share)
    if had and track.later is LaterLevel.DIFFERENCE and base is not None and not isinstance(base, Unknown):
        left = base - sum(one.fen for one in had)
        basis = track.later_basis or track.basis
        yield Step(T("补差额"), f"{format_wan(floor(base))} − {_listed(had)}", _wan(left), basis.short)
    for one in claim.decided:
        yield Step(_DECIDED[one.by], one.why, _wan(one.fen), "")


_DECIDED = {MEETING: T("评审会议定"), OBJECTION: T("异议处理核定"), PUBLISHED: T("公示金额")}


def _room_steps(told: _Reckoning) -> Iterator[Step]:
    """What the cumulative cap leaves, and its inputs as far as they come from more than this application."""
    claim = told.claim
    if told.cumulative is None:
        return
    share, basis = told.cumulative.share, told.cumulative.basis.short
    others_fen, before_fen = claim.other_investment_fen, claim.prior_investment_fen
    if share is not None and (others_fen or before_fen):
        words = [T("本项目 {own}", own=format_wan(sum(claim.investment.values())))]
        words += [T("其他申报 {others}", others=format_wan(others_fen))] if others_fen else []
        words += [T("以往 {before}", before=format_wan(before_fen))] if before_fen else []
        yield Step(T("数字化投入"), " + ".join(map(str, words)), _wan(claim.digital_investment_fen), basis)
    if claim.earlier:
        yield Step(T("已定奖补"), _listed(claim.earlier), _wan(sum(one.fen for one in claim.earlier)), basis)
    if share is not None and told.share_room is not None:
        formula = _less_had(_times(share, claim.digital_investment_fen), claim)
        yield Step(T("累计上限"), formula, _wan(told.share_room), basis)
    if told.cumulative.amount_fen is not None and told.amount_room is not None:
        formula = _less_had(format_wan(told.cumulative.amount_fen), claim)
        yield Step(T("累计限额"), formula, _wan(told.amount_room), basis)


def _spent(track: Track, claim: Claim) -> str:
    spent = ((kind, claim.investment.get(kind.value, 0)) for kind in InvestmentKind)
    kept = [f"{label(kind)} {format_wan(fen)}" for kind, fen in spent if fen and kind.value in track.eligible_kinds]
    return " + ".join(kept) or "0"


def _cap_label(track: Track) -> Text:
    if track.rule is AwardRule.UP_TO:
        return T("最高奖励")
    return T("等级上限") if track.rule is AwardRule.SHARE and asks_level(track) else T("上限")


def _cap_of(track: Track, claim: Claim) -> str:
    """The level and the year that a cap holds for; the track where neither is asked."""
    level = level_word(claim.level) if claim.level is not None and asks_level(track) else ""
    if claim.year is None or not asks_year(track):
        return level or track.name
    return str(
        T("{level} {year} 年完成", level=level, year=claim.year) if level else T("{year} 年完成", year=claim.year)
    )


def _times(ratio: Fraction, fen: int) -> str:
    return f"{percent(ratio)} × {format_wan(fen)}"


def _less_had(formula: str, claim: Claim) -> str:
    if claim.prior_support_fen:
        formula = str(T("{before} − 已获 {support}", before=formula, support=format_wan(claim.prior_support_fen)))
    awards_fen = sum(one.fen for one in claim.earlier)
    if awards_fen:
        formula = str(T("{before} − 已定奖补 {awards}", before=formula, awards=format_wan(awards_fen)))
    return formula


def _listed(earlier: Iterable[Earlier]) -> str:
    return " + ".join(f"{one.no} {format_wan(one.fen)}" for one in earlier)


def _rounding(least: Fraction | int, amount_fen: int) -> Text | str:
    """Says whether zero was the bound or whole yuan rounded something off; else the least speaks for itself."""
    if least < 0:
        return T("不低于 0")
    return T("舍去不足 1 元") if least != amount_fen else ""


def _wan(fen: Fraction | int) -> str:
    """万元 for a step; what is finer than a fen is not shown."""
    return str(T("{wan} 万", wan=format_wan(floor(fen))))
