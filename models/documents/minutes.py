"""The minutes: recorded facts put into words, for the office's own template.

The template (`templates/minutes.docx`) holds the sentences and the layout of GB/T 9704-2012; this module gives them
their values. Markdown is the same document without its layout.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import IO, Any

from models.documents.minutes_paper import keyed, recused
from models.documents.minutes_room import discussed
from models.documents.notice import period
from models.documents.word_files import as_markdown, fill_template
from models.documents.wording import NOTHING, day, moment, moment_after, number, score, weight, yuan
from models.enums import ObjectionOutcome, ObjectionState, Outcome, Phase, Role, chinese
from models.rules.marks import format_points
from models.rules.times import local_time
from models.views.allocation import QuotaView
from models.views.listing import AwardListView, ObjectionView
from models.views.minutes import HandlingView, MinutesView, ResultView
from models.views.people import SeatView

Values = dict[str, Any]

_WITHHELD = "（导出人回避，从略）"
_PRESIDING = (Role.CHAIR, Role.DEPUTY, Role.EXPERT)


def minutes_docx(view: MinutesView, template: IO[bytes] | None = None) -> bytes:
    """The minutes as .docx, from the given template or the one that comes with the program."""
    values = minutes_values(view)
    made_at = local_time(view.mark.at)
    author = "、".join(seat.name for seat in view.meeting.seats if seat.role is Role.SECRETARY)
    if template is not None:
        return fill_template(template, values, title=values["title"], author=author, made_at=made_at)
    with files("models.documents").joinpath("templates/minutes.docx").open("rb") as built_in:
        return fill_template(built_in, values, title=values["title"], author=author, made_at=made_at)


def minutes_markdown(view: MinutesView) -> str:
    """The minutes as Markdown: the words of the .docx without its layout."""
    return as_markdown(minutes_docx(view))


def minutes_values(view: MinutesView) -> Values:
    """Every name the template may use, filled: strings, numbers, and lists of mappings of them."""
    names = {one.no: one.enterprise for one in view.results} | {one.no: one.enterprise for one in view.ineligible}
    return {
        **_opening(view),
        **_scoring(view, names),
        **keyed(view, names),
        **discussed(view.discussions),
        **_results(view, names),
        **_decisions(view, names),
        "notices": [period(notice) for notice in view.notices],
        "objections": [
            _objection(one, handling, view.withheld)
            for one, handling in zip(view.objections, view.handling, strict=True)
        ],
        "lists": [_list(one) for one in view.lists],
        "history": [
            {"at": moment(step.at), "phase": chinese(step.phase), "by": step.by, "reason": step.reason}
            for step in view.history
        ],
        "seq": view.mark.seq,
        "hash": view.mark.hash,
        "date": day(local_time(view.mark.at).date()),
    }


def heading(title: str) -> str:
    """The mark at the head of the minutes: …评审会纪要."""
    if title.endswith("纪要"):
        return title
    return f"{title}纪要" if title.endswith("会") else f"{title}评审会纪要"


def _opening(view: MinutesView) -> Values:
    meeting = view.meeting
    signed = [seat for seat in meeting.seats if seat.signed_in_at is not None]
    return {
        "title": heading(meeting.title),
        "time": _time(view),
        "present": _people(seat for seat in signed if seat.role in _PRESIDING and seat.absent_at is None),
        "excused": "、".join(_excused(seat) for seat in meeting.seats if seat.absent_at or seat.signed_in_at is None),
        "attending": _people(seat for seat in signed if seat.role not in _PRESIDING and seat.absent_at is None),
        "withheld": "、".join(view.withheld),
        "policy_title": meeting.policy_title,
        "policy_document": meeting.policy_document,
        "policy_digest": meeting.policy_digest,
        "batch": meeting.batch,
        "track": meeting.track_name,
        "kind": chinese(meeting.kind),
        "applications": meeting.applications,
        "eligible": meeting.applications - len(view.ineligible),
        "ineligible": [
            {
                "no": one.no,
                "enterprise": one.enterprise,
                "reasons": "；".join(f"{reason.text.chinese()}（{reason.article}）" for reason in one.reasons),
            }
            for one in view.ineligible
        ],
        "signed": "、".join(
            f"{seat.name}（{moment_after(seat.signed_in_at, _begun(view))}）" for seat in signed if seat.signed_in_at
        ),
        **recused(view),
    }


def _begun(view: MinutesView) -> str:
    """When the first person signed in; all seats may be absent, then when the meeting was made."""
    return min((seat.signed_in_at for seat in view.meeting.seats if seat.signed_in_at), default=view.history[0].at)


def _time(view: MinutesView) -> str:
    """From the first sign-in to the end of the panel's work, as far as it has come."""
    first = _begun(view)
    ended = [step.at for step in view.history if step.phase is Phase.PUBLICITY]
    return f"{moment(first)} 至 {moment_after(ended[0], first)}" if ended else f"{moment(first)} 起"


def _people(seats: Iterable[SeatView]) -> str:
    in_order = sorted(seats, key=lambda seat: list(Role).index(seat.role))
    return "、".join(f"{seat.name}（{chinese(seat.role)}）" for seat in in_order)


def _excused(seat: SeatView) -> str:
    why = seat.absent_reason if seat.absent_at else "未签到"
    return f"{seat.name}（{chinese(seat.role)}，{why}）"


def _scoring(view: MinutesView, names: Mapping[str, str]) -> Values:
    rubric = view.meeting.rubric
    return {
        "method": view.method.chinese(),
        "full": format_points(rubric.full),
        "criteria": [
            {
                "name": one.name,
                "full": format_points(one.full),
                "step": format_points(one.step),
                "weight": weight(one.weight),
                "nature": "客观" if one.objective else "主观",
            }
            for one in rubric.criteria
        ],
        "due": view.meeting.due,
        "submitted": view.submitted,
        "abstained": view.abstained,
        "voided": view.voided,
        "absences": [
            {"name": seat.name, "at": moment(seat.absent_at), "reason": seat.absent_reason, "done": seat.done}
            for seat in view.meeting.seats
            if seat.absent_at and seat.marks
        ],
        "abstentions": [
            {"name": one.name, "no": one.no, "enterprise": names[one.no], "reason": one.reason}
            for one in view.abstentions
        ],
        "flags": [
            {
                "no": one.no,
                "enterprise": names[one.no],
                "text": one.text.chinese(),
                "expert": one.expert or "",
                "explanation": one.explanation,
            }
            for one in view.flags
        ],
        "corrections": [
            {
                "no": one.no,
                "enterprise": names[one.no],
                "expert": one.expert,
                "criterion": one.criterion,
                "old": format_points(one.old_milli),
                "new": "" if one.new_milli is None else format_points(one.new_milli),
                "ground": chinese(one.ground),
                "reason": one.reason,
                "named_by": one.named_by,
                "entered_by": one.entered_by,
            }
            for one in view.corrections
        ],
    }


def _results(view: MinutesView, names: Mapping[str, str]) -> Values:
    same: dict[str, list[str]] = {}
    for opinion in view.opinions:
        same.setdefault(opinion.text, []).append(opinion.no)
    return {
        "opinions": [{"nos": "、".join(nos), "text": text} for text, nos in same.items()],
        "allocated": any(one.outcome is not None for one in view.results),
        "results": [_result(one, view.places) for one in view.results],
        "decided": [
            {
                "no": one.no,
                "enterprise": names[one.no],
                "amount": yuan(one.amount_fen),
                "reason": _quoted(one.reason),
                "by": one.by,
            }
            for one in view.decided_amounts
        ],
        "dissents": [
            {"expert": one.expert, "no": one.no or "", "enterprise": names[one.no] if one.no else "", "text": one.text}
            for one in view.dissents
        ],
    }


def _result(one: ResultView, places: int) -> Values:
    outcome = NOTHING if one.outcome is None else chinese(one.outcome)
    paid = one.outcome in (Outcome.PROPOSED, Outcome.ALTERNATE)
    return {
        "rank": f"{number(one.rank)}{'（并列）' if one.tied else ''}",
        "no": one.no,
        "enterprise": one.enterprise,
        "district": one.district,
        "industry": one.industry,
        "score": score(one.score, places),
        "outcome": f"{outcome} {one.alternate_order}" if one.alternate_order else outcome,
        "amount": yuan(one.amount_fen) if paid else NOTHING,
        "reason": "" if one.reason is None else one.reason.chinese(),
    }


def _quoted(reason: str) -> str:
    return f"“{reason}”" if reason else _WITHHELD


def _decisions(view: MinutesView, names: Mapping[str, str]) -> Values:
    return {
        **_quota(view.quota),
        "unmet": [{"name": one.name, "wanted": one.wanted, "reached": one.reached} for one in view.unmet],
        "adjustments": [
            {
                "at": moment(one.at),
                "by": one.by,
                "no": one.no,
                "enterprise": names[one.no],
                "outcome": chinese(one.outcome),
                "reason": _quoted(one.reason),
                "lapsed": moment(one.lapsed_at) if one.lapsed_at else "",
            }
            for one in view.adjustments
        ],
        "ties": [
            {
                "at": moment(one.at),
                "by": one.by,
                "nos": "、".join(one.nos),
                "reason": _quoted(one.reason),
                "lapsed": moment(one.lapsed_at) if one.lapsed_at else "",
            }
            for one in view.ties
        ],
    }


def _quota(quota: QuotaView) -> Values:
    return {
        "total": quota.total,
        "alternates": quota.alternates,
        "budget": "" if quota.budget_fen is None else yuan(quota.budget_fen),
        "cells": [
            {
                "label": cell.label,
                "floor": cell.floor,
                "ceiling": "不限" if cell.ceiling is None else cell.ceiling,
                "taken": number(cell.taken),
            }
            for cell in quota.cells
            if cell.floor or cell.ceiling is not None
        ],
        "quota_changes": [
            {
                "at": moment(change.at),
                "phase": chinese(change.phase),
                "by": change.by,
                "text": change.text.chinese(),
                "reason": change.reason,
            }
            for change in quota.changes
        ],
    }


def _objection(one: ObjectionView, handling: HandlingView, withheld: Sequence[str]) -> Values:
    hidden = one.no in withheld
    return {
        "number": one.number,
        "at": moment(one.recorded_at),
        "no": one.no,
        "enterprise": one.enterprise,
        "scope": "" if one.on_notice and one.in_period else "（不在公示名单或公示期内）",
        "grounds": _WITHHELD if hidden else f"“{one.grounds}”",
        "evidence": len(one.evidence),
        "handling": _WITHHELD if hidden else _handled(one, handling),
    }


def _handled(one: ObjectionView, handling: HandlingView) -> str:
    parts = [f"{moment(handling.accepted_at)}受理"] if handling.accepted_at else []
    if one.state is ObjectionState.RECORDED:
        parts.append("已登记，尚未处理")
    if handling.closed_at:
        said = chinese(one.state) if one.outcome is None else f"认定异议{chinese(one.outcome)}"
        parts.append(f"{moment(handling.closed_at)}由{handling.closed_by}记录{said}")
    if one.outcome is ObjectionOutcome.PARTIAL and one.amount_fen is not None:
        parts.append(f"金额改定为 {yuan(one.amount_fen)} 元")
    if one.finding:
        parts.append(f"“{one.finding}”")
    return "，".join(parts)


def _list(one: AwardListView) -> Values:
    return {
        "kind": chinese(one.kind),
        "version": one.version,
        "at": moment(one.frozen_at),
        "count": len(one.awards),
        "total": yuan(one.total_fen),
        "digest": one.digest,
        "signatures": "、".join(
            f"{chinese(sign.role)} {sign.name}（{moment(sign.at) if sign.at else '未签署'}）" for sign in one.signatures
        ),
    }
