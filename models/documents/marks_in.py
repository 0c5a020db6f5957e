"""A file of paper score sheets as keyed: one row a sheet, and everything that is wrong with it, at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.documents.cells import Cell, Column, Unfit, Value, read_column, read_line, read_text
from models.documents.reading import SheetTable, Source, find_table
from models.errors import Fault, Refused
from models.policy.types import Criterion, Rubric
from models.rules.marks import COMMENT_LIMIT, check_mark, format_points, parse_points
from models.text import T, Text

EXPERT, NO, ABSTAIN, COMMENT = "expert", "no", "abstain", "comment"


@dataclass(frozen=True, slots=True)
class MarksRow:
    """One sheet: its row, expert and application as written, its marks in milli-points by criterion code.

    `abstain` is the reason; the marks are then empty.
    """

    number: int
    expert: str
    no: str
    marks: dict[str, int]
    abstain: str
    comment: str


@dataclass(frozen=True)
class MarksFile:
    """A marks file as read; a row of which a cell could not be read is not among `rows`, but in `faults`."""

    table: SheetTable
    columns: Mapping[str, Column]
    rows: tuple[MarksRow, ...]
    faults: tuple[Fault, ...]


def marks_columns(rubric: Rubric) -> tuple[Column, ...]:
    """All columns of a marks file, in the order of the template."""
    return (
        Column(EXPERT, "专家", T("评审会席位上的姓名"), read_line),
        Column(NO, "申报编号", T("评审会上的申报编号"), read_line),
        *(_criterion(criterion) for criterion in rubric.criteria),
        Column(ABSTAIN, "弃权", T("弃权理由；各项分数须留空"), _read_words, required=False, blank=True, width=24),
        Column(COMMENT, "评语", T("任意文字，可留空"), _read_words, required=False, blank=True, width=32),
    )


def read_marks(source: Source, rubric: Rubric) -> MarksFile:
    """Read a marks file. Raises `BadInput` only where no table can be found; other faults are in the result."""
    columns = {column.key: column for column in marks_columns(rubric)}
    table = find_table(source, tuple(columns.values()))
    faults = list(table.faults)
    cells: list[tuple[Cell, ...]] = list(zip(*table.rows, strict=True)) or [() for _ in table.headings]
    values: dict[str, list[Value]] = {key: [None] * len(table.rows) for key in columns}
    broken: set[int] = set()
    for key, place in table.places.items():
        values[key], unfit = read_column(columns[key], cells[place])
        faults += [table.fault(table.numbers[at], columns[key], seen, wanted) for at, (seen, wanted) in unfit.items()]
        broken.update(unfit)
    faults += _contradictions(table, columns, values, rubric, broken)
    whole = all(column.key in table.places for column in columns.values() if column.required)
    rows = _rows(table, values, rubric) if whole else ()
    sound = (row for at, row in enumerate(rows) if at not in broken)
    return MarksFile(table, columns, tuple(sound), tuple(faults))


def _read_words(text: str) -> Value:
    return read_text(text, COMMENT_LIMIT)


def _criterion(criterion: Criterion) -> Column:
    full, step = format_points(criterion.full), format_points(criterion.step)
    wanted = T("0 至 {full} 的分数，步长 {step}", full=full, step=step)

    def read(text: str) -> Value:
        try:
            milli = parse_points(text)
            check_mark(milli, criterion)
        except Refused:
            raise Unfit(wanted) from None
        return milli

    def write(value: Value) -> str:
        assert isinstance(value, int)
        return format_points(value)

    return Column(criterion.code, criterion.name, wanted, read, write, blank=True, number=True)


def _contradictions(
    table: SheetTable,
    columns: Mapping[str, Column],
    values: Mapping[str, list[Value]],
    rubric: Rubric,
    broken: set[int],
) -> Iterable[Fault]:
    """Blank marks without, and marks with, an abstention."""
    criteria = [columns[criterion.code] for criterion in rubric.criteria if criterion.code in table.places]
    for column in criteria:
        for at, (value, abstain) in enumerate(zip(values[column.key], values[ABSTAIN], strict=True)):
            if at in broken or (value is None) == bool(abstain):
                continue
            wanted: Text = T("空白：本行已弃权") if abstain else T("分数；弃权须写明理由")
            yield table.fault(table.numbers[at], column, column.written(value), wanted)


def _rows(table: SheetTable, values: Mapping[str, list[Value]], rubric: Rubric) -> Iterable[MarksRow]:
    codes = [criterion.code for criterion in rubric.criteria]
    marks = zip(*(values[code] for code in codes), strict=True)
    rest = (values[key] for key in (EXPERT, NO, ABSTAIN, COMMENT))
    for number, own, expert, no, abstain, comment in zip(table.numbers, marks, *rest, strict=True):
        given = {code: value for code, value in zip(codes, own, strict=True) if isinstance(value, int)}
        yield MarksRow(number, str(expert), str(no), given, str(abstain or ""), str(comment or ""))
