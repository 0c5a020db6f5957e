"""A screen that rests when it has nothing new to show.

Textual 8 counts the screen below the top one as visible, even where the top one hides it, and asks a screen below to be
repainted whenever it was, without end: one line changed there, and the whole window is painted ten times a second.
"""

from __future__ import annotations

import asyncio
from time import monotonic

from textual import events
from textual.constants import MAX_FPS
from textual.screen import Screen, ScreenResultType

from screens.painting import SteadyCompositor

WATCHING = "watch"
"""The group of workers that look whether something changed: what `settle` does not wait for."""

OPENING = "opening"
"""The name of a read whose answer opens the dialog that a key has asked for: the keys after it are meant for that."""


class SteadyScreen(Screen[ScreenResultType]):
    """Current only while it can be seen; repainted below a dialog only when something changed."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = SteadyCompositor()
        self._painted_at = 0.0

    async def _on_idle(self, event: events.Idle) -> None:
        """Paint at once what is to be painted, unless that was just done: then Textual's timer does it in a moment.

        Nothing is pending by now. Textual always asks its timer, which costs two turns of the loop now and one later.
        """
        now = monotonic()
        if now - self._painted_at >= 1 / MAX_FPS and self._wants_paint() and self.is_current:
            self._painted_at = now
            event.prevent_default()
            self._on_timer_update()

    def _wants_paint(self) -> bool:
        wants = self._layout_required or self._scroll_required or self._repaint_required or self._recompose_required
        return (wants or bool(self._dirty_widgets)) and not self.app._batch_count

    @property
    def is_current(self) -> bool:
        """Whether any of it may be seen: no screen above hides it."""
        stack = self.app.screen_stack
        above = stack[stack.index(self) + 1 :] if self in stack else ()
        return super().is_current and all(screen.styles.background.a < 1 for screen in above)

    def _compositor_refresh(self) -> None:
        super()._compositor_refresh()
        if self is not self.app.screen:
            self._repaint_required = False

    # For tests and measurements

    async def settle(self, limit_seconds: float = 10.0) -> None:
        """Wait until no fill, message, callback, worker, layout or dirty widget is pending. Raises `TimeoutError`."""
        async with asyncio.timeout(limit_seconds):
            quiet = 0
            while quiet < 3:
                await asyncio.sleep(0 if quiet else 0.001)
                quiet = quiet + 1 if self._is_settled() else 0

    def _is_settled(self) -> bool:
        shown = self.app.screen
        nodes = {self.app, *self.walk_children(with_self=True), *shown.walk_children(with_self=True)}
        return not (
            self._is_awaited()
            or any(node.message_queue_size or node._next_callbacks for node in nodes)
            or any(not worker.is_finished and worker.group != WATCHING for worker in self.app.workers)
            or shown._callbacks
            or shown._dirty_widgets
            or shown._layout_required
            or shown._scroll_required
            or shown._repaint_required
        )

    def _is_awaited(self) -> bool:
        """Whether something is under way that is none of these."""
        return False
