"""The columns of a roster under one policy: what each wants, how it is read, and how its value is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from operator import mul
from typing import Protocol

from models.documents.cells import WAN, Column, Unfit, Value, choice, fold, half_width, read_line, read_text, read_wan
from models.enums import LEVELS, Size
from models.policy.types import Named, Policy
from models.rules.money import format_wan
from models.text import T, Text, mark

INVESTMENTS = ("software", "cloud", "equipment", "other")
"""Columns of planned spending, one a kind."""

FREE = frozenset({"contact", "phone", "remark"})
"""What still changes once the application's meeting has left preparing."""

_SIZES = {
    Size.LARGE: ("大", "大型", "大型企业"),
    Size.MEDIUM: ("中", "中型", "中型企业"),
    Size.SMALL: ("小", "小型", "小型企业"),
    Size.MICRO: ("微", "微型", "微型企业"),
}
_YES = ("是", "yes", "√")
_NO = ("否", "no", "×")


class _Named(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


def roster_columns(policy: Policy) -> tuple[Column, ...]:
    """All columns of a roster, in the order of the template."""
    return (
        Column("no", mark("申报编号"), _NUMBER, _read_number, blank=True, empty="", required=False),
        Column("enterprise", mark("企业名称"), T("企业名称"), read_line, width=32),
        Column(
            "uscc", mark("统一社会信用代码"), T("18 位统一社会信用代码，校验码正确"), half_width(_read_uscc), width=24
        ),
        _one_of("size", mark("企业规模"), T("大、中、小、微"), _size_words(), _size_names()),
        _named("district", mark("县区"), T("办法所列县区的名称或代码"), policy.districts),
        _industry(policy.industries),
        _named("track", mark("支持方向"), T("办法所列支持方向的名称或代码"), policy.tracks),
        _text("summary", mark("改造内容摘要"), T("专家所看的改造内容"), width=40),
        _text("materials", mark("申报材料"), T("文件名、文件夹或卷宗号"), width=20),
        _wan("software", mark("软件")),
        _wan("cloud", mark("云服务")),
        _wan("equipment", mark("数据采集传输设备")),
        _wan("other", mark("其他投入")),
        _level("current_level", mark("当前等级")),
        _level("target_level", mark("目标等级")),
        Column("completion_year", mark("完成年份"), _YEAR, half_width(_read_year), required=False, blank=True),
        _wan("prior_support", mark("已获专项资金")),
        _wan("prior_investment", mark("以往数字化投入")),
        _yes_no("central_support", mark("已获中央小巨人资金")),
        _yes_no("pilot_2022", mark("2022年改造试点")),
        _yes_no("dishonest", mark("近三年严重失信")),
        _text("other_exclusion", mark("其他违规情形"), T("情形；没有则留空"), required=True, width=20),
        _answer("recommendation", mark("推荐意见"), "推荐", "不推荐", T("推荐或不推荐；未出具则留空")),
        _line("filing_no", mark("备案号")),
        _answer("preliminary", mark("初核结果"), "通过", "不通过", T("通过或不通过；未初核则留空")),
        _line("contact", mark("联系人")),
        _line("phone", mark("联系电话")),
        _text("remark", mark("备注"), T("任意文字"), width=24),
    )


_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUES = {character: value for value, character in enumerate(_USCC)}
_USCC_WEIGHTS = tuple(3**place % 31 for place in range(17))
_PLAIN_USCC = re.compile(f"[0-9]{{8}}[{_USCC}]{{10}}")


def is_plain_uscc(text: str) -> bool:
    """Whether a text is a unified social credit code exactly as GB 32100 writes it, check character included.

    The short way for rosters of thousands of codes; whatever fails here is for python-stdnum to normalise or refuse.
    """
    if not _PLAIN_USCC.fullmatch(text):
        return False
    values = [_USCC_VALUES[character] for character in text]
    total: int = sum(map(mul, values, _USCC_WEIGHTS)) + values[17]
    return total % 31 == 0


_NUMBER = T("编号，不含 / 和 : ；留空由系统编号")


def _read_number(text: str) -> Value:
    """A number stands in commands and records with others, parted from them by these two signs."""
    if "/" in text or ":" in text:
        raise Unfit(_NUMBER)
    return read_line(text)


def _read_uscc(text: str) -> Value:
    from stdnum.cn import uscc
    from stdnum.exceptions import InvalidChecksum, ValidationError

    if is_plain_uscc(text):
        return text
    try:
        return str(uscc.validate("".join(text.split())))
    except InvalidChecksum:
        raise Unfit(T("校验码正确的统一社会信用代码（请核对每一位）")) from None
    except ValidationError:
        raise Unfit(T("18 位统一社会信用代码（GB 32100，不含字母 I、O、S、V、Z）")) from None


_YEAR = T("项目完成的年份，2000 至 2099；可留空")


def _read_year(text: str) -> Value:
    if not re.fullmatch("20[0-9]{2}年?", text):
        raise Unfit(_YEAR)
    return int(text.removesuffix("年"))


def _one_of(
    key: str, heading: str, wanted: Text, words: Mapping[str, Value], names: Mapping[Value, str], *, blank: bool = False
) -> Column:
    """A column that takes one of some words; `names` are the words a template offers and a value is written with."""

    def write(value: Value) -> str:
        return names.get(value, str(value))

    offered = tuple(names.values())
    return Column(key, heading, wanted, choice(words, wanted), write, required=not blank, blank=blank, choices=offered)


def _named(key: str, heading: str, wanted: Text, entries: Iterable[_Named]) -> Column:
    entries = tuple(entries)
    return _one_of(key, heading, wanted, _words(entries), {entry.code: entry.name for entry in entries})


def _words(entries: Iterable[_Named]) -> dict[str, Value]:
    words: dict[str, Value] = {}
    for entry in entries:
        for word in (entry.code, entry.name, *entry.aliases):
            words.setdefault(word, entry.code)
    return words


_CLASS = re.compile("([A-T]?)([0-9]{2,4})")


def _industry(industries: tuple[Named, ...]) -> Column:
    """An industry by a word of the measure, or by a class of GB/T 4754 within one that the measure lists."""
    column = _named("industry", mark("行业"), T("办法所列行业的名称或代码"), industries)
    if not any(one.classes for one in industries):
        return column
    wanted = T("办法所列行业的名称或代码，或其国民经济行业代码（GB/T 4754）")
    by_word = choice(_words(industries), wanted)

    def read(text: str) -> Value:
        try:
            return by_word(text)
        except Unfit:
            code = _class_of(text, industries)
            if code is None:
                raise
            return code

    return replace(column, wanted=wanted, read=read)


def _class_of(text: str, industries: Iterable[Named]) -> str | None:
    """Whose class this is, or lies in; without the letter of its section it is known from the division on."""
    found = _CLASS.fullmatch(fold(text).upper())
    if found is None:
        return None
    for one in industries:
        for kept in one.classes:
            if found[0].startswith(kept) or (not found[1] and len(kept) > 1 and found[0].startswith(kept[1:])):
                return one.code
    return None


def _size_words() -> dict[str, Value]:
    return {word: size.value for size, words in _SIZES.items() for word in (*words, size.value)}


def _size_names() -> dict[Value, str]:
    return {size.value: words[0] for size, words in _SIZES.items()}


def _yes_no(key: str, heading: str) -> Column:
    words: dict[str, Value] = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
    return _one_of(key, heading, T("是或否，不能留空：须经查核"), words, {True: _YES[0], False: _NO[0]})


def _answer(key: str, heading: str, yes: str, no: str, wanted: Text) -> Column:
    return _one_of(key, heading, wanted, {yes: True, no: False}, {True: yes, False: no}, blank=True)


def _level(key: str, heading: str) -> Column:
    words: dict[str, Value] = {word: level for level, name in LEVELS.items() for word in (name, str(level))}
    column = _one_of(key, heading, T("一级至四级，或 1 至 4；可留空"), words, dict(LEVELS.items()), blank=True)
    return replace(column, read=half_width(column.read))


def _wan(key: str, heading: str) -> Column:
    def write(value: Value) -> str:
        assert isinstance(value, int)
        return format_wan(value)

    return Column(key, heading, T("{amount}；没有请填 0", amount=WAN), half_width(read_wan), write, number=True)


def _line(key: str, heading: str) -> Column:
    return Column(key, heading, T("一行文字，可留空"), read_line, blank=True, empty="", required=False)


def _text(key: str, heading: str, wanted: Text, *, required: bool = False, width: int = 14) -> Column:
    return Column(key, heading, wanted, read_text, required=required, blank=True, empty="", width=width)
