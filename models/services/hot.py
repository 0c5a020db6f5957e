"""How the acts of a meeting that are done a hundred times a minute are done: look, decide, write, and no lock between.

They keep to what `acting` keeps to: right, phase, one entry in the chain, all or nothing, a refusal audited. But who
decides holds up nobody: the sheet is opened and boxed before the chain's head is taken, and what was looked at must
still stand when it is. If others are too quick again and again, the head is held from the look on.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from sqlalchemy import text

from models import engines
from models.database import Head
from models.errors import DatabaseUnusable, KmdxError, NotPermitted, Refused
from models.queries.base import Office
from models.rules import permissions
from models.services.acting import acting, audit_refusal, is_recorded
from models.services.hot_writes import AT_MOST_SINCE, Change, write, write_held
from models.services.own_sheet import HANDING_IN, OwnSheet, does_not_mark, look
from models.views.people import Actor

R = TypeVar("R")

TRIES = 4
"""How often it is tried without holding the head."""

QUIET_ACTS = frozenset({"marks.enter"})
"""Acts of which other desks are not told: a draft is nobody else's to see, and waking every desk for each mark would
cost more than the mark. They are noticed at the next look."""

KEPT = 16
"""Of how many sheets it is remembered how they stand."""

PAUSE_SECONDS = 0.005
"""The longest pause after a try that came to nothing."""

Decide = Callable[[OwnSheet, str], tuple[Change, R]]
"""What is to be written of a sheet that was looked at, at a moment; and the answer. Raises what refuses the act."""

_RECORDED = text(
    "SELECT 1 FROM audit_entry WHERE seq > :seen AND at = :at AND actor = :actor AND act = :act AND object = :object "
    "AND refused = ''"
)


def hot_act(office: Office, actor: Actor, name: str, meeting: str, no: str, decide: Decide[R]) -> R:
    """Do an act on an own sheet. Raises what `acting` raises."""
    hot = _Hot(office, actor, name, meeting, no, decide)
    try:
        return hot.done()
    except (Refused, NotPermitted) as error:
        audit_refusal(office, actor, name, meeting, error)
        raise
    except _NoSeat:
        with acting(office, actor, name, meeting):  # which says why, where it is not this
            raise does_not_mark(actor) from None
    except DatabaseUnusable as error:
        if not hot.is_written(error):
            raise
        return hot.answer


def look_once(office: Office, actor: Actor, meeting: str, no: str) -> OwnSheet | None:
    """Look at an own sheet and remember it, unless it is known; None then, and where no mark may be put on it."""
    if office.looks.get(no, (None, None))[0] is actor:
        return None
    with suppress(KmdxError), office.database.straight() as line:
        seen = look(office, line, actor, "marks.enter", meeting, no)
        if seen is not None:
            _keep(office, actor, seen)
        return seen
    return None


def try_out(office: Office, change: Change) -> None:
    """Have the write of a change planned on the line, once: sent as of a head far off, so that nothing is written."""
    database = office.database
    if office.tried_out or database.server is None or not database.server.in_one_round:
        return
    office.tried_out = True
    far_off = replace(change, was=replace(change.was, seq=change.was.seq + 10 * AT_MOST_SINCE))
    with suppress(KmdxError), database.straight() as line:
        write(database, line, far_off, tell=False)


def _keep(office: Office, actor: Actor, sheet: OwnSheet) -> None:
    office.looks.pop(sheet.no, None)
    office.looks[sheet.no] = (actor, sheet)
    for oldest in list(office.looks)[:-KEPT]:
        office.looks.pop(oldest, None)


class _NoSeat(Exception):
    """A look found no such seat in such a meeting."""


@dataclass
class _Hot(Generic[R]):
    office: Office
    actor: Actor
    name: str
    meeting: str
    no: str
    decide: Decide[R]
    _change: Change | None = None

    def done(self) -> R:
        """Do it; returns the answer."""
        server = self.office.database.server
        for _ in range(TRIES if server is None or server.in_one_round else 0):
            if self._try():
                return self.answer
            time.sleep(random.uniform(0, PAUSE_SECONDS))
        self._do_alone()
        return self.answer

    def is_written(self, error: DatabaseUnusable) -> bool:
        """Whether it is in the chain, though the database did not answer. Raises `DatabaseUnusable` (unsure)."""
        change = self._change
        if change is None or error.code != "database_unreachable":
            return False
        entry = {"seen": change.was.seq, "at": change.at, "actor": self.actor.name}
        return is_recorded(self.office, _RECORDED, entry | {"act": self.name, "object": self.no}, error)

    def _try(self) -> bool:
        """Whether what was looked at still stood when it was written."""
        database = self.office.database
        with database.straight() as line:
            change = self._decided(line)
            try:
                written = write(database, line, change, tell=self.name not in QUIET_ACTS)
            except Exception as error:
                if not engines.is_refused_in_turn(error):
                    raise
                line.rollback()
                return False
        if written is not None:  # most marks are put on the sheet that got one just before
            _keep(self.office, self.actor, change.done(written))
        return written is not None

    def _do_alone(self) -> None:
        database = self.office.database
        with database.holding_head() as (connection, head):
            line = connection.connection.driver_connection
            change = self._decided(line)
            written = write_held(line, head, change)
            database.move_head(connection, Head(written.seq, written.hash), tell=self.name not in QUIET_ACTS)

    def _decided(self, line: Any) -> Change:
        """What is to be written, of the sheet as it was left here if it was the last one: else it is looked at."""
        self._change, kept = None, self._kept()
        self.office.looks.pop(self.no, None)
        if kept is not None:
            try:
                permissions.check(self.name, kept.standing.role, kept.standing.phase)
                return self._decide_on(kept)
            except KmdxError:
                pass  # who refuses has looked
        seen = look(self.office, line, self.actor, self.name, self.meeting, self.no)
        if seen is None:
            raise _NoSeat
        return self._decide_on(seen)

    def _decide_on(self, sheet: OwnSheet) -> Change:
        self._change, self.answer = self.decide(sheet, self.office.stamp())
        return self._change

    def _kept(self) -> OwnSheet | None:
        actor, sheet = self.office.looks.get(self.no, (None, None))
        if actor is not self.actor or self.name in HANDING_IN:  # for those the epoch has to be looked up
            return None
        return sheet if sheet.standing.meeting_id == self.meeting else None
