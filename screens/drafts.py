"""Words typed into a dialog that are not stored: half typed yet, or the line was lost, the disk full, somebody first.

They are offered when the same dialog is opened again by the same person in the same phase, and forgotten once they are
stored or given up with Esc. With a shelf they outlive the desk too. At a desk where nobody sits nothing is kept.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from weakref import WeakKeyDictionary, ref

from models.text import T, Text
from screens.shelf import Shelf, Words

if TYPE_CHECKING:
    from pathlib import Path

    from models.enums import Phase
    from models.views.people import Actor, PublicKeys
    from screens.dialogs.dialog import Dialog

DELAY_SECONDS = 0.5
"""How long what is typed waits before it is put on the shelf: what a killed desk loses at most."""


class Seat(Protocol):
    """What tells whose words they are."""

    @property
    def actor(self) -> Actor | None:
        """Who sits at the desk."""
        ...

    @property
    def meeting(self) -> str | None:
        """The meeting that is open there."""
        ...


class _Who(NamedTuple):
    name: str
    meeting: str | None
    phase: Phase | None


@dataclass
class _Begun:
    """What a person has begun in a phase, and whether the shelf has it so; for which sign-in it was read, and told."""

    words: Words = field(default_factory=dict)
    changed: bool = False
    public: PublicKeys | None = None
    read_for: ref[Actor] | None = None
    told: ref[Actor] | None = None


@dataclass
class _Open:
    """A dialog that may be filled in: whose, what it asks, and what was kept before it was opened."""

    who: _Who
    asked: str
    before: dict[str, str] | None
    handed_over: bool = False
    emptied: bool = False


class Drafts:
    """What was typed at one desk and is not stored."""

    def __init__(self, desk: Seat) -> None:
        self._desk = ref(desk)
        self._begun: dict[_Who, _Begun] = {}
        self._open: WeakKeyDictionary[Dialog[Any], _Open] = WeakKeyDictionary()
        self._answering: tuple[_Open, dict[str, str]] | None = None
        self._shelf: Shelf | None = None
        self._waiting: asyncio.TimerHandle | None = None
        self._lock = threading.Lock()

    def keep_on(self, folder: Path, place: str) -> None:
        """Keep what people of the database at `place` type in a folder too, and offer what lies there."""
        self._shelf = Shelf(folder, place)
        self._shelf.sweep()

    def put_into(self, dialog: Dialog[Any], phase: Phase | None) -> None:
        """Offer what was typed into this dialog the last time, if that is not stored; listen to what is typed now."""
        from screens.dialogs.ask import AskDialog

        who = self._who(phase)
        if not isinstance(dialog, AskDialog) or who is None:
            return
        before = self._begun[who].words.get(dialog.draft_key)
        if before is not None and not dialog.take_draft(before):
            before = None  # it was stored after all
        self._open[dialog] = opened = _Open(who, dialog.draft_key, before)
        dialog.typing = partial(self._typed, opened)

    def found_again(self, phase: Phase | None) -> tuple[str, ...]:
        """What the person here once began to write and did not store, as its dialogs were headed: once a sign-in."""
        who, desk = self._who(phase), self._desk()
        if who is None or desk is None or desk.actor is None or _is(self._begun[who].told, desk.actor):
            return ()
        self._begun[who].told = ref(desk.actor)
        return tuple(self._begun[who].words)

    def left(self, dialog: Dialog[Any]) -> None:
        """A dialog was left without an answer: what was typed is given up; what was kept too, if it was emptied."""
        if (opened := self._open.pop(dialog, None)) is not None:
            self._put(opened.who, opened.asked, None if opened.emptied else opened.before)

    @contextmanager
    def answering(self, dialog: Dialog[Any], answer: Any) -> Iterator[None]:
        """While a dialog's answer is being dealt with: what is handed over for storing meanwhile is this answer."""
        from screens.dialogs.ask import AskDialog

        opened = self._open.pop(dialog, None)
        if isinstance(dialog, AskDialog) and opened is not None:
            self._answering = (opened, dialog.drafted(answer))
        try:
            yield
        finally:
            self._answering = None
            if opened is not None and not opened.handed_over:
                self._put(opened.who, opened.asked, opened.before)

    def follow(self, written: Future[Any]) -> Text | str:
        """Keep the answer in hand until it is stored; what there is to say of it if it can't be."""
        if self._answering is None:
            return ""
        opened, answer = self._answering
        opened.handed_over = True
        self._put(opened.who, opened.asked, answer)

        def done(future: Future[Any]) -> None:
            failed = future.cancelled() or future.exception() is not None
            self._put(opened.who, opened.asked, answer if failed else None)

        written.add_done_callback(done)
        return T("键入的还在，再打开就能接着改。") if any(answer.values()) else ""

    def kept(self, what: str, phase: Phase | None) -> dict[str, str]:
        """What the person here has left under a heading of no dialog; blank: nothing."""
        who = self._who(phase)
        return dict(self._begun[who].words.get(what, {})) if who is not None else {}

    def keep(self, what: str, phase: Phase | None, words: dict[str, str]) -> None:
        """Keep this under a heading, in place of what was kept; blank: nothing any more."""
        if (who := self._who(phase)) is not None and words != self._begun[who].words.get(what, {}):
            self._put(who, what, words)

    def save(self) -> None:
        """Put on the shelf what waits for its turn."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        with self._lock:
            for who, begun in self._begun.items():
                if begun.changed:
                    self._put_up(who)

    def _typed(self, opened: _Open, words: Mapping[str, str] | None) -> None:
        """Something else stands in a dialog; None: what it began with."""
        opened.emptied = words is not None and not any(words.values())
        self._put(opened.who, opened.asked, opened.before if words is None else dict(words), at_once=False)
        if self._shelf is not None and self._waiting is None:
            self._waiting = asyncio.get_running_loop().call_later(DELAY_SECONDS, self.save)

    def _put(self, who: _Who, asked: str, words: dict[str, str] | None, *, at_once: bool = True) -> None:
        """Keep words, or none any more. Called on the writing thread too."""
        with self._lock:
            begun = self._begun[who]
            if words is not None and any(words.values()):
                begun.words[asked] = words
            else:
                begun.words.pop(asked, None)
            begun.changed = True
            if at_once:
                self._put_up(who)

    def _put_up(self, who: _Who) -> None:
        begun = self._begun[who]
        if self._shelf is not None and begun.public is not None:
            begun.changed = not self._shelf.write(*who, begun.public, begun.words)

    def _who(self, phase: Phase | None) -> _Who | None:
        """Who sits here, with what is kept of them at hand."""
        desk = self._desk()
        if desk is None or desk.actor is None:
            return None
        who = _Who(desk.actor.name, desk.meeting, phase)
        begun, keys = self._begun.setdefault(who, _Begun()), desk.actor.keys
        if self._shelf is not None and keys is not None and not _is(begun.read_for, desk.actor):
            from models.sealed import public_of

            begun.read_for, begun.public = ref(desk.actor), public_of(keys)
            with self._lock:
                remembered = begun.words if begun.changed else {}  # what the disk did not take
                # the rest another desk of this machine may have stored since, or gone on with
                begun.words = self._shelf.read(*who, keys) | remembered
        return who


def _is(one: ref[Actor] | None, actor: Actor) -> bool:
    """Whether it is this very sign-in: who signs in anew is equal, and another."""
    return one is not None and one() is actor


_drafts: WeakKeyDictionary[Seat, Drafts] = WeakKeyDictionary()


def drafts_of(desk: Seat) -> Drafts:
    """The drafts of a desk."""
    if desk not in _drafts:
        _drafts[desk] = Drafts(desk)
    return _drafts[desk]
