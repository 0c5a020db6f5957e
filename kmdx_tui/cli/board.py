"""The room: the projector's view, and who steps out and comes back."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from kmdx_tui.cli.family import Family
from kmdx_tui.cli.meeting import MeetingId
from kmdx_tui.cli.shell import here
from kmdx_tui.cli.show import Table, figure
from kmdx_tui.settings import has_terminal
from models.enums import label
from models.policy.kinds import json_yuan
from models.queries import room as query
from models.queries.projector import projector
from models.rules.marks import format_score
from models.services import room as service
from models.text import T, Text, mark
from models.views.projector import ProjectorView
from models.views.room import RoomView

commands = Family()
_room = commands.family("room", mark("会场：谁在外，谁暂时离开"))

Name = Annotated[str, typer.Argument(metavar="NAME", help=mark("席位的姓名"))]


@commands.add("board", mark("大屏：投影用的只读界面，人人可看的内容；没有终端时写出现状"))
def board(context: typer.Context, meeting: MeetingId) -> None:
    """Open the projector's view."""
    shell = here(context)
    actor = shell.sign_in()
    view = projector(shell.office, actor, meeting)
    if has_terminal() and not shell.json:
        from kmdx_tui.projector import run

        raise typer.Exit(run(shell.office, actor, meeting))
    shell.tell(_document(meeting, view), *_words(view))


@_room.add("show", mark("现在讨论什么，由谁主持，谁在外，谁可回来"))
def room_show(context: typer.Context, meeting: MeetingId) -> None:
    """Show the room."""
    shell = here(context)
    view = query.room(shell.office, shell.sign_in(), meeting)
    shell.tell({"meeting": meeting, **_room_document(view)}, *_room_words(view))


@_room.add("out", mark("记录有人暂时离开会场（回避离场的不用记）"))
def room_out(
    context: typer.Context,
    meeting: MeetingId,
    name: Name,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=mark("缘由，写入会议纪要"))] = "",
) -> None:
    """Record that somebody stepped out."""
    shell = here(context)
    service.step_out(shell.office, shell.sign_in(), meeting, name, reason)
    shell.tell({"meeting": meeting, "seat": name, "stepped_out": True}, T("已记录{name}离开会场。", name=name))


@_room.add("in", mark("记录暂时离开的人回到会场"))
def room_in(context: typer.Context, meeting: MeetingId, name: Name) -> None:
    """Record that somebody is back."""
    shell = here(context)
    service.come_back(shell.office, shell.sign_in(), meeting, name)
    shell.tell({"meeting": meeting, "seat": name, "stepped_out": False}, T("已记录{name}回到会场。", name=name))


def _room_document(view: RoomView) -> dict[str, Any]:
    return {
        "called": view.no,
        "since": view.since,
        "presiding": None if view.presiding is None else view.presiding[0],
        "leave": list(view.leave),
        "stay_out": list(view.stay_out),
        "may_return": list(view.may_return),
        "stepped_out": list(view.stepped_out),
    }


def _room_words(view: RoomView) -> list[Text]:
    words = [T("现在没有叫项。")] if view.no is None else [T("现在讨论 {no}。", no=view.no)]
    if view.presiding is not None:
        words.append(T("{name}主持（{role}）", name=view.presiding[0], role=label(view.presiding[1])))
    groups = (
        (T("请离场：{names}", names="、".join(view.leave)), view.leave),
        (T("仍在外：{names}", names="、".join(view.stay_out)), view.stay_out),
        (T("可回来：{names}", names="、".join(view.may_return)), view.may_return),
        (T("暂离：{names}", names="、".join(view.stepped_out)), view.stepped_out),
    )
    return [*words, *(said for said, names in groups if names)]


def _document(meeting: str, view: ProjectorView) -> dict[str, Any]:
    notice = view.notice
    return {
        "meeting": meeting,
        "title": view.title,
        "phase": view.phase.value,
        "since": view.since,
        "countdown_ends_at": view.countdown_ends_at,
        "sheets": {"due": view.due, "in": view.done},
        "seats": [
            {
                "name": one.name,
                "role": one.role.value,
                "signed_in": one.here,
                "absent": one.absent,
                "sheets": {"due": one.due, "in": one.done},
            }
            for one in view.seats
        ],
        "room": None if view.room is None else _room_document(view.room),
        "line": None if view.line is None else format_score(view.line, view.places),
        "applications": [
            {
                "no": one.no,
                "enterprise": one.enterprise,
                "district": one.district,
                "rank": one.rank,
                "score": None if one.score is None else format_score(one.score, view.places),
                "outcome": None if one.outcome is None else one.outcome.value,
                "alternate_order": one.alternate_order,
            }
            for one in view.lines
        ],
        "notice": None
        if notice is None
        else {"opens": str(notice.opens), "closes": str(notice.closes), "working_days": notice.working_days},
        "lists": [
            {
                "version": one.version,
                "count": one.count,
                "total": json_yuan(one.total_fen),
                "signed": one.signed,
            }
            for one in view.lists
        ],
    }


def _words(view: ProjectorView) -> list[Text | Table]:
    words: list[Text | Table] = [
        T("{title}：{phase}", title=view.title, phase=label(view.phase)),
        T("评分表已交 {done}，应交 {due}。", done=view.done, due=view.due),
    ]
    if view.room is not None:
        words += _room_words(view.room)
    if view.lines:
        rows = [
            (
                figure(one.rank),
                one.no,
                one.enterprise,
                one.district,
                figure(None) if one.score is None else format_score(one.score, view.places),
                "" if one.outcome is None else label(one.outcome),
            )
            for one in view.lines
        ]
        headings = (mark("名次"), mark("申报编号"), mark("企业名称"), mark("县区"), mark("得分"), mark("结果"))
        words.append(Table(headings, rows, frozenset({4})))
    return words
