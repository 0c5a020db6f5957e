"""Verification of recusals and of what suggests them: every row as the audit trail has it, and none without it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from sqlalchemy import Connection, text

from models.queries.conflicts import about_of
from models.rules.digest import about_digest
from models.text import T
from models.views.audit import Finding

_SAID = text(
    "SELECT meeting_id, act, object, actor, after FROM audit_entry WHERE refused = '' AND act IN "
    "('seat.about', 'recusal.add', 'recusal.dismiss', 'seat.sign_in', 'meeting.applications') ORDER BY seq"
)
_ABOUT = text(
    "SELECT s.meeting_id, s.name, b.employer, b.employer_uscc, b.phone, b.address, b.advised, b.nonce "
    "FROM seat_about b JOIN seat s ON s.id = b.seat_id"
)
_DISMISSED = text(
    "SELECT s.meeting_id, s.name, a.no, d.reason FROM conflict_dismissal d JOIN seat s ON s.id = d.seat_id "
    "JOIN application a ON a.id = d.application_id ORDER BY d.id"
)
_RECUSED = text(
    "SELECT s.meeting_id, s.name, a.no, r.ground FROM recusal r JOIN seat s ON s.id = r.seat_id "
    "JOIN application a ON a.id = r.application_id"
)
_VOIDED = text(
    "SELECT k.meeting_id, a.no, s.name FROM score_sheet k JOIN application a ON a.id = k.application_id "
    "JOIN seat s ON s.id = k.seat_id WHERE k.voided <> EXISTS "
    "(SELECT 1 FROM recusal r WHERE r.seat_id = k.seat_id AND r.application_id = k.application_id)"
)

Key = tuple[str, str, str]
"""Meeting, application, person."""


def recusal_findings(connection: Connection) -> Iterator[Finding]:
    """What recusals, dismissals, facts about people and void sheets have that the trail does not, and the other way."""
    abouts, dismissed, recused = _said(connection)
    for row in connection.execute(_ABOUT):
        said = abouts.pop((row.meeting_id, row.name), None)
        if about_digest(row.nonce, asdict(about_of(row))) != said:
            yield _changed("about_changed", f"{row.meeting_id}/{row.name}")
    yield from (_changed("about_changed", "/".join(key)) for key in abouts)
    kept: dict[Key, list[str]] = {}
    for row in connection.execute(_DISMISSED):
        kept.setdefault((row.meeting_id, row.no, row.name), []).append(row.reason)
    for dismissal in sorted(kept.keys() | dismissed.keys()):
        if kept.get(dismissal) != dismissed.get(dismissal):
            yield _changed("dismissal_changed", "/".join(dismissal))
    grounds = {(row.meeting_id, row.no, row.name): row.ground for row in connection.execute(_RECUSED)}
    for recusal in sorted(grounds.keys() | recused.keys()):
        if grounds.get(recusal) != recused.get(recusal):
            yield _changed("recusal_changed", "/".join(recusal))
    for row in connection.execute(_VOIDED):
        where = f"{row.meeting_id}/{row.no}/{row.name}"
        yield Finding("voided_changed", where, T("评分表是否作废与回避记录不符。"))


def _changed(code: str, where: str) -> Finding:
    return Finding(code, where, T("回避或席位人员情况与审计记录不符。"))


def _said(
    connection: Connection,
) -> tuple[dict[tuple[str, str], str], dict[Key, list[str]], dict[Key, str]]:
    """What the trail says: facts by their digest, reasons of dismissals in order, recusals by their ground."""
    abouts: dict[tuple[str, str], str] = {}
    dismissed: dict[Key, list[str]] = {}
    recused: dict[Key, str] = {}
    for row in connection.execute(_SAID):
        after = json.loads(row.after)
        no, _, name = row.object.rpartition("/")
        if row.act == "seat.about":
            told = after.get("abouts", {row.object: after.get("about", "")})
            abouts.update({(row.meeting_id, one): digest for one, digest in told.items()})
        elif row.act == "recusal.dismiss":
            dismissed.setdefault((row.meeting_id, no, name), []).append(after["reason"])
        elif row.act == "recusal.add":
            recused[row.meeting_id, no, name] = after["ground"]
        elif row.act == "seat.sign_in":
            for one, ground in after.get("recused", {}).items():
                recused.setdefault((row.meeting_id, one, row.object), ground)
        else:  # what is taken out of a meeting takes its recusals along
            for key in [key for key in recused if key[0] == row.meeting_id and key[1] in after.get("dropped", ())]:
                del recused[key]
    return abouts, dismissed, recused
