"""Words for people: a Chinese template with its values, put into the reader's language when it is shown.

The message ids are the Chinese sentences themselves, so Chinese needs no catalogue. A rule or a service says *what* it
found as a `Text`; only `str()` knows which language the reader chose. Values are data: they are never parsed again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

_translate: Callable[[str], str] = str
_as_written: ContextVar[bool] = ContextVar("as_written", default=False)
"""Whether this thread is writing a document, in which the message ids stand as they are."""


def set_translator(translate: Callable[[str], str]) -> None:
    """Choose the reader's language for this process: a function from a Chinese message id to its translation."""
    global _translate
    _translate = translate


def tr(message: str) -> str:
    """Translate a message id now."""
    return message if _as_written.get() else _translate(message)


def mark(message: str) -> str:
    """Mark a message id for the catalogue without translating it yet (tables of labels)."""
    return message


@dataclass(frozen=True)
class Text:
    """A sentence not yet in any language: message id and the values to be set into it."""

    template: str
    values: dict[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        shown = {key: str(value) for key, value in self.values.items()}
        return tr(self.template).format(**shown) if shown else tr(self.template)

    def chinese(self) -> str:
        """The sentence in Chinese, with all that is set into it: for documents and the audit trail."""
        former = _as_written.set(True)
        try:
            return str(self)
        finally:
            _as_written.reset(former)


def T(template: str, /, **values: Any) -> Text:
    """Make a `Text`; Babel collects the first argument for the catalogues."""
    return Text(template, values)
