"""Keys one after the other, however fast they come: each is handed on once what the one before set going is done.

Textual hands every key to what has the focus when it arrives, and moves the focus later: of a code, Enter and a PIN
that come in one breath (a slow line, a busy server, a keyboard that types by itself) all goes into the field of the
code, for everybody to read.
"""

from __future__ import annotations

import asyncio
from collections import deque

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

from screens.steady import OPENING

QUIET_ROUNDS = 3
"""So many times one after the other nothing is found pending before the next key is handed on."""

SPINS = 50
"""So often it is looked without a pause; then something slow is under way."""

PAUSE_SECONDS = 0.002
LONGEST_SECONDS = 2.0
"""A key does not wait longer, whatever is under way, but for a dialog that it is meant for."""


class KeysInOrder(App[None]):
    """An app that holds keys back while the one before is not done with."""

    def __init__(self) -> None:
        super().__init__()
        self._held: deque[events.Event] = deque()
        self._handing: asyncio.Task[None] | None = None

    async def on_event(self, event: events.Event) -> None:
        """Hand a key on at once if there is none before it, else in its turn."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._handing is not None:
            self._held.append(event)
        else:
            await super().on_event(event)
            self._handing = asyncio.create_task(self._hand_on())

    async def _hand_on(self) -> None:
        try:
            await self._done_with()
            while self._held and self.screen_stack:  # without a screen the app is ending
                await super().on_event(self._held.popleft())
                await self._done_with()
        except Exception as error:  # as if it had happened in the app's own turn
            self._handle_exception(error)
        finally:
            self._handing = None

    async def _done_with(self) -> None:
        """Wait until no message or callback that a key may have set going is pending."""
        loop = asyncio.get_running_loop()
        end, quiet, looks = loop.time() + LONGEST_SECONDS, 0, 0
        while quiet < QUIET_ROUNDS and (loop.time() < end or self._is_opening()):
            looks += 1
            await asyncio.sleep(0 if looks < SPINS else PAUSE_SECONDS)
            quiet = quiet + 1 if self._is_quiet() and not self._is_opening() else 0

    def _is_opening(self) -> bool:
        """Whether a dialog that was asked for is still being made ready."""
        return any(worker.group == f"read-{OPENING}" and not worker.is_finished for worker in self.workers)

    def _is_quiet(self) -> bool:
        stack = self.screen_stack
        top = stack[-1] if stack else None
        busiest = (self, top, top.focused) if top is not None else (self,)
        if any(_pending(node) for node in busiest if node is not None):
            return False
        return not any(_pending(node) for node in (*stack, *(top.walk_children() if top is not None else ())))


def _pending(node: MessagePump) -> bool:
    return bool(node.message_queue_size or node._next_callbacks)
