"""The support each application would bring: what it is computed from is gathered here, the rule computes (Arts. 7, 10).

What is on a list stands: its amount is derived from what was kept when the list was frozen, not from what came after.
A list counts from its freezing on, so that of two lists the second one frozen leaves the first its room, whichever is
signed first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, bindparam, text

from models.enums import Kind
from models.policy.types import Policy
from models.rules.standards import Limit
from models.rules.subsidy import MEETING, OBJECTION, Award, Claim, Decided, Earlier, award, check_decision

_MOST_NAMED = 500
"""Enterprises that a query names; above it all of them are read."""

_INVESTED = """
SELECT a.id, a.enterprise_id, v.kind, v.amount_fen,
  (m.id IS NULL OR (m.phase NOT IN ('finalised', 'archived') AND (i.eligible IS NULL OR i.eligible))
    OR EXISTS (SELECT 1 FROM award w WHERE w.application_id = a.id)
    OR EXISTS (SELECT 1 FROM objection o
      WHERE o.application_id = a.id AND o.state IN ('recorded', 'accepted', 'referred'))
  ) AS stands
FROM application a JOIN investment v ON v.application_id = a.id
LEFT JOIN item i ON i.application_id = a.id LEFT JOIN meeting m ON m.id = i.meeting_id WHERE 1 = 1
"""
_LISTED = """
SELECT a.id, a.no, a.enterprise_id, a.track, w.amount_fen, w.claim, l.meeting_id
FROM award w JOIN application a ON a.id = w.application_id JOIN award_list l ON l.id = w.award_list_id
WHERE 1 = 1
"""
_DECIDED = """
SELECT d.application_id, d.amount_fen, d.reason FROM decided_amount d JOIN application a ON a.id = d.application_id
WHERE 1 = 1
"""
_OBJECTED = """
SELECT o.application_id, o.amount_fen, o.finding FROM objection o JOIN application a ON a.id = o.application_id
WHERE o.state = 'decided' AND o.outcome = 'partial' AND o.amount_fen IS NOT NULL
"""


def supports(connection: Connection, policy: Policy, kind: Kind, found: Sequence[Any]) -> dict[int, Award]:
    """The support each application row would bring, or has on its list, with its derivation."""
    claims = claims_of(connection, found)
    limits: dict[str, Mapping[str, Limit]] = {}
    supported = {}
    for row in found:
        track = policy.track(row.track)
        assert track is not None, "the roster lets no unknown track in"
        if row.batch_id not in limits:
            limits[row.batch_id] = read_limits(row.limits)
        limit = limits[row.batch_id].get(track.code)
        supported[row.id] = award(track, claims[row.id], policy.cumulative, limit, estimate=kind is Kind.SELECTION)
    return supported


def claims_of(connection: Connection, found: Sequence[Any]) -> dict[int, Claim]:
    """What the award of each application row is computed from, by its id."""
    enterprises = {row.enterprise_id for row in found}
    invested: dict[int, dict[str, int]] = {}
    standing: dict[int, dict[int, int]] = {}
    for row in _of(connection, _INVESTED, enterprises):
        invested.setdefault(row.id, {})[row.kind] = row.amount_fen
        if row.stands:
            others = standing.setdefault(row.enterprise_id, {})
            others[row.id] = others.get(row.id, 0) + row.amount_fen
    listed: dict[int, dict[int, Any]] = {}
    for row in _of(connection, _LISTED, enterprises, "l.id"):
        listed.setdefault(row.enterprise_id, {})[row.id] = row
    decided = _decided(connection, enterprises)
    claims = {}
    for row in found:
        own = listed.get(row.enterprise_id, {}).get(row.id)
        if own is not None and own.claim is not None and own.meeting_id == row.meeting_id:
            claims[row.id] = claim_from(own.claim)
            continue
        mine = invested.get(row.id, {})
        rest = standing.get(row.enterprise_id, {})
        claims[row.id] = Claim(
            mine,
            row.target_level,
            row.completion_year,
            sum(rest.values()) - rest.get(row.id, 0),
            row.prior_investment_fen,
            row.prior_support_fen,
            tuple(
                Earlier(one.no, one.amount_fen or 0, one.track == row.track)
                for one in listed.get(row.enterprise_id, {}).values()
                if one.id != row.id
            ),
            tuple(decided.get(row.id, ())),
        )
    return claims


def check_amount(connection: Connection, policy: Policy, application_id: int, fen: int) -> None:
    """Refuse an amount that a meeting may not decide for an application: see `check_decision`."""
    row = connection.execute(
        text(
            "SELECT a.track, a.target_level, a.completion_year, b.limits FROM application a "
            "JOIN batch b ON b.id = a.batch_id WHERE a.id = :id"
        ),
        {"id": application_id},
    ).one()
    track = policy.track(row.track)
    assert track is not None, "the roster lets no unknown track in"
    check_decision(track, row.target_level, row.completion_year, fen, read_limits(row.limits).get(track.code))


def supported_before(connection: Connection) -> dict[tuple[int, str], set[int]]:
    """The applications on lists, by enterprise and track."""
    found: dict[tuple[int, str], set[int]] = {}
    for row in connection.execute(text(_LISTED)):
        found.setdefault((row.enterprise_id, row.track), set()).add(row.id)
    return found


def _of(connection: Connection, statement: str, enterprises: set[int], order: str = "") -> Iterable[Any]:
    """The rows of some enterprises, in order of application unless said."""
    ends = f" ORDER BY {order or 'a.id'}"
    if len(enterprises) > _MOST_NAMED:
        return connection.execute(text(statement + ends))
    named = text(f"{statement} AND a.enterprise_id IN :enterprises{ends}")
    return connection.execute(
        named.bindparams(bindparam("enterprises", expanding=True)), {"enterprises": list(enterprises)}
    )


def _decided(connection: Connection, enterprises: set[int]) -> dict[int, list[Decided]]:
    """What the meeting decided, and the last objection that changed an amount."""
    found: dict[int, list[Decided]] = {}
    for application, fen, reason in _of(connection, _DECIDED, enterprises):
        found.setdefault(application, []).append(Decided(MEETING, fen, reason))
    last = {row.application_id: row for row in _of(connection, _OBJECTED, enterprises, "o.id")}
    for application, row in last.items():
        found.setdefault(application, []).append(Decided(OBJECTION, row.amount_fen, row.finding))
    return found


def claim_json(claim: Claim) -> str:
    """A claim as the award keeps it."""
    return json.dumps(
        {
            "investment": dict(claim.investment),
            "level": claim.level,
            "year": claim.year,
            "other_investment_fen": claim.other_investment_fen,
            "prior_investment_fen": claim.prior_investment_fen,
            "prior_support_fen": claim.prior_support_fen,
            "earlier": claim.earlier,
            "decided": claim.decided,
        },
        ensure_ascii=False,
    )


def claim_from(kept: str) -> Claim:
    """A claim as it was kept."""
    said = json.loads(kept)
    said["earlier"] = tuple(Earlier(*one) for one in said["earlier"])
    said["decided"] = tuple(Decided(*one) for one in said["decided"])
    return Claim(**said)


def limits_json(limits: Mapping[str, Limit]) -> str:
    """A batch's lower bounds as it keeps them, by track: ratios as fractions, money in fen."""
    kept = {
        code: {
            "notice": one.notice,
            "ratio": None if one.ratio is None else str(one.ratio),
            "caps_fen": {str(level): fen for level, fen in one.caps_fen.items()},
            "cap_fen": one.cap_fen,
        }
        for code, one in limits.items()
    }
    return json.dumps(kept, ensure_ascii=False)


def read_limits(kept: str | None) -> Mapping[str, Limit]:
    """A batch's lower bounds by track."""
    return {
        code: Limit(
            one["notice"],
            None if one["ratio"] is None else Fraction(one["ratio"]),
            {int(level): fen for level, fen in one["caps_fen"].items()},
            one["cap_fen"],
        )
        for code, one in (json.loads(kept) if kept else {}).items()
    }
