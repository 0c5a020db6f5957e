"""Read a calendar file (TOML): days off with their names, days worked, and whether it is a whole year's arrangement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.documents.cells import Unfit, nearest, read_line
from models.documents.reading import Source
from models.documents.toml_in import parse_toml
from models.documents.toml_tables import seen
from models.errors import BadInput, Fault
from models.rules.calendar import SATURDAY, Calendar, OfficeDay, days_between
from models.text import T, Text

FIRST_YEAR, LAST_YEAR = 2000, 2199
"""Years that a file may speak of: no review lies beyond."""

MOST_DAYS = 31
"""Days in a row that may be off: the longest holiday of any notice is a third of it."""

NAME_LIMIT = 20
"""Characters of a holiday's name: a calendar's cell shows the first few."""

_KEYS = ("basis", "year", "complete", "on", "off")
_OFF_KEYS = ("from", "to", "day", "name")
_OFF_HEADING = re.compile(r"\s*\[\[\s*off\s*\]\]")
_STATUTORY = ((1, 1, "元旦"), (5, 1, "劳动节"), (10, 1, "国庆节"), (10, 2, "国庆节"), (10, 3, "国庆节"))
"""Days off by the sun's calendar in every year, 全国年节及纪念日放假办法 art. 2: month, day, name."""


@dataclass(frozen=True)
class CalendarFile:
    """What a file says. `year` is the one whose whole arrangement it holds, None where it only adds days."""

    basis: str
    year: int | None
    days: dict[date, OfficeDay]


def read_calendar_file(source: Source, calendar: Calendar) -> CalendarFile:
    """Read a calendar file; `calendar` is what is known so far, for a weekday is only worked anew if it was off.

    Raises `BadInput` with every fault (`Fault.row` is the line, `column` the key).
    """
    table = parse_toml(source)
    reader = _Reader(source, calendar)
    file = reader.file(table)
    if reader.faults:
        raise BadInput(sorted(reader.faults, key=lambda fault: fault.row or 0))
    return file


class _Lines:
    """Where things stand in a file: TOML's reader doesn't say."""

    def __init__(self, text: str) -> None:
        self._lines = [line.partition("#")[0] for line in text.splitlines()]
        self._blocks = [at for at, line in enumerate(self._lines) if _OFF_HEADING.match(line)]

    def key(self, key: str, block: int | None = None) -> int | None:
        """The line of a key, from 1: of the `block`-th [[off]] (its heading where it lacks the key), or of the head."""
        first, last = self._bounds(block)
        pattern = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
        at = next((at for at in range(first, last) if pattern.match(self._lines[at])), None)
        if at is None:
            return None if block is None else first + 1
        return at + 1

    def item(self, words: str, nth: int) -> int | None:
        """The line where a day stands for the `nth` time (from 0) in the list `on`."""
        start = self.key("on")
        first, last = self._bounds(None)
        places = (
            at + 1
            for at in range(first if start is None else start - 1, last)
            for _ in range(self._lines[at].count(words))
        )
        return next((line for number, line in enumerate(places) if number == nth), start)

    def _bounds(self, block: int | None) -> tuple[int, int]:
        ends = [*self._blocks, len(self._lines)]
        if block is None:
            return 0, ends[0]
        return (ends[block], ends[block + 1]) if block < len(self._blocks) else (0, len(self._lines))


class _Reader:
    """One file on its way to the calendar; collects its faults."""

    def __init__(self, source: Source, calendar: Calendar) -> None:
        self.faults: list[Fault] = []
        self._file = source.name
        self._lines = _Lines(source.data.decode("utf-8-sig"))
        self._calendar = calendar
        self._days: dict[date, OfficeDay] = {}
        self._year: int | None = None

    def file(self, table: dict[str, Any]) -> CalendarFile:
        """What the file says; only good where there are no faults."""
        self._know(table, _KEYS, None)
        basis = self._basis(table.get("basis", ""))
        complete = table.get("complete", False)
        self._year = self._one_year(table.get("year"), complete is True)
        if not isinstance(complete, bool):
            self._fault("complete", seen(complete), T("true 或 false，不加引号"))
        self._off(table.get("off", []), basis)
        self._on(table.get("on", []), basis)
        if not self._days and not self.faults:
            self._fault("off", "", T("至少一天：[[off]]（放假）或 on（上班）"))
        if complete is True:
            self._whole_year()
        return CalendarFile(basis, self._year if complete is True else None, self._days)

    def _basis(self, value: object) -> str:
        text = value.strip() if isinstance(value, str) else ""
        try:
            if text and read_line(text):
                return text
            self._fault("basis", seen(value), T("依据的文件，必填，例如“国办发明电〔2026〕1号”"))
        except Unfit as unfit:
            self._fault("basis", seen(value), unfit.wanted)
        return ""

    def _one_year(self, value: object, wanted: bool) -> int | None:
        if value is None and not wanted:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and FIRST_YEAR <= value <= LAST_YEAR:
            return value
        within = T("{first} 到 {last} 的年份；complete 须同时写明 year", first=FIRST_YEAR, last=LAST_YEAR)
        self._fault("year", "" if value is None else seen(value), within)
        return None

    def _off(self, tables: object, basis: str) -> None:
        if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
            self._fault("off", seen(tables), T("每段放假一个 [[off]]，下写 from、to（或 day）和 name"))
            return
        for block, table in enumerate(tables):
            self._know(table, _OFF_KEYS, block)
            name = self._name(table.get("name", ""), block)
            for key, day in self._range(table, block):
                self._put(day, OfficeDay(False, name, basis), key, self._lines.key(key, block))

    def _range(self, table: dict[str, Any], block: int) -> Iterator[tuple[str, date]]:
        """The days of an [[off]], each with the key that names it."""
        if ("day" in table) == ("from" in table or "to" in table):
            self._fault("day", "、".join(map(str, table)), T("from 和 to 两天，或 day 一天"), block)
            return
        if "day" in table:
            if (day := self._day(table["day"], "day", self._lines.key("day", block))) is not None:
                yield "day", day
            return
        first, last = (self._day(table.get(key), key, self._lines.key(key, block)) for key in ("from", "to"))
        if first is None or last is None:
            return
        if not 0 <= (last - first).days < MOST_DAYS:
            self._fault("to", last.isoformat(), T("不早于 from，至多连续 {most} 天", most=MOST_DAYS), block)
            return
        for day in days_between(first, last):
            yield "from", day

    def _name(self, value: object, block: int) -> str:
        name = value.strip() if isinstance(value, str) else ""
        try:
            if name and len(name) <= NAME_LIMIT and read_line(name):
                return name
        except Unfit:
            pass
        wanted = T("节日或放假的名称，至多 {limit} 个字，例如“春节”", limit=NAME_LIMIT)
        self._fault("name", seen(value), wanted, block)
        return ""

    def _on(self, days: object, basis: str) -> None:
        if not isinstance(days, list):
            self._fault("on", seen(days), T("上班的日子，例如 [2027-02-06, 2027-02-20]"))
            return
        times: dict[str, int] = {}
        for value in days:
            words = seen(value)
            line = self._lines.item(words, times.setdefault(words, 0))
            times[words] += 1
            if (day := self._day(value, "on", line)) is None:
                continue
            if day.weekday() < SATURDAY and not self._was_off(day):
                wanted = T("周六、周日，或原定放假的日子：普通工作日本来就上班")
                self._fault("on", day.isoformat(), wanted, line=line)
            self._put(day, OfficeDay(True, "", basis), "on", line)

    def _was_off(self, day: date) -> bool:
        known = day in self._calendar.days or self._calendar.knows(day.year)
        return day in self._days or (known and self._calendar.day(day).special)

    def _put(self, day: date, said: OfficeDay, key: str, line: int | None) -> None:
        former = self._days.get(day)
        if self._year is not None and day.year != self._year:
            wanted = T("{year} 年内的日子；别的年份另写一个文件", year=self._year)
            self._fault(key, day.isoformat(), wanted, line=line)
        elif former is None:
            self._days[day] = said
        elif former.working == said.working:
            self._fault(key, day.isoformat(), T("每天只写一次：这一天前面已经写过"), line=line)
        else:
            self._fault(key, day.isoformat(), T("同一天不能既放假又上班"), line=line)

    def _day(self, value: object, key: str, line: int | None) -> date | None:
        if isinstance(value, str):
            with suppress(ValueError):
                value = date.fromisoformat(value.strip())
        if isinstance(value, date) and not isinstance(value, datetime) and FIRST_YEAR <= value.year <= LAST_YEAR:
            return value
        wanted = T("{first} 到 {last} 年的日期，例如 2027-02-06", first=FIRST_YEAR, last=LAST_YEAR)
        self._fault(key, "" if value is None else seen(value), wanted, line=line)
        return None

    def _whole_year(self) -> None:
        """A whole year's arrangement has at least the holidays whose date is fixed by law; else it is no whole year."""
        if self._year is None or self.faults:
            return
        for month, number, name in _STATUTORY:
            day = date(self._year, month, number)
            said = self._days.get(day)
            if said.working if said is not None else day.weekday() < SATURDAY:
                wanted = T("全年安排须含 {day}（{name}）放假；不全的，去掉 complete", day=day, name=name)
                self._fault("complete", "true", wanted)

    def _know(self, table: dict[str, Any], keys: Iterable[str], block: int | None) -> None:
        keys = list(keys)
        for key in table:
            if key in keys:
                continue
            wanted = T("格式中有的键，例如 {words}", words=nearest(key, keys) or "、".join(keys))
            if block is not None and key in _KEYS:
                wanted = T("{key} 写在第一个 [[off]] 之前", key=key)
            self._fault(key, key, wanted, block)

    def _fault(self, key: str, told: str, wanted: Text, block: int | None = None, *, line: int | None = None) -> None:
        row = line if line is not None else self._lines.key(key, block)
        self.faults.append(Fault(self._file, "", row, key, told, wanted))
