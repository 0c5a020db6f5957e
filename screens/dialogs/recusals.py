"""The question that everybody answers at sign-in: the discipline is accepted, and conflicts are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from models.enums import RecusalGround, label
from models.text import T, Text
from models.views.applications import ApplicationLine
from screens.dialogs.ask import AskDialog, Field
from screens.dialogs.choose import ChooseDialog, Option
from screens.dialogs.dialog import Dialog
from screens.widgets.cells import Cell, Column, Tone
from screens.widgets.long_table import LongTable, Row
from screens.widgets.prose import Prose
from screens.widgets.signs import Sign

Conflicts = dict[str, tuple[RecusalGround, str]]


class RecusalDialog(Dialog[Conflicts]):
    """The applications of the meeting; Space marks one as recused, with its ground; F5 accepts and answers."""

    BROAD: ClassVar[bool] = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark_conflict", show=False),
        Binding("f5", "accept", show=False),
    ]
    DEFAULT_CSS = """
    RecusalDialog {
        & #box { height: 94%; }
        & #discipline { color: $foreground; margin-bottom: 1; }
        & #question { color: $accent; text-style: bold; }
    }
    """

    def __init__(self, applications: Sequence[ApplicationLine], conflicts: Conflicts | None = None) -> None:
        """`conflicts`: what was answered before and could not be stored."""
        keys = (("Space", T("回避、取消")), ("F5", T("接受纪律并签到")), ("Esc", T("暂不签到")))
        super().__init__(T("评审纪律与回避"), keys)
        self._applications = applications
        self._conflicts: Conflicts = dict(conflicts or {})
        self._table = LongTable(
            (
                Column("sign", "", 2),
                Column("no", str(T("编号")), 12),
                Column("enterprise", str(T("企业")), min=16),
                Column("district", str(T("县区")), 12, drop=1),
                Column("ground", str(T("回避情形")), 20),
            )
        )

    def body(self) -> Sequence[Widget]:
        """The discipline, the question, the list."""
        discipline = T(
            "评审纪律：独立评分，不打听、不泄露他人评分和评审情况；不私下接触申报企业；不收受财物；"
            "如实申报利害关系；讨论回避项目时离场。"
        )
        question = T(
            "下列项目中，有您任职或任顾问、近亲属任职、有法律纠纷、参与编制材料、控制或持股的吗？没有就直接按 F5。"
        )
        return [
            Prose(str(discipline), id="discipline"),
            Prose(str(question), id="question"),
            self._table,
        ]

    def on_mount(self) -> None:
        """Fill the list."""
        self._table.set_rows([line.no for line in self._applications], self._row)
        self._table.focus()

    def _row(self, index: int) -> Row:
        line = self._applications[index]
        conflict = self._conflicts.get(line.no)
        if conflict is None:
            return ("", line.no, line.enterprise, line.district, "")
        ground, reason = conflict
        words = f"{label(ground)} {reason}".strip()
        return (
            Cell(str(Sign.RECUSED), Tone.WARNING),
            line.no,
            line.enterprise,
            line.district,
            Cell(words, Tone.WARNING),
        )

    @on(LongTable.RowSelected)
    def selected(self, message: LongTable.RowSelected) -> None:
        """Enter does what Space does."""
        message.stop()
        self.action_mark_conflict()

    def action_mark_conflict(self) -> None:
        """Mark the application under the cursor as recused, asking for the ground; or take it back."""
        no = self._table.cursor_key
        if no is None:
            return
        if self._conflicts.pop(no, None) is not None:
            self._refill()
            return
        options = [Option(ground.value, label(ground)) for ground in RecusalGround]

        def grounded(answer: str | None) -> None:
            if answer is None:
                return
            ground = RecusalGround(answer)
            if ground is RecusalGround.OTHER:
                self._ask_reason(no, ground)
            else:
                self._conflicts[no] = (ground, "")
                self._refill()

        self.app.push_screen(ChooseDialog(T("{no} 的回避情形", no=no), options), grounded)

    def _ask_reason(self, no: str, ground: RecusalGround) -> None:
        def reasoned(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self._conflicts[no] = (ground, answers["reason"])
                self._refill()

        def check(answers: Mapping[str, str]) -> Text | None:
            return None if answers["reason"] else T("请写明情况。")

        fields = (Field("reason", str(T("情况"))),)
        self.app.push_screen(AskDialog(T("{no} 的利害关系", no=no), fields, check=check), reasoned)

    def _refill(self) -> None:
        self._table.set_rows([line.no for line in self._applications], self._row)

    def action_accept(self) -> None:
        """The discipline is accepted and the question answered."""
        self.dismiss(self._conflicts)
