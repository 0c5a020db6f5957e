"""What a factors file makes of the places, each district with the way in which it came to them, before it is set."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from models.enums import label
from models.errors import WrongUse
from models.rules.apportion_derivation import number
from models.text import T
from screens.base import WIDE
from screens.dialogs.dialog import Dialog
from screens.dialogs.why import WhyDialog, reckoning
from screens.quota_parts.rows import or_none
from screens.widgets.cells import Cell, Column, Tone, wrap
from screens.widgets.lines_pane import Line, LinesPane
from screens.widgets.long_table import LongTable, Row
from screens.widgets.signs import Sign

if TYPE_CHECKING:
    from models.views.apportion import ApportionedDistrict, ApportionmentView

_BETWEEN = re.compile(r"[、，,；;>\s]+")


class ApportionDialog(Dialog[bool]):
    """The districts with their places, the way of the one under the cursor below. True: to be set, or to be decided."""

    BROAD: ClassVar[bool] = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,fullwidth_question_mark", "why", show=False)]
    DEFAULT_CSS = """
    ApportionDialog {
        & > #box { height: 94%; }
        & #head { height: auto; max-height: 5; }
        & LongTable { max-height: 45%; }
        & #way { height: 1fr; margin-top: 1; }
    }
    """

    def __init__(self, view: ApportionmentView, now: Mapping[str, int | None]) -> None:
        """`now` are the ceilings in force, by the districts' codes."""
        does = T("设为上限") if view.decided else T("裁定先后")
        super().__init__(
            T("名额 {total}，{method}", total=view.total, method=label(view.method)),
            (("Enter", does), ("↑↓", T("逐个看")), ("?", T("全部步骤")), ("Esc", T("不做"))),
        )
        self._view = view
        self._now = now
        self._way = LinesPane(id="way")
        self._head = LinesPane(id="head")
        self._table = LongTable(())
        self._factors: Sequence[str] = ()

    def body(self) -> Sequence[Widget]:
        """What is to be known first, the districts, and the way of one."""
        return [self._head, self._table, self._way]

    def on_mount(self) -> None:
        """Fill the list; the values of the factors stand in it where there is room for all."""
        self._head.styles.height = len(self._head_lines(72))
        self._head.show(lambda width, _height: self._head_lines(width))
        if self.app.size.width >= WIDE:
            self._factors = tuple(self._view.weights)
        self._table.set_columns(self._columns())
        self._table.styles.height = len(self._view.districts) + 1
        self._table.set_rows([one.name for one in self._view.districts], self._row)
        self._table.focus()

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column("name", str(T("县区")), min=12),
            *(Column(factor, factor, 12, "right", drop=2) for factor in self._factors),
            Column("share", str(T("占比")), 10, "right"),
            Column("floor", str(T("保底")), 4, "right"),
            Column("ceiling", str(T("上限")), 4, "right"),
            Column("seats", str(T("名额")), 4, "right"),
            Column("now", str(T("现上限")), 6, "right", drop=1),
            Column("note", "", 10),
        )

    def _head_lines(self, width: int) -> list[Line]:
        return [(Cell(part, cell.tone),) for cell in self._told() for part in wrap(cell.text, width)]

    def _told(self) -> Iterator[Cell]:
        view = self._view
        if view.tie is not None and view.decided:
            order = " > ".join(view.tie.order)
            yield Cell(str(T("{names}，按裁定的先后：{reason}", names=order, reason=view.tie.reason)), Tone.ACCENT)
        elif view.tie is not None:
            names = "、".join(view.tie.labels)
            told = T("{names}不分先后，只剩 {count} 个名额。", names=names, count=view.tie.seats)
            yield Cell(f"{Sign.TIED} {told}", Tone.WARNING)
        if view.apart:
            yield Cell(str(T("文件没有列出的 {count} 个县区，配额不变。", count=len(view.apart))), Tone.MUTED)
        for fault in view.faults:
            yield Cell(f"{Sign.FLAGGED} {fault}", Tone.REFUSAL)

    def _row(self, index: int) -> Row:
        one = self._view.districts[index]
        return (
            one.label,
            *(Cell(number(one.values[factor]), Tone.MUTED) for factor in self._factors),
            number(one.share),
            or_none(one.floor or None),
            or_none(one.ceiling),
            Cell(or_none(one.seats), Tone.STRONG),
            or_none(self._now.get(one.name)),
            self._note(one),
        )

    def _note(self, one: ApportionedDistrict) -> Cell:
        tie = self._view.tie
        if tie is not None and one.label in tie.labels:
            return Cell(f"{Sign.TIED} {T('并列')}", Tone.ACCENT if self._view.decided else Tone.WARNING)
        words = {"floor": T("取保底"), "ceiling": T("取上限")}
        return Cell(str(words[one.bound]) if one.bound else "", Tone.ACCENT)

    @on(LongTable.RowHighlighted)
    def show_way(self, message: LongTable.RowHighlighted) -> None:
        """Tell how the district under the cursor came to its places."""
        one = self._view.districts[message.index]

        def lines(width: int, height: int) -> list[Line]:
            told = [Cell(f"{one.label} {Sign.FOLLOWS} {one.derivation.result}", Tone.STRONG)]
            for step in one.derivation.steps:
                told += [Cell(part) for part in wrap(f"{step.label}　{reckoning(step)}", width)]
            if len(told) > height:
                told[height - 1 :] = [Cell(str(T("按 ? 看全部步骤。")), Tone.MUTED)]
            return [(cell,) for cell in told]

        self._way.show(lines)

    @on(LongTable.RowSelected)
    def take(self, message: LongTable.RowSelected) -> None:
        """Enter, or a double click."""
        message.stop()
        self.dismiss(True)

    def action_why(self) -> None:
        """Open all steps of the district under the cursor."""
        one = next((one for one in self._view.districts if one.name == self._table.cursor_key), None)
        if one is not None:
            self.app.push_screen(WhyDialog(one.derivation))


def read_order(typed: str, view: ApportionmentView) -> tuple[str, ...]:
    """The codes of equal districts in the order of the names typed. Raises `WrongUse` unless each stands there once."""
    assert view.tie is not None, "only equal districts are put in order"
    named = [name for name in _BETWEEN.split(typed) if name]
    if sorted(named) != sorted(view.tie.labels):
        raise WrongUse("bad_order", T("请把{names}各写一次，先者在前。", names="、".join(view.tie.labels)))
    codes = {one.label: one.name for one in view.districts}
    return tuple(codes[name] for name in named)
