"""After the reveal: the ranking, items called, opinions, dissent, amounts."""

from __future__ import annotations

from typing import Annotated

import typer

from kmdx_tui.cli import as_json, results_json
from kmdx_tui.cli.family import Family
from kmdx_tui.cli.marks import No
from kmdx_tui.cli.meeting import MeetingId, Reason
from kmdx_tui.cli.reading import yuan
from kmdx_tui.cli.shell import here
from kmdx_tui.cli.show import Table, derivation_parts, figure, money
from models.errors import WrongUse
from models.queries import items, policies
from models.queries.results import ranking
from models.rules.marks import format_score, format_total
from models.services import deliberation as service
from models.text import T, mark, tr
from models.views.results import RankingView

commands = Family()
_item = commands.family("item", mark("逐项讨论"))


@commands.add("rank", mark("排名，揭晓后可看"))
def rank(
    context: typer.Context,
    meeting: MeetingId,
    explain: Annotated[bool, typer.Option("--explain", help=mark("写明每个得分和名次怎样得出"))] = False,
) -> None:
    """Show the ranking."""
    shell = here(context)
    actor = shell.sign_in()
    view = ranking(shell.office, actor, meeting)
    policy = policies.meeting_policy(shell.office, meeting)
    document = results_json.ranking(view, policy)
    derived: list[str | Table] = []
    if explain:
        for line in document["applications"]:
            whole = items.item(shell.office, actor, meeting, line["no"]).derivation
            place = items.rank_derivation(shell.office, actor, meeting, line["no"])
            line["derivation"] = {"score": as_json.derivation(whole), "rank": as_json.derivation(place)}
            derived.append(f"{line['no']} {line['enterprise']}")
            derived += [part for one in (whole, place) if one is not None for part in derivation_parts(one)]
    names = {one.code: one.name for one in (*policy.districts, *policy.industries)}
    shell.tell(
        document,
        str(view.method),
        _ranking_table(view, names),
        *derived,
    )


def _ranking_table(view: RankingView, names: dict[str, str]) -> Table:
    rows = [
        (
            figure(one.rank) + (f" {tr('并列')}" if one.tied else ""),
            one.no,
            one.enterprise,
            names.get(one.district, one.district),
            names.get(one.industry, one.industry),
            figure(None) if one.score is None else format_score(one.score, view.places),
            str(one.sheets),
            str(one.recused),
            figure(None) if one.spread_micro is None else format_total(one.spread_micro),
            tr("偏差") if one.flagged else "",
        )
        for one in view.applications
    ]
    headings = (
        *(mark("名次"), mark("申报编号"), mark("企业名称"), mark("县区"), mark("行业")),
        *(mark("得分"), mark("有效评分表"), mark("回避"), mark("极差"), mark("提示")),
    )
    return Table(headings, rows, frozenset({5, 6, 7, 8}))


@_item.add("call", mark("叫项：开始讨论一个项目，回避的人离场"))
def item_call(context: typer.Context, meeting: MeetingId, no: No) -> None:
    """Call an item."""
    shell = here(context)
    actor = shell.sign_in()
    service.call_item(shell.office, actor, meeting, no)
    leaving = items.item(shell.office, actor, meeting, no).must_leave
    shell.tell(
        {"meeting": meeting, "called": no, "must_leave": list(leaving)},
        T("现在讨论 {no}。", no=no),
        *((T("请离场：{names}", names="、".join(leaving)),) if leaving else ()),
    )


@commands.add("opinion", mark("记录对一个项目的评审意见；--rest 记给所有还没有意见的项目"))
def opinion(
    context: typer.Context,
    meeting: MeetingId,
    said: Annotated[list[str], typer.Argument(metavar="[NO] TEXT", help=mark("申报编号和意见；有 --rest 时只写意见"))],
    rest: Annotated[bool, typer.Option("--rest", help=mark("所有还没有意见、由本人主持的项目"))] = False,
) -> None:
    """Record the panel's opinion."""
    shell = here(context)
    if len(said) != (1 if rest else 2):
        raise WrongUse("bad_words", T("请写申报编号和意见（意见有空格时加引号）；有 --rest 时只写意见。"))
    actor = shell.sign_in()
    nos = list(service.items_without_opinion(shell.office, actor, meeting)) if rest else said[:1]
    if nos:
        service.give_opinion(shell.office, actor, meeting, nos, said[-1])
    shell.tell(
        {"meeting": meeting, "applications": nos, "opinion": said[-1]},
        T("已记录 {count} 个项目的评审意见。", count=len(nos)),
    )


@commands.add("dissent", mark("记录本人的不同意见，对一个项目或对全部"))
def dissent(
    context: typer.Context,
    meeting: MeetingId,
    said: Annotated[list[str], typer.Argument(metavar="[NO] TEXT", help=mark("申报编号（可不写）和意见"))],
) -> None:
    """Record a different opinion."""
    shell = here(context)
    if len(said) > 2:
        raise WrongUse("bad_words", T("请写申报编号（可不写）和意见；意见有空格时加引号。"))
    no = said[0] if len(said) == 2 else None
    service.record_dissent(shell.office, shell.sign_in(), meeting, said[-1], no)
    shell.tell({"meeting": meeting, "no": no, "dissent": said[-1]}, T("已记录不同意见。"))


@commands.add("amount", mark("议定金额（上限类支持方向）"))
def amount(
    context: typer.Context,
    meeting: MeetingId,
    no: No,
    amount_fen: Annotated[int, typer.Argument(parser=yuan, metavar="YUAN", help=mark("金额，元"))],
    reason: Reason,
) -> None:
    """Decide an amount."""
    shell = here(context)
    service.decide_amount(shell.office, shell.sign_in(), meeting, no, amount_fen, reason)
    shell.tell(
        {"no": no, "amount": as_json.money(amount_fen), "reason": reason},
        T("{no} 议定 {yuan} 元。", no=no, yuan=money(amount_fen)),
    )
