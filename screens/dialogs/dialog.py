"""What all dialogs share: a box in the middle, its keys below, Esc leaves with nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

from models.text import Text
from screens.painting import SteadyCompositor
from screens.widgets import signs
from screens.widgets.cells import shown
from screens.widgets.keys_line import GAP
from screens.widgets.keys_shown import KeysShown, pressable

R = TypeVar("R")


class _Box(KeysShown, Vertical):
    """The frame, with the keys in its lower edge."""


class Dialog(ModalScreen[R], Generic[R]):
    """A box that asks or shows one thing and is dismissed with the answer, or with None.

    It writes nothing: the screen below does, once the answer is there.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]
    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        & > #box {
            width: 76; max-width: 98%; height: auto; max-height: 94%;
            border: round $accent; border-title-color: $accent; border-title-style: bold;
            border-subtitle-color: $text-muted;
            background: $surface; padding: 0 1;
        }
        & > #box.-plain { border: ascii $accent; }
        & > #box.-broad { width: 90%; min-width: 76; max-width: 120; }
    }
    """
    BROAD: ClassVar[bool] = False
    """Whether the box uses a wide window."""

    def __init__(self, title: Text | str, keys: Sequence[tuple[str, Text]]) -> None:
        """`title` is what it is about, `keys` which keys it takes, with their words."""
        super().__init__()
        self._compositor = SteadyCompositor()
        self._heading = shown(str(title))
        self._keys = Content(GAP).join(pressable(key, str(word)) for key, word in keys)

    def body(self) -> Sequence[Widget]:
        """What stands in the box."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The box around the body."""
        box = _Box(*self.body(), id="box")
        box.set_class(self.BROAD, "-broad")
        box.set_class(signs.is_plain(), "-plain")
        box.border_title = Content(self._heading)  # as Content nothing in it is markup
        box.border_subtitle = self._keys
        yield box

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
