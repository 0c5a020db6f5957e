"""A file of what is known of people: one row a person, and everything that is wrong with it, at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from models.documents.cells import Cell, Column, Value, read_column, read_line, read_text
from models.documents.reading import SheetTable, Source, find_table
from models.errors import Fault
from models.text import T, Text
from models.views.conflicts import About

NAME = "name"
_BETWEEN = re.compile("[、;；\n]")


@dataclass(frozen=True)
class AboutFile:
    """A file as read: by row its number, the person's name and the facts; a name that stands twice is a fault."""

    table: SheetTable
    columns: Mapping[str, Column]
    rows: tuple[tuple[int, str, About], ...]
    faults: tuple[Fault, ...]


def about_columns() -> tuple[Column, ...]:
    """All columns of such a file, in the order of the template."""

    def maybe(key: str, heading: str, wanted: Text, width: int = 24) -> Column:
        return Column(key, heading, wanted, read_line, required=False, blank=True, width=width)

    return (
        Column(NAME, "姓名", T("评审会席位上的姓名"), read_line),
        maybe("employer", "任职单位", T("单位全称，可留空")),
        maybe("employer_uscc", "单位信用代码", T("统一社会信用代码，可留空")),
        maybe("phone", "电话", T("电话，可留空"), 16),
        maybe("address", "地址", T("地址，可留空"), 32),
        Column(
            "advised",
            "近三年任顾问的企业",
            T("企业名称或信用代码，以顿号或分号隔开，可留空"),
            read_text,
            required=False,
            blank=True,
            width=40,
        ),
    )


def read_abouts(source: Source) -> AboutFile:
    """Read such a file. Raises `BadInput` only where no table can be found; other faults are in the result."""
    columns = {column.key: column for column in about_columns()}
    table = find_table(source, tuple(columns.values()))
    faults = list(table.faults)
    cells: list[tuple[Cell, ...]] = list(zip(*table.rows, strict=True)) or [() for _ in table.headings]
    values: dict[str, list[Value]] = {key: [None] * len(table.rows) for key in columns}
    for key, place in table.places.items():
        values[key], unfit = read_column(columns[key], cells[place])
        faults += [table.fault(table.numbers[at], columns[key], seen, wanted) for at, (seen, wanted) in unfit.items()]
    rows = []
    first: dict[str, int] = {}
    for at, number in enumerate(table.numbers):
        name = str(values[NAME][at] or "")
        if not name:
            continue  # named as a fault already
        if first.setdefault(name, number) != number:
            faults.append(table.fault(number, columns[NAME], name, T("每人一行（第 {row} 行已有）", row=first[name])))
        one = {key: str(values[key][at] or "") for key in columns}
        advised = tuple(split_advised(one["advised"]))
        rows.append((number, name, About(one["employer"], one["employer_uscc"], one["phone"], one["address"], advised)))
    return AboutFile(table, columns, tuple(rows), tuple(faults))


def split_advised(typed: str) -> list[str]:
    """The enterprises of a text; commas may stand in a name, so they part none."""
    return [part.strip() for part in _BETWEEN.split(typed) if part.strip()]
