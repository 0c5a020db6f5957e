"""Verification of keyings: each as the audit trail tells of it, none without it, and nothing left of what has ended."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Connection, text

from models.rules.digest import keying_digest
from models.text import T
from models.views.audit import Finding

_SAID = text(
    "SELECT meeting_id, after FROM audit_entry WHERE refused = '' AND act IN ('marks.import', 'marks.key') ORDER BY seq"
)
_KEPT = text(
    "SELECT k.meeting_id, a.no, s.name, k.keyed_by, k.content, k.nonce, k.ended_at FROM keying k "
    "JOIN application a ON a.id = k.application_id JOIN seat s ON s.id = k.seat_id ORDER BY k.id"
)


def keying_findings(connection: Connection) -> Iterator[Finding]:
    """What the kept keyings have that the trail does not, and the other way."""
    said: dict[str, str] = {}
    for row in connection.execute(_SAID):
        for name, digest in json.loads(row.after).get("keyings", {}).items():
            said[f"{row.meeting_id}/{name}"] = digest
    kept: set[str] = set()
    for row in connection.execute(_KEPT):
        where = f"{row.meeting_id}/{row.no}/{row.name}/{row.keyed_by}"
        kept.add(where)
        held = keying_digest(row.nonce, row.content)
        if where not in said or (row.ended_at is None and held != said[where]) or (row.ended_at and row.content):
            yield Finding("keying_changed", where, T("纸质评分表的录入与审计记录不符。"))
    for where in sorted(said.keys() - kept):
        yield Finding("keying_missing", where, T("审计记录所载的录入不见了。"))
