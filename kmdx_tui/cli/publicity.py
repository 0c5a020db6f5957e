"""The notice, and the objections to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from kmdx_tui.cli import as_json, results_json
from kmdx_tui.cli.family import Family
from kmdx_tui.cli.marks import No
from kmdx_tui.cli.meeting import MeetingId, Reason
from kmdx_tui.cli.reading import day, one_of, whole, words, yuan
from kmdx_tui.cli.shell import Shell, here
from kmdx_tui.cli.show import Table, derivation_parts, figure, money
from models.enums import REVEALED, ObjectionOutcome, label
from models.errors import Refused, WrongUse
from models.queries import publicity as query
from models.queries.base import Office
from models.queries.door import door
from models.services import publicity as service
from models.text import T, Text, mark, tr
from models.views.listing import ClockView, NoticeView, ObjectionView
from models.views.people import Actor

commands = Family()
_publicity = commands.family("publicity", mark("公示"))
_objection = commands.family("objection", mark("异议"))

ANONYMOUS = ("anonymous", "匿名")

Explain = Annotated[bool, typer.Option("--explain", help=mark("逐日说明期限怎样计算"))]

Which = Annotated[
    list[str], typer.Argument(metavar="[MEETING] N", help=mark("评审会（只有一个评审会有此号时可不写）和异议的号数"))
]


@_publicity.add("open", mark("发布公示：对所有尚未公示的拟入选项目"))
def publicity_open(
    context: typer.Context,
    meeting: MeetingId,
    opens: Annotated[date, typer.Option("--from", parser=day, metavar="DATE", help=mark("公示首日"))],
    place: Annotated[str, typer.Option("--at", metavar="PLACE|URL", help=mark("公示的地点或网址"))],
    days: Annotated[
        int | None, typer.Option("--days", parser=whole, metavar="N", help=mark("工作日数，不少于办法规定"))
    ] = None,
) -> None:
    """Record a notice."""
    shell = here(context)
    actor = shell.sign_in()
    version = service.open_publicity(shell.office, actor, meeting, opens, place, days)
    made = next(one for one in query.notices(shell.office, actor, meeting) if one.version == version)
    shell.tell({"meeting": meeting, **results_json.notice(made)}, *_notice_parts(made))


@_publicity.add("show", mark("显示公示及其每一天：计入的、不计入的和原因"))
def publicity_show(context: typer.Context, meeting: MeetingId, explain: Explain = False) -> None:
    """Show the newest notice, and all of them; how the newest one's period was counted."""
    shell = here(context)
    actor = shell.sign_in()
    found = query.notices(shell.office, actor, meeting)
    if not found:
        raise Refused("no_notice", T("{meeting} 还没有公示。", meeting=meeting))
    document: dict[str, Any] = {
        "meeting": meeting,
        **results_json.notice(found[-1]),
        "notices": [results_json.notice(one) for one in found],
    }
    parts = [part for one in found for part in _notice_parts(one)]
    if explain:
        derivation = query.explain_notice(shell.office, actor, meeting, found[-1].version)
        document["derivation"] = as_json.derivation(derivation)
        parts += ["", *derivation_parts(derivation)]
    shell.tell(document, *parts)


def _notice_parts(view: NoticeView) -> Iterable[Text | Table | str]:
    yield T(
        "第 {version} 版公示：{opens} 至 {closes}，{days} 个工作日，{place}",
        version=view.version,
        opens=view.opens,
        closes=view.closes,
        days=view.working_days,
        place=view.place,
    )
    ends = T("该年放假安排未知") if view.other_closes is None else view.other_closes
    other = T("如首日计入，则至 {day}", day=ends)
    if view.first_day_counts:
        other = T("如首日不计入，则至 {day}", day=ends)
    yield str(other)
    days = [(one.day.isoformat(), figure(one.number), "" if one.why is None else str(one.why)) for one in view.days]
    yield Table((mark("日期"), mark("第几个工作日"), mark("说明")), days, frozenset({1}))
    items = [
        (one.no, one.enterprise, one.district, money(one.amount_fen), tr("有异议") if one.held else "")
        for one in view.items
    ]
    headings = (mark("申报编号"), mark("企业名称"), mark("县区"), mark("预计补助（元）"), mark("说明"))
    yield Table(headings, items, frozenset({3}))
    yield str(T("公示期已满。") if view.over else T("公示期未满。"))
    yield str(T("审计链第 {seq} 条：{head}", seq=view.entry, head=view.head))


@_objection.add("add", mark("登记异议"))
def objection_add(
    context: typer.Context,
    meeting: MeetingId,
    no: No,
    grounds: Annotated[str, typer.Option("--grounds", metavar="TEXT", help=mark("事实和理由"))],
    objector: Annotated[
        str, typer.Option("--from", metavar="NAME|anonymous", help=mark("异议人，或 anonymous（匿名）"))
    ],
    contact: Annotated[str, typer.Option("--contact", metavar="TEXT", help=mark("联系方式"))] = "",
    evidence: Annotated[
        list[Path] | None, typer.Option("--evidence", metavar="FILE…", help=mark("证据文件，记录其摘要"))
    ] = None,
) -> None:
    """Record an objection."""
    shell = here(context)
    actor = shell.sign_in()
    number = service.add_objection(
        shell.office,
        actor,
        meeting,
        no,
        grounds,
        objector=None if objector.strip().casefold() in ANONYMOUS else objector,
        contact=contact,
        evidence=evidence or (),
    )
    _tell_one(shell, actor, meeting, number)


@_objection.add("accept", mark("受理异议"))
def objection_accept(context: typer.Context, which: Which) -> None:
    """Take an objection."""
    shell = here(context)
    actor, meeting, number = _find(shell, which)
    service.accept_objection(shell.office, actor, meeting, number)
    _tell_one(shell, actor, meeting, number)


@_objection.add("dismiss", mark("不予受理，须写明理由"))
def objection_dismiss(context: typer.Context, which: Which, reason: Reason) -> None:
    """Do not take an objection."""
    _close(here(context), which, reason, service.dismiss_objection)


@_objection.add("withdraw", mark("登记异议人撤回"))
def objection_withdraw(context: typer.Context, which: Which, reason: Reason) -> None:
    """Record that the objector withdrew."""
    _close(here(context), which, reason, service.withdraw_objection)


@_objection.add("refer", mark("移送纪检等部门"))
def objection_refer(context: typer.Context, which: Which, reason: Reason) -> None:
    """Hand an objection on."""
    _close(here(context), which, reason, service.refer_objection)


def _close(
    shell: Shell, which: Sequence[str], reason: str, act: Callable[[Office, Actor, str, int, str], None]
) -> None:
    actor, meeting, number = _find(shell, which)
    act(shell.office, actor, meeting, number, reason)
    _tell_one(shell, actor, meeting, number)


@_objection.add("decide", mark("决定已受理的异议"))
def objection_decide(
    context: typer.Context,
    which: Which,
    outcome: Annotated[
        ObjectionOutcome,
        typer.Option(
            "--outcome", parser=one_of(ObjectionOutcome), metavar=words(ObjectionOutcome), help=mark("成立与否")
        ),
    ],
    finding: Annotated[str, typer.Option("--finding", metavar="TEXT", help=mark("调查结论"))],
    amount: Annotated[
        int | None, typer.Option("--amount", parser=yuan, metavar="YUAN", help=mark("部分成立时改定的金额，元"))
    ] = None,
) -> None:
    """Decide an objection."""
    shell = here(context)
    actor, meeting, number = _find(shell, which)
    service.decide_objection(shell.office, actor, meeting, number, outcome, finding, amount)
    _tell_one(shell, actor, meeting, number)


@_objection.add("list", mark("列出异议"))
def objection_list(
    context: typer.Context,
    meeting: Annotated[str | None, typer.Argument(metavar="MEETING", help=mark("评审会编号；不写则全部"))] = None,
    explain: Explain = False,
) -> None:
    """List objections; how the time for accepting or deciding each is counted."""
    shell = here(context)
    actor = shell.sign_in()
    found = [
        (where, one)
        for where in _meetings(shell, actor, meeting)
        for one in query.objections(shell.office, actor, where)
    ]
    headings = (
        *(mark("评审会"), mark("号"), mark("申报编号"), mark("企业名称"), mark("状态"), mark("时限"), mark("异议人")),
        *(mark("事实和理由"), mark("结论")),
    )
    document = [{"meeting": where, **results_json.objection(one)} for where, one in found]
    parts: list[Text | Table | str] = [Table(headings, [(where, *_row(one)) for where, one in found], frozenset({1}))]
    if explain:
        for (where, one), line in zip(found, document, strict=True):
            known = one.clock is not None and one.clock.due is not None
            derivation = query.explain_clock(shell.office, actor, where, one.number) if known else None
            line["derivation"] = as_json.derivation(derivation)
            parts += ["", *derivation_parts(derivation)] if derivation is not None else []
    shell.tell({"objections": document}, *parts)


def _meetings(shell: Shell, actor: Actor, meeting: str | None) -> list[str]:
    """The meetings whose objections are asked for: the one that is named, the seat's own, or all after the reveal."""
    named = meeting or actor.meeting
    return [named] if named else [one.id for one in door(shell.office).meetings if one.phase in REVEALED]


def _find(shell: Shell, which: Sequence[str]) -> tuple[Actor, str, int]:
    """Whose objection is meant: `MEETING N`, or `N` alone where only one meeting has an objection of that number."""
    if len(which) > 2:
        raise WrongUse("bad_words", T("请写评审会和异议的号数。"))
    number = whole(which[-1])
    actor = shell.sign_in()
    if len(which) == 2:
        return actor, which[0], number
    having = [
        where
        for where in _meetings(shell, actor, None)
        if number in (one.number for one in query.objections(shell.office, actor, where))
    ]
    if not having:
        raise WrongUse("unknown_objection", T("没有第 {number} 号异议。", number=number))
    if len(having) > 1:
        meetings = "、".join(having)
        raise WrongUse(
            "which_meeting",
            T("几个评审会都有第 {number} 号异议，请写明：{meetings}。", number=number, meetings=meetings),
        )
    return actor, having[0], number


def _tell_one(shell: Shell, actor: Actor, meeting: str, number: int) -> None:
    found = next(one for one in query.objections(shell.office, actor, meeting) if one.number == number)
    state = label(found.state) + (f"（{label(found.outcome)}）" if found.outcome is not None else "")
    notes = []
    if not found.on_notice:
        notes.append(T("该项目不在公示名单上：不影响任何项目。"))
    elif not found.in_period:
        notes.append(T("不在公示期内：不影响该项目定稿。"))
    if found.accept_by is not None:
        notes.append(T("最迟 {day} 决定是否受理。", day=found.accept_by))
    if found.decide_by is not None:
        notes.append(T("最迟 {day} 作出决定。", day=found.decide_by))
    if found.clock is not None and found.clock.unknown is not None:
        notes.append(found.clock.unknown)
    shell.tell(
        {"meeting": meeting, **results_json.objection(found)},
        T("第 {number} 号异议（{no}）：{state}", number=number, no=found.no, state=state),
        *notes,
    )


def _row(one: ObjectionView) -> tuple[str, ...]:
    state = label(one.state) + (f"（{label(one.outcome)}）" if one.outcome is not None else "")
    who = tr("匿名") if one.anonymous else figure(one.objector)
    return (str(one.number), one.no, one.enterprise, state, _clock(one.clock), who, one.grounds, figure(one.finding))


def _clock(clock: ClockView | None) -> str:
    """How far the time for accepting or deciding is, and its last day."""
    if clock is None:
        return ""
    what = T("决定") if clock.deciding else T("受理")
    if clock.due is None:
        return str(T("{what} {days} 工作日，{unknown}", what=what, days=clock.days, unknown=clock.unknown))
    if clock.overdue:
        return str(T("{what}逾期，应不迟于 {day}", what=what, day=clock.due))
    return str(T("{what} {gone}/{days} 工作日，至 {day}", what=what, gone=clock.gone, days=clock.days, day=clock.due))
