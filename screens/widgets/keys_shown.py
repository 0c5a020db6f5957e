"""Keys as people know them, with their words; who points at one presses it: a tablet has no F10, and a mouse no Esc."""

from __future__ import annotations

import re
from collections.abc import Iterator

from textual import events
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

_SHOWN = {
    "question_mark": "?",
    "slash": "/",
    "full_stop": ".",
    "plus": "+",
    "minus": "-",
    "space": "Space",
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}
_NAMES = {shown: key for key, shown in _SHOWN.items()}
_KEY = re.compile(r"(Ctrl\+|Shift\+)*([A-Za-z0-9]|F\d+|Enter|Tab|Home|End|Delete|Backspace)")


class KeysShown(Widget):
    """A widget that shows keys made by `pressable`."""

    def __init__(self, *children: Widget, id: str | None = None) -> None:
        super().__init__(*children, id=id)
        self.auto_links = False  # they are no links to look at

    def action_press(self, key: str) -> None:
        """Press a key: it goes where one of the keyboard would go."""
        event = events.Key(key, None)
        event.set_sender(self.app)  # a key that this widget sent would not get past it on its way up
        self.app.post_message(event)


def key_shown(key: str) -> str:
    """A key of Textual as people know it: `ctrl+z` is Ctrl+Z."""
    parts = key.split("+")
    return "+".join(_SHOWN.get(part, part.capitalize()) for part in parts)


def key_named(shown: str) -> str | None:
    """The key of Textual that people know so: Ctrl+Z is `ctrl+z`; None for what is no single key, like 1–9."""
    return _NAMES.get(shown) or (shown.lower() if _KEY.fullmatch(shown) else None)


def pressable(label: str, word: str, key_style: str = "") -> Content:
    """A label with its word; in a `KeysShown`, who points at a key presses it, and the word belongs to the last key.

    A label is a key (F5), keys side by side (↑↓), or keys and other things apart by blanks (1–9 Enter).
    """
    parts: list[Content] = []
    pressed: str | None = None
    for piece in _pieces(label):
        pressed = key_named(piece)
        parts.append(_pressing(Content.styled(piece, key_style), pressed))
    several = len(parts) > 1 and " " not in label
    return Content.assemble(*parts, _pressing(Content(f" {word}"), None if several else pressed))


def _pieces(label: str) -> Iterator[str]:
    """↑↓ is two keys, Esc is one."""
    for part in re.split(r"( )", label):
        yield from part if all(sign in _NAMES for sign in part) else (part,)


def _pressing(text: Content, key: str | None) -> Content:
    if key is None:
        return text
    return text.stylize(Style.from_meta({"@click": ("press", (key,))}))
