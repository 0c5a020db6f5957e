"""What all parts of the roster stand on: the applications as read, and the one under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.errors import WrongUse
from models.text import T
from models.views.applications import ApplicationLine
from screens.base import Desk
from screens.meeting_screen import MeetingScreen
from screens.widgets.long_table import LongTable

if TYPE_CHECKING:
    from models.queries.base import Office
    from models.views.meeting import MeetingView
    from models.views.people import Actor

Applications = tuple[ApplicationLine, ...]
Here = tuple["Office", "Actor", "MeetingView"]
"""Who acts, and in which meeting."""


class RosterBase(MeetingScreen[Applications]):
    """The roster without its commands."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.table = LongTable((), fixed=3, id="table")
        self.lines: dict[str, ApplicationLine] = {}
        self.chosen_batch: str | None = None
        """The batch that is listed where no meeting is open; None: all."""

    @property
    def line(self) -> ApplicationLine:
        """The application under the cursor. Raises `WrongUse` if there is none."""
        if self.table.cursor_key is None:
            raise WrongUse("no_row", T("先把光标移到一个项目上。"))
        return self.lines[self.table.cursor_key]

    @property
    def here(self) -> Here:
        """Who acts, and in which meeting. Raises `WrongUse` where none is open."""
        if self.desk.actor is None or self.meeting_view is None:
            raise WrongUse("no_meeting", T("这要在评审会里办理。请按 Esc 到签到界面选一个评审会。"))
        return self.desk.office, self.desk.actor, self.meeting_view

    def about(self, line: ApplicationLine) -> str:
        """An application as a dialog names it."""
        return f"{line.no} {line.enterprise}"
