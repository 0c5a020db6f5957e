"""What is wrong with a file, fault by fault: where it is, what stands there, what is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from models.errors import Fault
from models.text import T, tr
from screens.dialogs.dialog import Dialog
from screens.widgets.cells import Cell, Column, Tone, wrap
from screens.widgets.lines_pane import Line, LinesPane
from screens.widgets.long_table import LongTable, Row

_BELOW = 3
"""Lines below the list for the whole sentence of the fault under the cursor."""


class FaultsDialog(Dialog[str]):
    """Every fault as a row, the one under the cursor in full below. The answer "copy" asks for a marked copy."""

    BROAD: ClassVar[bool] = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("e,ｅ", "copy", show=False)]
    DEFAULT_CSS = f"""
    FaultsDialog {{
        & > #box {{ height: 94%; border: round $error; border-title-color: $error; }}
        & LinesPane {{ height: {_BELOW}; }}
    }}
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        keys = (("↑↓", T("逐条看")), ("E", T("另存标出问题的副本")), ("Esc", T("关闭")))
        super().__init__(T("文件有 {count} 处问题，什么也没有导入", count=len(faults)), keys)
        self._faults = faults
        self._told = LinesPane()
        self._columns = [
            *_if_told("file", tr("文件"), {fault.file for fault in faults}, more_than=1),
            *_if_told("sheet", tr("工作表"), {fault.sheet for fault in faults} - {""}, more_than=0),
            Column("row", tr("行"), 5, "right"),
            Column("column", tr("列"), 18),
            Column("found", tr("现为"), min=10),
            Column("wanted", tr("应为"), min=20),
        ]
        self._table = LongTable(self._columns)

    def body(self) -> Sequence[Widget]:
        """The list, and the fault under the cursor."""
        return [self._table, self._told]

    def on_mount(self) -> None:
        """Fill the list."""
        self._table.set_rows([str(number) for number in range(len(self._faults))], self._row)
        self._table.focus()

    def _row(self, index: int) -> Row:
        fault = self._faults[index]
        cells: dict[str, str | Cell] = {
            "file": fault.file,
            "sheet": fault.sheet,
            "row": "" if fault.row is None else str(fault.row),
            "column": fault.column,
            "found": Cell(fault.found, Tone.REFUSAL),
            "wanted": str(fault.wanted),
        }
        return [cells[column.key] for column in self._columns]

    @on(LongTable.RowHighlighted)
    def _tell(self, message: LongTable.RowHighlighted) -> None:
        sentence = str(self._faults[message.index])

        def lines(width: int, _height: int) -> list[Line]:
            return [(Cell(line, Tone.WARNING),) for line in wrap(sentence, width)]

        self._told.show(lines)

    def action_copy(self) -> None:
        """A copy with the faults marked is wanted."""
        self.dismiss("copy")


def _if_told(key: str, title: str, told: set[str], *, more_than: int) -> list[Column]:
    """A column that is worth its room only where it tells something."""
    return [Column(key, title, 14, drop=1)] if len(told) > more_than else []
