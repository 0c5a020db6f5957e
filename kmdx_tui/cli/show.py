"""What people read: sentences, aligned tables, derivations. Words of users are data here, never markup."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text as RichText

from models.rules.money import format_yuan
from models.text import Text, mark, tr
from models.views.derivation import Derivation
from screens.widgets.cells import shown

UNSET = "—"
_WIDE = 4000
"""Cells a line has where nobody's terminal bounds it: tables in a file or a pipe are never wrapped."""


@dataclass(frozen=True)
class Table:
    """A table for people: headings are message ids; `right` are the columns of figures."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[int] = frozenset()


def say(part: Text | Table | str, *, error: bool = False) -> None:
    """Print one part, to standard output or standard error."""
    stream = sys.stderr if error else sys.stdout
    if not isinstance(part, Table):
        print("\n".join(map(shown, str(part).split("\n"))), file=stream)
        return
    console = Console(file=stream, markup=False, highlight=False, emoji=False, width=None if stream.isatty() else _WIDE)
    with console.capture() as captured:
        console.print(_rich(part))
    print("\n".join(line.rstrip() for line in captured.get().splitlines()), file=stream)


def _rich(table: Table) -> RichTable:
    made = RichTable(box=box.SIMPLE_HEAD if sys.stdout.isatty() else None, pad_edge=False, padding=(0, 2, 0, 0))
    for at, heading in enumerate(table.headings):
        made.add_column(RichText(tr(heading)), justify="right" if at in table.right else "left", overflow="fold")
    for row in table.rows:
        made.add_row(*(RichText(shown(cell)) for cell in row))
    return made


def money(fen: int | None) -> str:
    """An amount in yuan."""
    return UNSET if fen is None else format_yuan(fen)


def figure(value: object) -> str:
    """Anything as a cell; a dash for what is unset."""
    return UNSET if value is None or value == "" else str(value)


def derivation_parts(derivation: Derivation) -> tuple[str | Table, ...]:
    """A derivation in words: its title, its steps with the basis of each, its result."""
    steps = [(str(step.label), step.formula, step.value, step.basis) for step in derivation.steps]
    headings = (mark("步骤"), mark("计算"), mark("结果"), mark("依据"))
    return (f"{derivation.title}：{derivation.result}", Table(headings, steps), "")
