"""What stands on the screen for paper sheets, as grid rows and lines of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.cells import cell_len

from models.enums import KeyingState, label
from models.rules.marks import format_total, sheet_total
from models.text import T, Text
from models.views.keying import DifferenceView, KeyingLine, KeyingView
from screens.widgets.cells import Cell, Tone, fit, wrap
from screens.widgets.lines_pane import Line
from screens.widgets.mark_entry import GridRow, RowState
from screens.widgets.signs import Sign

if TYPE_CHECKING:
    from models.policy.types import Rubric

_NAME, _VALUE = 20, 16


@dataclass
class Typed:
    """What was typed of one sheet and is not keyed yet: as it reads, with the marks in milli-points by code."""

    shown: dict[str, str] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)
    comment: str = ""


def grid_row(line: KeyingLine, typed: Typed, rubric: Rubric) -> GridRow:
    """A sheet as a row of the grid: open while it is the reader's to key. What was keyed is never shown again."""
    sign, tone = _sign(line)
    whole = len(typed.marks) == len(rubric.criteria)
    return GridRow(
        line.no,
        sign,
        line.no,
        line.enterprise,
        tuple(typed.shown.get(one.code, "") for one in rubric.criteria),
        format_total(sheet_total(typed.marks, rubric)) if whole else "" if line.yours else label(line.state),
        RowState.OPEN if line.yours else RowState.LOCKED,
        tone,
    )


def _sign(line: KeyingLine) -> tuple[Sign, Tone]:
    if line.state is KeyingState.IN:
        return Sign.SUBMITTED, Tone.ACCENT
    if line.state is KeyingState.DIFFERS:
        return Sign.FLAGGED, Tone.WARNING
    return (Sign.BLANK, Tone.MUTED) if line.yours else (Sign.DRAFT, Tone.MUTED)


def state_words(line: KeyingLine) -> Text:
    """How far a sheet is, and what is to be done."""
    by = "、".join(line.by)
    if line.state is KeyingState.IN:
        return T("评分表已交，或专家在席位上评分。")
    if line.state is KeyingState.DIFFERS and line.mine:
        return T("{by}两次录入不一致：按 ? 看不同之处，核对纸质评分表后，由其中一人重录。", by=by)
    if line.state is KeyingState.DIFFERS:
        return T("{by}两次录入不一致，由其中一人核对后重录。", by=by)
    if line.mine:
        return T("您已录入，待另一人复录；录过的内容不再显示。")
    if line.state is KeyingState.WAITING and not line.yours:
        return T("{by}已录入，须由财政代表或监督复录。", by=by)
    if line.state is KeyingState.WAITING:
        return T("{by}已录入，请对照纸质评分表再录一遍；看不到前一次录的内容。", by=by)
    if not line.yours:
        return T("办法没有要求双人录入，纸质评分表由秘书录入。")
    return T("未录入。照纸质评分表键入，录完按 F5。")


def tally(view: KeyingView, expert: str, width: int) -> list[Line]:
    """One line: whose sheets are shown, and how many are in which state."""
    mine = [line.state for line in view.of(expert)]
    place = view.experts.index(expert) + 1
    who = T(" {expert}（第 {place}/{count} 位）", expert=expert, place=place, count=len(view.experts))
    counts = "　".join(f"{label(state)} {mine.count(state)}" for state in KeyingState if mine.count(state))
    return [(Cell(str(who), Tone.STRONG), Cell(fit(f"　{counts}", max(0, width - cell_len(str(who)))), Tone.MUTED))]


def about_lines(line: KeyingLine, typed: Typed, width: int) -> list[Line]:
    """The sheet under the cursor in words."""
    lines: list[Line] = [(Cell(part, Tone.PLAIN),) for part in wrap(str(state_words(line)), max(10, width))]
    if typed.comment:
        words = str(T("评语：{words}", words=typed.comment))
        lines += [(Cell(part, Tone.MUTED),) for part in wrap(words, max(10, width))]
    return lines


def difference_lines(found: DifferenceView, _width: int) -> list[Line]:
    """Two keyings beside each other, the places that differ marked."""
    head = [fit("", _NAME), *(fit(name, _VALUE) for name in found.keyers)]
    lines: list[Line] = [(Cell("  " + " ".join(head), Tone.MUTED),)]
    for place in found.places:
        sign, tone = (Sign.FLAGGED, Tone.WARNING) if place.differs else (" ", Tone.PLAIN)
        values = (fit(value or str(Sign.NONE), _VALUE) for value in place.values)
        lines.append((Cell(f"{sign} {fit(place.name, _NAME)} {' '.join(values)}", tone),))
        if place.differs and any(len(value) * 2 > _VALUE for value in place.values):
            whole = (f"{name}：{value}" for name, value in zip(found.keyers, place.values, strict=True))
            lines += [(Cell(f"  {part}", tone),) for words in whole for part in wrap(words, max(20, _width - 2))]
    words = T("核对纸质评分表：录错的一人重录整份，两次一致才生效。")
    return [*lines, (), *((Cell(part, Tone.MUTED),) for part in wrap(str(words), max(20, _width)))]


def open_nos(lines: Sequence[KeyingLine], after: str) -> list[str]:
    """The sheets that the reader may key now, those after a number first."""
    nos = [line.no for line in lines]
    at = nos.index(after) + 1 if after in nos else 0
    mine: Mapping[str, KeyingLine] = {line.no: line for line in lines}
    return [no for no in (*nos[at:], *nos[:at]) if mine[no].yours and no != after]
