"""The two tables of the screen: what may be left out, and what becomes of the applications."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from models.enums import Outcome
from models.rules.marks import format_points, format_score
from models.text import T
from models.views.sensitivity import LeftOut, MarkSearch, Move, SensitivityView
from screens.sensitivity_parts import words
from screens.widgets.cells import Cell, Column, Tone
from screens.widgets.long_table import Row
from screens.widgets.signs import OUTCOME_SIGNS, Sign

MARK = "mark"
"""The key of the row that stands for the change of one mark."""

Rows = tuple[Sequence[str], Callable[[int], Row]]


def choice_columns() -> tuple[Column, ...]:
    """The columns of the left table."""
    return (
        Column("name", str(T("如果去掉")), min=10),
        Column("moves", str(T("换边")), 4, "right"),
        Column("open", str(T("待定")), 4, "right"),
    )


def choice_rows(view: SensitivityView) -> Rows:
    """Every expert, every criterion, and the change of one mark."""

    def row(index: int) -> Row:
        if index == len(view.left_out):
            smallest = view.smallest
            change = None if smallest is None else smallest.change
            points = "" if change is None else format_points(abs(change.new - change.old))
            return (Cell(str(T("改动一个分")), Tone.STRONG), Cell(points, Tone.STRONG), str(T("分")) if points else "")
        one = view.left_out[index]
        waiting = len(one.open) + len(one.unknown)
        return (
            str(words.left_out_name(one)),
            Cell(str(one.flips), Tone.WARNING if one.flips else Tone.MUTED),
            Cell(str(waiting) if waiting else "", Tone.MUTED),
        )

    return [*(f"{one.kind}:{one.name}" for one in view.left_out), MARK], row


def move_columns() -> tuple[Column, ...]:
    """The columns of who changes sides."""
    return (
        Column("no", str(T("编号")), 10),
        Column("enterprise", str(T("企业")), min=8, drop=2),
        Column("side", str(T("结果")), 18),
        Column("rank", str(T("名次")), 11, "right", drop=1),
        Column("score", str(T("得分")), 15, "right"),
    )


def move_rows(one: LeftOut, view: SensitivityView) -> Rows:
    """Who changes sides for certain; then who can't be told, and why."""
    lines: list[tuple[str, Row]] = [(move.no, _move(move, view)) for move in one.moves]
    lines += [(no, _waiting(no, T("{sign} 待定", sign=OUTCOME_SIGNS[Outcome.PENDING]), view)) for no in one.open]
    lines += [(no, _waiting(no, T("{sign} 算不出得分", sign=Sign.NONE), view)) for no in one.unknown]
    return [no for no, _ in lines], lambda index: lines[index][1]


def _move(move: Move, view: SensitivityView) -> Row:
    tone = {Outcome.PROPOSED: Tone.ACCENT, Outcome.DECLINED: Tone.WARNING}.get(move.after, Tone.PLAIN)
    score = [None if one is None else format_score(one, view.places) for one in (move.score_before, move.score_after)]
    rank = [None if one is None else str(one) for one in (move.rank_before, move.rank_after)]
    sign = OUTCOME_SIGNS[move.after]
    return (
        move.no,
        view.enterprises[move.no],
        Cell(f"{sign} {words.side_change(move.before, move.after)}", tone),
        words.from_to(*rank),
        words.from_to(*score),
    )


def _waiting(no: str, why: object, view: SensitivityView) -> Row:
    return (no, view.enterprises[no], Cell(str(why), Tone.MUTED), "", "")


def mark_columns() -> tuple[Column, ...]:
    """The columns of the smallest changes."""
    return (
        Column("no", str(T("编号")), 10),
        Column("enterprise", str(T("企业")), min=8, drop=3),
        Column("points", str(T("分差")), 5, "right"),
        Column("change", str(T("最小的改动")), min=26),
        Column("effect", str(T("名单变化")), min=16, drop=2),
    )


def mark_rows(view: SensitivityView) -> Rows:
    """The applications that were searched, by rank, each with its smallest change."""

    def row(index: int) -> Row:
        one: MarkSearch = view.marks[index]
        name, change = view.enterprises[one.no], one.change
        if change is None:
            return (one.no, name, str(Sign.NONE), Cell(str(words.nothing_words(one)), Tone.MUTED), "")
        points = Cell(format_points(abs(change.new - change.old)), Tone.STRONG)
        return (one.no, name, points, str(words.change_words(change, view)), words.effect_words(change))

    return [one.no for one in view.marks], row
