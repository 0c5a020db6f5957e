"""Why a figure is what it is: its derivation, step by step, each with its basis."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content

from models.text import T, Text
from models.views.derivation import Derivation, Step
from screens.dialogs.reading import LEAVE, SCROLL, ReadingDialog
from screens.widgets.cells import MUTED, fit, shown, wrap
from screens.widgets.signs import Sign


class WhyDialog(ReadingDialog):
    """The steps of a derivation, the result last. y copies it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("y,ｙ", "copy", show=False)]

    def __init__(self, derivation: Derivation, basis: Text | str = "") -> None:
        """`basis` names the document that the steps' articles belong to."""
        super().__init__(derivation.title, (SCROLL, ("y", T("复制")), LEAVE))
        self._derivation = derivation
        self._basis = shown(str(basis))

    def text(self, width: int) -> Content:
        """A step a line where it fits: number, label, formula, value, and the basis at the right end."""
        parts: list[tuple[str, str]] = []
        steps = self._derivation.steps
        labels = min(max((cell_len(str(step.label)) for step in steps), default=0), width // 3)
        bases = min(max((cell_len(step.basis) for step in steps), default=0), width // 3)
        middle = width - labels - bases - 6
        for number, step in enumerate(steps, 1):
            told = reckoning(step)
            parts.append((f"{number:>2} {fit(str(step.label), labels)} ", "bold"))
            if cell_len(told) <= middle:
                parts += [(f"{fit(told, middle)} ", ""), (f"{fit(step.basis, bases, 'right')}\n", MUTED)]
            else:
                parts.append((f"{' ' * middle} {fit(step.basis, bases, 'right')}\n", MUTED))
                parts += [(f"   {line}\n", "") for line in wrap(told, width - 3)]
        parts.append((f"{Sign.FOLLOWS} {shown(self._derivation.result)}\n", "$accent bold"))
        if self._basis:
            parts.append((f"\n{T('依据')} {self._basis}", MUTED))
        return Content.assemble(*parts)

    def plain(self) -> str:
        """The derivation as lines of text, for a letter or a note."""
        lines = [str(self._derivation.title)]
        for number, step in enumerate(self._derivation.steps, 1):
            lines.append(f"{number}\t{step.label}\t{step.formula}\t{step.value}\t{step.basis}")
        return "\n".join([*lines, f"{Sign.FOLLOWS} {self._derivation.result}", *([self._basis] if self._basis else [])])

    def action_copy(self) -> None:
        """Put the derivation on the clipboard and say so."""
        self.app.copy_to_clipboard(self.plain())
        self.query_one("#box").border_subtitle = Content(str(T("已复制到剪贴板")))


def reckoning(step: Step) -> str:
    """Formula and value: with an equals sign where something is reckoned, side by side where a value is looked up."""
    between = " = " if any(sign in step.formula for sign in "+−-×÷*/") else "  "
    return shown(between.join(part for part in (step.formula, step.value) if part))
