"""The room in deliberation: applications called one by one, their order, who stepped out and came back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from models.enums import ItemOrder, Role, label
from models.errors import NotPermitted, Refused, WrongUse
from models.queries.base import Office, application_id
from models.queries.room import ABSENT, discussed, presiding_over
from models.services.acting import Act, acting
from models.services.deliberation import for_chair_of
from models.services.phases import end_discussion
from models.services.stale import stale
from models.text import T
from models.views.people import Actor


def call_item(office: Office, actor: Actor, meeting: str, no: str, *, seen: str | None = None) -> None:
    """Call an application for discussion: every desk sees who must leave the room.

    The discussion before it ends with that. One that the deputy presides over is not cut short by a recused chair: it
    has its opinion, or the deputy ends it first. `seen`: what was being discussed when the actor decided (blank:
    nothing); what another called meanwhile is not cut short unseen. Raises `Refused`: already_called for what is being
    discussed, stale.
    """
    with acting(office, actor, "item.call", meeting) as act:
        application = application_id(act.connection, meeting, no)
        for_chair_of(act, application, no)
        before = discussed(act.connection, meeting)
        if before is not None:
            if before.application_id == application:
                raise Refused("already_called", T("{no} 正在讨论。", no=no))
            if act.standing.role is Role.CHAIR and not _has_opinion(act, before):
                _must_preside(act, before)
            if seen is not None and before.no != seen:
                raise stale(T("正在讨论的项目"), before.by, before.at, before.no)
        end_discussion(act)
        called = {"id": application, "meeting": meeting, "at": act.at, "by": actor.name}
        act.connection.execute(text("UPDATE meeting SET called_application_id = :id WHERE id = :meeting"), called)
        act.connection.execute(
            text(
                "INSERT INTO item_call (meeting_id, application_id, at, by, phase_change_id) VALUES (:meeting, :id, "
                ":at, :by, (SELECT MAX(p.id) FROM phase_change p WHERE p.meeting_id = :meeting))"
            ),
            called,
        )
        act.record(no, after={"called": True})


def close_item(office: Office, actor: Actor, meeting: str) -> str:
    """End the discussion under way: who was recused may come back. Returns the application's number."""
    with acting(office, actor, "item.close", meeting) as act:
        call = discussed(act.connection, meeting)
        if call is None:
            raise Refused("nothing_called", T("现在没有正在讨论的项目。"))
        _must_preside(act, call)
        end_discussion(act)
        act.record(call.no, before={"called": True}, after={"called": False})
        return str(call.no)


def set_order(office: Office, actor: Actor, meeting: str, order: ItemOrder) -> None:
    """Choose in which order applications are called; any of them may still be called out of turn."""
    with acting(office, actor, "item.order", meeting) as act:
        before = act.connection.execute(
            text("SELECT item_order FROM meeting WHERE id = :meeting"), {"meeting": meeting}
        ).scalar_one()
        act.connection.execute(
            text("UPDATE meeting SET item_order = :order WHERE id = :meeting"),
            {"order": order.value, "meeting": meeting},
        )
        act.record(meeting, before={"order": before}, after={"order": order.value})


def step_out(office: Office, actor: Actor, meeting: str, name: str, reason: str = "") -> None:
    """Record that somebody left the room, for another reason than recusal (which is known without)."""
    with acting(office, actor, "room.move", meeting) as act:
        seat = _seat_in_room(act, name)
        if seat.away_id is not None:
            raise Refused("already_out", T("{name}已记为离开会场。", name=name))
        act.connection.execute(
            text("INSERT INTO away (seat_id, since, reason, noted_by) VALUES (:seat, :at, :reason, :by)"),
            {"seat": seat.id, "at": act.at, "reason": reason.strip(), "by": actor.name},
        )
        act.record(name, after={"stepped_out": True, "reason": reason.strip()})


def come_back(office: Office, actor: Actor, meeting: str, name: str) -> None:
    """Record that somebody who had stepped out is back in the room."""
    with acting(office, actor, "room.move", meeting) as act:
        seat = _seat_in_room(act, name)
        if seat.away_id is None:
            raise Refused("not_out", T("{name}没有记为离开会场。", name=name))
        act.connection.execute(text("UPDATE away SET until = :at WHERE id = :id"), {"at": act.at, "id": seat.away_id})
        act.record(name, before={"stepped_out": True}, after={"stepped_out": False})


def _seat_in_room(act: Act, name: str) -> Any:
    """A seat whose holder has come, with its open time away if any; whoever presides now records about it."""
    call = discussed(act.connection, act.meeting_id)
    if call is not None:
        _must_preside(act, call)
    seat = act.connection.execute(
        text(
            f"SELECT s.id, s.signed_in_at, ({ABSENT}) AS absent, w.id AS away_id FROM seat s "
            "LEFT JOIN away w ON w.seat_id = s.id AND w.until IS NULL WHERE s.meeting_id = :meeting AND s.name = :name"
        ),
        {"meeting": act.meeting_id, "name": name},
    ).one_or_none()
    if seat is None:
        raise WrongUse("unknown_seat", T("本次评审会没有名为“{name}”的席位。", name=name))
    if seat.signed_in_at is None or seat.absent:
        raise Refused("not_here", T("{name}没有到会。", name=name))
    return seat


def _has_opinion(act: Act, call: Any) -> bool:
    found = act.connection.execute(
        text("SELECT 1 FROM opinion WHERE application_id = :id"), {"id": call.application_id}
    ).scalar()
    return found is not None


def _must_preside(act: Act, call: Any) -> None:
    """Refuse who does not preside over the discussion under way; where nobody is free to, the chair ends it."""
    name = presiding_over(act.connection, act.meeting_id, call.application_id)
    if name is None and act.standing.role is Role.CHAIR:
        return
    if name != act.standing.actor.name:
        raise NotPermitted(
            "other_presides",
            T("{no} 正在讨论，由{name}主持。", no=call.no, name=name or label(Role.CHAIR)),
            lift=T("请先由主持人结束讨论。"),
        )
