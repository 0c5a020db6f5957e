"""The signs that stand beside words, in two sets: the fine one, and a plain one for terminals where signs run wide.

Most fine signs are of East Asian *ambiguous* width: a console set to Chinese may draw them two cells wide. The plain
set is ASCII only. One process serves one desk, so the choice is the process's, like the language.
"""

from __future__ import annotations

from enum import Enum

from models.enums import Outcome, SheetState


class Sign(Enum):
    """A sign: its fine and its plain form."""

    SUBMITTED = ("✓", "+")
    ELIGIBLE = ("✓", "+")
    DRAFT = ("…", "~")
    BLANK = ("○", "o")
    RECUSED = ("⊘", "/")
    RETURNED = ("↩", "<")
    ABSTAINED = ("∅", "0")
    FLAGGED = ("!", "!")
    TIED = ("═", "=")
    PROPOSED = ("▲", "^")
    ALTERNATE = ("△", "a")
    DECLINED = ("▽", "v")
    PENDING = ("?", "?")
    OBJECTED = ("‖", "#")
    CURSOR = ("▸", ">")
    CUT = ("…", "~")
    NOT_ELIGIBLE = ("✗", "x")
    NONE = ("—", "-")
    DOT = ("·", ".")
    DOTS = (":", ":")
    SCORE = ("▪", "*")
    RULE = ("═", "=")
    THIN_RULE = ("─", "-")
    BETWEEN = ("·", "|")
    FOLLOWS = ("⇒", "=>")

    def __init__(self, fine: str, plain: str) -> None:
        self.fine = fine
        self.plain = plain

    def __str__(self) -> str:
        return self.plain if _plain else self.fine


_plain = False

SHEET_SIGNS = {
    SheetState.BLANK: Sign.BLANK,
    SheetState.DRAFT: Sign.DRAFT,
    SheetState.SUBMITTED: Sign.SUBMITTED,
    SheetState.RETURNED: Sign.RETURNED,
    SheetState.ABSTAINED: Sign.ABSTAINED,
}
OUTCOME_SIGNS = {
    Outcome.PROPOSED: Sign.PROPOSED,
    Outcome.ALTERNATE: Sign.ALTERNATE,
    Outcome.DECLINED: Sign.DECLINED,
    Outcome.TIED: Sign.TIED,
    Outcome.PENDING: Sign.PENDING,
}


def use_plain(plain: bool) -> None:
    """Choose the plain set (True) or the fine one for this process."""
    global _plain
    _plain = plain


def is_plain() -> bool:
    """Whether the plain set is chosen."""
    return _plain
