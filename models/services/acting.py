"""How every act is done: lock, right, phase, work, one audit entry, all in one transaction.

A refused act changes nothing and is itself audited, in a transaction of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, TextClause, text

from models.database import FLUSH, WATCH, Head
from models.errors import DatabaseUnusable, KmdxError, NotPermitted, Refused
from models.policy.types import Policy
from models.queries.base import Office, Standing, standing
from models.queries.rows import Watch, every_row
from models.rules import permissions
from models.rules.digest import canonical, entry_hash
from models.text import T
from models.views.people import Actor

if TYPE_CHECKING:
    from sqlmodel import Session

_IS_RECORDED = text("SELECT 1 FROM audit_entry WHERE seq = :seq AND hash = :hash")
_ENTRY = text(
    "INSERT INTO audit_entry (seq, at, actor, role, meeting_id, act, object, before, after, refused, previous, hash) "
    "VALUES (:seq, :at, :actor, :role, :meeting_id, :act, :object, :before, :after, :refused, :previous, :hash)"
)

_AT_THE_DOOR = ("seat.sign_in", "seat.try")
"""What somebody does who has not signed in yet."""

PAUSES_SECONDS = (0.1, 0.3, 0.6, 1.0, 2.0)
"""How long to wait for a database that went away at the very moment of a commit."""


@dataclass
class Act:
    """An act under way: the open transaction, who acts and where, and what the audit entry will say."""

    name: str
    office: Office
    connection: Connection
    standing: Standing
    at: str
    watch: Watch
    _session: Session | None = None
    _said: tuple[str, str, dict[str, Any]] | None = field(default=None)

    @property
    def session(self) -> Session:
        """An ORM session on the act's own transaction. Hot acts do without it."""
        if self._session is None:
            from sqlmodel import Session

            self._session = Session(bind=self.connection, autoflush=True)
        return self._session

    @property
    def meeting_id(self) -> str:
        """The meeting acted in."""
        assert self.standing.meeting_id is not None
        return self.standing.meeting_id

    @property
    def policy(self) -> Policy:
        """The policy of the meeting's batch."""
        assert self.standing.policy_file_id is not None
        return self.office.policy(self.connection, self.standing.policy_file_id)

    def record(self, object_: str, *, before: Mapping[str, Any] | None = None, after: Mapping[str, Any]) -> None:
        """Say what was done, to what, and how it was before. Once an act."""
        assert self._said is None, "an act leaves one audit entry"
        self._said = (object_, canonical(before or {}), dict(after))


@contextmanager
def acting(office: Office, actor: Actor, name: str, meeting_id: str | None = None) -> Iterator[Act]:
    """Do an act that has a row in `permissions.ACTS`.

    Raises `NotPermitted` (role), `Refused` (phase) or whatever the body raises; then nothing is changed, and the
    refusal is audited. `DatabaseUnusable` (busy, unreachable) changes nothing either; only "unsure" leaves it open.
    """
    entry: Head | None = None
    try:
        with office.database.holding_head() as (connection, head):
            stands = standing(connection, actor, meeting_id)
            permissions.check(name, stands.role, stands.phase)
            if not stands.signed_in and name not in _AT_THE_DOOR:
                raise NotPermitted("not_signed_in", T("{name}尚未签到。", name=actor.name))
            act = Act(name, office, connection, stands, office.stamp(), Watch(stands.meeting_id))
            connection.info[WATCH] = act.watch
            try:
                yield act
                if act._session is not None:
                    act._session.flush()
                rows = act.watch.changed(connection)
            finally:
                connection.info.pop(WATCH, None)
                if act._session is not None:
                    act._session.close()
            assert act._said is not None, f"{name} left no audit entry"
            object_, before, after = act._said
            told = canonical(after | {"rows": rows} if rows else after)
            entry = _append(connection, head, act.at, stands, name, object_, before, told, "")
            office.database.move_head(connection, entry)
    except (Refused, NotPermitted) as error:
        audit_refusal(office, actor, name, meeting_id, error)
        raise
    except DatabaseUnusable as error:
        # with an entry it was the commit that got no answer, and the act may well be done
        if entry is None or not is_recorded(office, _IS_RECORDED, entry._asdict(), error):
            raise


def is_recorded(office: Office, sought: TextClause, named: Mapping[str, Any], error: DatabaseUnusable) -> bool:
    """Whether an entry got into the chain; raises `DatabaseUnusable` (unsure) if the database stays away."""
    for pause in (*PAUSES_SECONDS, None):
        try:
            with office.database.holding_head() as (connection, _head):  # a commit still under way goes first
                found = connection.execute(sought, named).scalar() is not None
                server = office.database.server
                if found and server is not None and server.flushes:  # it may not be on the disk yet
                    connection.execute(text(FLUSH))
                return found
        except DatabaseUnusable:
            if pause is not None:
                time.sleep(pause)
    raise DatabaseUnusable(
        "unsure",
        T("保存时与数据库断了线，这一步是否已保存还不能确定。"),
        lift=T("连上以后请先核对，再决定是否重做。"),
    ) from error


def _append(
    connection: Connection,
    head: Head,
    at: str,
    stands: Standing,
    name: str,
    object_: str,
    before: str,
    after: str,
    refused: str,
) -> Head:
    seq = head.seq + 1
    fields = (seq, at, stands.actor.name, stands.role, stands.meeting_id, name, object_, before, after, refused)
    hashed = entry_hash(head.hash, fields)
    connection.execute(
        _ENTRY,
        {
            "seq": seq,
            "at": at,
            "actor": stands.actor.name,
            "role": stands.role.value,
            "meeting_id": stands.meeting_id,
            "act": name,
            "object": object_,
            "before": before,
            "after": after,
            "refused": refused,
            "previous": head.hash,
            "hash": hashed,
        },
    )
    return Head(seq, hashed)


def audit_refusal(office: Office, actor: Actor, name: str, meeting_id: str | None, error: KmdxError) -> None:
    """Leave the entry of an act that was refused, in a transaction of its own."""
    with office.database.holding_head() as (connection, head):
        known = connection.execute(text("SELECT 1 FROM meeting WHERE id = :id"), {"id": meeting_id}).scalar()
        stands = Standing(actor, actor.role, actor.seat_id, False, False, meeting_id if known else None)
        entry = _append(connection, head, office.stamp(), stands, name, "", "{}", "{}", error.code)
        office.database.move_head(connection, entry)


def begin_chain(connection: Connection, at: str, actor: Actor, after: Mapping[str, Any]) -> None:
    """Write the chain's first entry: the database's founding by its first person."""
    from models.rules.digest import GENESIS

    stands = Standing(actor, actor.role, None, True, False)
    told = canonical({**after, "rows": every_row(connection)})
    head = _append(connection, Head(0, GENESIS), at, stands, "office.init", "", "{}", told, "")
    connection.execute(text("INSERT INTO audit_head (id, seq, hash) VALUES (1, :seq, :hash)"), head._asdict())
