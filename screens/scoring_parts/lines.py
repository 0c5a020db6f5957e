"""What stands on the expert's desk, as grid rows and lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from models.enums import Phase, SheetState, label
from models.rules.digest import short
from models.rules.marks import format_points, format_score, format_total, mean_total
from models.text import T, Text, tr
from models.views.desk import DeskRow
from models.views.results import CorrectionView
from screens.dialogs.card import Page
from screens.scoring_parts.journal import HANDED_IN
from screens.scoring_parts.look import Look
from screens.widgets import bars
from screens.widgets.cells import Cell, Tone, fit, wrap
from screens.widgets.lines_pane import Line
from screens.widgets.mark_entry import GridCriterion, GridRow, RowState
from screens.widgets.signs import SHEET_SIGNS, Sign

if TYPE_CHECKING:
    from models.policy.types import Criterion, Rubric

_BINS = 12
_BAR = 12
_TONES = {SheetState.SUBMITTED: Tone.ACCENT, SheetState.RETURNED: Tone.WARNING, SheetState.BLANK: Tone.MUTED}


def grid_criteria(rubric: Rubric) -> list[GridCriterion]:
    """The grid's columns."""
    return [
        GridCriterion(one.code, one.name, format_points(one.full), len(format_points(one.step).partition(".")[2]))
        for one in rubric.criteria
    ]


def grid_row(row: DeskRow, seen: Look) -> GridRow:
    """A sheet as a row of the grid: open while it may be typed into."""
    assert seen.desk is not None
    open_ = seen.phase is Phase.SCORING and row.state not in HANDED_IN
    state = RowState.RECUSED if row.recused else RowState.OPEN if open_ else RowState.LOCKED
    sign, tone = SHEET_SIGNS[row.state], _TONES.get(row.state, Tone.PLAIN)
    if seen.owed(row.no) or seen.open_corrections(row.no):
        sign, tone = Sign.FLAGGED, Tone.WARNING
    marks = [row.marks.get(one.code) for one in seen.desk.rubric.criteria]
    unseen = tr("看不到") if row.hidden is not None else ""
    total = label(row.state) if row.state is SheetState.ABSTAINED else unseen
    return GridRow(
        row.no,
        sign,
        row.no,
        row.enterprise,
        tuple("" if mark is None else format_points(mark) for mark in marks),
        format_total(row.total_micro) if row.total_micro is not None else total,
        state,
        tone,
    )


def first_blank(row: DeskRow, rubric: Rubric) -> str:
    """The first criterion without a mark; the first of all where none is missing."""
    return next((one.code for one in rubric.criteria if one.code not in row.marks), rubric.criteria[0].code)


def banner(seen: Look) -> str:
    """Why nothing can be marked now, and what to do instead; while marks are taken, what the chair calls for."""
    if seen.desk is None:
        return seen.refusal + tr("按 F3 可以去看名册、进度和结果。")
    if seen.phase is Phase.PREPARING:
        return tr("评审会还在筹备，项目尚未确定，不能评分。可以按 F3 去名册看申报材料。")
    if not seen.desk.rows:
        return tr("没有分给您评的项目。按 F3 可以去看名册、进度和结果。")
    if seen.phase is Phase.SIGNING_IN:
        return tr("正在签到，还不能评分。可以先看材料（F2）和评分依据（?）；要回避的，按 F3 去名册申报。")
    if seen.phase is Phase.DELIBERATING:
        return tr("评分已揭晓，只能看。标“!”的按 X 说明偏差，按 C 录入组长认定的更正。")
    if seen.phase is not Phase.SCORING:
        return str(T("现在是{phase}阶段，评分已经结束，这里只能看。按 F3 去看排名与结果。", phase=label(seen.phase)))
    out = seen.desk.due - seen.desk.done
    return str(T("组长催交：还有 {count} 份。", count=out)) if seen.desk.reminded_at is not None and out else ""


def tally(seen: Look, rows: Sequence[DeskRow], width: int) -> list[Line]:
    """One line: how many own sheets are in, what is owed, and as far as it fits how the own totals spread."""
    mine = [row for row in rows if not row.recused]
    done = sum(row.state in HANDED_IN for row in mine)
    full = bars.bar(done, len(mine), _BAR).rstrip()
    line = [
        Cell(str(T(" 我已交 {done}/{due} ", done=done, due=len(mine))), Tone.STRONG),
        Cell(full, Tone.ACCENT),
        Cell("░" * (_BAR - len(full)), Tone.MUTED),
    ]
    if owing := sum(bool(seen.owed(row.no)) for row in mine):
        line.append(Cell(str(T("　! 待说明 {count} 项", count=owing)), Tone.WARNING))
    if waiting := sum(len(seen.open_corrections(row.no)) for row in mine):
        line.append(Cell(str(T("　! 待更正 {count} 处", count=waiting)), Tone.WARNING))
    totals = [row.total_micro for row in mine if row.state is SheetState.SUBMITTED and row.total_micro is not None]
    room = width - sum(cell_len(cell.text) for cell in line)
    for piece in _spread(totals) if totals else ():
        room -= sum(cell_len(cell.text) for cell in piece)
        if room >= 0:
            line += piece
    return [line]


def _spread(totals: Sequence[int]) -> list[list[Cell]]:
    """How totals lie, in pieces that may be left out from the end: the picture with its ends, the mean."""
    extent = f" {format_total(min(totals))}–{format_total(max(totals))}"
    picture = Cell(bars.columns(histogram(totals)), Tone.ACCENT)
    mean = T("　均 {mean}", mean=format_score(mean_total(totals, 1), 1))
    return [[Cell(f"　{tr('我的分布')} "), picture, Cell(extent)], [Cell(str(mean))]]


def histogram(totals: Sequence[int]) -> list[int]:
    """How many totals lie in each of some equal parts between the lowest and the highest."""
    low, high = min(totals), max(totals)
    counts = [0] * (_BINS if high > low else 1)
    for total in totals:
        counts[min((total - low) * _BINS // (high - low), _BINS - 1) if high > low else 0] += 1
    return counts


def sheet_words(row: DeskRow, seen: Look) -> list[Cell]:
    """What there is to say of an own sheet beside its marks: returned, abstained, flagged, to be corrected."""
    said = []
    if row.hidden is not None:
        said.append(Cell(str(row.hidden), Tone.WARNING))
    if row.state in (SheetState.RETURNED, SheetState.ABSTAINED):
        said.append(Cell(str(T("{state}：{reason}", state=label(row.state), reason=row.reason)), Tone.WARNING))
    sheet = seen.sheets.get(row.no)
    for flag in sheet.flags if sheet is not None else ():
        said.append(Cell(f"{Sign.FLAGGED} {flag}", Tone.WARNING))
    if sheet is not None and sheet.explanation:
        said.append(Cell(str(T("已说明：{words}", words=sheet.explanation))))
    said += [Cell(correction_words(one), Tone.WARNING) for one in seen.open_corrections(row.no)]
    return said


def correction_words(one: CorrectionView) -> str:
    """A correction that waits for its new mark."""
    return str(
        T(
            "! 待更正：{criterion} 原 {old} 分，{ground}（{reason}）",
            criterion=one.criterion,
            old=format_points(one.old_milli),
            ground=label(one.ground),
            reason=one.reason,
        )
    )


def receipt_words(row: DeskRow) -> Text:
    """The receipt of a sheet that was handed in sealed, as much of it as is shown."""
    return T("收执 {receipt}", receipt=short(row.receipt))


def criterion_words(criterion: Criterion) -> str:
    """A criterion's range and step."""
    return str(
        T(
            "{name} 0–{full}，步长 {step}",
            name=criterion.name,
            full=format_points(criterion.full),
            step=format_points(criterion.step),
        )
    )


def here_lines(row: DeskRow, criterion: Criterion, seen: Look, width: int) -> list[Line]:
    """Two lines for narrow windows: the application, and what there is to say of its sheet, else of the criterion."""
    parts = [row.enterprise, row.district, label(row.state), *([str(receipt_words(row))] if row.receipt else [])]
    who = " " + f" {Sign.BETWEEN} ".join(parts)
    said = "；".join(cell.text for cell in sheet_words(row, seen))
    anchors = "；".join(criterion.anchors)
    asked = f"{criterion_words(criterion)}　{anchors}"
    return [
        (Cell(fit(who, width)),),
        (Cell(fit(f" {said or asked}", width), Tone.WARNING if said else Tone.MUTED),),
    ]


def sheet_lines(row: DeskRow, criterion: Criterion, seen: Look, width: int) -> list[Line]:
    """What there is to say of the sheet, and the criterion under the cursor, in a column."""
    rule: Line = (Cell(str(Sign.THIN_RULE) * width, Tone.MUTED),)
    words = sheet_words(row, seen)
    if row.receipt:
        words.append(Cell(str(receipt_words(row)), Tone.ACCENT))
    if row.comment:
        words.append(Cell(str(T("评语：{words}", words=row.comment))))
    said: list[Line] = [(Cell(line, one.tone),) for one in words for line in wrap(one.text, width)]
    return [*([rule, *said] if said else []), rule, *_criterion_lines(criterion, width)]


def _criterion_lines(criterion: Criterion, width: int) -> list[Line]:
    """A criterion in a column: range, step and anchors."""
    lines: list[Line] = [(Cell(fit(criterion_words(criterion), width), Tone.ACCENT),)]
    for anchor in criterion.anchors:
        first, *rest = wrap(anchor, width - 2)
        lines += [(Cell(f"{Sign.DOT} {first}"),), *((Cell(f"  {line}"),) for line in rest)]
    return lines


def anchor_pages(rubric: Rubric) -> list[Page]:
    """The rubric as pages of a card, a criterion each."""
    return [
        Page(
            one.name,
            [
                (tr("分值"), str(T("0–{full} 分", full=format_points(one.full)))),
                (tr("步长"), str(T("{step} 分", step=format_points(one.step)))),
                *((str(number), anchor) for number, anchor in enumerate(one.anchors, 1)),
            ],
        )
        for one in rubric.criteria
    ]
