"""Conflicts found: what is known of the people at a meeting, and each suggested recusal confirmed or dismissed.

Facts about people are told to secretary and chair only: the audit trail, which others read too, names which were
entered and their salted digest, and of what agreed only what would not tell a phone or an address.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sqlalchemy import text

from models.enums import RecusalGround, chinese
from models.errors import BadInput, NotPermitted, Refused, WrongUse
from models.queries.base import Office, application_id
from models.queries.conflicts import about_of, open_suggestions
from models.rules.conflicts import told_clues
from models.rules.digest import about_digest
from models.rules.permissions import KNOWS_CONFLICTS
from models.services.acting import Act, acting
from models.services.attendance import record_recusal, seat_of
from models.text import T
from models.views.conflicts import About, Suggestion
from models.views.people import Actor

LONGEST = 300
"""Characters of one fact, at most."""

MOST_ADVISED = 100

_KEPT = text("SELECT employer, employer_uscc, phone, address, advised, nonce FROM seat_about WHERE seat_id = :seat")
_KEEP = text(
    "INSERT INTO seat_about (seat_id, employer, employer_uscc, phone, address, advised, nonce, by, at) "
    "VALUES (:seat, :employer, :employer_uscc, :phone, :address, :advised, :nonce, :by, :at) "
    "ON CONFLICT (seat_id) DO UPDATE SET employer = excluded.employer, employer_uscc = excluded.employer_uscc, "
    "phone = excluded.phone, address = excluded.address, advised = excluded.advised, nonce = excluded.nonce, "
    "by = excluded.by, at = excluded.at"
)


def set_about(office: Office, actor: Actor, meeting: str, name: str, changed: Mapping[str, Any]) -> About:
    """Enter what is known of the person at a seat: the named fields of `About`; an empty one clears it."""
    with acting(office, actor, "seat.about", meeting) as act:
        seat = seat_of(act, name)
        old, old_digest = _kept(act, seat)
        new = _checked(replace(old, **changed))
        digest = _keep(act, seat, new)
        act.record(
            name,
            before={"facts": _told(old), "about": old_digest},
            after={"facts": _told(new), "about": digest},
        )
    return new


def import_abouts(office: Office, actor: Actor, meeting: str, file: Path) -> int:
    """Enter what a file tells of many people, all of it or nothing; returns of how many. Raises `BadInput`."""
    from models.documents.about_in import NAME, read_abouts
    from models.documents.reading import read_source

    source = read_source(file)
    read = read_abouts(source)
    with acting(office, actor, "seat.about", meeting) as act:
        found = act.connection.execute(text("SELECT name, id FROM seat WHERE meeting_id = :m"), {"m": meeting})
        seats = {row.name: row.id for row in found}
        faults = list(read.faults)
        for number, name, _about in read.rows:
            if name not in seats:
                faults.append(read.table.fault(number, read.columns[NAME], name, T("本次评审会席位上的姓名")))
        if faults:
            raise BadInput(sorted(faults, key=lambda one: one.row or 0))
        digests = {name: _keep(act, seats[name], _checked(about)) for _, name, about in read.rows}
        act.record(meeting, after={"file": source.name, "count": len(digests), "abouts": digests})
    return len(digests)


def confirm(
    office: Office,
    actor: Actor,
    meeting: str,
    name: str,
    no: str,
    ground: RecusalGround | None = None,
    reason: str = "",
) -> RecusalGround:
    """Confirm a suggested recusal: it is recorded as found, with the ground it would have unless another is named."""
    with acting(office, actor, "recusal.add", meeting) as act:
        one = _open(act, name, no)
        clues = told_clues(agreement.clue for agreement in one.agreements)
        ground = ground or one.ground
        found = "、".join(map(chinese, clues))
        said = reason.strip() or (f"经核实：{found}" if clues else "经核实，与申报单位有其他关联")
        voided = record_recusal(act, seat_of(act, name), name, no, ground, said, actor.name)
        after = {"ground": ground, "reason": said, "found": list(clues), "voided": voided}
        act.record(f"{no}/{name}", after=after)
    return ground


def dismiss(office: Office, actor: Actor, meeting: str, name: str, no: str, reason: str) -> None:
    """Record that a suggested recusal is none, and why; nobody judges the own case."""
    if not reason.strip():
        raise WrongUse("no_reason", T("排除回避线索须写明理由。"))
    with acting(office, actor, "recusal.dismiss", meeting) as act:
        one = _open(act, name, no)
        agreements = [(agreement.clue, agreement.person, agreement.applicant) for agreement in one.agreements]
        act.connection.execute(
            text(
                "INSERT INTO conflict_dismissal (seat_id, application_id, agreements, reason, nonce, by, at) "
                "VALUES (:seat, :application, :agreements, :reason, :nonce, :by, :at)"
            ),
            {
                "seat": seat_of(act, name),
                "application": application_id(act.connection, meeting, no),
                "agreements": json.dumps(agreements, ensure_ascii=False),
                "reason": reason,
                "nonce": secrets.token_hex(16),
                "by": actor.name,
                "at": act.at,
            },
        )
        clues = told_clues(clue for clue, _, _ in agreements)
        act.record(f"{no}/{name}", after={"dismissed": list(clues), "reason": reason})


def _open(act: Act, name: str, no: str) -> Suggestion:
    """The open suggestion; only secretary and chair know of any, and nobody answers the own one."""
    if act.standing.role not in KNOWS_CONFLICTS:
        raise NotPermitted("not_permitted", T("回避线索由秘书和组长核实。"))
    if name == act.standing.actor.name:
        raise NotPermitted("own_conflict", T("本人的回避线索由别人核实。"), lift=T("本人可以直接申报回避。"))
    for one in open_suggestions(act.connection, act.meeting_id):
        if (one.name, one.no) == (name, no):
            return one
    raise Refused("no_suggestion", T("{name}与 {no} 没有待核实的回避线索。", name=name, no=no))


def _kept(act: Act, seat: int) -> tuple[About, str]:
    row = act.connection.execute(_KEPT, {"seat": seat}).one_or_none()
    if row is None:
        return About(), ""
    about = about_of(row)
    return about, about_digest(row.nonce, asdict(about))


def _keep(act: Act, seat: int, about: About) -> str:
    nonce = secrets.token_hex(16)
    act.connection.execute(
        _KEEP,
        {
            **asdict(about),
            "seat": seat,
            "advised": json.dumps(about.advised, ensure_ascii=False),
            "nonce": nonce,
            "by": act.standing.actor.name,
            "at": act.at,
        },
    )
    return about_digest(nonce, asdict(about))


def _told(about: About) -> list[str]:
    """Which facts there are, without telling any."""
    return [field for field, value in asdict(about).items() if value]


def _checked(about: About) -> About:
    """The facts without outer blanks. Raises `WrongUse` for one that is too long, or too many of them."""
    advised = tuple(dict.fromkeys(one.strip() for one in about.advised if one.strip()))
    plain = About(
        about.employer.strip(), about.employer_uscc.strip(), about.phone.strip(), about.address.strip(), advised
    )
    for words in (plain.employer, plain.employer_uscc, plain.phone, plain.address, *advised):
        if len(words) > LONGEST:
            raise WrongUse("fact_long", T("每一项不超过 {most} 字。", most=LONGEST))
    if len(advised) > MOST_ADVISED:
        raise WrongUse("too_many_advised", T("任顾问的企业不超过 {most} 家。", most=MOST_ADVISED))
    return plain
