"""Empty workbooks to be filled in: headings, drop-downs and notes from the policy; filled in, they import."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.documents.about_in import about_columns
from models.documents.cells import Column, choice, read_line
from models.documents.marks_in import marks_columns
from models.documents.reading import letters
from models.documents.roster_columns import roster_columns
from models.documents.writing import new_workbook
from models.enums import CellKind, chinese
from models.policy.types import Policy
from models.text import T, tr

ROWS = 2000
"""Rows below the headings that have drop-downs."""

KINDS = ("roster", "marks", "quotas", "seats")

_PROMPT_LIMIT = 255
"""Characters that a spreadsheet shows beside a cell being filled in."""


@dataclass(frozen=True)
class _Form:
    """A form: its sheet's name, its columns, and the rows that stand in it already."""

    sheet: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...] = ()


def write_template(kind: str, policy: Policy, path: Path) -> None:
    """Write an empty workbook of one of `KINDS`. Raises `WrongUse` if the file can't be written.

    The headings are Chinese in every language: they are what an import looks for. A second sheet says what is wanted;
    the words of the drop-downs stand in a third, hidden one.
    """
    form = _FORMS[kind](policy)
    with new_workbook(path) as book:
        sheet = book.add_worksheet(form.sheet)
        _write_guide(book, form)
        _write_form(book, sheet, form, _write_choices(book, form.columns))


def _roster(policy: Policy) -> _Form:
    return _Form("名册", roster_columns(policy))


def _marks(policy: Policy) -> _Form:
    return _Form("评分表", marks_columns(policy.rubric))


def _seats(_policy: Policy) -> _Form:
    return _Form("席位人员情况", about_columns())


def _quotas(policy: Policy) -> _Form:
    """Floors and ceilings, a row for each district and industry of the policy."""
    kinds = {chinese(kind): kind.value for kind in CellKind}
    of_kind, count = T("县区或行业"), T("不小于 0 的整数；没有则留空")
    columns = (
        Column("kind", "类别", of_kind, choice(dict(kinds), of_kind), choices=tuple(kinds)),
        Column("name", "名称", T("办法所列的名称或代码"), read_line, width=40),
        Column("floor", "保底", count, read_line, blank=True, number=True),
        Column("ceiling", "上限", count, read_line, blank=True, number=True),
    )
    groups = ((CellKind.DISTRICT, policy.districts), (CellKind.INDUSTRY, policy.industries))
    return _Form("配额", columns, tuple((chinese(kind), entry.name) for kind, entries in groups for entry in entries))


_FORMS: Mapping[str, Callable[[Policy], _Form]] = {
    "roster": _roster,
    "marks": _marks,
    "quotas": _quotas,
    "seats": _seats,
}


def _write_choices(book: Any, columns: Sequence[Column]) -> dict[str, str]:
    """Put the words of all drop-downs into a hidden sheet; returns the range of each by column key."""
    offering = [column for column in columns if column.choices]
    if not offering:
        return {}
    name = "选项"
    sheet = book.add_worksheet(name)
    sheet.hide()
    ranges = {}
    for at, column in enumerate(offering):
        for row, word in enumerate(column.choices):
            sheet.write_string(row, at, word)
        ranges[column.key] = f"='{name}'!${letters(at)}$1:${letters(at)}${len(column.choices)}"
    return ranges


def _write_form(book: Any, sheet: Any, form: _Form, ranges: Mapping[str, str]) -> None:
    required = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#F4E0B8"}
    )
    optional = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#E8E8E8"}
    )
    as_text = book.add_format({"num_format": "@"})  # long codes stay digits
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 36)
    for at, column in enumerate(form.columns):
        sheet.set_column(at, at, column.width, None if column.number else as_text)
        sheet.write_string(0, at, column.heading, optional if column.blank else required)
        sheet.write_comment(0, at, str(column.wanted))
        prompt = str(column.wanted)[:_PROMPT_LIMIT]
        rule: dict[str, Any] = {"validate": "any", "input_message": prompt}
        if column.key in ranges:
            rule |= {"validate": "list", "source": ranges[column.key], "error_message": prompt, "error_type": "warning"}
        sheet.data_validation(1, at, ROWS, at, rule)
    for row, cells in enumerate(form.rows, 1):
        for at, cell in enumerate(cells):
            sheet.write_string(row, at, cell)


def _write_guide(book: Any, form: _Form) -> None:
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(tr("填写说明"))
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 2, 60)
    for at, word in enumerate((tr("标题"), tr("要求"), tr("可选的词"))):
        sheet.write_string(0, at, word, bold)
    for row, column in enumerate(form.columns, 1):
        sheet.write_string(row, 0, column.heading)
        sheet.write_string(row, 1, str(column.wanted), wrapped)
        sheet.write_string(row, 2, "、".join(column.choices), wrapped)
    sheet.write_string(len(form.columns) + 2, 0, str(T("标题行请勿改动；不要合并单元格；多出的列作为附注保留。")))
