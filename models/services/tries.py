"""Proving who one is: every try is counted before it is answered, and too many wrong ones lock for a while.

A try is booked in a short transaction of its own, then the secret is compared outside of any lock, then a right one
clears the book. So of tries made at once none goes uncounted, and no costly hash holds up other desks. Unknown names,
wrong codes and wrong PINs cost the same time.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text

from models.errors import NotPermitted
from models.phrases import plain_phrase
from models.queries.base import Office, as_stamp
from models.rules.locks import locked_for
from models.rules.times import minute_after
from models.services.acting import acting
from models.services.secrets import NOBODYS_CODE, NOBODYS_PIN, matches, plain_code, plain_pin
from models.text import T
from models.views.people import Actor

_BOOK = (
    "UPDATE {table} SET wrong_tries = wrong_tries + 1 "
    "WHERE id = :id AND (locked_until IS NULL OR locked_until <= :now) RETURNING wrong_tries, pin_hash, code_hash, "
    "EXISTS (SELECT 1 FROM key_pair k WHERE k.{column} = {table}.id AND k.ended_at IS NULL) AS phrase"
)
_LOCK = "UPDATE {table} SET locked_until = :until WHERE id = :id"
_CLEAR = "UPDATE {table} SET wrong_tries = 0, locked_until = NULL WHERE id = :id"
_LOCKED = "SELECT locked_until, wrong_tries FROM {table} WHERE id = :id"


class _Booked(NamedTuple):
    """A try that may be answered: what is kept, and until when the person is locked should it be wrong."""

    pin_hash: str | None
    code_hash: str | None
    tries: int
    until: str | None
    phrase: bool
    """The own secret is a phrase, which may be typed in more ways than one."""


def prove(office: Office, actor: Actor, secret: str, *, pin: bool = True, code: bool = False) -> str | None:
    """Check a secret against the own PIN, or the one-time code: the hash of the code if it is that, None for the PIN.

    Raises `NotPermitted`: wrong_secret, or locked, also for a right secret as long as the lock lasts. Every wrong try
    is audited (seat.try), without the secret; a try while locked is refused and not put on record, so that nobody at
    the door can make the record grow.
    """
    booked = _book(office, actor)
    pin_hash = booked.pin_hash if pin else None
    code_hash = booked.code_hash if code else None
    right_pin = matches(pin_hash or NOBODYS_PIN, plain_phrase(secret) if booked.phrase else plain_pin(secret))
    right_code = not right_pin and matches(code_hash or NOBODYS_CODE, plain_code(secret))
    if right_pin or right_code:
        with office.database.writing() as connection:
            connection.execute(text(_CLEAR.format(table=_table(actor))), {"id": _key(actor)})
        return None if right_pin else code_hash
    wrong = locked(actor.name, booked.until, booked.tries) if booked.until else wrong_secret(actor.name)
    with acting(office, actor, "seat.try", actor.meeting):  # refused where acts are refused, and so audited
        raise wrong


def prove_nobody(name: str, secret: str) -> NotPermitted:
    """The answer to a name that is nowhere, in the time that a wrong secret takes."""
    matches(NOBODYS_PIN, secret)
    matches(NOBODYS_CODE, plain_code(secret))
    return wrong_secret(name)


def wrong_secret(name: str) -> NotPermitted:
    """The one answer to a wrong name, code or PIN: it tells nobody which of them was wrong."""
    return NotPermitted("wrong_secret", T("“{name}”的姓名、验证码、口令或密码不对。", name=name))


def locked(name: str, until: str, tries: int) -> NotPermitted:
    """The answer while somebody is locked; `until` is a kept stamp."""
    return NotPermitted(
        "locked",
        T("{name}已锁定至 {time}，{tries} 次输错。", name=name, time=f"{minute_after(until):%H:%M}", tries=tries),
        lift=T("到时再试，或请秘书重发验证码。"),
    )


def _table(actor: Actor) -> str:
    return '"user"' if actor.user_id is not None else "seat"


def _key(actor: Actor) -> int | None:
    return actor.user_id if actor.user_id is not None else actor.seat_id


def _book(office: Office, actor: Actor) -> _Booked:
    """Count a try; `NotPermitted` (locked) if none is free. Alone on the row, so that tries at once are counted."""
    table, who = _table(actor), {"id": _key(actor)}
    now = office.stamp()
    with office.database.writing() as connection:
        book = text(_BOOK.format(table=table, column="user_id" if actor.user_id is not None else "seat_id"))
        row = connection.execute(book, {**who, "now": now}).one_or_none()
        if row is None:
            held = connection.execute(text(_LOCKED.format(table=table)), who).one()
            raise locked(actor.name, held.locked_until, held.wrong_tries)
        span = locked_for(row.wrong_tries)
        until = as_stamp(datetime.fromisoformat(now) + span) if span is not None else None
        if until is not None:
            connection.execute(text(_LOCK.format(table=table)), {**who, "until": until})
        return _Booked(row.pin_hash, row.code_hash, row.wrong_tries, until, bool(row.phrase))
