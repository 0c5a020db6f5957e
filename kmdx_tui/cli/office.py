"""The office: a new database, policies, people, and a person's first sign-in."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from kmdx_tui.cli.family import Family
from kmdx_tui.cli.reading import one_of, words
from kmdx_tui.cli.shell import Shell, here
from kmdx_tui.cli.show import Table
from models.enums import OFFICE_ROLES, Role, label
from models.errors import BadInput, DatabaseUnusable, Fault, WrongUse
from models.policy.load import check_policy, load_policy
from models.policy.show import policy_json, policy_lines
from models.policy.types import Policy
from models.queries import policies as kept
from models.services import office as service
from models.text import T, mark, tr
from seeds.policies import builtin_ids, builtin_text

commands = Family()
_policy = commands.family("policy", mark("办法：内置的、文件里的、数据库里的"))
_user = commands.family("user", mark("本单位人员"))

Name = Annotated[str, typer.Argument(metavar="NAME", help=mark("人员姓名"))]


def read_policy_file(path: Path) -> str:
    """A policy file's text. Raises `WrongUse` if it can't be opened, `BadInput` if it is no UTF-8."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        why = error.strerror or error
        raise WrongUse("file_unreadable", T("无法读取文件 {path}（{why}）。", path=path, why=why)) from error
    except UnicodeDecodeError:
        raise BadInput([Fault(path.name, "", None, "", "", T("UTF-8 编码的 TOML 文件"))]) from None


def policy_text(which: str) -> tuple[str, str]:
    """The text of a built-in policy or of a file, and how faults name it."""
    if which in builtin_ids():
        return builtin_text(which), which
    path = Path(which)
    if path.suffix or path.exists():
        return read_policy_file(path), path.name
    return builtin_text(which), which  # refuses, naming those that are built in


def find_policy(shell: Shell, which: str) -> Policy:
    """A policy by built-in id, by file, or by its id in the database."""
    if which not in builtin_ids() and not Path(which).exists():
        try:
            found = kept.kept_policy(shell.office, which)
        except DatabaseUnusable:
            found = None
        if found is not None:
            return found
    return load_policy(*policy_text(which))


@commands.add("init", mark("新建数据库，登记第一位人员（秘书，可增加人员）"))
def init(
    context: typer.Context,
    policy: Annotated[str, typer.Option("--policy", metavar="ID|FILE", help=mark("内置办法的编号，或办法文件"))],
    user: Annotated[str, typer.Option("--user", metavar="NAME", help=mark("第一位人员的姓名"))],
) -> None:
    """Found a database; the PIN comes from KMDX_PIN or a prompt."""
    shell = here(context)
    text, file = policy_text(policy)
    load_policy(text, file)  # before anybody is asked for a PIN
    pin = shell.secret("KMDX_PIN", T("为{name}设定密码", name=user), twice=True)
    place = shell.settings.place
    try:
        made = service.found(place, text, file, user, pin, clock=shell.clock)
    except OSError as error:
        why = error.strerror or error
        raise DatabaseUnusable(
            "database_unwritable", T("不能在 {place} 建立数据库：{why}。", place=place, why=why)
        ) from error
    followed = kept.newest_policy(made)
    made.database.close()
    shell.tell(
        {
            "database": place,
            "policy": followed.id,
            "version": followed.version,
            "digest": followed.digest,
            "user": user,
        },
        T("已建立数据库 {place}。", place=place),
        T("办法：{title}（{document}）", title=followed.title, document=followed.document),
        T("秘书：{name}", name=user),
    )


@_policy.add("list", mark("列出内置的和数据库里的办法"))
def policy_list(context: typer.Context) -> None:
    """List the policies at hand."""
    shell = here(context)
    found = [("builtin", load_policy(builtin_text(one), one)) for one in builtin_ids()]
    lines = [{"id": p.id, "version": p.version, "title": p.title, "digest": p.digest, "source": s} for s, p in found]
    with suppress(DatabaseUnusable):  # no database yet: the built-in ones are all there is
        lines += [
            {"id": one.id, "version": one.version, "title": one.title, "digest": one.digest, "source": "database"}
            for one in kept.kept_policies(shell.office)
        ]
    sources = {"builtin": tr("内置"), "database": tr("数据库")}
    rows = [(str(one["id"]), str(one["version"]), str(one["title"]), sources[str(one["source"])]) for one in lines]
    shell.tell({"policies": lines}, Table((mark("编号"), mark("版本"), mark("名称"), mark("来源")), rows))


@_policy.add("show", mark("逐项显示一份办法，每项附依据"))
def policy_show(
    context: typer.Context,
    which: Annotated[str, typer.Argument(metavar="ID|FILE", help=mark("办法的编号或文件"))],
) -> None:
    """Show a policy."""
    shell = here(context)
    policy = find_policy(shell, which)
    shell.tell(policy_json(policy), *policy_lines(policy))


@_policy.add("check", mark("检查办法文件，一次列出所有问题"))
def policy_check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=mark("办法文件（TOML）"))],
) -> None:
    """Check a policy file."""
    policy, faults = check_policy(read_policy_file(file), file.name)
    if policy is None:
        raise BadInput(faults)
    here(context).tell(
        {"ok": True, "id": policy.id, "version": policy.version, "digest": policy.digest},
        T("{file} 没有问题：{title}。", file=file.name, title=policy.title),
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


@_user.add("pin", mark("作废人员的密码，显示新的一次性验证码"))
def user_pin(context: typer.Context, name: Name) -> None:
    """Void a person's PIN and print a new code."""
    shell = here(context)
    code = service.new_user_code(shell.office, shell.sign_in(), name)
    shell.tell({"user": name, "code": code}, T("{name}的原密码已作废。", name=name), code_words(code))


def code_words(code: str) -> str:
    """A one-time code for the eyes in front of the terminal: it goes to standard output only, and only here."""
    return str(T("一次性验证码（只显示这一次，请交给本人）：{code}", code=code))
