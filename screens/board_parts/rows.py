"""The board's table after the reveal: the ranking while it is talked over, then the list with outcomes and amounts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from models.enums import Outcome, ReasonCode, label
from models.rules.marks import format_score
from models.rules.money import format_wan
from models.text import T
from models.views.allocation import AllocatedApplication, AllocationView
from models.views.results import DeliberationLine, RankedApplication
from screens.board_parts.look import Look
from screens.widgets.cells import Cell, Column, Tone
from screens.widgets.long_table import Line, Row
from screens.widgets.signs import OUTCOME_SIGNS, Sign
from screens.widgets.spread import spread

SPREAD = 13
"""Cells of the column that shows where the experts' totals lie."""

_TONES = {
    Outcome.PROPOSED: Tone.ACCENT,
    Outcome.ALTERNATE: Tone.PLAIN,
    Outcome.DECLINED: Tone.MUTED,
    Outcome.TIED: Tone.WARNING,
    Outcome.PENDING: Tone.WARNING,
}


def _columns(*last: Column) -> tuple[Column, ...]:
    return (
        Column("rank", "#  ", 6, "right"),
        Column("no", str(T("编号")), 10),
        Column("enterprise", str(T("企业")), min=14),
        Column("score", str(T("得分")), 7, "right"),
        Column("spread", str(T("专家分布")), SPREAD, drop=2),
        Column("district", str(T("县区")), 12, drop=4),
        Column("industry", str(T("行业")), 12, drop=5),
        *last,
    )


def talk_columns() -> tuple[Column, ...]:
    """The columns of the ranking in deliberation."""
    return _columns(Column("state", str(T("合议")), 24))


def list_columns() -> tuple[Column, ...]:
    """The columns of the list."""
    return _columns(
        Column("amount", str(T("万元")), 7, "right", drop=1),
        Column("outcome", str(T("结果")), min=22),
    )


def talk_rows(look: Look) -> tuple[Sequence[str], Callable[[int], Row]]:
    """The ranking as rows: keys, and the cells of any one of them."""
    assert look.ranking is not None
    lines = look.ranking.applications
    called = look.room.no if look.room is not None else None

    def row(index: int) -> Row:
        one = lines[index]
        return (*_ranked(look, one, one.no == called), _state(one, look.needs.get(one.no), one.no == called))

    return [one.no for one in lines], row


def list_rows(look: Look, view: AllocationView) -> tuple[Sequence[str], Callable[[int], Row], Line | None]:
    """A list, in force or tried, as rows with its line of admission."""
    listed = view.applications
    coming, going = frozenset(view.entering), frozenset(view.leaving)

    def row(index: int) -> Row:
        one = listed[index]
        known = look.ranked.get(one.no)
        supported = one.amount_fen is not None and one.reason is not ReasonCode.NOT_ELIGIBLE
        amount = format_wan(one.amount_fen or 0) if supported else str(Sign.NONE)
        lead = _ranked(look, known, False) if known is not None else _unranked(one)
        return (*lead, amount, _outcome(one, view.places, one.no in coming, one.no in going))

    return view.nos, row, _line(view)


def _line(view: AllocationView) -> Line | None:
    """The line of admission, below the last application that is in by its own rank."""
    if view.line is None:
        return None
    chosen = (one for no in reversed(view.proposed) if (one := view.of(no)) is not None)
    last = next((one.no for one in chosen if one.score is not None and one.score >= view.line), None)
    return Line(str(T("入选线 {score}", score=format_score(view.line, view.places))), last)


def _ranked(look: Look, one: RankedApplication, called: bool) -> list[str | Cell]:
    assert look.ranking is not None
    places = look.ranking.places
    score = format_score(one.score, places) if one.score is not None else str(Sign.NONE)
    tied = f" {Sign.TIED}" if one.tied else "  "
    return [
        f"{one.rank if one.rank is not None else Sign.NONE}{tied}",
        one.no,
        Cell(one.enterprise, Tone.ACCENT if called else Tone.PLAIN),
        Cell(score, Tone.STRONG),
        _spread(look, one, places),
        look.names.get(one.district, one.district),
        look.names.get(one.industry, one.industry),
    ]


def _unranked(one: AllocatedApplication) -> list[str | Cell]:
    """What the list names and the ranking doesn't: an application that is not eligible, or of another panel."""
    none = str(Sign.NONE)
    return [f"{none}  ", one.no, Cell(one.enterprise, Tone.MUTED), none, "", one.district, one.industry]


def _spread(look: Look, one: RankedApplication, places: int) -> str | Cell:
    if look.is_sealed(one.no):
        return Cell(str(T("{sign} 已回避", sign=Sign.RECUSED)), Tone.MUTED)
    low, high = look.scale
    score = None if one.score is None else one.score * 10 ** (6 - places)
    return spread(one.totals_micro, low, high, SPREAD, score)


def _state(one: RankedApplication, needs: DeliberationLine | None, called: bool) -> Cell:
    """What an application still needs, the most pressing first; a tick when nothing. The one called is pointed at."""
    words: list[str] = []
    sign, tone = Sign.SUBMITTED, Tone.MUTED
    if needs is not None and not needs.opinion:
        words.append(str(T("缺意见")))
        sign, tone = Sign.BLANK, Tone.PLAIN
    if needs is not None and needs.corrections_open:
        words.insert(0, str(T("待更正{count}", count=needs.corrections_open)))
        sign, tone = Sign.DRAFT, Tone.WARNING
    if needs is not None and needs.unexplained:
        words.insert(0, str(T("待说明{count}", count=len(needs.unexplained))))
        sign, tone = Sign.FLAGGED, Tone.WARNING
    if not words:
        words.append(str(T("已议，偏差已说明") if one.flagged else T("已议")))
    return Cell(f"{Sign.CURSOR if called else sign} {' '.join(words)}", tone)


def _outcome(one: AllocatedApplication, places: int, coming: bool, going: bool) -> Cell:
    """The outcome with its sign, and why where the rank alone does not say it."""
    change = T("进") if coming else T("出") if going else ""
    number = f" {one.alternate_order}" if one.alternate_order is not None else ""
    word = f"{OUTCOME_SIGNS[one.outcome]} {label(one.outcome)}{number}"
    why = _why(one, places)
    tone = Tone.WARNING if coming or going else _TONES[one.outcome]
    return Cell(f"{change} {word}  {why}".strip(), tone)


def _why(one: AllocatedApplication, places: int) -> str:
    """The reason in few words: by how much it missed the line, which quota is full; nothing where the sign says all."""
    if one.outcome in (Outcome.TIED, Outcome.PENDING):
        return ""
    if one.outcome is Outcome.PROPOSED:
        return "" if one.reason is ReasonCode.RANK else label(one.reason)
    if one.reason in (ReasonCode.RANK, ReasonCode.TOTAL) and one.margin is not None and one.margin < 0:
        return str(T("差 {margin}", margin=format_score(-one.margin, places)))
    return str(T("名额留给保底")) if one.reason is ReasonCode.FLOOR else str(one.text)
