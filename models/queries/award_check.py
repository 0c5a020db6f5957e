"""Every amount of a frozen list computed again from what was kept with it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Connection, text

from models.enums import ListKind
from models.queries.base import Office
from models.queries.supports import claim_from, read_limits
from models.rules.digest import canonical, text_digest
from models.rules.subsidy import award
from models.text import T
from models.views.audit import Finding

_KEPT = text(
    "SELECT a.no, a.track, w.amount_fen, w.claim, b.limits, b.policy_file_id FROM award w "
    "JOIN application a ON a.id = w.application_id JOIN batch b ON b.id = a.batch_id "
    "WHERE w.award_list_id = :id AND w.claim IS NOT NULL ORDER BY a.no"
)


def claims_digest(claims: dict[str, str]) -> str:
    """SHA-256 over what the amounts of a list rest on, by application: for the audit trail."""
    return text_digest(canonical(sorted(claims.items())))


def award_findings(office: Office, connection: Connection) -> Iterator[Finding]:
    """Amounts that don't follow from what was kept with them, and what was kept that the audit trail doesn't name."""
    said: dict[tuple[str, int], str] = {}
    entries = text("SELECT meeting_id, after FROM audit_entry WHERE refused = '' AND act = 'meeting.advance'")
    for meeting, after in connection.execute(entries):
        told = json.loads(after)
        if "claims" in told:
            said[meeting, told["list"]] = told["claims"]
    for row in connection.execute(text("SELECT id, meeting_id, version, kind FROM award_list ORDER BY id")).all():
        where = f"{row.meeting_id}/{row.version}"
        kept = connection.execute(_KEPT, {"id": row.id}).all()
        if claims_digest({one.no: one.claim for one in kept}) != said.get((row.meeting_id, row.version)):
            yield Finding("claims_changed", where, T("名单金额的计算依据与审计记录不符。"))
            continue
        for one in kept:
            policy = office.policy(connection, one.policy_file_id)
            track = policy.track(one.track)
            estimate = row.kind == ListKind.SELECTION
            limit = read_limits(one.limits).get(one.track)
            if track is None or one.amount_fen != (
                award(track, claim_from(one.claim), policy.cumulative, limit, estimate=estimate).amount_fen
            ):
                text_ = T("{no} 的金额不能由其计算依据得出。", no=one.no)
                yield Finding("amount_unfounded", f"{where}/{one.no}", text_)
