"""The award list: its versions, who signs them and when, and the documents that are taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget

from models.enums import label
from models.text import T, mark, tr
from screens.awards_parts.words import (
    award_row,
    columns,
    coming_lines,
    coming_row,
    list_lines,
    side_lines,
    signature_lines,
    signing_changes,
    version_line,
)
from screens.commands import Command
from screens.dialogs.choose import ChooseDialog, Option
from screens.dialogs.confirm import ConfirmDialog
from screens.dialogs.why import WhyDialog, policy_words
from screens.meeting_screen import ADVANCE, STEP_BACK, MeetingScreen, may, paragraphs, way_on
from screens.taking_out import take_out
from screens.widgets.cells import Cell, Tone
from screens.widgets.lines_pane import LinesPane
from screens.widgets.long_table import LongTable, Row

if TYPE_CHECKING:
    from models.queries.base import Office
    from models.views.derivation import Derivation
    from models.views.listing import AwardListView, PublishedItem
    from models.views.meeting import MeetingView
    from models.views.people import Actor

_DOCUMENTS = {
    "minutes": mark("会议纪要"),
    "scores": mark("评分汇总表"),
    "ranking": mark("排名表"),
    "awards": mark("名单"),
}
"""What can be taken out, by the export service's names."""

_MOST_SIGNERS = 3


@dataclass(frozen=True)
class AwardsLook:
    """The frozen lists, oldest first, and what the next one may take up."""

    lists: tuple[AwardListView, ...]
    coming: tuple[PublishedItem, ...]


class AwardsScreen(MeetingScreen[AwardsLook]):
    """The list with its signatures."""

    HEADING: ClassVar[str] = mark("名单与签字")
    BACK: ClassVar[str] = "board"
    WORDS: ClassVar[tuple[str, ...]] = (
        "AwardList",
        "Minutes",
        "Publicity",
        "Objection",
        "Application",
        "Enterprise",
        "Meeting",
        "Track",
        "Batch",
    )
    COMMANDS_LIST = (
        may("awards.sign", "s", "sign", mark("签署"), mark("签署最新一版名单；先列出版次、合计和摘要供核对。")),
        may(
            "export",
            "x",
            "export",
            mark("导出"),
            mark("把会议纪要、评分汇总表、排名表或名单写成文件，导出留有审计记录。"),
        ),
        Command("v", "version", mark("换一版"), mark("在各版名单和尚未定稿的项目之间换着看。")),
        ADVANCE,
        STEP_BACK,
        Command("question_mark", "why", mark("为什么"), mark("光标所在企业的金额和资金来源、名单合计是怎么来的。")),
        Command("d", "side", mark("侧栏"), mark("各版名单、资金来源合计，还差什么才能进入下一阶段。")),
    )
    DEFAULT_CSS = """
    AwardsScreen {
        & #list { width: 1fr; }
        & #head { height: 2; padding: 0 1; background: $panel; }
        & #signatures { height: 4; }
        & .signature { width: 1fr; height: 4; border: round $accent; padding: 0 1; border-title-style: bold; }
        &.-plain .signature { border: ascii $accent; }
    }
    """

    def body(self) -> Sequence[Widget]:
        """Totals, table and signature boxes; sources, versions and what comes next beside them."""
        self.head = LinesPane(id="head")
        self.table = LongTable(columns(), id="awards")
        self.boxes = [LinesPane(classes="signature") for _ in range(_MOST_SIGNERS)]
        self.signatures = Horizontal(*self.boxes, id="signatures")
        self.side = LinesPane(classes="side")
        self._known: AwardsLook | None = None
        self._version: int | None = None
        return [Vertical(self.head, self.table, self.signatures, id="list"), self.side]

    # Reading and showing

    def gather(self, office: Office, actor: Actor, meeting: MeetingView) -> AwardsLook:
        """The lists, and what no list holds yet."""
        from models.queries.awards import award_lists, coming_awards

        return AwardsLook(award_lists(office, actor, meeting.id), coming_awards(office, actor, meeting.id))

    def fill(self, view: AwardsLook) -> None:
        """Show the version that is chosen, else the newest."""
        self._known = view
        one = self._list()
        rows: list[Row]
        if one is not None:
            keys, rows = [award.no for award in one.awards], [award_row(award) for award in one.awards]
            self.head.show(lambda _width, _height: list_lines(one, len(view.lists)))
        elif view.coming:
            keys, rows = [item.no for item in view.coming], [coming_row(item) for item in view.coming]
            self.head.show(lambda _width, _height: coming_lines(view.coming, len(view.lists)))
        else:
            self.unavailable(str(T("还没有名单：先由组长完成配额分配，再公示期满。")))
            return
        self.table.set_rows(keys, rows.__getitem__)
        self._show_signatures(one)
        self.side.show(paragraphs(self._side()))

    def unavailable(self, why: str) -> None:
        """There is no list yet."""
        self.head.show(paragraphs([Cell(str(T("还没有名单")), Tone.STRONG)]))
        self.table.empty = why
        self.table.set_rows((), lambda _index: ())
        self._show_signatures(None)
        self.side.show(paragraphs(self._side()))

    def _show_signatures(self, one: AwardListView | None) -> None:
        wanted = one.signatures if one is not None else ()
        self.signatures.display = bool(wanted)
        for number, box in enumerate(self.boxes):
            box.display = number < len(wanted)
            if number < len(wanted):
                box.border_title = Content(f" {label(wanted[number].role)} ")
                box.show(paragraphs(signature_lines(wanted[number])))

    def _side(self) -> list[str | Cell]:
        one = self._list()
        lines: list[str | Cell] = [] if one is None else side_lines(one)
        versions = self._known.lists if self._known is not None else ()
        if versions:
            lines += [Cell(str(T("各版名单")), Tone.STRONG), *(version_line(version) for version in versions), ""]
        if self.meeting_view is not None:
            lines += way_on(self.meeting_view)
        return lines

    def _list(self) -> AwardListView | None:
        """The list that is shown: the one chosen, else the newest; None for what is not frozen yet."""
        lists = self._known.lists if self._known is not None else ()
        if self._version is not None:
            return next((one for one in lists if one.version == self._version), None)
        return lists[-1] if lists else None

    # Commands

    def action_version(self) -> None:
        """Show the version before; after the first what is not frozen yet, then the newest."""
        if self._known is None:
            self.not_read()
            return
        versions: list[int] = [one.version for one in self._known.lists]
        if self._known.coming:
            versions.append(len(versions) + 1)
        if len(versions) < 2:
            self.say(T("没有别的版本。"))
            return
        one = self._list()
        shown = versions.index(one.version) if one is not None else len(versions) - 1
        self._version = versions[shown - 1]
        self.fill(self._known)

    def action_why(self) -> None:
        """How the amount under the cursor, its sources and the total of the list came about."""
        no, view, one = self.table.cursor_key, self.meeting_view, self._list()
        if no is None or view is None:
            self.say_line.refuse(T("还没有名单。"))
            return
        office, actor, meeting = self.acting

        def read() -> list[Derivation]:
            from models.queries.awards import award_derivations, list_derivation

            told = list(award_derivations(office, actor, meeting, no).get(no, ()))
            return told if one is None else [*told, list_derivation(one)]

        def show(derivations: list[Derivation]) -> None:
            if derivations:
                self.app.push_screen(
                    WhyDialog(derivations, policy_words(view), T("为什么 {item}", item=self._about(no)))
                )
            else:
                self.say(T("{no} 没有金额。", no=no))

        self.read(read, show, "why")

    def _about(self, no: str) -> str:
        """An application of what is shown, as a dialog names it."""
        one, known = self._list(), self._known
        shown = one.awards if one is not None else known.coming if known is not None else ()
        return next((f"{item.no} {item.enterprise}" for item in shown if item.no == no), no)

    def action_side(self) -> None:
        """Show what stands beside the list in a wide window."""
        from screens.dialogs.card import CardDialog, Page

        rows = [("", Cell(line) if isinstance(line, str) else line) for line in self._side()]
        self.app.push_screen(CardDialog(T("名单"), [Page("", rows)]))

    def action_sign(self) -> None:
        """Say what is signed, ask once, and sign."""
        newest = self._known.lists[-1] if self._known is not None and self._known.lists else None
        view = self.meeting_view
        if newest is None or view is None:
            self.say_line.refuse(T("还没有定稿名单。"))
            return
        mine = next((signature for signature in newest.signatures if signature.role is view.role), None)
        if mine is None or mine.at is not None:
            self.say_line.refuse(
                T("{role}已签署这份名单。", role=label(view.role))
                if mine is not None
                else T("这份名单不需要{role}签署。", role=label(view.role))
            )
            return
        changes = signing_changes(newest, label(view.role), view.me)
        self.ask(ConfirmDialog(T("签署名单？"), changes, T("签署")), lambda _yes: self._sign())

    def _sign(self) -> None:
        from models.services.signing import sign_list

        self.write(lambda: sign_list(*self.acting), lambda _none: self.done(T("名单已签署。")))

    def action_export(self) -> None:
        """Choose a document, then ask for the folder."""
        options = [Option(what, tr(words)) for what, words in _DOCUMENTS.items()]
        self.ask(ChooseDialog(T("导出什么"), options), lambda what: take_out(self, what, tr(_DOCUMENTS[what])))
