"""The agreement of the experts as lines: the two figures with bars, and alpha by criterion beside or below them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from rich.cells import cell_len

from models.text import T, Text
from models.views.sensitivity import Agreement, Coefficient, SensitivityView
from screens.board_parts.leaf import paragraph
from screens.sensitivity_parts import words
from screens.widgets.bars import bar
from screens.widgets.cells import Cell, Tone, fit
from screens.widgets.lines_pane import Line

BAR, VALUE, NAME, RESTING = 20, 7, 38, 30
THOUSANDTHS = 1000

_BESIDE = NAME + BAR + VALUE + RESTING + 5


def agreement_lines(view: SensitivityView, width: int) -> Iterator[Line]:
    """Panel by panel; in a wide window with bars, and the criteria beside."""
    for one in view.agreement:
        figures = [(words.CONCORDANCE, one.concordance), (words.ALPHA, one.alpha)]
        if width < _BESIDE + NAME:
            yield from (_plain(f"{words.panel_name(one)} · {name}", value, width) for name, value in figures)
            yield from paragraph(_by_criterion(one, view), width, Tone.MUTED)
            continue
        title = str(T("{panel}的一致程度", panel=words.panel_name(one)))
        left: list[Line] = [(Cell(fit(title, _BESIDE), Tone.STRONG),)]
        left += [_barred(str(name), value, NAME, str(words.resting_on(value))) for name, value in figures]
        right: list[Line] = [(Cell(str(T("按指标的一致性系数")), Tone.MUTED),)]
        right += [_barred(view.criteria[code], alpha, NAME // 2, "") for code, alpha in one.criteria]
        for first, second in zip_longest(left, right, fillvalue=None):
            yield (*(first or (Cell(" " * _BESIDE),)), *(second or ()))


def _barred(name: str, value: Coefficient, room: int, resting: str) -> Line:
    """Name, bar from 0 to 1, value, and what it rests on."""
    full = round((value.value or 0) * THOUSANDTHS)
    told = fit(resting, RESTING + 2) if resting else ""
    return (
        Cell(f"{fit(name, room)} "),
        Cell(bar(full, THOUSANDTHS, BAR), Tone.ACCENT),
        Cell(f" {fit(words.coefficient(value), VALUE - 1, 'right')}  ", Tone.STRONG),
        Cell(told, Tone.MUTED),
    )


def _plain(name: str, value: Coefficient, width: int) -> Line:
    resting = str(words.resting_on(value))
    room = max(10, min(NAME + 12, width - cell_len(resting) - VALUE - 2))
    return (Cell(fit(name, room)), Cell(f" {words.coefficient(value)} ", Tone.STRONG), Cell(resting, Tone.MUTED))


def _by_criterion(one: Agreement, view: SensitivityView) -> Text:
    parts = [f"{view.criteria[code]} {words.coefficient(alpha)}" for code, alpha in one.criteria]
    return T("按指标的一致性系数：{parts}", parts="　".join(parts))
