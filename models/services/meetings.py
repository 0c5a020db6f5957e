"""Preparing a meeting: the meeting itself, what it decides on, its panels and its seats."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from models.enums import MARKING_ROLES, OFFICE_ROLES, Kind, Origin, Phase, Role, label
from models.errors import Refused, WrongUse
from models.queries.base import Office, application_id
from models.queries.facts import roll
from models.rules.phases import orphaned_items
from models.services.acting import Act, acting
from models.services.batches import check_id
from models.services.office import check_name
from models.services.secrets import hash_code, new_code
from models.tables.meetings import Item, Meeting, Panel, PanelSeat, PhaseChange, Seat
from models.text import T
from models.views.people import Actor

ONE_OF_A_MEETING = frozenset({Role.SECRETARY, Role.CHAIR, Role.FINANCE, Role.SUPERVISOR})
"""Nobody holds two of these in one meeting."""


def new_meeting(
    office: Office, actor: Actor, meeting_id: str, *, batch: str, track: str, kind: Kind, title: str
) -> int:
    """Open a meeting over the applications of a batch and track that are in no other; returns how many those are."""
    check_id(meeting_id)
    if not title.strip() or len(title) > 100:
        raise WrongUse("bad_title", T("评审会名称须为 1–100 字。"))
    with acting(office, actor, "meeting.new") as act:
        batch_row = act.connection.execute(
            text("SELECT policy_file_id FROM batch WHERE id = :id"), {"id": batch}
        ).one_or_none()
        if batch_row is None:
            raise WrongUse("unknown_batch", T("没有批次 {batch}。", batch=batch))
        policy = office.policy(act.connection, batch_row.policy_file_id)
        found = policy.track(track)
        if found is None:
            known = "、".join(f"{t.name}（{t.code}）" for t in policy.tracks)
            raise WrongUse("unknown_track", T("没有支持方向“{track}”，可用：{known}。", track=track, known=known))
        if act.connection.execute(text("SELECT 1 FROM meeting WHERE id = :id"), {"id": meeting_id}).scalar():
            raise Refused("meeting_exists", T("评审会 {meeting} 已经存在。", meeting=meeting_id))
        act.session.add(
            Meeting(id=meeting_id, batch_id=batch, track=found.code, kind=kind, title=title.strip(), phase_since=act.at)
        )
        act.session.add(PhaseChange(meeting_id=meeting_id, phase=Phase.PREPARING, at=act.at, actor=actor.name))
        act.session.flush()
        admitted = act.connection.execute(
            text(
                "INSERT INTO item (application_id, meeting_id) SELECT a.id, :meeting FROM application a "
                "WHERE a.batch_id = :batch AND a.track = :track "
                "AND NOT EXISTS (SELECT 1 FROM item i WHERE i.application_id = a.id)"
            ),
            {"meeting": meeting_id, "batch": batch, "track": found.code},
        ).rowcount
        act.record(
            meeting_id,
            after={"batch": batch, "track": found.code, "kind": kind, "title": title, "applications": admitted},
        )
    return admitted


def set_applications(
    office: Office, actor: Actor, meeting: str, *, add: Sequence[str] = (), drop: Sequence[str] = ()
) -> None:
    """Take applications of the meeting's batch and track in, or out."""
    with acting(office, actor, "meeting.applications", meeting) as act:
        for no in add:
            row = act.connection.execute(
                text(
                    "SELECT a.id, a.batch_id, a.track, i.meeting_id FROM application a "
                    "LEFT JOIN item i ON i.application_id = a.id WHERE a.no = :no"
                ),
                {"no": no},
            ).one_or_none()
            if row is None or row.batch_id != act.standing.batch_id or row.track != act.standing.track:
                raise WrongUse("not_of_batch", T("{no} 不属于本次评审会的批次和支持方向。", no=no))
            if row.meeting_id is not None:
                raise Refused("in_meeting", T("{no} 已在评审会 {meeting}。", no=no, meeting=row.meeting_id))
            act.session.add(Item(application_id=row.id, meeting_id=meeting))
        for no in drop:
            key = application_id(act.connection, meeting, no)
            for table in ("recusal", "item"):
                act.connection.execute(text(f"DELETE FROM {table} WHERE application_id = :id"), {"id": key})
        act.record(meeting, after={"added": list(add), "dropped": list(drop)})


def set_panel(
    office: Office, actor: Actor, meeting: str, name: str, *, experts: Sequence[str], applications: Sequence[str]
) -> None:
    """Make, or make anew, a panel: which marking seats mark which applications."""
    if not name.strip():
        raise WrongUse("bad_name", T("评审组须有名称。"))
    with acting(office, actor, "panel.set", meeting) as act:
        seats = [_seat(act, expert) for expert in experts]
        for seat in seats:
            if not seat.marks:
                raise Refused("does_not_mark", T("{name}的席位不参加评分。", name=seat.name))
        panel_id = act.connection.execute(
            text("SELECT id FROM panel WHERE meeting_id = :meeting AND name = :name"),
            {"meeting": meeting, "name": name},
        ).scalar()
        if panel_id is None:
            panel = Panel(meeting_id=meeting, name=name)
            act.session.add(panel)
            act.session.flush()
            panel_id = panel.id
        assert panel_id is not None, "a flushed row has its id"
        act.connection.execute(text("DELETE FROM panel_seat WHERE panel_id = :panel"), {"panel": panel_id})
        act.connection.execute(text("UPDATE item SET panel_id = NULL WHERE panel_id = :panel"), {"panel": panel_id})
        for seat in seats:
            assert seat.id is not None, "a seat that was read has its id"
            act.session.add(PanelSeat(panel_id=panel_id, seat_id=seat.id))
        for no in applications:
            act.connection.execute(
                text("UPDATE item SET panel_id = :panel WHERE application_id = :id"),
                {"panel": panel_id, "id": application_id(act.connection, meeting, no)},
            )
        act.record(name, after={"experts": list(experts), "applications": list(applications)})


def add_seat(
    office: Office,
    actor: Actor,
    meeting: str,
    name: str,
    role: Role,
    *,
    marks: bool = True,
    origin: Origin | None = None,
) -> str | None:
    """Seat a person; returns the one-time code, None for a person of the office, who signs in with their own PIN.

    `origin` says whether a marking seat counts as expert; a person of the office does not, unless said.
    """
    check_name(name)
    code = new_code()
    hashed = hash_code(code)
    with acting(office, actor, "seat.add", meeting) as act:
        user = act.connection.execute(
            text('SELECT id, role FROM "user" WHERE name = :name AND disabled_at IS NULL'), {"name": name}
        ).one_or_none()
        if user is None and role in OFFICE_ROLES:
            raise Refused(
                "not_of_office",
                T("{role}席位须由本单位人员担任，“{name}”不在人员名单。", role=label(role), name=name),
                lift=T("请先用 kmdx user add 增加该人员。"),
            )
        if role is Role.CHAIR:
            _no_other_chair(act, None)
            if user is not None and origin is not Origin.EXPERT:
                raise Refused("two_roles", T("{name}在本单位任职，不能兼任组长。", name=name), article="第五条")
        taken = act.connection.execute(
            text("SELECT role FROM seat WHERE meeting_id = :meeting AND name = :name"),
            {"meeting": meeting, "name": name},
        ).scalar()
        if taken is not None:
            raise Refused("seated", T("{name}已有席位（{role}）。", name=name, role=label(Role(taken))))
        act.session.add(
            Seat(
                meeting_id=meeting,
                name=name,
                role=role,
                marks=marks and role in MARKING_ROLES,
                origin=origin or (Origin.OFFICE if user is not None else Origin.EXPERT),
                user_id=user.id if user is not None else None,
                code_hash=hashed if user is None else None,
            )
        )
        act.record(name, after={"role": role, "marks": marks and role in MARKING_ROLES})
    return code if user is None else None


def new_seat_code(office: Office, actor: Actor, meeting: str, name: str) -> str:
    """Give a seat a new one-time code; it voids the former code and PIN, and lifts a lock."""
    code = new_code()
    hashed = hash_code(code)
    with acting(office, actor, "seat.code", meeting) as act:
        seat = _seat(act, name)
        if seat.user_id is not None:
            raise Refused("office_pin", T("{name}是本单位人员，用本人密码签到。", name=name))
        seat.code_hash, seat.pin_hash = hashed, None
        seat.wrong_tries, seat.locked_until = 0, None
        act.session.add(seat)
        act.record(name, after={"new_code": True})
    return code


def name_chair(office: Office, actor: Actor, meeting: str, name: str, *, deputy: bool = False) -> None:
    """Record who was chosen or named chair (or deputy); the former holder is an expert again.

    Once scoring is open the chair stands, and a deputy is named only where nobody may preside over an application.
    """
    with acting(office, actor, "seat.chair", meeting) as act:
        seat = _seat(act, name)
        role = Role.DEPUTY if deputy else Role.CHAIR
        if act.standing.phase not in (Phase.PREPARING, Phase.SIGNING_IN):
            _must_be_wanted(act, role, Role(seat.role))
        if Role(seat.role) not in MARKING_ROLES:
            raise Refused(
                "two_roles",
                T("{name}是{role}，不能兼任组长。", name=name, role=label(Role(seat.role))),
                article="第五条",
            )
        if role is Role.CHAIR and seat.origin == Origin.OFFICE and seat.user_id is not None:
            user_role = act.connection.execute(
                text('SELECT role FROM "user" WHERE id = :id'), {"id": seat.user_id}
            ).scalar()
            if user_role in ONE_OF_A_MEETING:
                raise Refused("two_roles", T("{name}在本单位任职，不能兼任组长。", name=name), article="第五条")
        before = act.connection.execute(
            text("SELECT name FROM seat WHERE meeting_id = :meeting AND role = :role"),
            {"meeting": meeting, "role": role.value},
        ).scalar()
        act.connection.execute(
            text("UPDATE seat SET role = 'expert' WHERE meeting_id = :meeting AND role = :role"),
            {"meeting": meeting, "role": role.value},
        )
        act.connection.execute(text("UPDATE seat SET role = :role WHERE id = :id"), {"role": role.value, "id": seat.id})
        act.record(name, before={role.value: before}, after={role.value: name})


def _must_be_wanted(act: Act, role: Role, former: Role) -> None:
    read = roll(act.connection, act.standing, act.policy)
    if role is Role.CHAIR or former is Role.CHAIR or not orphaned_items(read.seats, read.items):
        raise Refused("too_late", T("评分开始后，只能为组长回避而无人主持的项目推定副组长。"))


def _no_other_chair(act: Act, but: str | None) -> None:
    chair = act.connection.execute(
        text("SELECT name FROM seat WHERE meeting_id = :meeting AND role = 'chair'"), {"meeting": act.meeting_id}
    ).scalar()
    if chair is not None and chair != but:
        raise Refused("has_chair", T("已有组长 {name}。", name=chair), lift=T("如需更换，请推定新的组长。"))


def _seat(act: Act, name: str) -> Seat:
    from sqlmodel import select

    seat = act.session.exec(select(Seat).where(Seat.meeting_id == act.meeting_id, Seat.name == name)).one_or_none()
    if seat is None:
        raise WrongUse("unknown_seat", T("本次评审会没有名为“{name}”的席位。", name=name))
    return seat
