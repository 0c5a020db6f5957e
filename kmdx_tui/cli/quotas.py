"""Quotas, the proposal, and the chair's decisions on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from kmdx_tui.cli import apportioning, results_json
from kmdx_tui.cli.family import Family
from kmdx_tui.cli.marks import No
from kmdx_tui.cli.meeting import MeetingId, Reason
from kmdx_tui.cli.reading import one_of, several, words
from kmdx_tui.cli.shell import Shell, here
from kmdx_tui.cli.show import Table, derivation_parts, figure, money
from models.documents.quota_file import read_quota
from models.enums import Outcome, label
from models.errors import Refused, WrongUse
from models.policy.types import Policy
from models.queries import allocation as query
from models.queries import policies
from models.rules.marks import format_score
from models.rules.quotas import Quota, check_quota
from models.services import allocating as service
from models.services import consenting
from models.text import T, Text, mark, tr
from models.views.allocation import AllocationView, QuotaCellView, QuotaView
from models.views.derivation import Derivation

commands = Family()
_quota = commands.family("quota", mark("配额：总名额、预算，县区和行业的保底与上限"))

QuotaFile = Annotated[Path, typer.Argument(metavar="FILE.toml", help=mark("配额文件"))]
QuotaReason = Annotated[str, typer.Option("--reason", metavar="TEXT", help=mark("理由"))]

ADJUSTABLE = (Outcome.PROPOSED, Outcome.ALTERNATE, Outcome.DECLINED)


@_quota.add("set", mark("按配额文件设定；揭晓后变更须写理由"))
def quota_set(
    context: typer.Context,
    meeting: MeetingId,
    file: QuotaFile,
    reason: QuotaReason = "",
) -> None:
    """Set the quotas of a meeting."""
    shell = here(context)
    actor = shell.sign_in()
    wanted = read_quota(file, policies.meeting_policy(shell.office, meeting))
    service.set_quota(shell.office, actor, meeting, wanted, reason)
    view = query.quota_view(shell.office, actor, meeting)
    shell.tell(results_json.quota(view), T("{meeting} 的配额已设定。", meeting=meeting), *_quota_parts(view))


@_quota.add("consent", mark("财政代表同意揭晓后的配额；办法要求同意的，组长只能设定同意过的那一份"))
def quota_consent(
    context: typer.Context,
    meeting: MeetingId,
    file: QuotaFile,
    reason: QuotaReason = "",
) -> None:
    """Agree to a quota for finance."""
    shell = here(context)
    actor = shell.sign_in()
    wanted = read_quota(file, policies.meeting_policy(shell.office, meeting))
    consenting.consent_to_quota(shell.office, actor, meeting, wanted, reason)
    done = T("已同意 {file} 的配额，组长可以照此设定。", file=file)
    shell.tell({"meeting": meeting, "consented": True, "total": wanted.total}, done)


@_quota.add("show", mark("显示配额和它的变更"))
def quota_show(context: typer.Context, meeting: MeetingId) -> None:
    """Show the quotas of a meeting."""
    shell = here(context)
    view = query.quota_view(shell.office, shell.sign_in(), meeting)
    shell.tell(results_json.quota(view), *_quota_parts(view))


def _quota_parts(view: QuotaView) -> Iterable[str | Table]:
    if not view.set:
        yield str(T("尚未设定；以下是批次剩余的名额和预算。"))
    yield str(
        T(
            "总名额 {total}，预算 {yuan} 元，备选 {alternates}",
            total=view.total,
            yuan=money(view.budget_fen),
            alternates=view.alternates,
        )
    )
    yield _cells_table(view.cells)
    for change in view.changes:
        yield f"{change.at[:10]} {change.by}（{label(change.phase)}）：{change.text} {change.reason}".rstrip()


def _cells_table(cells: Sequence[QuotaCellView]) -> Table:
    told = any(cell.reason is not None for cell in cells)
    rows = [
        (
            label(cell.kind),
            cell.label,
            str(cell.floor),
            tr("不限") if cell.ceiling is None else str(cell.ceiling),
            str(cell.candidates),
            figure(cell.taken),
            *((str(cell.reason),) if told else ()),
        )
        for cell in cells
        if cell.candidates or cell.floor or cell.ceiling is not None
    ]
    return Table(
        (
            *(mark("类别"), mark("名称"), mark("保底"), mark("上限"), mark("申报"), mark("入选")),
            *((mark("情形"),) if told else ()),
        ),
        rows,
        frozenset(range(2, 6)),
    )


apportioning.add_to(_quota)


@commands.add("allocate", mark("生成分配方案；--show 只看现有方案，--what-if 试算而不保存"))
def allocate(
    context: typer.Context,
    meeting: MeetingId,
    what_if: Annotated[
        Path | None, typer.Option("--what-if", metavar="FILE.toml", help=mark("按另一份配额试算，什么也不保存"))
    ] = None,
    show: Annotated[bool, typer.Option("--show", help=mark("只看现有方案"))] = False,
    explain: Annotated[bool, typer.Option("--explain", help=mark("写明每个结果和每笔金额怎样得出"))] = False,
) -> None:
    """Compute the proposal and put it in force, or look only."""
    shell = here(context)
    if what_if is not None and show:
        raise WrongUse("both", T("--what-if 和 --show 只能写一个。"))
    actor = shell.sign_in()
    quota = None
    if what_if is not None:
        policy = policies.meeting_policy(shell.office, meeting)
        quota = _sound(read_quota(what_if, policy), policy)
        view = query.what_if(shell.office, actor, meeting, quota)
    elif show:
        view = query.allocation_view(shell.office, actor, meeting)
    else:
        view = service.propose(shell.office, actor, meeting)
    _tell(shell, view, query.outcomes_of(shell.office, actor, meeting, quota) if explain else None)


def _sound(quota: Quota, policy: Policy) -> Quota:
    """The quota, if nothing in it contradicts itself: what could not be set is not tried either."""
    names = {one.code: one.name for one in (*policy.districts, *policy.industries)}
    faults = check_quota(quota, [one.code for one in policy.districts], [one.code for one in policy.industries], names)
    if faults:
        raise Refused("bad_quota", T("这份配额不成立：{why}", why="".join(map(str, faults))))
    return quota


@commands.add("adjust", mark("组长调整一个项目的结果，须写明理由"))
def adjust(
    context: typer.Context,
    meeting: MeetingId,
    no: No,
    to: Annotated[
        Outcome, typer.Option("--to", parser=one_of(ADJUSTABLE), metavar=words(ADJUSTABLE), help=mark("调整为"))
    ],
    reason: Reason,
) -> None:
    """Adjust one application."""
    shell = here(context)
    _tell(shell, service.adjust(shell.office, shell.sign_in(), meeting, no, to, reason))


@commands.add("tie", mark("组长裁定线上并列的先后，须写明理由（表决，或抽签及其种子）"))
def tie(
    context: typer.Context,
    meeting: MeetingId,
    nos: Annotated[list[str], typer.Argument(metavar="NO…", help=mark("并列的申报编号，先者在前"))],
    reason: Reason,
) -> None:
    """Order tied applications."""
    shell = here(context)
    _tell(shell, service.decide_tie(shell.office, shell.sign_in(), meeting, several(nos), reason))


def _tell(shell: Shell, view: AllocationView, why: Callable[[str], Derivation] | None = None) -> None:
    """Say what the list is; `why` derives an outcome, for who asked to have everything explained."""
    shell.tell(
        results_json.allocation(view, why),
        *_summary(view),
        _allocation_table(view),
        _cells_table(view.cells),
        *(
            part
            for one in view.applications
            if why is not None
            for derivation in (why(one.no), one.derivation)
            if derivation is not None
            for part in derivation_parts(derivation)
        ),
    )


def _summary(view: AllocationView) -> Iterable[Text | str]:
    proposed = len(view.proposed)
    if view.recorded_at is None:
        yield T("这是试算：什么也没有保存。")
        if view.entering or view.leaving:
            yield str(T("进入：{nos}", nos=figure("、".join(view.entering))))
            yield str(T("退出：{nos}", nos=figure("、".join(view.leaving))))
    line = figure(None) if view.line is None else format_score(view.line, view.places)
    yield T("名额 {total}，拟入选 {proposed}，入选线 {line}", total=view.total, proposed=proposed, line=line)
    yield str(
        T("预计补助合计 {used} 元，预算 {budget} 元", used=money(view.budget_used_fen), budget=money(view.budget_fen))
    )
    for nos in view.ties:
        yield T("待裁定的并列：{nos}", nos="、".join(nos))
    for one in view.unmet:
        yield T("{name}保底 {wanted}，只能达到 {reached}", name=one.name, wanted=one.wanted, reached=one.reached)
    if view.amount_unknown:
        yield T("金额未知，未计入预算：{nos}", nos="、".join(view.amount_unknown))


def _allocation_table(view: AllocationView) -> Table:
    rows = [
        (
            figure(one.rank),
            one.no,
            one.enterprise,
            one.district,
            one.industry,
            figure(None) if one.score is None else format_score(one.score, view.places),
            label(one.outcome) + (f" {one.alternate_order}" if one.alternate_order is not None else ""),
            str(one.text),
            figure(None) if one.margin is None else format_score(one.margin, view.places),
            money(one.amount_fen),
        )
        for one in view.applications
    ]
    headings = (
        *(mark("名次"), mark("申报编号"), mark("企业名称"), mark("县区"), mark("行业"), mark("得分")),
        *(mark("结果"), mark("理由"), mark("距入选线"), mark("预计补助（元）")),
    )
    return Table(headings, rows, frozenset({0, 5, 8, 9}))
