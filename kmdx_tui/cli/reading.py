"""What is typed on the command line, read: words, dates, numbers, money, lists. Each refusal says what would do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import TypeVar

from models.enums import RecusalGround, chinese, label
from models.errors import Refused, WrongUse
from models.rules.money import parse_yuan
from models.text import T

E = TypeVar("E", bound=StrEnum)

_SEPARATOR = re.compile("[,，、]")
_COLON = re.compile("[:：]")


def one_of(values: Iterable[E]) -> Callable[[str], E]:
    """A reader for one of some words of the domain, by its English or its Chinese word."""
    known = tuple(values)

    def read(typed: str) -> E:
        word = typed.strip()
        for value in known:
            if word.casefold() == value.value or word in (chinese(value), label(value)):
                return value
        offered = "、".join(f"{value.value}（{label(value)}）" for value in known)
        raise WrongUse("unknown_word", T("“{word}”不可用，可用：{known}。", word=typed, known=offered))

    return read


def words(values: Iterable[StrEnum]) -> str:
    """The metavar for one of some words."""
    return "|".join(value.value for value in values)


def day(typed: str) -> date:
    """A date, ISO 8601."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise WrongUse("bad_date", T("“{text}”不是日期，应如 2026-03-02。", text=typed)) from None


def whole(typed: str) -> int:
    """A whole number, full-width digits included."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    if not re.fullmatch("-?[0-9]{1,9}", plain):
        raise WrongUse("bad_number", T("“{text}”不是整数。", text=typed))
    return int(plain)


def yuan(typed: str) -> int:
    """An amount in yuan, as fen."""
    try:
        return parse_yuan(typed)
    except Refused as refused:
        raise WrongUse(refused.code, refused.text) from None


def several(typed: Sequence[str]) -> list[str]:
    """Several words, given one by one or separated by commas."""
    return [word.strip() for one in typed for word in _SEPARATOR.split(one) if word.strip()]


def pairs(typed: Sequence[str]) -> dict[str, str]:
    """`CRITERION=MARK` words; a criterion may be given once."""
    read: dict[str, str] = {}
    for word in typed:
        name, equals, value = word.replace("＝", "=").partition("=")
        if not equals or not name.strip():
            raise WrongUse("bad_pair", T("“{word}”不可用，应如 方案=25.5。", word=word))
        if name.strip() in read:
            raise WrongUse("twice", T("“{name}”写了两次。", name=name.strip()))
        read[name.strip()] = value.strip()
    return read


def recusals(typed: Sequence[str]) -> dict[str, tuple[RecusalGround, str]]:
    """`NO[:GROUND[:REASON]]` words. Without a ground it is another one, of which the person says no more."""
    read: dict[str, tuple[RecusalGround, str]] = {}
    for word in typed:
        no, *more = _COLON.split(word, 2)
        if not no.strip():
            raise WrongUse("bad_recusal", T("“{word}”不可用，应如 KM1-003:shares。", word=word))
        if no.strip() in read:
            raise WrongUse("twice", T("“{name}”写了两次。", name=no.strip()))
        if more and more[0].strip():
            ground = one_of(RecusalGround)(more[0])
            read[no.strip()] = (ground, more[1].strip() if len(more) > 1 else "")
        else:
            reason = more[1].strip() if len(more) > 1 else ""
            read[no.strip()] = (RecusalGround.OTHER, reason or T("本人申报回避，未写明情形").chinese())
    return read
