"""A desk that is kept: whose it is is looked after, and it locks when it is idle, told to, or taken over.

What lies below the lock stays as it is, half-typed words and all; only the own secret uncovers it.
"""

from __future__ import annotations

import asyncio
import platform
import threading
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType

from kmdx_tui.keys_in_order import KeysInOrder
from kmdx_tui.settings import idle_minutes
from models.errors import KmdxError, NotPermitted
from models.rules.locks import ALIVE
from screens.base import KmdxScreen
from screens.messages import DeskTakenOver
from screens.steady import WATCHING

if TYPE_CHECKING:
    from models.queries.base import Office
    from models.views.people import Actor

LOOK_SECONDS = 1.0
"""How often a desk looks whether it is still its person's, and whether anybody is there."""

FAREWELL_SECONDS = 2.0
"""How long a program that ends waits for its desk to be given back; a desk that isn't counts as gone a little later."""


class KeptDesk(KeysInOrder):
    """What the app does about the desk it is."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+l", "lock", "", show=False, priority=True)]
    actor: Actor | None = None
    meeting: str | None = None
    where: str = platform.node()
    """Where this desk stands, as it is told at another; blank: nobody's desk, which isn't kept and never locks."""
    idle_seconds: float = 60.0 * idle_minutes()
    """After how long without a key or a click the desk locks; 0: never."""
    _active_at: float = 0.0
    _sign_at: float = 0.0
    _known: int | None = None
    _looking: bool = False

    @property
    def office(self) -> Office:
        """The office that the desk belongs to."""
        raise NotImplementedError

    def to_the_door(self) -> None:
        """Show the door, at which nobody has signed in."""
        raise NotImplementedError

    def sit(self, actor: Actor | None, meeting: str | None) -> None:
        """Somebody has signed in and takes the desk, or leaves it."""
        self.actor, self.meeting = actor, meeting
        self._active_at = self._sign_at = monotonic()

    def on_mount(self) -> None:
        """Look after the desk from now on."""
        self.set_interval(LOOK_SECONDS, self._look_after)

    async def on_event(self, event: events.Event) -> None:
        """Notice that somebody is there."""
        if isinstance(event, events.InputEvent | events.Paste):
            self._active_at = monotonic()
        await super().on_event(event)

    # Whose desk it is

    def _look_after(self) -> None:
        if self.actor is None:
            return
        if self.idle_seconds and monotonic() - self._active_at >= self.idle_seconds:
            self.lock()
        if self.actor.desk is not None and not self._looking:
            self._looking = True
            self.run_worker(self._look(self.actor), group=WATCHING, exit_on_error=False)

    async def _look(self, actor: Actor) -> None:
        try:
            await asyncio.to_thread(self._ask, actor)
        except NotPermitted as refusal:
            if refusal.code == "desk_taken_over" and self.actor is actor:
                self.lock(str(refusal))
        except KmdxError:
            pass  # a database that is away: the screen says so, and the next look is soon
        finally:
            self._looking = False

    def _ask(self, actor: Actor) -> None:
        """Give a sign of life when it is time; look whether the desk was taken over when anything was recorded."""
        from models.services.desks import give_sign, must_be_theirs

        if monotonic() - self._sign_at >= ALIVE.total_seconds():
            give_sign(self.office, actor)
            self._sign_at = monotonic()
        token = self.office.database.change_token()
        if token != self._known:
            must_be_theirs(self.office, actor, self.meeting)
            self._known = token

    # Locking

    def action_lock(self) -> None:
        """Lock at once."""
        self.lock()

    @on(DeskTakenOver)
    def _taken_over(self, message: DeskTakenOver) -> None:
        self.lock(message.why)

    def lock(self, why: str = "") -> None:
        """Cover the desk until its own person is back. All that was typed stays where it is."""
        from screens.dialogs.locked import LockedDialog

        if self.actor is None or not self.where:
            return
        if isinstance(self.screen, LockedDialog):
            self.screen.say_why(why)
        else:
            self.push_screen(LockedDialog(self.actor.name, partial(self._prove, self.actor), why), self._unlocked)

    def _prove(self, actor: Actor, secret: str) -> None:
        """Refuse everybody but the person of this desk; take the desk back if it was taken over. Called in a thread."""
        from models.services.desks import must_be_theirs, take_back
        from models.services.office import authenticate

        authenticate(self.office, f"{actor.meeting}/{actor.name}" if actor.seat_id is not None else actor.name, secret)
        try:
            must_be_theirs(self.office, actor, self.meeting)
        except NotPermitted as refusal:
            if refusal.code != "desk_taken_over":
                raise
            take_back(self.office, actor, self.meeting, self.where)

    async def _unlocked(self, stays: bool | None) -> None:
        """Go on; or give the desk up, with what is saved: what somebody half typed is not for the next one to send."""
        self._active_at = monotonic()
        if stays:
            return
        await self.get_up()
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        self.to_the_door()

    async def get_up(self) -> None:
        """Give the desk back. A database that doesn't answer is not waited for."""
        actor, meeting = self.actor, self.meeting
        self.sit(None, None)
        if actor is not None and actor.desk is not None:
            leaving = threading.Thread(target=_leave, args=(self.office, actor, meeting), daemon=True)
            leaving.start()
            await asyncio.to_thread(leaving.join, FAREWELL_SECONDS)

    async def action_quit(self) -> None:
        """Leave; what is still being typed is handed over first, and the writer finishes before the process ends."""
        for screen in self.screen_stack:  # also below a lock, as when the server of a desk ends that nobody looks at
            if isinstance(screen, KmdxScreen):
                screen.leaving()
        await self.get_up()
        self.exit()


def _leave(office: Office, actor: Actor, meeting: str | None) -> None:
    from models.services.desks import leave_desk

    with suppress(KmdxError):
        leave_desk(office, actor, meeting)
