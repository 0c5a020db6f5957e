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
from models.queries.receipts import trace_receipt
from models.rules.digest import short
from models.text import T, Text, mark
from models.views.audit import TracedReceipt

commands = Family()


@commands.add("export", mark("导出文件：纪要、公示、评分汇总、排名、名单、本人评分表"))
def export(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="minutes|notice|scores|ranking|awards|sheets", help=mark("导出什么"))],
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
    receipt: Annotated[
        str | None, typer.Option("--receipt", metavar="RECEIPT", help=mark("再查一个回执（前八位即可）属于哪份评分表"))
    ] = None,
) -> None:
    """Verify the record, the receipts of sealed sheets included; exit 6 if it contradicts itself."""
    shell = here(context)
    traced = trace_receipt(shell.office, receipt) if receipt is not None else ()
    found = audit.verify(shell.office, head)
    rows = [(one.where, str(one.text)) for one in found.findings]
    document = results_json.verification(found)
    if receipt is not None:
        document["traced"] = results_json.traced(traced)
    words = [_traced(one) for one in traced]
    if found.ok:
        receipts = T("{count} 个回执与密封的评分表一一相符。", count=len(found.receipts))
        shell.tell(
            document,
            T("校验通过：{count} 条审计记录，链首 {head}", count=found.entries, head=found.head),
            *((receipts,) if found.receipts else ()),
            *words,
        )
        return
    shell.tell(
        document,
        T("校验未通过：{count} 处不符。", count=len(rows)),
        Table((mark("位置"), mark("问题")), rows),
        *words,
    )
    raise typer.Exit(VerificationFailed.exit_code)


def _traced(one: TracedReceipt) -> Text:
    named = {"receipt": short(one.digest), "meeting": one.meeting, "no": one.no, "expert": one.expert, "seq": one.seq}
    if one.stands:
        return T("回执 {receipt}：{meeting} {no}，{expert}，审计记录第 {seq} 条，为现在计入的评分表。", **named)
    return T("回执 {receipt}：{meeting} {no}，{expert}，审计记录第 {seq} 条，此后已取回、退回或重交。", **named)
