"""What the questions of the publicity screen ask, and how their answers are read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from models.enums import ObjectionOutcome
from models.errors import WrongUse
from models.rules.money import parse_wan
from models.text import T, Text, mark
from screens.dialogs.ask import Field
from screens.meeting_screen import day_words

if TYPE_CHECKING:
    from models.views.listing import NoticeView

MOST_DAYS = 250
"""The most working days that can be typed: a year has no more."""


OUTCOMES = {
    ObjectionOutcome.UPHELD: mark("项目移出名单；由组长退回配额分配"),
    ObjectionOutcome.PARTIAL: mark("项目留在名单，可以改低金额"),
    ObjectionOutcome.REJECTED: mark("项目不动，不必重新公示"),
}
"""What each outcome of an objection does."""


class NoticeAnswer(NamedTuple):
    """A notice as typed; `days` None: the policy's number."""

    opens: date
    place: str
    days: int | None


class ObjectionAnswer(NamedTuple):
    """An objection as typed; `objector` None: anonymous."""

    grounds: str
    objector: str | None
    contact: str
    evidence: tuple[Path, ...]


class DecisionAnswer(NamedTuple):
    """A decision as typed; `amount_fen` None: the amount stays."""

    finding: str
    amount_fen: int | None


def notice_fields(today: date, place: str) -> list[Field]:
    """First day, place and length of a notice."""
    return [
        Field("opens", str(T("首日")), today.isoformat(), str(T("例如 2026-03-13")), longest=10),
        Field("place", str(T("网址或地点")), place, str(T("公示登在哪里"))),
        Field("days", str(T("工作日数")), "", str(T("留空：按办法规定的天数")), longest=3),
    ]


def read_notice(answers: Mapping[str, str]) -> NoticeAnswer:
    """A notice from the answers. Raises `WrongUse`."""
    opens = read_day(answers["opens"])
    if not answers["place"]:
        raise WrongUse("no_place", T("请写明公示的网址或地点。"))
    return NoticeAnswer(opens, answers["place"], _days(answers["days"]))


def read_day(text: str) -> date:
    """A day as typed, full-width digits, slashes and points too. Raises `WrongUse`."""
    plain = re.sub(r"[/.。年月]", "-", unicodedata.normalize("NFKC", text)).strip("日 ")
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", plain)
    try:
        if found is not None:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise WrongUse("not_a_day", T("“{text}”不是日期，应写成 2026-03-13 这样。", text=text))


def _days(text: str) -> int | None:
    plain = unicodedata.normalize("NFKC", text)
    if not plain:
        return None
    if not plain.isascii() or not plain.isdecimal() or not 1 <= int(plain) <= MOST_DAYS:
        raise WrongUse("not_days", T("“{text}”不是 1 到 {most} 的天数。", text=text, most=MOST_DAYS))
    return int(plain)


def notice_changes(notice: NoticeView) -> list[Text]:
    """What publishing does, for asking once."""
    skipped = list(dict.fromkeys(str(day.why) for day in notice.days if day.number is None))
    lines = [
        T("第 {version} 版公示，名单上 {count} 个项目。", version=notice.version, count=len(notice.items)),
        T(
            "{opens}起，{closes} 24 时止，{days} 个工作日。",
            opens=day_words(notice.opens),
            closes=day_words(notice.closes),
            days=notice.working_days,
        ),
    ]
    if skipped:
        lines.append(T("其间不计：{days}。", days="、".join(skipped)))
    return [*lines, T("登记以后不能撤回；名单有变，只能另出一版。")]


def objection_fields(*, files: bool) -> list[Field]:
    """What is recorded of an objection; `files`: its papers lie at hand and can be named."""
    fields = [
        Field("grounds", str(T("事实和理由")), longest=2000),
        Field("objector", str(T("异议人")), hint=str(T("单位或姓名；匿名的写“匿名”"))),
        Field("contact", str(T("联系方式")), hint=str(T("电话或地址；可以不填"))),
        Field("evidence", str(T("证据文件")), hint=str(T("可以不填；几个文件用分号隔开")), longest=2000),
    ]
    return fields if files else fields[:-1]


def read_objection(answers: Mapping[str, str]) -> ObjectionAnswer:
    """An objection from the answers. Raises `WrongUse`."""
    if not answers["grounds"]:
        raise WrongUse("no_grounds", T("请写明异议的事实和理由。"))
    if not answers["objector"]:
        raise WrongUse("no_objector", T("请写明异议人；匿名的写“匿名”。"))
    named = re.split("[;；\n]", answers.get("evidence", ""))
    paths = [Path(part.strip()).expanduser() for part in named if part.strip()]
    for path in paths:
        if not path.is_file():
            raise WrongUse("no_file", T("找不到证据文件 {path}。", path=path))
    anonymous = answers["objector"] in ("匿名", str(T("匿名")))
    return ObjectionAnswer(
        answers["grounds"], None if anonymous else answers["objector"], answers["contact"], tuple(paths)
    )


def decision_fields(outcome: ObjectionOutcome) -> list[Field]:
    """What a decision says; an amount only where an objection is upheld in part."""
    finding = Field("finding", str(T("调查结论")), longest=2000)
    if outcome is not ObjectionOutcome.PARTIAL:
        return [finding]
    return [finding, Field("amount", str(T("改定金额（万元）")), hint=str(T("留空：金额不变")), longest=20)]


def read_decision(answers: Mapping[str, str]) -> DecisionAnswer:
    """A decision from the answers. Raises `WrongUse`, or what `parse_wan` raises."""
    if not answers["finding"]:
        raise WrongUse("no_finding", T("请写明调查结论。"))
    amount = answers.get("amount", "")
    return DecisionAnswer(answers["finding"], parse_wan(amount) if amount else None)
