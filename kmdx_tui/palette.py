"""The palette in our words: Textual's own speaks English only."""

from __future__ import annotations

from rich.align import Align
from rich.text import Text
from textual.command import CommandList, CommandPalette
from textual.widgets.option_list import Option

from models.text import T


class Palette(CommandPalette):
    """Textual's palette, with what it asks and answers in the language of the desk."""

    def __init__(self) -> None:
        super().__init__(placeholder=str(T("查找命令…")))

    def _start_no_matches_countdown(self, search_value: str) -> None:
        """As Textual's, in other words."""
        self._stop_no_matches_countdown()

        def show() -> None:
            if search_value:
                words = Align.center(Text(str(T("没有这样的命令。")), style="not bold"))
                self.query_one(CommandList).add_option(Option(words, disabled=True, id=self._NO_MATCHES))
            self._list_visible = bool(search_value)

        self._no_matches_timer = self.set_timer(self._NO_MATCHES_COUNTDOWN, show)
