"""The keys of sealed marks: own phrases, a holder's envelope, and the shares that reveal."""

from __future__ import annotations

from typing import Annotated

import typer

from kmdx_tui.cli.family import Family
from kmdx_tui.cli.meeting import MeetingId
from kmdx_tui.cli.shell import ask, can_ask, here
from models.enums import Phase, label
from models.errors import WrongUse
from models.queries import meeting as meeting_query
from models.services.office import authenticate
from models.text import T, Text, mark
from models.views.meeting import MeetingView

commands = Family()
_phrase = commands.family("phrase", mark("封存分数所用的本人口令"))

YES = ("y", "yes", "是")


@_phrase.add("new", mark("给出四个随机的词，可用作口令（无须登录，不作记录）"))
def phrase_new(context: typer.Context) -> None:
    """Offer four words."""
    from models.phrases import in_pinyin, new_phrase

    words = new_phrase()
    here(context).tell(
        {"words": list(words), "pinyin": in_pinyin(words)},
        " ".join(words),
        in_pinyin(words),
    )


@_phrase.add("change", mark("更换本人口令：密钥不变，已封存的都还在"))
def phrase_change(context: typer.Context) -> None:
    """Change the own phrase: KMDX_PIN is the former one, KMDX_NEW_PIN the new one."""
    from models.services.keys import change_phrase

    shell = here(context)
    office, name = shell.office, shell.name()
    old = shell.own_secret()
    actor = authenticate(office, name, old)
    new = shell.new_secret("KMDX_NEW_PIN", actor.name, sealing=True)
    change_phrase(office, actor, old, new)
    shell.tell({"name": actor.name, "changed": True}, T("{name}的口令已更换。", name=actor.name))


@commands.add("envelope", mark("给本人保管的密钥做一个信封：显示一次代码，写好封存，本人不在时可用"))
def envelope(context: typer.Context) -> None:
    """Print the code for the own envelope, once."""
    from models.services.keys import new_envelope

    shell = here(context)
    actor = shell.sign_in()
    code = new_envelope(shell.office, actor)
    shell.tell(
        {"name": actor.name, "code": code},
        T("{name}的信封已做好，原来的信封作废。", name=actor.name),
        str(T("信封里的代码（只显示这一次，请写在纸上封好）：{code}", code=code)),
    )


@commands.add("unseal", mark("交出保管的密钥；两位保管人交出后揭晓全部评分表，交出即不能收回"))
def unseal(
    context: typer.Context,
    meeting: MeetingId,
    envelope_of: Annotated[
        str,
        typer.Option(
            "--envelope-of", metavar="NAME", help=mark("用不在场的保管人的信封；代码由 KMDX_ENVELOPE 给出，或询问")
        ),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help=mark("在终端上也不再询问"))] = False,
) -> None:
    """Release shares of a meeting's key; the second holder's reveal. The envelope's code is never an argument."""
    from models.services.unsealing import unseal as service

    shell = here(context)
    actor = shell.sign_in()
    code = ""
    if envelope_of:
        code = shell.secret("KMDX_ENVELOPE", T("{name}的信封里的代码", name=envelope_of))
    if can_ask() and not yes:
        _ask_once(meeting_query.meeting(shell.office, actor, meeting))
    done = service(shell.office, actor, meeting, envelope_of=envelope_of, code=code)
    phase = Phase.SCORING if done.opened is None else Phase.DELIBERATING
    shell.tell(
        {"meeting": meeting, "released": list(done.released), "opened": done.opened, "phase": phase},
        T("密钥已交出，还须另一位保管人交出。")
        if done.opened is None
        else T(
            "已揭晓 {count} 份评分表，{meeting} 进入“{phase}”。", count=done.opened, meeting=meeting, phase=label(phase)
        ),
    )


def _ask_once(view: MeetingView) -> None:
    """What is given can't be taken back: asked once, at a terminal only."""
    question: Text = T("还没有人交出密钥；交出后不能收回，另一位保管人交出后揭晓。确定交出请输入“是”或 yes。")
    if view.released:
        given = "、".join(label(role) for role in view.released)
        question = T("{given}已交出密钥；您交出后立即揭晓，不能收回。确定交出请输入“是”或 yes。", given=given)
    if ask(question).casefold() not in YES:
        raise WrongUse("not_confirmed", T("没有交出密钥，什么也没有改变。"))
