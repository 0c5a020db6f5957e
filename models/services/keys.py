"""A person's keys: made when the own phrase is set, opened by it, and replaced when it is lost.

Whatever is slow (argon2) is done before the lock is taken. Public halves enter the audit trail when they are made; the
private ones are kept wrapped, and opened in the memory of the desk that the phrase was given at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, text

from models import sealed
from models.errors import NotPermitted, Refused, WrongUse
from models.phrases import check_phrase, new_phrase, plain_phrase
from models.queries.base import Office
from models.services.acting import Act, acting
from models.services.secrets import LEAST_PIN, hash_secret, new_envelope_code, plain_code, plain_pin
from models.services.tries import prove
from models.text import T
from models.views.people import Actor, Keys, PublicKeys

_PAIR = "SELECT id, box_public, sign_public, wrapped, envelope FROM key_pair WHERE {column} = :id AND ended_at IS NULL"
_NEW_PAIR = text(
    "INSERT INTO key_pair (seat_id, user_id, box_public, sign_public, wrapped, since) "
    "VALUES (:seat, :user, :box, :sign, :wrapped, :at) RETURNING id"
)


@dataclass(frozen=True)
class NewSecret:
    """What a first sign-in sets: the hash of the own secret and, where marks are sealed, the keys that it wraps."""

    hashed: str
    keys: Keys | None = None
    public: PublicKeys | None = None
    wrapped: bytes = b""


def new_secret(secret: str, *, sealing: bool) -> NewSecret:
    """Make ready an own secret: a phrase with keys where marks are sealed, else a PIN. `WrongUse` if it is too weak."""
    if not sealing:
        check_pin(secret)
        return NewSecret(hash_secret(plain_pin(secret)))
    phrase = check_phrase(secret)
    keys, public = sealed.new_keys()
    return NewSecret(hash_secret(phrase), keys, public, sealed.wrap(keys, phrase))


def check_pin(pin: str) -> None:
    """Refuse a PIN that is too short."""
    if len(pin) < LEAST_PIN:
        raise WrongUse("pin_short", T("密码至少 {least} 位。", least=LEAST_PIN))


def keep_pair(connection: Connection, actor: Actor, new: NewSecret, at: str) -> dict[str, Any]:
    """Keep a new pair in place of the former one; returns what the audit entry says of it (nothing without keys)."""
    if new.public is None:
        return {}
    column, key = _whose(actor)
    connection.execute(
        text(f"UPDATE key_pair SET ended_at = :at WHERE {column} = :id AND ended_at IS NULL"), {"at": at, "id": key}
    )
    connection.execute(
        _NEW_PAIR,
        {
            "seat": key if column == "seat_id" else None,
            "user": key if column == "user_id" else None,
            "box": new.public.box,
            "sign": new.public.sign,
            "wrapped": new.wrapped,
            "at": at,
        },
    )
    return {"keys": sealed.fingerprint(new.public)}


def with_keys(office: Office, actor: Actor, secret: str) -> Actor:
    """The actor with the own keys opened by the own phrase, which was proven just before; as it is without keys."""
    with office.database.reading() as connection:
        pair = pair_of(connection, actor)
    if pair is None:
        return actor
    try:
        return replace(actor, keys=sealed.unwrap(bytes(pair.wrapped), plain_phrase(secret)))
    except sealed.Unsealable as error:
        raise NotPermitted(
            "keys_damaged",
            T("{name}的密钥打不开：数据库中的密钥被改动。", name=actor.name),
            lift=T("请秘书重发验证码，重新设定口令。"),
        ) from error


def pair_of(connection: Connection, actor: Actor) -> Any | None:
    """The row of a person's present key pair."""
    column, key = _whose(actor)
    return connection.execute(text(_PAIR.format(column=column)), {"id": key}).one_or_none()


def office_seals(office: Office, connection: Connection) -> bool:
    """Whether any measure of the office has marks sealed: then its people set phrases, not PINs."""
    kept = connection.execute(text("SELECT id FROM policy")).scalars()
    return any(office.policy(connection, one).scoring.sealing for one in kept)


def meeting_seals(office: Office, connection: Connection, meeting: str) -> bool:
    """Whether the marks of a meeting are sealed."""
    kept = connection.execute(
        text("SELECT b.policy_file_id FROM meeting m JOIN batch b ON b.id = m.batch_id WHERE m.id = :id"),
        {"id": meeting},
    ).scalar()
    return kept is not None and office.policy(connection, kept).scoring.sealing


def offered_phrase(office: Office, meeting: str | None) -> tuple[str, ...] | None:
    """Four words for who signs in the first time, to a meeting or (None) to the office; None where a PIN is set."""
    with office.database.reading() as connection:
        sealing = office_seals(office, connection) if meeting is None else meeting_seals(office, connection, meeting)
    return new_phrase() if sealing else None


def own_keys(act: Act) -> tuple[int, Keys]:
    """The id of the acting person's pair and the opened keys. Raises `NotPermitted` (no_keys) without the phrase."""
    pair = pair_of(act.connection, act.standing.actor)
    keys = act.standing.actor.keys
    if pair is None or keys is None or sealed.public_of(keys).box != bytes(pair.box_public):
        raise sealed.no_keys(act.standing.actor.name)
    return int(pair.id), keys


def change_phrase(office: Office, actor: Actor, old: str, new: str) -> Actor:
    """Put a new phrase in place of the own one: the same keys wrapped anew, so that nothing sealed is lost.

    The former phrase is proven again, at a desk that is open too; an envelope goes on opening the keys. Raises
    `NotPermitted` (wrong_secret, locked), `Refused` (no_phrase) without keys, `WrongUse` (phrase_weak).
    """
    prove(office, actor, old)
    seated = with_keys(office, actor, old)
    if seated.keys is None:
        raise Refused(
            "no_phrase",
            T("{name}用的是密码，没有口令可换。", name=actor.name),
            lift=T("请秘书重发验证码，重新设定。"),
        )
    phrase = check_phrase(new)
    hashed, wrapped = hash_secret(phrase), sealed.wrap(seated.keys, phrase)
    table = '"user"' if actor.user_id is not None else "seat"
    _, key = _whose(actor)
    with acting(office, seated, "keys.phrase", actor.meeting) as act:
        pair, _ = own_keys(act)
        act.connection.execute(
            text("UPDATE key_pair SET wrapped = :wrapped WHERE id = :id"), {"wrapped": wrapped, "id": pair}
        )
        act.connection.execute(text(f"UPDATE {table} SET pin_hash = :hash WHERE id = :id"), {"hash": hashed, "id": key})
        act.record(actor.name, after={"phrase_set": True})
    return seated


def new_envelope(office: Office, actor: Actor) -> str:
    """A holder's keys wrapped once more, under a code for a paper envelope. Returns the code: it is not kept anywhere.

    Raises `NotPermitted` (no_keys) unless the own phrase was given here. A former envelope opens nothing any more.
    """
    if actor.keys is None:
        raise sealed.no_keys(actor.name)
    code = new_envelope_code()
    wrapped = sealed.wrap(actor.keys, plain_code(code))
    with acting(office, actor, "keys.envelope", actor.meeting) as act:
        pair, _ = own_keys(act)
        act.connection.execute(
            text("UPDATE key_pair SET envelope = :wrapped WHERE id = :id"), {"wrapped": wrapped, "id": pair}
        )
        act.record(actor.name, after={"envelope": sealed.box_digest(wrapped)})
    return code


def open_envelope(pair: Any, code: str, name: str) -> Keys:
    """The keys in somebody's envelope. Raises `Refused` (no_envelope, envelope_wrong)."""
    if pair is None or pair.envelope is None:
        raise Refused("no_envelope", T("{name}没有做过密钥信封。", name=name))
    try:
        return sealed.unwrap(bytes(pair.envelope), plain_code(code))
    except sealed.Unsealable as error:
        raise Refused("envelope_wrong", T("信封里的代码不对。")) from error


def _whose(actor: Actor) -> tuple[str, int | None]:
    return ("user_id", actor.user_id) if actor.user_id is not None else ("seat_id", actor.seat_id)
