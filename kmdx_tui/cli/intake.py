"""What comes in: empty workbooks, batches, rosters, and the applications that were made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from kmdx_tui.cli import as_json
from kmdx_tui.cli.batch_file import read_limits, read_sources
from kmdx_tui.cli.family import Family
from kmdx_tui.cli.policy import find_policy
from kmdx_tui.cli.reading import day, whole, yuan
from kmdx_tui.cli.shell import Shell, here
from kmdx_tui.cli.show import Table, derivation_parts, figure, money
from models.documents.fault_copy import write_fault_copy
from models.documents.form_templates import KINDS, write_template
from models.enums import LEVELS, label
from models.errors import BadInput, DatabaseUnusable, WrongUse
from models.policy.types import Policy
from models.queries import applications as query
from models.queries import batches as batch_query
from models.queries import policies
from models.services import batches as batch_service
from models.services import intake as service
from models.text import T, Text, mark, tr
from models.views.applications import ApplicationCard, ApplicationLine
from models.views.meeting import BatchFigures
from seeds.policies import usable_ids

commands = Family()
_batch = commands.family("batch", mark("批次"))
_import = commands.family("import", mark("导入表格"))
_application = commands.family("application", mark("申报项目"))

BatchId = Annotated[str, typer.Argument(metavar="ID", help=mark("批次编号"))]
No = Annotated[str, typer.Argument(metavar="NO", help=mark("申报编号"))]


@commands.add("template", mark("写出空白工作簿：标题、下拉选项和填写说明"))
def template(
    context: typer.Context,
    kind: Annotated[
        str, typer.Argument(metavar="roster|marks|quotas|seats", help=mark("名册、评分表、配额或席位人员情况"))
    ],
    out: Annotated[Path | None, typer.Option("-o", metavar="FILE.xlsx", help=mark("写到哪个文件"))] = None,
    policy: Annotated[
        str | None, typer.Option("--policy", metavar="ID|FILE", help=mark("按哪份办法；不写则按数据库里的"))
    ] = None,
) -> None:
    """Write an empty workbook."""
    shell = here(context)
    if kind not in KINDS:
        raise WrongUse(
            "unknown_template", T("没有这种表格：{kind}，可用：{known}。", kind=kind, known="、".join(KINDS))
        )
    path = out or Path(f"{kind}.xlsx")
    if path.exists():
        raise WrongUse("file_exists", T("{path} 已经存在，不会覆盖。", path=path))
    write_template(kind, find_policy(shell, policy) if policy else _policy_at_hand(shell), path)
    shell.tell({"template": kind, "file": str(path)}, T("已写出 {path}。", path=path))


def _policy_at_hand(shell: Shell) -> Policy:
    """The database's newest policy; while there is no database, the usable built-in one if there is but one."""
    try:
        return policies.newest_policy(shell.office)
    except DatabaseUnusable:
        usable = usable_ids()
        if len(usable) != 1:
            raise
        return find_policy(shell, usable[0])


@_batch.add("new", mark("建立批次"))
def batch_new(
    context: typer.Context,
    batch: BatchId,
    quota: Annotated[int, typer.Option("--quota", parser=whole, metavar="N", help=mark("名额"))],
    budget: Annotated[int | None, typer.Option("--budget", parser=yuan, metavar="YUAN", help=mark("预算，元"))] = None,
    sources: Annotated[
        Path | None, typer.Option("--sources", metavar="FILE.toml", help=mark("各资金来源的比例"))
    ] = None,
    limits: Annotated[
        Path | None, typer.Option("--limits", metavar="FILE.toml", help=mark("低于办法的比例和上限，以批次通知为据"))
    ] = None,
    opens: Annotated[str | None, typer.Option("--from", metavar="DATE", help=mark("受理开始日"))] = None,
    closes: Annotated[str | None, typer.Option("--until", metavar="DATE", help=mark("受理截止日"))] = None,
) -> None:
    """Open a batch."""
    shell = here(context)
    actor = shell.sign_in()
    policy = policies.newest_policy(shell.office)
    shares = read_sources(sources, policy) if sources else None
    bounds = read_limits(limits, policy) if limits else None
    batch_service.new_batch(
        shell.office,
        actor,
        batch,
        quota,
        budget_fen=budget,
        sources=shares,
        opens=day(opens) if opens else None,
        closes=day(closes) if closes else None,
        limits=bounds,
    )
    made = next(one for one in batch_service.batches(shell.office) if one.id == batch)
    outside = batch_query.batch_figures(shell.office, batch).outside
    shell.tell(as_json.batch(made), T("已建立批次 {batch}，名额 {quota}。", batch=batch, quota=quota), *outside)


@_batch.add("list", mark("列出批次"))
def batch_list(context: typer.Context) -> None:
    """List all batches."""
    shell = here(context)
    shell.sign_in()
    found = batch_service.batches(shell.office)
    rows = [(one.id, one.policy, str(one.quota), money(one.budget_fen), str(one.applications)) for one in found]
    headings = (mark("编号"), mark("办法"), mark("名额"), mark("预算（元）"), mark("申报项目"))
    shell.tell({"batches": [as_json.batch(one) for one in found]}, Table(headings, rows, frozenset({2, 3, 4})))


@_batch.add("show", mark("显示一个批次"))
def batch_show(context: typer.Context, batch: BatchId) -> None:
    """Show a batch."""
    shell = here(context)
    shell.sign_in()
    found = next((one for one in batch_service.batches(shell.office) if one.id == batch), None)
    if found is None:
        raise WrongUse("unknown_batch", T("没有批次 {batch}。", batch=batch))
    figures = batch_query.batch_figures(shell.office, batch)
    sources = "、".join(f"{code} {share}" for code, share in found.sources)
    rows = (
        (tr("编号"), found.id),
        (tr("办法"), found.policy),
        (tr("名额"), str(found.quota)),
        (tr("预算（元）"), money(found.budget_fen)),
        (tr("受理"), f"{figure(found.opens)} – {figure(found.closes)}"),
        (tr("资金来源"), figure(sources)),
        (tr("申报项目"), str(found.applications)),
    )
    shell.tell(
        as_json.batch(found) | as_json.batch_figures(figures),
        Table((mark("项"), mark("内容")), rows),
        *figures.outside,
        *_figure_tables(figures),
    )


def _figure_tables(figures: BatchFigures) -> Iterator[Table | str]:
    """What a batch's tracks and uses have of its money, and its bounds below the measure."""
    if figures.tracks:
        rows = [
            (one.name, str(one.places), money(one.budget_fen), str(one.listed), money(one.listed_fen))
            for one in figures.tracks
        ]
        headings = (mark("支持方向"), mark("名额"), mark("预算（元）"), mark("已定稿（家）"), mark("已定稿（元）"))
        yield ""
        yield Table(headings, rows, frozenset({1, 2, 3, 4}))
    if figures.uses:
        uses = [
            (
                *(one.name, "、".join(one.sources) or tr("全部")),
                *(money(one.least_fen), money(one.most_fen), money(one.set_fen), money(one.listed_fen)),
                one.basis,
            )
            for one in figures.uses
        ]
        columns = (
            *(mark("资金用途"), mark("资金来源"), mark("至少（元）"), mark("至多（元）")),
            *(mark("各会预算（元）"), mark("已定稿（元）"), mark("依据")),
        )
        yield ""
        yield Table(columns, uses, frozenset({2, 3, 4, 5}))
    if figures.limits:
        bounds = [(one.track, "；".join(map(str, one.bounds)), one.notice) for one in figures.limits]
        yield ""
        yield Table((mark("支持方向"), mark("批次标准"), mark("依据")), bounds)


@_import.add("roster", mark("导入县区的名册；每个文件要么全部导入，要么一行也不导入"))
def import_roster(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help=mark("名册：.xlsx、.xls 或 .csv"))],
    batch: Annotated[str, typer.Option("--batch", metavar="ID", help=mark("导入到哪个批次"))],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=mark("只检查，什么也不保存"))] = False,
    errors: Annotated[
        Path | None, typer.Option("--errors", metavar="OUT.xlsx", help=mark("有问题时，写出标明问题的副本"))
    ] = None,
) -> None:
    """Import rosters."""
    shell = here(context)
    actor = shell.sign_in()
    if errors is not None and errors.exists():
        raise WrongUse("file_exists", T("{path} 已经存在，不会覆盖。", path=errors))
    try:
        done = service.import_roster(shell.office, actor, files, batch, dry_run=dry_run)
    except BadInput as bad:
        for made in _write_copies(files, bad, errors):
            shell.progress(T("标明问题的副本：{path}", path=made))
        raise
    shell.tell(
        {"batch": batch, "dry_run": dry_run, "files": [_import_json(one) for one in done]},
        *(part for one in done for part in _import_words(one)),
        *((T("这是试导入：什么也没有保存。"),) if dry_run else ()),
    )


def _write_copies(files: Sequence[Path], bad: BadInput, out: Path | None) -> list[Path]:
    """A marked copy of each bad file: under the name that was given, numbered from the second on."""
    if out is None:
        return []
    faulty = {fault.file for fault in bad.faults}
    written = []
    for number, source in enumerate((file for file in files if file.name in faulty), 1):
        path = out if number == 1 else out.with_stem(f"{out.stem}-{number}")
        write_fault_copy(source, bad.faults, path)
        written.append(path)
    return written


def _import_json(one: service.RosterImport) -> as_json.Json:
    return {
        "file": one.file,
        "sheet": one.sheet or None,
        "added": list(one.added),
        "updated": [
            {"no": change.no, "field": str(change.field), "old": change.old, "new": change.new}
            for change in one.updated
        ],
        "unchanged": one.unchanged,
        "extra_columns": list(one.extra_columns),
    }


def _import_words(one: service.RosterImport) -> list[Text | Table | str]:
    nos = len({change.no for change in one.updated})
    counts = T(
        "{file}：新增 {added} 项，更新 {updated} 项，未变 {unchanged} 项。",
        file=one.file,
        added=len(one.added),
        updated=nos,
        unchanged=one.unchanged,
    )
    parts: list[Text | Table | str] = [counts]
    if one.updated:
        rows = [(change.no, str(change.field), change.old, change.new) for change in one.updated]
        parts.append(Table((mark("申报编号"), mark("栏目"), mark("原为"), mark("现为")), rows))
    if one.extra_columns:
        parts.append(T("作为附注保留的列：{columns}", columns="、".join(one.extra_columns)))
    return parts


@_application.add("list", mark("列出申报项目及是否符合条件"))
def application_list(
    context: typer.Context,
    batch: Annotated[str | None, typer.Option("--batch", metavar="ID", help=mark("只看一个批次"))] = None,
    meeting: Annotated[str | None, typer.Option("--meeting", metavar="ID", help=mark("只看一个评审会"))] = None,
) -> None:
    """List applications."""
    shell = here(context)
    found = query.roster(shell.office, shell.sign_in(), meeting=meeting, batch=batch)
    shell.tell({"applications": [as_json.application(one) for one in found]}, roster_table(found))


def roster_table(lines: Sequence[ApplicationLine]) -> Table:
    """Applications for people."""
    rows = [
        (
            one.no,
            one.enterprise,
            one.district,
            one.industry,
            figure(tr(LEVELS[one.target_level]) if one.target_level else None),
            money(one.investment_fen),
            tr("符合") if one.eligible else tr("不符合"),
            tr("本人回避") if one.recused else "；".join(str(reason.text) for reason in one.reasons),
        )
        for one in lines
    ]
    headings = (
        *(mark("申报编号"), mark("企业名称"), mark("县区"), mark("行业")),
        *(mark("目标等级"), mark("投入（元）"), mark("条件"), mark("说明")),
    )
    return Table(headings, rows, frozenset({5}))


Explain = Annotated[bool, typer.Option("--explain", help=mark("写明金额怎样算出"))]


@_application.add("show", mark("显示一个申报项目的全部内容"))
def application_show(context: typer.Context, no: No, explain: Explain = False) -> None:
    """Show an application."""
    shell = here(context)
    card = query.card(shell.office, shell.sign_in(), no)
    policy = policies.batch_policy(shell.office, card.batch)
    table = Table((mark("项"), mark("内容")), _card_rows(card))
    shell.tell(as_json.card(card, policy), table, *_check_words(card), *_derived(card, explain=explain))


def _derived(card: ApplicationCard, *, explain: bool) -> Iterable[str | Table]:
    return derivation_parts(card.derivation) if explain and card.derivation is not None else ()


def _card_rows(card: ApplicationCard) -> list[tuple[str, str]]:
    yes, no = tr("是"), tr("否")
    return [
        (tr("申报编号"), card.no),
        (tr("企业名称"), card.enterprise),
        (tr("统一社会信用代码"), card.uscc),
        (tr("企业规模"), label(card.size)),
        (tr("县区"), card.district),
        (tr("行业"), card.industry),
        (tr("支持方向"), card.track),
        (tr("批次"), card.batch),
        (tr("评审会"), figure(card.meeting)),
        (tr("当前等级"), figure(tr(LEVELS[card.current_level]) if card.current_level else None)),
        (tr("目标等级"), figure(tr(LEVELS[card.target_level]) if card.target_level else None)),
        (tr("完成年份"), figure(card.completion_year)),
        *((label(kind), money(fen)) for kind, fen in card.investment),
        (tr("已获专项资金"), money(card.prior_support_fen)),
        (tr("以往数字化投入"), money(card.prior_investment_fen)),
        (tr("推荐意见"), _answer(card.recommended, tr("推荐"), tr("不推荐"))),
        (tr("备案号"), figure(card.filing_no)),
        (tr("初核结果"), _answer(card.preliminary_passed, tr("通过"), tr("不通过"))),
        (tr("已获中央小巨人资金"), _answer(card.central_support, yes, no)),
        (tr("2022年改造试点"), _answer(card.pilot_2022, yes, no)),
        (tr("近三年严重失信"), _answer(card.dishonest, yes, no)),
        (tr("其他违规情形"), figure(card.other_exclusion)),
        (tr("改造内容摘要"), figure(card.summary)),
        (tr("申报材料"), figure(card.materials)),
        (tr("联系人"), figure(card.contact)),
        (tr("联系电话"), figure(card.phone)),
        (tr("备注"), figure(card.remark)),
        *card.notes,
    ]


def _answer(given: bool | None, yes: str, no: str) -> str:
    return tr("未给出") if given is None else yes if given else no


@_application.add("check", mark("检查一个申报项目是否符合条件，并算出预计补助"))
def application_check(context: typer.Context, no: No, explain: Explain = False) -> None:
    """Check an application."""
    shell = here(context)
    card = query.card(shell.office, shell.sign_in(), no)
    shell.tell(as_json.check(card), *_check_words(card), *_derived(card, explain=explain))


def _check_words(card: ApplicationCard) -> list[str]:
    verdict = T("{no} {name}：符合条件", no=card.no, name=card.enterprise)
    if not card.eligible:
        verdict = T("{no} {name}：不符合条件", no=card.no, name=card.enterprise)
    lines = [str(verdict)]
    lines += [
        f"  {reason.text}〔{reason.article}〕" if reason.article else f"  {reason.text}" for reason in card.reasons
    ]
    if card.checks:
        lines.append(str(T("另须查核（由人判断）：")))
        lines += [f"  {one.words}" for one in card.checks]
    if card.amount_fen is not None:
        lines.append(str(T("预计补助 {yuan} 元", yuan=money(card.amount_fen))))
    elif card.amount_reason is not None:
        lines.append(str(T("预计补助：{why}", why=card.amount_reason)))
    return lines
