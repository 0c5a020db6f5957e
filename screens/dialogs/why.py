"""Why a figure is what it is: its derivation, step by step, each with its basis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content

from models.rules.digest import short
from models.text import T, Text
from models.views.derivation import Derivation, Step
from models.views.meeting import MeetingView
from screens.dialogs.reading import LEAVE, SCROLL, ReadingDialog
from screens.widgets.cells import MUTED, fit, shown, wrap
from screens.widgets.signs import Sign


class WhyDialog(ReadingDialog):
    """The steps of one derivation, or of several under their headings; each result last. y copies it all."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("y,ｙ", "copy", show=False)]

    def __init__(
        self, derivations: Derivation | Sequence[Derivation], basis: Text | str = "", title: Text | str = ""
    ) -> None:
        """`basis` names the document that the steps' articles belong to; `title`: of several derivations together."""
        self._derivations = (derivations,) if isinstance(derivations, Derivation) else tuple(derivations)
        super().__init__(title or self._derivations[0].title, (SCROLL, ("y", T("复制")), LEAVE))
        self._title = str(title)
        self._basis = shown(str(basis))

    def text(self, width: int) -> Content:
        """The derivations in their order, and the document they rest on."""
        parts: list[tuple[str, str]] = []
        for number, derivation in enumerate(self._derivations):
            if number:
                parts.append(("\n", ""))
            if self._title:
                parts.append((f"{shown(str(derivation.title))}\n", "$accent bold"))
            parts += _steps(derivation, width)
        if self._basis:
            parts.append((f"\n{T('依据')} {self._basis}", MUTED))
        return Content.assemble(*parts)

    def plain(self) -> str:
        """The derivations as lines of text, for a letter or a note."""
        lines = [self._title] if self._title else []
        for derivation in self._derivations:
            lines.append(str(derivation.title))
            for number, step in enumerate(derivation.steps, 1):
                lines.append(f"{number}\t{step.label}\t{step.formula}\t{step.value}\t{step.basis}")
            lines.append(f"{Sign.FOLLOWS} {derivation.result}")
        return "\n".join([*lines, *([self._basis] if self._basis else [])])

    def action_copy(self) -> None:
        """Put the derivation on the clipboard and say so."""
        self.app.copy_to_clipboard(self.plain())
        self.query_one("#box").border_subtitle = Content(str(T("已复制到剪贴板")))


def policy_words(meeting: MeetingView) -> Text:
    """The document and the policy file that the steps of a meeting rest on, for the foot of a derivation."""
    return T(
        "{document} · 办法文件 {policy} 第 {version} 版（{digest}）",
        document=meeting.policy_document,
        policy=meeting.policy_id,
        version=meeting.policy_version,
        digest=short(meeting.policy_digest),
    )


def _steps(derivation: Derivation, width: int) -> list[tuple[str, str]]:
    """A step a line where it fits: number, label, formula, value, and the basis at the right end; then the result."""
    parts: list[tuple[str, str]] = []
    steps = derivation.steps
    labels = min(max((cell_len(str(step.label)) for step in steps), default=0), width // 3)
    bases = min(max((cell_len(step.basis) for step in steps), default=0), width // 3)
    room = width - bases - 5
    for number, step in enumerate(steps, 1):
        name, told = shown(str(step.label)), reckoning(step)
        column = fit(name, max(labels, cell_len(name)))
        left = room - cell_len(column)
        basis = f" {fit(step.basis, bases, 'right')}\n"
        if cell_len(told) < left or (not told and left >= 0):
            parts += [(f"{number:>2} {column}", "bold"), (fit(f" {told}", left), ""), (basis, MUTED)]
            continue
        first, *rest = wrap(name, room)
        parts += [(f"{number:>2} {fit(first, room)}", "bold"), (basis, MUTED)]
        parts += [(f"   {line}\n", "bold") for line in rest]
        parts += [(f"   {line}\n", "") for line in wrap(told, width - 3)] if told else []
    parts.append((f"{Sign.FOLLOWS} {shown(derivation.result)}\n", "$accent bold"))
    return parts


def reckoning(step: Step) -> str:
    """Formula and value: with an equals sign where something is reckoned, side by side where a value is looked up."""
    between = " = " if any(f" {sign} " in step.formula for sign in "+−-×÷*/") else "  "
    return shown(between.join(part for part in (step.formula, step.value) if part))
