"""Keying paper sheets: choose an expert, type the marks as the paper has them, hand over sheet by sheet.

What is typed stays on this screen until F5 hands it over whole, and is gone from it then: who keys a sheet sees that
one, and nothing after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from models.enums import KeyingState, Phase
from models.errors import BadInput, KmdxError, Refused, WrongUse
from models.rules.marks import check_mark, format_points, parse_points
from models.text import T, Text, mark, tr
from models.views.keying import DifferenceView, KeyedView, KeyingLine, KeyingView
from screens.base import Desk
from screens.board_parts.leaf import LeafDialog
from screens.cards import open_card
from screens.commands import Command
from screens.dialogs.ask import LONGEST_WORDS, Answers, AskDialog, Field, words_dialog
from screens.dialogs.choose import ChooseDialog, Option
from screens.dialogs.faults import FaultsDialog
from screens.files import at_hand
from screens.keying_parts import lines
from screens.keying_parts.lines import Typed
from screens.meeting_screen import MeetingScreen
from screens.scoring_parts.lines import grid_criteria
from screens.widgets.cells import Tone
from screens.widgets.lines_pane import LinesPane
from screens.widgets.mark_grid import MarkGrid

if TYPE_CHECKING:
    from models.queries.base import Office
    from models.services.keying import MarksImport
    from models.views.meeting import MeetingView
    from models.views.people import Actor

_SCORING = frozenset({Phase.SCORING})
_TYPING = mark(
    "照纸质评分表直接键入数字，全角半角都收；Enter 到下一个空格。键入的只在本屏，按 F5 才整份录入，录入后不再显示。"
)


class KeyingScreen(MeetingScreen[KeyingView]):
    """The sheets of one expert as a grid; a sheet is handed over whole."""

    HEADING = mark("录入纸质评分表")
    WORDS = ("ScoreSheet", "Mark", "Criterion", "Application", "Meeting")
    COMMANDS_LIST = (
        Command("enter", "next_blank", mark("下一格"), _TYPING, phases=_SCORING),
        Command("f5", "submit", mark("录入本份"), mark("把光标所在的一份整份录入，再到下一份。"), phases=_SCORING),
        Command("e", "expert", mark("换专家"), mark("选一位专家，录他的纸质评分表。"), phases=_SCORING),
        Command("f6", "abstain", mark("弃权"), mark("这一份是弃权：写明纸上的理由，整份录入。"), phases=_SCORING),
        Command("f8", "comment", mark("评语"), mark("写上纸上的评语，随本份一起录入。"), phases=_SCORING),
        Command(
            "question_mark",
            "why",
            mark("不同之处"),
            mark("两次录入不一致的一份，看哪几处不同；只有录入的两人看得到。"),
            phases=_SCORING,
        ),
        Command(
            "f4",
            "import_file",
            mark("导入文件"),
            mark("导入按空白表填好的评分表文件（.xlsx、.csv）；有一处问题就一份也不录。"),
            phases=_SCORING,
        ),
        Command("f2", "card", mark("卡片"), mark("看本项的申报材料。"), phases=_SCORING),
    )
    DEFAULT_CSS = """
    KeyingScreen {
        & #rule { height: auto; max-height: 3; padding: 0 1; background: $panel; color: $text-muted; }
        & #tally { height: 1; background: $panel; }
        & #here { height: 4; padding: 0 1; }
        &.-apart #grid, &.-apart #tally, &.-apart #here { display: none; }
        &.-apart #rule { color: $warning; padding: 1 2; background: $surface; max-height: 100%; }
    }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.grid = MarkGrid(empty=str(T("没有要录的纸质评分表。")), id="grid")
        self.view: KeyingView | None = None
        self.expert = ""
        self._typed: dict[tuple[str, str], Typed] = {}
        self._rule = Static("", id="rule", markup=False)
        self._tally = LinesPane(id="tally")
        self._here = LinesPane(id="here")

    def body(self) -> Sequence[Widget]:
        """How it is done, the grid, whose sheets they are, and the sheet under the cursor in words."""
        return (Vertical(self._rule, self.grid, self._tally, self._here),)

    # Reading

    def gather(self, office: Office, actor: Actor, meeting: MeetingView) -> KeyingView:
        """The sheets that may be keyed."""
        from models.queries.keying import keyings

        return keyings(office, actor, meeting.id)

    def fill(self, view: KeyingView) -> None:
        """Show the chosen expert's sheets; at first, the first expert's with something to key."""
        first = self.view is None
        self.view = view
        if self.expert not in view.experts:
            waiting = (line.expert for line in view.lines if line.yours)
            self.expert = next(waiting, view.experts[0] if view.experts else "")
        self.set_class(not view.experts, "-apart")
        self._rule.update(tr(_DOUBLE if view.double else _SINGLE) if view.experts else tr(_NOTHING))
        self._show_grid()
        if first:
            self.grid.focus()
            self._go_to_work("")

    def unavailable(self, why: str) -> None:
        """Nothing to key here now: say why."""
        self.view = None
        self._rule.update(why)
        self.add_class("-apart")

    def _show_grid(self) -> None:
        if self.view is None or not self.expert:
            return
        view, rubric = self.view, self.view.rubric
        rows = [lines.grid_row(line, self._typed_of(line), rubric) for line in view.of(self.expert)]
        self.grid.set_grid(grid_criteria(rubric), rows)
        self._tally.show(lambda width, _height: lines.tally(view, self.expert, width))
        self._show_here()

    def _show_here(self) -> None:
        line = self._line_or_none()
        if line is not None:
            typed = self._typed_of(line)
            self._here.show(lambda width, _height: lines.about_lines(line, typed, width))

    # What stands under the cursor

    @property
    def line(self) -> KeyingLine:
        """The sheet under the cursor. Raises `WrongUse` if there is none."""
        line = self._line_or_none()
        if line is None:
            raise WrongUse("no_row", T("先把光标移到一个项目上。"))
        return line

    def _line_or_none(self) -> KeyingLine | None:
        key = self.grid.cursor_key
        own = self.view.of(self.expert) if self.view is not None else ()
        return next((line for line in own if line.no == key), None)

    def _typed_of(self, line: KeyingLine) -> Typed:
        return self._typed.setdefault((line.expert, line.no), Typed())

    def _yours(self) -> KeyingLine:
        """The sheet under the cursor, which is to be keyed. Raises `Refused` if it is not this person's now."""
        line = self.line
        if not line.yours:
            raise Refused("not_yours", lines.state_words(line))
        return line

    # Typing

    @on(MarkGrid.Typed)
    def _take(self, message: MarkGrid.Typed) -> None:
        """A number is finished: it stays on this screen if it is a mark, and is refused like any other if not."""
        assert self.view is not None
        criterion = self.view.rubric.criterion(message.criterion)
        assert criterion is not None, "the grid has the rubric's criteria"
        typed = self._typed.setdefault((self.expert, message.row), Typed())
        if not message.text:
            typed.marks.pop(criterion.code, None)
            typed.shown.pop(criterion.code, None)
        else:
            try:
                milli = parse_points(message.text)
                check_mark(milli, criterion)
            except KmdxError as refused:
                typed.marks.pop(criterion.code, None)
                self.grid.set_refused(message.row, message.criterion, message.text, str(refused))
                self.say_line.refuse(str(refused))
                return
            typed.marks[criterion.code] = milli
            typed.shown[criterion.code] = format_points(milli)
        self.grid.set_saved(message.row, criterion.code, typed.shown.get(criterion.code, ""))
        line = next((one for one in self.view.of(self.expert) if one.no == message.row), None)
        if line is not None:
            self.grid.set_row(lines.grid_row(line, typed, self.view.rubric))

    @on(MarkGrid.Locked)
    def _locked(self, _message: MarkGrid.Locked) -> None:
        self.say(lines.state_words(self.line), Tone.WARNING)

    @on(MarkGrid.CellHighlighted)
    def _at_cell(self, message: MarkGrid.CellHighlighted) -> None:
        if message.why not in self.say_line.text:
            self.say_line.refuse(message.why)
        self._show_here()

    def action_next_blank(self) -> None:
        """Go to the next blank of this sheet, then to the next sheet."""
        self.grid.action_next_blank()

    # Handing over

    def action_submit(self) -> None:
        """Key the sheet under the cursor, whole."""
        self._finish()
        line = self._yours()
        self._key(line, self._typed_of(line).shown, "", self._typed_of(line).comment)

    def action_abstain(self) -> None:
        """Key the sheet under the cursor as an abstention."""
        line = self._yours()
        title = T("{expert}对 {no} 弃权", expert=line.expert, no=line.no)
        about = T("照纸上写的理由录入；本份没有分数。")
        comment = self._typed_of(line).comment
        self.ask(words_dialog(title, T("理由"), about), lambda answers: self._key(line, {}, answers["words"], comment))

    def action_comment(self) -> None:
        """Write the comment of the sheet under the cursor."""
        line = self._yours()
        typed = self._typed_of(line)

        def keep(answers: Answers) -> None:
            typed.comment = answers["words"]
            self._show_here()

        field = Field("words", tr("评语"), typed.comment, hint=tr("可以留空"), longest=LONGEST_WORDS)
        self.ask(AskDialog(T("{expert} {no}：评语", expert=line.expert, no=line.no), [field]), keep)

    def _finish(self) -> None:
        """Take the number that is being typed."""
        if typed := self.grid.finish():
            self._take(typed)

    def _key(self, line: KeyingLine, marks: dict[str, str], abstain: str, comment: str) -> None:
        from models.services.keying import key_sheet

        given = dict(marks)
        self.write(
            lambda: key_sheet(*self.acting, line.expert, line.no, given, abstain=abstain, comment=comment), self._keyed
        )

    def _keyed(self, done: KeyedView) -> None:
        """It is keyed: nothing of it stays on the screen, but where two differ."""
        self._typed.pop((done.expert, done.no), None)
        words: dict[KeyingState, Text] = {
            KeyingState.IN: T("{expert}的 {no} 已录入，评分表已交。", expert=done.expert, no=done.no),
            KeyingState.WAITING: T("{expert}的 {no} 已录入，待另一人复录。", expert=done.expert, no=done.no),
            KeyingState.DIFFERS: T("{expert}的 {no} 两次录入不一致，没有生效。", expert=done.expert, no=done.no),
        }
        self.done(words[done.state])
        self._go_to_work(done.no)
        if done.difference is not None:
            self._show_difference(done.difference)

    def _go_to_work(self, after: str) -> None:
        """Put the cursor on the next sheet that is this person's to key."""
        if self.view is not None and self.view.rubric.criteria:
            for no in lines.open_nos(self.view.of(self.expert), after)[:1]:
                self.grid.go_to(no, self.view.rubric.criteria[0].code)

    # Looking

    def action_why(self) -> None:
        """Show where two keyings of the sheet under the cursor differ."""
        line, (office, actor, meeting) = self.line, self.acting

        def read() -> DifferenceView:
            from models.queries.keying import difference

            return difference(office, actor, meeting, line.expert, line.no)

        self.read(read, self._show_difference, "difference")

    def _show_difference(self, found: DifferenceView) -> None:
        title = T("{expert} {no}：两次录入不一致", expert=found.expert, no=found.no)
        self.app.push_screen(LeafDialog(title, partial(lines.difference_lines, found)))

    def action_card(self) -> None:
        """Show the application under the cursor."""
        open_card(self, self.line.no)

    def action_expert(self) -> None:
        """Choose whose sheets are keyed."""
        if self.view is None:
            self.not_read()
            return
        self._finish()
        view = self.view
        options = [Option(name, name, str(_left(view, name))) for name in view.experts]
        self.ask(ChooseDialog(T("录谁的纸质评分表"), options, chosen=self.expert), self._choose_expert)

    def _choose_expert(self, name: str) -> None:
        self.expert = name
        self._show_grid()
        self._go_to_work("")

    # A file

    def action_import_file(self) -> None:
        """Import a marks file."""
        if not at_hand(self):
            return

        def wrong(answers: dict[str, str]) -> Text | None:
            return None if _path(answers["file"]).is_file() else T("没有这个文件：{paths}", paths=answers["file"])

        about = T("每行一份；有一处问题就一份也不录。空白表用 kmdx template marks 写出。")
        field = Field("file", tr("文件"), hint=tr("评分表.xlsx"), longest=LONGEST_WORDS)
        dialog = AskDialog(T("导入纸质评分表"), [field], about=about, check=lambda answers: wrong(dict(answers)))
        self.ask(dialog, lambda answers: self._import(_path(answers["file"])))

    def _import(self, path: Path) -> None:
        from models.services.keying import import_marks

        office, actor, meeting = self.acting

        def take() -> MarksImport | BadInput:
            try:
                return import_marks(office, actor, meeting, path)
            except BadInput as bad:
                return bad

        def taken(done: MarksImport | BadInput) -> None:
            if isinstance(done, BadInput):
                self.say_line.refuse(T("文件有 {count} 处问题，什么也没有导入。", count=len(done.faults)))
                self.app.push_screen(FaultsDialog(done.faults))
                return
            waiting = sum(one.state is KeyingState.WAITING for one in done.keyed)
            differing = sum(one.state is KeyingState.DIFFERS for one in done.keyed)
            counts = {"sheets": done.sheets, "waiting": waiting, "differing": differing}
            self.done(T("已交 {sheets} 份，待复录 {waiting} 份，两次不一致 {differing} 份。", **counts))

        self.write(take, taken)


_DOUBLE = mark(
    "双人录入：两人背对背各录一遍，其中至少一人不是秘书；一致才生效，不一致时向两人打开。专家在席位上自己评的不录。"
)
_SINGLE = mark("照纸质评分表录入；专家在席位上自己评的不录。")
_NOTHING = mark("没有可以录入的评分表：评分表都已交，或还没有项目和专家。")


def _left(view: KeyingView, name: str) -> Text:
    own = view.of(name)
    return T("可录 {yours}，共 {count} 份", yours=sum(line.yours for line in own), count=len(own))


def _path(typed: str) -> Path:
    return Path(typed.strip().strip("'\"“”")).expanduser()
