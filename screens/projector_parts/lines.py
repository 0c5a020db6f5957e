"""What the projector says, in few words and as lines: seats, the item under discussion, the ranking with its line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from rich.cells import cell_len

from models.enums import Outcome, Phase, label
from models.rules.marks import format_score
from models.rules.money import format_wan
from models.text import T
from models.views.projector import ProjectorLine, ProjectorNotice, ProjectorSeat, ProjectorView
from screens.board_parts.leaf import paragraph
from screens.board_parts.room import people_words, presiding_words
from screens.widgets.cells import Cell, Tone, fit
from screens.widgets.lines_pane import Line
from screens.widgets.signs import OUTCOME_SIGNS, Sign

TILE, GAP = 24, 3
"""Cells of a seat, and between two."""

AIRY = 110
"""From so many cells on there is room between lines, and for long names of districts."""

RANK, NO, DISTRICT, SCORE, OUTCOME = 4, 12, 10, 8, 12
"""Cells of the columns; the enterprise takes what they leave."""

_TONES = {Outcome.PROPOSED: Tone.STRONG, Outcome.TIED: Tone.WARNING, Outcome.PENDING: Tone.WARNING}


def body(view: ProjectorView, width: int, height: int, page: int) -> list[Line]:
    """What stands below phase and figures; where the list is longer than the window, its `page`, counted round."""
    if view.phase.position < Phase.DELIBERATING.position:
        return _tiles(view, width, height)
    above = list(_room(view, width)) if view.room is not None else list(_after(view, width))
    if view.apart:
        return [*above, (), *paragraph(T("分组评审：各组的结果在各组席位上看。"), width, Tone.MUTED)]
    if width >= AIRY:
        above = [line for one in above for line in (one, ())][:-1]
    lead = [*above, ()] if above else []
    return [*lead, *_page(list(_list(view, width)), max(2, height - len(lead)), page)]


def figure(view: ProjectorView) -> tuple[str, str]:
    """The phase's one figure in big digits, and two short lines that say what it is."""
    if view.phase is Phase.SCORING:
        return f"{view.done}/{view.due}", str(T("已交\n评分表"))
    if view.phase.position < Phase.SCORING.position:
        return f"{sum(seat.here for seat in view.seats)}/{len(view.seats)}", str(T("签到\n人数"))
    if view.phase is Phase.DELIBERATING:
        return f"{view.called}/{view.eligible}", str(T("已叫\n项目"))
    if view.phase is Phase.PUBLICITY and view.notice is not None:
        return f"{view.notice.closes:%m-%d}", str(T("公示\n截止"))
    if view.phase.position >= Phase.FINALISED.position and view.lists:
        return format_wan(sum(one.total_fen for one in view.lists)), str(T("名单合计\n万元"))
    return f"{view.taken}/{view.total}", str(T("拟入选\n名额"))


def _tiles(view: ProjectorView, width: int, height: int) -> list[Line]:
    """The seats beside each other: who is here, and while scoring how many sheets are in."""
    across = max(1, (width + GAP) // (TILE + GAP))
    each = (width - GAP * (across - 1)) // across
    rows = -(-len(view.seats) // across)
    seats = iter(view.seats)
    lines: list[Line] = []
    while row := list(islice(seats, across)):
        line: list[Cell] = []
        for seat in row:
            line += [*_seat(seat, view.phase, each), Cell(" " * GAP)]
        lines += [line, *([()] if 2 * rows <= height else [])]
    return lines


def _seat(seat: ProjectorSeat, phase: Phase, width: int) -> Iterator[Cell]:
    scoring = phase is Phase.SCORING and seat.marks and not seat.absent
    if seat.absent:
        sign, tone, word = Sign.ABSTAINED, Tone.MUTED, str(T("缺席"))
    elif not seat.here:
        sign, tone, word = Sign.BLANK, Tone.MUTED, str(T("未到"))
    elif scoring:
        sign = Sign.SUBMITTED if seat.done >= seat.due else Sign.DRAFT
        tone, word = Tone.ACCENT, f"{seat.done}/{seat.due}"
    else:
        sign, tone, word = Sign.SUBMITTED, Tone.ACCENT, label(seat.role)
    yield Cell(f"{sign} ", tone)
    yield Cell(fit(seat.name, width - cell_len(word) - 3), Tone.STRONG if seat.here else tone)
    yield Cell(f" {word}", tone)


def _room(view: ProjectorView, width: int) -> Iterator[Line]:
    room = view.room
    assert room is not None
    if room.no is None:
        yield (Cell(str(T("现在没有叫项。")), Tone.MUTED),)
    else:
        yield from paragraph(f"{T('现在讨论')}  {room.no}  {room.enterprise}", width, Tone.ACCENT)
        yield from paragraph(presiding_words(room), width, Tone.STRONG)
    for words, tone in people_words(room):
        yield from paragraph(words, width, tone if tone is not Tone.PLAIN else Tone.STRONG)


def _after(view: ProjectorView, width: int) -> Iterator[Line]:
    if view.notice is not None:
        yield from paragraph(_notice(view.notice), width, Tone.STRONG)
    for one in view.lists:
        state = T("已签署") if one.signed else T("待签署")
        words = T(
            "第 {version} 版名单：{count} 家，{total} 万元，{state}",
            version=one.version,
            count=one.count,
            total=format_wan(one.total_fen),
            state=state,
        )
        yield from paragraph(words, width, Tone.STRONG)


def _notice(one: ProjectorNotice) -> str:
    words = T(
        "公示 {count} 个项目：{opens} 至 {closes}，{days} 个工作日",
        count=one.count,
        opens=f"{one.opens:%m-%d}",
        closes=f"{one.closes:%m-%d}",
        days=one.working_days,
    )
    return f"{words}，{T('已满') if one.over else T('第 {day} 日', day=one.gone)}"


def _list(view: ProjectorView, width: int) -> Iterator[Line]:
    last = next(
        (
            one.no
            for one in reversed(view.lines)
            if one.outcome is Outcome.PROPOSED
            and one.score is not None
            and view.line is not None
            and one.score >= view.line
        ),
        None,
    )
    for one in view.lines:
        yield tuple(_row(one, view.places, width))
        if one.no == last and view.line is not None:
            words = f" {T('入选线 {score}', score=format_score(view.line, view.places))} "
            side = max(0, width - cell_len(words)) // 2
            yield (Cell(f"{str(Sign.RULE) * side}{words}{str(Sign.RULE) * side}", Tone.ACCENT),)


def _row(one: ProjectorLine, places: int, width: int) -> Iterator[Cell]:
    none = str(Sign.NONE)
    outcome = OUTCOME if one.outcome is not None else 0
    district = 2 * DISTRICT if width >= AIRY else DISTRICT if width >= 60 + outcome else 0
    name = width - RANK - NO - district - SCORE - outcome - 4
    tone = Tone.PLAIN if one.outcome is None else _TONES.get(one.outcome, Tone.MUTED)
    yield Cell(fit(none if one.rank is None else str(one.rank), RANK, "right"), tone)
    yield Cell(f" {fit(one.no, NO)} {fit(one.enterprise, name)} {fit(one.district, district)}", tone)
    score = none if one.score is None else format_score(one.score, places)
    yield Cell(fit(score, SCORE, "right"), Tone.STRONG)
    if one.outcome is not None:
        order = f" {one.alternate_order}" if one.alternate_order is not None else ""
        yield Cell(f" {OUTCOME_SIGNS[one.outcome]} {label(one.outcome)}{order}", tone)


def _page(lines: list[Line], height: int, page: int) -> list[Line]:
    """As many lines as fit; of a longer list one page, with which it is below."""
    if len(lines) <= height:
        return lines
    each = height - 1
    pages = -(-len(lines) // each)
    at = page % pages
    shown = lines[at * each : (at + 1) * each]
    words = str(T("第 {page} 页，共 {pages} 页", page=at + 1, pages=pages))
    return [*shown, *([()] * (each - len(shown))), (Cell(words, Tone.MUTED),)]
