"""Meetings, their phases, panels and seats."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from kmdx_tui.cli import as_json
from kmdx_tui.cli.family import Family
from kmdx_tui.cli.intake import roster_table
from kmdx_tui.cli.office import code_words
from kmdx_tui.cli.reading import one_of, several, words
from kmdx_tui.cli.shell import here
from kmdx_tui.cli.show import Table, figure
from models.enums import Kind, Origin, Phase, Role, label
from models.errors import WrongUse
from models.queries import meeting as query
from models.queries import policies
from models.queries.applications import roster
from models.queries.conflicts import conflicts as conflicts_query
from models.queries.door import door
from models.rules.times import local_time, minute_after
from models.services import attendance, phases
from models.services import meetings as service
from models.text import T, mark, tr
from models.views.meeting import MeetingView
from models.views.people import SeatView

commands = Family()
_meeting = commands.family("meeting", mark("评审会及其阶段"))
_panel = commands.family("panel", mark("评审组"))
_seat = commands.family("seat", mark("席位"))

MeetingId = Annotated[str, typer.Argument(metavar="MEETING", help=mark("评审会编号"))]
SeatName = Annotated[str, typer.Argument(metavar="NAME", help=mark("席位上的姓名"))]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help=mark("理由"))]


@_meeting.add("new", mark("建立评审会；批次和支持方向中未进其他评审会的项目都归它"))
def meeting_new(
    context: typer.Context,
    meeting: MeetingId,
    batch: Annotated[str, typer.Option("--batch", metavar="ID", help=mark("批次"))],
    track: Annotated[str, typer.Option("--track", metavar="TRACK", help=mark("支持方向：代码或名称"))],
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help=mark("名称"))],
    kind: Annotated[Kind, typer.Option("--kind", parser=one_of(Kind), metavar=words(Kind), help=mark("评审的种类"))],
) -> None:
    """Open a meeting."""
    shell = here(context)
    admitted = service.new_meeting(
        shell.office, shell.sign_in(), meeting, batch=batch, track=track, kind=kind, title=title
    )
    shell.tell(
        {"id": meeting, "phase": Phase.PREPARING, "applications": admitted},
        T("已建立评审会 {meeting}，归入 {count} 个申报项目。", meeting=meeting, count=admitted),
    )


@_meeting.add("list", mark("列出评审会（无须登录）"))
def meeting_list(context: typer.Context) -> None:
    """List the meetings, as anybody sees them at the door."""
    shell = here(context)
    found = door(shell.office).meetings
    rows = [
        (one.id, one.title, label(one.phase), one.batch, str(one.applications), str(len(one.people))) for one in found
    ]
    headings = (mark("编号"), mark("名称"), mark("阶段"), mark("批次"), mark("项目"), mark("席位"))
    shell.tell(
        {
            "meetings": [
                {
                    "id": one.id,
                    "title": one.title,
                    "phase": one.phase,
                    "batch": one.batch,
                    "applications": one.applications,
                    "seats": [{"seat": person.name, "role": person.role} for person in one.people],
                }
                for one in found
            ]
        },
        Table(headings, rows, frozenset({4, 5})),
    )


@_meeting.add("show", mark("显示评审会：阶段、席位、进度，以及进入下一阶段还差什么"))
def meeting_show(context: typer.Context, meeting: MeetingId) -> None:
    """Show a meeting."""
    shell = here(context)
    view = query.meeting(shell.office, shell.sign_in(), meeting)
    policy = policies.meeting_policy(shell.office, meeting)
    shell.tell(as_json.meeting(view, policy), *_meeting_words(view), seats_table(view.seats))


def _meeting_words(view: MeetingView) -> list[str]:
    lines = [
        str(T("{title}（{id}，{kind}）", title=view.title, id=view.id, kind=label(view.kind))),
        str(T("批次 {batch} · {track} · {policy}", batch=view.batch, track=view.track_name, policy=view.policy_title)),
        str(T("阶段：{phase}，自 {since}", phase=label(view.phase), since=_minute(view.phase_since))),
        str(T("评分表：已交 {done} 份，应交 {due} 份", done=view.done, due=view.due)),
    ]
    if view.next is not None:
        unseals = view.sealing and view.phase is Phase.SCORING
        ready = (
            T("评分表已齐，可由两位保管人揭晓：kmdx unseal {meeting}", meeting=view.id)
            if unseals
            else T("可以进入“{phase}”。", phase=label(view.next))
        )
        lines.append(str(T("进入“{phase}”还差：", phase=label(view.next)) if view.blockers else ready))
        lines += [f"  {one.text}" for one in view.blockers]
        if unseals:
            given = "、".join(label(role) for role in view.released)
            lines.append(str(T("分数已加密封存，交出密钥的保管人：{given}", given=figure(given))))
    return [*lines, ""]


def _minute(stamp: str) -> str:
    return local_time(stamp).strftime("%Y-%m-%d %H:%M")


@_meeting.add("advance", mark("进入下一阶段；缺什么就说什么"))
def meeting_advance(context: typer.Context, meeting: MeetingId) -> None:
    """Move a meeting on."""
    shell = here(context)
    phase = phases.advance(shell.office, shell.sign_in(), meeting)
    shell.tell({"id": meeting, "phase": phase}, T("{meeting} 进入“{phase}”。", meeting=meeting, phase=label(phase)))


@_meeting.add("back", mark("退回上一阶段，须写明理由"))
def meeting_back(context: typer.Context, meeting: MeetingId, reason: Reason) -> None:
    """Move a meeting back."""
    shell = here(context)
    phase = phases.back(shell.office, shell.sign_in(), meeting, reason)
    shell.tell({"id": meeting, "phase": phase}, T("{meeting} 退回“{phase}”。", meeting=meeting, phase=label(phase)))


@_meeting.add("applications", mark("列出评审会的项目，或归入、移出"))
def meeting_applications(
    context: typer.Context,
    meeting: MeetingId,
    add: Annotated[list[str] | None, typer.Option("--add", metavar="NO…", help=mark("归入这些项目"))] = None,
    drop: Annotated[list[str] | None, typer.Option("--drop", metavar="NO…", help=mark("移出这些项目"))] = None,
) -> None:
    """Take applications in or out, or list them."""
    shell = here(context)
    actor = shell.sign_in()
    taken, left = several(add or ()), several(drop or ())
    if taken or left:
        service.set_applications(shell.office, actor, meeting, add=taken, drop=left)
    found = roster(shell.office, actor, meeting=meeting)
    shell.tell(
        {
            "meeting": meeting,
            "added": taken,
            "dropped": left,
            "applications": [as_json.application(one) for one in found],
        },
        roster_table(found),
    )


@_panel.add("set", mark("编一个评审组：哪些专家评哪些项目"))
def panel_set(
    context: typer.Context,
    meeting: MeetingId,
    name: Annotated[str, typer.Argument(metavar="NAME", help=mark("评审组的名称"))],
    experts: Annotated[list[str], typer.Option("--experts", metavar="NAME…", help=mark("组内的专家"))],
    applications: Annotated[list[str], typer.Option("--applications", metavar="NO…", help=mark("该组评的项目"))],
) -> None:
    """Make a panel."""
    shell = here(context)
    members, nos = several(experts), several(applications)
    service.set_panel(shell.office, shell.sign_in(), meeting, name, experts=members, applications=nos)
    shell.tell(
        {"meeting": meeting, "panel": name, "experts": members, "applications": nos},
        T("{panel}：{experts} 人，{count} 个项目。", panel=name, experts=len(members), count=len(nos)),
    )


@_seat.add("add", mark("设席位；外部专家得到一次性验证码（只显示一次）"))
def seat_add(
    context: typer.Context,
    meeting: MeetingId,
    name: SeatName,
    role: Annotated[Role, typer.Option("--role", parser=one_of(Role), metavar=words(Role), help=mark("身份"))],
    no_marks: Annotated[bool, typer.Option("--no-marks", help=mark("不参加评分"))] = False,
    origin: Annotated[
        Origin | None, typer.Option("--from", parser=one_of(Origin), metavar=words(Origin), help=mark("来自哪里"))
    ] = None,
) -> None:
    """Seat a person."""
    shell = here(context)
    code = service.add_seat(shell.office, shell.sign_in(), meeting, name, role, marks=not no_marks, origin=origin)
    shell.tell(
        {"seat": name, "code": code},
        T("已设席位：{name}（{role}）。", name=name, role=label(role)),
        code_words(code) if code else str(T("{name}是本单位人员，用本人的密码或口令签到。", name=name)),
    )


@_seat.add("list", mark("列出席位、签到和进度"))
def seat_list(context: typer.Context, meeting: MeetingId) -> None:
    """List the seats of a meeting."""
    shell = here(context)
    view = query.meeting(shell.office, shell.sign_in(), meeting)
    shell.tell({"meeting": meeting, "seats": [as_json.seat(one) for one in view.seats]}, seats_table(view.seats))


def seats_table(seats: tuple[SeatView, ...]) -> Table:
    """Seats for people: counts of sheets, never marks."""
    rows = [
        (
            one.name,
            label(one.role),
            label(one.origin) if one.marks else tr("不评分"),
            _presence(one),
            f"{one.done}/{one.due}" if one.marks else figure(None),
            figure("、".join(one.recused)),
        )
        for one in seats
    ]
    return Table((mark("席位"), mark("身份"), mark("来自"), mark("签到"), mark("评分表"), mark("回避")), rows)


def _presence(seat: SeatView) -> str:
    if seat.absent_at is not None:
        return str(T("缺席：{reason}", reason=seat.absent_reason))
    if seat.locked_until is not None:
        return str(
            T(
                "已锁定至 {time}，{tries} 次输错",
                time=f"{minute_after(seat.locked_until):%H:%M}",
                tries=seat.wrong_tries,
            )
        )
    if seat.signed_in_at is None:
        return figure(None)
    at_desk = T("，在席") if seat.presence is not None and seat.presence.here else ""
    return f"{_minute(seat.signed_in_at)}{at_desk}"


@_seat.add("code", mark("重发席位的一次性验证码，原验证码、密码和口令作废"))
def seat_code(context: typer.Context, meeting: MeetingId, name: SeatName) -> None:
    """Print a new code for a seat."""
    shell = here(context)
    code = service.new_seat_code(shell.office, shell.sign_in(), meeting, name)
    shell.tell({"seat": name, "code": code}, T("{name}的原验证码、密码和口令已作废。", name=name), code_words(code))


@_seat.add("slips", mark("给还没有本人密码或口令的席位各发一个新验证码，印成签到条；原验证码作废"))
def seat_slips(
    context: typer.Context,
    meeting: MeetingId,
    out: Annotated[Path, typer.Option("-o", metavar="DIR", help=mark("写到哪个文件夹，默认当前文件夹"))] = Path(),
    address: Annotated[
        str, typer.Option("--address", metavar="URL", help=mark("工作台的网址，印成二维码；不写就不印"))
    ] = "",
) -> None:
    """Print the slips by which people sign in."""
    from models.services.slips import issue_slips  # the document libraries: no other command waits for them

    shell = here(context)
    path, slips = issue_slips(shell.office, shell.sign_in(), meeting, out, address)
    shell.tell(
        {
            "meeting": meeting,
            "file": str(path),
            "slips": [{"seat": one.name, "role": one.role, "code": one.code} for one in slips],
        },
        T("已写出 {path}：{count} 张签到条，这些席位的原验证码已作废。", path=path, count=len(slips)),
    )


@_seat.add("chair", mark("登记推定的组长或副组长"))
def seat_chair(
    context: typer.Context,
    meeting: MeetingId,
    name: SeatName,
    deputy: Annotated[bool, typer.Option("--deputy", help=mark("副组长"))] = False,
) -> None:
    """Name the chair or the deputy."""
    shell = here(context)
    service.name_chair(shell.office, shell.sign_in(), meeting, name, deputy=deputy)
    role = Role.DEPUTY if deputy else Role.CHAIR
    shell.tell({"seat": name, "role": role}, T("{name}任{role}。", name=name, role=label(role)))


@_seat.add("absent", mark("组长记录缺席：已交的评分表有效，其余不再催交"))
def seat_absent(context: typer.Context, meeting: MeetingId, name: SeatName, reason: Reason) -> None:
    """Record a seat absent."""
    shell = here(context)
    if not reason.strip():
        raise WrongUse("no_reason", T("记录缺席须写明理由。"))
    attendance.record_absent(shell.office, shell.sign_in(), meeting, name, reason)
    shell.tell({"seat": name, "absent": True, "reason": reason}, T("已记录{name}缺席。", name=name))


@_seat.add("about", mark("登记席位人员的单位、电话、地址和任顾问的企业，据以提示回避；不写选项则显示"))
def seat_about(
    context: typer.Context,
    meeting: MeetingId,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help=mark("席位上的姓名"))] = None,
    employer: Annotated[str | None, typer.Option("--employer", metavar="TEXT", help=mark("任职单位；空即清除"))] = None,
    employer_uscc: Annotated[
        str | None, typer.Option("--employer-uscc", metavar="CODE", help=mark("任职单位的统一社会信用代码"))
    ] = None,
    phone: Annotated[str | None, typer.Option("--phone", metavar="TEXT", help=mark("电话"))] = None,
    address: Annotated[str | None, typer.Option("--address", metavar="TEXT", help=mark("地址"))] = None,
    advised: Annotated[
        list[str] | None,
        typer.Option("--advised", metavar="TEXT", help=mark("近三年任顾问的企业：名称或信用代码，可多次写")),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help=mark("从表格登记多人；要么全部，要么一个也不登记"))
    ] = None,
) -> None:
    """Enter, or show, what is known of the people at a meeting."""
    from models.services import conflicts

    shell = here(context)
    typed = {"employer": employer, "employer_uscc": employer_uscc, "phone": phone, "address": address}
    changed: dict[str, Any] = {key: value for key, value in typed.items() if value is not None}
    if advised is not None:
        changed["advised"] = tuple(advised)
    if changed and (name is None or file is not None):
        raise WrongUse("missing", T("登记一个人须写明姓名，不能同时用 --from。"))
    actor = shell.sign_in()
    if file is not None:
        count = conflicts.import_abouts(shell.office, actor, meeting, file)
        shell.tell({"meeting": meeting, "people": count}, T("已登记 {count} 人的情况。", count=count))
        return
    if changed and name is not None:
        conflicts.set_about(shell.office, actor, meeting, name, changed)
    view = conflicts_query(shell.office, actor, meeting)
    people = [(who, about) for who, about in view.people if name in (None, who)]
    rows = [
        (who, *map(figure, (one.employer, one.employer_uscc, one.phone, one.address, "、".join(one.advised))))
        for who, one in people
    ]
    headings = (mark("席位"), mark("任职单位"), mark("单位信用代码"), mark("电话"), mark("地址"), mark("近三年任顾问"))
    shell.tell(
        {
            "meeting": meeting,
            "people": [{"seat": who, **asdict(one), "advised": list(one.advised)} for who, one in people],
            "suggestions": len(view.open),
        },
        Table(headings, rows),
        T("待核实的回避线索 {count} 条。", count=len(view.open)),
    )
