"""The roster: every application of the meeting, or of the batch, with its eligibility, its reasons and its card."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical
from textual.timer import Timer
from textual.widget import Widget

from models.enums import OFFICE_ROLES, label
from models.rules.money import format_wan
from models.text import T, Text, mark, tr
from screens.base import Desk
from screens.cards import level, open_card, open_why, read_card, reasons_line, side_lines, verdict
from screens.commands import Command
from screens.dialogs.ask import AskDialog, Field
from screens.dialogs.choose import ChooseDialog, Option
from screens.dialogs.why import policy_words
from screens.meeting_screen import ADVANCE, may
from screens.roster_parts.base import Applications
from screens.roster_parts.choosing import Choosing
from screens.roster_parts.importing import Importing
from screens.widgets.cells import Cell, Column, Tone, fit
from screens.widgets.lines_pane import Line, LinesPane
from screens.widgets.long_table import LongTable, Row
from screens.widgets.signs import Sign

if TYPE_CHECKING:
    from models.queries.base import Office
    from models.views.applications import ApplicationCard, ApplicationLine
    from models.views.meeting import BatchView, MeetingView
    from models.views.people import Actor

CARD_REST_SECONDS = 0.1
"""How long the cursor rests on an application before its card is read."""

_ALL = "*"
"""Stands for all batches in the list of batches; no batch may be called so."""


class Shown(Enum):
    """Which applications are listed, with the word for it."""

    ALL = mark("全部")
    ELIGIBLE = mark("符合")
    NOT_ELIGIBLE = mark("不符合")
    RECUSED = mark("回避")

    def takes(self, line: ApplicationLine) -> bool:
        """Whether an application is listed."""
        return {
            Shown.ALL: True,
            Shown.ELIGIBLE: line.eligible,
            Shown.NOT_ELIGIBLE: not line.eligible,
            Shown.RECUSED: line.recused,
        }[self]


class RosterScreen(Importing, Choosing):
    """The applications as a list, the one under the cursor as a card."""

    HEADING = mark("申报名册")
    WORDS = (
        "Application",
        "Enterprise",
        "Batch",
        "Track",
        "Investment",
        "Level",
        "Recommendation",
        "Filing",
        "Recusal",
        "Policy",
        "Sanction",
        "Meeting",
    )
    COMMANDS_LIST = (
        Command("f2", "card", mark("卡片"), mark("看申报材料：概况、投入与补助、资格、摘要；Enter 也可以。")),
        Command(
            "question_mark", "why", mark("依据"), mark("为什么符合或不符合条件，预计补助怎么算出来，每一步依据哪一条。")
        ),
        Command("slash", "find", mark("查找"), mark("按编号、企业、县区、行业等找下一个含有这些字的项目。")),
        Command("e", "filter", mark("筛选"), mark("轮流列出全部、符合、不符合、本人回避的项目。")),
        may("recusal.add", "r", "recuse", mark("回避"), mark("登记回避：评委为本人，秘书和组长可为别人登记。")),
        may("roster.import", "i", "import_roster", mark("导入"), mark("导入名册文件；先试读，再确认。")),
        may("meeting.applications", "a", "take_in", mark("列入"), mark("把本批次还没有列入的项目列入评审会。")),
        may("meeting.applications", "d", "take_out", mark("移出"), mark("把光标所在项目移出评审会。")),
        Command("b", "batch", mark("批次"), mark("选看哪个批次的项目（没有进入评审会时）。"), frozenset(OFFICE_ROLES)),
        ADVANCE,
        Command("n", "find_next", mark("下一个"), mark("找下一个含有上次那些字的项目。"), foot=False),
    )
    DEFAULT_CSS = """
    RosterScreen {
        & #tally { height: 1; background: $panel; }
        & #here { height: 2; }
        &.-wide #here { display: none; }
    }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._tally = LinesPane(id="tally")
        self._here = LinesPane(id="here")
        self._side = LinesPane(classes="side")
        self._shown = Shown.ALL
        self._listed: list[ApplicationLine] = []
        self._card: ApplicationCard | None = None
        self._resting: Timer | None = None
        self._wanted = ""

    def body(self) -> Sequence[Widget]:
        """The list with its tally; beside it the card."""
        return (Vertical(self.table, self._tally, self._here), self._side)

    # Reading

    def refill(self) -> None:
        """Read the applications of the meeting, or where none is open those of the batch."""
        actor, batch = self.desk.actor, self.chosen_batch
        if actor is None or self.desk.meeting is not None:
            super().refill()
            return

        def look() -> Applications:
            from models.queries.applications import roster

            return roster(self.desk.office, actor, batch=batch)

        self.read(look, self._fill_office)

    def _fill_office(self, applications: Applications) -> None:
        actor = self.desk.actor
        assert actor is not None, "what was read was read for somebody"
        where = str(T("批次 {batch}", batch=self.chosen_batch)) if self.chosen_batch is not None else tr("全部批次")
        self.top_line.show(tr(self.HEADING), where, who=f"{actor.name} {label(actor.role)}")
        self.fill(applications)

    def gather(self, office: Office, actor: Actor, meeting: MeetingView) -> Applications:
        """The meeting's applications."""
        from models.queries.applications import roster

        return roster(office, actor, meeting=meeting.id)

    def fill(self, view: Applications) -> None:
        """Show the applications that are to be listed."""
        self.lines = {line.no: line for line in view}
        self._listed = [line for line in view if self._shown.takes(line)]
        self.table.empty = str(_nothing(self._shown, bool(view), self.meeting_view is not None))
        self.table.set_columns(_columns(self._listed, self._shown, self.meeting_view is None))
        self.table.set_rows([line.no for line in self._listed], self._row)
        self._tally.show(lambda width, _height: [_tally(list(self.lines.values()), self._shown, width)])
        self._show_application()
        self._rest()

    def unavailable(self, why: str) -> None:
        """Nothing can be listed."""
        self.table.empty = why
        self.table.set_rows((), self._row)

    # Showing

    def _row(self, index: int) -> Row:
        line = self._listed[index]
        cells: dict[str, str | Cell] = {
            "state": verdict(line.eligible, line.recused),
            "no": line.no,
            "enterprise": Cell(line.enterprise, Tone.MUTED if line.recused else Tone.PLAIN),
            "district": line.district,
            "industry": line.industry,
            "level": level(line.target_level),
            "invested": format_wan(line.investment_fen),
            "meeting": line.meeting or str(Sign.NONE),
            "why": Cell(reasons_line(line.reasons), Tone.WARNING),
        }
        return [cells[column.key] for column in self.table.columns]

    def _show_application(self) -> None:
        """Paint the application under the cursor beside and below the list."""
        if self.table.cursor_key is None:
            self._side.show(lambda _width, _height: ())
            self._here.show(lambda _width, _height: ())
            return
        line = self.line
        card = self._card if self._card is not None and self._card.no == line.no else None
        self._here.show(lambda width, _height: _here(line, width))
        self._side.show(
            lambda width, height: side_lines(card, width, height) if card is not None else _here(line, width)
        )

    @on(LongTable.RowHighlighted)
    def _highlighted(self) -> None:
        self._show_application()
        self._rest()

    def _rest(self) -> None:
        """Read the card once the cursor rests."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(CARD_REST_SECONDS, self._rested)

    def _rested(self) -> None:
        if self.table.cursor_key is not None:
            read_card(self, self.table.cursor_key, self._carded)

    def _carded(self, card: ApplicationCard) -> None:
        self._card = card
        self._show_application()

    # Commands

    @on(LongTable.RowSelected)
    def action_card(self) -> None:
        """Show the card of the application under the cursor."""
        open_card(self, self.line.no)

    def action_why(self) -> None:
        """Show how the expected support was computed."""
        open_why(self, self.line.no, "" if self.meeting_view is None else policy_words(self.meeting_view))

    def action_find(self) -> None:
        """Ask for words and jump to the next application that has them."""
        field = Field(
            "words", tr("含有"), self._wanted, hint=tr("编号、企业、县区、行业……"), longest=100, fleeting=True
        )

        def find(answers: dict[str, str]) -> None:
            self._wanted = answers["words"]
            self.action_find_next()

        self.ask(AskDialog(T("查找"), [field]), find)

    def action_find_next(self) -> None:
        """Jump to the next application that has the words asked for before."""
        if not self._wanted:
            self.action_find()
        elif self.table.find(self._wanted):
            self.say(T("找到含“{words}”的项目，按 N 找下一个。", words=self._wanted))
        else:
            self.say(T("没有含“{words}”的项目。", words=self._wanted), Tone.WARNING)

    def action_filter(self) -> None:
        """List the next kind of which there are any."""
        kinds = list(Shown)
        at = kinds.index(self._shown) + 1
        some = (kind for kind in (*kinds[at:], *kinds[:at]) if any(map(kind.takes, self.lines.values())))
        self._shown = next(some, Shown.ALL)
        self.fill(tuple(self.lines.values()))

    def action_batch(self) -> None:
        """Choose the batch to be listed."""
        if self.desk.meeting is not None:
            self.say(T("在评审会里只列本会的项目。按 Esc 到签到界面，不选评审会进来，可以看各批次。"), Tone.WARNING)
            return

        def look() -> tuple[BatchView, ...]:
            from models.services.batches import batches

            return batches(self.desk.office)

        self.read(look, self._choose_batch, "batches")

    def _choose_batch(self, batches: Sequence[BatchView]) -> None:
        options = [Option(one.id, one.id, str(T("{count} 项", count=one.applications))) for one in batches]

        def choose(key: str) -> None:
            self.chosen_batch = None if key == _ALL else key
            self.refill()

        dialog = ChooseDialog(
            T("看哪个批次"), [Option(_ALL, tr("全部批次")), *options], chosen=self.chosen_batch or _ALL
        )
        self.ask(dialog, choose)

    def action_advance(self) -> None:
        """Move the meeting on; without a meeting say where to find one."""
        _ = self.here
        super().action_advance()


def _columns(listed: Sequence[ApplicationLine], shown: Shown, office: bool) -> list[Column]:
    """The columns; where reasons are what the list is about they take the room, else they give way first."""
    number = max((len(line.no) for line in listed), default=6)
    names = [
        Column("state", tr("资格"), 8),
        Column("no", tr("编号"), min(max(number, 6), 14)),
        Column("enterprise", tr("企业"), min=18),
    ]
    meeting = [Column("meeting", tr("评审会"), 12, drop=3)] if office else []
    district, why = Column("district", tr("县区"), 10), tr("原因")
    if shown is Shown.NOT_ELIGIBLE:
        return [*names, Column("why", why, min=34), district._replace(drop=1), *meeting]
    return [
        *names,
        district,
        Column("industry", tr("行业"), 18, drop=2),
        Column("level", tr("目标"), 4),
        Column("invested", tr("投入(万)"), 9, "right"),
        *meeting,
        Column("why", why, min=12, drop=4),
    ]


def _tally(lines: Sequence[ApplicationLine], shown: Shown, width: int) -> Line:
    """How many there are of each kind."""
    eligible = sum(line.eligible for line in lines)
    recused = sum(line.recused for line in lines)
    parts = [
        T("共 {count} 项", count=len(lines)),
        T("符合 {count}", count=eligible),
        T("不符合 {count}", count=len(lines) - eligible),
    ]
    if recused:
        parts.append(T("本人回避 {count}", count=recused))
    counted = f" {Sign.BETWEEN} ".join(str(part) for part in parts)
    only = "" if shown is Shown.ALL else str(T("　只列：{shown}（按 E 换）", shown=tr(shown.value)))
    return (Cell(f" {counted}", Tone.STRONG), Cell(fit(only, max(0, width - len(counted))).rstrip(), Tone.ACCENT))


def _here(line: ApplicationLine, width: int) -> list[Line]:
    """An application in two lines: who, and why it may not be supported or what it is about."""
    between = f" {Sign.BETWEEN} "
    who = between.join((line.enterprise, line.uscc))
    why = reasons_line(line.reasons)
    about = between.join((line.district, line.industry, str(T("目标 {level}", level=level(line.target_level)))))
    return [
        (Cell(fit(f" {who}", width)),),
        (Cell(fit(f" {why or about}", width), Tone.WARNING if why else Tone.MUTED),),
    ]


def _nothing(shown: Shown, some: bool, meeting: bool) -> Text:
    """What an empty list says."""
    if some:
        return T("没有“{shown}”的项目。按 E 换一种。", shown=tr(shown.value))
    if meeting:
        return T("本次评审会还没有项目。秘书在筹备阶段按 I 导入名册，按 A 列入。")
    return T("还没有申报项目。秘书按 I 导入名册。")
