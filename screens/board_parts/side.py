"""The right side of the board after the reveal: the row under the cursor, the quotas as bars, what is still owed."""

from __future__ import annotations

from collections.abc import Iterator

from models.enums import CellKind, ReasonCode, label
from models.rules.marks import format_score
from models.rules.money import format_wan
from models.text import T, Text
from models.views.allocation import AllocatedApplication, AllocationView, QuotaCellView
from models.views.meeting import MeetingView
from screens.board_parts.holders import awaits_shares, way_to_reveal
from screens.board_parts.leaf import paragraph, to_do
from screens.board_parts.look import Look
from screens.widgets.bars import bar
from screens.widgets.cells import Cell, Tone, fit
from screens.widgets.lines_pane import Line
from screens.widgets.signs import OUTCOME_SIGNS, Sign

BAR, COUNT, FLOOR = 10, 9, 8
"""Cells of a bar, of a count, and of a floor; the name before them takes what they leave."""


TOLD = 30
"""So many things in the way are told one by one: a large meeting may owe thousands."""


def way_lines(meeting: MeetingView, width: int) -> list[Line]:
    """What stands before the next phase, a paragraph each; a tick when nothing does, and which key leads on."""
    if meeting.next is None or meeting.mover is None:
        return paragraph(T("评审会已归档。"), width, Tone.MUTED)
    following = label(meeting.next)
    if not meeting.blockers and awaits_shares(meeting):
        return paragraph(f"{Sign.SUBMITTED} {way_to_reveal(meeting)}", width, Tone.ACCENT)
    if not meeting.blockers:
        free = T("可以进入{phase}：{mover}按 F9。", phase=following, mover=label(meeting.mover))
        return paragraph(f"{Sign.SUBMITTED} {free}", width, Tone.ACCENT)
    title = T("进入{phase}之前还有 {count} 件事", phase=following, count=len(meeting.blockers))
    lines = [*paragraph(title, width, Tone.STRONG), *to_do([str(b.text) for b in meeting.blockers[:TOLD]], width)]
    if len(meeting.blockers) > TOLD:
        lines += paragraph(T("……还有 {count} 件", count=len(meeting.blockers) - TOLD), width, Tone.MUTED)
    return lines


def listed_lines(one: AllocatedApplication, places: int, width: int) -> list[Line]:
    """One application of the list: outcome, why, by how much, for how much."""
    order = f" {one.alternate_order}" if one.alternate_order is not None else ""
    lines = paragraph(f"{one.no} {one.enterprise}", width, Tone.STRONG)
    lines.append((Cell(f"{OUTCOME_SIGNS[one.outcome]} {label(one.outcome)}{order}", Tone.ACCENT),))
    lines += paragraph(one.text, width)
    return lines + [line for fact in _facts(one, places) for line in paragraph(fact, width, Tone.MUTED)]


def _facts(one: AllocatedApplication, places: int) -> Iterator[Text]:
    """What there is of rank and score, support, and distance."""
    if one.rank is not None and one.score is not None:
        yield T("第 {rank} 名，得分 {score}", rank=one.rank, score=format_score(one.score, places))
    if one.amount_fen is not None and one.reason is not ReasonCode.NOT_ELIGIBLE:
        yield T("预计补助 {amount} 万元", amount=format_wan(one.amount_fen))
    if one.margin is not None:
        yield T("与入选线或配额末位相差 {margin} 分", margin=format_score(one.margin, places))


def quota_lines(look: Look, view: AllocationView | None, width: int) -> list[Line]:
    """What a list leaves open and what is in the way; then its places and money, districts and industries, as bars."""
    lines = way_lines(look.meeting, width)
    if view is None:
        return lines
    lines += [line for text in _open(view) for line in paragraph(f"{Sign.FLAGGED} {text}", width, Tone.WARNING)]
    lines += [(), *_totals(view, width)]
    for kind in CellKind:
        cells = [c for c in view.cells if c.kind is kind and (c.taken or c.floor or c.ceiling is not None)]
        lines.append((Cell(label(kind), Tone.MUTED),))
        lines += [_cell(cell, width) for cell in cells]
    return lines


def _open(view: AllocationView) -> Iterator[Text]:
    for unmet in view.unmet:
        yield T("{name}保底 {wanted}，只能达到 {reached}", name=unmet.name, wanted=unmet.wanted, reached=unmet.reached)
    if view.amount_unknown:
        yield T("金额未定：{nos}", nos="、".join(view.amount_unknown))


def _totals(view: AllocationView, width: int) -> Iterator[Line]:
    taken, alternates = len(view.proposed), len(view.reserve)
    yield _measure(str(T("配额")), taken, view.total, f"{taken}/{view.total}", COUNT + FLOOR, width)
    yield _measure(str(T("备选")), alternates, view.alternates, f"{alternates}/{view.alternates}", COUNT + FLOOR, width)
    used = format_wan(view.budget_used_fen)
    if view.budget_fen is None:
        yield (Cell(str(T("补助合计 {used} 万元，未设预算", used=used))),)
    else:
        both = str(T("{used}/{total}万", used=used, total=format_wan(view.budget_fen)))
        yield _measure(str(T("预算")), view.budget_used_fen, view.budget_fen, both, COUNT + FLOOR, width)


def _measure(word: str, value: int, full: int, count: str, cells: int, width: int) -> Line:
    """A name, a bar, a count in so many cells: the name takes what the others leave of `width`."""
    name = fit(word, width - BAR - cells - 1)
    return (Cell(f"{name} "), Cell(bar(value, full, BAR), Tone.ACCENT), Cell(fit(count, cells, "right")))


def _cell(cell: QuotaCellView, width: int) -> Line:
    taken = cell.taken or 0
    room = width - FLOOR
    if cell.ceiling is None:
        first: Line = (Cell(fit(cell.label, room - COUNT)), Cell(fit(str(taken), COUNT, "right")))
    else:
        first = _measure(cell.label, taken, cell.ceiling, f"{taken}/{cell.ceiling}", COUNT, room)
    if not cell.floor:
        return first
    floor = fit(str(T("保底≥{floor}", floor=cell.floor)), FLOOR, "right")
    return (*first, Cell(floor, Tone.WARNING if taken < cell.floor else Tone.MUTED))
