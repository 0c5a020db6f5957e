"""A code, shown once and large, until it is put away on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from models.text import T, Text
from screens.dialogs.dialog import Dialog
from screens.widgets.cells import MUTED, shown


class CodeDialog(Dialog[bool]):
    """A code in the clear, what to do with it, and that it will not be shown again. Esc does not lose it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "put_away", show=False)]
    DEFAULT_CSS = """
    CodeDialog Static { text-align: center; }
    """

    def __init__(self, title: Text, code: str, hint: Text) -> None:
        """`code`: as it is to be handed over; `hint`: to whom, and what it is good for."""
        super().__init__(title, (("F5", T("已经抄下，关闭")),))
        self._letters = "  ".join(code)
        self._hint = hint

    def body(self) -> Sequence[Widget]:
        """The code and what to do with it."""
        text = ((f"\n{self._letters}\n\n", "bold $accent"), (shown(str(self._hint)), MUTED))
        return [Static(Content.assemble(*text))]

    def action_leave(self) -> None:
        """Esc: the code stays until it is put away."""

    def action_put_away(self) -> None:
        """The code has been copied."""
        self.dismiss(True)
