"""Two keyings of one paper sheet: the first is kept apart, the second compared with it, what agrees comes in.

A keying is kept where nobody sees it: sealed where the meeting's marks are sealed, to those who may key. What differs
is opened to its two keyers alone. The audit trail names every keying by a digest that a nonce salts.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import text

from models.enums import KeyingState, Role
from models.errors import NotPermitted, Refused
from models.queries.keying import OpenKeying, as_kept, difference_of, open_keyings, opened, sequence
from models.rules.digest import canonical, keying_digest
from models.rules.keying import Keyed as Content
from models.rules.keying import Keyer, NotYours, Turn, differences, turn
from models.services.acting import Act
from models.services.keying_room import Keyed
from models.text import T
from models.views.keying import DifferenceView, KeyedView
from models.views.people import PublicKeys

_KEEP = text(
    "INSERT INTO keying (meeting_id, application_id, seat_id, user_id, keyed_by, role, content, nonce, at, places, "
    "checked_with) VALUES (:meeting, :application, :seat, :user, :name, :role, :content, :nonce, :at, '[]', '')"
)
_AGAIN = text("UPDATE keying SET content = :content WHERE id = :id")
_END = text(
    "UPDATE keying SET content = '', ended_at = :at, places = :places, checked_with = :checked_with WHERE id = :id"
)
_LAPSE = text("UPDATE keying SET content = '', ended_at = :at WHERE meeting_id = :meeting AND ended_at IS NULL")
_KEYERS = text(
    'SELECT k.user_id, k.box_public, k.sign_public FROM key_pair k JOIN "user" u ON u.id = k.user_id '
    "WHERE k.ended_at IS NULL AND u.disabled_at IS NULL"
)


@dataclass(frozen=True)
class Waiting:
    """A row that may be keyed, what it is, and the keyings it meets."""

    keyed: Keyed
    turn: Turn
    met: Sequence[OpenKeying]


@dataclass
class Settled:
    """What became of some rows: those that come in, and what the audit trail and their keyer are told of all."""

    incoming: list[Keyed] = field(default_factory=list)
    views: list[KeyedView] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    """The digests of the keyings that are kept, by sheet and keyer."""

    def count(self, state: KeyingState) -> int:
        """How many sheets are in a state now."""
        return sum(view.state is state for view in self.views)


def keyer_of(act: Act) -> Keyer:
    """Who keys. Raises `NotPermitted` to whoever is no person of the office."""
    actor = act.standing.actor
    if actor.user_id is None:
        raise NotPermitted("not_of_office", T("纸质评分表由本单位人员录入。"))
    return Keyer(actor.user_id, actor.name, act.standing.role)


def must_be_single_keyer(act: Act) -> None:
    """Where one keying is enough, it is the secretary's."""
    if act.standing.role is not Role.SECRETARY:
        raise NotPermitted("not_permitted", T("办法没有要求双人录入，纸质评分表由秘书录入。"), article="第五条")


def turns(act: Act, keyed: Iterable[Keyed]) -> tuple[list[Waiting], list[tuple[Keyed, NotYours]]]:
    """Whose turn each row is: those that are the actor's, and those that are not with why."""
    known, me = open_keyings(act.connection, act.meeting_id), keyer_of(act)
    waiting: list[Waiting] = []
    others: list[tuple[Keyed, NotYours]] = []
    for one in keyed:
        met = known.get((one.application_id, one.seat_id), [])
        found = turn(sequence(met), me)
        if isinstance(found, NotYours):
            others.append((one, found))
        else:
            waiting.append(Waiting(one, found, met))
    return waiting, others


def settle(act: Act, waiting: Iterable[Waiting]) -> Settled:
    """Keep what is keyed first, compare what is keyed second or again; what agrees is to be written as it comes in."""
    keeping, done = _Keeping(act), Settled()
    for one in waiting:
        if one.turn is Turn.FIRST:
            done.kept.update(keeping.keep(one.keyed, None))
            done.views.append(KeyedView(one.keyed.row.expert, one.keyed.row.no, KeyingState.WAITING))
        else:
            _compare(act, keeping, one, done)
    keeping.write()
    return done


def lapse_keyings(act: Act) -> None:
    """With the reveal no keying is compared any more: what was keyed once is forgotten, that it was is not."""
    act.connection.execute(_LAPSE, {"at": act.at, "meeting": act.meeting_id})


def _compare(act: Act, keeping: _Keeping, one: Waiting, done: Settled) -> None:
    row, me = one.keyed.row, keyer_of(act)
    codes = [criterion.code for criterion in act.policy.rubric.criteria]
    other = next(met for met in one.met if met.keyer.user_id != me.user_id)
    theirs, mine = opened(act.standing.actor, other.content), one.keyed.content
    if one.turn is Turn.AGAIN:
        former = next(met for met in one.met if met.keyer.user_id == me.user_id)
        wrong = differences(theirs, opened(act.standing.actor, former.content), codes)
        keeping.end(former, wrong, other.keyer.name)
    if not differences(theirs, mine, codes):
        keeping.end(other, (), me.name)
        done.incoming.append(replace(one.keyed, by=f"{other.keyer.name}、{me.name}"))
        done.views.append(KeyedView(row.expert, row.no, KeyingState.IN))
        return
    pair = frozenset({other.keyer.user_id, me.user_id})
    done.kept.update(keeping.narrow(one.keyed, other, theirs, pair) | keeping.keep(one.keyed, pair))
    done.views.append(KeyedView(row.expert, row.no, KeyingState.DIFFERS, _shown(act, one, other, theirs)))


def _shown(act: Act, one: Waiting, other: OpenKeying, theirs: Content) -> DifferenceView:
    row = one.keyed.row
    names = (other.keyer.name, act.standing.actor.name)
    return difference_of(row.expert, row.no, names, theirs, one.keyed.content, act.policy.rubric)


class _Keeping:
    """The writes of many keyings, done together."""

    def __init__(self, act: Act) -> None:
        self.act = act
        self.new: list[dict[str, Any]] = []
        self.again: list[dict[str, Any]] = []
        self.ended: list[dict[str, Any]] = []
        self._publics: dict[int, list[PublicKeys]] | None = None

    def keep(self, keyed: Keyed, who: frozenset[int] | None) -> dict[str, str]:
        """Keep a keying for `who` (None: all who may key); returns the digest by which the audit trail names it."""
        nonce, content = secrets.token_hex(16), self._kept(keyed.content, who)
        me = keyer_of(self.act)
        self.new.append(
            {
                "meeting": self.act.meeting_id,
                "application": keyed.application_id,
                "seat": keyed.seat_id,
                "user": me.user_id,
                "name": me.name,
                "role": me.role.value,
                "content": content,
                "nonce": nonce,
                "at": self.act.at,
            }
        )
        return {f"{keyed.name}/{me.name}": keying_digest(nonce, content)}

    def narrow(self, keyed: Keyed, one: OpenKeying, content: Content, who: frozenset[int]) -> dict[str, str]:
        """Keep another's sealed keying for its two keyers alone, once there are two; returns its new digest."""
        if "sealed" not in json.loads(one.content):
            return {}
        kept = self._kept(content, who)
        self.again.append({"id": one.id, "content": kept})
        return {f"{keyed.name}/{one.keyer.name}": keying_digest(one.nonce, kept)}

    def end(self, one: OpenKeying, places: Sequence[str], other: str) -> None:
        """A keying counts no more: what was keyed is forgotten, where it differed and from whose is kept."""
        told = {"id": one.id, "at": self.act.at, "places": json.dumps(list(places)), "checked_with": other}
        self.ended.append(told)

    def write(self) -> None:
        """Write it all."""
        for statement, rows in ((_END, self.ended), (_AGAIN, self.again), (_KEEP, self.new)):
            if rows:
                self.act.connection.execute(statement, rows)

    def _kept(self, keyed: Content, who: frozenset[int] | None) -> str:
        """A keying as it is kept: in clear where marks are, else in boxes of one length for those who may open it."""
        said = canonical(as_kept(keyed))
        if not self.act.policy.scoring.sealing:
            return said
        from models.sealed import PADDED, seal_for

        padded = said.encode().ljust(PADDED)  # JSON takes blanks at its end
        if len(padded) > PADDED:
            raise Refused("comment_long", T("评语和弃权理由太长，请缩短。"))
        publics = self._publics_of(who)
        boxes = zip(publics, seal_for(publics, padded), strict=True)
        return canonical({"sealed": {one.box.hex(): base64.b64encode(box).decode() for one, box in boxes}})

    def _publics_of(self, who: frozenset[int] | None) -> list[PublicKeys]:
        if self._publics is None:
            self._publics = {}
            for row in self.act.connection.execute(_KEYERS):
                pair = PublicKeys(bytes(row.box_public), bytes(row.sign_public))
                self._publics.setdefault(row.user_id, []).append(pair)
        return [pair for user, pairs in self._publics.items() if who is None or user in who for pair in pairs]
