"""The finance authority's consent to a quota after the reveal, where the measure asks for it.

The consent comes first, and to one quota in every figure; the chair then sets that one and no other. It is an entry of
the audit trail and nothing else, so that it cannot be there without its proof.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from models.errors import Refused
from models.queries.base import Office
from models.queries.listing import quota_faults
from models.rules.quotas import Quota
from models.services.acting import Act, acting
from models.text import T, Text
from models.views.people import Actor

_CONSENT = text(
    "SELECT actor, after FROM audit_entry WHERE meeting_id = :meeting AND act = 'quota.consent' AND refused = '' "
    "AND seq > (SELECT COALESCE(MAX(seq), 0) FROM audit_entry WHERE meeting_id = :meeting AND refused = '' "
    "AND act IN ('quota.set', 'quota.apportion')) ORDER BY seq DESC LIMIT 1"
)
"""The newest consent that no change of the quota has used up."""


def consent_to_quota(office: Office, actor: Actor, meeting: str, quota: Quota, note: str = "") -> None:
    """Finance agrees to a quota, which the chair may then set; a later consent takes the place of an earlier one.

    Raises `Refused`: no_consent_asked where the measure asks for none, bad_quota with every fault.
    """
    with acting(office, actor, "quota.consent", meeting) as act:
        rule = act.policy.allocation
        if rule.changes != "consent":
            text_ = T("办法不要求财政部门同意揭晓后的配额变更。")
            raise Refused("no_consent_asked", text_, article=rule.basis.short)
        refuse_faulty(act, quota)
        act.record(meeting, after=quota_json(quota) | {"reason": note.strip()})


def refuse_faulty(act: Act, quota: Quota) -> None:
    """Raise `Refused` (bad_quota) with everything that is wrong with a quota."""
    faults = quota_faults(act.connection, act.standing, act.policy, quota, act.office.today())
    if faults:
        raise Refused("bad_quota", T("配额不能这样设定：{why}", why=_All(faults)))


def consented(act: Act, quota: Quota) -> Text:
    """Who agreed to this quota, in words for the record; raises `Refused` (quota_consent) if nobody did."""
    article = act.policy.allocation.basis.short
    found = act.connection.execute(_CONSENT, {"meeting": act.meeting_id}).one_or_none()
    if found is None:
        raise Refused(
            "quota_consent",
            T("揭晓后变更配额须经财政部门同意。"),
            article=article,
            lift=T("请财政代表先用 kmdx quota consent 同意这份配额。"),
        )
    if _figures(json.loads(found.after)) != _figures(quota_json(quota)):
        raise Refused(
            "quota_consent",
            T("{name}同意的是另一份配额。", name=found.actor),
            article=article,
            lift=T("请按同意的配额设定，或请财政代表同意这一份。"),
        )
    return T("财政部门同意（{name}）", name=found.actor)


def quota_json(quota: Quota) -> dict[str, Any]:
    """A quota as the audit trail and the minutes keep it."""
    return {
        "total": quota.total,
        "budget_fen": quota.budget_fen,
        "alternates": quota.alternates,
        "cells": [[cell.kind, cell.name, cell.floor, cell.ceiling] for cell in quota.cells],
    }


def _figures(kept: Mapping[str, Any]) -> tuple[Any, ...]:
    """What binds in a quota: cells without floor and ceiling, and their order, say nothing."""
    cells = {tuple(cell) for cell in kept["cells"] if cell[2] or cell[3] is not None}
    return kept["total"], kept["budget_fen"], kept["alternates"], cells


class _All:
    """Faults one after the other, put together when shown."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self._texts = texts

    def __str__(self) -> str:
        return "".join(str(text_) for text_ in self._texts)
