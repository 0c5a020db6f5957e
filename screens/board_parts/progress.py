"""The board while marks are sealed: phase, clock, how much is in, a tile for each seat, what stands in the way.

Counts only. No mark, no mean, no order stands here, whatever the phase.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Digits, Static

from models.enums import Phase, label
from models.rules.times import minute_after
from models.text import T
from models.views.meeting import MeetingView
from models.views.people import SeatView
from screens.board_parts.clock import elapsed, hour
from screens.board_parts.holders import seal_line
from screens.board_parts.side import way_lines
from screens.widgets.bars import bar
from screens.widgets.cells import MUTED, fit
from screens.widgets.lines_pane import LinesPane, content
from screens.widgets.signs import Sign

TILE_WIDTH = 24
GAP = 2

TALLEST = 6
"""Lines of an airy tile with the gap below it."""

MOST_WAY = 6
"""Lines that what stands in the way may take in a narrow window; the rest is told by F9."""

Parts = list[tuple[str, str]]


class ProgressPane(Container):
    """Phase and clock above, seats in the middle, what stands in the way beside them, or between in a narrow window."""

    DEFAULT_CSS = """
    ProgressPane {
        width: 1fr; height: 1fr;
        & #head { height: 3; margin: 1 2 0 2; }
        & #phase, & #counted { width: 1fr; height: 3; }
        & #counted { text-align: right; padding-right: 2; }
        & #count { width: auto; color: $accent; }
        & #clock { width: auto; color: $accent; }
        & #bar { height: 1; margin: 1 2; color: $accent; }
        & #seal { height: 1; margin: 0 2 1 2; }
        & #parts { layout: horizontal; height: 1fr; }
        & #seats { width: 1fr; padding: 0 1 0 2; scrollbar-size: 1 1; scrollbar-gutter: stable; background: $surface; }
        & #way { width: 46; dock: right; padding: 1 2; background: $panel; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="progress")
        self._meeting: MeetingView | None = None
        self._phase = Static(id="phase", markup=False)
        self._clock = Digits(id="clock")
        self._count = Digits(id="count")
        self._counted = Static(id="counted", markup=False)
        self._bar = Static(id="bar", markup=False)
        self._seal = Static(id="seal", markup=False)
        self._tiles = Static(id="tiles", markup=False)
        self._way = LinesPane(id="way")
        self._seats = VerticalScroll(self._tiles, id="seats")

    def compose(self) -> ComposeResult:
        """Head, bar, seal, seats, blockers."""
        yield Horizontal(self._phase, self._clock, self._counted, self._count, id="head")
        yield self._bar
        yield self._seal
        yield Container(self._way, self._seats, id="parts")

    def show(self, meeting: MeetingView, now: datetime) -> None:
        """Show a meeting as it stands."""
        self._meeting = meeting
        self.tick(now)
        self._fill()

    def tick(self, now: datetime) -> None:
        """Let the clock go on."""
        if self._meeting is not None:
            self._clock.update(elapsed(self._meeting.phase_since, now))

    def on_resize(self) -> None:
        """Another width holds another number of tiles; known once the parts have theirs."""
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        meeting = self._meeting
        if meeting is None or not self.size.width:
            return
        self._phase.update(Content.assemble(*_phase_words(meeting)))
        here, of, words = counted(meeting)
        self._count.update(str(here))
        self._counted.update(Content.assemble((f"{words}\n", MUTED), (str(T("共 {count}", count=of)), "")))
        self._bar.update(bar(here, of, self._bar.size.width))
        self._seal.display = meeting.phase is Phase.SCORING
        self._seal.update(content([seal_line(meeting)]))
        room = self._seats.scrollable_content_region
        self._tiles.update(Content.assemble(*tiles(meeting, room.width, room.height)))
        wanted = len(way_lines(meeting, self._way.content_size.width))
        self._way.styles.height = None if self.screen.has_class("-wide") else min(wanted, MOST_WAY)
        self._way.show(lambda width, _height: way_lines(meeting, width))


def counted(meeting: MeetingView) -> tuple[int, int, str]:
    """What the phase counts: sheets that are in, or people who have signed in."""
    if meeting.phase is Phase.SCORING:
        return meeting.done, meeting.due, str(T("已交评分表"))
    signed = sum(seat.signed_in_at is not None for seat in meeting.seats)
    return signed, len(meeting.seats), str(T("已签到"))


def _phase_words(meeting: MeetingView) -> Parts:
    marking = sum(seat.marks for seat in meeting.seats)
    counts = T(
        "{items} 个项目 {between} {marking} 名评委", items=meeting.applications, between=Sign.BETWEEN, marking=marking
    )
    since = T("{time} 开始", time=hour(meeting.phase_since))
    return [(f"{' '.join(label(meeting.phase))}\n", "bold $accent"), (f"{counts}\n", ""), (str(since), MUTED)]


def tiles(meeting: MeetingView, width: int, height: int) -> Parts:
    """The seats as tiles, as many beside each other as `width` cells hold; airy where `height` lines allow it."""
    across = max(1, (width + GAP) // (TILE_WIDTH + GAP))
    each = (width - GAP * (across - 1)) // across
    rows = -(-len(meeting.seats) // across)
    airy = rows * TALLEST <= height
    drawn = (_tile(seat, meeting.phase, each, airy) for seat in meeting.seats)
    parts: Parts = []
    while row := list(islice(drawn, across)):
        for line in zip(*row, strict=True):
            for number, piece in enumerate(line):
                parts += [(" " * GAP if number else "", ""), *piece]
            parts.append(("\n", ""))
        parts.append(("\n", ""))
    if not meeting.seats:
        parts.append((str(T("还没有席位。秘书按 N 新增。")), MUTED))
    return parts


def _tile(seat: SeatView, phase: Phase, width: int, airy: bool) -> list[Parts]:
    """One seat: who and as what; whether here; while scoring, how much is in. Every tile has as many lines."""
    sign, tone = _sign(seat, phase)
    ground = " on $panel"
    role = label(seat.role)
    name = fit(seat.name, width - cell_len(role) - 5)
    lines = [[(f" {sign} ", tone + ground), (f"{name} ", "bold" + ground), (f"{role} ", MUTED + ground)]]
    about = fit("，".join(_about(seat)), width - 4)
    lines.append([(f"   {about} ", (MUTED if seat.locked_until is None else "$warning bold") + ground)])
    if phase is Phase.SCORING:
        lines.append(_sheets(seat, width, ground))
    blank = [[(" " * width, ground)]] if airy else []
    return [*blank, *lines, *blank]


def _sheets(seat: SeatView, width: int, ground: str) -> Parts:
    if not seat.marks:
        return [("   " + fit(str(T("不评分")), width - 3), MUTED + ground)]
    count = f"{seat.done}/{seat.due}"
    length = max(0, width - cell_len(count) - 5)
    return [(f"   {bar(seat.done, seat.due, length)} ", "$accent" + ground), (f"{count} ", "bold" + ground)]


def _sign(seat: SeatView, phase: Phase) -> tuple[Sign, str]:
    if seat.absent_at is not None:
        return Sign.ABSTAINED, "$warning"
    if seat.signed_in_at is None:
        return Sign.BLANK, MUTED
    if phase is Phase.SCORING and seat.marks and seat.done < seat.due:
        return Sign.DRAFT, "$accent"
    return Sign.SUBMITTED, "$success"


def _about(seat: SeatView) -> Iterable[str]:
    if seat.locked_until is not None:
        until = minute_after(seat.locked_until).strftime("%H:%M")
        yield str(T("锁至{time}，输错{tries}次", time=until, tries=seat.wrong_tries))
    if seat.absent_at is not None:
        yield str(T("缺席：{reason}", reason=seat.absent_reason))
    elif seat.presence is not None:
        yield str(T("在席")) if seat.presence.here else str(T("{time} 离席", time=hour(seat.presence.seen_at)))
    elif seat.signed_in_at is not None:
        yield str(T("{time} 签到", time=hour(seat.signed_in_at)))
    else:
        yield str(T("未签到"))
    if seat.recused:
        yield str(T("回避 {count} 项", count=len(seat.recused)))
