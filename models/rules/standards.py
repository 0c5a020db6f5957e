"""Which figures of a track hold for a level and a year of completion, a batch's lower ones included (Art. 7).

The measure's ratio and caps are upper bounds: a batch may set lower ones, with its notice as basis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from models.enums import LEVELS
from models.policy.types import AwardRule, Term, Track
from models.text import T, Text, tr

LEVEL_MISSING = "level_missing"
YEAR_MISSING = "year_missing"
OPEN = frozenset({LEVEL_MISSING, YEAR_MISSING})
"""What is not known yet: no amount can be computed, but nothing stands in the way of the application."""


@dataclass(frozen=True)
class Unknown:
    """Why there is no amount: a code for machines, and in words."""

    code: str
    text: Text


@dataclass(frozen=True)
class Limit:
    """A batch's lower bounds for one track: a ratio, caps by level, a cap whatever the level. `notice` is the basis."""

    notice: str
    ratio: Fraction | None = None
    caps_fen: Mapping[int, int] = field(default_factory=dict)
    cap_fen: int | None = None


@dataclass(frozen=True)
class Standard:
    """The figures that hold: ratio, cap and fixed amount (fen) as far as the track has them, each with its basis."""

    ratio: Fraction | None
    cap_fen: int | None
    amount_fen: int | None
    ratio_basis: str
    cap_basis: str
    basis: str


def standard(track: Track, level: int | None, year: int | None, limit: Limit | None = None) -> Standard | Unknown:
    """The figures of a track for a level and a year of completion, or why the track has none for them."""
    if track.terms:
        term = _term(track.terms, level, year)
        if isinstance(term, Unknown):
            return term
        ratio = track.ratio if term.ratio is None else term.ratio
        amount_fen = track.amount_fen if term.amount_fen is None else term.amount_fen
        cap_fen = track.cap_fen if term.cap_fen is None else term.cap_fen
    else:
        ratio, amount_fen, cap_fen = track.ratio, track.amount_fen, track.cap_fen
    if track.caps_fen is not None and (not track.terms or cap_fen is None):
        if level is None:
            return _level_missing()
        if level not in track.caps_fen:
            return _level_not_supported(level)
        cap_fen = track.caps_fen[level]
    return _lowered(Standard(ratio, cap_fen, amount_fen, *(track.basis.short,) * 3), level, limit)


def asks_level(track: Track) -> bool:
    """Whether the level decides over the track's figures."""
    return track.caps_fen is not None or any(term.levels for term in track.terms)


def asks_year(track: Track) -> bool:
    """Whether the year of completion decides over the track's figures."""
    return any(term.years for term in track.terms)


def limit_faults(track: Track, limit: Limit) -> list[Text]:
    """What a batch's limit may not say: a ratio the track does not have, or anything above the measure's own."""
    faults = []
    ratios = [one for one in (track.ratio, *(term.ratio for term in track.terms)) if one is not None]
    if limit.ratio is not None and track.rule is not AwardRule.SHARE:
        faults.append(T("“{track}”不按比例补助，不能定比例", track=track.name))
    elif limit.ratio is not None and ratios and limit.ratio > max(ratios):
        faults.append(T("“{track}”的比例高于办法（{basis}）", track=track.name, basis=track.basis.short))
    if limit.caps_fen and not asks_level(track):
        faults.append(T("“{track}”不分等级，不能按等级定上限", track=track.name))
    for level, cap_fen in [*limit.caps_fen.items(), (None, limit.cap_fen)]:
        bounds = _bounds(track, level)
        if cap_fen is None:
            continue
        if level is not None and asks_level(track) and not bounds:
            faults.append(T("“{track}”的{level}不在补助范围", track=track.name, level=level_word(level)))
        elif bounds and cap_fen > max(bounds):
            faults.append(T("“{track}”的上限高于办法（{basis}）", track=track.name, basis=track.basis.short))
    return faults


def level_word(level: int) -> str:
    """A level in words; its figure where there is no word for it."""
    return tr(LEVELS[level]) if level in LEVELS else str(level)


def _bounds(track: Track, level: int | None) -> list[int]:
    """The caps and amounts of the measure that a level (None: any) may reach."""
    terms = [term for term in track.terms if level is None or not term.levels or level in term.levels]
    found = [fen for term in terms for fen in (term.cap_fen, term.amount_fen) if fen is not None]
    found += [fen for at, fen in (track.caps_fen or {}).items() if level in (None, at)]
    if level is None or not asks_level(track):
        found += [fen for fen in (track.cap_fen, track.amount_fen) if fen is not None]
    return found


def _term(terms: tuple[Term, ...], level: int | None, year: int | None) -> Term | Unknown:
    """The one term that a level and a year have; where one of them is missing, whether that is what's in the way."""
    of_level = [term for term in terms if not term.levels or level in term.levels]
    for term in of_level:
        if not term.years or year in term.years:
            return term
    if level is None and any(term.levels for term in terms):
        return _level_missing()
    if level is not None and not of_level:
        return _level_not_supported(level)
    if year is None:
        return Unknown(YEAR_MISSING, T("未填完成年份，无法计算补助"))
    if level is None or not any(term.levels for term in terms):
        return Unknown("year_not_supported", T("{year} 年完成的不在补助范围内", year=year))
    text = T("{level}、{year} 年完成的不在补助范围内", level=level_word(level), year=year)
    return Unknown("year_not_supported", text)


def _level_missing() -> Unknown:
    return Unknown(LEVEL_MISSING, T("未填数字化水平等级，无法计算补助"))


def _level_not_supported(level: int) -> Unknown:
    return Unknown("level_not_supported", T("{level}不在补助范围内", level=level_word(level)))


def _lowered(found: Standard, level: int | None, limit: Limit | None) -> Standard:
    """The measure's figures, each replaced where the batch's is lower."""
    if limit is None:
        return found
    ratio, ratio_basis = found.ratio, found.ratio_basis
    if limit.ratio is not None and ratio is not None and limit.ratio < ratio:
        ratio, ratio_basis = limit.ratio, limit.notice
    cap_fen, cap_basis = found.cap_fen, found.cap_basis
    for lower in (limit.cap_fen, None if level is None else limit.caps_fen.get(level)):
        if lower is not None and (cap_fen is None or lower < cap_fen):
            cap_fen, cap_basis = lower, limit.notice
    return Standard(ratio, cap_fen, found.amount_fen, ratio_basis, cap_basis, found.basis)
