"""Why a score is what it is: the steps of the scoring rule in numbers, told from what `rules.marks` itself found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models.policy.types import MICRO, Criterion, Rubric, Scoring
from models.rules.marks import (
    Column,
    Score,
    Sheet,
    Value,
    aggregate,
    format_exact,
    format_total,
    rounded,
    sheet_total,
    valid_sheets,
    weighted,
)
from models.text import T, Text
from models.views.derivation import Derivation, Step

_OUTSIDE = {
    "explain": T("偏离均值过大的，说明后计入"),
    "exclude": T("偏离均值过大的，不计入"),
    "replace": T("偏离均值过大的，以其余的均值代替"),
}


def explain_score(
    sheets: Sequence[Sheet],
    rubric: Rubric,
    scoring: Scoring,
    dropped: frozenset[str] = frozenset(),
    lot: Text | None = None,
) -> Derivation:
    """Tell how the score of one application came about, from the same sheets that `aggregate` was given.

    Points throughout; every step carries the basis of the scoring rule; the result is "—" where there is no score.
    `lot` says how one was drawn for who is dropped. Names experts only where the rule singles them out (dropped,
    outside), for readers who may see sheets.
    """
    score = aggregate(sheets, rubric, scoring, dropped)
    steps = [_valid_step(sheets, rubric, scoring, dropped, lot)]
    for column in score.columns:
        steps += _column_steps(column, scoring)
    steps.append(_last_step(score, scoring))
    return Derivation(T("得分"), tuple(steps), str(score))


def _valid_step(
    sheets: Sequence[Sheet], rubric: Rubric, scoring: Scoring, dropped: frozenset[str], lot: Text | None
) -> Step:
    valid = valid_sheets(sheets, dropped)
    gone = sorted(sheet.expert for sheet in sheets if sheet.expert in dropped)
    totals = sorted(sheet_total(sheet.marks, rubric) for sheet in valid)
    label = T("有效评分表 {count} 份，合计", count=len(valid))
    if gone:
        label = T("{label}（各项合计差异最大的专家 {experts} 不计）", label=label, experts="、".join(gone))
    drawn = str(lot) if gone and lot is not None else ""
    return Step(label, drawn, ", ".join(map(format_total, totals)), scoring.basis.short)


def _column_steps(column: Column, scoring: Scoring) -> list[Step]:
    """Steps 3 to 5 of one column, and its own part of step 6; steps in which nothing happened are left out."""
    basis = scoring.basis.short
    steps: list[Step] = []

    def add(label: Text, formula: str, value: str) -> None:
        steps.append(Step(_of(column.criterion, label), formula, value, basis))

    if column.outside:
        add(_outside_label(column, scoring), _outside_formula(column, scoring), _outside_value(column))
    if column.trimmed:
        add(T("去掉 {count} 个最高、{count} 个最低", count=len(column.trimmed) // 2), "", _listed(column.trimmed))
    if column.result is None:
        add(T("计入的少于 {least} 个，没有得分", least=scoring.least_sheets), _listed(column.counted), "—")
        return steps
    if scoring.average == "mean":
        add(T("均值"), f"({_listed(column.counted, ' + ')}) ÷ {len(column.counted)}", format_exact(column.result))
    else:
        add(T("中位数"), _listed(column.counted, " ≤ "), format_exact(column.result))
    part = weighted(column, scoring)
    if column.criterion is not None and part is not None and part != column.result:
        weight = format_exact(column.criterion.weight * MICRO)
        formula = f"{format_exact(rounded(column.result, scoring.criterion_places))} × {weight}"
        add(T("乘以权重 {weight}", weight=weight), formula, format_exact(part))
    return steps


def _of(criterion: Criterion | None, label: Text) -> Text:
    return label if criterion is None else T("“{criterion}”：{label}", criterion=criterion.name, label=label)


def _outside_label(column: Column, scoring: Scoring) -> Text:
    if column.too_few_within:
        return T("偏差范围内的不足 {least} 个，全部计入", least=scoring.least_sheets)
    assert scoring.deviation is not None, "only a rule on deviation puts a value outside"
    return _OUTSIDE[scoring.deviation.then]


def _outside_formula(column: Column, scoring: Scoring) -> str:
    assert scoring.deviation is not None, "only a rule on deviation puts a value outside"
    percent = format_exact(scoring.deviation.percent * MICRO)
    mean = format_exact(column.mean)
    return "; ".join(f"|{format_exact(value.points)} − {mean}| > {percent}% × {mean}" for value in column.outside)


def _outside_value(column: Column) -> str:
    return _listed(column.outside) if column.substitute is None else format_exact(column.substitute)


def _listed(values: Iterable[Value], between: str = ", ") -> str:
    return between.join(format_exact(value.points) for value in values)


def _last_step(score: Score, scoring: Scoring) -> Step:
    parts = [weighted(column, scoring) for column in score.columns]
    formula = " + ".join("—" if part is None else format_exact(part) for part in parts)
    label = T("得分，四舍五入到小数点后 {places} 位", places=scoring.score_places)
    return Step(label, formula, str(score), scoring.basis.short)
