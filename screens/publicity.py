"""Publicity: the notice's days on a calendar, and the objections with their clocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Vertical
from textual.widget import Widget

from models.enums import ObjectionOutcome, label
from models.errors import NotPermitted
from models.text import T, Text, mark, tr
from screens.commands import Command
from screens.dialogs.ask import AskDialog, Field
from screens.dialogs.card import CardDialog
from screens.dialogs.choose import ChooseDialog, Option
from screens.dialogs.confirm import ConfirmDialog
from screens.dialogs.why import WhyDialog
from screens.files import is_served
from screens.meeting_screen import ADVANCE, STEP_BACK, MeetingScreen, may, paragraphs, tried, way_on
from screens.publicity_parts.answers import (
    OUTCOMES,
    DecisionAnswer,
    NoticeAnswer,
    ObjectionAnswer,
    decision_fields,
    notice_changes,
    notice_fields,
    objection_fields,
    read_decision,
    read_notice,
    read_objection,
)
from screens.publicity_parts.words import (
    PublicityLook,
    columns,
    item_columns,
    item_row,
    items_page,
    month_days,
    no_notice,
    notice_lines,
    objection_page,
    published_options,
    row,
    summary,
)
from screens.taking_out import take_out
from screens.widgets.cells import Cell, Tone
from screens.widgets.lines_pane import LinesPane
from screens.widgets.long_table import LongTable
from screens.widgets.month import Day, MonthGrid

if TYPE_CHECKING:
    from models.queries.base import Office
    from models.views.derivation import Derivation
    from models.views.listing import NoticeView, ObjectionView, PublishedItem
    from models.views.meeting import MeetingView
    from models.views.people import Actor


class PublicityScreen(MeetingScreen[PublicityLook]):
    """The notices of a meeting and the objections to them."""

    HEADING: ClassVar[str] = mark("公示与异议")
    BACK: ClassVar[str] = "board"
    AUTO_FOCUS = "#table"
    WORDS: ClassVar[tuple[str, ...]] = (
        *("Publicity", "Objection", "AwardList", "Application"),
        *("Enterprise", "Meeting", "Track", "Batch"),
    )
    COMMANDS_LIST = (
        may(
            "publicity.open",
            "o",
            "publish",
            mark("发布公示"),
            mark("登记一次公示：首日、网址或地点、天数；先算出截止日，再确认。"),
        ),
        may(
            "objection.add",
            "n",
            "add",
            mark("登记异议"),
            mark("登记对名单上一个项目的异议；只有这个项目暂缓，别的照常进行。"),
        ),
        may("objection.accept", "a", "accept", mark("受理"), mark("受理所选的异议，开始调查。")),
        may(
            "objection.decide",
            "j",
            "decide",
            mark("决定"),
            mark("对受理或移送的异议作出决定：成立、部分成立或不成立。"),
        ),
        Command("f2", "card", mark("详情"), mark("看所选异议的全部内容；异议人只有秘书和组长看得到。")),
        Command("e", "items", mark("名单"), mark("看这一版公示名单上的项目。")),
        Command("question_mark", "why", mark("期间"), mark("逐日说明公示期怎样计算，每一天的依据。")),
        Command("t", "clock", mark("时限"), mark("逐日说明所选异议的受理或决定时限怎样计算。"), foot=False),
        ADVANCE,
        may("export", "x", "export", mark("导出公示"), mark("把最新一版公示写成文件；受理单位和电话留空手填。")),
        may(
            "objection.dismiss",
            "d",
            "dismiss_one",
            mark("不予受理"),
            mark("不受理所选的异议，须写明理由。"),
            foot=False,
        ),
        may("objection.withdraw", "w", "withdraw", mark("撤回"), mark("记录异议人撤回了异议。"), foot=False),
        may("objection.refer", "f", "refer", mark("移送"), mark("把异议移送纪检监察；决定以前仍算未结。"), foot=False),
        Command("v", "version", mark("换一版"), mark("有几版公示时，换看另一版。"), foot=False),
        STEP_BACK,
    )
    DEFAULT_CSS = """
    PublicityScreen {
        & #period { width: 70; }
        &.-wide MonthGrid { height: 16; }
        &.-narrow #period { width: 49; }
        &.-narrow #items { display: none; }
        & #notice { height: 5; background: $panel; padding: 0 1; }
        & #objections { width: 1fr; }
        & #below { height: 50%; padding: 0 1; background: $panel; }
        &.-narrow #below { height: 9; }
    }
    """

    def body(self) -> Sequence[Widget]:
        """The notice over its calendar; beside it the objections over the one that is chosen and what comes next."""
        self.notice = LinesPane(id="notice")
        self.month = MonthGrid()
        self.items = LongTable(item_columns(), id="items")
        self.table = LongTable(columns(wide=False), id="table")
        self.below = LinesPane(id="below")
        self._known: PublicityLook | None = None
        self._version: int | None = None
        return [
            Vertical(self.notice, self.month, self.items, id="period"),
            Vertical(self.table, self.below, id="objections"),
        ]

    # Reading and showing

    def gather(self, office: Office, actor: Actor, meeting: MeetingView) -> PublicityLook:
        """Notices, and objections where they are for this person."""
        from models.queries.publicity import notices, objections

        published = notices(office, actor, meeting.id)
        try:
            return PublicityLook(office.today(), published, objections(office, actor, meeting.id))
        except NotPermitted as refusal:
            return PublicityLook(office.today(), published, None, str(refusal))

    def fill(self, view: PublicityLook) -> None:
        """Show the notice and the objections."""
        self._known = view
        self._show_notice()
        self.table.empty = view.unseen or str(T("没有异议。"))
        self._show_objections()
        self._show_below()

    def on_resize(self) -> None:
        """A wider window tells an objection's clock in full."""
        self._show_objections()

    def unavailable(self, why: str) -> None:
        """There is no publicity to show yet."""
        self._known = None
        self.notice.show(paragraphs([Cell(why, Tone.WARNING)]))
        self._show_days((), None, ())
        self.table.set_rows((), lambda _index: ())
        self._show_below()

    def _show_notice(self) -> None:
        notice = self._notice()
        if notice is None or self._known is None:
            self.notice.show(paragraphs(no_notice(self.phase)))
            self._show_days((), None, ())
            return
        versions = len(self._known.notices)
        self.notice.show(lambda _width, _height: notice_lines(notice, versions))
        self._show_days(month_days(notice), notice.today, notice.items)

    def _show_days(self, days: Sequence[Day], today: date | None, items: Sequence[PublishedItem]) -> None:
        self.month.show(days, today)
        self.items.set_rows([item.no for item in items], lambda index: item_row(items[index]))

    def _show_objections(self) -> None:
        wide = self.has_class("-wide")
        found = (self._known.objections if self._known is not None else None) or ()
        self.table.set_columns(columns(wide))
        self.table.set_rows([str(one.number) for one in found], lambda index: row(found[index], wide))

    @on(LongTable.RowHighlighted, "#table")
    def _show_below(self) -> None:
        lines: list[str | Cell] = []
        chosen = self._objection()
        if chosen is not None:
            lines += [*summary(chosen), ""]
        if self.meeting_view is not None:
            lines += way_on(self.meeting_view)
        self.below.show(paragraphs(lines))

    def _notice(self) -> NoticeView | None:
        """The notice that is shown: the one chosen, else the newest."""
        notices = self._known.notices if self._known is not None else ()
        chosen = next((notice for notice in notices if notice.version == self._version), None)
        return chosen or (notices[-1] if notices else None)

    def _objection(self) -> ObjectionView | None:
        found = (self._known.objections if self._known is not None else None) or ()
        return next((one for one in found if str(one.number) == self.table.cursor_key), None)

    # The notice

    def action_publish(self) -> None:
        """Ask for a notice, show what it would be, and record it."""
        if self._known is None:
            self.not_read()
            return
        place = self._known.notices[-1].place if self._known.notices else ""
        dialog = AskDialog(T("发布公示"), notice_fields(self._known.today, place), check=tried(read_notice))
        self.ask(dialog, lambda answers: self._preview(read_notice(answers)))

    def _preview(self, answer: NoticeAnswer) -> None:
        from models.queries.publicity import coming_notice

        def confirm(notice: NoticeView) -> None:
            if not notice.items:
                self.say_line.refuse(T("没有待公示的项目。"))
                return
            dialog = ConfirmDialog(T("登记公示？"), notice_changes(notice), T("登记"))
            self.ask(dialog, lambda _yes: self._publish(answer))

        self.read(lambda: coming_notice(*self.acting, answer.opens, answer.days), confirm, "preview")

    def _publish(self, answer: NoticeAnswer) -> None:
        from models.services.publicity import open_publicity

        def published(version: int) -> None:
            self._version = version
            self.done(T("第 {version} 版公示已登记。", version=version))

        self.write(lambda: open_publicity(*self.acting, *answer), published)

    def action_version(self) -> None:
        """Show the version before, round at the first."""
        notice = self._notice()
        if self._known is None or notice is None or len(self._known.notices) < 2:
            self.say(T("没有别的版本。"))
            return
        versions = [one.version for one in self._known.notices]
        self._version = versions[versions.index(notice.version) - 1]
        self._show_notice()

    def action_items(self) -> None:
        """Show the list of the notice."""
        if (notice := self._notice()) is None:
            self.say(T("还没有公示。"))
        else:
            self.app.push_screen(CardDialog(T("公示名单"), [items_page(notice)]))

    def action_export(self) -> None:
        """Write the newest notice into a file."""
        take_out(self, "notice", tr("公示"))

    def action_why(self) -> None:
        """Explain every day of the period."""
        from models.queries.publicity import explain_notice

        if (notice := self._notice()) is None:
            self.say(T("还没有公示。"))
        else:
            self.read(lambda: explain_notice(*self.acting, notice.version), self._explain, "why")

    def action_clock(self) -> None:
        """Explain every day of the chosen objection's time."""
        from models.queries.publicity import explain_clock

        self._with_chosen(lambda number: self.read(lambda: explain_clock(*self.acting, number), self._explain, "why"))

    def _explain(self, derivation: Derivation | None) -> None:
        if derivation is None:
            self.say(T("这件异议没有进行中的时限。"))
        else:
            self.app.push_screen(WhyDialog(derivation))

    # Objections

    def action_add(self) -> None:
        """Choose an application of the notices, then ask for the objection."""
        notices = self._known.notices if self._known is not None else ()
        if options := published_options(notices):
            self.ask(ChooseDialog(T("对哪个项目提出异议"), options), self._ask_objection)
        else:
            self.say_line.refuse(T("还没有公示，没有可以提出异议的名单。"))

    def _ask_objection(self, no: str) -> None:
        dialog = AskDialog(
            T("登记对 {no} 的异议", no=no),
            objection_fields(files=not is_served(self)),
            about=T("公示期内登记的异议，办结以前只有这个项目暂缓。"),
            check=tried(read_objection),
        )
        self.ask(dialog, lambda answers: self._add(no, read_objection(answers)))

    def _add(self, no: str, answer: ObjectionAnswer) -> None:
        from models.services.publicity import add_objection

        grounds, objector, contact, evidence = answer
        self.write(
            lambda: add_objection(*self.acting, no, grounds, objector=objector, contact=contact, evidence=evidence),
            lambda number: self.done(T("第 {number} 号异议已登记。", number=number)),
        )

    def action_accept(self) -> None:
        """Take the chosen objection."""
        from models.services.publicity import accept_objection

        self._with_chosen(lambda number: self._handle(number, accept_objection, T("已受理")))

    def action_dismiss_one(self) -> None:
        """Do not take the chosen objection, with the reason."""
        from models.services.publicity import dismiss_objection

        self._ask_reason(T("不予受理"), dismiss_objection, T("不予受理"))

    def action_withdraw(self) -> None:
        """Record that the chosen objection was withdrawn."""
        from models.services.publicity import withdraw_objection

        self._ask_reason(T("撤回"), withdraw_objection, T("已撤回"))

    def action_refer(self) -> None:
        """Hand the chosen objection on."""
        from models.services.publicity import refer_objection

        self._ask_reason(T("移送"), refer_objection, T("已移送"))

    def _ask_reason(self, title: Text, service: Callable[..., None], done: Text) -> None:
        def ask(number: int) -> None:
            dialog = AskDialog(
                T("第 {number} 号异议：{title}", number=number, title=title),
                [Field("reason", str(T("理由")))],
                check=lambda answers: None if answers["reason"] else T("请写明理由。"),
            )
            self.ask(dialog, lambda answers: self._handle(number, service, done, answers["reason"]))

        self._with_chosen(ask)

    def _handle(self, number: int, service: Callable[..., None], done: Text, *said: str) -> None:
        self.write(
            lambda: service(*self.acting, number, *said),
            lambda _none: self.done(T("第 {number} 号异议{done}。", number=number, done=done)),
        )

    def action_decide(self) -> None:
        """Choose the outcome of the chosen objection, then ask for the finding."""

        def choose(number: int) -> None:
            options = [Option(one.value, label(one), tr(hint)) for one, hint in OUTCOMES.items()]
            dialog = ChooseDialog(T("第 {number} 号异议的决定", number=number), options)
            self.ask(dialog, lambda outcome: self._ask_finding(number, ObjectionOutcome(outcome)))

        self._with_chosen(choose)

    def _ask_finding(self, number: int, outcome: ObjectionOutcome) -> None:
        dialog = AskDialog(
            T("第 {number} 号异议：{outcome}", number=number, outcome=label(outcome)),
            decision_fields(outcome),
            about=tr(OUTCOMES[outcome]),
            check=tried(read_decision),
        )
        self.ask(dialog, lambda answers: self._decide(number, outcome, read_decision(answers)))

    def _decide(self, number: int, outcome: ObjectionOutcome, answer: DecisionAnswer) -> None:
        from models.services.publicity import decide_objection

        self.write(
            lambda: decide_objection(*self.acting, number, outcome, *answer),
            lambda _none: self.done(T("第 {number} 号异议已决定：{outcome}。", number=number, outcome=label(outcome))),
        )

    @on(LongTable.RowSelected, "#table")
    def action_card(self) -> None:
        """Show all of the chosen objection."""
        if (chosen := self._objection()) is None:
            self.say(T("没有选中的异议。"))
        else:
            title = T("第 {number} 号异议", number=chosen.number)
            self.app.push_screen(CardDialog(title, [objection_page(chosen)]))

    def _with_chosen(self, then: Callable[[int], None]) -> None:
        chosen = self._objection()
        if chosen is None:
            self.say_line.refuse(T("没有选中的异议。"))
        else:
            then(chosen.number)
