"""After the reveal: the ranking, items called, opinions, dissent, amounts."""

from __future__ import annotations

from typing import Annotated

import typer

from kmdx_tui.cli import as_json, results_json
from kmdx_tui.cli.family import Family
from kmdx_tui.cli.marks import No
from kmdx_tui.cli.meeting import MeetingId, Reason
from kmdx_tui.cli.reading import one_of, words, yuan
from kmdx_tui.cli.shell import Shell, here
from kmdx_tui.cli.show import Table, derivation_parts, figure, money
from models.enums import ItemOrder, label
from models.errors import Refused, WrongUse
from models.queries import items, policies
from models.queries import room as room_query
from models.queries.results import ranking
from models.rules.marks import format_score, format_total
from models.services import deliberation as service
from models.services import room
from models.text import T, mark, tr
from models.views.people import Actor
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
    reasons = items.derivations(shell.office, actor, meeting) if explain else {}
    for line in document["applications"] if explain else ():
        why = reasons[line["no"]]
        line["derivation"] = {"score": as_json.derivation(why.score), "rank": as_json.derivation(why.rank)}
        derived.append(f"{line['no']} {line['enterprise']}")
        derived += [part for one in (why.score, why.rank) if one is not None for part in derivation_parts(one)]
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
    room.call_item(shell.office, actor, meeting, no)
    _tell_called(shell, actor, meeting)


@_item.add("next", mark("按叫项次序叫下一个项目"))
def item_next(context: typer.Context, meeting: MeetingId) -> None:
    """Call the next item of the chosen order."""
    shell = here(context)
    actor = shell.sign_in()
    coming = room_query.upcoming(shell.office, actor, meeting).next
    if coming is None:
        raise Refused("all_called", T("所有项目都已叫过。"))
    room.call_item(shell.office, actor, meeting, coming)
    _tell_called(shell, actor, meeting)


@_item.add("close", mark("结束讨论，回避的人可以回来"))
def item_close(context: typer.Context, meeting: MeetingId) -> None:
    """End the discussion under way."""
    shell = here(context)
    no = room.close_item(shell.office, shell.sign_in(), meeting)
    shell.tell({"meeting": meeting, "closed": no}, T("{no} 议毕，回避的人可以回来。", no=no))


@_item.add("order", mark("选定叫项次序：按编号、按名次，或使进出会场的人次最少；不写则列出"))
def item_order(
    context: typer.Context,
    meeting: MeetingId,
    order: Annotated[
        ItemOrder | None,
        typer.Argument(parser=one_of(ItemOrder), metavar=words(ItemOrder), help=mark("次序")),
    ] = None,
) -> None:
    """Choose the order of items, or list what is to come in each."""
    shell = here(context)
    actor = shell.sign_in()
    if order is not None:
        room.set_order(shell.office, actor, meeting, order)
    chosen = room_query.upcoming(shell.office, actor, meeting)
    known = [room_query.upcoming(shell.office, actor, meeting, one) for one in ItemOrder]
    shell.tell(
        {
            "meeting": meeting,
            "order": chosen.order.value,
            "called": chosen.called,
            "orders": [
                {"order": one.order.value, "applications": list(one.nos), "moves": one.moves, "least": one.least}
                for one in known
            ],
        },
        T("叫项次序：{order}。", order=label(chosen.order)),
        Table(
            (mark("次序"), mark("进出人次"), mark("至少"), mark("还没有叫的项目")),
            [(label(one.order), str(one.moves), str(one.least), "、".join(one.nos)) for one in known],
            frozenset({1, 2}),
        ),
    )


def _tell_called(shell: Shell, actor: Actor, meeting: str) -> None:
    view = room_query.room(shell.office, actor, meeting)
    outside = [*view.leave, *view.stay_out]
    shell.tell(
        {
            "meeting": meeting,
            "called": view.no,
            "presiding": None if view.presiding is None else view.presiding[0],
            "must_leave": outside,
            "may_return": list(view.may_return),
        },
        T("现在讨论 {no}。", no=view.no),
        *((T("请离场：{names}", names="、".join(outside)),) if outside else ()),
        *((T("可回来：{names}", names="、".join(view.may_return)),) if view.may_return else ()),
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
