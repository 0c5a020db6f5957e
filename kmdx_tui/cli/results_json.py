"""What came out of a meeting, as the JSON that others rely on: from the ranking to the award lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kmdx_tui.cli import as_json as json
from models.enums import CellKind
from models.policy.kinds import plain
from models.policy.types import Policy
from models.rules.marks import format_points
from models.views.allocation import AllocationView, QuotaCellView, QuotaView
from models.views.apportion import ApportionmentTie, ApportionmentView
from models.views.audit import TracedReceipt, Verification
from models.views.derivation import Derivation
from models.views.listing import AwardListView, ClockView, NoticeView, ObjectionView, SignatureView
from models.views.results import CorrectionView, ItemView, RankingView, SheetView


def ranking(view: RankingView, policy: Policy) -> json.Json:
    """The ranking, best first."""
    return {
        "meeting": view.meeting,
        "method": str(view.method),
        "applications": [
            {
                "no": one.no,
                "enterprise": one.enterprise,
                "district": json.name_of(policy.districts, one.district),
                "industry": json.name_of(policy.industries, one.industry),
                "score": json.score(one.score, view.places),
                "rank": one.rank,
                "tied": one.tied,
                "sheets": one.sheets,
                "recused": one.recused,
                "spread": json.total(one.spread_micro),
                "flagged": one.flagged,
            }
            for one in view.applications
        ],
    }


def item(view: ItemView) -> json.Json:
    """An application after the reveal, with every sheet; null where it is sealed to the reader."""
    return {
        "no": view.no,
        "enterprise": view.enterprise,
        "score": json.score(view.score, view.places),
        "rank": view.rank,
        "tied": view.tied,
        "opinion": view.opinion or None,
        "sealed": view.sealed,
        "sheets": None if view.sealed else [sheet(one) for one in view.sheets],
        "corrections": None if view.sealed else [correction(one) for one in view.corrections],
        "dissents": None if view.sealed else [{"expert": one.expert, "text": one.text} for one in view.dissents],
        "derivation": json.derivation(view.derivation),
        "amount": json.money(view.decided_amount_fen),
    }


def sheet(view: SheetView) -> json.Json:
    """One expert's sheet after the reveal."""
    return {
        "expert": view.expert,
        "state": view.state,
        "marks": json.marks(view.marks),
        "total": json.total(view.total_micro),
        "comment": view.comment,
        "reason": view.reason or None,
        "voided": view.voided,
        "flags": [str(flag) for flag in view.flags],
        "explanation": view.explanation or None,
    }


def correction(view: CorrectionView) -> json.Json:
    """A change of a mark after the reveal."""
    return {
        "expert": view.expert,
        "criterion": view.criterion,
        "ground": view.ground,
        "reason": view.reason,
        "old": format_points(view.old_milli),
        "new": None if view.new_milli is None else format_points(view.new_milli),
        "named_by": view.named_by,
        "entered_by": view.entered_by or None,
    }


def _cells(cells: Iterable[QuotaCellView], kind: CellKind) -> list[json.Json]:
    return [
        {
            "name": cell.label,
            "code": cell.name,
            "floor": cell.floor,
            "ceiling": cell.ceiling,
            "candidates": cell.candidates,
            "taken": cell.taken,
            "reason": None if cell.reason is None else str(cell.reason),
        }
        for cell in cells
        if cell.kind is kind
    ]


def quota(view: QuotaView) -> json.Json:
    """The quotas of a meeting, and how they changed."""
    return {
        "meeting": view.meeting,
        "set": view.set,
        "total": view.total,
        "budget": json.money(view.budget_fen),
        "alternates": view.alternates,
        "districts": _cells(view.cells, CellKind.DISTRICT),
        "industries": _cells(view.cells, CellKind.INDUSTRY),
        "batch": {"quota": view.batch_quota, "budget": json.money(view.batch_budget_fen)},
        "setter": view.setter,
        "changes": [
            {"at": one.at, "by": one.by, "phase": one.phase, "reason": one.reason or None, "text": str(one.text)}
            for one in view.changes
        ],
    }


def apportionment(view: ApportionmentView, quota_: QuotaView) -> json.Json:
    """Places divided among districts, and the quotas that they make; those are null while a tie stands."""
    return {
        "meeting": view.meeting,
        "method": view.method,
        "total": view.total,
        "weights": {factor: plain(weight) for factor, weight in view.weights.items()},
        "districts": [
            {
                "name": one.label,
                "values": {factor: plain(value) for factor, value in one.values.items()},
                "share": plain(one.share),
                "seats": one.seats,
                "floor": one.floor,
                "ceiling": one.ceiling,
                "bound": one.bound or None,
                "derivation": json.derivation(one.derivation),
            }
            for one in view.districts
        ],
        "ties": [] if view.tie is None else [_tie(view.tie)],
        "apart": list(view.apart),
        "faults": [str(fault) for fault in view.faults],
        "quota": quota(quota_) if view.decided else None,
    }


def _tie(tie: ApportionmentTie) -> json.Json:
    return {
        "districts": list(tie.labels),
        "seats": tie.seats,
        "order": list(tie.order) or None,
        "reason": tie.reason or None,
    }


def allocation(view: AllocationView, why: Callable[[str], Derivation] | None = None) -> json.Json:
    """A proposal with its reasons; `why` derives the outcome of an application, where that was asked for."""
    return {
        "meeting": view.meeting,
        "quota": view.total,
        "budget": json.money(view.budget_fen),
        "budget_used": json.money(view.budget_used_fen),
        "line": json.score(view.line, view.places),
        "recorded_at": view.recorded_at,
        "applications": [
            {
                "no": one.no,
                "enterprise": one.enterprise,
                "district": one.district,
                "industry": one.industry,
                "score": json.score(one.score, view.places),
                "rank": one.rank,
                "outcome": one.outcome,
                "alternate_order": one.alternate_order,
                "margin": json.score(one.margin, view.places),
                "reason": {"code": one.reason, "text": str(one.text)},
                "amount": json.money(one.amount_fen),
                "derivation": json.derivation(one.derivation),
                **({} if why is None else {"why": json.derivation(why(one.no))}),
            }
            for one in view.applications
        ],
        "districts": _cells(view.cells, CellKind.DISTRICT),
        "industries": _cells(view.cells, CellKind.INDUSTRY),
        "unmet": [
            {"kind": one.kind, "name": one.name, "wanted": one.wanted, "reached": one.reached} for one in view.unmet
        ],
        "ties": [list(nos) for nos in view.ties],
        "entering": list(view.entering),
        "leaving": list(view.leaving),
    }


def notice(view: NoticeView) -> json.Json:
    """A notice and its days."""
    return {
        "version": view.version,
        "opens": view.opens.isoformat(),
        "closes": view.closes.isoformat(),
        "working_days": view.working_days,
        "counted": [one.day.isoformat() for one in view.days if one.number is not None],
        "skipped": [
            {"date": one.day.isoformat(), "why": None if one.why is None else str(one.why)}
            for one in view.days
            if one.number is None
        ],
        "first_day_counts": view.first_day_counts,
        "other_closes": None if view.other_closes is None else view.other_closes.isoformat(),
        "over": view.over,
        "place": view.place,
        "record": {"entries": view.entry, "head": view.head},
        "applications": [
            {
                "no": one.no,
                "enterprise": one.enterprise,
                "district": one.district,
                "amount": json.money(one.amount_fen),
                "held": one.held,
            }
            for one in view.items
        ],
    }


def objection(view: ObjectionView) -> json.Json:
    """An objection; who objected is null to who may not know it."""
    return {
        "number": view.number,
        "no": view.no,
        "enterprise": view.enterprise,
        "grounds": view.grounds,
        "anonymous": view.anonymous,
        "from": view.objector or None,
        "contact": view.contact or None,
        "evidence": list(view.evidence),
        "on_notice": view.on_notice,
        "in_period": view.in_period,
        "state": view.state,
        "outcome": view.outcome,
        "finding": view.finding or None,
        "amount": json.money(view.amount_fen),
        "recorded_at": view.recorded_at,
        "accept_by": None if view.accept_by is None else view.accept_by.isoformat(),
        "decide_by": None if view.decide_by is None else view.decide_by.isoformat(),
        "overdue": view.clock is not None and view.clock.overdue,
        "clock": None if view.clock is None else _clock(view.clock),
        "open": view.open,
    }


def _clock(view: ClockView) -> json.Json:
    return {"for": "decide" if view.deciding else "accept", "working_days": view.days, "gone": view.gone}


def signature(view: SignatureView) -> json.Json:
    """A signature, or whose is still wanted (`at` null)."""
    return {"role": view.role, "name": view.name or None, "at": view.at}


def awards(view: AwardListView, policy: Policy) -> json.Json:
    """One version of the award list; sources by their codes."""
    codes = {source.name: source.code for source in policy.sources}
    return {
        "meeting": view.meeting,
        "version": view.version,
        "kind": view.kind,
        "digest": view.digest,
        "frozen_at": view.frozen_at,
        "signed": [signature(one) for one in view.signatures if one.at is not None],
        "unsigned": [signature(one) for one in view.signatures if one.at is None],
        "awards": [
            {
                "no": one.no,
                "enterprise": one.enterprise,
                "uscc": one.uscc,
                "district": one.district,
                "industry": one.industry,
                "track": _track(policy, one.track),
                "amount": json.money(one.amount_fen),
                "sources": {codes.get(name, name): json.money(fen) for name, fen in one.sources},
            }
            for one in view.awards
        ],
        "total": json.money(view.total_fen),
        "sources": {codes.get(name, name): json.money(fen) for name, fen in view.sources},
    }


def verification(view: Verification) -> json.Json:
    """What verification found."""
    return {
        "ok": view.ok,
        "head": view.head,
        "entries": view.entries,
        "findings": [{"code": one.code, "where": one.where, "text": str(one.text)} for one in view.findings],
        "receipts": [
            {"meeting": one.meeting, "no": one.no, "expert": one.expert, "receipt": one.digest} for one in view.receipts
        ],
    }


def traced(found: Iterable[TracedReceipt]) -> list[json.Json]:
    """The sheets that a receipt was given for."""
    return [
        {
            "meeting": one.meeting,
            "no": one.no,
            "expert": one.expert,
            "receipt": one.digest,
            "entry": one.seq,
            "stands": one.stands,
        }
        for one in found
    ]


def _track(policy: Policy, name: str) -> str:
    track = policy.track(name)
    return name if track is None else track.code
