"""Operation: the screens, the database's revision, a look at this machine, a copy for safe keeping."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kmdx_tui.cli import upkeep
from kmdx_tui.cli.family import Family
from kmdx_tui.cli.shell import Shell, here, open_database
from kmdx_tui.cli.show import Table
from kmdx_tui.settings import has_terminal
from models.database import REVISION
from models.engines import masked
from models.errors import DatabaseUnusable, WrongUse
from models.migrations import upgrade
from models.text import T, mark, tr

commands = Family()
_db = commands.family("db", mark("数据库的结构"))


@commands.add("run", mark("打开界面（不带命令时相同）"))
def run(context: typer.Context) -> None:
    """Open the screens."""
    open_screens(here(context))


def open_screens(shell: Shell) -> None:
    """Open the screens on the named database; they need a terminal."""
    if not has_terminal():
        raise WrongUse("no_terminal", T("界面需要终端。"), lift=T("命令用法见：kmdx --help"))
    from kmdx_tui.app import run as run_app

    settings = shell.settings
    raise typer.Exit(run_app(settings.place, settings.lang, settings.as_name))


@_db.add("upgrade", mark("把旧版本的数据库升级到本程序的版本（请先备份）"))
def db_upgrade(context: typer.Context) -> None:
    """Bring the database's schema up to date."""
    shell = here(context)
    database = open_database(shell.settings.place, check=False)
    try:
        try:
            database.check_ours()
        except DatabaseUnusable as error:
            if error.code != "database_revision" or not upkeep.is_older(database):
                raise
            upgrade(database)
            database.check_ours()
    finally:
        database.close()
    shell.tell(
        {"database": masked(shell.settings.place), "revision": REVISION},
        T("{place} 为最新版本 {revision}。", place=masked(shell.settings.place), revision=REVISION),
    )


@commands.add("backup", mark("把数据库复制到一个新文件，并校验副本"))
def backup(
    context: typer.Context,
    out: Annotated[Path, typer.Option("-o", metavar="FILE", help=mark("副本写到哪个文件；已有的不覆盖"))],
) -> None:
    """Copy the database into a new file, and verify the copy."""
    shell = here(context)
    found = upkeep.back_up(shell.office.database, out)
    shell.tell(
        {"file": str(out), "size": out.stat().st_size, "head": found.head, "entries": found.entries},
        T("已备份到 {path}：{count} 条审计记录，链首 {head}", path=out, count=found.entries, head=found.head),
    )


@commands.add("doctor", mark("查看本机：程序、数据库、终端；有问题就说怎么办"))
def doctor(context: typer.Context) -> None:
    """Say how this machine and the database are."""
    shell = here(context)
    checks = [*upkeep.look_at_machine(), *upkeep.look_at_database(shell.settings.place, shell.clock)]
    rows = [(tr(one.name), one.value, tr("正常") if one.ok else tr("有问题"), one.advice) for one in checks]
    document: dict[str, Any] = {
        "checks": [
            {"code": one.code, "name": tr(one.name), "value": one.value, "ok": one.ok, "advice": one.advice or None}
            for one in checks
        ],
        "ok": all(one.ok for one in checks),
    }
    shell.tell(
        document,
        Table((mark("项"), mark("现状"), mark("结果"), mark("怎么办")), rows),
        "",
        tr("终端字宽标尺：两行的竖线应当对齐；不齐时，请把终端的“模糊宽度字符”设为窄（一格）。"),
        *upkeep.RULER,
    )
    worst = max((one.exit_code for one in checks if not one.ok), default=0)
    if worst:
        raise typer.Exit(worst)
