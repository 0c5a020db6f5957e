"""A desk that is kept: whose it is is looked after, and it locks when it is idle, told to, or taken over.

What lies below the lock stays as it is, half-typed words and all; only the own secret uncovers it, or the short PIN
that its person has set for this desk.
"""

from __future__ import annotations

import asyncio
import platform
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType

from kmdx_tui.keys_in_order import KeysInOrder
from kmdx_tui.lock_pin import LEAST, MOST, MOST_TRIES, LockPin, check
from kmdx_tui.settings import idle_minutes
from models.errors import KmdxError, NotPermitted
from models.rules.locks import ALIVE
from models.text import T, Text
from screens.base import KmdxScreen
from screens.drafts import drafts_of
from screens.messages import DeskTakenOver
from screens.steady import WATCHING
from screens.watching import Follower, News, watch_of

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
    _newest: int | None = None
    _follower: Follower | None = None
    _lock_pin: LockPin = LockPin()
    _looking: bool = False

    @property
    def office(self) -> Office:
        """The office that the desk belongs to."""
        raise NotImplementedError

    def to_the_door(self) -> None:
        """Show the door, at which nobody has signed in."""
        raise NotImplementedError

    def sit(self, actor: Actor | None, meeting: str | None) -> None:
        """Somebody has signed in and takes the desk, or leaves it: the PIN of a desk goes with who set it."""
        if actor != self.actor:
            self._lock_pin = LockPin()
        self.actor, self.meeting = actor, meeting
        self._active_at = self._sign_at = monotonic()
        watch_of(self).leave(self._follower)
        self._known, self._newest = None, None
        self._follower = watch_of(self).follow(self._heard) if actor is not None and actor.desk is not None else None

    def _heard(self, news: News) -> None:
        """Something was recorded, or the database is away: that the screen says."""
        if isinstance(news, int):
            self._newest = news

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
        sign = monotonic() - self._sign_at >= ALIVE.total_seconds()
        if self.actor.desk is not None and not self._looking and (sign or self._newest != self._known):
            self._looking = True
            self.run_worker(self._look(self.actor, sign), group=WATCHING, exit_on_error=False)

    async def _look(self, actor: Actor, sign: bool) -> None:
        newest = self._newest
        try:
            await asyncio.to_thread(self._ask, actor, sign)
            self._known = newest
        except NotPermitted as refusal:
            if refusal.code == "desk_taken_over" and self.actor is actor:
                self.lock(str(refusal))
        except KmdxError:
            pass  # a database that is away: the screen says so, and the next look is soon
        finally:
            self._looking = False

    def _ask(self, actor: Actor, sign: bool) -> None:
        """Give a sign of life when it is time; look whether the desk was taken over."""
        from models.services.desks import give_sign, must_be_theirs

        if sign:
            give_sign(self.office, actor)
            self._sign_at = monotonic()
        must_be_theirs(self.office, actor, self.meeting)

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
            prove = partial(self._prove, self.actor)
            self.push_screen(LockedDialog(self.actor.name, prove, self._unlocks_by(), why), self._unlocked)

    def _unlocks_by(self) -> Text:
        assert self.actor is not None
        if self.actor.keys is None:
            return T("密码")
        return T("口令或锁屏密码") if self._lock_pin.is_set else T("口令")

    def _prove(self, actor: Actor, secret: str) -> None:
        """Refuse everybody but the person of this desk; take the desk back if it was taken over. Called in a thread."""
        from models.services.desks import must_be_theirs, take_back
        from models.services.office import authenticate

        short = self._lock_pin.is_tried_by(secret)
        if short:
            self._lock_pin.prove(secret)
        else:
            name = f"{actor.meeting}/{actor.name}" if actor.seat_id is not None else actor.name
            keys = authenticate(self.office, name, secret).keys
            if self.actor is actor:  # the phrase may be another one since
                self.actor = replace(actor, keys=keys)
        try:
            must_be_theirs(self.office, actor, self.meeting)
        except NotPermitted as refusal:
            if refusal.code != "desk_taken_over":
                raise
            if short:
                raise NotPermitted(
                    "phrase_wanted", T("席位已由另一台终端接管，锁屏密码在这里不够，请输入口令。")
                ) from refusal
            take_back(self.office, actor, self.meeting, self.where)

    def action_lock_pin(self) -> None:
        """Ask for the short PIN that unlocks this desk, or take it away."""
        from screens.dialogs.ask import AskDialog, Field

        screen, pin = self.screen, self._lock_pin
        if not isinstance(screen, KmdxScreen):
            return
        if self.actor is None or not self.where:
            screen.say(T("这里还没有人签到，或者本来就不锁定，不用设锁屏密码。"))
            return
        if self.actor.keys is None:
            screen.say(T("锁定以后直接用您的密码解锁，不用另设锁屏密码。"))
            return

        def wrong(answers: Mapping[str, str]) -> Text | None:
            check(answers["pin"])
            return None if answers["pin"] == answers["again"] else T("两次输入的锁屏密码不同。")

        def keep(answers: Mapping[str, str]) -> None:
            saying = T("锁屏密码已设，只留在本终端的内存里。") if answers["pin"] else T("锁屏密码已取消。")
            screen.write(lambda: pin.set(answers["pin"]), saying=saying)

        fields = (
            Field("pin", str(T("锁屏密码")), secret=True, longest=MOST, hint=str(T("留空为取消"))),
            Field("again", str(T("再输一次")), secret=True, longest=MOST),
        )
        about = T(
            "{least}–{most} 位数字，只能给锁定的本终端解锁，离开席位就没有了。输错 {tries} 次作废，从此凭口令解锁。",
            least=LEAST,
            most=MOST,
            tries=MOST_TRIES,
        )
        screen.ask(AskDialog(T("锁屏密码"), fields, about=about, check=wrong), keep)

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
        drafts_of(self).save()
        await self.get_up()
        self.exit()


def _leave(office: Office, actor: Actor, meeting: str | None) -> None:
    from models.services.desks import leave_desk

    with suppress(KmdxError):
        leave_desk(office, actor, meeting)
