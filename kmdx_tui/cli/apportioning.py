"""Places divided among districts by weighted factors."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from kmdx_tui.cli import results_json
from kmdx_tui.cli.family import Family
from kmdx_tui.cli.meeting import MeetingId
from kmdx_tui.cli.reading import one_of, words
from kmdx_tui.cli.shell import here
from kmdx_tui.cli.show import Table, derivation_parts, figure
from models.documents.factors_file import read_factors
from models.enums import ApportionMethod, label
from models.queries import allocation as quotas
from models.queries import apportioning as query
from models.rules.apportion_derivation import number
from models.services import apportioning as service
from models.text import T, Text, mark
from models.views.apportion import ApportionmentView


def add_to(family: Family) -> None:
    """Register the command in the family of quotas."""
    family.add("apportion", mark("按加权因素把名额分给县区，写成各县区的上限"))(_apportion)


def _apportion(
    context: typer.Context,
    meeting: MeetingId,
    factors: Annotated[Path, typer.Option("--factors", metavar="FILE.toml", help=mark("因素文件"))],
    method: Annotated[
        ApportionMethod | None,
        typer.Option(
            "--method",
            parser=one_of(ApportionMethod),
            metavar=words(ApportionMethod),
            help=mark("分配方法，代替文件里写的；两处都没有写就用最大余数法"),
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=mark("理由；揭晓后变更须写"))] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=mark("只算不设，什么也不保存"))] = False,
    explain: Annotated[bool, typer.Option("--explain", help=mark("写明每个县区的名额怎样算出"))] = False,
) -> None:
    """Divide the places of a meeting among districts."""
    shell = here(context)
    actor = shell.sign_in()
    before = quotas.quota_view(shell.office, actor, meeting)
    said = read_factors(factors, quotas.quota_policy(shell.office, actor, meeting), before.total, method)
    if dry_run:
        view = query.apportionment(shell.office, actor, meeting, said)
        after = query.with_ceilings(before, view)
    else:
        view = service.apportion(shell.office, actor, meeting, said, reason)
        after = quotas.quota_view(shell.office, actor, meeting)
    done = T("只是测算，什么也没有保存。") if dry_run else T("{meeting} 各县区的上限已设定。", meeting=meeting)
    shell.tell(results_json.apportionment(view, after), done, *_parts(view, explain=explain))


def _parts(view: ApportionmentView, *, explain: bool) -> Iterable[Text | str | Table]:
    yield T("名额 {total}，{method}", total=view.total, method=label(view.method))
    yield _table(view)
    if view.tie is not None and view.decided:
        yield T("{names}，按裁定的先后：{reason}", names=" > ".join(view.tie.order), reason=view.tie.reason)
    elif view.tie is not None:
        refusal = service.tied(view.tie)
        yield f"{refusal.text}{refusal.lift}"
    if view.apart:
        yield T("文件没有列出的县区，配额不变：{names}", names="、".join(view.apart))
    for fault in view.faults:
        yield T("现在这样设定会被拒绝：{fault}", fault=fault)
    for one in view.districts if explain else ():
        yield from derivation_parts(one.derivation)


def _table(view: ApportionmentView) -> Table:
    rows = [
        (
            one.label,
            *(number(one.values[factor]) for factor in view.weights),
            number(one.share),
            str(one.floor),
            figure(one.ceiling),
            figure(one.seats),
        )
        for one in view.districts
    ]
    weighted = [f"{factor} × {number(weight)}" for factor, weight in view.weights.items()]
    headings = (mark("县区"), *weighted, mark("占比"), mark("保底"), mark("上限"), mark("名额"))
    return Table(headings, rows, frozenset(range(1, len(headings))))
