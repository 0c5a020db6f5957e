"""The right side of the board after the reveal: the row under the cursor, the quotas as bars, what is still owed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len
from textual.content import Content

from models.enums import CellKind, Outcome, label
from models.rules.marks import format_score
from models.rules.money import format_wan
from models.text import T, Text
from models.views import AllocatedApplication, AllocationView, QuotaCellView
from screens.board_parts.look import Look
from screens.board_parts.progress import way
from screens.dialogs.reading import MUTED, ReadingDialog
from screens.widgets.bars import bar
from screens.widgets.cells import fit, shown, wrap
from screens.widgets.signs import OUTCOME_SIGNS, Sign

Parts = list[tuple[str, str]]
_BAR = 10


class LeafDialog(ReadingDialog):
    """A text that is written for the width it gets: what stands on the side, or a whole item."""

    def __init__(self, title: Text | str, write: Callable[[int], Parts]) -> None:
        super().__init__(title)
        self._write = write

    def text(self, width: int) -> Content:
        """The text."""
        return Content.assemble(*self._write(width))


def listed_text(one: AllocatedApplication, places: int, width: int) -> Parts:
    """One application of the list: outcome, why, by how much, for how much."""
    parts: Parts = [(f"{line}\n", "bold") for line in wrap(f"{one.no} {one.enterprise}", width)]
    order = f" {one.alternate_order}" if one.alternate_order is not None else ""
    parts.append((f"{OUTCOME_SIGNS[one.outcome]} {label(one.outcome)}{order}\n", "$accent bold"))
    parts += [(f"{line}\n", "") for line in wrap(str(one.text), width)]
    facts = list(_facts(one, places))
    return parts + [(f"{line}\n", MUTED) for fact in facts for line in wrap(str(fact), width)]


def _facts(one: AllocatedApplication, places: int) -> Iterator[Text]:
    if one.rank is not None and one.score is not None:
        yield T("第 {rank} 名，得分 {score}", rank=one.rank, score=format_score(one.score, places))
    if one.margin is not None:
        yield T("与入选线或所在配额的末位相差 {margin} 分", margin=format_score(one.margin, places))
    if one.amount_fen is not None:
        yield T("预计补助 {amount} 万元", amount=format_wan(one.amount_fen))


def quota_text(look: Look, view: AllocationView | None, width: int) -> Parts:
    """Places, districts, industries and budget of a list, as bars; then what it leaves open and what stands in the way."""
    parts: Parts = []
    if view is not None:
        parts += _totals(view, width)
        for kind in CellKind:
            cells = [c for c in view.cells if c.kind is kind and (c.candidates or c.floor or c.ceiling is not None)]
            parts.append((f"\n{label(kind)}\n", MUTED))
            parts += [part for cell in cells for part in _cell(cell, width)]
        parts += [part for text in _open(view) for part in _warning(text, width)]
    return [*parts, ("\n" if parts else "", ""), *way(look.meeting, width)]


def _totals(view: AllocationView, width: int) -> Parts:
    taken = sum(one.outcome is Outcome.PROPOSED for one in view.applications)
    alternates = sum(one.outcome is Outcome.ALTERNATE for one in view.applications)
    parts = _measure(str(T("配额")), taken, view.total, f"{taken}/{view.total}", width, "bold")
    parts += _measure(str(T("备选")), alternates, view.alternates, f"{alternates}/{view.alternates}", width, "")
    used = format_wan(view.budget_used_fen)
    if view.budget_fen is None:
        return [*parts, (str(T("补助合计 {used} 万元，未设预算", used=used)), ""), ("\n", "")]
    both = str(T("{used}/{total}万", used=used, total=format_wan(view.budget_fen)))
    return parts + _measure(str(T("预算")), view.budget_used_fen, view.budget_fen, both, width, "")


def _measure(word: str, value: int, full: int, count: str, width: int, style: str) -> Parts:
    length = max(0, min(_BAR, width - 13 - cell_len(count)))
    return [
        (f"{fit(word, 12)} ", style),
        (bar(value, full, length), "$accent"),
        (f"{fit(f' {count}', width - 13 - length)}\n", style),
    ]


def _cell(cell: QuotaCellView, width: int) -> Parts:
    taken = cell.taken or 0
    count = str(taken) if cell.ceiling is None else f"{taken}/{cell.ceiling}"
    full = cell.ceiling if cell.ceiling is not None else 0
    parts = _measure(cell.label, taken if full else 0, full, count, width - (8 if cell.floor else 0), "")
    if not cell.floor:
        return parts
    lacking = taken < cell.floor
    parts[-1] = (parts[-1][0].rstrip("\n"), parts[-1][1])
    floor = fit(str(T("保底≥{floor}", floor=cell.floor)), 8, "right")
    return [*parts, (f"{floor}\n", "$warning" if lacking else MUTED)]


def _open(view: AllocationView) -> Iterator[Text]:
    for unmet in view.unmet:
        yield T("{name}保底 {wanted}，只能达到 {reached}", name=unmet.name, wanted=unmet.wanted, reached=unmet.reached)
    for tied in view.ties:
        yield T("线上并列待裁定：{nos}", nos="、".join(tied))
    if view.amount_unknown:
        yield T("金额未定：{nos}", nos="、".join(view.amount_unknown))


def _warning(text: Text, width: int) -> Parts:
    lines: Sequence[str] = wrap(f"{Sign.FLAGGED} {shown(str(text))}", width)
    return [("\n", ""), *((f"{line}\n", "$warning") for line in lines)]


def room_text(look: Look) -> Parts:
    """One line above the ranking: what is being discussed, who leaves, who is still out, who may return."""
    room = look.room
    if room is None:
        return [(str(T("没有叫项。组长按 L 叫光标所在的项目。")), MUTED)]
    parts: Parts = [(str(T("现在讨论")), MUTED), (f" {room.no} {shown(room.enterprise)}", "bold $accent")]
    for word, names, style in (
        (T("请离场"), room.leave, "bold $warning"),
        (T("仍在外"), room.still_out, ""),
        (T("可回来"), room.may_return, "$success"),
    ):
        if names:
            parts.append((f"   {word}：{shown('、'.join(names))}", style))
    return parts if len(parts) > 2 else [*parts, ("   ", ""), (str(T("无人回避")), MUTED)]
