"""An own sheet as one look shows it: with who looks, what the rules need to know, and the keys that it is boxed to.

One statement for all of it: of a meeting's hot acts each round to a server counts.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from models import sealed
from models.enums import SheetState
from models.errors import NotPermitted, Refused
from models.policy.types import Policy
from models.queries.base import OF_SEAT, Office, Standing, standing_of, unknown_application
from models.queries.rows import OF_SHEET
from models.rules import permissions
from models.rules.digest import sheet_digest
from models.services.boxes import digest_of
from models.text import T
from models.views.people import Actor, Keys

SHEET = (
    "id",
    "meeting_id",
    "application_id",
    "seat_id",
    "state",
    "total_micro",
    "comment",
    "reason",
    "voided",
    "revealed",
    "keyed_by",
    "nonce",
    "saved_at",
    "sealed",
)
"""The columns of `score_sheet`."""

BOX = OF_SHEET["sealed_sheet"]
"""The columns of `sealed_sheet` but its key."""

_LOOK = (
    f"SELECT h.seq, t.name AS expert, t.absent_at, {OF_SEAT}, {{out}} AS is_out, i.application_id AS application, "
    "i.eligible, i.panel_id, r.id AS recusal, ps.seat_id AS member, k.id AS pair, k.box_public, "
    "(SELECT COUNT(*) FROM score_sheet o WHERE o.application_id = i.application_id AND o.revealed "
    "AND o.state = 'submitted' AND NOT o.voided) AS in_count, "
    f"{', '.join(f's.{name} AS s_{name}' for name in SHEET)}, {', '.join(f'x.{name} AS x_{name}' for name in BOX)}, "
    "{reserved} AS reserved FROM audit_head h JOIN meeting m ON m.id = :meeting JOIN batch b ON b.id = m.batch_id "
    "JOIN seat t ON t.meeting_id = m.id AND t.{own} = :person "
    "LEFT JOIN key_pair k ON k.{whose} = :person AND k.ended_at IS NULL "
    "LEFT JOIN item i ON i.meeting_id = m.id AND i.application_id = (SELECT id FROM application WHERE no = :no) "
    "LEFT JOIN recusal r ON r.application_id = i.application_id AND r.seat_id = t.id "
    "LEFT JOIN panel_seat ps ON ps.panel_id = i.panel_id AND ps.seat_id = t.id "
    "LEFT JOIN score_sheet s ON s.application_id = i.application_id AND s.seat_id = t.id "
    "LEFT JOIN sealed_sheet x ON x.sheet_id = s.id"
)
_TAKEN_OVER = "(SELECT d.taken_over_by FROM desk d WHERE d.id = :desk)"
_OUT = {
    True: _TAKEN_OVER,
    False: f'COALESCE({_TAKEN_OVER}, (SELECT 0 FROM "user" u WHERE u.id = :person AND u.disabled_at IS NOT NULL))',
}
"""Set where the desk was taken over, or the person of the office disabled: by whether the actor has a seat only."""

SEQUENCE = "score_sheet_id_seq"
"""What a server takes the ids of sheets from. By its name: to look that up costs as much as all else."""

_RESERVED = f"CASE WHEN i.application_id IS NOT NULL AND s.id IS NULL THEN nextval('{SEQUENCE}') END"
_LOOKS = {
    (by_seat, is_file): _LOOK.format(
        own="id" if by_seat else "user_id",
        whose="seat_id" if by_seat else "user_id",
        out=_OUT[by_seat],
        reserved="NULL" if is_file else _RESERVED,
    )
    for by_seat in (True, False)
    for is_file in (True, False)
}
HANDING_IN = ("marks.submit", "marks.abstain")
_EPOCH = "SELECT id, number, public FROM epoch WHERE meeting_id = :meeting ORDER BY number DESC LIMIT 1"
_MARKS = (
    "SELECT c.code, m.criterion_id, m.value_milli FROM mark m JOIN criterion c ON c.id = m.criterion_id "
    "WHERE m.sheet_id = :sheet"
)


@dataclass(frozen=True)
class OwnSheet:
    """An own sheet at the moment of one look. `seq`: the chain's head then; `row`, `box`: as kept, empty while blank.

    `marks` are in milli-points by criterion code, `mark_rows` what stands in the open of them.
    """

    seq: int
    no: str
    standing: Standing
    policy: Policy
    expert: str
    application_id: int
    state: SheetState
    marks: Mapping[str, int]
    comment: str
    digest: str
    row: dict[str, Any]
    box: dict[str, Any]
    mark_rows: Mapping[str, Mapping[str, int]]
    pair: int | None
    keys: Keys | None
    epoch: tuple[int, int, bytes] | None
    """Id, number and public key of the running epoch, for an act that hands in."""
    reserved: int | None
    """The id that a server keeps for a sheet that is still blank."""

    @property
    def saved_at(self) -> str:
        """When it was saved last; blank while the sheet is."""
        return str(self.row.get("saved_at", ""))

    @property
    def version(self) -> int:
        """The version of its box, 0 before the first."""
        return int(self.box.get("version", 0))

    def own_keys(self) -> tuple[int, Keys]:
        """The pair's id and the opened keys. Raises `NotPermitted` (no_keys) where the phrase was not given."""
        if self.pair is None or self.keys is None:
            raise sealed.no_keys(self.standing.actor.name)
        return self.pair, self.keys


def look(office: Office, line: Any, actor: Actor, act: str, meeting: str, no: str) -> OwnSheet | None:
    """Look at an own sheet that an act is about to write, by the driver's connection.

    None where nobody sits there any more, or no such seat is there: the common way says why. Raises `NotPermitted`,
    `Refused` or `WrongUse` where this act may not be done to this sheet by this person now.
    """
    person = actor.user_id if actor.user_id is not None else actor.seat_id
    row = _row(line, actor.user_id is None, {"meeting": meeting, "person": person, "desk": actor.desk, "no": no})
    if row is None or row.is_out is not None:
        return None
    stands = standing_of(actor, row)
    permissions.check(act, stands.role, stands.phase)
    if not stands.signed_in:
        return None
    policy = office.policy_of(row.policy_file_id)
    if not stands.marks:
        raise does_not_mark(actor)
    must_be_markable(row, no, policy)
    epoch = None
    if act in HANDING_IN and (found := run(line, _EPOCH, {"meeting": meeting}).fetchone()):
        epoch = (found[0], found[1], bytes(found[2]))
    return _opened(line, row, stands, no, policy, epoch)


def row_of_seat(line: Any, meeting: str, seat: int, no: str) -> Any:
    """What a look at a seat's sheet tells, whoever looks."""
    return _row(line, True, {"meeting": meeting, "person": seat, "desk": None, "no": no})


def does_not_mark(actor: Actor) -> NotPermitted:
    """The refusal of whoever has no sheets."""
    return NotPermitted("does_not_mark", T("{name}的席位不参加评分。", name=actor.name))


def must_be_markable(row: Any, no: str, policy: Policy) -> None:
    """Refuse what this seat can't mark, or can't any more."""
    if row.application is None:
        raise unknown_application(no)
    if row.recusal is not None:
        raise Refused("recused", T("本人已回避 {no}，不评分。", no=no))
    if row.panel_id is not None and row.member is None:
        raise NotPermitted("other_panel", T("{no} 不由本评审组评分。", no=no))
    if not row.eligible:
        raise Refused("not_eligible", T("{no} 不符合条件，不评分。", no=no))
    if row.absent_at is not None:
        raise Refused("absent", T("已记录缺席，不再评分。"))
    if row.s_revealed or row.in_count >= policy.scoring.least_in:
        raise Refused(
            "revealed", T("{no} 的评分已揭晓，只能按四种情形更正。", no=no), article="财政部令第87号第六十四条"
        )


def _opened(
    line: Any, row: Any, stands: Standing, no: str, policy: Policy, epoch: tuple[int, int, bytes] | None
) -> OwnSheet:
    kept = _part(row, "s_", SHEET) if row.s_id is not None else {}
    box = _part(row, "x_", BOX) if row.x_version is not None else {}
    keys = _keys(stands.actor, row)
    marks: Mapping[str, int] = {}
    comment, digest = kept.get("comment", ""), ""
    mark_rows: dict[str, Mapping[str, int]] = {}
    state = SheetState(kept["state"]) if kept else SheetState.BLANK
    if kept and not kept["sealed"]:
        found = open_marks(line, row.s_id)
        marks = {code: value for code, _, value in found}
        mark_rows = {code: {"criterion_id": key, "value_milli": value} for code, key, value in found}
        digest = sheet_digest(kept["nonce"], state, marks)
    elif kept:
        digest = digest_of(box["box"], box["own_box"])
        if box["own_box"] is not None:
            if keys is None:
                raise sealed.no_keys(stands.actor.name)
            opened = sealed.open_own(bytes(box["own_box"]), keys)  # None: under a phrase lost since, so blank again
            marks, comment = (dict(opened.marks), opened.comment) if opened is not None else ({}, "")
    return OwnSheet(
        row.seq,
        no,
        stands,
        policy,
        row.expert,
        row.application,
        state,
        marks,
        comment,
        digest,
        kept,
        box,
        mark_rows,
        row.pair,
        keys,
        epoch,
        row.reserved,
    )


def open_marks(line: Any, sheet: int) -> list[tuple[str, int, int]]:
    """The marks of a sheet that stand in the open: code, criterion id, milli-points."""
    found: list[tuple[str, int, int]] = run(line, _MARKS, {"sheet": sheet}).fetchall()
    return found


def _keys(actor: Actor, row: Any) -> Keys | None:
    """The keys that are open at this desk, if they are those of the present pair."""
    keys = actor.keys
    if row.pair is None or keys is None or sealed.public_of(keys).box != bytes(row.box_public):
        return None
    return keys


def _part(row: Any, prefix: str, columns: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, prefix + name) for name in columns}


def _row(line: Any, by_seat: bool, values: Mapping[str, Any]) -> Any | None:
    statement = _LOOKS[by_seat, isinstance(line, sqlite3.Connection)]
    cursor = run(line, statement, values)
    row = cursor.fetchone()
    return SimpleNamespace(**dict(zip((column[0] for column in cursor.description), row, strict=True))) if row else None


def run(line: Any, statement: str, values: Mapping[str, Any]) -> Any:
    """Run a statement with `:name` by the driver's connection; returns its cursor. A server plans it once."""
    if isinstance(line, sqlite3.Connection):
        return line.execute(statement, values)
    return line.execute(_for_psycopg(statement), values, prepare=True)


@lru_cache(maxsize=64)
def _for_psycopg(statement: str) -> str:
    return re.sub(r"(?<!:):(\w+)", r"%(\1)s", statement)
