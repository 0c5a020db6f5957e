"""One application in deliberation, as lines: every sheet, what is flagged and how it is explained, what was said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from models.enums import SheetState, label
from models.policy.types import Criterion
from models.rules.marks import format_points, format_score, format_total
from models.rules.money import format_wan
from models.text import T, Text
from models.views.results import CorrectionView, DeliberationLine, ItemView, SheetView
from screens.board_parts.leaf import paragraph
from screens.widgets.cells import Cell, Tone, fit
from screens.widgets.lines_pane import Line
from screens.widgets.signs import SHEET_SIGNS, Sign

TOTAL = 7
"""Cells of a column of totals."""


def item_lines(item: ItemView, criteria: Sequence[Criterion], needs: DeliberationLine | None, width: int) -> list[Line]:
    """Everything an `ItemView` tells, `width` cells wide. `needs`: what deliberation still owes, while it lasts."""
    lines: list[Line] = [_heading(item)]
    if item.must_leave:
        lines += paragraph(T("回避：{names}", names="、".join(item.must_leave)), width, Tone.MUTED)
    if item.sealed:
        return lines + paragraph(_SEALED, width, Tone.WARNING)
    if needs is not None:
        lines += [line for text in owed(needs) for line in paragraph(text, width, Tone.WARNING)]
    lines += [(), *_table(item.sheets, criteria, width), ()]
    for correction in item.corrections:
        tone = Tone.PLAIN if correction.new_milli is not None else Tone.WARNING
        lines += paragraph(corrected(correction), width, tone)
    for dissent in item.dissents:
        lines += paragraph(T("{expert}的不同意见：{text}", expert=dissent.expert, text=dissent.text), width)
    if item.decided_amount_fen is not None:
        amount = format_wan(item.decided_amount_fen)
        lines += paragraph(T("议定金额 {amount} 万元", amount=amount), width, Tone.STRONG)
    if item.opinion:
        return lines + paragraph(T("评审意见：{text}", text=item.opinion), width, Tone.STRONG)
    return lines + (paragraph(T("还没有评审意见。"), width, Tone.WARNING) if needs is None else [])


_SEALED = T("您已回避本项目：它的评分表、评语、分布、得分过程和讨论不向您显示。得分、名次和结果照常可见。")


def owed(needs: DeliberationLine) -> Iterator[Text]:
    """What an application still needs, a sentence each."""
    if needs.unexplained:
        yield T("{sign} 待说明偏差：{names}", sign=Sign.FLAGGED, names="、".join(needs.unexplained))
    if needs.corrections_open:
        yield T("{sign} 待录入的更正 {count} 处", sign=Sign.DRAFT, count=needs.corrections_open)
    if not needs.opinion:
        yield T("{sign} 缺评审意见", sign=Sign.BLANK)


def corrected(correction: CorrectionView) -> Text:
    """A correction in a sentence."""
    new = T("待录入") if correction.new_milli is None else format_points(correction.new_milli)
    return T(
        "更正：{expert}的“{criterion}” {old} → {new}，{ground}：{reason}（{by}认定）",
        expert=correction.expert,
        criterion=correction.criterion,
        old=format_points(correction.old_milli),
        new=new,
        ground=label(correction.ground),
        reason=correction.reason,
        by=correction.named_by,
    )


def _heading(item: ItemView) -> Line:
    score = format_score(item.score, item.places) if item.score is not None else str(Sign.NONE)
    rank = T("第 {rank} 名", rank=item.rank) if item.rank is not None else T("不参加排名")
    if item.tied:
        rank = T("{rank}（并列）", rank=rank)
    return (Cell(str(T("得分 {score}", score=score)), Tone.ACCENT), Cell(f"   {rank}", Tone.STRONG))


def _table(sheets: Sequence[SheetView], criteria: Sequence[Criterion], width: int) -> Iterator[Line]:
    """A line a sheet; the criteria only where all of them fit, the totals always."""
    names = min(max((cell_len(sheet.expert) for sheet in sheets), default=4), 12)
    columns = [(criterion, min(max(cell_len(criterion.name), 5), 14)) for criterion in criteria]
    if 2 + names + sum(cells + 1 for _, cells in columns) + TOTAL + 1 > width:
        columns = []
    head = "".join(f" {fit(criterion.name, cells, 'right')}" for criterion, cells in columns)
    first, last = fit(str(T("专家")), names), fit(str(T("合计")), TOTAL, "right")
    yield (Cell(f"  {first}{head} {last}", Tone.MUTED),)
    for sheet in sheets:
        yield _row(sheet, columns, names)
        for text, tone in _remarks(sheet):
            yield from paragraph(text, width, tone, "    ")


def _row(sheet: SheetView, columns: Sequence[tuple[Criterion, int]], names: int) -> Line:
    total = format_total(sheet.total_micro) if sheet.total_micro is not None else str(Sign.NONE)
    marks = "".join(
        f" {fit(format_points(sheet.marks[c.code]) if c.code in sheet.marks else str(Sign.NONE), cells, 'right')}"
        for c, cells in columns
    )
    sign = Sign.RECUSED if sheet.voided else Sign.FLAGGED if sheet.flags else SHEET_SIGNS[sheet.state]
    tone = Tone.MUTED if sheet.voided else Tone.WARNING if sheet.flags else Tone.PLAIN
    heavy = Tone.STRONG if tone is Tone.PLAIN else tone
    return (Cell(f"{sign} {fit(sheet.expert, names)}{marks} ", tone), Cell(fit(total, TOTAL, "right"), heavy))


def _remarks(sheet: SheetView) -> Iterator[tuple[Text, Tone]]:
    if sheet.voided:
        yield T("已作废（回避）"), Tone.MUTED
    if sheet.state is SheetState.ABSTAINED:
        yield T("弃权：{reason}", reason=sheet.reason), Tone.MUTED
    for flag in sheet.flags:
        yield flag, Tone.WARNING
    if sheet.explanation:
        yield T("说明：{text}", text=sheet.explanation), Tone.PLAIN
    if sheet.comment:
        yield T("评语：{text}", text=sheet.comment), Tone.MUTED
