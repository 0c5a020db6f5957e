"""The projector: phase, clock, progress, what is discussed and, after the reveal, the line; read from ten metres.

It shows the room's common view, follows every desk and takes no keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Digits, Static

from models.enums import Phase, label
from models.text import T, mark
from screens.base import Desk, KmdxScreen
from screens.board_parts.clock import elapsed, remaining
from screens.projector_parts.lines import AIRY, body, figure
from screens.widgets.bars import bar
from screens.widgets.cells import MUTED
from screens.widgets.lines_pane import LinesPane

if TYPE_CHECKING:
    from models.queries.base import Office
    from models.views.people import Actor
    from models.views.projector import ProjectorView

TICK_SECONDS = 1.0
PAGE_SECONDS = 10
"""How long a page of a list stands that is longer than the window."""

HINT_SECONDS = 20
"""How long a window of many columns, and so of small characters, tells who set it up how it is read from afar."""

_ENLARGE = T("后排要看清，请把终端的字放大（Ctrl 和加号），到一行 80 格上下。")


class ProjectorScreen(KmdxScreen, inherit_bindings=False):
    """One meeting for all in the room."""

    HEADING = mark("大屏")
    DEFAULT_CSS = """
    ProjectorScreen {
        & > #work { layout: vertical; }
        & #head { height: 3; margin: 1 2 0 2; }
        & #phase { width: 1fr; height: 3; }
        & #clock { width: auto; min-width: 8; margin-right: 4; color: $foreground; text-style: bold; }
        & #clock.-down { color: $warning; }
        & #words { width: auto; height: 3; text-align: right; padding-right: 1; }
        & #figure { width: auto; color: $accent; text-style: bold; }
        & #bar { height: 1; margin: 1 2; color: $accent; }
        & #lines { margin: 0 2; }
        &.-narrow #head { margin: 0 1; }
        &.-narrow #bar { margin: 0 1; }
        &.-narrow #clock { margin-right: 2; }
        &.-narrow #lines { margin: 0 1; }
        &.-projector { padding: 0; }
    }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._view: ProjectorView | None = None
        self._reading = False
        self._stale = False
        self._ticks = 0
        self._phase_words = Static(id="phase", markup=False)
        self._clock = Digits(id="clock")
        self._words = Static(id="words", markup=False)
        self._figure = Digits(id="figure")
        self._bar = Static(id="bar", markup=False)
        self._lines = LinesPane(id="lines")

    def body(self) -> Sequence[Widget]:
        """Head, bar, and all else below."""
        head = Horizontal(self._phase_words, self._clock, self._words, self._figure, id="head")
        return (head, self._bar, self._lines)

    def compose(self) -> ComposeResult:
        """As everywhere, but without keys: there are none. The line above the bottom tells of a lost database."""
        self.keys_line.display = False
        yield from super().compose()

    def on_mount(self) -> None:
        """Let the clock go. How large the characters are is the terminal's to say."""
        self.set_interval(TICK_SECONDS, self._tick)
        if self.app.size.width >= AIRY:
            self.say(_ENLARGE)
            self.set_timer(HINT_SECONDS, self._hinted)

    def _hinted(self) -> None:
        if self.say_line.text == str(_ENLARGE):
            self.say("")

    def show_keys(self) -> None:
        """There are none."""

    def refill(self) -> None:
        """Look again. While a look is under way the next waits for it."""
        actor, meeting = self.desk.actor, self.desk.meeting
        assert actor is not None
        assert meeting is not None
        self._stale = self._reading
        if not self._reading:
            self._reading = True
            self.read(lambda: self._look(self.desk.office, actor, meeting), self._show)

    def _look(self, office: Office, actor: Actor, meeting: str) -> ProjectorView:
        from models.queries.projector import projector

        try:
            return projector(office, actor, meeting)
        finally:
            self._reading = False

    def _show(self, view: ProjectorView) -> None:
        if self._view is None or self._view.phase is not view.phase:
            self._ticks = 0
        self._view = view
        self.top_line.show(view.title, label(view.phase))
        self._phase_words.update(Content.assemble((f"{' '.join(label(view.phase))}\n\n", "bold $accent"), _since(view)))
        number, words = figure(view)
        self._figure.update(number)
        self._words.update(Content.assemble((words, "bold")))
        self._lines.show(lambda width, height: body(view, width, height, self._ticks // PAGE_SECONDS))
        self._show_bar()
        self._show_clock()
        if self._stale:
            self.refill()

    def on_resize(self) -> None:
        """The bar is as long as the window is wide."""
        self.call_after_refresh(self._show_bar)

    def _show_bar(self) -> None:
        view = self._view
        if view is None:
            return
        here, of = {
            Phase.SCORING: (view.done, view.due),
            Phase.DELIBERATING: (view.called, view.eligible),
        }.get(view.phase, (sum(seat.here for seat in view.seats), len(view.seats)))
        self._bar.display = view.phase.position <= Phase.DELIBERATING.position
        self._bar.update(bar(here, of, self._bar.size.width))

    def _tick(self) -> None:
        self._ticks += 1
        self._show_clock()
        if self._ticks % PAGE_SECONDS == 0:
            self._lines.refresh()

    def _show_clock(self) -> None:
        """The countdown that the chair started, else how long the phase has run; from publicity on days count."""
        view = self._view
        if view is None:
            return
        now = self.desk.office.clock()
        self._clock.display = view.phase.position < Phase.PUBLICITY.position
        self._clock.set_class(view.countdown_ends_at is not None, "-down")
        self._clock.update(
            elapsed(view.since, now) if view.countdown_ends_at is None else remaining(view.countdown_ends_at, now)
        )


def _since(view: ProjectorView) -> tuple[str, str]:
    if view.countdown_ends_at is not None:
        return str(T("倒计时")), "bold $warning"
    return "", MUTED
