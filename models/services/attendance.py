"""Who is in the room, and for what: signing in, absence, recusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import text

from models.enums import Phase, RecusalGround, Role, SheetState
from models.errors import NotPermitted, Refused, WrongUse
from models.queries.base import Office, application_id
from models.queries.room import ABSENT
from models.queries.sight import recused_nos
from models.rules import permissions
from models.services.acting import Act, acting
from models.services.keys import NewSecret, keep_pair, meeting_seals, new_secret, with_keys
from models.services.office import find_person
from models.services.tries import prove, prove_nobody, wrong_secret
from models.text import T
from models.views.people import Actor

Recusals = Mapping[str, tuple[RecusalGround, str]]
"""By application number: the ground, and the reason in words (may be empty)."""


def sign_in(
    office: Office, name: str, meeting: str, secret: str, *, recusals: Recusals, new_pin: str | None = None
) -> Actor:
    """Sign in at a meeting: the discipline is accepted and the recusal question answered (empty: no conflict).

    A seat uses up its printed code and sets its own PIN (`new_pin`); a person of the office, and a seat that has signed
    in before, gives the own PIN. Raises `NotPermitted` for a wrong code or PIN.
    """
    actor = _person(office, name, meeting, secret)
    own, used = _check(office, actor, meeting, secret, new_pin)
    with acting(office, actor, "seat.sign_in", meeting) as act:
        seat = act.standing.seat_id
        if seat is None:
            raise NotPermitted("no_seat", T("{name}在本次评审会没有席位。", name=actor.name))
        keys: dict[str, object] = {}
        if own is not None:
            taken = act.connection.execute(
                text("UPDATE seat SET code_hash = NULL, pin_hash = :pin WHERE id = :seat AND code_hash = :code"),
                {"pin": own.hashed, "seat": seat, "code": used},
            )
            if taken.rowcount != 1:
                raise wrong_secret(actor.name)
            keys = keep_pair(act.connection, actor, own, act.at)
        before = act.connection.execute(
            text("SELECT signed_in_at, absent_at FROM seat WHERE id = :seat"), {"seat": seat}
        ).one()
        _come(act, seat)
        known = recused_nos(act.connection, act.standing)
        new = {no: answer for no, answer in recusals.items() if no not in known}
        voided = [
            no
            for no, (ground, reason) in new.items()
            if record_recusal(act, seat, actor.name, no, ground, reason, actor.name)
        ]
        act.record(
            actor.name,
            before={"signed_in_at": before.signed_in_at, "absent_at": before.absent_at},
            after={"discipline": True, "recused": {no: ground for no, (ground, _) in recusals.items()}}
            | ({"voided": voided} if voided else {})
            | keys,
        )
    return replace(actor, keys=own.keys) if own is not None else with_keys(office, actor, secret)


def _come(act: Act, seat: int) -> None:
    """Note who came; an absence ends with it as long as sheets may still come in, afterwards it stays on record.

    Either way it is kept from when to when the person was away: the minutes tell who was in the room.
    """
    act.connection.execute(
        text(
            "INSERT INTO away (seat_id, since, until, reason, noted_by) "
            f"SELECT s.id, s.absent_at, :at, s.absent_reason, :by FROM seat s WHERE s.id = :seat AND {ABSENT}"
        ),
        {"at": act.at, "by": act.standing.actor.name, "seat": seat},
    )
    act.connection.execute(
        text("UPDATE seat SET signed_in_at = COALESCE(signed_in_at, :at) WHERE id = :seat"),
        {"at": act.at, "seat": seat},
    )
    if act.standing.phase in permissions.ACTS["seat.absent"].phases:
        act.connection.execute(
            text("UPDATE seat SET absent_at = NULL, absent_reason = '' WHERE id = :seat"), {"seat": seat}
        )


def _person(office: Office, name: str, meeting: str, secret: str) -> Actor:
    """The holder of a seat of this meeting, or else a person of the office of that name."""
    for known in (name if "/" in name else f"{meeting}/{name}", name):
        try:
            return find_person(office, known)
        except NotPermitted:
            continue
    raise prove_nobody(name, secret)


def _check(
    office: Office, actor: Actor, meeting: str, secret: str, new_pin: str | None
) -> tuple[NewSecret | None, str | None]:
    """Check code or PIN before the lock is taken; returns the new own secret, and the hash of the code it uses up."""
    used = prove(office, actor, secret, code=actor.user_id is None)
    if used is None:
        return None, None
    if new_pin is None:
        raise WrongUse("pin_wanted", T("首次签到须设定本人密码。"))
    with office.database.reading() as connection:
        sealing = meeting_seals(office, connection, meeting)
    return new_secret(new_pin, sealing=sealing), used


def record_absent(office: Office, actor: Actor, meeting: str, name: str, reason: str) -> None:
    """The chair records a seat absent: what it submitted stands, the rest is not due."""
    if not reason.strip():
        raise WrongUse("no_reason", T("记录缺席须写明理由。"))
    with acting(office, actor, "seat.absent", meeting) as act:
        changed = act.connection.execute(
            text(
                "UPDATE seat SET absent_at = :at, absent_reason = :reason WHERE meeting_id = :meeting AND name = :name"
            ),
            {"at": act.at, "reason": reason, "meeting": meeting, "name": name},
        )
        if changed.rowcount != 1:
            raise WrongUse("unknown_seat", T("本次评审会没有名为“{name}”的席位。", name=name))
        act.record(name, after={"absent": reason})


def add_recusal(
    office: Office, actor: Actor, meeting: str, name: str, no: str, ground: RecusalGround, reason: str = ""
) -> None:
    """Record a recusal found or declared after signing in; a sheet already begun is void and stays on record."""
    with acting(office, actor, "recusal.add", meeting) as act:
        if act.standing.role not in (Role.CHAIR, Role.SECRETARY) and name != actor.name:
            raise NotPermitted("not_own", T("只能申报本人的回避。"))
        voided = record_recusal(act, seat_of(act, name), name, no, ground, reason, actor.name)
        act.record(f"{no}/{name}", after={"ground": ground, "reason": reason, "voided": voided})


def seat_of(act: Act, name: str) -> int:
    """The seat of a person at the meeting acted in. Raises `WrongUse` if there is none."""
    seat = act.connection.execute(
        text("SELECT id FROM seat WHERE meeting_id = :meeting AND name = :name"),
        {"meeting": act.meeting_id, "name": name},
    ).scalar()
    if seat is None:
        raise WrongUse("unknown_seat", T("本次评审会没有名为“{name}”的席位。", name=name))
    return int(seat)


def record_recusal(act: Act, seat: int, name: str, no: str, ground: RecusalGround, reason: str, by: str) -> bool:
    """Take a member off an application, whoever found it; returns whether a sheet that was in is void by it.

    A recused chair takes nobody else off that application: what its score does then would tell of its sheets.
    """
    me = act.standing.actor.name
    if name != me and no in recused_nos(act.connection, act.standing):
        raise NotPermitted("recused", T("{name}已回避 {no}。", name=me, no=no), lift=T("请秘书登记。"))
    permissions.check("recusal.add", Role.SECRETARY, act.standing.phase)  # its phases; whose right it is, was checked
    application = application_id(act.connection, act.meeting_id, no)
    if ground is RecusalGround.OTHER and not reason.strip():
        raise WrongUse("no_reason", T("以“其他利害关系”回避 {no}，须写明情况。", no=no))
    known = act.connection.execute(
        text("SELECT 1 FROM recusal WHERE seat_id = :seat AND application_id = :application"),
        {"seat": seat, "application": application},
    ).scalar()
    if known:
        raise Refused("already_recused", T("{name}已回避 {no}。", name=name, no=no))
    act.connection.execute(
        text(
            "INSERT INTO recusal (seat_id, application_id, ground, reason, declared_by, at) "
            "VALUES (:seat, :application, :ground, :reason, :by, :at)"
        ),
        {
            "seat": seat,
            "application": application,
            "ground": ground.value,
            "reason": reason,
            "by": by,
            "at": act.at,
        },
    )
    if act.standing.phase is Phase.PREPARING:
        return False
    voided = act.connection.execute(
        text(
            "UPDATE score_sheet SET voided = :yes WHERE seat_id = :seat AND application_id = :application "
            "RETURNING state"
        ),
        {"yes": True, "seat": seat, "application": application},
    ).scalar()
    return voided in (SheetState.SUBMITTED, SheetState.ABSTAINED)  # whether a draft was begun is nobody's to know


def may_sign_in(office: Office, name: str, meeting: str, secret: str) -> Actor:
    """Check a code or PIN without using it up: before the recusal question is put. Raises `NotPermitted`."""
    actor = _person(office, name, meeting, secret)
    fresh = prove(office, actor, secret, code=actor.user_id is None) is not None
    return actor if fresh else with_keys(office, actor, secret)
