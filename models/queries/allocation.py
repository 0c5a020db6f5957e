"""Quotas, the allocation in force, and what-if, which keeps nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from models.enums import CellKind, Outcome, Phase, Role
from models.errors import Refused
from models.policy.types import Policy
from models.queries.base import Office, Reading, reading
from models.queries.listing import batch_left, in_force, quota_faults, quota_of
from models.queries.trial import Trial, read_trial
from models.rules.permissions import QUOTA_SETTERS
from models.rules.quotas import Quota
from models.text import T, Text
from models.views.allocation import (
    AllocationView,
    QuotaCellView,
    QuotaChangeView,
    QuotaView,
)
from models.views.derivation import Derivation
from models.views.people import Actor


def quota_view(office: Office, actor: Actor, meeting: str) -> QuotaView:
    """The quotas of a meeting, a line for every district and industry of the policy."""
    with reading(office, actor, "quota.read", meeting) as look:
        quota = quota_of(look.connection, look.standing)
        total, budget_fen = batch_left(look.connection, look.standing)
        is_set = look.connection.execute(
            text("SELECT 1 FROM quota WHERE meeting_id = :meeting"), {"meeting": meeting}
        ).scalar()
        return QuotaView(
            meeting,
            bool(is_set),
            quota.total,
            quota.budget_fen,
            quota.alternates,
            _cells(look, quota),
            total,
            budget_fen,
            _setter(look.standing.phase),
            _changes(look),
        )


def draft_faults(office: Office, actor: Actor, meeting: str, quota: Quota) -> tuple[Text, ...]:
    """Everything that would be refused in a quota if it were set now; keeps nothing."""
    with reading(office, actor, "quota.read", meeting) as look:
        return tuple(quota_faults(look.connection, look.standing, look.policy, quota, office.today()))


def quota_policy(office: Office, actor: Actor, meeting: str) -> Policy:
    """The measure whose districts and industries a meeting's quota file names."""
    with reading(office, actor, "quota.read", meeting) as look:
        return look.policy


def _setter(phase: Phase | None) -> Role | None:
    return None if phase is None else QUOTA_SETTERS.get(phase)


def _cells(look: Reading, quota: Quota) -> tuple[QuotaCellView, ...]:
    rows = look.connection.execute(
        text(
            "SELECT a.district, a.industry, x.outcome FROM item i JOIN application a ON a.id = i.application_id "
            "LEFT JOIN allocation_item x ON x.application_id = a.id AND x.allocation_id = :allocation "
            "WHERE i.meeting_id = :meeting AND (i.eligible IS NULL OR i.eligible)"
        ),
        {"meeting": look.standing.meeting_id, "allocation": in_force(look.connection, look.standing)},
    ).all()
    allocated = any(row.outcome is not None for row in rows)
    bounds = {(cell.kind, cell.name): cell for cell in quota.cells}
    cells = []
    for kind, named in ((CellKind.DISTRICT, look.policy.districts), (CellKind.INDUSTRY, look.policy.industries)):
        for one in named:
            mine = [row for row in rows if (row.district if kind is CellKind.DISTRICT else row.industry) == one.code]
            cell = bounds.get((kind.value, one.code))
            cells.append(
                QuotaCellView(
                    kind,
                    one.code,
                    one.name,
                    cell.floor if cell else 0,
                    cell.ceiling if cell else None,
                    len(mine),
                    sum(row.outcome == Outcome.PROPOSED for row in mine) if allocated else None,
                )
            )
    return tuple(cells)


def _changes(look: Reading) -> tuple[QuotaChangeView, ...]:
    names = {named.code: named.name for named in (*look.policy.districts, *look.policy.industries)}
    rows = look.connection.execute(
        text("SELECT at, by, phase, reason, old, new FROM quota_change WHERE meeting_id = :meeting ORDER BY id"),
        {"meeting": look.standing.meeting_id},
    )
    return tuple(
        QuotaChangeView(
            row.at, row.by, Phase(row.phase), row.reason, _difference(json.loads(row.old), json.loads(row.new), names)
        )
        for row in rows
    )


class _Parts:
    """Texts in a row, put together when shown."""

    def __init__(self, parts: list[Text]) -> None:
        self._parts = parts

    def __str__(self) -> str:
        return "；".join(str(part) for part in self._parts) or "—"


def _difference(old: dict[str, Any], new: dict[str, Any], names: dict[str, str]) -> Text:
    parts = []
    if old["total"] != new["total"]:
        parts.append(T("总名额 {old}→{new}", old=old["total"], new=new["total"]))
    if old["budget_fen"] != new["budget_fen"]:
        parts.append(T("预算 {old}→{new} 元", old=_yuan(old["budget_fen"]), new=_yuan(new["budget_fen"])))
    if old["alternates"] != new["alternates"]:
        parts.append(T("备选 {old}→{new}", old=old["alternates"], new=new["alternates"]))
    before = {(kind, code): (floor, ceiling) for kind, code, floor, ceiling in old["cells"]}
    after = {(kind, code): (floor, ceiling) for kind, code, floor, ceiling in new["cells"]}
    for key in sorted(before.keys() | after.keys()):
        was, is_ = before.get(key, (0, None)), after.get(key, (0, None))
        if was != is_:
            parts.append(T("{name} {old}→{new}", name=names.get(key[1], key[1]), old=_bounds(was), new=_bounds(is_)))
    return T("{parts}", parts=_Parts(parts))


def _bounds(bounds: tuple[int, int | None]) -> Text:
    floor, ceiling = bounds
    if ceiling is None:
        return T("保底{floor}不限", floor=floor)
    return T("保底{floor}上限{ceiling}", floor=floor, ceiling=ceiling)


def _yuan(fen: int | None) -> str:
    return "—" if fen is None else f"{fen // 100:,}"


def allocation_view(office: Office, actor: Actor, meeting: str) -> AllocationView:
    """The allocation in force; `Refused` while there is none."""
    with reading(office, actor, "results.read", meeting) as look:
        return read_trial(look).view(recorded_at=_recorded_at(look))


def _recorded_at(look: Reading) -> str:
    kept = in_force(look.connection, look.standing)
    if kept is None:
        raise Refused("no_proposal", T("还没有分配方案。"), lift=T("请组长在“配额分配”阶段生成。"))
    return str(look.connection.execute(text("SELECT at FROM allocation WHERE id = :id"), {"id": kept}).scalar_one())


def prepare(office: Office, actor: Actor, meeting: str) -> Trial:
    """A meeting's list made ready for any number of what-ifs, which read nothing again."""
    with reading(office, actor, "results.read", meeting) as look:
        return read_trial(look)


def what_if(office: Office, actor: Actor, meeting: str, quota: Quota | None = None) -> AllocationView:
    """The allocation as it would be, under another quota; `entering` and `leaving` compare with the present one."""
    return prepare(office, actor, meeting).what_if(quota)


def outcomes_of(office: Office, actor: Actor, meeting: str, quota: Quota | None = None) -> Callable[[str], Derivation]:
    """Derives any outcome of the list by number, read once; under another quota with `quota`.

    The function raises `WrongUse` for an application that is not here, or not for who asks.
    """
    return prepare(office, actor, meeting).outcomes(quota)


def outcome_of(office: Office, actor: Actor, meeting: str, no: str) -> Derivation:
    """Why one application has its outcome; `WrongUse` if it is not here, or not for who asks."""
    return outcomes_of(office, actor, meeting)(no)


def cell_of(office: Office, actor: Actor, meeting: str, kind: CellKind, name: str) -> Derivation:
    """How a district or industry (its code) came to its places in the list in force; `Refused` while there is none."""
    with reading(office, actor, "results.read", meeting) as look:
        _recorded_at(look)
        return read_trial(look).cell(kind, name)
