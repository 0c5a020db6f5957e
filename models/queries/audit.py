"""The audit trail, and its verification: the chain, the sheets it names, the lists that were signed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, text

from models import engines
from models.enums import Role
from models.errors import DatabaseUnusable
from models.queries.award_check import award_findings
from models.queries.base import Office, reading
from models.queries.calendar import recorded_calendar
from models.queries.keying_check import keying_findings
from models.queries.recusal_check import recusal_findings
from models.queries.rows import row_findings, schema_findings
from models.queries.sheet_check import SheetCheck, check_sheets
from models.rules.digest import GENESIS, allocation_digest, canonical, entry_hash, text_digest
from models.text import T
from models.views.audit import AuditLine, Finding, Verification
from models.views.people import Actor

_DISCUSSED = ("marks.", "opinion.", "dissent.", "amount.", "allocation.", "objection.")
"""Acts whose record tells of the sheets and the discussion of an application."""

_TRAIL = text(
    "SELECT * FROM audit_entry e WHERE (CAST(:meeting AS VARCHAR) IS NULL OR e.meeting_id = :meeting) AND NOT EXISTS "
    "(SELECT 1 FROM seat s WHERE s.meeting_id = e.meeting_id AND s.user_id = :user AND s.role IN ('expert', 'deputy')) "
    "ORDER BY e.seq DESC LIMIT :most"
)
_CLOSED = text(
    "WITH recused AS (SELECT r.application_id AS id FROM recusal r JOIN seat s ON s.id = r.seat_id "
    "WHERE s.id = :seat OR s.user_id = :user) "
    "SELECT a.no FROM application a JOIN recused ON recused.id = a.id UNION "
    "SELECT o.meeting_id || '/' || CAST(o.number AS VARCHAR) FROM objection o "
    "JOIN recused ON recused.id = o.application_id"
)


def trail(office: Office, actor: Actor, meeting: str | None, *, newest: int = 200) -> tuple[AuditLine, ...]:
    """The newest entries, newest first; of all meetings where `meeting` is None, to a seat of its own only.

    Marks stand in them as salted digests only. What was said of an application that one is recused from is withheld,
    and so are the meetings in which a person of the office sits as an expert or a deputy.
    """
    meeting = meeting or actor.meeting
    with reading(office, actor, "audit.read", meeting) as look:
        who = {"meeting": meeting, "seat": look.standing.seat_id, "user": actor.user_id}
        rows = look.connection.execute(_TRAIL, who | {"most": newest})
        closed = set(look.connection.execute(_CLOSED, who).scalars())
        return tuple(_line(row, closed) for row in rows)


def _line(row: Any, closed: set[str]) -> AuditLine:
    withheld = row.act.startswith(_DISCUSSED) and not closed.isdisjoint(_about(row))
    return AuditLine(
        row.seq,
        row.at,
        row.actor,
        Role(row.role),
        row.meeting_id,
        row.act,
        row.object,
        "{}" if withheld else row.before,
        "{}" if withheld else _without_rows(row.after),
        row.refused,
        row.hash,
        withheld,
    )


def _without_rows(after: str) -> str:
    """What an entry says, without the digests of rows: they are for `verify`, and short texts could be guessed by them.

    Who objected is known to two people only, and a row's other columns to more.
    """
    if '"rows":' not in after:
        return after
    told = json.loads(after)
    told.pop("rows", None)
    return canonical(told)


def _about(row: Any) -> Iterator[str]:
    """What an entry may be about: the applications (or the objection) that its object and its record name."""
    after = json.loads(row.after)
    yield from (row.object, row.object.rpartition("/")[0], after.get("no", ""), after.get("adjusted", ""))
    yield from row.object.split("、")
    yield from after.get("tie", ())


def verify(office: Office, head: str | None = None) -> Verification:
    """Check the whole record; `head` is a chain head noted elsewhere, which must be in this chain.

    Anybody with the file may verify: nothing that is sealed is told.
    """
    with office.database.reading() as connection:
        seen: set[str] = set()
        findings: list[Finding] = []
        checked = SheetCheck()
        for check in (
            lambda: _chain(connection, seen),
            lambda: check_sheets(office, connection, checked),
            lambda: recusal_findings(connection),
            lambda: keying_findings(connection),
            lambda: _allocations(connection),
            lambda: _lists(connection),
            lambda: award_findings(office, connection),
            lambda: _notices(connection),
            lambda: _calendar(office, connection),
            lambda: _policies(connection),
            lambda: row_findings(connection),
            lambda: schema_findings(connection),
        ):
            findings += _told(check)
        kept = connection.execute(text("SELECT seq, hash FROM audit_head")).one()
        if head is not None and not any(one.startswith(head.lower()) for one in seen):
            findings.append(Finding("head_unknown", head, T("审计链中没有 {head}：记录被截断或替换。", head=head)))
        return Verification(not findings, kept.hash, kept.seq, tuple(findings), checked.receipts)


def _told(check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What a check finds. What was tampered with may be anything: a check that cannot go on says so."""
    try:
        yield from check()
    except Exception as error:
        if isinstance(error, DatabaseUnusable) or engines.trouble(error, "") is not None:
            raise
        yield Finding("unreadable", type(error).__name__, T("记录已不成样子，无法继续核对：{why}。", why=error))


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


def _allocations(connection: Connection) -> Iterator[Finding]:
    """The allocations of a meeting must have the digests that the audit trail names, in their order."""
    said: dict[str, list[str]] = {}
    for meeting, after in connection.execute(
        text("SELECT meeting_id, after FROM audit_entry WHERE refused = '' AND act LIKE 'allocation.%' ORDER BY seq")
    ):
        said.setdefault(meeting, []).append(json.loads(after)["digest"])
    rows: dict[tuple[str, int], list[tuple[Any, ...]]] = {}
    for meeting, allocation, *item in connection.execute(
        text(
            "SELECT l.meeting_id, l.id, a.no, i.rank, i.outcome, i.reason, i.amount_fen FROM allocation l "
            "JOIN allocation_item i ON i.allocation_id = l.id JOIN application a ON a.id = i.application_id "
            "ORDER BY l.id"
        )
    ):
        rows.setdefault((meeting, allocation), []).append(tuple(item))
    kept: dict[str, list[str]] = {}
    for (meeting, _), items in rows.items():
        kept.setdefault(meeting, []).append(allocation_digest(items))
    for meeting in said | kept:
        if said.get(meeting) != kept.get(meeting):
            yield Finding("allocation_changed", meeting, T("分配方案与审计记录不符。"))


def _lists(connection: Connection) -> Iterator[Finding]:
    """Every frozen list must have the digest that the audit trail names, and every signature must be under it."""
    frozen = {(meeting, after["list"]): after["digest"] for meeting, after in _advances(connection) if "list" in after}
    for row in connection.execute(text("SELECT * FROM award_list")):
        awards = connection.execute(
            text(
                "SELECT a.no, w.amount_fen, w.sources FROM award w JOIN application a ON a.id = w.application_id "
                "WHERE w.award_list_id = :id"
            ),
            {"id": row.id},
        )
        held = sorted(([a.no, a.amount_fen, json.loads(a.sources)] for a in awards), key=lambda award: str(award[0]))
        where = f"{row.meeting_id}/{row.version}"
        digest = text_digest(canonical([row.meeting_id, row.version, row.kind, held]))
        if {digest, row.digest, frozen.pop((row.meeting_id, row.version), None)} != {digest}:
            yield Finding("list_changed", where, T("名单与其摘要不符。"))
        signed = connection.execute(
            text("SELECT digest FROM signature WHERE award_list_id = :id"), {"id": row.id}
        ).scalars()
        if any(kept != digest for kept in signed):
            yield Finding("signature_wrong", where, T("签名所签的不是这份名单。"))
    for meeting, version in frozen:
        yield Finding("list_missing", f"{meeting}/{version}", T("审计记录所载的名单不见了。"))


def _advances(connection: Connection) -> Iterator[tuple[str, dict[str, Any]]]:
    for meeting, after in connection.execute(
        text("SELECT meeting_id, after FROM audit_entry WHERE refused = '' AND act = 'meeting.advance' ORDER BY seq")
    ):
        yield meeting, json.loads(after)


def _notices(connection: Connection) -> Iterator[Finding]:
    """Every notice must have the days that the audit trail names: as published, not as they would be counted today."""
    said = {
        where: json.loads(after)
        for where, after in connection.execute(
            text("SELECT object, after FROM audit_entry WHERE refused = '' AND act = 'publicity.open'")
        )
    }
    for row in connection.execute(text("SELECT meeting_id, version, opens, closes, days FROM publicity")):
        where = f"{row.meeting_id}/{row.version}"
        kept = {"opens": str(row.opens), "closes": str(row.closes), "days": row.days}
        after = said.pop(where, {})
        if kept != {name: after.get(name) for name in kept}:
            yield Finding("notice_changed", where, T("公示的起止与审计记录不符。"))
    for where in said:
        yield Finding("notice_missing", where, T("审计记录所载的公示不见了。"))


def _calendar(office: Office, connection: Connection) -> Iterator[Finding]:
    if office.calendar(connection) != recorded_calendar(connection):
        yield Finding("calendar_changed", "calendar", T("增加的放假日和上班日与审计记录不符。"))


def _policies(connection: Connection) -> Iterator[Finding]:
    for row in connection.execute(text("SELECT policy_id, text, digest FROM policy")):
        if text_digest(row.text) != row.digest:
            yield Finding("policy_changed", row.policy_id, T("办法文件与其摘要不符。"))
