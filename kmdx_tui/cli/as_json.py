"""Views as the JSON that others rely on: money in yuan with two decimals, scores with their places, dates ISO 8601."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from models.errors import BadInput, Fault, KmdxError
from models.policy.kinds import json_yuan
from models.policy.show import policy_json
from models.policy.types import Named, Policy
from models.rules.marks import format_points, format_score, format_total
from models.views.applications import ApplicationCard, ApplicationLine
from models.views.derivation import Derivation, Reason
from models.views.meeting import BatchFigures, BatchView, MeetingView
from models.views.people import SeatView

Json = dict[str, Any]


def money(fen: int | None) -> str | None:
    """An amount in yuan: "200000.00"."""
    return None if fen is None else json_yuan(fen)


def score(value: int | None, places: int) -> str | None:
    """A score or a difference of scores with all its places."""
    return None if value is None else format_score(value, places)


def total(micro: int | None) -> str | None:
    """A sheet total in points."""
    return None if micro is None else format_total(micro)


def marks(milli: Mapping[str, int]) -> dict[str, str]:
    """Marks in points by criterion code."""
    return {code: format_points(value) for code, value in milli.items()}


def error_json(error: KmdxError) -> Json:
    """A refusal."""
    faults = [fault_json(fault) for fault in error.faults] if isinstance(error, BadInput) else []
    return {"error": {"code": error.code, "text": str(error), "article": error.article or None, "faults": faults}}


def fault_json(fault: Fault) -> Json:
    """One fault of an input file."""
    return {
        "file": fault.file,
        "sheet": fault.sheet or None,
        "row": fault.row,
        "column": fault.column or None,
        "found": fault.found,
        "wanted": str(fault.wanted),
    }


def derivation(found: Derivation | None) -> list[Json] | None:
    """The steps of a derivation; null where there is none, or it is not for the reader."""
    if found is None:
        return None
    return [
        {"step": str(step.label), "article": step.basis or None, "formula": step.formula, "value": step.value}
        for step in found.steps
    ]


def reasons(found: Iterable[Reason]) -> list[Json]:
    """Reasons for or against eligibility."""
    return [{"code": one.code, "article": one.article or None, "text": str(one.text)} for one in found]


def name_of(named: Sequence[Named], code: str) -> str:
    """The name of a district or industry by its code."""
    return next((one.name for one in named if one.code == code), code)


def batch(view: BatchView) -> Json:
    """A batch."""
    return {
        "id": view.id,
        "policy": view.policy,
        "quota": view.quota,
        "budget": money(view.budget_fen),
        "from": view.opens,
        "until": view.closes,
        "sources": dict(view.sources) or None,
        "applications": view.applications,
    }


def batch_figures(view: BatchFigures) -> Json:
    """A batch's money by track and by use, and its bounds below the measure."""
    return {
        "tracks": [
            {
                "track": one.code,
                "places": one.places,
                "budget": money(one.budget_fen),
                "listed": one.listed,
                "amount": money(one.listed_fen),
                "sources": {code: money(fen) for code, fen in one.sources},
            }
            for one in view.tracks
        ],
        "uses": [
            {
                "use": one.code,
                "name": one.name,
                "article": one.basis,
                "sources": list(one.sources),
                "money": money(one.money_fen),
                "least": money(one.least_fen),
                "most": money(one.most_fen),
                "budget": money(one.set_fen),
                "amount": money(one.listed_fen),
            }
            for one in view.uses
        ],
        "limits": [
            {"track": one.track, "notice": one.notice, "bounds": [str(bound) for bound in one.bounds]}
            for one in view.limits
        ],
        "outside_the_measure": [str(one) for one in view.outside],
    }


def application(line: ApplicationLine) -> Json:
    """A line of the roster."""
    return {
        "no": line.no,
        "enterprise": line.enterprise,
        "uscc": line.uscc,
        "district": line.district,
        "industry": line.industry,
        "track": line.track,
        "target_level": line.target_level,
        "investment": money(line.investment_fen),
        "eligible": line.eligible,
        "reasons": reasons(line.reasons),
        "meeting": line.meeting,
        "panel": line.panel,
        "recused": line.recused,
    }


def check(card: ApplicationCard) -> Json:
    """Eligibility and expected support of one application."""
    return {
        "no": card.no,
        "eligible": card.eligible,
        "reasons": reasons(card.reasons),
        "checks": [
            {"code": one.code, "article": one.article or None, "text": str(one.text), "consult": one.consult}
            for one in card.checks
        ],
        "amount": money(card.amount_fen),
        "amount_reason": None if card.amount_reason is None else str(card.amount_reason),
        "derivation": derivation(card.derivation),
    }


def card(view: ApplicationCard, policy: Policy) -> Json:
    """All that is known of one application."""
    track = policy.track(view.track)
    return {
        "no": view.no,
        "enterprise": view.enterprise,
        "uscc": view.uscc,
        "size": view.size,
        "district": view.district,
        "industry": view.industry,
        "batch": view.batch,
        "track": view.track if track is None else track.code,
        "meeting": view.meeting,
        "current_level": view.current_level,
        "target_level": view.target_level,
        "completion_year": view.completion_year,
        "investment": {kind.value: money(fen) for kind, fen in view.investment},
        "prior_support": money(view.prior_support_fen),
        "prior_investment": money(view.prior_investment_fen),
        "central_support": view.central_support,
        "pilot_2022": view.pilot_2022,
        "dishonest": view.dishonest,
        "other_exclusion": view.other_exclusion or None,
        "recommended": view.recommended,
        "filing_no": view.filing_no or None,
        "preliminary_passed": view.preliminary_passed,
        "summary": view.summary,
        "materials": view.materials,
        "contact": view.contact,
        "phone": view.phone,
        "remark": view.remark,
        "notes": dict(view.notes),
        "recused": view.recused,
        **{key: value for key, value in check(view).items() if key != "no"},
    }


def meeting(view: MeetingView, policy: Policy) -> Json:
    """A meeting, and what stands in its way."""
    rubric = policy_json(policy)["rubric"]
    return {
        "id": view.id,
        "title": view.title,
        "kind": view.kind,
        "batch": view.batch,
        "track": view.track,
        "phase": view.phase,
        "since": view.phase_since,
        "next": view.next,
        "mover": view.mover,
        "blockers": [
            {
                "code": one.code,
                "text": str(one.text),
                "seats": list(one.seats),
                "applications": list(one.applications),
            }
            for one in view.blockers
        ],
        "sheets": {"due": view.due, "in": view.done},
        "rubric": {"full": rubric["full"], "criteria": rubric["criteria"]},
        "applications": view.applications,
        "called": view.called,
        "seats": [seat(one) for one in view.seats],
        "sealing": view.sealing,
        "released": list(view.released),
        "head": view.head,
    }


def seat(view: SeatView) -> Json:
    """A seat, with the number of its sheets and never their marks."""
    return {
        "seat": view.name,
        "role": view.role,
        "from": view.origin,
        "marks": view.marks,
        "office": view.office,
        "signed_in_at": view.signed_in_at,
        "absent_at": view.absent_at,
        "absent_reason": view.absent_reason or None,
        "recused": list(view.recused),
        "sheets": {"due": view.due, "in": view.done},
        "at_desk": view.presence is not None and view.presence.here,
        "last_seen": view.presence.seen_at if view.presence is not None else None,
        "locked_until": view.locked_until,
    }
