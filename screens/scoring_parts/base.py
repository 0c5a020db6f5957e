"""What all parts of the expert's desk stand on: what was read, the sheet under the cursor, and how it is painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from models.enums import Phase, label
from models.errors import Refused, WrongUse
from models.rules.marks import format_points
from models.text import T, Text, tr
from screens.base import Desk, KmdxScreen
from screens.dialogs.ask import words_dialog
from screens.scoring_parts import lines
from screens.scoring_parts.journal import HANDED_IN, Journal, journal_of
from screens.widgets.mark_grid import MarkGrid

if TYPE_CHECKING:
    from models.policy.types import Criterion, Rubric
    from models.queries.base import Office
    from models.views.desk import DeskRow, SheetSaved
    from models.views.people import Actor
    from screens.scoring_parts.look import Look


class DeskBase(KmdxScreen):
    """The expert's desk without its commands."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.grid = MarkGrid(empty=str(T("没有要评的项目。")), id="grid")
        self.seen: Look | None = None
        self.rows: dict[str, DeskRow] = {}
        self.writes = 0
        """Counts what was handed over or answered: what was read before may be older than what stands here."""

    def show_lines(self) -> None:
        """Paint what stands below and beside the grid."""
        raise NotImplementedError

    @property
    def look(self) -> Look:
        """What was read. Raises `Refused` while there is nothing to mark here."""
        if self.seen is None or self.seen.desk is None:
            raise Refused("no_desk", T("这里没有可评的项目。"))
        return self.seen

    @property
    def rubric(self) -> Rubric:
        """What is marked."""
        assert self.look.desk is not None
        return self.look.desk.rubric

    @property
    def row(self) -> DeskRow:
        """The sheet under the cursor. Raises `WrongUse` if there is none."""
        key = self.grid.cursor_key if self.look is not None else None
        if key is None:
            raise WrongUse("no_row", T("先把光标移到一个项目上。"))
        return self.rows[key]

    @property
    def criterion(self) -> Criterion:
        """The criterion under the cursor."""
        place = self.grid.place
        found = self.rubric.criterion(place[1]) if place is not None else None
        return found or self.rubric.criteria[0]

    @property
    def journal(self) -> Journal:
        """The marks' way to the record."""
        journal = journal_of(self.desk)
        assert journal is not None, "what was read was read for somebody in a meeting"
        return journal

    @property
    def here(self) -> tuple[Office, Actor, str]:
        """Who acts, and where, as services take them."""
        return self.journal.office, self.journal.actor, self.journal.meeting

    def put(self, row: DeskRow) -> None:
        """Show a sheet as it is now."""
        self.rows[row.no] = row
        self.grid.set_row(lines.grid_row(row, self.look))
        self.show_lines()

    def took(self, saved: SheetSaved) -> None:
        """Show a sheet as it stands in the record now."""
        self.writes += 1
        row = self.rows[saved.no]
        row = replace(row, receipt=saved.receipt, hidden=None)
        self.put(replace(row, state=saved.state, marks=saved.marks, total_micro=saved.total_micro))

    def show_mark(self, saved: SheetSaved, code: str) -> str:
        """Show a mark that was just saved; returns how it reads."""
        value = saved.marks.get(code)
        shown = "" if value is None else format_points(value)
        self.took(saved)
        self.grid.set_saved(saved.no, code, shown)
        return shown or tr("空")

    def go_to_work(self, nos: Sequence[str]) -> bool:
        """Put the cursor on the first of these sheets that wants something; False, and it stays, where none does."""
        for row in (self.rows[no] for no in nos):
            owing = self.look.owed(row.no) or self.look.open_corrections(row.no)
            unmarked = self.look.phase is Phase.SCORING and row.state not in HANDED_IN
            if not row.recused and (owing or unmarked):
                return self.grid.go_to(row.no, lines.first_blank(row, self.rubric))
        return False

    def why_locked(self, row: DeskRow) -> str:
        """Why a sheet takes no marks now, and what would lift it."""
        if self.look.phase is Phase.SCORING:
            return str(T("{no} {state}，要改请先按 F7 取回。", no=row.no, state=label(row.state)))
        return lines.banner(self.look)

    def editable(self) -> DeskRow:
        """The sheet under the cursor. Raises `Refused` if it takes no marks."""
        row = self.row
        if row.state in HANDED_IN:
            raise Refused("already_submitted", T("{why}", why=self.why_locked(row)))
        return row

    def about(self, row: DeskRow) -> str:
        """An application as a dialog names it."""
        return f"{row.no} {row.enterprise}"

    def ask_words(
        self, title: Text, label_: Text, about: Text | str, then: Callable[[str], None], value: str = ""
    ) -> None:
        """Ask for one sentence; an empty one is not taken."""
        self.ask(words_dialog(title, label_, about, value), lambda answers: then(answers["words"]))
