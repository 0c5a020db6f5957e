"""Paper sheets keyed by the office: a file, one by hand, how far they are, and to two keyers where they differ."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from kmdx_tui.cli.as_json import Json
from kmdx_tui.cli.meeting import MeetingId
from kmdx_tui.cli.reading import pairs
from kmdx_tui.cli.shell import here
from kmdx_tui.cli.show import Table, figure
from models.enums import KeyingState, label
from models.errors import WrongUse
from models.queries import keying as query
from models.services import keying as service
from models.text import T, Text, mark
from models.views.keying import DifferenceView, KeyedView, KeyingLine


def marks_import(
    context: typer.Context,
    meeting: MeetingId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=mark("评分表文件"))],
) -> None:
    """Import paper sheets."""
    shell = here(context)
    done = service.import_marks(shell.office, shell.sign_in(), meeting, file)
    document: Json = {"meeting": meeting, "sheets": done.sheets, "abstained": done.abstained}
    words = T("已录入 {sheets} 份评分表，其中弃权 {abstained} 份。", sheets=done.sheets, abstained=done.abstained)
    if not done.keyed:
        shell.tell(document, words)
        return
    waiting = sum(one.state is KeyingState.WAITING for one in done.keyed)
    differing = [one.difference for one in done.keyed if one.difference is not None]
    document |= {"waiting": waiting, "differing": [_difference_json(one) for one in differing]}
    more = T("待另一人复录 {waiting} 份，两次不一致 {differing} 份。", waiting=waiting, differing=len(differing))
    shell.tell(document, words, more, *(part for one in differing for part in _difference_parts(one)))


def marks_key(
    context: typer.Context,
    meeting: MeetingId,
    expert: Annotated[str, typer.Argument(metavar="EXPERT", help=mark("评分的专家"))],
    no: Annotated[str, typer.Argument(metavar="NO", help=mark("申报编号"))],
    marks: Annotated[
        list[str] | None,
        typer.Argument(metavar="CRITERION=MARK…", help=mark("指标（代码或名称）和分数，须写全")),
    ] = None,
    abstain: Annotated[str, typer.Option("--abstain", metavar="TEXT", help=mark("弃权的理由；不写分数"))] = "",
    comment: Annotated[str, typer.Option("--comment", metavar="TEXT", help=mark("评语"))] = "",
) -> None:
    """Key one paper sheet."""
    shell = here(context)
    typed = pairs(marks or ())
    done = service.key_sheet(
        shell.office, shell.sign_in(), meeting, expert, no, typed, abstain=abstain, comment=comment
    )
    found = done.difference
    shell.tell(
        {
            "expert": expert,
            "no": no,
            "state": done.state,
            "difference": None if found is None else _difference_json(found),
        },
        _keyed_words(done),
        *(() if found is None else _difference_parts(found)),
    )


def marks_keyings(
    context: typer.Context,
    meeting: MeetingId,
    expert: Annotated[str | None, typer.Argument(metavar="EXPERT", help=mark("评分的专家"))] = None,
    no: Annotated[str | None, typer.Argument(metavar="NO", help=mark("申报编号；看两次不一致之处"))] = None,
) -> None:
    """List the paper sheets that may be keyed, or show where two own keyings differ."""
    shell = here(context)
    actor = shell.sign_in()
    if expert is not None and no is not None:
        found = query.difference(shell.office, actor, meeting, expert, no)
        shell.tell(_difference_json(found), *_difference_parts(found))
        return
    view = query.keyings(shell.office, actor, meeting)
    if expert is not None and expert not in view.experts:
        raise WrongUse("unknown_expert", T("本次评审会没有评委“{name}”。", name=expert))
    lines = view.lines if expert is None else view.of(expert)
    rows = [(one.expert, one.no, one.enterprise, label(one.state), figure("、".join(one.by))) for one in lines]
    headings = (mark("专家"), mark("申报编号"), mark("企业名称"), mark("录入"), mark("录入人"))
    shell.tell(
        {"meeting": meeting, "double": view.double, "sheets": [_line_json(one) for one in lines]},
        Table(headings, rows),
    )


def _line_json(line: KeyingLine) -> Json:
    return {
        "expert": line.expert,
        "no": line.no,
        "enterprise": line.enterprise,
        "state": line.state,
        "by": list(line.by),
        "mine": line.mine,
        "yours": line.yours,
    }


def _keyed_words(done: KeyedView) -> Text:
    values = {"expert": done.expert, "no": done.no}
    if done.state is KeyingState.IN:
        return T("{expert}的 {no} 已录入，评分表已交。", **values)
    if done.state is KeyingState.WAITING:
        return T("{expert}的 {no} 已录入，待另一人复录；您不会再看到这份评分表。", **values)
    return T("{expert}的 {no} 两次录入不一致，没有生效；请核对纸质评分表，由其中一人重录。", **values)


def _difference_json(found: DifferenceView) -> Json:
    return {
        "expert": found.expert,
        "no": found.no,
        "keyers": list(found.keyers),
        "places": [
            {"key": one.key, "name": one.name, "values": list(one.values), "differs": one.differs}
            for one in found.places
        ],
    }


def _difference_parts(found: DifferenceView) -> Iterable[Text | Table]:
    yield T("{expert} {no}：{places} 不一致", expert=found.expert, no=found.no, places="、".join(found.names))
    rows = [(one.name, *map(figure, one.values), "≠" if one.differs else "") for one in found.places]
    yield Table((mark("指标"), *found.keyers, ""), rows, frozenset({1, 2}))
