"""F1: the keys of the screen one stands on, and the words that stand on it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.cells import cell_len
from textual.content import Content
from textual.style import Style

from models.text import T, Text, tr
from screens.commands import Command
from screens.dialogs.reading import ReadingDialog
from screens.glossary import Word
from screens.widgets.cells import fit, wrap


class HelpDialog(ReadingDialog):
    """Keys with what they do, then words with what they mean. The answer is the action of a key that is pointed at."""

    def __init__(
        self,
        title: Text | str,
        commands: Sequence[Command],
        words: Sequence[Word],
        refusals: dict[str, Text] | None = None,
    ) -> None:
        """`refusals` says, by action, why a command can't be used now."""
        super().__init__(title)
        self._commands = commands
        self._words = words
        self._refusals = refusals or {}

    def text(self, width: int) -> Content:
        """One line a key under its group, one paragraph a word."""
        parts: list[Content | tuple[str, str]] = []
        keys = max((cell_len(c.key_shown) for c in self._commands), default=0) + 3
        titles = max((cell_len(tr(c.title)) for c in self._commands), default=0) + 2
        for group, commands in groupby(self._commands, key=lambda c: c.group):
            parts.append((f"{tr(group) if group else T('本界面')}\n", "$accent bold"))
            for command in commands:
                parts.append(self._named(command, fit(f" {command.key_shown}", keys) + fit(tr(command.title), titles)))
                lines = wrap(tr(command.help), width - keys - titles)
                parts.append((f"\n{' ' * (keys + titles)}".join(lines) + "\n", ""))
                if command.action in self._refusals:
                    parts.append((f"{' ' * (keys + titles)}{self._refusals[command.action]}\n", "$warning"))
        if self._words:
            parts.append((f"\n{T('用语')}\n", "$accent bold"))
        for word in self._words:
            parts.append((f" {word.word}\n", "bold"))
            parts += [(f"   {line}\n", "") for line in wrap(word.meaning, width - 3)]
        return Content.assemble(*parts)

    def _named(self, command: Command, named: str) -> Content:
        content = Content.styled(named, "bold")
        if command.action in self._refusals:
            return content
        return content.stylize(Style.from_meta({"@click": ("screen.choose", (command.action,))}))

    def action_choose(self, action: str) -> None:
        """Close with what was pointed at."""
        self.dismiss(action)
