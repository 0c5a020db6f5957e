"""After the reveal: explain what is flagged in an own sheet, and enter the new mark of a correction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from models.errors import Refused
from models.rules.marks import check_mark, format_points, parse_points
from models.text import T, tr
from screens.dialogs.ask import AskDialog, Field
from screens.dialogs.choose import ChooseDialog, Option
from screens.scoring_parts import lines
from screens.scoring_parts.base import DeskBase

if TYPE_CHECKING:
    from models.views.results import CorrectionView


class AfterActions(DeskBase):
    """Commands of the deliberation that concern the own sheets."""

    def action_explain(self) -> None:
        """Explain what is flagged in the sheet under the cursor."""
        from models.services.deliberation import explain_value

        row, here = self.row, self.here
        sheet = self.look.sheets.get(row.no)
        if sheet is None or not sheet.flags:
            raise Refused("not_flagged", T("{no} 没有要您说明的偏差。", no=row.no))

        def explain(words: str) -> None:
            office, actor, meeting = here
            self.write(
                lambda: explain_value(office, actor, meeting, actor.name, row.no, words),
                lambda _none: self.refill(),
                T("已记录您对 {no} 的说明。", no=row.no),
            )

        flags = "\n".join(str(flag) for flag in sheet.flags)
        self.ask_words(T("{item}：说明偏差", item=self.about(row)), T("说明"), flags, explain, sheet.explanation)

    def action_correct(self) -> None:
        """Enter the new mark of a correction of the sheet under the cursor."""
        row = self.row
        waiting = self.look.open_corrections(row.no)
        if not waiting:
            raise Refused("not_named", T("{no} 没有待您录入的更正；更正的情形由组长认定。", no=row.no))
        if len(waiting) == 1:
            self._ask_mark(waiting[0])
            return
        options = [
            Option(str(number), one.criterion, lines.correction_words(one)) for number, one in enumerate(waiting)
        ]
        dialog = ChooseDialog(T("{item}：录入更正", item=self.about(row)), options)
        self.ask(dialog, lambda key: self._ask_mark(waiting[int(key)]))

    def _ask_mark(self, correction: CorrectionView) -> None:
        from models.services.deliberation import enter_correction

        office, actor, meeting = self.here
        criterion = self.rubric.criterion(correction.criterion)
        assert criterion is not None, "a correction names a criterion of the rubric"

        def check(answers: Mapping[str, str]) -> None:
            check_mark(parse_points(answers["mark"]), criterion)

        def enter(answers: Mapping[str, str]) -> None:
            typed = answers["mark"]
            self.write(
                lambda: enter_correction(office, actor, meeting, actor.name, correction.no, criterion.code, typed),
                lambda _none: self.refill(),
                T("{no} {name} 更正为 {mark}。", no=correction.no, name=criterion.name, mark=typed),
            )

        about = f"{lines.correction_words(correction)}\n{lines.criterion_words(criterion)}"
        field = Field("mark", tr("新分"), hint=format_points(correction.old_milli), longest=8)
        title = T("{item}：更正“{name}”", item=self.about(self.row), name=criterion.name)
        self.ask(AskDialog(title, [field], about=about, check=check), enter)
