"""What the list hangs on: an expert or a criterion left out, one mark changed; and how far the experts agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from models.enums import REVEALED
from models.rules.permissions import READS
from models.text import T, mark
from models.views.sensitivity import LeftOut, SensitivityView
from screens.board_parts.leaf import LeafDialog, paragraph
from screens.cards import open_card
from screens.commands import Command
from screens.meeting_screen import MeetingScreen
from screens.sensitivity_parts import words
from screens.sensitivity_parts.agreeing import agreement_lines
from screens.sensitivity_parts.tables import (
    MARK,
    choice_columns,
    choice_rows,
    mark_columns,
    mark_rows,
    move_columns,
    move_rows,
)
from screens.widgets.bars import bar
from screens.widgets.cells import Cell, Column, Tone
from screens.widgets.lines_pane import Line, LinesPane
from screens.widgets.long_table import LongTable

if TYPE_CHECKING:
    from models.queries.base import Office
    from models.views.meeting import MeetingView
    from models.views.people import Actor

READERS = READS["sensitivity.read"].roles
TICK_SECONDS = 0.2
BAR = 30


class SensitivityScreen(MeetingScreen[SensitivityView]):
    """On the left what may be left out, on the right who changes sides, below how far the experts agree.

    It takes seconds to compute: that is done when the screen is opened and when it is asked for, not at each change.
    """

    HEADING: ClassVar[str] = mark("敏感性与一致性")
    BACK: ClassVar[str] = "board"
    WATCHES: ClassVar[bool] = False
    WORDS: ClassVar[tuple[str, ...]] = (
        "Criterion",
        "ScoreSheet",
        "Mark",
        "Ranking",
        "Quota",
        "Allocation",
        "Adjustment",
        "Recusal",
        "Panel",
        "Application",
        "Enterprise",
    )
    COMMANDS_LIST = (
        Command(
            "enter",
            "detail",
            mark("详情"),
            mark("光标所在一行的结论、全部换边和待定的项目。"),
            READERS,
            frozenset(REVEALED),
        ),
        Command("f2", "card", mark("卡片"), mark("右侧光标所在项目的申报材料。"), READERS, frozenset(REVEALED)),
        Command("r", "again", mark("重算"), mark("按现在的评分和配额重新计算。"), READERS, frozenset(REVEALED)),
        Command("question_mark", "why", mark("方法"), mark("这些数是怎样算出来的，各说明什么。")),
    )
    DEFAULT_CSS = """
    SensitivityScreen {
        & #whole { width: 1fr; }
        & #upper { height: 1fr; }
        & #choices { width: 40; }
        & #found { width: 1fr; padding-left: 1; }
        & #told { height: 4; padding: 0 1; background: $panel; }
        & #agreement { height: 9; padding: 1 1 0 1; background: $panel; }
        &.-narrow #choices { width: 25; }
        &.-narrow #agreement { height: 4; padding: 0 1; }
    }
    """

    def body(self) -> Sequence[Widget]:
        """The two tables with what is said of the choice, and the agreement below them."""
        self.seen: SensitivityView | None = None
        self._done: tuple[int, int] | None = None
        self.choices = LongTable(choice_columns(), id="choices")
        self.told = LinesPane(id="told")
        self.moves = LongTable(move_columns(), fixed=1, id="moves")
        self.agreement = LinesPane(id="agreement")
        upper = Horizontal(self.choices, Vertical(self.told, self.moves, id="found"), id="upper")
        return [Vertical(upper, self.agreement, id="whole")]

    def on_mount(self) -> None:
        """Begin at once, and say how far it is."""
        self.set_interval(TICK_SECONDS, self._show_progress)
        self.choices.focus()
        self.refill()

    # Reading and showing

    def gather(self, office: Office, actor: Actor, meeting: MeetingView) -> SensitivityView:
        """Compute it all; the painting thread looks now and then how far it is."""
        from models.queries.sensitivity import sensitivity

        self._done = (0, 1)
        try:
            return sensitivity(office, actor, meeting.id, progress=self._note)
        finally:
            self._done = None

    def _note(self, done: int, of: int) -> None:
        self._done = (done, of)

    def _show_progress(self) -> None:
        if self._done is None:
            return
        done, of = self._done
        text = str(T("正在逐一重算名单 {done}/{of}", done=done, of=of))
        self.told.show(lambda _width, _height: [(Cell(text),), (Cell(bar(done, of, BAR), Tone.ACCENT),)])

    def fill(self, view: SensitivityView) -> None:
        """Show the choices; the one under the cursor stays."""
        self.seen = view
        self.choices.set_rows(*choice_rows(view))
        self.agreement.show(self._agreement_in)
        self.follow()

    def unavailable(self, why: str) -> None:
        """It is not for this person, or not yet."""
        self.seen = None
        self._done = None
        self.moves.empty = why
        for table in (self.choices, self.moves):
            table.set_rows((), lambda _index: ())
        for pane in (self.told, self.agreement):
            pane.show(lambda _width, _height: ())

    @on(LongTable.RowHighlighted, "#choices")
    def follow(self) -> None:
        """The right side follows the choice."""
        view = self.seen
        if view is None:
            return
        chosen = self._chosen()
        if chosen is None:
            self._columns(mark_columns())
            self.moves.empty = str(T("没有可以查找的项目。"))
            self.moves.set_rows(*mark_rows(view))
        else:
            self._columns(move_columns())
            self.moves.empty = str(T("名单不变：没有项目换边。"))
            self.moves.set_rows(*move_rows(chosen, view))
        self.told.show(self._told_in)

    def _columns(self, columns: tuple[Column, ...]) -> None:
        if self.moves.columns != columns:
            self.moves.set_columns(columns)

    def _chosen(self) -> LeftOut | None:
        """The variation under the cursor; None for the change of one mark."""
        view = self.seen
        if view is None or self.choices.cursor_key in (None, MARK):
            return None
        return view.left_out[self.choices.cursor_index]

    def _told_lines(self, width: int) -> list[list[Line]]:
        """What is said of the choice, paragraph by paragraph: the finding first, what it is compared with last."""
        view, chosen = self.seen, self._chosen()
        if view is None:
            return []
        first, *rest = words.smallest_words(view) if chosen is None else words.left_out_words(chosen, view.places)
        return [
            paragraph(first, width, Tone.STRONG),
            *(paragraph(text, width) for text in rest),
            *(paragraph(text, width, Tone.MUTED) for text in words.compared_with(view)),
        ]

    def _told_in(self, width: int, height: int) -> list[Line]:
        """The paragraphs that fit; the first in any case. Enter shows all of them."""
        lines: list[Line] = []
        for one in self._told_lines(width):
            if lines and len(lines) + len(one) > height:
                break
            lines += one
        return lines

    def _agreement_in(self, width: int, height: int) -> list[Line]:
        lines = list(agreement_lines(self.seen, width)) if self.seen is not None else []
        last = paragraph(words.METHOD[-1], width, Tone.MUTED)
        if len(lines) > height:
            return [*lines[: height - 1], *paragraph(T("……其余评审组按 Enter 看"), width, Tone.MUTED)]
        return lines + last if lines and len(lines) + len(last) <= height else lines

    # Commands

    @on(LongTable.RowSelected)
    async def chosen(self) -> None:
        """Enter on a row, or a double click."""
        await self.action_command("detail")

    def action_detail(self) -> None:
        """Read all that is said of the choice, and the agreement by criterion."""
        view, chosen = self.seen, self._chosen()
        if view is None:
            self.not_read()
            return
        title = T("改动一个分") if chosen is None else words.left_out_name(chosen)
        self.app.push_screen(LeafDialog(title, lambda width: list(self._detail_lines(width))))

    def _detail_lines(self, width: int) -> Iterator[Line]:
        view, chosen = self.seen, self._chosen()
        assert view is not None
        yield from (line for told in self._told_lines(width) for line in told)
        yield ()
        if chosen is None:
            for one in view.marks:
                yield from paragraph(f"{one.no} {view.enterprises[one.no]}", width, Tone.STRONG)
                told = words.nothing_words(one) if one.change is None else words.change_words(one.change, view)
                yield from paragraph(told, width, lead="  ")
                if one.change is not None:
                    yield from paragraph(words.effect_words(one.change), width, Tone.MUTED, lead="  ")
        else:
            keys, row = move_rows(chosen, view)
            for index in range(len(keys)):
                no, name, side, rank, score = (str(getattr(cell, "text", cell)) for cell in row(index))
                yield from paragraph(f"{no} {name}", width, Tone.STRONG)
                yield from paragraph("　".join(part for part in (side, rank, score) if part), width, lead="  ")
        yield ()
        yield from agreement_lines(view, width)

    def action_card(self) -> None:
        """Show the application under the cursor on the right."""
        no = self.moves.cursor_key
        if no is None:
            self.say(T("右侧没有选中的项目。"))
        else:
            open_card(self, no)

    def action_again(self) -> None:
        """Compute anew."""
        self.refill()

    def action_why(self) -> None:
        """Explain the method."""

        def paragraphs(width: int) -> list[Line]:
            return [line for text in words.METHOD for line in (*paragraph(text, width), ())]

        self.app.push_screen(LeafDialog(T("敏感性与一致性是怎样算的"), paragraphs))
