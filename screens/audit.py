"""The audit trail: who did what and when, what was refused, and whether the record still holds together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget

from models.enums import label
from models.rules.permissions import READS
from models.text import T, mark, tr
from screens.audit_parts.words import columns, entry_page, entry_row, verification_page
from screens.commands import Command
from screens.dialogs.ask import AskDialog, Field
from screens.dialogs.card import CardDialog
from screens.meeting_screen import MeetingScreen, paragraphs
from screens.widgets.cells import Cell, Tone
from screens.widgets.lines_pane import LinesPane
from screens.widgets.long_table import LongTable

if TYPE_CHECKING:
    from models.queries.base import Office
    from models.views.audit import AuditLine, Verification
    from models.views.meeting import MeetingView
    from models.views.people import Actor

PAGE = 200
"""How many entries are read at a time."""

READERS = READS["audit.read"].roles


class AuditScreen(MeetingScreen["tuple[AuditLine, ...]"]):
    """The newest entries of the trail, newest first."""

    HEADING: ClassVar[str] = mark("审计记录")
    BACK: ClassVar[str] = "board"
    WORDS: ClassVar[tuple[str, ...]] = (
        "AuditEntry",
        "Meeting",
        "User",
        "Seat",
        "AwardList",
        "Publicity",
        "Mark",
        "ScoreSheet",
        "Enterprise",
        "Track",
        "Batch",
    )
    COMMANDS_LIST = (
        Command("enter", "card", mark("详情"), mark("看这一条的改前、改后和哈希。"), READERS),
        Command(
            "v", "verify", mark("校验"), mark("校验全部记录：审计链、评分表、名单和办法文件有没有被改动。"), READERS
        ),
        Command("slash", "find", mark("查找"), mark("跳到下一条含有这些字的记录。"), READERS),
        Command(
            "g",
            "whole",
            mark("全部/本会"),
            mark("在本次评审会和整个数据库的记录之间切换；只有办公室人员能看全部。"),
            READERS,
        ),
        Command("m", "more", mark("更早"), mark("再读入更早的记录。"), READERS),
    )

    def body(self) -> Sequence[Widget]:
        """The entries, and the chosen one beside them."""
        self.table = LongTable(columns(), id="trail")
        self.side = LinesPane(classes="side")
        self._lines: dict[str, AuditLine] = {}
        self._most = PAGE
        self._whole = False
        self._sought = ""
        return [self.table, self.side]

    # Reading and showing

    def refill(self) -> None:
        """Read the newest entries; outside a meeting those of the whole database."""
        actor = self.desk.actor
        if self.desk.meeting is not None or actor is None:
            super().refill()
            return
        from models.queries.audit import trail

        self.top_line.show(tr(self.HEADING), who=f"{actor.name} {label(actor.role)}")
        self.read(lambda: trail(self.desk.office, actor, None, newest=self._most), self.fill)

    def gather(self, office: Office, actor: Actor, meeting: MeetingView) -> tuple[AuditLine, ...]:
        """The newest entries of the meeting, or of the whole database."""
        from models.queries.audit import trail

        return trail(office, actor, None if self._whole else meeting.id, newest=self._most)

    def fill(self, view: tuple[AuditLine, ...]) -> None:
        """Show the entries."""
        self._lines = {str(line.seq): line for line in view}
        self.table.empty = str(T("没有记录。"))
        self.table.set_rows(list(self._lines), lambda index: entry_row(view[index]))
        self._show_side()

    def unavailable(self, why: str) -> None:
        """The trail is not for this person, or nobody has signed in."""
        self.table.empty = why
        self.table.set_rows((), lambda _index: ())
        self.side.show(paragraphs(()))

    @on(LongTable.RowHighlighted)
    def _show_side(self) -> None:
        line = self._chosen()
        rows = [] if line is None else entry_page(line).rows
        shown: list[str | Cell] = []
        for name, value in rows:
            shown += [Cell(name, Tone.MUTED), value] if name else [value]
        self.side.show(paragraphs(shown))

    def _chosen(self) -> AuditLine | None:
        return self._lines.get(self.table.cursor_key or "")

    # Commands

    @on(LongTable.RowSelected)
    def action_card(self) -> None:
        """Show all of an entry."""
        if (line := self._chosen()) is None:
            self.say(T("没有选中的记录。"))
        else:
            self.app.push_screen(CardDialog(T("第 {seq} 条", seq=line.seq), [entry_page(line)]))

    def action_verify(self) -> None:
        """Verify the whole record, against a head noted before if there is one."""
        dialog = AskDialog(
            T("校验记录"),
            [
                Field(
                    "head",
                    str(T("记下的链首")),
                    hint=str(T("可以不填；填了能查出记录有没有被截短")),
                    longest=64,
                    fleeting=True,
                )
            ],
            about=T("逐条核对审计链、评分表、名单和办法文件。"),
        )
        self.ask(dialog, lambda answers: self._verify(answers["head"]))

    def _verify(self, head: str) -> None:
        from models.queries.audit import verify

        self.read(lambda: verify(self.desk.office, head or None), self._verified, "verify")

    def _verified(self, found: Verification) -> None:
        if found.ok:
            self.say_line.saved(T("记录完整，共 {count} 条。", count=found.entries))
        else:
            self.say_line.refuse(T("记录有 {count} 处问题。", count=len(found.findings)))
        self.app.push_screen(CardDialog(T("校验结果"), [verification_page(found)]))

    def action_find(self) -> None:
        """Ask what to look for, and jump to the next entry that has it."""
        dialog = AskDialog(T("查找"), [Field("text", str(T("查找")), self._sought, fleeting=True)])
        self.ask(dialog, lambda answers: self._find(answers["text"]))

    def _find(self, text: str) -> None:
        self._sought = text
        if text and not self.table.find(text):
            self.say(T("已读入的记录里没有“{text}”。", text=text))

    def action_whole(self) -> None:
        """Change between the meeting's entries and all of them."""
        if self.desk.meeting is None or self.desk.actor is None or self.desk.actor.user_id is None:
            self.say_line.refuse(T("这里只有一种记录可看。"))
            return
        self._whole = not self._whole
        self.say(T("现在是整个数据库的记录。") if self._whole else T("现在是本次评审会的记录。"))
        self.refill()

    def action_more(self) -> None:
        """Read older entries too."""
        if len(self._lines) < self._most:
            self.say(T("已经读到最早的一条。"))
            return
        self._most += PAGE
        self.refill()
