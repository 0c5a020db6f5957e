"""What stands in the lines of the quotas screen: rows, totals, and the page that explains a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from models.enums import CellKind, Role, label
from models.rules.money import format_wan
from models.text import T, Text
from screens.meeting_screen import time_words
from screens.widgets.bars import bar
from screens.widgets.cells import Cell, Column, Tone
from screens.widgets.lines_pane import Line
from screens.widgets.long_table import Row
from screens.widgets.signs import Sign

if TYPE_CHECKING:
    from models.views.allocation import QuotaCellView, QuotaView
    from screens.quota_parts.draft import QuotaDraft

BAR = 12
"""Cells of the bar of places used."""


def columns() -> tuple[Column, ...]:
    """The columns of the table, their titles in the reader's language."""
    return (
        Column("mark", "", 1),
        Column("name", str(T("县区、行业")), min=30),
        Column("candidates", str(T("申报")), 4, "right"),
        Column("floor", str(T("保底")), 4, "right"),
        Column("ceiling", str(T("上限")), 4, "right"),
        Column("taken", str(T("已占")), 4, "right"),
        Column("bar", "", BAR, drop=2),
        Column("note", str(T("说明")), min=12, drop=1),
    )


def key_of(cell: QuotaCellView) -> str:
    """The key of a district or industry in the table."""
    return f"{cell.kind}/{cell.name}"


def head_row(kind: CellKind, view: QuotaView) -> Row:
    """The line above a kind: how much its floors and ceilings make in all."""
    mine = [cell for cell in view.cells if cell.kind is kind]
    taken = [cell.taken for cell in mine if cell.taken is not None]
    floors = sum(cell.floor for cell in mine)
    numbers = (sum(cell.candidates for cell in mine), floors or "", "", sum(taken) if taken else "")
    named = Cell(str(T("{kind}合计", kind=label(kind))), Tone.STRONG)
    return (Cell(""), named, *(Cell(str(number), Tone.STRONG) for number in numbers), Cell(""), Cell(""))


def row(cell: QuotaCellView, changed: bool) -> Row:
    """The line of a district or industry; `changed`: not saved yet."""
    tone = Tone.ACCENT if changed else Tone.PLAIN
    note, note_tone = _note(cell)
    used = bar(cell.taken, cell.ceiling, BAR) if cell.taken is not None and cell.ceiling is not None else ""
    return (
        Cell("*" if changed else "", Tone.ACCENT),
        Cell(cell.label, tone),
        Cell(str(cell.candidates), Tone.PLAIN if cell.candidates else Tone.MUTED),
        Cell(str(cell.floor), tone) if cell.floor else Cell(str(Sign.NONE), tone if changed else Tone.MUTED),
        Cell(or_none(cell.ceiling), tone if changed or cell.ceiling is not None else Tone.MUTED),
        "" if cell.taken is None else str(cell.taken),
        Cell(used, note_tone),
        Cell(note, note_tone),
    )


def _note(cell: QuotaCellView) -> tuple[str, Tone]:
    if cell.taken is not None and cell.taken < cell.floor:
        return f"{Sign.FLAGGED} {T('保底缺 {count}', count=cell.floor - cell.taken)}", Tone.WARNING
    if cell.candidates < cell.floor:
        return f"{Sign.FLAGGED} {T('申报不足')}", Tone.WARNING
    if cell.taken is not None and cell.ceiling is not None and cell.taken >= cell.ceiling:
        return str(T("已满")), Tone.ACCENT
    return "", Tone.PLAIN


def totals_lines(view: QuotaView, draft: QuotaDraft, mine: bool) -> Sequence[Line]:
    """The two lines above the table; `mine`: the reader is who sets the quotas now."""
    tone = Tone.ACCENT if draft.totals is not None else Tone.STRONG
    star = "*" if draft.totals is not None else ""
    pairs = (
        (T("总名额"), str(view.total)),
        (T("预算"), budget_words(view.budget_fen)),
        (T("备选"), str(view.alternates)),
        (T("批次还有"), f"{T('{count} 个名额', count=view.batch_quota)}、{budget_words(view.batch_budget_fen)}"),
    )
    first: list[Cell] = [Cell(star, Tone.ACCENT)] if star else []
    for number, (name, value) in enumerate(pairs):
        first += [Cell(f"{name} ", Tone.MUTED), Cell(f"{value}   ", tone if number < 3 else Tone.PLAIN)]
    unset = Cell(str(T("还没有设定，现按批次余额列出。")), Tone.WARNING)
    words = T("由您设定：Enter 改一行，T 改总数。") if mine else who_sets(view.setter)
    who = Cell(str(words), Tone.ACCENT if mine else Tone.MUTED)
    saved = Cell(str(T("  * {count} 处改动未保存", count=draft.count)), Tone.WARNING) if draft.count else Cell("")
    return [first, [*([] if view.set else [unset]), who, saved]]


def draft_lines(draft: QuotaDraft, faults: Sequence[Text]) -> Iterator[Cell]:
    """What is not saved yet, and what would be refused of it."""
    if not draft.count:
        yield Cell(str(T("没有未保存的改动。")), Tone.MUTED)
        return
    yield Cell(str(T("* {count} 处改动未保存，F5 保存", count=draft.count)), Tone.ACCENT)
    for fault in faults:
        yield Cell(f"{Sign.FLAGGED} {fault}", Tone.WARNING)
    if not faults:
        yield Cell(f"{Sign.SUBMITTED} {T('名额和预算相符，可以保存。')}")


def history(view: QuotaView | None) -> Iterator[Cell]:
    """The changes of a quota, newest first."""
    if view is None or not view.changes:
        yield Cell(str(T("还没有设定过。")), Tone.MUTED)
        return
    for change in reversed(view.changes):
        yield Cell(f"{time_words(change.at)} {change.by} {label(change.phase)}", Tone.MUTED)
        yield Cell(str(change.text))
        if change.reason:
            yield Cell(str(T("理由：{reason}", reason=change.reason)))


def who_sets(setter: Role | None) -> Text:
    """Who sets the quotas now."""
    if setter is None:
        return T("分配已经结束，配额不再改动。")
    return T("现在由{role}设定配额。", role=label(setter))


def cell_page(cell: QuotaCellView) -> list[tuple[str, str | Cell]]:
    """What a district's or industry's figures mean."""
    floor = (
        T("至少 {count} 个入选；合格的不够时尽量接近，缺几个写明。", count=cell.floor) if cell.floor else T("不设。")
    )
    ceiling = T("至多 {count} 个入选；满了以后，排名再前也不进。", count=cell.ceiling)
    return [
        (label(cell.kind), Cell(cell.label, Tone.STRONG)),
        (str(T("申报")), str(T("{count} 个项目", count=cell.candidates))),
        (str(T("保底")), str(floor)),
        (str(T("上限")), str(ceiling if cell.ceiling is not None else T("不限。"))),
        (str(T("已占")), str(T("还没有分配。") if cell.taken is None else T("{count} 个", count=cell.taken))),
        ("", ""),
        (str(T("谁设定")), str(T("评分开始以前由秘书，其后由组长，到分配结束为止。总名额和预算由主管部门确定。"))),
    ]


def or_none(value: int | None) -> str:
    """A number, or the sign for none."""
    return str(Sign.NONE) if value is None else str(value)


def budget_words(fen: int | None) -> str:
    """A budget in 万元."""
    return str(T("不设")) if fen is None else str(T("{amount} 万元", amount=format_wan(fen)))
