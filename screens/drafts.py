"""Words typed into a dialog that could not be stored: the line was lost, the disk full, or somebody was first.

They are offered when the same dialog is opened again by the same person at this desk, and forgotten once they are
stored. At a desk where nobody sits nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, ref

from models.text import T, Text

if TYPE_CHECKING:
    from screens.base import Desk
    from screens.dialogs.dialog import Dialog

_Key = tuple[str, str | None, str]
"""Who typed, in which meeting, and what the dialog asked about."""


class Drafts:
    """What was typed at one desk and is not stored."""

    def __init__(self, desk: Desk) -> None:
        self._desk = ref(desk)
        self._kept: dict[_Key, Mapping[str, str]] = {}
        self._answering: tuple[_Key, Mapping[str, str]] | None = None

    def put_into(self, dialog: Dialog[Any]) -> None:
        """Offer what was typed into this dialog the last time, if that is not stored."""
        from screens.dialogs.ask import AskDialog

        if isinstance(dialog, AskDialog) and (key := self._key(dialog.draft_key)) in self._kept:
            dialog.take_draft(self._kept[key])

    @contextmanager
    def answering(self, dialog: Dialog[Any], answer: Any) -> Iterator[None]:
        """While a dialog's answer is being dealt with: what is handed over for storing meanwhile is this answer."""
        from screens.dialogs.ask import AskDialog

        if isinstance(dialog, AskDialog) and (key := self._key(dialog.draft_key)) is not None:
            self._answering = (key, dialog.drafted(answer))
        try:
            yield
        finally:
            self._answering = None

    def follow(self, written: Future[Any]) -> Text | str:
        """Keep the answer in hand if it is not stored, forget it if it is; what there is to say in the first case."""
        if self._answering is None or not any(self._answering[1].values()):
            return ""
        key, answer = self._answering

        def done(future: Future[Any]) -> None:
            if future.exception() is not None:
                self._kept[key] = answer
            else:
                self._kept.pop(key, None)

        written.add_done_callback(done)
        return T("键入的还在，再打开就能接着改。")

    def _key(self, asked: str) -> _Key | None:
        desk = self._desk()
        return (desk.actor.name, desk.meeting, asked) if desk is not None and desk.actor is not None else None


_drafts: WeakKeyDictionary[Desk, Drafts] = WeakKeyDictionary()


def drafts_of(desk: Desk) -> Drafts:
    """The drafts of a desk."""
    if desk not in _drafts:
        _drafts[desk] = Drafts(desk)
    return _drafts[desk]
