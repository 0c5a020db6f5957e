"""A screen that follows what other desks do while it can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.screen import Screen

from screens.steady import SteadyScreen
from screens.watching import Follower, News, watch_of

if TYPE_CHECKING:
    from screens.base import Desk


class FollowingScreen(SteadyScreen[None]):
    """Refilled at first, and whenever something was recorded; a database that is lost is said, and that it is back."""

    WATCHES: ClassVar[bool] = True
    """Whether the screen follows what other desks do, calling `refill`. Without it, it is refilled by hand only."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._token: int | None = None
        self._follower: Follower | None = None
        self._followed = False
        self._lost = False

    def refill(self) -> None:
        """Read anew what the screen shows: at first, and whenever another desk changed something."""

    def came_back(self) -> None:
        """Do again what could not be done while the database was lost. It is refilled anyhow."""

    def said_back(self) -> None:
        """Say that the database is there again."""

    def said_wrong(self, error: Exception) -> None:
        """Say in words what is wrong."""

    def look_again(self) -> None:
        """Look for news at once, and count as awaited until they are there."""
        self._followed = False
        self._follow_from_now()

    def on_mount(self) -> None:
        """Notice when the screen is hidden by another, and seen again."""
        self.app.screen_change_signal.subscribe(self, self._stack_changed)

    def on_screen_resume(self) -> None:
        """Look for news as soon as the screen is painted: at first that is what fills it."""
        self.call_next(self._follow_from_now)

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        self.stop_following()

    def _stack_changed(self, _top: Screen[object]) -> None:
        if not self.is_current:
            self.stop_following()
        elif self._follower is None:
            self.start_following()

    def _follow_from_now(self) -> None:
        self.stop_following()
        self.start_following()

    def start_following(self) -> None:
        """Hear of what is recorded, if anything of this screen can be seen."""
        if self.WATCHES and self.is_current:
            self._follower = watch_of(self.desk).follow(self._news)

    def stop_following(self) -> None:
        """Hear of nothing more."""
        watch_of(self.desk).leave(self._follower)
        self._follower = None

    def _news(self, news: News) -> None:
        """In the screen's own turn, so that nothing is shown in the middle of something else."""
        self.call_next(self._heard_of, news)

    def _heard_of(self, news: News) -> None:
        """Refill if anything was recorded since. A screen that was hidden meanwhile hears of it when it is seen."""
        if not self.is_current:
            self.stop_following()
            return
        try:
            if isinstance(news, Exception):
                if not self._lost:
                    self.said_wrong(news)
                self._lost = True
                return
            if self._lost:
                self._lost = False
                self._token = None  # whatever failed meanwhile is read again
                self.said_back()
                self.came_back()
            if news != self._token:
                self._token = news
                self.refill()
        except Exception as error:
            self.said_wrong(error)
        finally:
            self._followed = True

    def _is_awaited(self) -> bool:
        return self.WATCHES and not self._followed and self.is_current
