"""How far the experts of a panel agree: Kendall's W and Krippendorff's alpha, by scipy and krippendorff.

These are statistics about marks, not marks: floats are allowed here and go nowhere but to the reader's eye.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from models.policy.types import Rubric
from models.rules.marks import Sheet, sheet_total
from models.text import T, Text
from models.views.sensitivity import Agreement, Coefficient

LEAST_EXPERTS = 2
LEAST_RANKED = 3
"""So many items at least are ranked for W: with two, scipy knows no Friedman statistic."""

LEAST_ITEMS = 2

AT_ONCE = 25
"""The library compares every two values of every item: it is given so many items at a time."""

Table = Sequence[Mapping[str, int]]
"""By item what each expert gave; who gave nothing is not there."""


def agreement(panel: str, sheets: Sequence[Sequence[Sheet]], rubric: Rubric) -> Agreement:
    """The agreement of a panel over its items' counted sheets: of the totals, and by criterion."""
    totals = [{sheet.expert: sheet_total(sheet.marks, rubric) for sheet in item} for item in sheets]
    by_criterion = tuple(
        (criterion.code, alpha([{sheet.expert: sheet.marks[criterion.code] for sheet in item} for item in sheets]))
        for criterion in rubric.criteria
    )
    return Agreement(panel, concordance(totals), alpha(totals), by_criterion)


def concordance(table: Table) -> Coefficient:
    """Kendall's W, corrected for ties, on the items that every expert marked.

    M. G. Kendall and B. Babington Smith, "The Problem of m Rankings", Ann. Math. Statist. 10 (1939). With m experts and
    n items Friedman's chi-square is m (n - 1) W.
    """
    experts = sorted({expert for item in table for expert in item})
    whole = [item for item in table if len(item) == len(experts)]
    m, n = len(experts), len(whole)
    why = _too_few(m, n, LEAST_RANKED)
    if why is None and all(len(set(own)) == 1 for own in ([item[expert] for item in whole] for expert in experts)):
        why = T("每位专家给各项目的合计都相同，排不出先后")
    if why is not None:
        return Coefficient(None, n, m, why)
    from scipy.stats import friedmanchisquare

    chi_square, _p = friedmanchisquare(*([item[expert] for expert in experts] for item in whole))
    return Coefficient(float(chi_square) / (m * (n - 1)), n, m)


def alpha(table: Table) -> Coefficient:
    """Krippendorff's alpha for interval data, on the items that at least two experts marked; gaps stay gaps.

    K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011).
    """
    paired = [item for item in table if len(item) >= LEAST_EXPERTS]
    experts = sorted({expert for item in paired for expert in item})
    why = _too_few(len(experts), len(paired), LEAST_ITEMS)
    values = [value for item in paired for value in item.values()]
    if why is None and len(set(values)) == 1:
        why = T("给的分全都相同，无从比较")
    if why is not None:
        return Coefficient(None, len(paired), len(experts), why)
    seen = sum(_disagreement(part, experts) for part in _parts(paired))
    return Coefficient(1 - seen / _expected(values), len(paired), len(experts))


def _too_few(experts: int, items: int, least: int) -> Text | None:
    if experts < LEAST_EXPERTS:
        return T("评分的专家不足 {least} 位", least=LEAST_EXPERTS)
    if items < least:
        return T("共同评过的项目不足 {least} 个", least=least)
    return None


def _parts(paired: Table) -> Iterator[Table]:
    for start in range(0, len(paired), AT_ONCE):
        yield paired[start : start + AT_ONCE]


def _disagreement(part: Table, experts: Sequence[str]) -> float:
    """What the experts disagree in a part: the share of its expected disagreement that its own alpha leaves."""
    values = [value for item in part for value in item.values()]
    if len(set(values)) == 1:
        return 0.0
    import krippendorff
    import numpy as np

    data: Any = np.array([[item.get(expert, np.nan) for item in part] for expert in experts], dtype=float)
    own = krippendorff.alpha(reliability_data=data, level_of_measurement="interval")
    return (1 - float(own)) * _expected(values)


def _expected(values: Sequence[int]) -> float:
    """The disagreement expected of these values by chance: the sum of their squared differences in pairs / (n - 1)."""
    n = len(values)
    return 2 * (n * sum(value * value for value in values) - sum(values) ** 2) / (n - 1)
