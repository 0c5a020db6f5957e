"""A screen that rests when it has nothing new to show.

Textual 8 counts the screen below the top one as visible, even where the top one hides it, and asks a screen below to be
repainted whenever it was, without end: one line changed there, and the whole window is painted ten times a second.
"""

from __future__ import annotations

from textual.screen import Screen, ScreenResultType


class SteadyScreen(Screen[ScreenResultType]):
    """Current only while it can be seen; repainted below a dialog only when something changed."""

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
