"""Freezing a version of the list when its publicity is over."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sqlalchemy import text

from models.enums import Kind, ListKind
from models.policy.types import Policy
from models.queries.applications import rows
from models.queries.award_check import claims_digest
from models.queries.base import Office
from models.queries.bounds import source_shares
from models.queries.listing import Pending, pending_list
from models.queries.supports import claim_json, claims_of
from models.rules.digest import canonical, text_digest
from models.rules.sources import split_by_shares
from models.rules.subsidy import PUBLISHED, Decided
from models.services.acting import Act


def freeze_list(office: Office, act: Act) -> dict[str, object]:
    """Freeze all proposed whose period is over and whom no objection holds back; signatures come over its digest."""
    ready = [
        one
        for one in pending_list(act.connection, act.standing)
        if one.closes is not None and one.closes < office.today() and not one.held
    ]
    meeting = {"meeting": act.meeting_id}
    version = 1 + int(
        act.connection.execute(
            text("SELECT COALESCE(MAX(version), 0) FROM award_list WHERE meeting_id = :meeting"), meeting
        ).scalar_one()
    )
    of_meeting = act.connection.execute(text("SELECT kind FROM meeting WHERE id = :meeting"), meeting).scalar_one()
    kind = ListKind(Kind(of_meeting).value)
    shares = source_shares(
        act.connection.execute(
            text("SELECT sources FROM batch WHERE id = :batch"), {"batch": act.standing.batch_id}
        ).scalar()
    )
    claims = _claims(act, ready)
    awards = [
        {
            "id": one.application_id,
            "no": one.no,
            "fen": one.amount_fen,
            "sources": _split(one.amount_fen, shares),
            "claim": claims[one.application_id],
        }
        for one in ready
    ]
    digest = list_digest(act.meeting_id, version, kind, [(a["no"], a["fen"], a["sources"]) for a in awards])
    list_id = act.connection.execute(
        text(
            "INSERT INTO award_list (meeting_id, version, kind, digest, frozen_by, frozen_at) "
            "VALUES (:meeting, :version, :kind, :digest, :by, :at) RETURNING id"
        ),
        meeting
        | {
            "version": version,
            "kind": kind.value,
            "digest": digest,
            "by": act.standing.actor.name,
            "at": act.at,
        },
    ).scalar_one()
    act.connection.execute(
        text(
            "INSERT INTO award (award_list_id, application_id, amount_fen, sources, claim) "
            "VALUES (:list, :id, :fen, :sources, :claim)"
        ),
        [a | {"list": list_id, "sources": json.dumps(a["sources"])} for a in awards],
    )
    kept = claims_digest({one.no: claims[one.application_id] for one in ready})
    return {"list": version, "digest": digest, "awards": len(awards), "claims": kept}


def list_digest(meeting: str, version: int, kind: str, awards: list[tuple[Any, Any, Any]]) -> str:
    """The digest that is signed: over meeting, version, kind and every award with its division, in order of number."""
    return text_digest(canonical([meeting, version, str(kind), [list(award) for award in sorted(awards)]]))


def _claims(act: Act, ready: Sequence[Pending]) -> dict[int, str]:
    """What each amount rests on, as it is kept; where the room has grown since, the amount published is the bound."""
    meeting = {"meeting": act.meeting_id}
    listed = {one.application_id: one.amount_fen for one in ready}
    found = [row for row in rows(act.connection, "i.meeting_id = :meeting", meeting) if row.id in listed]
    claims = claims_of(act.connection, found)
    for application, fen in listed.items():
        if fen is not None:
            claim = claims[application]
            claims[application] = replace(claim, decided=(*claim.decided, Decided(PUBLISHED, fen)))
    return {application: claim_json(claim) for application, claim in claims.items()}


def _split(amount_fen: int | None, shares: Mapping[str, Fraction]) -> dict[str, int]:
    return split_by_shares(amount_fen, shares) if amount_fen is not None and shares else {}


def source_names(policy: Policy) -> dict[str, str]:
    """The names of fund sources by code."""
    return {source.code: source.name for source in policy.sources}
