"""Recusals that the record suggests: each with the facts that agree, to be recorded or found to be none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from models.enums import label
from models.rules.times import local_time
from models.text import T
from models.views.conflicts import ConflictsView, Suggestion
from screens.dialogs.dialog import Dialog
from screens.widgets.cells import Cell, Column, Tone, wrap
from screens.widgets.lines_pane import LinesPane
from screens.widgets.long_table import LongTable, Row
from screens.widgets.signs import Sign

_BELOW = 8
"""Lines below the list for the facts of the suggestion under the cursor."""

RECORD, DISMISS = "record", "dismiss"

Answer = tuple[str, Suggestion]
"""What is to be done with which suggestion."""


class ConflictsDialog(Dialog[Answer]):
    """Open suggestions first, then what was dismissed; Enter records a recusal, X says that it is none."""

    BROAD: ClassVar[bool] = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("x,ｘ", "dismiss_it", show=False)]
    DEFAULT_CSS = f"""
    ConflictsDialog {{
        & > #box {{ height: 94%; }}
        & LinesPane {{ height: {_BELOW}; margin-top: 1; }}
    }}
    """

    def __init__(self, view: ConflictsView) -> None:
        keys = (("Enter", T("登记回避")), ("X", T("不构成回避")), ("↑↓", T("逐条看")), ("Esc", T("关闭")))
        super().__init__(T("回避线索：{count} 条待核实", count=len(view.open)), keys)
        self._view = view
        self._told = LinesPane()
        self._table = LongTable(
            (
                Column("sign", "", 2),
                Column("name", str(T("席位")), 10),
                Column("no", str(T("编号")), 10),
                Column("enterprise", str(T("企业")), min=14),
                Column("clues", str(T("相同之处")), min=14),
            ),
            empty=str(T("没有待核实的回避线索。")),
        )

    def body(self) -> list[Widget]:
        """The list, and the facts of the one under the cursor."""
        return [self._table, self._told]

    def on_mount(self) -> None:
        """Fill the list."""
        count = len(self._view.open) + len(self._view.dismissed)
        self._table.set_rows([str(number) for number in range(count)], self._row)
        self._table.focus()

    def _row(self, index: int) -> Row:
        if index < len(self._view.open):
            one = self._view.open[index]
            clues = dict.fromkeys(agreed.clue for agreed in one.agreements)
            words = Cell("、".join(map(label, clues)), Tone.WARNING)
            return (Cell(str(Sign.FLAGGED), Tone.WARNING), one.name, one.no, one.enterprise, words)
        gone = self._view.dismissed[index - len(self._view.open)]
        words = Cell(str(T("已排除：{reason}", reason=gone.reason)), Tone.MUTED)
        return (Cell(str(Sign.SUBMITTED), Tone.MUTED), gone.name, gone.no, gone.enterprise, words)

    @on(LongTable.RowHighlighted)
    def _tell(self, message: LongTable.RowHighlighted) -> None:
        lines = list(self._about(message.index))
        self._told.show(lambda width, _height: [(Cell(part, c.tone),) for c in lines for part in wrap(c.text, width)])

    def _about(self, index: int) -> Iterator[Cell]:
        """The facts that agree, as both have them; of what was dismissed, who did and why."""
        if index < len(self._view.open):
            one = self._view.open[index]
            yield Cell(str(T("{name}—{no} {enterprise}", name=one.name, no=one.no, enterprise=one.enterprise)))
            for agreed in one.agreements:
                words = T(
                    "{clue}：本人“{person}”，申报单位“{applicant}”",
                    clue=label(agreed.clue),
                    person=agreed.person,
                    applicant=agreed.applicant,
                )
                yield Cell(str(words), Tone.WARNING)
            yield Cell(str(T("登记回避的情形：{ground}", ground=label(one.ground))), Tone.MUTED)
            return
        gone = self._view.dismissed[index - len(self._view.open)]
        words = T(
            "{clues}；{by}于 {time} 核实，不构成回避：{reason}",
            clues="、".join(map(label, gone.clues)),
            by=gone.by,
            time=f"{local_time(gone.at):%m-%d %H:%M}",
            reason=gone.reason,
        )
        yield Cell(str(words), Tone.MUTED)

    @on(LongTable.RowSelected)
    def record(self, message: LongTable.RowSelected) -> None:
        """Enter: the recusal is to be recorded."""
        message.stop()
        self._answer(RECORD)

    def action_dismiss_it(self) -> None:
        """It is no conflict."""
        self._answer(DISMISS)

    def _answer(self, what: str) -> None:
        index = self._table.cursor_index
        if 0 <= index < len(self._view.open):
            self.dismiss((what, self._view.open[index]))
