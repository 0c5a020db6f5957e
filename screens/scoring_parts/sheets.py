"""Marks and sheets while scoring is open: enter, undo, hand in, take back, abstain, comment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on

from models.enums import SheetState
from models.rules.digest import short
from models.rules.times import local_time
from models.text import T, Text, tr
from screens.dialogs.ask import LONGEST_WORDS, AskDialog, Field
from screens.dialogs.confirm import ConfirmDialog
from screens.scoring_parts import lines
from screens.scoring_parts.base import DeskBase
from screens.scoring_parts.journal import HANDED_IN
from screens.widgets.cells import Tone
from screens.widgets.mark_grid import MarkGrid

if TYPE_CHECKING:
    from models.views.desk import SheetSaved


class SheetActions(DeskBase):
    """Commands of the independent scoring."""

    def leaving(self) -> None:
        """Hand over the number that is being typed."""
        if typed := self.grid.finish():
            self._enter(typed.row, typed.criterion, typed.text)

    def came_back(self) -> None:
        """Hand over the numbers that were typed while the database was lost, or took nothing."""
        if self.seen is not None:
            for (no, code), one in self.journal.take_lost():
                self._enter(no, code, one.typed)

    @on(MarkGrid.Typed)
    def _typed(self, message: MarkGrid.Typed) -> None:
        self._enter(message.row, message.criterion, message.text)

    @on(MarkGrid.Locked)
    def _locked(self, message: MarkGrid.Locked) -> None:
        self.say(self.why_locked(self.rows[message.row]), Tone.WARNING)

    def _enter(self, no: str, code: str, typed: str) -> None:
        """Hand a number over to the record; the cell shows how it went."""
        journal, criterion = self.journal, self.rubric.criterion(code)
        assert criterion is not None, "the grid has the rubric's criteria"
        said = T("{no} {name} {mark} 已保存", no=no, name=criterion.name, mark=typed or tr("空"))
        self.writes += 1
        journal.give_up((no, code))  # what was typed here before is not handed over again after it
        self.write(
            lambda: journal.enter(no, criterion, typed),
            lambda saved: self._entered(saved, code, said),
            said,
            lambda why: self.grid.set_refused(no, code, typed, why),
        )

    def _entered(self, saved: SheetSaved, code: str, said: Text) -> None:
        self.show_mark(saved, code)
        self.say_line.saved(f"{said} {_time(saved.saved_at)}")
        self.came_back()  # a disk that was full takes marks again: nothing but a mark that it takes tells so

    def action_next_blank(self) -> None:
        """Go to the next blank of this application, then to the next application."""
        self.grid.action_next_blank()

    def action_undo(self) -> None:
        """Give up what is not saved in this cell; else put the last changed mark back."""
        journal, place = self.journal, self.grid.place
        if place is not None and self.grid.give_up():
            self.write(lambda: journal.give_up(place), saying=T("放弃了没有保存的数，原来的评分不变。"))
        else:
            self.writes += 1
            self.write(journal.undo, lambda undone: self._undone(*undone), T("已撤销。"))

    def _undone(self, saved: SheetSaved, code: str) -> None:
        shown = self.show_mark(saved, code)
        self.grid.go_to(saved.no, code)
        self.say_line.saved(T("已撤销：{no} {name} 改回 {mark}。", no=saved.no, name=self.criterion.name, mark=shown))

    def action_submit(self) -> None:
        """Hand in the sheet under the cursor, then go to the next that is not in."""
        no, journal = self.row.no, self.journal
        self.leaving()
        self.came_back()
        self.writes += 1
        self.write(lambda: journal.submit([no]), self._submitted, T("{no} 已提交。", no=no), self._not_submitted)

    def _submitted(self, sheets: Sequence[SheetSaved]) -> None:
        for saved in sheets:
            self.took(saved)
        last = sheets[-1]
        if last.receipt and len(sheets) == 1:
            self.say_line.saved(_receipt_words(last))
        if self.grid.cursor_key == last.no:
            nos = list(self.rows)
            at = nos.index(last.no)
            if not self.go_to_work(nos[at + 1 :] + nos[:at]):
                self.say_line.saved(self._all_in(last))

    def _all_in(self, last: SheetSaved) -> Text:
        """That nothing is left to hand in."""
        if not last.receipt:
            return T("您的评分表已全部交齐。全组交齐以后由组长揭晓，此前可以取回来改。")
        receipt = short(last.receipt)
        return T("{no} 的收执 {receipt}。您已全部交齐，揭晓以前可以取回来改。", no=last.no, receipt=receipt)

    def _not_submitted(self, _why: str) -> None:
        """Show what is missing, or was refused."""
        row = self.row
        refused = next((code for no, code in self.journal.not_saved if no == row.no), None)
        if refused is not None:
            self.grid.go_to(row.no, refused)
        elif row.state not in HANDED_IN and row.total_micro is None:
            self.grid.go_to(row.no, lines.first_blank(row, self.rubric))

    def action_submit_all(self) -> None:
        """Hand in all that is complete, after naming it."""
        self.leaving()
        self.came_back()
        self.write(self.journal.complete, self._ask_submit_all)

    def _ask_submit_all(self, nos: Sequence[str]) -> None:
        if not nos:
            self.say(T("没有评完而未交的评分表。"), Tone.WARNING)
            return
        journal = self.journal

        def hand_in(_yes: bool) -> None:
            self.writes += 1
            self.write(lambda: journal.submit(nos), self._submitted, T("已提交 {count} 份评分表。", count=len(nos)))

        changes = (T("提交 {count} 份评分表：{nos}。", count=len(nos), nos="、".join(nos)), T("揭晓以前可以逐份取回。"))
        self.ask(ConfirmDialog(T("全部提交"), changes, T("提交")), hand_in)

    def action_take_back(self) -> None:
        """Take the sheet under the cursor back; one whose marks can't be opened any more only after a question."""
        row = self.row
        if row.hidden is None or row.state not in HANDED_IN:
            self._take_back(row.no)
            return
        changes = (row.hidden, T("取回以后这份评分表是空的，交上去的分数不再算。"))
        self.ask(ConfirmDialog(T("取回 {no}", no=row.no), changes, T("取回")), lambda _yes: self._take_back(row.no))

    def _take_back(self, no: str) -> None:
        from models.services.scoring import take_back

        here, journal = self.here, self.journal
        self.writes += 1
        self.write(lambda: journal.kept(take_back(*here, no)), self.took, T("{no} 已取回，改完请再提交。", no=no))

    def action_abstain(self) -> None:
        """Hand in the sheet under the cursor without marks, with the reason."""
        from models.services.scoring import abstain

        row, here, journal = self.editable(), self.here, self.journal
        self.leaving()

        def do(reason: str) -> None:
            self.writes += 1
            self.write(
                lambda: journal.kept(abstain(*here, row.no, reason)),
                lambda saved: self._submitted([saved]),
                T("{no} 已弃权。", no=row.no),
            )

        about = T("弃权以后本项没有您的评分，已键入的分数会清掉；揭晓以前可以取回。")
        self.ask_words(T("{item}：弃权", item=self.about(row)), T("理由"), about, do)

    def action_comment(self) -> None:
        """Write the comment of the sheet under the cursor."""
        from models.services.scoring import enter_marks

        row, here = self.editable(), self.here
        self.leaving()

        def save(answers: Mapping[str, str]) -> None:
            words = answers["words"]
            self.writes += 1
            self.write(
                lambda: enter_marks(*here, row.no, {}, words, seen_comment=row.comment),
                lambda saved: self._commented(saved, words),
                T("{no} 的评语已保存。", no=row.no),
            )

        field = Field("words", tr("评语"), row.comment, hint=tr("可以留空"), longest=LONGEST_WORDS)
        self.ask(AskDialog(T("{item}：评语", item=self.about(row)), [field]), save)

    def _commented(self, saved: SheetSaved, words: str) -> None:
        self.took(saved)
        self.put(replace(self.rows[saved.no], comment=words))


def _receipt_words(saved: SheetSaved) -> Text:
    """What is said of a sheet that was handed in sealed."""
    abstained = saved.state is SheetState.ABSTAINED
    said = T("{no} 已弃权", no=saved.no) if abstained else T("{no} 已提交", no=saved.no)
    return T("{said}，收执 {receipt}。", said=said, receipt=short(saved.receipt))


def _time(stamp: str) -> str:
    """A kept moment as the office's hour, minute and second."""
    return f"{local_time(stamp):%H:%M:%S}"
