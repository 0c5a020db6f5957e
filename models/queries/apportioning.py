"""What a factors file would make of the places of a meeting; keeps nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.enums import CellKind
from models.policy.types import Policy
from models.queries.base import Office, reading
from models.queries.listing import quota_faults, quota_of
from models.rules.apportion import Apportionment
from models.rules.apportion_derivation import explain_part
from models.rules.factors import Factors, as_ceilings, divide
from models.text import Text
from models.views.allocation import QuotaView
from models.views.apportion import ApportionedDistrict, ApportionmentTie, ApportionmentView
from models.views.people import Actor


def apportionment(office: Office, actor: Actor, meeting: str, factors: Factors) -> ApportionmentView:
    """Divide the places as a factors file says, for looking only."""
    with reading(office, actor, "quota.read", meeting) as look:
        found = divide(factors)
        faults: Sequence[Text] = ()
        if found.decided:
            wanted = as_ceilings(found, quota_of(look.connection, look.standing), factors.total)
            faults = quota_faults(look.connection, look.standing, look.policy, wanted, office.today())
        return apportionment_view(meeting, look.policy, factors, found, faults)


def apportionment_view(
    meeting: str, policy: Policy, factors: Factors, found: Apportionment, faults: Sequence[Text] = ()
) -> ApportionmentView:
    """What was found, as people read it."""
    names = {named.code: named.name for named in policy.districts}
    values = {one.code: one.values for one in factors.districts}
    tie = None
    if found.tied:
        order = [names[code] for code in factors.ties if code in found.tied] if found.decided else []
        labels = tuple(names[code] for code in found.tied)
        tie = ApportionmentTie(labels, found.contested, tuple(order), factors.ties_reason if order else "")
    return ApportionmentView(
        meeting=meeting,
        method=factors.method,
        total=factors.total,
        weights=factors.weights,
        districts=tuple(
            ApportionedDistrict(
                part.claim.name,
                names[part.claim.name],
                values[part.claim.name],
                part.claim.share,
                part.seats,
                part.claim.floor,
                part.claim.ceiling,
                part.bound,
                explain_part(factors, found, part.claim.name, names),
            )
            for part in found.parts
        ),
        tie=tie,
        apart=tuple(name for code, name in names.items() if code not in values),
        faults=tuple(faults),
    )


def with_ceilings(view: QuotaView, found: ApportionmentView) -> QuotaView:
    """The quotas as they would be with the places of each district as its ceiling."""
    seats = {one.name: one.seats for one in found.districts}
    cells = tuple(
        replace(cell, ceiling=seats[cell.name]) if cell.kind is CellKind.DISTRICT and cell.name in seats else cell
        for cell in view.cells
    )
    return replace(view, total=found.total, cells=cells)
