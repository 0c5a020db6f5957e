"""Notices and objections in lines, rows and pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.enums import ObjectionOutcome, ObjectionState, Phase, label
from models.rules.calendar import FIRST_DAY
from models.rules.money import format_wan
from models.text import T, Text
from screens.dialogs.card import Page
from screens.dialogs.choose import Option
from screens.meeting_screen import day_words, time_words
from screens.widgets.cells import Cell, Column, Tone
from screens.widgets.lines_pane import Line
from screens.widgets.long_table import Row
from screens.widgets.month import Day
from screens.widgets.signs import Sign

if TYPE_CHECKING:
    from datetime import date

    from models.views.listing import ClockView, NoticeView, ObjectionView, PublishedItem


@dataclass(frozen=True)
class PublicityLook:
    """What the screen knows; `objections` None: not for this person, `unseen` says so."""

    today: date
    notices: tuple[NoticeView, ...]
    objections: tuple[ObjectionView, ...] | None
    unseen: str = ""


_STATE_SIGNS = {
    ObjectionState.RECORDED: Sign.BLANK,
    ObjectionState.ACCEPTED: Sign.DRAFT,
    ObjectionState.DISMISSED: Sign.ABSTAINED,
    ObjectionState.WITHDRAWN: Sign.RETURNED,
    ObjectionState.REFERRED: Sign.FOLLOWS,
    ObjectionState.DECIDED: Sign.SUBMITTED,
}


def columns(wide: bool) -> tuple[Column, ...]:
    """The columns of the objections, their titles in the reader's language; the clock in full where there is room."""
    return (
        Column("number", str(T("号")), 2, "right"),
        Column("no", str(T("申报编号")), 9),
        Column("state", str(T("状态")), min=10),
        Column("clock", str(T("时限")), 15 if wide else 5),
        Column("hold", str(T("影响")), min=10, drop=1),
        Column("enterprise", str(T("企业")), min=14, drop=2),
    )


def row(objection: ObjectionView, wide: bool) -> Row:
    """An objection's line."""
    state, tone = state_words(objection)
    return (
        str(objection.number),
        objection.no,
        Cell(state, tone),
        _clock(objection, wide),
        Cell(*hold_words(objection)),
        objection.enterprise,
    )


def state_words(objection: ObjectionView) -> tuple[str, Tone]:
    """How far an objection is, and what was found."""
    words = label(objection.outcome) if objection.outcome is not None else label(objection.state)
    tone = Tone.ACCENT if objection.open else Tone.PLAIN
    return f"{_STATE_SIGNS[objection.state]} {words}", tone


def hold_words(objection: ObjectionView) -> tuple[str, Tone]:
    """What an objection does to its application."""
    if objection.outcome is ObjectionOutcome.UPHELD:
        return str(T("{sign} 移出名单", sign=Sign.DECLINED)), Tone.WARNING
    if not objection.open:
        return str(T("不影响")), Tone.MUTED
    if not objection.on_notice:
        return str(T("不在名单")), Tone.MUTED
    if not objection.in_period:
        return str(T("期外提出")), Tone.MUTED
    return str(T("{sign} 暂缓", sign=Sign.OBJECTED)), Tone.WARNING


def _clock(objection: ObjectionView, wide: bool) -> Cell:
    """How many of its working days are gone: 受理 2/5 工作日, or 2/5 where that is all there is room for."""
    clock = objection.clock
    if clock is None:
        return Cell("")
    what = _awaited(clock)
    if clock.overdue:
        return Cell(str(T("{what}逾期", what=what) if wide else T("逾期")), Tone.REFUSAL)
    gone = f"{Sign.NONE if clock.gone is None else clock.gone}/{clock.days}"
    words = str(T("{what} {gone} 工作日", what=what, gone=gone)) if wide else gone
    return Cell(words, Tone.WARNING if clock.gone in (None, clock.days) else Tone.PLAIN)


def _awaited(clock: ClockView) -> Text:
    return T("决定") if clock.deciding else T("受理")


def due_words(objection: ObjectionView) -> Cell | None:
    """Until when it is to be taken or decided, by the policy's clock; None where no clock runs."""
    clock = objection.clock
    if clock is None:
        return None
    what = _awaited(clock)
    if clock.due is None:
        unknown = T("须在 {days} 个工作日内{what}。{unknown}", days=clock.days, what=what, unknown=clock.unknown)
        return Cell(str(unknown), Tone.WARNING)
    day = day_words(clock.due)
    if clock.overdue:
        return Cell(str(T("应不迟于{day}{what}，已经逾期。", day=day, what=what)), Tone.REFUSAL)
    words = T("{what} {gone}/{days} 工作日，不迟于{day}。", what=what, gone=clock.gone, days=clock.days, day=day)
    return Cell(str(words), Tone.WARNING)


def no_notice(phase: Phase | None) -> list[str | Cell]:
    """What stands where there is no notice yet: when one is recorded, and by whom."""
    way = T("秘书按 O 登记：首日、地点、天数。")
    if phase is not None and phase.position < Phase.PUBLICITY.position:
        way = T("配额分配结束、进入公示阶段以后，由秘书登记。")
    return [Cell(str(T("还没有公示。")), Tone.STRONG), str(way)]


def published_options(notices: Sequence[NoticeView]) -> list[Option]:
    """What an objection may be to: every application of the notices, those of the newest first."""
    items = {item.no: item for notice in reversed(notices) for item in notice.items}
    return [Option(no, f"{no} {item.enterprise}", item.district) for no, item in items.items()]


def notice_lines(notice: NoticeView, versions: int) -> Sequence[Line]:
    """A notice above its calendar: its version, its period, how far it is, the other way of counting, its place."""
    title = T("第 {version} 版公示", version=notice.version)
    count = T("{count} 个项目", count=len(notice.items))
    of = str(T("（共 {count} 版，V 换一版）", count=versions)) if versions > 1 else ""
    period = T(
        "{opens}—{closes} 24 时，{days} 个工作日",
        opens=day_words(notice.opens),
        closes=day_words(notice.closes),
        days=notice.working_days,
    )
    other = _other_words(notice)
    count_of_first = (
        T("首日计入；若不计入，{other}", other=other)
        if notice.first_day_counts
        else T("首日不计入；若计入，{other}", other=other)
    )
    return [
        (Cell(str(title), Tone.STRONG), Cell(f"  {count}{of}")),
        (Cell(str(period)),),
        _progress(notice),
        (Cell(str(count_of_first), Tone.MUTED),),
        (Cell(notice.place, Tone.MUTED),),
    ]


def _other_words(notice: NoticeView) -> Text:
    """Where the other way of counting ends."""
    if notice.other_closes is None:
        return T("该年放假安排未知")
    return T("至{day}止", day=day_words(notice.other_closes))


def _progress(notice: NoticeView) -> Line:
    if notice.over:
        return (Cell(f"{Sign.SUBMITTED} {T('公示期已满')}", Tone.ACCENT),)
    if notice.today < notice.opens:
        return (Cell(str(T("尚未开始")), Tone.WARNING),)
    gone = sum(day.number is not None and day.day <= notice.today for day in notice.days)
    words = T(
        "公示中，第 {gone}/{days} 日，还有 {left} 个工作日",
        gone=gone,
        days=notice.working_days,
        left=notice.working_days - gone,
    )
    return (Cell(str(words), Tone.ACCENT),)


def month_days(notice: NoticeView) -> list[Day]:
    """The days of a period as the calendar shows them: a day has room for the name of a holiday only."""
    return [Day(day.day, day.number, "" if day.why is None else _short(day.why)) for day in notice.days]


def _short(why: Text) -> str:
    return str(T("首日") if why == FIRST_DAY else why.values.get("name", why))


def item_columns() -> tuple[Column, ...]:
    """The columns of a notice's list, their titles in the reader's language."""
    return (
        Column("sign", "", 2),
        Column("no", str(T("申报编号")), 9),
        Column("enterprise", str(T("企业")), min=16),
        Column("district", str(T("县区")), 10, drop=1),
        Column("amount", str(T("万元")), 7, "right"),
    )


def item_row(item: PublishedItem) -> Row:
    """An application of a notice; the sign says that it is held back, or was taken off."""
    tone = Tone.WARNING if item.held else Tone.PLAIN
    amount = "" if item.amount_fen is None else format_wan(item.amount_fen)
    sign = str(Sign.OBJECTED) if item.held else ""
    return (Cell(sign, tone), item.no, Cell(item.enterprise, tone), item.district, amount)


def items_page(notice: NoticeView) -> Page:
    """The applications of a notice, as the public sees them, and which of them are held back or were taken off."""
    rows: list[tuple[str, str | Cell]] = []
    for item in notice.items:
        amount = "" if item.amount_fen is None else str(T("{amount} 万元", amount=format_wan(item.amount_fen)))
        held = str(T("{sign} 暂缓或移出", sign=Sign.OBJECTED)) if item.held else ""
        words = "  ".join(word for word in (item.enterprise, item.district, amount, held) if word)
        rows.append((item.no, Cell(words, Tone.WARNING if item.held else Tone.PLAIN)))
    return Page(str(T("第 {version} 版名单", version=notice.version)), rows)


def objection_page(objection: ObjectionView) -> Page:
    """All that the reader may know of an objection."""
    state, tone = state_words(objection)
    hold, hold_tone = hold_words(objection)
    rows: list[tuple[str, str | Cell]] = [
        (str(T("项目")), Cell(f"{objection.no} {objection.enterprise}", Tone.STRONG)),
        (str(T("状态")), Cell(state, tone)),
        (str(T("影响")), Cell(hold, hold_tone)),
    ]
    if (due := due_words(objection)) is not None:
        rows.append((str(T("时限")), due))
    rows += [
        (str(T("登记")), time_words(objection.recorded_at)),
        (str(T("异议人")), _objector(objection)),
        (str(T("联系方式")), _known(objection.contact)),
        (str(T("事实理由")), Cell(objection.grounds)),
        (str(T("证据")), Cell("\n".join(objection.evidence) or str(Sign.NONE))),
    ]
    if objection.finding:
        rows.append((str(T("处理意见")), Cell(objection.finding, Tone.STRONG)))
    if objection.amount_fen is not None:
        rows.append((str(T("改定金额")), str(T("{amount} 万元", amount=format_wan(objection.amount_fen)))))
    return Page(str(T("异议")), rows)


def _objector(objection: ObjectionView) -> Cell:
    return Cell(str(T("匿名"))) if objection.anonymous else _known(objection.objector)


def _known(value: str | None) -> Cell:
    if value is None:
        return Cell(str(T("只有秘书和组长可以知道。")), Tone.MUTED)
    return Cell(value or str(Sign.NONE))


def summary(objection: ObjectionView) -> list[str | Cell]:
    """An objection below the table: what it says, until when it is due, and what was found."""
    lines: list[str | Cell] = [
        Cell(f"{T('第 {number} 号', number=objection.number)} {objection.no} {objection.enterprise}", Tone.STRONG),
        objection.grounds,
    ]
    if (due := due_words(objection)) is not None:
        lines.append(due)
    if objection.finding:
        lines.append(str(T("处理意见：{finding}", finding=objection.finding)))
    return lines
