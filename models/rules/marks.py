"""The scoring rule: from the experts' marks to the score of one application, in six steps and no other order.

Marks are whole milli-points, sheet totals whole micro-points, means exact fractions of micro-points; a score is an
integer in the last place of `Scoring.score_places`. Nothing is rounded but where the rule names it, and then half up.
An absent sheet is absent: no function here ever puts a zero in its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from models.errors import Refused, WrongUse
from models.policy.types import MICRO, MILLI, Criterion, Rubric, Scoring
from models.rules.tally import half_up, rounded_total, settle, spread_flagged, trimmed_ends, weigh
from models.text import T, Text

Micro = int | Fraction
"""An exact number of micro-points."""

FlagKind = Literal["deviation", "spread", "too_few_within"]

COMMENT_LIMIT = 1000
"""Characters of a comment, or of a reason to abstain, at most."""

_TYPED = str.maketrans("０１２３４５６７８９．。｡", "0123456789...")
_POINTS = re.compile(r"(?P<whole>[0-9]{0,9})(?:\.(?P<decimals>[0-9]{1,3}))?")


def parse_points(text: str) -> int:
    """Read a typed mark as milli-points; full-width digits and points (８．５, 8。5) are what they look like.

    Raises `Refused` (mark_not_a_number) for anything but a plain number of at most three decimals.
    """
    typed = text.strip().translate(_TYPED)
    found = _POINTS.fullmatch(typed)
    if found is None or not typed:
        raise Refused(
            "mark_not_a_number",
            T("“{text}”不是可用的分数。", text=text),
            lift=T("请输入数字，最多三位小数，如 17.5。"),
        )
    return int(found["whole"] or 0) * MILLI + int((found["decimals"] or "").ljust(3, "0"))


def format_points(milli: int) -> str:
    """Milli-points as people write them, without idle zeros: 17500 is "17.5"."""
    return _shortest(milli, 3)


def format_total(micro: int) -> str:
    """A sheet total in micro-points, without idle zeros: 84500000 is "84.5"."""
    return _shortest(micro, 6)


def format_score(value: int, places: int) -> str:
    """A score, or a difference of scores, with all its places: 8031 with 2 places is "80.31"."""
    whole, rest = divmod(abs(value), 10**places)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{rest:0{places}d}" if places else f"{sign}{whole}"


def format_exact(micro: Micro) -> str:
    """Any exact number of micro-points; "≈" stands before what six decimals can't hold."""
    nearest = round_half_up(micro, 6)
    return format_total(nearest) if nearest == micro else f"≈{format_total(nearest)}"


def _shortest(value: int, places: int) -> str:
    shown = format_score(value, places)
    return shown.rstrip("0").removesuffix(".")


def parse_sheet(typed: Mapping[str, str], rubric: Rubric) -> dict[str, int]:
    """Read the typed marks of a whole sheet, by criterion code or name, as milli-points by code.

    Raises `WrongUse` (unknown_criterion), `Refused` for what is no mark of its criterion.
    """
    marks: dict[str, int] = {}
    for key, text in typed.items():
        criterion = rubric.criterion(key)
        if criterion is None:
            known = "、".join(f"{one.name}（{one.code}）" for one in rubric.criteria)
            raise WrongUse("unknown_criterion", T("没有指标“{key}”，可用：{known}。", key=key, known=known))
        milli = parse_points(text)
        check_mark(milli, criterion)
        marks[criterion.code] = milli
    return marks


def check_mark(milli: int, criterion: Criterion) -> None:
    """Refuse a mark that is not a multiple of the criterion's step between 0 and its full marks.

    Raises `Refused`: mark_out_of_range or mark_off_step, naming criterion, range and step.
    """
    if not 0 <= milli <= criterion.full:
        raise Refused(
            "mark_out_of_range",
            T("“{criterion}”的 {mark} 分超出范围：应在 0 至 {full} 之间，步长 {step}。", **_bounds(milli, criterion)),
        )
    if milli % criterion.step:
        raise Refused(
            "mark_off_step",
            T("“{criterion}”的 {mark} 分不合步长：应在 0 至 {full} 之间，步长 {step}。", **_bounds(milli, criterion)),
        )


def _bounds(milli: int, criterion: Criterion) -> dict[str, str]:
    return {
        "criterion": criterion.name,
        "mark": format_points(milli),
        "full": format_points(criterion.full),
        "step": format_points(criterion.step),
    }


@dataclass(frozen=True)
class Sheet:
    """One submitted sheet: who marked, and the marks in milli-points by criterion code."""

    expert: str
    marks: Mapping[str, int]


@dataclass(frozen=True)
class Value:
    """One value the rule works on: whose it is and its micro-points, whole, or exact where a mean stands for it."""

    expert: str
    points: Micro


@dataclass(frozen=True)
class Column:
    """Steps 3 to 5 over one column of values: the sheets' totals (`criterion` None) or the marks of one criterion.

    `substitute` stands for the `outside` ones where the rule replaces them. `result` is None when fewer than
    `least_sheets` were counted.
    """

    criterion: Criterion | None
    mean: Fraction
    outside: tuple[Value, ...]
    too_few_within: bool
    excluded: tuple[Value, ...]
    replaced: tuple[Value, ...]
    substitute: Fraction | None
    counted: tuple[Value, ...]
    trimmed: tuple[Value, ...]
    result: Fraction | None


@dataclass(frozen=True)
class Flag:
    """Something the panel must explain: a value far from the mean, a wide spread, or too few values within."""

    kind: FlagKind
    expert: str | None
    criterion: str | None
    text: Text


@dataclass(frozen=True)
class Score:
    """What the rule found for one application.

    `value` counts units of the last of `places`, None when too few sheets were counted; `sheets` is the number of valid
    sheets; `spread` is the highest less the lowest valid sheet total in micro-points, None without a sheet.
    """

    value: int | None
    places: int
    sheets: int
    spread: int | None
    flags: tuple[Flag, ...]
    columns: tuple[Column, ...]

    def __str__(self) -> str:
        return "—" if self.value is None else format_score(self.value, self.places)


def sheet_total(marks: Mapping[str, int], rubric: Rubric) -> int:
    """Add up mark x weight over the rubric, exactly, in micro-points (weights have at most three decimals).

    Raises `Refused` (sheet_incomplete) naming the criteria without a mark: what is absent is never zero.
    """
    missing = [criterion.name for criterion in rubric.criteria if criterion.code not in marks]
    if missing:
        raise incomplete(missing)
    total = 0
    for criterion in rubric.criteria:
        parts, rest = divmod(MILLI, criterion.weight.denominator)
        if rest:
            raise ValueError("a weight has more than three decimals")
        total += marks[criterion.code] * criterion.weight.numerator * parts
    return total


def incomplete(missing: Sequence[str]) -> Refused:
    """The refusal of a sheet that lacks a mark, by the names of the criteria."""
    return Refused("sheet_incomplete", T("评分表缺少：{criteria}。", criteria="、".join(missing)))


def mean_total(totals: Sequence[int], places: int) -> int:
    """The mean of some sheet totals (micro-points), half up, in units of the last of `places` decimals of a point.

    For an expert's own look back; no score is made of it. Raises `ValueError` for no totals.
    """
    if not totals:
        raise ValueError("nothing has no mean")
    return round_half_up(Fraction(sum(totals), len(totals)), places)


def round_half_up(micro: Micro, places: int) -> int:
    """Round to a number of decimal places of a point, half up; the result counts units of the last place."""
    return half_up(micro.numerator, micro.denominator, places)


def rounded(micro: Micro, places: int | None) -> Micro:
    """Round as a rule says that may say nothing (`places` None: as it is); still micro-points."""
    return micro if places is None else Fraction(round_half_up(micro, places) * MICRO, 10**places)


def _column(criterion: Criterion | None, points: Mapping[str, int], scoring: Scoring) -> Column:
    """Take one column, by expert, through steps 3 to 5 of `tally.settle`, keeping whose value went where."""
    ascending = sorted((Value(expert, own) for expert, own in points.items()), key=_order)
    found = settle(sorted(points.values()), scoring)
    within = ascending[found.low : found.high]
    outside = tuple(sorted(ascending[: found.low] + ascending[found.high :], key=lambda value: value.expert))
    left = ascending if found.then == "explain" else within
    substitute = _mean(within) if outside and found.then == "replace" else None
    if substitute is not None:
        left = sorted([*within, *(Value(value.expert, substitute) for value in outside)], key=_order)
    cut = trimmed_ends(len(left), scoring)
    return Column(
        criterion=criterion,
        mean=_mean(ascending),
        outside=outside,
        too_few_within=found.too_few_within,
        excluded=outside if found.then == "exclude" else (),
        replaced=outside if found.then == "replace" else (),
        substitute=substitute,
        counted=tuple(left[cut : len(left) - cut]),
        trimmed=tuple(left[:cut] + left[len(left) - cut :]),
        result=Fraction(found.numerator, found.denominator) if found.denominator else None,
    )


def _order(value: Value) -> tuple[Micro, str]:
    return value.points, value.expert


def _mean(values: Sequence[Value]) -> Fraction:
    return Fraction(sum(value.points for value in values)) / len(values)


def weighted(column: Column, scoring: Scoring) -> Micro | None:
    """Step 6 for one column: a criterion's result rounded, weighted and rounded; a total as it is."""
    if column.result is None or column.criterion is None:
        return column.result
    return Fraction(*weigh(column.result.numerator, column.result.denominator, column.criterion, scoring))


def valid_sheets(sheets: Sequence[Sheet], dropped: frozenset[str]) -> list[Sheet]:
    """Step 1: the submitted sheets but those of dropped experts, in an order that owes nothing to their arrival."""
    return sorted((sheet for sheet in sheets if sheet.expert not in dropped), key=lambda sheet: sheet.expert)


def _marks_column(valid: Sequence[Sheet], criterion: Criterion, scoring: Scoring) -> Column:
    return _column(criterion, {sheet.expert: sheet.marks[criterion.code] * MILLI for sheet in valid}, scoring)


def aggregate(
    sheets: Sequence[Sheet], rubric: Rubric, scoring: Scoring, dropped: frozenset[str] = frozenset()
) -> Score:
    """Apply the six steps to one application's submitted sheets, one for each expert.

    `dropped` are the experts that `rules.widest` found, a decision over all applications. Raises `Refused`
    (sheet_incomplete).
    """
    valid = valid_sheets(sheets, dropped)
    totals = {sheet.expert: sheet_total(sheet.marks, rubric) for sheet in valid}
    if not totals:
        return Score(None, scoring.score_places, 0, None, (), ())
    if scoring.by == "sheet":
        values = {expert: rounded_total(total, scoring.weighted_places) for expert, total in totals.items()}
        columns = [_column(None, values, scoring)]
    else:
        columns = [_marks_column(valid, criterion, scoring) for criterion in rubric.criteria]
    parts = [weighted(column, scoring) for column in columns]
    complete = [part for part in parts if part is not None]
    spread = max(totals.values()) - min(totals.values())
    return Score(
        value=round_half_up(sum(complete), scoring.score_places) if len(complete) == len(parts) else None,
        places=scoring.score_places,
        sheets=len(valid),
        spread=spread,
        flags=_flags(columns, spread, scoring),
        columns=tuple(columns),
    )


def _flags(columns: Sequence[Column], spread: int, scoring: Scoring) -> tuple[Flag, ...]:
    flags: list[Flag] = []
    for column in columns:
        code = None if column.criterion is None else column.criterion.code
        name = T("合计") if column.criterion is None else column.criterion.name
        if scoring.deviation is not None and scoring.deviation.then == "explain":
            flags += [Flag("deviation", value.expert, code, _far(value, name, column)) for value in column.outside]
        if column.too_few_within:
            text = T("“{name}”在偏差范围内的不足 {least} 个，全部计入。", name=name, least=scoring.least_sheets)
            flags.append(Flag("too_few_within", None, code, text))
    if scoring.spread_flag is not None and spread_flagged(spread, scoring):
        limit = format_exact(scoring.spread_flag * MICRO)
        text = T("最高与最低合计相差 {spread} 分，超过 {limit} 分。", spread=format_total(spread), limit=limit)
        flags.append(Flag("spread", None, None, text))
    return tuple(flags)


def _far(value: Value, name: Text | str, column: Column) -> Text:
    return T(
        "专家 {expert} 的“{name}”{points} 分，与均值 {mean} 偏差过大。",
        expert=value.expert,
        name=name,
        points=format_exact(value.points),
        mean=format_exact(column.mean),
    )


def criterion_score(
    sheets: Sequence[Sheet], code: str, rubric: Rubric, scoring: Scoring, dropped: frozenset[str] = frozenset()
) -> int:
    """Aggregate one criterion by itself, as ties are broken: steps 3 to 6 as by criterion, in units of the score.

    Raises `Refused`: criterion_unknown, or too_few_sheets where the application has no score either.
    """
    criterion = rubric.criterion(code)
    if criterion is None:
        raise Refused("criterion_unknown", T("评分标准中没有指标“{code}”。", code=code))
    valid = valid_sheets(sheets, dropped)
    part = weighted(_marks_column(valid, criterion, scoring), scoring) if valid else None
    if part is None:
        raise too_few(criterion, scoring)
    return round_half_up(part, scoring.score_places)


def too_few(criterion: Criterion, scoring: Scoring) -> Refused:
    """The refusal to aggregate a criterion over fewer sheets than the rule wants."""
    return Refused(
        "too_few_sheets",
        T("计入“{criterion}”的评分表少于 {least} 份。", criterion=criterion.name, least=scoring.least_sheets),
    )
