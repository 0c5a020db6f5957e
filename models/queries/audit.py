"""The audit trail, and its verification: the chain, the sheets it names, the lists that were signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

from models.enums import Role
from models.queries.base import Office, reading
from models.rules.digest import GENESIS, canonical, entry_hash, sheet_digest, text_digest
from models.text import T
from models.views import Actor, AuditLine, Finding, Verification

SHEET_ACTS = ("marks.enter", "marks.submit", "marks.abstain", "marks.take_back", "marks.return", "marks.correct")


def trail(office: Office, actor: Actor, meeting: str | None, *, newest: int = 200) -> tuple[AuditLine, ...]:
    """The newest entries, newest first. Marks stand in them as salted digests only."""
    with reading(office, actor, "audit.read", meeting) as look:
        rows = look.connection.execute(
            text(
                "SELECT * FROM audit_entry WHERE (:meeting IS NULL OR meeting_id = :meeting) ORDER BY seq DESC LIMIT :most"
            ),
            {"meeting": meeting, "most": newest},
        )
        return tuple(
            AuditLine(
                row.seq,
                row.at,
                row.actor,
                Role(row.role),
                row.meeting_id,
                row.act,
                row.object,
                row.before,
                row.after,
                row.refused,
                row.hash,
            )
            for row in rows
        )


def verify(office: Office, head: str | None = None) -> Verification:
    """Check the whole record; `head` is a chain head noted elsewhere, which must be in this chain.

    Anybody with the file may verify: nothing that is sealed is told.
    """
    with office.database.reading() as connection:
        seen: set[str] = set()
        findings = list(_chain(connection, seen))
        findings += _sheets(connection)
        findings += _lists(connection)
        findings += _policies(connection)
        kept = connection.execute(text("SELECT seq, hash FROM audit_head")).one()
        if head is not None and not any(one.startswith(head.lower()) for one in seen):
            findings.append(Finding("head_unknown", head, T("审计链中没有 {head}：记录被截断或替换。", head=head)))
        return Verification(not findings, kept.hash, kept.seq, tuple(findings))


def _chain(connection: Connection, seen: set[str]) -> Iterator[Finding]:
    previous, expected = GENESIS, 1
    for row in connection.execute(text("SELECT * FROM audit_entry ORDER BY seq")):
        where = f"#{row.seq}"
        if row.seq != expected:
            yield Finding("entry_missing", where, T("审计记录缺少第 {seq} 条。", seq=expected))
        if row.previous != previous:
            yield Finding("chain_broken", where, T("第 {seq} 条与前一条不相接。", seq=row.seq))
        fields = (
            row.seq,
            row.at,
            row.actor,
            row.role,
            row.meeting_id,
            row.act,
            row.object,
            row.before,
            row.after,
            row.refused,
        )
        if entry_hash(row.previous, fields) != row.hash:
            yield Finding("entry_changed", where, T("第 {seq} 条被改动。", seq=row.seq))
        previous, expected = row.hash, row.seq + 1
        seen.add(row.hash)
    kept = connection.execute(text("SELECT seq, hash FROM audit_head")).one()
    if (kept.seq, kept.hash) != (expected - 1, previous):
        yield Finding("head_wrong", "audit_head", T("审计链首与最后一条记录不符。"))


def _sheets(connection: Connection) -> Iterator[Finding]:
    """Every sheet must have the digest that its last entry names; imported sheets are named all together."""
    said: dict[tuple[str, str, str], str] = {}
    for row in connection.execute(
        text("SELECT actor, meeting_id, act, object, after FROM audit_entry WHERE refused = '' AND act LIKE 'marks.%' ORDER BY seq")
    ):
        after = json.loads(row.after)
        if row.act == "marks.import":
            for name, digest in after.get("sheets", {}).items():
                no, _, expert = name.partition("/")
                said[row.meeting_id, no, expert] = digest
        elif "sheet" in after:
            no, _, expert = row.object.partition("/")
            said[row.meeting_id, no, expert or row.actor] = after["sheet"]
    marks: dict[int, dict[str, int]] = {}
    for sheet, code, value in connection.execute(
        text("SELECT m.sheet_id, c.code, m.value_milli FROM mark m JOIN criterion c ON c.id = m.criterion_id")
    ):
        marks.setdefault(sheet, {})[code] = value
    rows = connection.execute(
        text(
            "SELECT s.id, s.meeting_id, a.no, t.name, s.nonce, s.state, s.total_micro FROM score_sheet s "
            "JOIN application a ON a.id = s.application_id JOIN seat t ON t.id = s.seat_id"
        )
    )
    for row in rows:
        where = f"{row.meeting_id}/{row.no}/{row.name}"
        digest = said.pop((row.meeting_id, row.no, row.name), None)
        if digest is None:
            yield Finding("sheet_unexplained", where, T("评分表没有对应的审计记录。"))
        elif sheet_digest(row.nonce, row.state, marks.get(row.id, {})) != digest:
            yield Finding("sheet_changed", where, T("评分表与审计记录不符。"))
    for meeting, no, expert in said:
        yield Finding("sheet_missing", f"{meeting}/{no}/{expert}", T("审计记录所载的评分表不见了。"))


def _lists(connection: Connection) -> Iterator[Finding]:
    for row in connection.execute(text("SELECT * FROM award_list")):
        awards = connection.execute(
            text(
                "SELECT a.no, w.amount_fen, w.sources FROM award w JOIN application a ON a.id = w.application_id "
                "WHERE w.award_list_id = :id"
            ),
            {"id": row.id},
        )
        held: list[list[Any]] = sorted([[a.no, a.amount_fen, json.loads(a.sources)] for a in awards], key=lambda a: a[0])
        where = f"{row.meeting_id}/{row.version}"
        if text_digest(canonical([row.meeting_id, row.version, row.kind, held])) != row.digest:
            yield Finding("list_changed", where, T("名单与其摘要不符。"))
        signed = connection.execute(
            text("SELECT digest FROM signature WHERE award_list_id = :id"), {"id": row.id}
        ).scalars()
        if any(digest != row.digest for digest in signed):
            yield Finding("signature_wrong", where, T("签名所签的不是这份名单。"))


def _policies(connection: Connection) -> Iterator[Finding]:
    for row in connection.execute(text("SELECT policy_id, text, digest FROM policy")):
        if text_digest(row.text) != row.digest:
            yield Finding("policy_changed", row.policy_id, T("办法文件与其摘要不符。"))
