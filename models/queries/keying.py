"""Paper sheets for who keys them: what is still to be keyed, and to the two who keyed one, where they differ.

A keying is opened to those two alone, and only once both have keyed: until then it is nobody's to see.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from models.enums import KeyingState, Role
from models.errors import NotPermitted, Refused
from models.policy.types import Rubric
from models.queries.base import Office, Reading, reading
from models.queries.facts import CLOSED
from models.rules.keying import ABSTAIN, COMMENT, Keyed, Keyer, Turn, differences, turn
from models.rules.marks import format_points
from models.text import T, mark, tr
from models.views.keying import DifferenceView, KeyingLine, KeyingView, PlaceView
from models.views.people import Actor

_OPEN = (
    "SELECT k.id, k.application_id, k.seat_id, k.user_id, k.keyed_by, k.role, k.content, k.nonce FROM keying k "
    "WHERE k.meeting_id = :meeting AND k.ended_at IS NULL ORDER BY k.id"
)
_SHEETS = text(
    "SELECT s.name AS expert, s.id AS seat_id, a.no, a.id AS application_id, e.name AS enterprise, k.state, k.keyed_by "
    "FROM item i JOIN application a ON a.id = i.application_id JOIN enterprise e ON e.id = a.enterprise_id "
    "JOIN seat s ON s.meeting_id = i.meeting_id AND s.marks AND s.absent_at IS NULL "
    "LEFT JOIN score_sheet k ON k.application_id = a.id AND k.seat_id = s.id "
    "LEFT JOIN recusal r ON r.application_id = a.id AND r.seat_id = s.id "
    "LEFT JOIN recusal mine ON mine.application_id = a.id AND mine.seat_id = :seat "
    "LEFT JOIN panel_seat ps ON ps.panel_id = i.panel_id AND ps.seat_id = s.id "
    "WHERE i.meeting_id = :meeting AND i.eligible AND r.id IS NULL AND mine.id IS NULL "
    f"AND (i.panel_id IS NULL OR ps.seat_id IS NOT NULL) AND i.application_id NOT IN ({CLOSED}) ORDER BY s.id, a.no"
)

_NO_MARKS = {ABSTAIN: mark("弃权"), COMMENT: mark("评语")}

Place = tuple[int, int]
"""A sheet: the ids of its application and its seat."""


@dataclass(frozen=True)
class OpenKeying:
    """A keying that waits for the other, or differs from it; `content` as it is kept."""

    id: int
    keyer: Keyer
    content: str
    nonce: str


def open_keyings(connection: Connection, meeting: str) -> dict[Place, list[OpenKeying]]:
    """The keyings that have not ended, by sheet, in the order in which they were made: at most two of a sheet."""
    found: dict[Place, list[OpenKeying]] = {}
    for row in connection.execute(text(_OPEN), {"meeting": meeting}):
        one = OpenKeying(row.id, Keyer(row.user_id, row.keyed_by, Role(row.role)), row.content, row.nonce)
        found.setdefault((row.application_id, row.seat_id), []).append(one)
    return found


def keyings(office: Office, actor: Actor, meeting: str) -> KeyingView:
    """The sheets that may be keyed at a meeting in scoring, for secretary, finance and supervisor.

    What an expert has begun at the own desk is not keyed, and neither is what who reads is recused from.
    """
    with reading(office, actor, "keying.read", meeting) as look:
        row = look.connection.execute(
            text("SELECT title, batch_id FROM meeting WHERE id = :meeting"), {"meeting": meeting}
        ).one()
        lines = tuple(_lines(look, meeting))
        stands = look.standing
        assert stands.phase is not None
        return KeyingView(
            meeting,
            row.title,
            row.batch_id,
            stands.phase,
            look.policy.scoring.double_keying,
            look.policy.rubric,
            tuple(dict.fromkeys(line.expert for line in lines)),
            lines,
        )


def _lines(look: Reading, meeting: str) -> Iterable[KeyingLine]:
    known, double = open_keyings(look.connection, meeting), look.policy.scoring.double_keying
    me = Keyer(look.standing.actor.user_id or 0, look.standing.actor.name, look.standing.role)
    who = {"meeting": meeting, "seat": look.standing.seat_id, "least": look.policy.scoring.least_in}
    for row in look.connection.execute(_SHEETS, who):
        if not keyable(row.state, row.keyed_by):
            yield KeyingLine(row.expert, row.no, row.enterprise, KeyingState.IN, (), False, False)
            continue
        keyed = known.get((row.application_id, row.seat_id), [])
        state = (KeyingState.BLANK, KeyingState.WAITING, KeyingState.DIFFERS)[len(keyed)]
        by = tuple(one.keyer.name for one in keyed)
        mine = any(one.keyer.user_id == me.user_id for one in keyed)
        yours = isinstance(turn(sequence(keyed), me), Turn) if double else me.role is Role.SECRETARY
        yield KeyingLine(row.expert, row.no, row.enterprise, state, by, mine, yours)


def keyable(state: str | None, keyed_by: str | None) -> bool:
    """Whether a sheet's place is free for a keying: nothing there, or what was keyed and given back.

    A sheet that is being written at the expert's own desk counts as one that will come in from there.
    """
    return state is None or (state == "returned" and bool(keyed_by))


def difference(office: Office, actor: Actor, meeting: str, expert: str, no: str) -> DifferenceView:
    """Two keyings that differ, to one of the two who keyed; `NotPermitted` to others, `Refused` if none differ."""
    with reading(office, actor, "keying.read", meeting) as look:
        found = look.connection.execute(
            text(
                "SELECT a.id AS application_id, s.id AS seat_id FROM application a JOIN item i "
                "ON i.application_id = a.id JOIN seat s ON s.meeting_id = i.meeting_id "
                "WHERE i.meeting_id = :meeting AND a.no = :no AND s.name = :expert"
            ),
            {"meeting": meeting, "no": no, "expert": expert},
        ).one_or_none()
        place = (found.application_id, found.seat_id) if found is not None else (0, 0)
        keyed = open_keyings(look.connection, meeting).get(place, [])
        if len(keyed) != 2:
            raise Refused("no_difference", T("{expert} 的 {no} 没有两次录入不一致。", expert=expert, no=no))
        if all(one.keyer.user_id != actor.user_id for one in keyed):
            raise NotPermitted("others_differ", T("两次录入只向录入的两人打开。"))
        first, second = (opened(actor, one.content) for one in keyed)
        names = (keyed[0].keyer.name, keyed[1].keyer.name)
        return difference_of(expert, no, names, first, second, look.policy.rubric)


def difference_of(
    expert: str, no: str, keyers: tuple[str, str], first: Keyed, second: Keyed, rubric: Rubric
) -> DifferenceView:
    """Two keyings beside each other, place by place."""
    codes = [criterion.code for criterion in rubric.criteria]
    wrong = differences(first, second, codes)
    names = place_names(rubric) | {key: tr(name) for key, name in _NO_MARKS.items()}

    def values(key: str) -> tuple[str, str]:
        if key == ABSTAIN:
            return first.abstain, second.abstain
        if key == COMMENT:
            return first.comment, second.comment
        return _points(first.marks, key), _points(second.marks, key)

    places = tuple(
        PlaceView(key, names[key], values(key), key in wrong)
        for key in (*codes, ABSTAIN, COMMENT)
        if key in codes or any(values(key))
    )
    return DifferenceView(expert, no, keyers, places)


def place_names(rubric: Rubric) -> dict[str, str]:
    """The places of a sheet by their names, in Chinese."""
    return {criterion.code: criterion.name for criterion in rubric.criteria} | _NO_MARKS


def _points(marks: Mapping[str, int], code: str) -> str:
    return format_points(marks[code]) if code in marks else ""


# ── what is kept of a keying ──────────────────────────────────────────────


def as_kept(keyed: Keyed) -> dict[str, Any]:
    """A keying as a value that JSON holds."""
    return {"marks": dict(keyed.marks), "abstain": keyed.abstain, "comment": keyed.comment}


def opened(actor: Actor, content: str) -> Keyed:
    """A keying as it was kept; where it was sealed, by the keys of who asks.

    Raises `NotPermitted` (no_keys: the own phrase was not given), `Refused`: not_for_you (sealed before this person had
    keys), keying_changed.
    """
    kept = json.loads(content)
    if "sealed" in kept:
        kept = json.loads(_unsealed(actor, kept["sealed"]))
    return Keyed(kept["marks"], kept["abstain"], kept["comment"])


def _unsealed(actor: Actor, boxes: Mapping[str, str]) -> bytes:
    from models.sealed import Unsealable, no_keys, public_of, unseal

    if actor.keys is None:
        raise no_keys(actor.name)
    box = boxes.get(public_of(actor.keys).box.hex())
    if box is None:
        raise Refused(
            "not_for_you",
            T("首次录入时您还没有设定口令，不能比对。"),
            lift=T("请由当时已设定口令的另一人复录。"),
        )
    try:
        return unseal(actor.keys.box, base64.b64decode(box))
    except Unsealable as error:
        raise Refused("keying_changed", T("封存的录入打不开：数据库中的内容被改动。")) from error


def sequence(keyed: Sequence[OpenKeying]) -> tuple[Keyer, ...]:
    """Who keyed, in their order."""
    return tuple(one.keyer for one in keyed)
