"""Cells of a sheet as text, and columns that say what they want: for every file that is read or offered to fill in.

A cell is first a text, as the office sees it; a column's reader then makes it a value or says what is wanted instead.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from models.errors import Refused
from models.rules.money import FEN_PER_WAN, parse_wan
from models.text import T, Text

Cell = int | float | str | bool | time | date | datetime | timedelta
"""A cell as the spreadsheet reader gives it; "" is blank."""

Value = str | int | bool | None
"""A cell once read: text, whole fen, a level, yes or no; None is "not given"."""

LINE_LIMIT = 300
"""Characters of a name or another one-line text."""

TEXT_LIMIT = 10_000
"""Characters of a text of several lines."""

MOST_WAN = 1_000_000
"""The largest amount of a sheet, in 万元 (100 亿元)."""

WAN = T("0 至 {most} 的万元数，最多六位小数", most=MOST_WAN)
"""What an amount must be."""

HALF_WIDTH = T("半角数字（0–9）和小数点，不是全角")
"""What a number of a roster must be written with."""

NOT_TEXT = T("金额须为数字，不是文本")
"""What an amount in a workbook must be: a number, as the spreadsheet itself would add it up."""

FOUND_LIMIT = 60
"""Characters of a faulty cell that a fault repeats."""

_HIDDEN = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
_NOT_IN_LINE = re.compile(f"[{_HIDDEN}\t\n]")
_NOT_IN_TEXT = re.compile(f"[{_HIDDEN}]")
_FULL_WIDTH = re.compile("[０-９．，。]")
_UNIT = re.compile(r"\(万元\)$")


class Unfit(Exception):
    """A cell is not what its column wants; `wanted` says what is."""

    def __init__(self, wanted: Text) -> None:
        self.wanted = wanted
        super().__init__(wanted.template)


@dataclass(frozen=True)
class Column:
    """A column of a file: its key, its Chinese heading, what is wanted in it, and how a cell becomes a value.

    `read` takes a stripped text that is not blank and raises `Unfit`; `write` is its way back. A blank cell is `empty`,
    or a fault where `blank` is False. A `required` column must be there. The template offers `choices`, and keeps what
    is not a `number` as text.
    """

    key: str
    heading: str
    wanted: Text
    read: Callable[[str], Value]
    write: Callable[[Value], str] = str
    required: bool = True
    blank: bool = False
    empty: Value = None
    choices: tuple[str, ...] = ()
    number: bool = False
    width: int = 14

    def value(self, text: str) -> Value:
        """Read a cell's text; raises `Unfit`."""
        stripped = text.strip()
        if stripped:
            return self.read(stripped)
        if self.blank:
            return self.empty
        raise Unfit(self.wanted)

    def written(self, value: Value) -> str:
        """A value as the file would write it; "" for what is not given."""
        return "" if value is None else self.write(value)


def as_text(cell: Cell) -> str:
    """A cell as the office sees it. Numbers have the fifteen digits that spreadsheets show, so no binary noise."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return format(cell + 0.0, ".15g")  # + 0.0: a negative zero is zero
    if isinstance(cell, datetime) and cell.time() == time.min:
        return cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def is_blank(row: Iterable[Cell]) -> bool:
    """Whether nothing stands in a row."""
    for cell in row:  # noqa: SIM110 - three times as fast as all(), on every row of a large file
        if cell != "" and not (isinstance(cell, str) and cell.isspace()):
            return False
    return True


def fold(text: str) -> str:
    """A word as words are compared: full-width letters and digits, case and spaces don't matter."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def heading_word(text: str) -> str:
    """A heading as headings are compared: as words are, without the star of what is required and the unit 万元."""
    return _UNIT.sub("", fold(text).strip("*")).rstrip("*")


def nearest(text: str, words: Iterable[str], cutoff: float = 0.5) -> str | None:
    """The word most like a text, if one is like it."""
    return next(iter(difflib.get_close_matches(text, list(words), n=1, cutoff=cutoff)), None)


def found(text: str) -> str:
    """A faulty cell as a fault repeats it: on one line, and not for ever."""
    plain = _NOT_IN_LINE.sub(lambda hidden: f"\\x{ord(hidden[0]):02x}", text)
    return plain if len(plain) <= FOUND_LIMIT else plain[: FOUND_LIMIT - 1] + "…"


def read_line(text: str) -> Value:
    """A text on one line, kept as it is; raises `Unfit` if too long or with control characters."""
    if len(text) > LINE_LIMIT:
        raise Unfit(T("最多 {limit} 个字的文字", limit=LINE_LIMIT))
    if _NOT_IN_LINE.search(text):
        raise Unfit(T("一行文字，不含换行和控制字符"))
    return text


def read_text(text: str, limit: int = TEXT_LIMIT) -> Value:
    """A text of any lines, kept as it is; raises `Unfit` if too long or with control characters."""
    plain = text.replace("\r\n", "\n")
    if len(plain) > limit:
        raise Unfit(T("最多 {limit} 个字的文字", limit=limit))
    if _NOT_IN_TEXT.search(plain):
        raise Unfit(T("不含控制字符的文字"))
    return plain


def half_width(read: Callable[[str], Value]) -> Callable[[str], Value]:
    """A reader that first refuses the full-width digits and points of an input method left on."""

    def read_half_width(text: str) -> Value:
        if _FULL_WIDTH.search(text):
            raise Unfit(HALF_WIDTH)
        return read(text)

    return read_half_width


def read_wan(text: str) -> Value:
    """An amount in 万元, as whole fen; raises `Unfit`."""
    try:
        fen = parse_wan(text)
    except Refused:
        raise Unfit(WAN) from None
    if fen > MOST_WAN * FEN_PER_WAN:
        raise Unfit(WAN)
    return fen


def choice(words: Mapping[str, Value], wanted: Text) -> Callable[[str], Value]:
    """A reader of one of some words; the nearest of them is said when none is met."""
    folded: dict[str, Value] = {}
    shown: dict[str, str] = {}
    for word, value in words.items():
        folded.setdefault(fold(word), value)
        shown.setdefault(fold(word), word)

    def read(text: str) -> Value:
        word = fold(text)
        if word in folded:
            return folded[word]
        near = nearest(word, folded)
        raise Unfit(T("{wanted}；是否为“{near}”？", wanted=wanted, near=shown[near]) if near else wanted)

    return read


def read_column(
    column: Column, cells: Sequence[Cell], *, typed: bool = False
) -> tuple[list[Value], dict[int, tuple[str, Text]]]:
    """Read a column's cells: the values, and by position what was found and wanted where a cell won't do (its value is
    None). A text that occurs often is read once.

    `typed`: the file tells numbers from text, so that an amount stored as text won't do.
    """
    texts = [cell if type(cell) is str else as_text(cell) for cell in cells]
    known: dict[str, Value] = {}
    unfit: dict[str, Text] = {}
    for text in set(texts):
        try:
            known[text] = column.value(text)
        except Unfit as error:
            unfit[text] = error.wanted
    values = [known.get(text) for text in texts]
    wrong = {at: (text, unfit[text]) for at, text in enumerate(texts) if text in unfit} if unfit else {}
    if typed and column.number:
        for at, cell in enumerate(cells):
            if type(cell) is str and values[at] is not None:
                values[at], wrong[at] = None, (cell, NOT_TEXT)
    return values, wrong
