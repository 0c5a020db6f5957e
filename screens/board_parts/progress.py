"""The board while marks are sealed: phase, clock, how much is in, a tile for each seat, what stands in the way.

Counts only. No mark, no mean, no order stands here, whatever the phase.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Digits, Static

from models.enums import Phase, label
from models.text import T
from models.views import MeetingView, SeatView
from screens.board_parts.clock import elapsed, hour
from screens.dialogs.reading import MUTED
from screens.widgets.bars import bar
from screens.widgets.cells import fit, wrap
from screens.widgets.signs import Sign

TILE_WIDTH = 24
GAP = 2

Parts = list[tuple[str, str]]


class ProgressPane(Container):
    """Phase and clock above, seats in the middle, what stands in the way beside them, or between in a narrow window."""

    DEFAULT_CSS = """
    ProgressPane {
        width: 1fr; height: 1fr;
        & #head { height: 3; margin: 1 2 0 2; }
        & #phase, & #count { width: 1fr; height: 3; }
        & #count { text-align: right; }
        & #clock { width: auto; color: $accent; }
        & #bar { height: 1; margin: 0 2; color: $accent; }
        & #parts { layout: horizontal; height: 1fr; margin-top: 1; }
        & #seats { width: 1fr; padding: 0 2; scrollbar-size: 1 1; }
        & #way { width: 50; padding: 1 2; background: $panel; scrollbar-size: 1 1; }
    }
    .-narrow ProgressPane {
        & #head { margin: 0 1; }
        & #bar { margin: 0 1; }
        & #parts { layout: vertical; margin-top: 0; }
        & #way { width: 100%; height: auto; max-height: 40%; padding: 0 1; dock: bottom; }
        & #seats { padding: 0 1; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="progress")
        self._meeting: MeetingView | None = None
        self._phase = Static(id="phase", markup=False)
        self._clock = Digits(id="clock")
        self._count = Static(id="count", markup=False)
        self._bar = Static(id="bar", markup=False)
        self._tiles = Static(id="tiles", markup=False)
        self._way = Static(id="blockers", markup=False)
        self._seats = VerticalScroll(self._tiles, id="seats")

    def compose(self) -> ComposeResult:
        """Head, bar, seats, blockers."""
        yield Horizontal(self._phase, self._clock, self._count, id="head")
        yield self._bar
        yield Container(VerticalScroll(self._way, id="way"), self._seats, id="parts")

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
        wide = self.screen.has_class("-wide")
        self.query_one("#parts").move_child(self._seats, **({"before": "#way"} if wide else {"after": "#way"}))
        self._phase.update(Content.assemble(*_phase_words(meeting)))
        here, of, words = counted(meeting)
        self._count.update(Content.assemble((f"{words} ", MUTED), (f"{here}/{of}", "bold $accent")))
        self._bar.update(bar(here, of, self._bar.size.width))
        self._tiles.update(Content.assemble(*tiles(meeting, max(TILE_WIDTH, self._seats.size.width - 5))))
        self._way.update(Content.assemble(*way(meeting, max(20, self._way.size.width))))


def counted(meeting: MeetingView) -> tuple[int, int, str]:
    """What the phase counts: sheets that are in, or people who have signed in."""
    if meeting.phase is Phase.SCORING:
        return meeting.done, meeting.due, str(T("已交评分表"))
    signed = sum(seat.signed_in_at is not None for seat in meeting.seats)
    return signed, len(meeting.seats), str(T("已签到"))


def _phase_words(meeting: MeetingView) -> Parts:
    marking = sum(seat.marks for seat in meeting.seats)
    counts = T("{items} 个项目 {between} {marking} 名评委", items=meeting.applications, between=Sign.BETWEEN, marking=marking)
    since = T("{time} 开始", time=hour(meeting.phase_since))
    return [(f"{' '.join(label(meeting.phase))}\n", "bold $accent"), (f"{counts}\n", ""), (str(since), MUTED)]


def tiles(meeting: MeetingView, width: int) -> Parts:
    """The seats as tiles, as many beside each other as `width` cells hold."""
    across = max(1, (width + GAP) // (TILE_WIDTH + GAP))
    each = (width - GAP * (across - 1)) // across
    drawn = (_tile(seat, meeting.phase, each) for seat in meeting.seats)
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


def _tile(seat: SeatView, phase: Phase, width: int) -> list[Parts]:
    """One seat: who and as what; whether here; while scoring, how much is in. Every tile has as many lines."""
    sign, tone = _sign(seat, phase)
    ground = " on $panel"
    role = label(seat.role)
    name = fit(seat.name, width - cell_len(role) - 5)
    lines = [[(f" {sign} ", tone + ground), (f"{name} ", "bold" + ground), (f"{role} ", MUTED + ground)]]
    about = fit("，".join(_about(seat)), width - 4)
    lines.append([(f"   {about} ", MUTED + ground)])
    if phase is Phase.SCORING:
        lines.append(_sheets(seat, width, ground))
    return lines


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
    if seat.absent_at is not None:
        yield str(T("缺席：{reason}", reason=seat.absent_reason))
    elif seat.signed_in_at is not None:
        yield str(T("{time} 签到", time=hour(seat.signed_in_at)))
    else:
        yield str(T("未签到"))
    if seat.recused:
        yield str(T("回避 {count} 项", count=len(seat.recused)))


def way(meeting: MeetingView, width: int) -> Parts:
    """What stands before the next phase, a paragraph each; green when nothing does, and then which key leads on."""
    if meeting.next is None:
        return [(str(T("已经归档。")), MUTED)]
    following = label(meeting.next)
    mover = label(meeting.mover) if meeting.mover is not None else ""
    if not meeting.blockers:
        free = T("可以进入{phase}：{mover}按 F9。", phase=following, mover=mover)
        return [(f"{Sign.SUBMITTED} {free}", "bold $success")]
    title = T("进入{phase}之前还有 {count} 件事", phase=following, count=len(meeting.blockers))
    return [(f"{title}\n", "bold"), *listed([str(blocker.text) for blocker in meeting.blockers], width)]


def listed(sentences: Sequence[str], width: int) -> Parts:
    """Sentences as a list of things to do."""
    parts: Parts = []
    for sentence in sentences:
        for number, line in enumerate(wrap(sentence, width - 2)):
            parts.append((f"{Sign.BLANK} " if number == 0 else "  ", "$warning"))
            parts.append((f"{line}\n", ""))
    return parts
