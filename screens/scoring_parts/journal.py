"""An expert's marks on their way to the record.

A `Journal` enters them one after the other, remembers how to undo them, and lets no sheet be handed in over a number
that was refused. It belongs to who sits at a desk, and outlives a visit to another screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from models.enums import SheetState
from models.errors import DatabaseUnusable, Refused
from models.rules.marks import format_points
from models.text import T
from models.views.desk import DeskRow, SheetSaved
from models.views.people import Actor
from screens.widgets.mark_entry import Place

if TYPE_CHECKING:
    from models.policy.types import Criterion
    from models.queries.base import Office
    from screens.base import Desk

HANDED_IN = (SheetState.SUBMITTED, SheetState.ABSTAINED)
"""States in which a sheet takes no marks until it is taken back."""


class NotSaved(NamedTuple):
    """A number that was refused: as typed, why, and whether only because the database was away."""

    typed: str
    why: str
    lost: bool = False


class _Undo(NamedTuple):
    no: str
    code: str
    before: str


class Journal:
    """The marks of one seat. Only the writing thread calls its acts, so each sees what the one before it left."""

    def __init__(self, office: Office, actor: Actor, meeting: str) -> None:
        self.office = office
        self.actor = actor
        self.meeting = meeting
        self._undos: list[_Undo] = []
        self._known: dict[str, Mapping[str, int]] = {}
        self._turn = 0
        self._lock = Lock()
        self._not_saved: dict[Place, NotSaved] = {}

    @property
    def not_saved(self) -> dict[Place, NotSaved]:
        """The numbers that were refused and neither corrected nor given up since."""
        return dict(self._not_saved)

    def enter(self, no: str, criterion: Criterion, typed: str) -> SheetSaved:
        """Save one mark as typed; "" takes it back. Remembers the mark before it, or that this one was refused."""
        from models.services.scoring import enter_marks

        place = (no, criterion.code)
        try:
            saved = self.kept(
                enter_marks(*self._here, no, {criterion.code: typed}, seen=self._seen(no, criterion.code))
            )
        except Exception as error:
            lost = isinstance(error, DatabaseUnusable)
            if not lost:
                self._forget(no)  # the desk has been told what stands there: typed once more, it is meant
            self._not_saved[place] = NotSaved(typed, str(error), lost)
            raise
        self.give_up(place)
        before = saved.before.get(criterion.code)
        if before != saved.marks.get(criterion.code):
            self._undos.append(_Undo(*place, "" if before is None else format_points(before)))
        return saved

    def give_up(self, place: Place) -> None:
        """Forget a refused number: the mark before it is meant to hold."""
        self._not_saved.pop(place, None)

    def take_lost(self) -> list[tuple[Place, NotSaved]]:
        """The numbers that were refused only because the database was away, or full: to be handed over once more."""
        lost = [(place, one) for place, one in self.not_saved.items() if one.lost]
        for place, _ in lost:
            self.give_up(place)
        return lost

    def undo(self) -> tuple[SheetSaved, str]:
        """Put the last changed mark back; returns its sheet and criterion. Raises `Refused` if there is none left."""
        from models.services.scoring import enter_marks

        if not self._undos:
            raise Refused("nothing_to_undo", T("没有可撤销的评分。"))
        no, code, before = self._undos[-1]
        saved = self.kept(enter_marks(*self._here, no, {code: before}, seen=self._seen(no, code)))
        self._undos.pop()
        return saved, code

    def submit(self, nos: Sequence[str]) -> tuple[SheetSaved, ...]:
        """Hand in sheets. Raises `Refused` over a number that was refused: the mark before it may not be meant."""
        from models.services.scoring import submit

        for no in nos:
            why = "".join(one.why for (of, _), one in self._not_saved.items() if of == no)
            if why:
                lift = T("请改好，或在那一格按 Ctrl+Z 放弃它。")
                raise Refused("mark_not_saved", T("{no} 没有提交：{why}", no=no, why=why), lift=lift)
        return submit(*self._here, nos)

    def complete(self) -> list[str]:
        """The own sheets that are complete and not handed in, as recorded now."""
        from models.queries.desk import desk

        rows = desk(*self._here).rows
        return [row.no for row in rows if row.total_micro is not None and row.state not in HANDED_IN]

    # What the desk knows of the record, so that it writes over nothing unseen

    @property
    def turn(self) -> int:
        """Goes up with every answer of the record: what was read in an earlier turn is older than what is known."""
        return self._turn

    def saw(self, rows: Iterable[DeskRow], turn: int) -> None:
        """The desk shows these sheets, read in a turn."""
        with self._lock:
            if turn == self._turn:
                self._known = {row.no: row.marks for row in rows}

    def kept(self, saved: SheetSaved) -> SheetSaved:
        """A sheet stands in the record like this now."""
        with self._lock:
            self._turn += 1
            self._known[saved.no] = saved.marks
        return saved

    def _forget(self, no: str) -> None:
        with self._lock:
            self._turn += 1
            self._known.pop(no, None)

    def _seen(self, no: str, code: str) -> dict[str, int | None] | None:
        with self._lock:
            return {code: self._known[no].get(code)} if no in self._known else None

    @property
    def _here(self) -> tuple[Office, Actor, str]:
        return self.office, self.actor, self.meeting


_journals: WeakKeyDictionary[Desk, Journal] = WeakKeyDictionary()


def journal_of(desk: Desk) -> Journal | None:
    """The journal of who sits at a desk now; None where nobody does, or in no meeting."""
    if desk.actor is None or desk.meeting is None:
        return None
    kept = _journals.get(desk)
    if kept is None or (kept.actor, kept.meeting) != (desk.actor, desk.meeting) or kept.office is not desk.office:
        kept = _journals[desk] = Journal(desk.office, desk.actor, desk.meeting)
    kept.actor = desk.actor  # the same person, but the keys may be those of a new phrase
    return kept
