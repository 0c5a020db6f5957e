"""Who holds a meeting's key, which epoch runs, and who has given a share: nothing here tells a mark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from models.enums import Role
from models.sealed import HOLDERS
from models.views.people import PublicKeys

_HOLDERS = text(
    "SELECT s.role, s.name, k.id, k.box_public, k.sign_public FROM seat s JOIN key_pair k ON k.ended_at IS NULL AND "
    "(k.seat_id = s.id OR k.user_id = s.user_id) WHERE s.meeting_id = :meeting "
    'UNION SELECT u.role, u.name, k.id, k.box_public, k.sign_public FROM "user" u JOIN key_pair k ON k.user_id = u.id '
    "AND k.ended_at IS NULL WHERE u.disabled_at IS NULL AND NOT EXISTS "
    "(SELECT 1 FROM seat s WHERE s.meeting_id = :meeting AND s.user_id = u.id) ORDER BY 3"
)
_EPOCH = text("SELECT * FROM epoch WHERE meeting_id = :meeting ORDER BY number DESC LIMIT 1")
_SHARED = text("SELECT DISTINCT role, key_pair_id FROM epoch_share WHERE epoch_id = :epoch")
_RELEASED = text("SELECT DISTINCT role FROM epoch_release WHERE epoch_id = :epoch")


@dataclass(frozen=True)
class Holder:
    """Somebody who can hold shares: by name, with the pair that they are boxed to."""

    name: str
    pair: int
    public: PublicKeys


def holders(connection: Connection, meeting: str) -> Mapping[Role, tuple[Holder, ...]]:
    """Who holds shares of a meeting's key, by role: those of the office included that have no seat in it."""
    found: dict[Role, list[Holder]] = {role: [] for role in HOLDERS}
    for role, name, pair, box, sign in connection.execute(_HOLDERS, {"meeting": meeting}):
        if role in found:
            found[Role(role)].append(Holder(name, pair, PublicKeys(bytes(box), bytes(sign))))
    return {role: tuple(people) for role, people in found.items()}


def holders_missing(connection: Connection, meeting: str) -> tuple[Role, ...]:
    """The roles of which nobody has keys yet: without them marks can't be sealed."""
    return tuple(role for role, people in holders(connection, meeting).items() if not people)


def running_epoch(connection: Connection, meeting: str) -> Any | None:
    """The newest epoch of a meeting; None before its first scoring."""
    return connection.execute(_EPOCH, {"meeting": meeting}).one_or_none()


def released_roles(connection: Connection, meeting: str) -> tuple[Role, ...]:
    """The holders that have given their shares of an epoch that is not opened yet, in the order of `HOLDERS`."""
    epoch = running_epoch(connection, meeting)
    if epoch is None or epoch.private is not None:
        return ()
    given = set(connection.execute(_RELEASED, {"epoch": epoch.id}).scalars())
    return tuple(role for role in HOLDERS if role in given)


def sharers(connection: Connection, meeting: str) -> Mapping[Role, tuple[str, ...]]:
    """Who can give shares of the running epoch, by role: whoever held keys when it began, and holds the same now."""
    epoch = running_epoch(connection, meeting)
    if epoch is None or epoch.private is not None:
        return {}
    shared = {(role, pair) for role, pair in connection.execute(_SHARED, {"epoch": epoch.id})}
    return {
        role: tuple(holder.name for holder in people if (role.value, holder.pair) in shared)
        for role, people in holders(connection, meeting).items()
    }
