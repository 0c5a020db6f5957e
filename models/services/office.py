"""The office: founding a database, its people, and who may sit down at a desk."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from models.database import Database
from models.enums import Role
from models.errors import NotPermitted, Refused, WrongUse
from models.policy.load import load_policy
from models.policy.types import Policy
from models.queries.base import Clock, Office
from models.services.acting import acting, begin_chain
from models.services.keys import NewSecret, check_pin, keep_pair, new_secret, office_seals, with_keys
from models.services.secrets import hash_code, new_code
from models.services.tries import prove, prove_nobody, wrong_secret
from models.text import T
from models.views.people import Actor


def found(place: str, policy_text: str, policy_file: str, user: str, pin: str, *, clock: Clock | None = None) -> Office:
    """Create a database with its policy and its first person (a secretary who may add people).

    A file appears whole or not at all: it is made beside its place and moved there. Raises `BadInput` for a faulty
    policy, `Refused` if something is already there, `DatabaseUnusable` for a server that can't be reached.
    """
    policy = load_policy(policy_text, policy_file)
    check_name(user)
    secret = new_secret(pin, sealing=policy.scoring.sealing)
    target = Database(place)
    if target.path is None:
        _found_in(target, policy, user, secret, clock)
        return Office(target, clock)
    if target.path.exists():
        raise Refused("database_exists", T("{path} 已经存在，不会覆盖。", path=target.path))
    target.path.parent.mkdir(parents=True, exist_ok=True)
    making = target.path.with_name(target.path.name + f".{os.getpid()}.new")
    try:
        made = Database(str(making))
        _found_in(made, policy, user, secret, clock)
        made.close()
        making.rename(target.path)
    finally:
        for left in (making, Path(f"{making}-wal"), Path(f"{making}-shm")):
            left.unlink(missing_ok=True)
    return Office(target, clock)


def _found_in(database: Database, policy: Policy, user: str, secret: NewSecret, clock: Clock | None) -> None:
    from models.migrations import bring_up

    office = Office(database, clock)
    with database.writing() as connection:
        if inspect(connection).get_table_names():
            raise Refused("database_exists", T("数据库 {place} 里已有内容，不会覆盖。", place=database.shown))
        bring_up(database, connection)
        at = office.stamp()
        _keep_policy(connection, policy, at)
        key = connection.execute(
            text(
                "INSERT INTO \"user\" (name, role, may_add, pin_hash) VALUES (:name, 'secretary', :yes, :pin) "
                "RETURNING id"
            ),
            {"name": user, "pin": secret.hashed, "yes": True},
        ).scalar_one()
        person = Actor(user, Role.SECRETARY, user_id=key)
        followed = {"policy": policy.id, "version": policy.version, "digest": policy.digest}
        begin_chain(connection, at, person, followed | keep_pair(connection, person, secret, at))


def _keep_policy(connection: Connection, policy: Policy, at: str) -> int:
    kept = connection.execute(
        text(
            "INSERT INTO policy (policy_id, version, title, digest, text, recorded_at) "
            "VALUES (:policy_id, :version, :title, :digest, :text, :at) RETURNING id"
        ),
        {
            "policy_id": policy.id,
            "version": policy.version,
            "title": policy.title,
            "digest": policy.digest,
            "text": policy.text,
            "at": at,
        },
    ).scalar_one()
    connection.execute(
        text(
            "INSERT INTO criterion (policy_file_id, code, name, position, full_milli, step_milli) "
            "VALUES (:policy, :code, :name, :position, :full, :step)"
        ),
        [
            {"policy": kept, "code": c.code, "name": c.name, "position": n, "full": c.full, "step": c.step}
            for n, c in enumerate(policy.rubric.criteria, start=1)
        ],
    )
    return int(kept)


def check_name(name: str) -> None:
    """Refuse a name that is blank, too long, or not what it looks like: nobody sits beside a double of their name."""
    unseen = any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in name)
    if not name or name != name.strip() or "/" in name or len(name) > 60 or unseen:
        raise WrongUse("bad_name", T("姓名“{name}”不可用：须 1–60 字，且不含“/”。", name=name))


def add_user(office: Office, actor: Actor, name: str, role: Role) -> str:
    """Add a person of the office; returns the one-time code for the first sign-in. Only who may add people."""
    check_name(name)
    code = new_code()
    hashed = hash_code(code)
    with acting(office, actor, "user.add") as act:
        _must_add(act.connection, actor)
        if act.connection.execute(text('SELECT 1 FROM "user" WHERE name = :name'), {"name": name}).scalar():
            raise Refused("user_exists", T("已有名为“{name}”的人员。", name=name))
        act.connection.execute(
            text('INSERT INTO "user" (name, role, may_add, code_hash) VALUES (:name, :role, :no, :code)'),
            {"name": name, "role": role.value, "code": hashed, "no": False},
        )
        act.record(name, after={"role": role})
    return code


def disable_user(office: Office, actor: Actor, name: str) -> None:
    """Disable a person: from now on nothing they sign is taken. Nobody disables themselves."""
    with acting(office, actor, "user.disable") as act:
        _must_add(act.connection, actor)
        if name == actor.name:
            raise Refused("disable_self", T("不能停用自己。"))
        _one_user(act.connection, name)
        act.connection.execute(
            text('UPDATE "user" SET disabled_at = :at WHERE name = :name'), {"at": act.at, "name": name}
        )
        act.record(name, after={"disabled": True})


def new_user_code(office: Office, actor: Actor, name: str) -> str:
    """Void a person's PIN and give a new one-time code; it lifts a lock."""
    code = new_code()
    hashed = hash_code(code)
    with acting(office, actor, "user.pin") as act:
        _must_add(act.connection, actor)
        _one_user(act.connection, name)
        act.connection.execute(
            text(
                'UPDATE "user" SET code_hash = :code, pin_hash = NULL, wrong_tries = 0, locked_until = NULL '
                "WHERE name = :name"
            ),
            {"code": hashed, "name": name},
        )
        act.record(name, after={"new_code": True})
    return code


def _must_add(connection: Connection, actor: Actor) -> None:
    may = connection.execute(text('SELECT may_add FROM "user" WHERE id = :id'), {"id": actor.user_id}).scalar()
    if not may:
        raise NotPermitted("may_not_add", T("{name}没有管理人员的权限。", name=actor.name))


def _one_user(connection: Connection, name: str) -> int:
    found_id = connection.execute(text('SELECT id FROM "user" WHERE name = :name'), {"name": name}).scalar()
    if found_id is None:
        raise WrongUse("unknown_user", T("没有名为“{name}”的人员。", name=name))
    return int(found_id)


def users(office: Office) -> tuple[tuple[str, Role, bool, bool], ...]:
    """The people of the office: name, role, disabled, whether the PIN is set."""
    with office.database.reading() as connection:
        rows = connection.execute(text('SELECT name, role, disabled_at, pin_hash FROM "user" ORDER BY id'))
        return tuple((r.name, Role(r.role), r.disabled_at is not None, r.pin_hash is not None) for r in rows)


def user_sign_in(office: Office, name: str, code: str, new_pin: str) -> Actor:
    """A person's first sign-in: the one-time code is used up, the own PIN set."""
    with office.database.reading() as connection:
        sealing = office_seals(office, connection)
        row = connection.execute(
            text('SELECT id, role FROM "user" WHERE name = :name AND disabled_at IS NULL'), {"name": name}
        ).one_or_none()
    if row is None:
        raise prove_nobody(name, code)
    actor = Actor(name, Role(row.role), user_id=row.id)
    check_pin(new_pin)
    proven = prove(office, actor, code, pin=False, code=True)
    secret = new_secret(new_pin, sealing=sealing)
    with acting(office, actor, "user.sign_in") as act:
        used = act.connection.execute(
            text('UPDATE "user" SET pin_hash = :pin, code_hash = NULL WHERE id = :id AND code_hash = :code'),
            {"pin": secret.hashed, "id": row.id, "code": proven},
        )
        if used.rowcount != 1:
            raise wrong_secret(name)
        act.record(name, after={"pin_set": True} | keep_pair(act.connection, actor, secret, act.at))
    return replace(actor, keys=secret.keys)


def find_person(office: Office, name: str) -> Actor:
    """Who a name stands for: a person of the office, `MEETING/NAME`, or a name that sits in one meeting only.

    Raises `WrongUse` for a name that sits in several meetings, and the answer of a wrong PIN for one that is nowhere.
    """
    meeting, slash, bare = name.rpartition("/")
    with office.database.reading() as connection:
        if not slash:
            user = connection.execute(
                text('SELECT id, name, role FROM "user" WHERE name = :name AND disabled_at IS NULL'), {"name": name}
            ).one_or_none()
            if user is not None:
                return Actor(user.name, Role(user.role), user_id=user.id)
        seats = connection.execute(
            text(
                'SELECT s.id, s.name, s.role, s.meeting_id FROM seat s LEFT JOIN "user" u ON u.id = s.user_id '
                "WHERE s.name = :name AND (:meeting = '' OR s.meeting_id = :meeting) AND s.user_id IS NULL"
            ),
            {"name": bare, "meeting": meeting},
        ).all()
    if len(seats) > 1:
        places = "、".join(f"{seat.meeting_id}/{bare}" for seat in seats)
        raise WrongUse("which_meeting", T("“{name}”在几个评审会有席位，请写明：{places}。", name=bare, places=places))
    if not seats:
        raise wrong_secret(name)
    seat = seats[0]
    return Actor(seat.name, Role(seat.role), seat_id=seat.id, meeting=seat.meeting_id)


def authenticate(office: Office, name: str, pin: str) -> Actor:
    """Let a person sit down with their own PIN; `NotPermitted` if it is not theirs, or if they are locked."""
    try:
        actor = find_person(office, name)
    except NotPermitted:
        raise prove_nobody(name, pin) from None
    prove(office, actor, pin)
    return with_keys(office, actor, pin)
