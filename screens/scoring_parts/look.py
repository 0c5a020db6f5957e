"""What the expert's desk reads, in one go in a thread: own sheets, and after the reveal what is flagged in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.enums import REVEALED, Phase
from models.errors import NotPermitted
from models.text import Text
from models.views.desk import DeskRow, DeskView
from models.views.people import Actor
from models.views.results import CorrectionView, SheetView
from screens.room_note import room_note

if TYPE_CHECKING:
    from models.queries.base import Office


@dataclass(frozen=True)
class Look:
    """The desk as read: `desk` None where the seat does not mark, or marks are sealed and the keys are not here.

    `refusal` says which. After the reveal also the own sheets with what is flagged in them, and the own corrections.
    """

    title: str
    batch: str
    phase: Phase
    phase_since: str
    desk: DeskView | None = None
    refusal: str = ""
    sheets: Mapping[str, SheetView] = field(default_factory=dict)
    corrections: tuple[CorrectionView, ...] = ()
    around: str = ""
    """What is said of the room."""
    far: bool = False
    """Whether the database is on a server: then the sheet under the cursor is looked at ahead."""

    @property
    def rows(self) -> tuple[DeskRow, ...]:
        """The own sheets; none where the seat does not mark."""
        return self.desk.rows if self.desk is not None else ()

    def owed(self, no: str) -> tuple[Text, ...]:
        """What is flagged in the own sheet and not yet explained."""
        sheet = self.sheets.get(no)
        return sheet.flags if sheet is not None and not sheet.explanation else ()

    def open_corrections(self, no: str) -> list[CorrectionView]:
        """The corrections of an own sheet that wait for the new mark."""
        return [one for one in self.corrections if one.no == no and one.new_milli is None]


def look(office: Office, actor: Actor, meeting: str) -> Look:
    """Read the desk of a seat. Raises what the queries raise, but not that there is nothing to mark with."""
    from models.queries import desk as queries
    from models.queries.meeting import meeting as read_meeting
    from models.sealed import no_keys

    try:
        view = queries.desk(office, actor, meeting)
    except NotPermitted as refusal:
        seen = read_meeting(office, actor, meeting)
        around = room_note(office, actor, meeting, seen.phase)
        return Look(seen.title, seen.batch, seen.phase, seen.phase_since, refusal=str(refusal), around=around)
    if view.sealing and view.phase is Phase.SCORING and actor.keys is None:
        return Look(view.title, view.batch, view.phase, view.phase_since, refusal=str(no_keys(actor.name)))
    far = not office.database.is_sqlite
    known = Look(view.title, view.batch, view.phase, view.phase_since, view, far=far)
    if view.phase not in REVEALED:
        return known
    sheets, corrections = queries.own_results(office, actor, meeting)
    around = room_note(office, actor, meeting, view.phase)
    return Look(view.title, view.batch, view.phase, view.phase_since, view, "", sheets, corrections, around)
