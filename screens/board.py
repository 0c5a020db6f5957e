"""The board: progress while marks are sealed, the ranking after the reveal, then the list with its line and quotas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from models.enums import REVEALED, Phase, Role
from models.errors import KmdxError
from models.rules.permissions import allowed
from models.sealed import HOLDERS
from models.text import T, mark
from models.views.derivation import Derivation
from models.views.results import ItemView
from screens.base import Desk
from screens.board_parts.allocating import AllocationActions
from screens.board_parts.commands import COMMANDS
from screens.board_parts.conflicts import ConflictActions
from screens.board_parts.deliberating import DeliberationActions
from screens.board_parts.envelopes import EnvelopeActions
from screens.board_parts.holders import awaits_shares
from screens.board_parts.item import item_lines, owed
from screens.board_parts.leaf import LeafDialog, paragraph
from screens.board_parts.look import Look, look
from screens.board_parts.progress import ProgressPane
from screens.board_parts.room import RoomActions, room_lines
from screens.board_parts.rows import list_columns, list_rows, talk_columns, talk_rows
from screens.board_parts.seats import SeatActions
from screens.board_parts.side import listed_lines, quota_lines, way_lines
from screens.board_parts.why import Asked, read_whys, score_words
from screens.cards import open_card
from screens.commands import footer
from screens.dialogs.ask import AskDialog, Field
from screens.dialogs.why import WhyDialog, policy_words
from screens.widgets.cells import Tone, shown
from screens.widgets.lines_pane import Line, LinesPane, content
from screens.widgets.long_table import LongTable

if TYPE_CHECKING:
    from models.queries.base import Office
    from models.views.meeting import MeetingView
    from models.views.people import Actor

MOST_READ_ALONG = 1000
"""Up to so many applications the side shows the sheets of the row under the cursor; beyond, Enter does."""

TICK_SECONDS = 1.0

SAID = 2
"""So many things in the way are said in the line; more are listed."""

SIDE, MOST_WAYS = 40, 12
"""Cells of the side's lines, and how many of them what stands in the way may take beside an item."""


class BoardScreen(SeatActions, ConflictActions, EnvelopeActions, RoomActions, DeliberationActions, AllocationActions):
    """One place for the whole meeting; what it shows follows the phase."""

    HEADING = mark("排名与结果")
    WORDS = (
        "Meeting",
        "Seat",
        "Phrase",
        "Recusal",
        "ScoreSheet",
        "Mark",
        "Sealing",
        "Envelope",
        "Reveal",
        "Criterion",
        "Application",
        "Enterprise",
        "Ranking",
        "Correction",
        "Quota",
        "Allocation",
        "Adjustment",
        "Publicity",
        "Objection",
        "AwardList",
        "Minutes",
        "Track",
        "Batch",
    )
    COMMANDS_LIST = COMMANDS
    DEFAULT_CSS = """
    BoardScreen {
        & #middle { width: 1fr; }
        & #room { height: auto; max-height: 5; padding: 0 1; }
        & #trial { height: auto; max-height: 4; padding: 0 1; background: $panel; color: $warning; text-style: bold; }
        & .side.-away { display: none; }
        & .side.-list #about { height: 7; }
        & #rest { margin-top: 1; }
        &.-narrow ProgressPane {
            & #head { margin: 0 1; }
            & #bar, & #seal { margin: 0 1; }
            & #parts { layout: vertical; }
            & #way { width: 100%; height: 3; dock: none; padding: 0 1; background: $surface; }
            & #seats { padding: 0 0 0 1; margin-top: 1; }
        }
    }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._reading = False
        self._stale = False
        self._found = ""
        self._item: ItemView | None = None
        self._progress = ProgressPane()
        self._room = Static(id="room", markup=False)
        self._trial = Static(id="trial", markup=False)
        self._middle = Vertical(self._room, self.table, self._trial, id="middle")
        self._about = LinesPane(id="about")
        self._rest = LinesPane(id="rest")
        self._side = Vertical(self._about, self._rest, classes="side")

    def body(self) -> list[Widget]:
        """Progress, or the table with its side; which of them shows is the phase's word."""
        return [self._progress, self._middle, self._side]

    def on_mount(self) -> None:
        """Nothing to show before the first look but the frame; then the clock goes."""
        for pane in (self._progress, self._middle, self._trial):
            pane.display = False
        self._side.add_class("-away")
        self.set_interval(TICK_SECONDS, self._tick)

    # Looking

    def refill(self) -> None:
        """Look again. While a look is under way the next waits for it: a busy meeting must not keep the board blind."""
        self._stale = self._reading
        if not self._reading:
            self._reading = self.desk.actor is not None and self.desk.meeting is not None
            super().refill()

    def around(self, actor: Actor, meeting: MeetingView) -> str:
        """Nothing: the board says it all above the ranking."""
        return ""

    def _look(self, actor: Actor, meeting: str) -> tuple[MeetingView, Look | None, KmdxError | None]:
        try:
            return super()._look(actor, meeting)
        finally:
            self._reading = False

    def gather(self, office: Office, actor: Actor, meeting: MeetingView) -> Look:
        """Ranking, list and quotas, as far as the phase has them."""
        return look(office, actor, meeting)

    def fill(self, view: Look) -> None:
        """Show progress or table, by the phase; and look again if something changed meanwhile."""
        before, self.seen = self.seen, view
        self._item = None
        revealed = view.phase in REVEALED
        self._progress.display = not revealed
        self._middle.display = revealed
        self._side.set_class(not revealed, "-away")
        if revealed:
            self._fill_table(before)
        else:
            self._progress.show(view.meeting, self.desk.office.clock())
        self.show_keys()
        if self._stale:
            self.refill()

    def unavailable(self, why: str) -> None:
        """Nothing to show: say why."""
        self._progress.display = False
        self._side.add_class("-away")
        self._middle.display = True
        self.table.empty = why
        self.table.set_rows((), lambda _index: ())

    def _fill_table(self, before: Look | None) -> None:
        assert self.seen is not None
        talking = not self.seen.has_list
        self._room.display = talking
        self._side.set_class(not talking, "-list")
        ways = len(way_lines(self.seen.meeting, SIDE))
        self._rest.styles.height = min(ways, MOST_WAYS) if talking else None
        if self.seen.phase is not Phase.ALLOCATING:
            self.trial = self.trial_quota = None
        if before is None or before.has_list is talking or not self.table.columns:
            self.table.set_columns(talk_columns() if talking else list_columns())
        if before is None or before.phase not in REVEALED:
            self.table.focus()
        if self.trial_quota is not None:
            self.try_quota(self.trial_quota)
        self.show_list()

    def show_list(self) -> None:
        """Paint table and side from what is known."""
        seen = self.look
        assert seen.ranking is not None
        view = self.shown
        if not seen.has_list:
            self._room.update(content(room_lines(seen)))
            self.table.set_rows(*talk_rows(seen))
        elif view is None:
            self.table.empty = str(T("还没有分配方案。组长按 P 生成。"))
            self.table.set_rows((), lambda _index: ())
        else:
            self.table.set_rows(*list_rows(seen, view))
        self._trial.display = self.trial is not None
        if self.trial is not None:
            keys = T("Enter 采用（写明理由）　V 再改　Esc 收起，什么也不留")
            self._trial.update(f"{shown(self.trial_words())}\n{keys}")
        self._about.show(lambda width, _height: self._row_lines(width))
        self._rest.show(lambda width, _height: self._rest_lines(width))
        self._read_along()

    @on(LongTable.RowHighlighted)
    def follow(self) -> None:
        """The side follows the cursor."""
        self._about.refresh()
        self._read_along()

    def _rest_lines(self, width: int) -> list[Line]:
        """What the whole meeting still owes, and how full the quotas are."""
        seen = self.look
        return quota_lines(seen, self.shown, min(width, SIDE)) if seen.has_list else way_lines(seen.meeting, width)

    def _row_lines(self, width: int) -> list[Line]:
        """The row under the cursor."""
        seen, view, no = self.look, self.shown, self.table.cursor_key
        if no is None:
            return []
        if view is not None:
            return listed_lines(view.applications[self.table.cursor_index], view.places, width)
        name = paragraph(self.about(no), width, Tone.STRONG)
        needs = seen.needs.get(no)
        if self._item is not None and self._item.no == no:
            return [*name, *item_lines(self._item, seen.meeting.rubric.criteria, needs, width)]
        return [*name, *(line for text in owed(needs) for line in paragraph(text, width))] if needs else name

    def _read_along(self) -> None:
        """Read the sheets of the row under the cursor, where the side shows them and the meeting is not too large."""
        no = self.table.cursor_key
        if no is None or self.look.has_list or not self.has_class("-wide") or len(self.look.ranked) > MOST_READ_ALONG:
            return
        if self._item is None or self._item.no != no:
            self.with_item(no, self._show_item, "side")

    def _show_item(self, item: ItemView) -> None:
        self._item = item
        self._about.refresh()

    def on_resize(self) -> None:
        """A wider window shows more on its side."""
        if self.seen is not None and self.seen.phase in REVEALED:
            self._read_along()

    def _tick(self) -> None:
        if self._progress.display:
            self._progress.tick(self.desk.office.clock())

    def show_keys(self) -> None:
        """The keys of this phase; F9 only for who moves the meeting on, amounts only where the meeting decides them."""
        if self.seen is None or self.role is None:
            super().show_keys()
            return
        meeting = self.seen.meeting
        idle = set()
        if not meeting.sealing or meeting.blockers:
            idle.add("use_envelope")
        if not meeting.sealing or self.role is Role.CHAIR:  # whose line is full: it stands in the help
            idle.add("new_envelope")
        moves = "meeting.advance" if not awaits_shares(meeting) else "meeting.unseal"
        if not allowed(moves, self.role, self.seen.phase) or (awaits_shares(meeting) and self.role not in HOLDERS):
            idle.add("advance")
        if not self.seen.decides_amounts:
            idle.add("amount")
        commands = [command for command in self.all_commands() if command.action not in idle]
        self.keys_line.show(footer(commands, self.role, self.seen.phase))

    # Looking closer

    @on(LongTable.RowSelected)
    async def chosen(self) -> None:
        """Enter on a row, or a double click."""
        await self.action_command("open")

    def action_open(self) -> None:
        """Adopt what is tried, or open the application's sheets."""
        if self.trial is not None:
            self.adopt_trial()
        else:
            self.with_item(self.no, self._open_item)

    def _open_item(self, item: ItemView) -> None:
        criteria, needs = self.look.meeting.rubric.criteria, self.look.needs.get(item.no)
        title = f"{item.no} {item.enterprise}"
        self.app.push_screen(LeafDialog(title, lambda width: item_lines(item, criteria, needs, width)))

    def action_card(self) -> None:
        """Show the application itself."""
        open_card(self, self.no)

    def action_side(self) -> None:
        """Show what stands on the side, for windows too narrow for it."""
        title = T("配额、预算和还缺什么") if self.look.has_list else T("还缺什么")
        self.app.push_screen(LeafDialog(title, lambda width: [*self._row_lines(width), (), *self._rest_lines(width)]))

    def action_find(self) -> None:
        """Ask for a word and jump to the next row that has it."""

        def jump(answers: dict[str, str]) -> None:
            self._found = answers["words"]
            if self._found and not self.table.find(self._found):
                self.say(T("没有找到“{words}”。", words=self._found))

        hint = str(T("编号、企业、县区、行业"))
        field = Field("words", str(T("查找")), self._found, hint, longest=60, fleeting=True)
        self.ask(AskDialog(T("查找"), (field,)), jump)

    def action_sensitivity(self) -> None:
        """Go and see what the list hangs on."""
        self._go("sensitivity")

    def action_key_paper(self) -> None:
        """Go and key paper sheets."""
        self._go("keying")

    def action_why(self) -> None:
        """How the figures of the row under the cursor came about: score, rank, amount, outcome."""
        no, seen = self.no, self.look
        office, actor, meeting = self.acting
        assert seen.ranking is not None
        line = seen.ranked.get(no)
        score = score_words(None if line is None else line.score, seen.ranking.places)
        listed = None if self.shown is None else self.shown.of(no)
        asked = Asked(no, score) if listed is None else Asked(no, score, True, listed.derivation, self.trial_quota)

        def show(derivations: tuple[Derivation, ...]) -> None:
            title = T("为什么 {item}", item=self.about(no))
            self.app.push_screen(WhyDialog(derivations, policy_words(seen.meeting), title))

        self.read(lambda: read_whys(office, actor, meeting, asked), show, "why")

    def action_advance(self) -> None:
        """Move the meeting on; where more stands in the way than a line can say, list it."""
        seen = self.meeting_view
        if seen is not None and len(seen.blockers) > SAID and (awaits_shares(seen) or seen.mover is self.role):
            self.app.push_screen(LeafDialog(T("还不能进入下一阶段"), lambda width: way_lines(seen, width)))
        else:
            super().action_advance()

    def action_back(self) -> None:
        """Put a what-if away; else go back."""
        if self.close_trial():
            self.say(T("试算已收起，什么也没有改。"))
        else:
            super().action_back()
