"""A one-time code, shown once and large, until it is put away on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from models.text import T
from screens.dialogs.dialog import Dialog
from screens.widgets.cells import MUTED, shown


class CodeDialog(Dialog[bool]):
    """Whose code, the code itself in the clear, and that it will not be shown again. Esc does not lose it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "put_away", show=False)]
    DEFAULT_CSS = """
    CodeDialog Static { text-align: center; }
    """

    def __init__(self, name: str, code: str) -> None:
        """`code`: as it is to be handed over."""
        super().__init__(T("{name}的一次性验证码", name=name), (("F5", T("已经抄下，关闭")),))
        self._owner = name
        self._letters = "  ".join(code)

    def body(self) -> Sequence[Widget]:
        """The code and what to do with it."""
        hint = T("请抄下并当面交给{name}。它只显示这一次，签到时用掉；丢失可以重发。", name=shown(self._owner))
        text = ((f"\n{self._letters}\n\n", "bold $accent"), (str(hint), MUTED))
        return [Static(Content.assemble(*text))]

    def action_leave(self) -> None:
        """Esc: the code stays until it is put away."""

    def action_put_away(self) -> None:
        """The code has been copied."""
        self.dismiss(True)
