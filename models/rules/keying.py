"""Keying paper sheets twice: whether two keyings are one sheet, where they differ, and whose turn it is.

Pure. Two persons of the office key each sheet blind to each other, one of them at least not a secretary; what agrees
comes in, and what does not is opened to the two until one of them keys again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from models.enums import Role
from models.text import T, Text

ABSTAIN, COMMENT = "abstain", "comment"
"""The places of a sheet that are no marks."""


@dataclass(frozen=True)
class Keyed:
    """A paper sheet as somebody keyed it: marks in milli-points by criterion code, or the reason of an abstention."""

    marks: Mapping[str, int]
    abstain: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Keyer:
    """Who keys, and as what."""

    user_id: int
    name: str
    role: Role


class Turn(Enum):
    """What a keying is: the first of its sheet, the second, or one of the two again after they differed."""

    FIRST = "first"
    SECOND = "second"
    AGAIN = "again"


@dataclass(frozen=True)
class NotYours:
    """Why somebody may not key a sheet now: a code, and who is wanted instead (after “应为”)."""

    code: str
    wanted: Text


def turn(keyed: Sequence[Keyer], me: Keyer) -> Turn | NotYours:
    """What a keying by `me` would be, after those that are open (at most two, in their order)."""
    mine = any(one.user_id == me.user_id for one in keyed)
    if not keyed:
        return Turn.FIRST
    if len(keyed) > 1:
        names = "、".join(one.name for one in keyed)
        return Turn.AGAIN if mine else NotYours("others_differ", T("{names}之一（两人录入不一致）", names=names))
    if mine:
        return NotYours("keyed_already", T("另一人（本人已录入过）"))
    if keyed[0].role is Role.SECRETARY and me.role is Role.SECRETARY:
        return NotYours("two_secretaries", T("财政代表或监督（秘书已录入过）"))
    return Turn.SECOND


def differences(first: Keyed, second: Keyed, criteria: Sequence[str]) -> tuple[str, ...]:
    """The places where two keyings of a sheet differ, in the sheet's order; blanks in words don't count."""
    places = [code for code in criteria if first.marks.get(code) != second.marks.get(code)]
    words = ((ABSTAIN, first.abstain, second.abstain), (COMMENT, first.comment, second.comment))
    return (*places, *(place for place, one, other in words if _plain(one) != _plain(other)))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
