"""Keys in the order in which they were pressed.

Textual looks for bindings only when a key has bubbled up to the app. On that way the characters of somebody who types
fast, or of a machine that is busy, overtake it: 12, Enter, 13 would become 1213, Enter.
"""

from __future__ import annotations

from textual import events
from textual.widget import Widget


async def take_bound(widget: Widget, event: events.Key) -> None:
    """Do at once what a key is bound to at this very widget; leave other keys, and what it skips, on their way."""
    bound = widget._bindings.key_to_bindings.get(event.key)
    if bound and await widget.app.run_action(bound[0].action, widget):
        event.stop()
        event.prevent_default()
