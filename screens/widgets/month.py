"""A calendar of the publicity period: its working days counted, the others with the reason why they don't count."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from models.text import mark, tr
from screens.widgets.cells import fit

WEEKDAYS = (mark("一"), mark("二"), mark("三"), mark("四"), mark("五"), mark("六"), mark("日"))


@dataclass(frozen=True)
class Day:
    """A day of the period: `count` is its number among the counted days; `why` the holiday, or that it is made up."""

    date: date
    count: int | None = None
    why: str = ""


_ROOMY = 9
"""From this width on a day has room for its number and its count side by side."""

Painted = list[tuple[str, str]]
"""One line: texts with the component class that styles each."""


def month_lines(
    year: int, month: int, days: dict[date, Day], width: int, *, today: date | None = None, whole: bool = True
) -> list[Painted]:
    """One month: its name, the weekdays from Monday, then two lines a week. `width` is that of one day, in cells.

    With `whole` False only the weeks that hold one of the days.
    """
    head = tr("{year}年{month}月").format(year=year, month=month)
    lines: list[Painted] = [[(head, "head")], [(fit(tr(day), width), "head") for day in WEEKDAYS]]
    for week in calendar.Calendar().monthdatescalendar(year, month):
        if not whole and not any(day in days and day.month == month for day in week):
            continue
        upper: Painted = []
        lower: Painted = []
        for day in week:
            texts = _texts(day, days.get(day), width, day == today) if day.month == month else ("", "")
            style = _style_of(days.get(day), day == today) if day.month == month else "outside"
            for line, text in zip((upper, lower), texts, strict=True):
                line += [(fit(text, width - 1), style), (" ", "outside")]
        lines += [upper, lower]
    return lines


def _texts(day: date, known: Day | None, width: int, is_today: bool) -> tuple[str, str]:
    """The two lines of a day: its number and count, then why and whether it is today; narrow days say it shorter."""
    count = tr("第{n}日").format(n=known.count) if known is not None and known.count is not None else ""
    why = known.why if known is not None else ""
    if width >= _ROOMY:
        return f"{day.day:>2} {count}", " ".join(word for word in (tr("今天") if is_today else "", why) if word)
    sign = tr("今") if is_today else tr("班") if count and why else ""
    return f"{day.day:>2} {sign}", count or why


def _style_of(known: Day | None, is_today: bool) -> str:
    if is_today:
        return "today"
    return "outside" if known is None else "counted" if known.count is not None else "skipped"


class MonthGrid(ScrollView, can_focus=False):
    """The months that the period touches, one below the other."""

    COMPONENT_CLASSES = {
        "month-grid--head",
        "month-grid--outside",
        "month-grid--counted",
        "month-grid--skipped",
        "month-grid--today",
    }
    DEFAULT_CSS = """
    MonthGrid {
        height: 1fr; width: 1fr; background: $surface; scrollbar-size: 1 1;
        & .month-grid--head { color: $foreground; text-style: bold; }
        & .month-grid--outside { color: $text-muted; }
        & .month-grid--counted { background: $panel; color: $accent; text-style: bold; }
        & .month-grid--skipped { color: $warning; }
        & .month-grid--today { background: $accent; color: $surface; text-style: bold; }
    }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._days: dict[date, Day] = {}
        self._today: date | None = None
        self._lines: list[Painted] = []

    def show(self, days: Sequence[Day], today: date | None = None) -> None:
        """Show a period, its days counted or skipped, and which day it is today."""
        self._days = {day.date: day for day in days}
        self._today = today
        self._arrange()

    def on_resize(self) -> None:
        """Give each day the width there is."""
        self._arrange()

    def render_line(self, y: int) -> Strip:
        """One line of the calendar."""
        number = self.scroll_offset.y + y
        rest = self.get_component_rich_style("month-grid--outside")
        painted = self._lines[number] if number < len(self._lines) else []
        segments = [Segment(text, self._style(name)) for text, name in painted]
        return Strip(segments).adjust_cell_length(self.size.width, rest)

    def _months(self, width: int, whole: bool) -> list[Painted]:
        months = sorted({(day.year, day.month) for day in self._days})
        return [
            line
            for year, month in months
            for line in month_lines(year, month, self._days, width, today=self._today, whole=whole)
        ]

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"month-grid--{name}")

    def _arrange(self) -> None:
        width = max(7, min(12, self.size.width // 7))
        self._lines = self._months(width, whole=True)
        if len(self._lines) > self.size.height:
            self._lines = self._months(width, whole=False)
        self.virtual_size = Size(1, len(self._lines))
        self.refresh()
