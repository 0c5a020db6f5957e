"""What the list hangs on, and how far the experts agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

import typer

from kmdx_tui.cli import as_json
from kmdx_tui.cli.family import Family
from kmdx_tui.cli.meeting import MeetingId
from kmdx_tui.cli.shell import here
from kmdx_tui.cli.show import Table, figure
from models.queries.sensitivity import sensitivity as read
from models.rules.marks import format_points, format_score
from models.text import T, Text, mark
from models.views.sensitivity import Agreement, Coefficient, LeftOut, MarkSearch, SensitivityView
from screens.sensitivity_parts import words

commands = Family()


@commands.add("sensitivity", mark("去掉一位专家或一个指标，或改动一个分，名单会不会变；专家之间是否一致。揭晓后可看"))
def sensitivity(
    context: typer.Context,
    meeting: MeetingId,
    no: Annotated[str | None, typer.Option("--no", metavar="NO", help=mark("只看这一个申报项目"))] = None,
    explain: Annotated[bool, typer.Option("--explain", help=mark("写明这些数是怎样算出来的"))] = False,
) -> None:
    """Show the sensitivity of the list and the agreement of the experts."""
    shell = here(context)
    actor = shell.sign_in()
    shell.progress(T("正在逐一重算名单……"))
    view = read(shell.office, actor, meeting, no)
    if no is not None:
        view = replace(view, left_out=tuple(one for one in view.left_out if _concerns(one, no)))
    method = [str(text) for text in words.METHOD]
    document = sensitivity_json(view) | ({"explained": method} if explain else {})
    shell.tell(document, *_parts(view), *(["", *method] if explain else method[-1:]))


def _concerns(one: LeftOut, no: str) -> bool:
    return no in {*(move.no for move in one.moves), *one.open, *one.unknown}


def _parts(view: SensitivityView) -> Iterable[Text | Table | str]:
    yield from map(str, words.compared_with(view))
    for one in view.left_out:
        yield ""
        yield " ".join(map(str, words.left_out_words(one, view.places)))
        if one.moves:
            yield _moves(one, view)
    yield ""
    yield from map(str, words.smallest_words(view))
    if view.marks:
        yield _marks(view)
    for panel in view.agreement:
        yield ""
        yield _agreement(panel, view)


def _moves(one: LeftOut, view: SensitivityView) -> Table:
    rows = [
        (
            move.no,
            view.enterprises[move.no],
            words.side_change(move.before, move.after),
            words.from_to(_number(move.rank_before), _number(move.rank_after)),
            words.from_to(_score(move.score_before, view), _score(move.score_after, view)),
        )
        for move in one.moves
    ]
    return Table((mark("申报编号"), mark("企业名称"), mark("结果"), mark("名次"), mark("得分")), rows)


def _marks(view: SensitivityView) -> Table:
    rows = []
    for one in view.marks:
        change = one.change
        if change is None:
            rows.append((one.no, view.enterprises[one.no], str(words.nothing_words(one)), "", ""))
        else:
            points = format_points(abs(change.new - change.old))
            told = str(words.change_words(change, view))
            rows.append((one.no, view.enterprises[one.no], told, points, words.effect_words(change)))
    headings = (mark("申报编号"), mark("企业名称"), mark("最小的改动"), mark("分差"), mark("名单变化"))
    return Table(headings, rows, frozenset({3}))


def _agreement(one: Agreement, view: SensitivityView) -> Table:
    figures = [
        (str(words.CONCORDANCE), one.concordance),
        (str(words.ALPHA), one.alpha),
        *((str(T("其中“{criterion}”", criterion=view.criteria[code])), alpha) for code, alpha in one.criteria),
    ]
    rows = [
        (str(words.panel_name(one)), name, words.coefficient(value), str(words.resting_on(value)))
        for name, value in figures
    ]
    return Table((mark("评审组"), mark("系数"), mark("值"), mark("依据的评分")), rows, frozenset({2}))


def _number(value: int | None) -> str | None:
    return None if value is None else figure(value)


def _score(value: int | None, view: SensitivityView) -> str | None:
    return None if value is None else format_score(value, view.places)


def sensitivity_json(view: SensitivityView) -> as_json.Json:
    """All of it; statistics are strings of three places, marks and scores of points."""
    smallest = view.smallest
    return {
        "meeting": view.meeting,
        "total": view.total,
        "allocated": view.allocated,
        "adjusted": view.adjusted,
        "sealed": view.sealed,
        "line": as_json.score(view.line, view.places),
        "unlisted": None if view.unlisted is None else str(view.unlisted),
        "left_out": [_left_out_json(one, view) for one in view.left_out],
        "smallest": None if smallest is None else smallest.no,
        "marks": [_mark_json(one, view) for one in view.marks],
        "agreement": [
            {
                "panel": one.panel or None,
                "concordance": _coefficient_json(one.concordance),
                "alpha": _coefficient_json(one.alpha),
                "criteria": {code: _coefficient_json(alpha) for code, alpha in one.criteria},
            }
            for one in view.agreement
        ],
    }


def _left_out_json(one: LeftOut, view: SensitivityView) -> as_json.Json:
    return {
        "kind": one.kind,
        "name": one.name,
        "sheets": one.sheets if one.kind == "expert" else None,
        "pass_mark": as_json.score(one.pass_mark, view.places),
        "moves": [
            {
                "no": move.no,
                "enterprise": view.enterprises[move.no],
                "before": move.before,
                "after": move.after,
                "rank_before": move.rank_before,
                "rank_after": move.rank_after,
                "score_before": as_json.score(move.score_before, view.places),
                "score_after": as_json.score(move.score_after, view.places),
            }
            for move in one.moves
        ],
        "open": list(one.open),
        "unknown": list(one.unknown),
        "ties": [list(tied) for tied in one.ties],
        "refused": None if one.refused is None else str(one.refused),
    }


def _mark_json(one: MarkSearch, view: SensitivityView) -> as_json.Json:
    change = one.change
    return {
        "no": one.no,
        "enterprise": view.enterprises[one.no],
        "reach": None if one.reach is None else format_points(one.reach),
        "change": None
        if change is None
        else {
            "expert": change.expert,
            "criterion": change.criterion,
            "old": format_points(change.old),
            "new": format_points(change.new),
            "steps": change.steps,
            "ways": change.ways,
            "entering": list(change.entering),
            "leaving": list(change.leaving),
            "open": list(change.open),
        },
    }


def _coefficient_json(one: Coefficient) -> as_json.Json:
    return {
        "value": one.shown,
        "items": one.items,
        "experts": one.experts,
        "why": None if one.why is None else str(one.why),
    }
