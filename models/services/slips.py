"""Fresh codes for all who have no PIN of their own yet, printed on slips."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import text

from models.documents.slips import Sheet, Slip, slips_docx
from models.enums import Role, chinese
from models.errors import Refused
from models.files import write_whole
from models.queries.base import Office
from models.queries.record import record_mark
from models.rules.times import local_time
from models.services.acting import Act, acting
from models.services.export import file_name
from models.services.secrets import hash_code, new_code
from models.text import T
from models.views.people import Actor

_WITHOUT_PIN = text(
    "SELECT id, name, role FROM seat WHERE meeting_id = :meeting AND user_id IS NULL AND pin_hash IS NULL ORDER BY id"
)
_NEW_CODE = text("UPDATE seat SET code_hash = :code, wrong_tries = 0, locked_until = NULL WHERE id = :id")
HASHERS = 4
"""So many codes are hashed at a time."""


def issue_slips(
    office: Office, actor: Actor, meeting: str, folder: Path, address: str = ""
) -> tuple[Path, tuple[Slip, ...]]:
    """Give every seat without an own PIN a fresh code, in place of the former one, and write the slips into a folder.

    All or nothing: no code is changed that isn't on a slip. Raises `Refused`: no_slips where everybody has a PIN,
    changed_meanwhile if a seat was added or signed in at this very moment, file_not_written.
    """
    with office.database.reading() as connection:
        seats = connection.execute(_WITHOUT_PIN, {"meeting": meeting}).all()
    codes = [new_code() for _ in seats]
    with ThreadPoolExecutor(HASHERS) as pool:
        hashes = list(pool.map(hash_code, codes))  # before the lock is taken
    slips = tuple(Slip(seat.name, chinese(Role(seat.role)), code) for seat, code in zip(seats, codes, strict=True))
    written = False
    try:
        with acting(office, actor, "seat.slips", meeting) as act:
            made = _issue(act, seats, hashes, slips, address)
            path = folder / made.name
            write_whole(path, made.content, 0o600)
            written = True
    except BaseException:
        if written:  # no slip is left behind whose code the record doesn't know
            path.unlink(missing_ok=True)
        raise
    return path, slips


class _Made(NamedTuple):
    name: str
    content: bytes


def _issue(act: Act, seats: Sequence[Any], hashes: Sequence[str], slips: tuple[Slip, ...], address: str) -> _Made:
    who = {"meeting": act.meeting_id}
    if not seats:
        raise Refused("no_slips", T("外请人员都已设定本人密码，没有要印的签到条。"))
    if act.connection.execute(_WITHOUT_PIN, who).all() != seats:
        raise Refused("changed_meanwhile", T("席位刚刚有变动，请再印一次。"))
    act.connection.execute(_NEW_CODE, [{"id": seat.id, "code": code} for seat, code in zip(seats, hashes, strict=True)])
    title = act.connection.execute(text("SELECT title FROM meeting WHERE id = :meeting"), who).scalar_one()
    mark = record_mark(act.connection, act.meeting_id)
    sheet = Sheet(title, address, mark, act.policy.scoring.sealing)
    made = _Made(f"{file_name(act.meeting_id, '签到条', act.at)}.docx", slips_docx(sheet, slips, local_time(act.at)))
    digest = hashlib.sha256(made.content).hexdigest()
    act.record(act.meeting_id, after={"new_code": [one.name for one in slips], "file": made.name, "digest": digest})
    return made
