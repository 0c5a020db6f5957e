"""Why an application has its outcome, told as a derivation from what the list says."""

from __future__ import annotations

from models.enums import label
from models.rules.marks import format_score
from models.text import T
from models.views.allocation import AllocatedApplication
from models.views.derivation import Derivation, Step
from screens.widgets.signs import OUTCOME_SIGNS


def outcome_derivation(one: AllocatedApplication, places: int) -> Derivation:
    """Rank and score, the distance to the line, the reason, and what came of it. `places`: decimals of scores."""
    steps = []
    if one.rank is not None and one.score is not None:
        steps.append(Step(T("名次"), str(T("第 {rank} 名", rank=one.rank)), format_score(one.score, places), ""))
    if one.margin is not None:
        steps.append(Step(T("与入选线或配额末位的差距"), "", format_score(one.margin, places), ""))
    steps.append(Step(T("情形"), str(one.text), label(one.reason), ""))
    order = f" {one.alternate_order}" if one.alternate_order is not None else ""
    title = T("{no} 为什么是这个结果", no=one.no)
    return Derivation(title, tuple(steps), f"{OUTCOME_SIGNS[one.outcome]} {label(one.outcome)}{order}")
