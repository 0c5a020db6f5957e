"""Frozen lists and their signatures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from kmdx_tui.cli import as_json, results_json
from kmdx_tui.cli.family import Family
from kmdx_tui.cli.meeting import MeetingId
from kmdx_tui.cli.shell import here
from kmdx_tui.cli.show import Table, derivation_parts, figure, money
from models.enums import REVEALED, label
from models.errors import Refused
from models.queries import policies
from models.queries.awards import award_derivations, award_lists, list_derivation
from models.queries.door import door
from models.rules.digest import short
from models.rules.times import local_time
from models.services.signing import sign_list
from models.text import T, mark, tr
from models.views.listing import AwardListView

commands = Family()
_awards = commands.family("awards", mark("定稿名单"))


@_awards.add("show", mark("显示最新一版名单和签署"))
def awards_show(
    context: typer.Context,
    meeting: MeetingId,
    explain: Annotated[bool, typer.Option("--explain", help=mark("写明每个金额、资金来源和合计怎样得出"))] = False,
) -> None:
    """Show the newest list."""
    shell = here(context)
    actor = shell.sign_in()
    found = award_lists(shell.office, actor, meeting)
    if not found:
        raise Refused("no_list", T("{meeting} 还没有定稿名单。", meeting=meeting))
    policy = policies.meeting_policy(shell.office, meeting)
    document = results_json.awards(found[-1], policy)
    told: list[Table | str] = []
    if explain:
        reasons = award_derivations(shell.office, actor, meeting)
        for line in document["awards"]:
            why = reasons.get(line["no"], ())
            line["derivation"] = [step for one in why for step in as_json.derivation(one) or ()]
            told.append(f"{line['no']} {line['enterprise']}")
            told += [part for one in why for part in derivation_parts(one)]
        total = list_derivation(found[-1])
        document["derivation"] = as_json.derivation(total)
        told += derivation_parts(total)
    shell.tell(document, *_parts(found[-1]), *told)


def _parts(view: AwardListView) -> Iterable[Table | str]:
    yield str(
        T(
            "{kind} 第 {version} 版，摘要 {digest}",
            kind=label(view.kind),
            version=view.version,
            digest=short(view.digest),
        )
    )
    rows = [
        (
            one.no,
            one.enterprise,
            one.uscc,
            one.district,
            one.industry,
            one.track,
            money(one.amount_fen),
            "、".join(f"{name} {money(fen)}" for name, fen in one.sources),
        )
        for one in view.awards
    ]
    headings = (
        *(mark("申报编号"), mark("企业名称"), mark("统一社会信用代码"), mark("县区"), mark("行业")),
        *(mark("支持方向"), mark("金额（元）"), mark("资金来源")),
    )
    yield Table(headings, rows, frozenset({6}))
    yield str(T("合计 {yuan} 元", yuan=money(view.total_fen)))
    for one in view.signatures:
        at = tr("待签") if one.at is None else local_time(one.at).strftime("%Y-%m-%d %H:%M")
        yield f"{label(one.role)} {figure(one.name)}：{at}"


@_awards.add("sign", mark("签署最新一版名单：先评审组，后财政代表"))
def awards_sign(context: typer.Context, meeting: MeetingId) -> None:
    """Sign the newest list."""
    shell = here(context)
    actor = shell.sign_in()
    sign_list(shell.office, actor, meeting)
    signed = award_lists(shell.office, actor, meeting)[-1]
    shell.tell(
        {
            "meeting": meeting,
            "version": signed.version,
            "digest": signed.digest,
            "signed": [results_json.signature(one) for one in signed.signatures if one.at is not None],
        },
        T(
            "{name}已签署第 {version} 版（摘要 {digest}）。",
            name=actor.name,
            version=signed.version,
            digest=short(signed.digest),
        ),
    )


@_awards.add("list", mark("列出各版名单"))
def awards_list(
    context: typer.Context,
    meeting: Annotated[str | None, typer.Argument(metavar="MEETING", help=mark("评审会编号；不写则全部"))] = None,
) -> None:
    """List the versions of all lists."""
    shell = here(context)
    actor = shell.sign_in()
    named = meeting or actor.meeting
    where = [named] if named else [one.id for one in door(shell.office).meetings if one.phase in REVEALED]
    found = [one for name in where for one in award_lists(shell.office, actor, name)]
    rows = [
        (
            one.meeting,
            str(one.version),
            label(one.kind),
            str(len(one.awards)),
            money(one.total_fen),
            "、".join(label(signature.role) for signature in one.signatures if signature.at is not None),
            short(one.digest),
        )
        for one in found
    ]
    headings = (
        *(mark("评审会"), mark("版本"), mark("名单"), mark("企业数"), mark("合计（元）")),
        *(mark("已签署"), mark("摘要")),
    )
    shell.tell(
        {
            "lists": [
                {
                    "meeting": one.meeting,
                    "version": one.version,
                    "kind": one.kind,
                    "digest": one.digest,
                    "frozen_at": one.frozen_at,
                    "awards": len(one.awards),
                    "total": as_json.money(one.total_fen),
                    "signed": [results_json.signature(s) for s in one.signatures if s.at is not None],
                }
                for one in found
            ]
        },
        Table(headings, rows, frozenset({3, 4})),
    )
