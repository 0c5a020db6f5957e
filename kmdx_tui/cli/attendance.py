"""Sitting down: a person's or a seat's sign-in with the recusal question, and recusals found later."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from kmdx_tui.cli.family import Family
from kmdx_tui.cli.reading import one_of, recusals, whole, words
from kmdx_tui.cli.shell import Shell, ask, can_ask, here
from kmdx_tui.cli.show import Table
from models.enums import RecusalGround, label
from models.errors import WrongUse
from models.queries.conflicts import conflicts as conflicts_query
from models.rules.times import local_time
from models.services import attendance as service
from models.services import office as office_service
from models.services.keys import meeting_seals
from models.text import T, Text, mark
from models.views.people import Actor

commands = Family()


@commands.add("sign-in", mark("签到；不写评审会时，本单位人员用验证码设定本人密码或口令"))
def sign_in(
    context: typer.Context,
    meeting: Annotated[str | None, typer.Argument(metavar="MEETING", help=mark("评审会编号"))] = None,
    recuse: Annotated[
        list[str] | None,
        typer.Option("--recuse", metavar="NO[:GROUND[:REASON]]", help=mark("申报回避的项目，可多次写")),
    ] = None,
    no_conflict: Annotated[bool, typer.Option("--no-conflict", help=mark("声明与所有项目无利害关系"))] = False,
) -> None:
    """Sign in: KMDX_PIN is the printed code the first time, the own secret later; KMDX_NEW_PIN the one to be set."""
    shell = here(context)
    name = shell.name()
    if meeting is None:
        if recuse or no_conflict:
            raise WrongUse("no_meeting", T("回避是对一次评审会申报的，请写明评审会编号。"))
        _set_own_pin(shell, name)
        return
    declared = recusals(recuse or ())
    if declared and no_conflict:
        raise WrongUse("both", T("申报了回避，就不能再声明无利害关系。"))
    if not declared and not no_conflict and not can_ask():
        raise WrongUse("no_answer", T("请用 --recuse 申报回避，或用 --no-conflict 声明无利害关系。"))
    office = shell.office
    secret = shell.secret(
        "KMDX_PIN", lambda: T("验证码（首次）或本人口令") if shell.seals() else T("验证码（首次）或本人密码")
    )
    service.may_sign_in(office, name, meeting, secret)
    if not declared and not no_conflict:
        declared = _ask_recusals()
    actor = _sign_in(shell, name, meeting, secret, declared)
    grounds = {no: {"ground": ground, "reason": reason or None} for no, (ground, reason) in declared.items()}
    said = "、".join(f"{no}（{label(ground)}）" for no, (ground, _) in declared.items())
    shell.tell(
        {"meeting": meeting, "seat": actor.name, "role": actor.role, "recused": grounds},
        T("{name}已签到，接受评审纪律。", name=actor.name),
        T("回避：{nos}", nos=said) if said else T("声明：与所有项目无利害关系。"),
    )


def _set_own_pin(shell: Shell, name: str) -> None:
    office = shell.office
    code = shell.secret("KMDX_PIN", T("验证码"))
    sealing = shell.seals()
    secret = shell.new_secret("KMDX_NEW_PIN", name, sealing=sealing)
    actor = office_service.user_sign_in(office, name, code, secret)
    said = T("{name}的口令已设定。", name=actor.name) if sealing else T("{name}的密码已设定。", name=actor.name)
    shell.tell({"user": actor.name, "role": actor.role}, said)


def _sign_in(
    shell: Shell, name: str, meeting: str, secret: str, declared: dict[str, tuple[RecusalGround, str]]
) -> Actor:
    """Sign in; whoever comes with a code is asked for the secret to be set, unless the environment has it."""
    try:
        return service.sign_in(
            shell.office, name, meeting, secret, recusals=declared, new_pin=os.environ.get("KMDX_NEW_PIN") or None
        )
    except WrongUse as error:
        if error.code != "pin_wanted":
            raise
    with shell.office.database.reading() as connection:
        sealing = meeting_seals(shell.office, connection, meeting)
    new_pin = shell.new_secret("KMDX_NEW_PIN", name, sealing=sealing)
    return service.sign_in(shell.office, name, meeting, secret, recusals=declared, new_pin=new_pin)


def _ask_recusals() -> dict[str, tuple[RecusalGround, str]]:
    """Put the recusal question at the terminal; an answer is owed."""
    grounds = "、".join(f"{ground.value}（{label(ground)}）" for ground in RecusalGround)
    answer = ask(T("需要回避的项目，写作“编号:情形:说明”，以空格分开；没有就写“无”。情形：{grounds}", grounds=grounds))
    return {} if answer in ("无", "none", "-") else recusals(answer.split())


@commands.add("call", mark("组长催交：还有评分表没交的专家在终端上看到"))
def call(
    context: typer.Context, meeting: Annotated[str, typer.Argument(metavar="MEETING", help=mark("评审会编号"))]
) -> None:
    """Call for the sheets that are out."""
    from models.services.pacing import remind

    shell = here(context)
    late = remind(shell.office, shell.sign_in(), meeting)
    said = "、".join(str(T("{name} {count} 份", name=name, count=count)) for name, count in late.items())
    shell.tell({"meeting": meeting, "late": late}, T("已催交：{names}。", names=said))


@commands.add("countdown", mark("组长开始倒计时，各终端都看得到；到时不会自动改变什么"))
def countdown(
    context: typer.Context,
    meeting: Annotated[str, typer.Argument(metavar="MEETING", help=mark("评审会编号"))],
    minutes: Annotated[int, typer.Argument(parser=whole, metavar="MINUTES", help=mark("分钟；0 为取消"))],
) -> None:
    """Start a countdown, or take it away."""
    from models.services.pacing import start_countdown

    shell = here(context)
    ends = start_countdown(shell.office, shell.sign_in(), meeting, minutes)
    shell.tell(
        {"meeting": meeting, "ends_at": ends},
        T("倒计时 {minutes} 分钟，到 {time}。", minutes=minutes, time=f"{local_time(ends):%H:%M}")
        if ends
        else T("倒计时已取消。"),
    )


@commands.add("recuse", mark("登记签到后发现或申报的回避；列出回避线索，逐条登记或排除"))
def recuse_later(
    context: typer.Context,
    meeting: Annotated[str, typer.Argument(metavar="MEETING", help=mark("评审会编号"))],
    name: Annotated[str | None, typer.Argument(metavar="NAME", help=mark("回避的人"))] = None,
    no: Annotated[str | None, typer.Argument(metavar="NO", help=mark("申报编号"))] = None,
    ground: Annotated[
        RecusalGround | None,
        typer.Option(
            "--ground",
            parser=one_of(RecusalGround),
            metavar=words(RecusalGround),
            help=mark("情形；核实线索时可以不写"),
        ),
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help=mark("说明；其他利害关系和排除线索须写"))
    ] = "",
    suggestions: Annotated[
        bool, typer.Option("--suggestions", help=mark("列出回避线索和相同之处（秘书、组长）"))
    ] = False,
    dismiss: Annotated[bool, typer.Option("--dismiss", help=mark("排除这条线索，写明理由"))] = False,
) -> None:
    """Record a recusal; or list what the record suggests, confirm or dismiss one of it."""
    from models.services import conflicts

    shell = here(context)
    if suggestions:
        _tell_suggestions(shell, meeting)
        return
    if name is None or no is None:
        raise WrongUse("missing", T("缺少 {name}。", name="NAME NO"), lift=T("列出线索请用 --suggestions。"))
    actor = shell.sign_in()
    said = {"meeting": meeting, "seat": name, "no": no}
    if dismiss:
        conflicts.dismiss(shell.office, actor, meeting, name, no, reason)
        shell.tell({**said, "dismissed": True, "reason": reason}, T("已排除：{name}—{no}。", name=name, no=no))
        return
    if ground is None:
        ground = conflicts.confirm(shell.office, actor, meeting, name, no, None, reason)
    else:
        service.add_recusal(shell.office, actor, meeting, name, no, ground, reason)
    shell.tell(
        {**said, "ground": ground, "reason": reason or None},
        T("已登记：{name}回避 {no}（{ground}）。", name=name, no=no, ground=label(ground)),
    )


def _tell_suggestions(shell: Shell, meeting: str) -> None:
    """The open suggestions with the facts that agree, then what was dismissed."""
    view = conflicts_query(shell.office, shell.sign_in(), meeting)
    rows = [
        (one.name, one.no, one.enterprise, label(one.ground), label(agreed.clue), agreed.person, agreed.applicant)
        for one in view.open
        for agreed in one.agreements
    ]
    headings = (
        mark("席位"),
        mark("申报编号"),
        mark("企业名称"),
        mark("情形"),
        mark("相同之处"),
        mark("本人"),
        mark("申报单位"),
    )
    gone = [
        (one.name, one.no, "、".join(map(label, one.clues)), one.reason, one.by, f"{local_time(one.at):%Y-%m-%d %H:%M}")
        for one in view.dismissed
    ]
    past = (mark("席位"), mark("申报编号"), mark("相同之处"), mark("排除理由"), mark("核实人"), mark("时间"))
    told: list[Text | Table] = [T("待核实的回避线索 {count} 条。", count=len(view.open))]
    told += [Table(headings, rows)] if rows else []
    told += [T("已排除 {count} 条。", count=len(gone)), Table(past, gone)] if gone else []
    shell.tell(
        {
            "meeting": meeting,
            "suggestions": [
                {
                    "seat": one.name,
                    "no": one.no,
                    "enterprise": one.enterprise,
                    "ground": one.ground,
                    "agreements": [
                        {"clue": agreed.clue, "person": agreed.person, "applicant": agreed.applicant}
                        for agreed in one.agreements
                    ],
                }
                for one in view.open
            ],
            "dismissed": [
                {
                    "seat": one.name,
                    "no": one.no,
                    "enterprise": one.enterprise,
                    "clues": list(one.clues),
                    "reason": one.reason,
                    "by": one.by,
                    "at": one.at,
                }
                for one in view.dismissed
            ],
        },
        *told,
    )
