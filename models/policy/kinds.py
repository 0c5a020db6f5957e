"""The kinds of values in a policy file: how each is written there, in JSON, and for people.

Every reader takes whatever TOML can hold and raises `Mismatch`, never anything else. Numbers are exact: money comes in
whole yuan and is kept in fen, points in milli-points, everything else as a `Fraction`. What a reader takes, the kind's
JSON Schema takes too, for editors that check while a file is being written; only the reader is exact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from models.enums import LEVELS
from models.policy.types import MILLI, Basis, BasisKind
from models.text import T, Text, mark, tr

FEN = 100
"""Fen in a yuan."""

UNSET = "unset"
"""How a file says that nothing is laid down, or that nobody has filled it in yet."""

AND = mark("、")
"""Between the values of a list."""

LONGEST_TEXT = 500
MOST_YUAN = 10**11


class Literal(str):
    """A TOML float as it was written: read from its digits, so that no binary float comes near a figure."""


class Mismatch(ValueError):
    """A value is not of its kind. `inside` says which entry of it is wrong, what stands there, and what is wanted."""

    def __init__(self, *inside: tuple[str, object, Text]) -> None:
        self.inside = inside
        super().__init__()


@dataclass(frozen=True)
class Kind:
    """A kind of value: what is wanted, in words; how it is read from TOML, written to JSON and shown to people.

    `schema` is its JSON Schema, `example` a value as a file writes it, `words` what each word of a closed list means.
    """

    wanted: Text
    read: Callable[[object], Any]
    write: Callable[[Any], Any]
    show: Callable[[Any], str]
    schema: Mapping[str, Any]
    example: str
    words: Mapping[str, str] = field(default_factory=dict)


def plain(value: Fraction) -> str:
    """A number that is not negative in its shortest exact form: "0.5", "20", "2/3"."""
    for places in range(10):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = str(scaled.numerator).rjust(places + 1, "0")
            return f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"{value.numerator}/{value.denominator}"


def percent(value: Fraction) -> str:
    """A ratio as people read it: "50%", or "2/3" where percent would not come out even."""
    shown = plain(value * 100)
    return plain(value) if "/" in shown else f"{shown}%"


_NUMBER = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)(%?)")
_QUOTIENT = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_CLASS = re.compile(r"[A-T](?:[0-9]{2,4})?")


def _fraction(raw: object) -> Fraction:
    """An exact number from an integer, a decimal, "12.5%" or "2/3"."""
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < 10**9:
        return Fraction(raw)
    if isinstance(raw, str):
        if found := _NUMBER.fullmatch(raw.strip()):
            return Fraction(found[1]) / (100 if found[2] else 1)
        found = _QUOTIENT.fullmatch(raw.strip())
        if found and int(found[2]):
            return Fraction(int(found[1]), int(found[2]))
    raise Mismatch


def _between(low: Fraction | int, high: Fraction | int, places: int | None = None) -> Callable[[object], Fraction]:
    """A reader of numbers from `low` to `high` with at most `places` decimals."""

    def read(raw: object) -> Fraction:
        value = _fraction(raw)
        if not low <= value <= high or (places is not None and (value * 10**places).denominator != 1):
            raise Mismatch
        return value

    return read


def _text(raw: object) -> str:
    if not isinstance(raw, str) or isinstance(raw, Literal):
        raise Mismatch
    value = raw.strip()
    if not 0 < len(value) <= LONGEST_TEXT or value == UNSET or _UNPRINTABLE.search(value):
        raise Mismatch
    return value


def _code(raw: object) -> str:
    value = _text(raw)
    if not _CODE.fullmatch(value):
        raise Mismatch
    return value


def _class(raw: object) -> str:
    value = _text(raw)
    if not _CLASS.fullmatch(value):
        raise Mismatch
    return value


def _flag(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise Mismatch
    return raw


def _day(raw: object) -> date:
    if not isinstance(raw, date) or isinstance(raw, datetime):
        raise Mismatch
    return raw


def _whole(raw: object, low: int, high: int) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or not low <= raw <= high:
        raise Mismatch
    return raw


def _money(raw: object) -> int:
    return _whole(raw, 0, MOST_YUAN) * FEN


def _caps(raw: object) -> dict[int, int]:
    """Caps by level: `{ 2 = 200000, 3 = 400000 }`."""
    if not isinstance(raw, dict) or not raw:
        raise Mismatch
    caps, wrong = {}, []
    for key, value in raw.items():
        try:
            if key not in {str(level) for level in LEVELS}:
                raise Mismatch
            caps[int(key)] = _money(value)
        except Mismatch:
            wrong.append((key, value, CAPS.wanted))
    if wrong:
        raise Mismatch(*wrong)
    return dict(sorted(caps.items()))


def _basis(raw: object) -> Basis:
    if not isinstance(raw, dict) or len(raw) != 1:
        raise Mismatch
    ((kind, ref),) = raw.items()
    if kind not in set(BasisKind):
        raise Mismatch((kind, ref, BASIS.wanted))
    return Basis(BasisKind(kind), _text(ref))


def json_yuan(fen: int) -> str:
    """元 with two decimals and nothing else, as JSON carries it: "400000.00"."""
    whole, rest = divmod(abs(fen), FEN)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def _show_yuan(fen: int) -> str:
    return tr("{yuan} 元").format(yuan=f"{fen // FEN:,}")


def _show_caps(caps: Mapping[int, int]) -> str:
    return tr(AND).join(f"{tr(LEVELS[level])} {_show_yuan(fen)}" for level, fen in caps.items())


def _points(value: int) -> str:
    return plain(Fraction(value, MILLI))


def _string(pattern: str = "") -> dict[str, Any]:
    bounds = {"pattern": f"^(?:{pattern})$"} if pattern else {"minLength": 1, "maxLength": LONGEST_TEXT}
    return {"type": "string", **bounds, "not": {"const": UNSET}}


def _numeric(low: float, high: float, *, above: bool = False) -> dict[str, Any]:
    """A number as TOML has it, or a string that says one."""
    least = "exclusiveMinimum" if above else "minimum"
    return {
        "anyOf": [
            {"type": "number", least: low, "maximum": high},
            {"type": "string", "pattern": rf"^\s*(?:{_NUMBER.pattern}|{_QUOTIENT.pattern})\s*$"},
        ]
    }


def _percent(raw: object) -> Fraction:
    """A number of per cent: 30, "30" and "30%" are the same."""
    value = _fraction(raw.strip().removesuffix("%") if isinstance(raw, str) else raw)
    if not 0 < value <= 1000:
        raise Mismatch
    return value


_MONEY_SCHEMA = {"type": "integer", "minimum": 0, "maximum": MOST_YUAN}

TEXT = Kind(T("不超过{most}字的一行文字", most=LONGEST_TEXT), _text, str, str, _string(), '"名称"')
CODE = Kind(T("字母、数字、“-”和“_”组成的代码，不超过40个字符"), _code, str, str, _string(_CODE.pattern), '"code"')
CLASS = Kind(
    T("GB/T 4754 的代码，门类字母在前，如 C、C26 或 C2614"), _class, str, str, _string(_CLASS.pattern), '"C26"'
)
FLAG = Kind(
    T("true 或 false"), _flag, bool, lambda value: tr("是") if value else tr("否"), {"type": "boolean"}, "false"
)
DAY = Kind(
    T("日期，如 2024-05-12（不加引号）"),
    _day,
    date.isoformat,
    date.isoformat,
    {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    "2024-05-12",
)
MONEY = Kind(T("不小于 0 的整数元，如 200000（不加引号）"), _money, json_yuan, _show_yuan, _MONEY_SCHEMA, "200000")
RATIO = Kind(T('0 至 1 之间的比例，如 "50%"、"0.5" 或 "2/3"'), _between(0, 1), plain, percent, _numeric(0, 1), '"50%"')
NUMBER = Kind(T('不小于 0 的数，如 "20" 或 "0.5"'), _between(0, 10**6, 6), plain, plain, _numeric(0, 10**6), '"20"')
PERCENT = Kind(
    T('大于 0 的百分数，如 "30" 或 "30%"'), _percent, plain, lambda value: f"{plain(value)}%", _numeric(0, 1000), '"30"'
)
WEIGHT = Kind(
    T('大于 0、至多三位小数的权重，如 "1.6"'),
    _between(Fraction(1, MILLI), 1000, 3),
    plain,
    plain,
    _numeric(0, 1000, above=True),
    '"1.6"',
)
POINTS = Kind(
    T('大于 0、至多三位小数的分值，如 30 或 "0.5"'),
    lambda raw: int(_between(Fraction(1, MILLI), 10_000, 3)(raw) * MILLI),
    _points,
    _points,
    _numeric(0, 10_000, above=True),
    "100",
)
CAPS = Kind(
    T("按等级（1 至 4）写明的上限，整数元，如 {example}", example="{ 2 = 200000, 3 = 400000 }"),
    _caps,
    lambda caps: {str(level): json_yuan(fen) for level, fen in caps.items()},
    _show_caps,
    {
        "type": "object",
        "properties": {str(level): _MONEY_SCHEMA for level in LEVELS},
        "additionalProperties": False,
        "minProperties": 1,
    },
    "{ 2 = 200000, 3 = 400000, 4 = 500000 }",
)
BASIS = Kind(
    T(
        "一条依据：{article}、{law} 或 {committee}",
        article='{ article = "第七条（一）" }',
        law='{ law = "民法典第二百零一条" }',
        committee='{ committee = "评审会议事规则" }',
    ),
    _basis,
    lambda basis: {basis.kind.value: basis.ref},
    str,
    {
        "type": "object",
        "properties": {kind.value: _string() for kind in BasisKind},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    },
    '{ article = "第七条（一）" }',
)


def count(low: int, high: int) -> Kind:
    """Whole numbers from `low` to `high`."""
    return Kind(
        T("{low} 至 {high} 的整数", low=low, high=high),
        lambda raw: _whole(raw, low, high),
        int,
        str,
        {"type": "integer", "minimum": low, "maximum": high},
        str(low),
    )


def choice(labels: Mapping[str, str], values: Mapping[str, Any] | None = None) -> Kind:
    """One word of a closed list. `labels` are message ids by word, `values` what a word means if not itself."""
    meanings = values or {word: word for word in labels}
    words = {meaning: word for word, meaning in meanings.items()}

    def read(raw: object) -> Any:
        if not isinstance(raw, str) or raw not in meanings:
            raise Mismatch
        return meanings[raw]

    return Kind(
        T("其中之一：{words}", words="、".join(labels)),
        read,
        words.__getitem__,
        lambda value: tr(labels[words[value]]),
        {"enum": list(labels)},
        f'"{next(iter(labels))}"',
        labels,
    )


NONE = mark("无")


def several(kind: Kind, least: int = 0, between: str = AND) -> Kind:
    """A list of at least `least` values of a kind, none of them twice; shown with `between` between them."""

    def read(raw: object) -> tuple[Any, ...]:
        if not isinstance(raw, list):
            raise Mismatch
        values, wrong = [], []
        for number, entry in enumerate(raw, 1):
            try:
                value = kind.read(entry)
                if value in values:
                    raise Mismatch
                values.append(value)
            except Mismatch:
                wrong.append((str(number), entry, T("不重复的{wanted}", wanted=kind.wanted)))
        if wrong or len(values) < least:
            raise Mismatch(*wrong)
        return tuple(values)

    return Kind(
        T("方括号中的若干项，每项为{wanted}", wanted=kind.wanted),
        read,
        lambda values: [kind.write(value) for value in values],
        lambda values: tr(between).join(kind.show(value) for value in values) or tr(NONE),
        {"type": "array", "items": kind.schema, "minItems": least, "uniqueItems": True},
        f"[{kind.example}]",
        kind.words,
    )
