"""Documents that leave the room, and the check of the whole record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kmdx_tui.cli import results_json
from kmdx_tui.cli.family import Family
from kmdx_tui.cli.meeting import MeetingId
from kmdx_tui.cli.shell import here
from kmdx_tui.cli.show import Table
from models.errors import VerificationFailed
from models.queries import audit
from models.text import T, mark

commands = Family()


@commands.add("export", mark("导出文件：纪要、评分汇总、排名、名单、本人评分表"))
def export(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="minutes|scores|ranking|awards|sheets", help=mark("导出什么"))],
    meeting: MeetingId,
    out: Annotated[Path, typer.Option("-o", metavar="DIR", help=mark("写到哪个文件夹，默认当前文件夹"))] = Path(),
    form: Annotated[
        str | None, typer.Option("--format", metavar="docx|xlsx|md|csv|json", help=mark("格式；不写则按种类"))
    ] = None,
) -> None:
    """Export documents."""
    from models.services.export import export as write  # the document libraries: no other command waits for them

    shell = here(context)
    made = write(shell.office, shell.sign_in(), meeting, what, out, form)
    shell.tell(
        {"meeting": meeting, "what": what, "files": [str(path) for path in made]},
        *(T("已写出 {path}", path=path) for path in made),
    )


@commands.add("verify", mark("校验全部记录：审计链、评分表、名单和签名（无须登录）"))
def verify(
    context: typer.Context,
    head: Annotated[
        str | None, typer.Option("--head", metavar="HASH", help=mark("另处记下的链首，须在本链之中"))
    ] = None,
) -> None:
    """Verify the record; exit 6 if it contradicts itself."""
    shell = here(context)
    found = audit.verify(shell.office, head)
    rows = [(one.where, str(one.text)) for one in found.findings]
    if found.ok:
        shell.tell(
            results_json.verification(found),
            T("校验通过：{count} 条审计记录，链首 {head}", count=found.entries, head=found.head),
        )
        return
    shell.tell(
        results_json.verification(found),
        T("校验未通过：{count} 处不符。", count=len(rows)),
        Table((mark("位置"), mark("问题")), rows),
    )
    raise typer.Exit(VerificationFailed.exit_code)
