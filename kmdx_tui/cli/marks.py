"""Marks: the expert's own sheets, what the chair and the office do with sheets, and corrections after the reveal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from kmdx_tui.cli import as_json, keying, results_json
from kmdx_tui.cli.family import Family
from kmdx_tui.cli.meeting import MeetingId, Reason
from kmdx_tui.cli.reading import one_of, pairs, words
from kmdx_tui.cli.shell import Shell, here
from kmdx_tui.cli.show import Table, derivation_parts, figure
from models.enums import REVEALED, CorrectionGround, Role, SheetState, label
from models.errors import WrongUse
from models.policy.types import Rubric
from models.queries import meeting as meeting_query
from models.queries import policies
from models.queries.base import unknown_application
from models.queries.desk import desk
from models.queries.items import derivations, item
from models.rules.digest import short
from models.rules.marks import format_points, format_score, format_total
from models.services import deliberation, returning, scoring
from models.text import T, Text, mark, tr
from models.views.desk import DeskRow, DeskView, SheetSaved
from models.views.meeting import MeetingView
from models.views.people import Actor
from models.views.results import ItemView

commands = Family()
_marks = commands.family("marks", mark("评分"))

No = Annotated[str, typer.Argument(metavar="NO", help=mark("申报编号"))]
Expert = Annotated[str, typer.Argument(metavar="EXPERT", help=mark("评分的专家"))]


@_marks.add("enter", mark("录入本人的评分，写作 指标=分数；空的分数即清除"))
def marks_enter(
    context: typer.Context,
    meeting: MeetingId,
    no: No,
    marks: Annotated[list[str], typer.Argument(metavar="CRITERION=MARK…", help=mark("指标（代码或名称）和分数"))],
    comment: Annotated[str | None, typer.Option("--comment", metavar="TEXT", help=mark("评语"))] = None,
) -> None:
    """Enter marks of an own sheet."""
    shell = here(context)
    given = pairs(marks)
    saved = scoring.enter_marks(shell.office, shell.sign_in(), meeting, no, given, comment)
    shell.tell(_saved_json(saved), T("{no} 已保存：{state}，合计 {total}。", **_saved_words(saved)))


@_marks.add("submit", mark("提交本人的评分表；不写编号则提交全部已评完的草稿"))
def marks_submit(
    context: typer.Context,
    meeting: MeetingId,
    nos: Annotated[list[str] | None, typer.Argument(metavar="NO…", help=mark("申报编号"))] = None,
) -> None:
    """Hand in own sheets."""
    shell = here(context)
    actor = shell.sign_in()
    wanted = nos or _complete(desk(shell.office, actor, meeting))
    saved = scoring.submit(shell.office, actor, meeting, wanted)
    view = desk(shell.office, actor, meeting)
    shell.tell(
        {
            "meeting": meeting,
            "submitted": [_saved_json(one) for one in saved],
            "sheets": {"due": view.due, "in": view.done},
        },
        T("提交 {count} 份；本人已交 {done}/{due}。", count=len(saved), done=view.done, due=view.due),
        *(_receipt(one) for one in saved if one.receipt),
    )


def _receipt(saved: SheetSaved) -> Text:
    """What an expert may note down: by it the sheet is found again in the record."""
    return T("{no} 的回执：{receipt}", no=saved.no, receipt=short(saved.receipt))


def _complete(view: DeskView) -> list[str]:
    """The own drafts that lack no mark. What the chair returned is handed in by name only."""
    return [
        row.no
        for row in view.rows
        if row.state is SheetState.DRAFT and len(row.marks) == len(view.rubric.criteria) and not row.recused
    ]


@_marks.add("abstain", mark("对一个项目弃权，须写明理由"))
def marks_abstain(context: typer.Context, meeting: MeetingId, no: No, reason: Reason) -> None:
    """Abstain from a sheet."""
    shell = here(context)
    saved = scoring.abstain(shell.office, shell.sign_in(), meeting, no, reason)
    shell.tell(_saved_json(saved), T("{no} 已弃权。", no=no), *([_receipt(saved)] if saved.receipt else []))


@_marks.add("take-back", mark("取回本人已提交的评分表，揭晓前可用"))
def marks_take_back(context: typer.Context, meeting: MeetingId, no: No) -> None:
    """Take an own sheet back."""
    shell = here(context)
    saved = scoring.take_back(shell.office, shell.sign_in(), meeting, no)
    shell.tell(_saved_json(saved), T("{no} 已取回，现为草稿。", no=no))


@_marks.add("return", mark("组长退回一份评分表（看不到分数），须写明理由"))
def marks_return(context: typer.Context, meeting: MeetingId, expert: Expert, no: No, reason: Reason) -> None:
    """Return a sheet unseen."""
    shell = here(context)
    returning.return_sheet(shell.office, shell.sign_in(), meeting, expert, no, reason)
    shell.tell(
        {"expert": expert, "no": no, "state": SheetState.RETURNED},
        T("{expert} 的 {no} 已退回。", expert=expert, no=no),
    )


@_marks.add("show", mark("显示本人的评分；揭晓后写编号，可看该项目的全部评分表"))
def marks_show(
    context: typer.Context,
    meeting: MeetingId,
    no: Annotated[str | None, typer.Argument(metavar="NO", help=mark("申报编号"))] = None,
    explain: Annotated[bool, typer.Option("--explain", help=mark("也写明名次怎样得出"))] = False,
) -> None:
    """Show own sheets, or after the reveal all sheets of an item with the steps of its score."""
    shell = here(context)
    actor = shell.sign_in()
    if no is not None and meeting_query.meeting(shell.office, actor, meeting).phase in REVEALED:
        _show_item(shell, actor, meeting, no, explain)
        return
    view = desk(shell.office, actor, meeting)
    rows = [row for row in view.rows if no in (None, row.no)]
    if no is not None and not rows:
        raise unknown_application(no)
    shell.tell(
        {"meeting": meeting, "expert": actor.name, "sheets": [_row_json(row) for row in rows]},
        _desk_table(rows, view.rubric),
    )


def _show_item(shell: Shell, actor: Actor, meeting: str, no: str, explain: bool) -> None:
    view = item(shell.office, actor, meeting, no)
    rubric = policies.meeting_policy(shell.office, meeting).rubric
    document, parts = results_json.item(view), [*_item_parts(view, rubric)]
    if explain:
        place = derivations(shell.office, actor, meeting, no)[no].rank
        document["rank_derivation"] = as_json.derivation(place)
        parts += derivation_parts(place)
    shell.tell(document, *parts)


def _item_parts(view: ItemView, rubric: Rubric) -> Iterable[str | Table]:
    shown = figure(None) if view.score is None else format_score(view.score, view.places)
    yield str(
        T(
            "{no} {name}：得分 {score}，第 {rank} 名",
            no=view.no,
            name=view.enterprise,
            score=shown,
            rank=figure(view.rank),
        )
    )
    if view.sealed:
        yield str(T("本人已回避，评分和讨论不公开。"))
        return
    headings = (mark("专家"), mark("状态"), *(c.name for c in rubric.criteria), mark("合计"), mark("说明"))
    rows = [
        (
            one.expert,
            tr("作废") if one.voided else label(one.state),
            *(_point(one.marks.get(c.code)) for c in rubric.criteria),
            figure(None) if one.total_micro is None else format_total(one.total_micro),
            "；".join([*map(str, one.flags), *filter(None, (one.explanation, one.reason, one.comment))]),
        )
        for one in view.sheets
    ]
    yield Table(headings, rows, frozenset(range(2, len(rubric.criteria) + 3)))
    for change in view.corrections:
        new = tr("待录入") if change.new_milli is None else format_points(change.new_milli)
        yield str(
            T(
                "更正：{expert}“{criterion}” {old}→{new}（{ground}：{reason}）",
                expert=change.expert,
                criterion=change.criterion,
                old=format_points(change.old_milli),
                new=new,
                ground=label(change.ground),
                reason=change.reason,
            )
        )
    for one in view.dissents:
        yield str(T("不同意见（{expert}）：{text}", expert=one.expert, text=one.text))
    if view.opinion:
        yield str(T("评审意见：{text}", text=view.opinion))
    if view.derivation is not None:
        yield from derivation_parts(view.derivation)


@_marks.add("explain", mark("说明本人偏差较大的评分"))
def marks_explain(
    context: typer.Context,
    meeting: MeetingId,
    expert: Expert,
    no: No,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=mark("说明"))],
) -> None:
    """Explain an own flagged value."""
    shell = here(context)
    deliberation.explain_value(shell.office, shell.sign_in(), meeting, expert, no, text)
    shell.tell({"expert": expert, "no": no, "explanation": text}, T("已记录 {no} 的偏差说明。", no=no))


@_marks.add("correct", mark("更正：组长认定情形（只写指标），专家或秘书录入新分（指标=分数）"))
def marks_correct(
    context: typer.Context,
    meeting: MeetingId,
    expert: Expert,
    no: No,
    criterion: Annotated[str, typer.Argument(metavar="CRITERION[=MARK]", help=mark("指标，录入新分时写 指标=分数"))],
    ground: Annotated[
        CorrectionGround | None,
        typer.Option("--ground", parser=one_of(CorrectionGround), metavar=words(CorrectionGround), help=mark("情形")),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=mark("理由"))] = "",
) -> None:
    """Name the ground of a correction, or enter its new mark.

    Who presides names what is to be corrected and why; a mark written with it stands only if it is their own sheet.
    """
    shell = here(context)
    code, equals, value = criterion.replace("＝", "=").partition("=")
    actor = shell.sign_in()
    names = ground is not None and _presides(meeting_query.meeting(shell.office, actor, meeting), no)
    if not names and not equals:
        raise WrongUse("no_ground", T("认定更正须用 --ground 写明情形；录入新分请写 指标=分数。"))
    if names and ground is not None:
        deliberation.name_correction(shell.office, actor, meeting, expert, no, code.strip(), ground, reason)
    enters = bool(equals) and (not names or expert == actor.name)
    if enters:
        deliberation.enter_correction(shell.office, actor, meeting, expert, no, code.strip(), value)
    told = {"expert": expert, "no": no, "criterion": code.strip()}
    shell.tell(
        {**told, "ground": ground if names else None, "new": value.strip() if enters else None},
        T("已录入 {expert} 的 {no}“{criterion}”新分。", **told)
        if enters
        else T("已认定 {expert} 的 {no}“{criterion}”须更正，新分由评分的专家本人录入。", **told),
    )


def _presides(view: MeetingView, no: str) -> bool:
    """Whether who looks presides over an application: the chair, or the deputy where the chair is recused from it."""
    if view.role is Role.DEPUTY:
        return any(seat.role is Role.CHAIR and no in seat.recused for seat in view.seats)
    return view.role is Role.CHAIR


_marks.add("import", mark("录入纸质评分表（.xlsx、.csv）；办法要求双人录入的，须另一人再导入一次，一致才生效"))(
    keying.marks_import
)
_marks.add("key", mark("录入一份纸质评分表；办法要求双人录入的，须另一人再录一次，一致才生效"))(keying.marks_key)
_marks.add("keyings", mark("列出可以录入的纸质评分表和各份的进度；写明专家和编号，看本人两次不一致之处"))(
    keying.marks_keyings
)


def _saved_json(saved: SheetSaved) -> as_json.Json:
    return {
        "no": saved.no,
        "state": saved.state,
        "marks": as_json.marks(saved.marks),
        "total": as_json.total(saved.total_micro),
        "saved_at": saved.saved_at,
        "receipt": saved.receipt or None,
    }


def _saved_words(saved: SheetSaved) -> dict[str, str]:
    total = figure(None) if saved.total_micro is None else format_total(saved.total_micro)
    return {"no": saved.no, "state": label(saved.state), "total": total}


def _row_json(row: DeskRow) -> as_json.Json:
    return {
        "no": row.no,
        "enterprise": row.enterprise,
        "district": row.district,
        "state": row.state,
        "marks": as_json.marks(row.marks),
        "total": as_json.total(row.total_micro),
        "comment": row.comment,
        "reason": row.reason or None,
        "recused": row.recused,
        "receipt": row.receipt or None,
    }


def _desk_table(rows: Sequence[DeskRow], rubric: Rubric) -> Table:
    """Own sheets; with a column of receipts where any was handed in sealed."""
    receipts = any(row.receipt for row in rows)
    headings = (
        mark("申报编号"),
        mark("企业名称"),
        mark("状态"),
        *(c.name for c in rubric.criteria),
        mark("合计"),
        mark("评语"),
        *((mark("回执"),) if receipts else ()),
    )
    cells = [
        (
            row.no,
            row.enterprise,
            tr("回避") if row.recused else label(row.state),
            *(_point(row.marks.get(c.code)) for c in rubric.criteria),
            figure(None) if row.total_micro is None else format_total(row.total_micro),
            row.reason or row.comment,
            *((short(row.receipt) if row.receipt else figure(None),) if receipts else ()),
        )
        for row in rows
    ]
    return Table(headings, cells, frozenset(range(3, len(rubric.criteria) + 4)))


def _point(milli: int | None) -> str:
    return figure(None) if milli is None else format_points(milli)
