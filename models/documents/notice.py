"""The notice of publicity: what the public is told of a list, and how to object to it.

The template (`templates/notice.docx`) holds the sentences; this module gives them their values. What nobody recorded
(office, telephones, address) is left blank, to be filled in by hand. No score, no rank, nothing of objections.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from models.documents.word_files import as_markdown, fill_template
from models.documents.wording import day, moment, month_day, yuan
from models.enums import Kind, ListKind, chinese
from models.policy.types import Basis, BasisKind, ObjectionRule
from models.rules.times import local_time
from models.text import Text
from models.views.listing import DayView, NoticeView, PublishedItem
from models.views.notice import NoticePaper

Values = dict[str, Any]

BLANK = "_" * 24
"""A line to write on by hand."""

_OF_A_FUND = re.compile(r"(使用管理|管理|实施)?(暂行|试行)?(办法|细则|规定)(（[^（）]*）)?$")
"""What the title of a measure has after the name of its fund."""

_AS_IT_IS = "{basis}"
"""No sentence to be translated, only a way to put a basis into Chinese."""


def notice_docx(view: NoticePaper) -> bytes:
    """The notice as .docx. The same notice gives the same bytes, whatever happened since."""
    values = notice_values(view)
    with files("models.documents").joinpath("templates/notice.docx").open("rb") as template:
        return fill_template(
            template,
            values,
            title=values["title"].replace("\n", ""),
            author="、".join(view.issuers),
            made_at=local_time(view.mark.at),
        )


def notice_markdown(view: NoticePaper) -> str:
    """The notice as Markdown: the words of the .docx without its layout."""
    return as_markdown(notice_docx(view))


def notice_values(view: NoticePaper) -> Values:
    """Every name the template may use, filled: strings, numbers, and lists of mappings of them."""
    meeting, notice = view.meeting, view.notice
    subject = f"拟定{chinese(ListKind(meeting.kind.value))}"
    paid = any(one.amount_fen is not None for one in notice.items)
    return {
        "title": f"{_fund(view)}\n{notice.opens.year}年{meeting.track_name}{subject}公示",
        "batch": meeting.batch,
        "track": meeting.track_name,
        "basis": _basis(view),
        "procedure": "、".join(_procedure(view)),
        "subject": subject,
        "estimated": paid and meeting.kind is Kind.SELECTION,
        **period(notice),
        "first_basis": _whose(view.publicity.first_day_basis),
        "counted": "、".join(_told(one) for one in notice.days if one.number is not None),
        **_objecting(view.objections),
        "office": BLANK,
        "phone": BLANK,
        "address": BLANK,
        "supervision": BLANK,
        "annex": f"{meeting.track_name}{subject}",
        "paid": paid,
        "amount_head": "预计补助（元）" if meeting.kind is Kind.SELECTION else "拟奖补金额（元）",
        **_items(view),
        "issuer": "\n".join(view.issuers) or BLANK,
        "date": day(notice.opens),
        "recorded": moment(notice.recorded_at),
        "seq": view.mark.seq,
        "hash": view.mark.hash,
    }


def period(notice: NoticeView) -> Values:
    """The values of a template about a notice's version, place and days."""
    return {
        "version": notice.version,
        "count": len(notice.items),
        "place": notice.place,
        "opens": day(notice.opens),
        "closes": day(notice.closes),
        "days": notice.working_days,
        "first": "首日计入" if notice.first_day_counts else "首日不计入",
        "counted": "、".join(month_day(one.day) for one in notice.days if one.number is not None),
        "skipped": "、".join(_told(one) for one in notice.days if one.number is None),
    }


def _told(one: DayView) -> str:
    """A day with why it does not count, or is worked unexpectedly."""
    return month_day(one.day) if one.why is None else f"{month_day(one.day)}（{one.why.chinese()}）"


def _fund(view: NoticePaper) -> str:
    """The fund by the title of its measure; where that does not tell it, by the city."""
    fund, found = _OF_A_FUND.subn("", view.meeting.policy_title.strip())
    return fund if found and fund else f"{view.city}中小企业数字化转型"


def _basis(view: NoticePaper) -> str:
    """Measure, document and article; a rule that is not the measure's is not passed off as its."""
    measure = f"根据《{view.meeting.policy_title}》（{view.meeting.policy_document}）"
    rule = view.publicity
    if rule.basis.kind is BasisKind.ARTICLE:
        return f"{measure}{rule.basis.short}，公示期不少于 {rule.days} 个工作日。"
    return f"{measure}，公示期不少于 {rule.days} 个工作日（{_whose(rule.basis)}）。"


def _whose(basis: Basis) -> str:
    return Text(_AS_IT_IS, {"basis": basis}).chinese()


def _procedure(view: NoticePaper) -> Sequence[str]:
    """The steps that an application of this measure has taken."""
    return (
        "企业申报",
        *(("县区推荐",) if view.admission.recommendation is not None else ()),
        *(("备案和初核",) if view.admission.filing is not None else ()),
        "资格复核",
        "专家独立评分",
        "评审组合议",
        "配额分配",
    )


def _objecting(rule: ObjectionRule) -> Values:
    clocks = []
    if rule.accept_days is not None:
        clocks.append(f"自登记次日起 {rule.accept_days} 个工作日内决定是否受理")
    if rule.decide_days is not None:
        clocks.append(f"自受理次日起 {rule.decide_days} 个工作日内作出决定")
    taken = "匿名提出的，须有可以查证的具体事实。" if rule.anonymous else "匿名提出的，不予受理。"
    return {
        "anonymous": taken,
        "clocks": f"{'，'.join(clocks)}。" if clocks else "",
        "objection_basis": _whose(rule.basis),
    }


def _items(view: NoticePaper) -> Values:
    """The list in the notice's own order, by district; in a later version what is new in it and what it replaces."""
    before = {one.no: (notice.version, one) for notice in view.earlier for one in notice.items}
    changed = [one.no for one in view.notice.items if one.no in before]
    versions = sorted({before[no][0] for no in changed})
    return {
        "items": [
            {
                "number": number,
                "no": one.no,
                "enterprise": one.enterprise,
                "district": one.district,
                "track": view.meeting.track_name,
                "amount": yuan(one.amount_fen),
                "note": _note(before.get(one.no)),
            }
            for number, one in enumerate(view.notice.items, start=1)
        ],
        "earlier": "、".join(f"第 {one.version} 版（{day(one.opens)}至{day(one.closes)}）" for one in view.earlier),
        "new": len(view.notice.items) - len(changed),
        "changed": len(changed),
        "replaced": "、".join(f"第 {version} 版" for version in versions),
    }


def _note(former: tuple[int, PublishedItem] | None) -> str:
    if former is None:
        return "首次公示"
    version, one = former
    return f"第 {version} 版原为\n{yuan(one.amount_fen)}"
