"""What every screen shares: reading and writing off the painting thread, errors in words, commands, the three lines.

Reads may overtake each other, and only the last of a name counts. Writes go one after the other through one thread, and
none is ever given up: not when its screen is left, not when the program is closed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from textual.app import ComposeResult, SystemCommand
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from models.enums import Phase, Role
from models.errors import DatabaseUnusable, KmdxError
from models.text import T, Text, tr
from screens.commands import COMMON, PLACES, Command, bindings, footer, places_for
from screens.drafts import drafts_of
from screens.following import FollowingScreen
from screens.messages import DeskTakenOver
from screens.widgets import signs
from screens.widgets.cells import Tone
from screens.widgets.keys_line import KeysLine
from screens.widgets.say_line import SayLine
from screens.widgets.top_line import TopLine

if TYPE_CHECKING:
    from models.queries.base import Office
    from models.views.people import Actor
    from screens.dialogs.dialog import Dialog

log = logging.getLogger("kmdx.screens")

R = TypeVar("R")

PATIENCE_SECONDS = 0.3
"""How long a read or a write may take before the screen says that it waits."""

WIDE = 120
"""From how many columns on a window has room for what stands at the side."""

_writer = ThreadPoolExecutor(1, "kmdx-writer")


class Desk(Protocol):
    """Where a person sits: the office it belongs to, who acts, in which meeting, and the way to other screens."""

    @property
    def office(self) -> Office:
        """The database at work; not to be asked on the painting thread."""
        ...

    @property
    def actor(self) -> Actor | None:
        """Who acts here; None before anybody has signed in."""
        ...

    @property
    def meeting(self) -> str | None:
        """The meeting that is open here."""
        ...

    def go(self, name: str) -> None:
        """Go to a screen by its name in `screens.commands.PLACES`."""
        ...


class KmdxScreen(FollowingScreen):
    """A screen of the program. A subclass names its commands and words, builds its `body` and fills it in `refill`."""

    COMMANDS_LIST: ClassVar[tuple[Command, ...]] = ()
    """What can be done here beside what can be done everywhere, the most important first."""
    WORDS: ClassVar[tuple[str, ...]] = ()
    """The words of the glossary that stand on this screen, by their codes."""
    HEADING: ClassVar[str] = ""
    """The screen's name (a message id), as F1 says it."""
    BACK: ClassVar[str] = "lobby"
    """The screen that Esc leads to."""
    BINDINGS: ClassVar[list[BindingType]] = list(bindings(COMMON))
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
    DEFAULT_CSS = """
    KmdxScreen {
        background: $surface;
        & > #work { height: 1fr; }
        & .side { width: 42; padding: 0 1; background: $panel; }
        &.-narrow .side { display: none; }
        &.-projector { padding: 1 3; }
    }
    """

    def __init_subclass__(cls, **options: Any) -> None:
        """Make the bindings from the registry. (Textual merges them along the classes.)"""
        if "COMMANDS_LIST" in cls.__dict__:
            cls.BINDINGS = list(bindings(cls.COMMANDS_LIST))
        super().__init_subclass__(**options)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.top_line = TopLine()
        self.say_line = SayLine()
        self.keys_line = KeysLine()
        self._phase: Phase | None = None

    # What a subclass fills in

    def body(self) -> Sequence[Widget]:
        """The widgets of the work, from left to right; the class `side` folds in narrow windows."""
        return ()

    def leaving(self) -> None:
        """Hand over what is still being typed. Called before the screen is left and before the program closes."""

    # What a subclass uses

    @property
    def role(self) -> Role | None:
        """The role of the person here."""
        return self.desk.actor.role if self.desk.actor is not None else None

    @property
    def phase(self) -> Phase | None:
        """The phase of the meeting, as far as the screen has read it."""
        return self._phase

    @phase.setter
    def phase(self, phase: Phase | None) -> None:
        self._phase = phase
        self.show_keys()

    def read(self, fn: Callable[[], R], then: Callable[[R], None], name: str = "main") -> None:
        """Run a query in a thread and hand its result to `then` here. A later read of the same name replaces it."""
        # a function, not a coroutine: one that is replaced before it began would never have been awaited
        reading: Any = partial(self._read, fn, then)
        self.run_worker(reading, group=f"read-{name}", exclusive=True, exit_on_error=False)

    def write(
        self,
        fn: Callable[[], R],
        then: Callable[[R], None] | None = None,
        saying: Text | str = "",
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Run a service after all writes before it; say `saying` when it is done.

        `then` gets the result if the screen is still there; `failed` the sentence that is said when it was not done.
        """
        written = _writer.submit(fn)
        kept = drafts_of(self.desk).follow(written)
        self.app.run_worker(self._written(written, then, saying, failed, kept), group="write", exit_on_error=False)

    def say(self, text: Text | str, tone: Tone = Tone.PLAIN) -> None:
        """Say what just happened."""
        self.say_line.say(text, tone)

    def ask(self, dialog: Dialog[R], then: Callable[[R], None]) -> None:
        """Open a dialog; `then` gets the answer, unless it was left without one. Words that it could not store stay."""
        drafts = drafts_of(self.desk)

        def answered(answer: R | None) -> None:
            if answer is None:
                drafts.left(dialog)
            else:
                with drafts.answering(dialog, answer):
                    self._guarded(then, answer)

        drafts.put_into(dialog, self.phase)
        self.app.push_screen(dialog, answered)

    def tell_begun(self) -> None:
        """Say, once, what the person here began to write and did not store."""
        if begun := drafts_of(self.desk).found_again(self.phase):
            self.say(T("上次没写完的还在：{what}。再打开就能接着写。", what="、".join(begun)), Tone.WARNING)

    def show_keys(self) -> None:
        """Put what this person can do now into the keys line."""
        self.keys_line.show(footer(self.all_commands(), self.role, self._phase))

    @classmethod
    def all_commands(cls) -> tuple[Command, ...]:
        """The commands of this screen, then those of every screen."""
        return (*cls.COMMANDS_LIST, *COMMON)

    def palette(self) -> Iterator[SystemCommand]:
        """This screen's commands for the palette; an app yields them from `get_system_commands`."""
        for command in self.all_commands():
            if command.refusal(self.role, self._phase) is None:
                yield SystemCommand(tr(command.title), tr(command.help), partial(self.action_command, command.action))

    # Built once

    def compose(self) -> ComposeResult:
        """Top line, work, what just happened, keys: always in these places."""
        yield self.top_line
        yield Horizontal(*self.body(), id="work")
        yield self.say_line
        yield self.keys_line

    def on_mount(self) -> None:
        """Take the width's and the theme's spacing before the first paint, show the keys."""
        wide = self.app.size.width >= WIDE
        self.add_class("-wide" if wide else "-narrow", update=False)  # styled when it is resumed, just after this
        self.set_class(signs.is_plain(), "-plain")
        self.app.theme_changed_signal.subscribe(self, lambda new: self.set_class(new.name == "projector", "-projector"))
        self.set_class(self.app.theme == "projector", "-projector")
        self.show_keys()

    # Commands

    async def action_command(self, action: str) -> None:
        """Do one of the commands, or say why this person can't do it now."""
        command = next(c for c in self.all_commands() if c.action == action)
        refusal = command.refusal(self.role, self._phase)
        if refusal is not None:
            self.say_line.refuse(refusal)
            return
        try:
            done = getattr(self, f"action_{action}")()
            if isawaitable(done):
                await done
        except Exception as error:
            self._tell(error)

    def action_help(self) -> None:
        """Show this screen's keys and words."""
        from screens.dialogs.help import HelpDialog
        from screens.glossary import WORDS

        commands = self.all_commands()
        refusals = {c.action: why for c in commands if (why := c.refusal(self.role, self._phase)) is not None}
        words = [WORDS[code] for code in self.WORDS]
        dialog = HelpDialog(tr(self.HEADING) if self.HEADING else T("帮助"), commands, words, refusals)

        def chosen(action: str | None) -> None:
            if action is not None:
                self.call_later(self.action_command, action)

        self.app.push_screen(dialog, chosen)

    def action_places(self) -> None:
        """List the screens that concern this person and go to the one that is chosen."""
        from screens.dialogs.choose import ChooseDialog, Option

        options = [Option(place.name, tr(place.title)) for place in places_for(self.role)]
        here = next((place.name for place in PLACES if place.screen == type(self).__name__), None)
        self.ask(ChooseDialog(T("前往"), options, chosen=here), self._go)

    async def action_lock(self) -> None:
        """Cover the desk until its person is back."""
        await self.app.run_action("app.lock")

    async def action_lock_pin(self) -> None:
        """Set a short PIN for unlocking this desk."""
        await self.app.run_action("app.lock_pin")

    def action_back(self) -> None:
        """Go back to the screen above."""
        self._go(self.BACK)

    def _go(self, name: str) -> None:
        self.leaving()
        self.desk.go(name)

    # Reading, writing

    async def _read(self, fn: Callable[[], R], then: Callable[[R], None]) -> None:
        try:
            result = await self._patiently(asyncio.to_thread(fn), T("正在读取…"))
        except Exception as error:
            self._tell(error)
        else:
            self._guarded(then, result)

    async def _written(
        self,
        written: Future[R],
        then: Callable[[R], None] | None,
        saying: Text | str,
        failed: Callable[[str], None] | None,
        kept: Text | str,
    ) -> None:
        try:
            # shielded: a worker that is given up would take a write that still waits for its turn with it
            result = await self._patiently(_shielded(written), T("正在保存…"))
        except Exception as error:
            sentence = self._tell(error, kept)
            if failed is not None and self.is_attached:
                self._guarded(failed, sentence)
        else:
            if saying:
                self._outlet().say_line.saved(saying)
            if then is not None and self.is_attached:
                self._guarded(then, result)

    async def _patiently(self, work: Coroutine[Any, Any, R], saying: Text) -> R:
        """Await the work, and say that it goes on if it takes its time; what was said before is said again after it."""
        ends: list[Callable[[], None]] = []
        loop = asyncio.get_running_loop()
        timer = loop.call_later(PATIENCE_SECONDS, lambda: ends.append(self._outlet().say_line.wait(saying)))
        try:
            return await work
        finally:
            timer.cancel()
            for end in ends:
                end()

    # Errors in words

    def said_back(self) -> None:
        """Say that the database is there again."""
        self.say(T("已重新连上数据库。"))

    def said_wrong(self, error: Exception) -> None:
        """Say in words what is wrong."""
        self._tell(error)

    def _guarded(self, then: Callable[[R], None], result: R) -> None:
        try:
            then(result)
        except Exception as error:
            self._tell(error)

    def _tell(self, error: Exception, kept: Text | str = "") -> str:
        """Say a refusal as it is; anything else in one line, the rest in the log. Returns that, without `kept`.

        `kept` is said of what may be tried again as it is: not where a rule stands against it.
        """
        if isinstance(error, KmdxError):
            sentence = str(error)
            if not isinstance(error, DatabaseUnusable) and error.code != "stale":
                kept = ""
            if error.code == "desk_taken_over":
                self.app.post_message(DeskTakenOver(sentence))
        else:
            log.error("unexpected on %s", type(self).__name__, exc_info=error)
            sentence = str(T("没有做成：程序出了意外（{kind}），详情已写入日志。", kind=type(error).__name__))
        self._outlet().say_line.refuse(f"{sentence}{kept}")
        return sentence

    def _outlet(self) -> KmdxScreen:
        """The screen to speak on: this one, or the one that took its place."""
        if self.is_attached and self in self.app.screen_stack:
            return self
        return next((s for s in reversed(self.app.screen_stack) if isinstance(s, KmdxScreen)), self)


async def _shielded(written: Future[R]) -> R:
    return await asyncio.shield(asyncio.wrap_future(written))
