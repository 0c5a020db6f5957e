"""The expert's desk: own sheets as a grid, a number typed straight into its cell and saved at once.

After the reveal the same grid shows what is flagged in the own sheets, and takes explanations and corrections.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from models.enums import Phase, label
from models.text import T, mark, tr
from screens.base import Desk
from screens.board_parts.clock import elapsed, left
from screens.cards import NearCards, open_card, side_lines
from screens.commands import Command
from screens.dialogs.card import CardDialog
from screens.scoring_parts import lines
from screens.scoring_parts.after import AfterActions
from screens.scoring_parts.journal import HANDED_IN
from screens.scoring_parts.look import Look, look
from screens.scoring_parts.sheets import SheetActions
from screens.widgets.lines_pane import Line, LinesPane
from screens.widgets.mark_grid import MarkGrid

if TYPE_CHECKING:
    from models.views.applications import ApplicationCard

_SCORING = frozenset({Phase.SCORING})
_DELIBERATING = frozenset({Phase.DELIBERATING})
_TYPING = mark(
    "数字直接键入，全角半角都收，“。”就是小数点；离开格子就保存。Enter 到下一个空格，Tab 和方向键逐格移动，"
    "Backspace 改，Delete 清空（不等于零分）。"
)
_UNDO = mark("放弃没保存的数；没有的话，把上一个改过的分数改回去，可以连按。")

CARD_REST_SECONDS = 0.1
"""How long the cursor rests on an application before its card is read."""


def _sheet(key: str, action: str, title: str, help: str) -> Command:
    return Command(key, action, title, help, phases=_SCORING, group=mark("评分表"))


def _after(key: str, action: str, title: str, help: str) -> Command:
    return Command(key, action, title, help, phases=_DELIBERATING, group=mark("揭晓以后"))


class ScoringScreen(SheetActions, AfterActions):
    """Own sheets of one meeting: type, submit, take back; after the reveal explain and correct."""

    HEADING = mark("评分")
    WORDS = (
        "Application",
        "ScoreSheet",
        "Rubric",
        "Criterion",
        "Mark",
        "Phrase",
        "Sealing",
        "Receipt",
        "Reveal",
        "Recusal",
        "Investment",
        "Level",
        "Correction",
        "Meeting",
        "Enterprise",
        "Track",
        "Batch",
    )
    COMMANDS_LIST = (
        Command("enter", "next_blank", mark("下一格"), _TYPING, phases=_SCORING),
        Command("f5", "submit", mark("提交"), mark("交上本项的评分表，再到下一个未交的项目。"), phases=_SCORING),
        Command("ctrl+z", "undo", mark("撤销"), _UNDO, phases=_SCORING),
        Command("f2", "card", mark("卡片"), mark("看本项的申报材料：概况、投入与补助、资格、摘要。")),
        Command("question_mark", "why", mark("评分依据"), mark("看每个指标的分值、步长和各分数段的说明。")),
        _sheet("f8", "comment", mark("评语"), mark("给本项写评语，随评分表一起保存。")),
        _sheet("f7", "take_back", mark("取回"), mark("取回已交的评分表来改；揭晓以前都可以。")),
        _sheet("f6", "abstain", mark("弃权"), mark("本项不评分，须写明理由；键入过的分数会清掉。")),
        _sheet("f4", "submit_all", mark("全部提交"), mark("把评完而未交的评分表一起交上。")),
        _after("x", "explain", mark("说明偏差"), mark("说明本项里被标出的偏差，写进会议纪要。")),
        _after("c", "correct", mark("录入更正"), mark("录入组长认定的更正的新分数。")),
    )
    DEFAULT_CSS = """
    ScoringScreen {
        & #banner { height: auto; padding: 0 1; color: $warning; background: $panel; display: none; }
        & #tally { height: 1; background: $panel; }
        & #here { height: 2; }
        &.-wide #here { display: none; }
        &.-apart #grid, &.-apart #tally, &.-apart #here, &.-apart .side { display: none; }
        &.-apart #banner { padding: 1 2; background: $surface; }
    }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._banner = Static("", id="banner", markup=False)
        self._tally = LinesPane(id="tally")
        self._here = LinesPane(id="here")
        self._side = LinesPane(classes="side")
        self._cards = NearCards(self)
        self._card: ApplicationCard | None = None
        self._resting: asyncio.TimerHandle | None = None

    def body(self) -> Sequence[Widget]:
        """The grid, with what is said above and below it; beside it the card and the criterion."""
        return (Vertical(self._banner, self.grid, self._tally, self._here), self._side)

    # Reading

    def refill(self) -> None:
        """Read the own sheets and how far the group is."""
        self._cards.forget()
        office, actor, meeting = self.desk.office, self.desk.actor, self.desk.meeting
        if actor is None or meeting is None:
            self._say_above(tr("还没有进入评审会。请按 Esc 回到签到，选一个评审会。"), apart=True)
        else:
            fill = partial(self._fill, self.writes, self.journal.turn)
            self.read(lambda: look(office, actor, meeting), fill)

    def _fill(self, writes: int, turn: int, seen: Look) -> None:
        """Show what was read, unless something was written meanwhile: then it is read again."""
        if writes != self.writes:
            self.refill()
            return
        first = self.seen is None
        self.seen = seen
        self.phase = seen.phase
        self._say_above(lines.banner(seen), apart=not seen.rows)
        self._show_top()
        self.tell_begun()
        if seen.desk is None:
            return
        ends, office = seen.desk.countdown_ends_at, self.desk.office
        self.top_line.count_down((lambda: left(ends, office.clock())) if ends is not None else None)
        self.rows = {row.no: row for row in seen.desk.rows}
        self.journal.saw(seen.desk.rows, turn)
        rows = [lines.grid_row(row, seen) for row in seen.desk.rows]
        self.grid.set_grid(lines.grid_criteria(seen.desk.rubric), rows)
        if first:
            self._begin()
        self.show_lines()

    def _begin(self) -> None:
        """At first: what was refused before still is, and the cursor stands where the work goes on."""
        for (no, code), one in self.journal.not_saved.items():
            self.grid.set_refused(no, code, one.typed, one.why)
        self.grid.focus()
        self.go_to_work(list(self.rows))

    # Showing

    def _say_above(self, words: str, *, apart: bool) -> None:
        """Say why nothing can be marked now; `apart`: and there is nothing else to show."""
        self._banner.update(words)
        self._banner.display = bool(words)
        self.set_class(apart, "-apart")

    def _show_top(self) -> None:
        seen, actor = self.seen, self.desk.actor
        if seen is None or actor is None:
            return
        phase, clock = label(seen.phase), self.desk.office.clock
        group = ""
        if seen.desk is not None and seen.phase is Phase.SCORING:
            group = str(T("全组已交 {done}/{due}", done=seen.desk.group_done, due=seen.desk.group_due))
        who = f"{actor.name} {label(actor.role)}"
        self.top_line.show(
            seen.title,
            seen.around,
            seen.batch,
            lambda: f"{phase} {elapsed(seen.phase_since, clock())}",
            group,
            who=who,
        )

    def show_lines(self) -> None:
        """Paint what stands below and beside the grid for the cursor's cell."""
        seen, rows = self.look, list(self.rows.values())
        self._tally.show(lambda width, _height: lines.tally(seen, rows, width))
        if self.grid.cursor_key is not None:
            self._show_here()
            self._show_side()

    def _show_side(self) -> None:
        seen, row, criterion = self.look, self.row, self.criterion
        card = self._card if self._card is not None and self._card.no == row.no else None

        def beside(width: int, height: int) -> list[Line]:
            below = lines.sheet_lines(row, criterion, seen, width)
            room = height - len(below) - 1
            above = side_lines(card, width, room) if card is not None else []
            return [*above, *([()] * (room - len(above) + 1)), *below]

        self._side.show(beside)

    def _show_here(self) -> None:
        seen, row, criterion = self.look, self.row, self.criterion
        self._here.show(lambda width, _height: lines.here_lines(row, criterion, seen, width))

    def _moved(self) -> None:
        """What stands at the side follows once the cursor rests: a key paints the cursor and nothing else."""
        if self._resting is not None:
            self._resting.cancel()
        self._resting = asyncio.get_running_loop().call_later(CARD_REST_SECONDS, self.call_next, self._rested)

    def on_resize(self) -> None:
        """A window that became wide shows what stands at the side."""
        self._moved()

    def _rested(self) -> None:
        self._resting = None
        self._look_ahead()
        if self.grid.cursor_key is None or not self.has_class("-wide"):
            return
        if self._card is not None and self._card.no == self.grid.cursor_key:
            self._show_side()
        else:
            self._cards.read(self.grid.keys, self.grid.cursor_key, self._carded)

    def _look_ahead(self) -> None:
        """Have the sheet under the cursor looked at, so that its first mark is stored as quickly as the others."""
        no, actor, meeting = self.grid.cursor_key, self.desk.actor, self.desk.meeting
        if no is None or actor is None or meeting is None or not self.look.far or self.phase is not Phase.SCORING:
            return
        if self.rows[no].state not in HANDED_IN and not self.rows[no].recused:
            from models.services.scoring import look_ahead

            self.read(lambda: look_ahead(self.desk.office, actor, meeting, no), lambda _none: None, "ahead")

    def _is_awaited(self) -> bool:
        return super()._is_awaited() or (self._resting is not None and self.has_class("-wide"))

    def _carded(self, card: ApplicationCard) -> None:
        self._card = card
        self._show_side()

    @on(MarkGrid.CellHighlighted)
    def _at_cell(self, message: MarkGrid.CellHighlighted) -> None:
        """Another cell: what is wrong with its number, and what its criterion asks for."""
        if message.why not in self.say_line.text:
            self.say_line.refuse(message.why)
        self._show_here()
        self._moved()

    def action_card(self) -> None:
        """Show the card of the application under the cursor."""
        open_card(self, self.row.no)

    def action_why(self) -> None:
        """Show the anchors of the rubric, the cursor's criterion first."""
        codes = [one.code for one in self.rubric.criteria]
        dialog = CardDialog(T("评分依据"), lines.anchor_pages(self.rubric), codes.index(self.criterion.code))
        self.app.push_screen(dialog)
