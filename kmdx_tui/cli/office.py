"""The office: a new database and its people."""

from __future__ import annotations

from typing import Annotated

import typer

from kmdx_tui.cli.family import Family
from kmdx_tui.cli.policy import policy_text
from kmdx_tui.cli.reading import one_of, words
from kmdx_tui.cli.shell import here
from kmdx_tui.cli.show import Table
from models.engines import masked
from models.enums import OFFICE_ROLES, Role, label
from models.errors import DatabaseUnusable
from models.policy.load import load_policy
from models.queries import policies as kept
from models.services import office as service
from models.text import T, mark, tr

commands = Family()
_user = commands.family("user", mark("本单位人员"))

Name = Annotated[str, typer.Argument(metavar="NAME", help=mark("人员姓名"))]


@commands.add("init", mark("新建数据库，登记第一位人员（秘书，可增加人员）"))
def init(
    context: typer.Context,
    policy: Annotated[str, typer.Option("--policy", metavar="ID|FILE", help=mark("内置办法的编号，或办法文件"))],
    user: Annotated[str, typer.Option("--user", metavar="NAME", help=mark("第一位人员的姓名"))],
) -> None:
    """Found a database; the own secret comes from KMDX_PIN or a prompt: a phrase where the measure seals marks."""
    shell = here(context)
    text, file = policy_text(policy)
    followed = load_policy(text, file)  # before anybody is asked for a secret
    secret = shell.new_secret("KMDX_PIN", user, sealing=followed.scoring.sealing)
    place = shell.settings.place
    try:
        made = service.found(place, text, file, user, secret, clock=shell.clock)
    except OSError as error:
        why = error.strerror or error
        raise DatabaseUnusable(
            "database_unwritable", T("不能在 {place} 建立数据库：{why}。", place=masked(place), why=why)
        ) from error
    kept_policy = kept.newest_policy(made)
    made.database.close()
    shell.tell(
        {
            "database": masked(place),
            "policy": kept_policy.id,
            "version": kept_policy.version,
            "digest": kept_policy.digest,
            "user": user,
        },
        T("已建立数据库 {place}。", place=masked(place)),
        T("办法：{title}（{document}）", title=kept_policy.title, document=kept_policy.document),
        T("秘书：{name}", name=user),
    )


@_user.add("add", mark("增加人员，显示一次性验证码（只此一次）"))
def user_add(
    context: typer.Context,
    name: Name,
    role: Annotated[
        Role,
        typer.Option("--role", parser=one_of(OFFICE_ROLES), metavar=words(OFFICE_ROLES), help=mark("身份")),
    ],
) -> None:
    """Add a person of the office."""
    shell = here(context)
    code = service.add_user(shell.office, shell.sign_in(), name, role)
    shell.tell(
        {"user": name, "role": role, "code": code},
        T("已增加{role} {name}。", role=label(role), name=name),
        code_words(code),
    )


@_user.add("list", mark("列出人员"))
def user_list(context: typer.Context) -> None:
    """List the people of the office."""
    shell = here(context)
    shell.sign_in()
    found = service.users(shell.office)
    rows = [
        (name, label(role), tr("已停用") if disabled else tr("在用") if has_pin else tr("待首次登录"))
        for name, role, disabled, has_pin in found
    ]
    shell.tell(
        {
            "users": [
                {"user": name, "role": role, "disabled": disabled, "pin_set": has_pin}
                for name, role, disabled, has_pin in found
            ]
        },
        Table((mark("姓名"), mark("身份"), mark("状态")), rows),
    )


@_user.add("disable", mark("停用人员：从此不能登录和签署"))
def user_disable(context: typer.Context, name: Name) -> None:
    """Disable a person."""
    shell = here(context)
    service.disable_user(shell.office, shell.sign_in(), name)
    shell.tell({"user": name, "disabled": True}, T("已停用{name}。", name=name))


@_user.add("pin", mark("作废人员的密码或口令，显示新的一次性验证码"))
def user_pin(context: typer.Context, name: Name) -> None:
    """Void a person's PIN and print a new code."""
    shell = here(context)
    code = service.new_user_code(shell.office, shell.sign_in(), name)
    shell.tell({"user": name, "code": code}, T("{name}的原密码或口令已作废。", name=name), code_words(code))


def code_words(code: str) -> str:
    """A one-time code for the eyes in front of the terminal: it goes to standard output only, and only here."""
    return str(T("一次性验证码（只显示这一次，请交给本人）：{code}", code=code))
