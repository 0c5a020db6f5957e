"""One application in deliberation, as text: every sheet, what is flagged and how it is explained, what was said of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from models.enums import SheetState, label
from models.policy.types import Criterion
from models.rules.marks import format_points, format_score, format_total
from models.rules.money import format_wan
from models.text import T, Text
from models.views import CorrectionView, DeliberationLine, ItemView, SheetView
from screens.dialogs.reading import MUTED
from screens.widgets.cells import fit, wrap
from screens.widgets.signs import SHEET_SIGNS, Sign

TOTAL = 7
"""Cells of a column of totals."""

Parts = list[tuple[str, str]]


def item_text(
    item: ItemView, criteria: Sequence[Criterion], needs: DeliberationLine | None, width: int, *, heading: bool = True
) -> Parts:
    """Everything an `ItemView` tells, `width` cells wide. `needs`: what deliberation still owes, while it lasts."""
    parts: Parts = _heading(item) if heading else []
    if item.must_leave:
        parts += _paragraph(T("回避：{names}", names="、".join(item.must_leave)), width, MUTED)
    if item.sealed:
        return parts + _paragraph(_SEALED, width, "$warning")
    if needs is not None:
        parts += [part for text in owed(needs) for part in _paragraph(text, width, "$warning")]
    parts.append(("\n", ""))
    parts += _table(item.sheets, criteria, width)
    for correction in item.corrections:
        parts += _paragraph(corrected(correction), width, "" if correction.new_milli is not None else "$warning")
    for dissent in item.dissents:
        parts += _paragraph(T("{expert} 的不同意见：{text}", expert=dissent.expert, text=dissent.text), width, "")
    if item.decided_amount_fen is not None:
        parts += _paragraph(T("议定金额 {amount} 万元", amount=format_wan(item.decided_amount_fen)), width, "bold")
    said = T("评审意见：{text}", text=item.opinion) if item.opinion else T("还没有评审意见。")
    return [*parts, ("\n", ""), *_paragraph(said, width, "bold" if item.opinion else "$warning")]


_SEALED = T("您已回避本项目：它的评分表、评语、分布、得分过程和讨论不向您显示。得分、名次和结果照常可见。")


def owed(needs: DeliberationLine) -> Iterator[Text]:
    """What an application still needs, a sentence each."""
    if not needs.opinion:
        yield T("{sign} 缺评审意见", sign=Sign.BLANK)
    if needs.unexplained:
        yield T("{sign} 待说明偏差：{names}", sign=Sign.FLAGGED, names="、".join(needs.unexplained))
    if needs.corrections_open:
        yield T("{sign} 待录入的更正 {count} 处", sign=Sign.DRAFT, count=needs.corrections_open)


def corrected(correction: CorrectionView) -> Text:
    """A correction in a sentence."""
    new = T("待录入") if correction.new_milli is None else format_points(correction.new_milli)
    return T(
        "更正：{expert} {between} {criterion} {old}→{new}，{ground}，{reason}（{by}认定）",
        expert=correction.expert,
        between=Sign.BETWEEN,
        criterion=correction.criterion,
        old=format_points(correction.old_milli),
        new=new,
        ground=label(correction.ground),
        reason=correction.reason,
        by=correction.named_by,
    )


def _heading(item: ItemView) -> Parts:
    score = format_score(item.score, item.places) if item.score is not None else str(Sign.NONE)
    rank = T("第 {rank} 名", rank=item.rank) if item.rank is not None else T("不参加排名")
    if item.tied:
        rank = T("{rank}（并列）", rank=rank)
    return [(str(T("得分 {score}", score=score)), "bold $accent"), (f"   {rank}\n", "bold")]


def _table(sheets: Sequence[SheetView], criteria: Sequence[Criterion], width: int) -> Parts:
    names = min(max((cell_len(sheet.expert) for sheet in sheets), default=4), 12)
    columns = [(criterion, min(max(cell_len(criterion.name), 5), 10)) for criterion in criteria]
    if 2 + names + sum(cells + 1 for _, cells in columns) + TOTAL + 1 > width:
        columns = []
    head = "".join(f" {fit(criterion.name, cells, 'right')}" for criterion, cells in columns)
    parts: Parts = [(f"  {fit(str(T('专家')), names)}{head} {fit(str(T('合计')), TOTAL, 'right')}\n", MUTED)]
    for sheet in sheets:
        parts += _row(sheet, columns, names)
        parts += [part for text, style in _remarks(sheet) for part in _paragraph(text, width - 4, style, "    ")]
    return parts


def _row(sheet: SheetView, columns: Sequence[tuple[Criterion, int]], names: int) -> Parts:
    total = format_total(sheet.total_micro) if sheet.total_micro is not None else str(Sign.NONE)
    marks = "".join(
        f" {fit(format_points(sheet.marks[c.code]) if c.code in sheet.marks else str(Sign.NONE), cells, 'right')}"
        for c, cells in columns
    )
    sign = Sign.RECUSED if sheet.voided else Sign.FLAGGED if sheet.flags else SHEET_SIGNS[sheet.state]
    style = MUTED if sheet.voided else "$warning" if sheet.flags else ""
    return [(f"{sign} {fit(sheet.expert, names)}{marks} ", style), (f"{fit(total, TOTAL, 'right')}\n", f"bold {style}")]


def _remarks(sheet: SheetView) -> Iterator[tuple[Text, str]]:
    if sheet.voided:
        yield T("已作废（回避）"), MUTED
    if sheet.state is SheetState.ABSTAINED:
        yield T("弃权：{reason}", reason=sheet.reason), MUTED
    for flag in sheet.flags:
        yield flag, "$warning"
    if sheet.explanation:
        yield T("说明：{text}", text=sheet.explanation), ""
    if sheet.comment:
        yield T("评语：{text}", text=sheet.comment), MUTED


def _paragraph(text: Text, width: int, style: str, lead: str = "") -> Parts:
    return [(f"{lead}{line}\n", style) for line in wrap(str(text), width)]
