"""The bottom line: the keys of this screen, the most important first."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from screens.widgets.keys_shown import KeysShown, pressable

GAP = "  "


class KeysLine(KeysShown):
    """One line of keys and words. Where the window is narrow whole keys are left out; the last one always stays."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeysLine { dock: bottom; height: 1; padding: 0 1; background: $panel; color: $foreground; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._keys: tuple[tuple[str, str], ...] = ()

    def show(self, keys: Sequence[tuple[str, str]]) -> None:
        """Show keys with their words; the last is the one that leads to all others."""
        if self._keys != tuple(keys):  # said again with each reading, and nearly always the same
            self._keys = tuple(keys)
            self.refresh()

    def fitting(self, room: int) -> list[tuple[str, str]]:
        """The keys that fit into `room` cells."""
        *most, last = self._keys or (("", ""),)
        room -= _width(*last)
        kept = []
        for key, word in most:
            room -= _width(key, word) + len(GAP)
            if room < 0:
                break
            kept.append((key, word))
        return [*kept, last]

    def render(self) -> Content:
        """Keys in the accent, words plain."""
        return Content(GAP).join(pressable(*one, "$accent bold") for one in self.fitting(self.size.width))


def _width(key: str, word: str) -> int:
    return cell_len(key) + 1 + cell_len(word)
