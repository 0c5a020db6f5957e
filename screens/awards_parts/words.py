"""Versions of the list in lines, rows and signature boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.enums import label
from models.rules.digest import short
from models.rules.money import format_wan
from models.text import T, Text
from screens.meeting_screen import time_words
from screens.widgets.cells import Cell, Column, Tone
from screens.widgets.lines_pane import Line
from screens.widgets.long_table import Row
from screens.widgets.signs import Sign

if TYPE_CHECKING:
    from models.views.listing import AwardListView, AwardView, PublishedItem, SignatureView


def columns() -> tuple[Column, ...]:
    """The columns of a list, their titles in the reader's language."""
    return (
        Column("no", str(T("申报编号")), 10),
        Column("enterprise", str(T("企业")), min=18),
        Column("district", str(T("县区")), 14, drop=1),
        Column("track", str(T("支持方向")), 16, drop=3),
        Column("amount", str(T("金额（万元）")), 12, "right"),
        Column("last", str(T("来源（万元）、备注")), min=24, drop=2),
    )


def award_row(award: AwardView) -> Row:
    """An enterprise on a frozen list."""
    sources = "  ".join(f"{name} {format_wan(fen)}" for name, fen in award.sources)
    amount = Cell(_amount(award.amount_fen), Tone.STRONG)
    return (award.no, award.enterprise, award.district, award.track, amount, Cell(sources, Tone.MUTED))


def coming_row(item: PublishedItem) -> Row:
    """An application that the next version may take up."""
    held = str(T("{sign} 异议未结，暂缓", sign=Sign.OBJECTED)) if item.held else ""
    tone = Tone.WARNING if item.held else Tone.PLAIN
    enterprise = Cell(f"{Sign.OBJECTED} {item.enterprise}" if item.held else item.enterprise, tone)
    return (Cell(item.no, tone), enterprise, item.district, "", _amount(item.amount_fen), Cell(held, tone))


def _amount(fen: int | None) -> str:
    return str(Sign.NONE) if fen is None else format_wan(fen)


def list_lines(one: AwardListView, versions: int) -> Sequence[Line]:
    """The two lines above a list: its version, size, total and digest; then where the money comes from."""
    count = T("{count} 家", count=len(one.awards))
    total = T("合计 {total} 万元", total=format_wan(one.total_fen))
    of = T("（共 {count} 版，V 换一版）", count=versions) if versions > 1 else ""
    money = "  ".join(f"{name} {format_wan(fen)}" for name, fen in one.sources)
    frozen = T("{time} 定稿", time=time_words(one.frozen_at))
    return [
        (
            Cell(title_of(one), Tone.STRONG),
            Cell(f"  {count}  "),
            Cell(str(total), Tone.STRONG),
            Cell(f"  {T('摘要')} "),
            Cell(short(one.digest), Tone.ACCENT),
        ),
        (Cell(f"{frozen}{of}  {money}", Tone.MUTED),),
    ]


def title_of(one: AwardListView) -> str:
    """A list by its kind and version."""
    return str(T("{kind} 第 {version} 版", kind=label(one.kind), version=one.version))


def coming_lines(items: Sequence[PublishedItem], versions: int) -> Sequence[Line]:
    """The two lines above what the next version may take up."""
    held = sum(item.held for item in items)
    count = T("{count} 个项目待定稿", count=len(items))
    of = T("  其中 {count} 个有未结异议，暂缓", count=held) if held else ""
    way = T("公示期满后由秘书定稿，成为第 {version} 版名单，才可签署。", version=versions + 1)
    return [
        (Cell(str(T("尚未定稿")), Tone.STRONG), Cell(f"  {count}"), Cell(str(of), Tone.WARNING)),
        (Cell(str(way), Tone.MUTED),),
    ]


def side_lines(one: AwardListView) -> list[str | Cell]:
    """A list beside the table: what each source pays, and the whole digest."""
    lines: list[str | Cell] = [Cell(str(T("资金来源")), Tone.STRONG)]
    lines += [str(T("{name}　{amount} 万元", name=name, amount=format_wan(fen))) for name, fen in one.sources]
    if not one.sources:
        lines.append(Cell(str(T("本批次没有写明来源比例。")), Tone.MUTED))
    return [*lines, "", Cell(str(T("摘要")), Tone.STRONG), Cell(one.digest, Tone.MUTED), ""]


def version_line(one: AwardListView) -> str:
    """A version in one line, for the side."""
    signed = sum(signature.at is not None for signature in one.signatures)
    return str(
        T(
            "{sign} 第 {version} 版　{count} 家　{digest}　签署 {signed}/{wanted}",
            sign=Sign.SUBMITTED if signed == len(one.signatures) else Sign.BLANK,
            version=one.version,
            count=len(one.awards),
            digest=short(one.digest),
            signed=signed,
            wanted=len(one.signatures),
        )
    )


def signature_lines(signature: SignatureView) -> list[Cell]:
    """What stands in a signature box below its role: who, and when or that it is awaited."""
    name = Cell(signature.name or str(T("（未设席位）")), Tone.STRONG)
    if signature.at is None:
        return [name, Cell(f"____________ {T('待签')}", Tone.WARNING)]
    return [name, Cell(f"{Sign.SUBMITTED} {T('{time} 已签', time=time_words(signature.at))}", Tone.ACCENT)]


def signing_changes(one: AwardListView, role: str, name: str) -> list[Text]:
    """What a signature stands for, for asking once."""
    total = format_wan(one.total_fen)
    return [
        T("{title}：{count} 家，合计 {total} 万元。", title=title_of(one), count=len(one.awards), total=total),
        T("摘要 {digest}，请与桌上的名单核对。", digest=short(one.digest)),
        T("以{role}{name}的名义签署；签署后不能撤回。", role=role, name=name),
    ]
