"""Ask once before something that is not easily undone, naming what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from models.text import T, Text
from screens.dialogs.dialog import Dialog
from screens.widgets.prose import Prose


class ConfirmDialog(Dialog[bool]):
    """Names what is going to change; True when it is to be done, None when not."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "accept", show=False)]
    DEFAULT_CSS = """
    ConfirmDialog > #box { border: round $warning; border-title-color: $warning; }
    """

    def __init__(self, title: Text | str, changes: Sequence[Text | str], does: Text | str | None = None) -> None:
        """`changes`: what will be otherwise, a line each; `does`: the word beside Enter."""
        super().__init__(title, (("Enter", T("{does}", does=does or T("确定"))), ("Esc", T("不做"))))
        self._changes = changes

    def body(self) -> Sequence[Widget]:
        """One line a change."""
        return [Prose("\n".join(str(change) for change in self._changes))]

    def action_accept(self) -> None:
        """It is to be done."""
        self.dismiss(True)
