"""Places divided among districts by weighted factors, and set as their ceilings."""

from __future__ import annotations

from typing import Any

from models.enums import chinese
from models.errors import Refused
from models.queries.apportioning import apportionment_view
from models.queries.base import Office
from models.queries.listing import quota_of
from models.rules.factors import Factors, as_ceilings, divide
from models.services.acting import acting
from models.services.allocating import keep_quota
from models.text import T
from models.views.apportion import ApportionmentTie, ApportionmentView
from models.views.people import Actor


def apportion(office: Office, actor: Actor, meeting: str, factors: Factors, reason: str = "") -> ApportionmentView:
    """Divide the places of a meeting as a factors file says, and set each district's places as its ceiling.

    Who may, when, and what a changed total or a reason is owed: as for `allocating.set_quota`. Floors, industries,
    budget and alternates stand, and so do districts that the file leaves out. Raises `Refused` for equal claims that
    nobody has decided. The audit entry keeps factors, method and every district's derivation.
    """
    with acting(office, actor, "quota.apportion", meeting) as act:
        found = divide(factors)
        view = apportionment_view(meeting, act.policy, factors, found)
        if view.tie is not None and not view.decided:
            raise tied(view.tie)
        quota = as_ceilings(found, quota_of(act.connection, act.standing), factors.total)
        how = T("按因素分配（{method}）", method=chinese(factors.method)).chinese()
        before, after = keep_quota(act, quota, reason, how)
        act.record(meeting, before=before, after=after | {"reason": reason, "apportionment": _told(factors, view)})
    return view


def tied(tie: ApportionmentTie) -> Refused:
    """The refusal of equal claims: who is equal, and how to decide it."""
    names = ", ".join(f'"{name}"' for name in tie.labels)
    return Refused(
        "apportionment_tied",
        T("{names}不分先后，只剩 {count} 个名额。", names="、".join(tie.labels), count=tie.seats),
        lift=T(
            "由表决或抽签定出先后，先者在前写进因素文件：ties = [{names}]，"
            "并在 ties_reason 写明理由（表决结果，或抽签及其种子）。",
            names=names,
        ),
    )


def _told(factors: Factors, view: ApportionmentView) -> dict[str, Any]:
    return {
        "method": factors.method,
        "source": factors.source,
        "weights": {factor: str(weight) for factor, weight in factors.weights.items()},
        "tie": [] if view.tie is None else list(view.tie.order),
        "ties_reason": factors.ties_reason,
        "districts": [
            {
                "name": one.label,
                "values": {factor: str(value) for factor, value in one.values.items()},
                "share": str(one.share),
                "seats": one.seats,
                "floor": one.floor,
                "ceiling": one.ceiling,
                "derivation": [
                    [step.label.chinese(), step.formula, step.value, step.basis] for step in one.derivation.steps
                ],
            }
            for one in view.districts
        ],
    }
