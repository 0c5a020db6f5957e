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


Painted = list[tuple[str, str]]
"""One line: texts with the component class that styles each."""


def month_lines(year: int, month: int, days: dict[date, Day], width: int) -> list[Painted]:
    """One month: its name, the weekdays from Monday, then two lines a week. `width` is that of one day, in cells."""
    head = tr("{year}年{month}月").format(year=year, month=month)
    lines: list[Painted] = [[(head, "head")], [(fit(tr(day), width), "head") for day in WEEKDAYS]]
    for week in calendar.Calendar().monthdatescalendar(year, month):
        upper: Painted = []
        lower: Painted = []
        for day in week:
            if day.month != month:
                upper.append((" " * width, "outside"))
                lower.append((" " * width, "outside"))
                continue
            known = days.get(day)
            style = "outside" if known is None else "counted" if known.count is not None else "skipped"
            number = tr("第{n}日").format(n=known.count) if known is not None and known.count is not None else ""
            upper.append((fit(f"{day.day:>2} {number}", width - 1) + " ", style))
            lower.append((fit(known.why if known is not None else "", width - 1) + " ", style))
        lines += [upper, lower]
    return lines


class MonthGrid(ScrollView, can_focus=False):
    """The months that the period touches, one below the other."""

    COMPONENT_CLASSES = {"month-grid--head", "month-grid--outside", "month-grid--counted", "month-grid--skipped"}
    DEFAULT_CSS = """
    MonthGrid {
        height: 1fr; width: 1fr; background: $surface; scrollbar-size: 1 1;
        & .month-grid--head { color: $foreground; text-style: bold; }
        & .month-grid--outside { color: $text-muted; }
        & .month-grid--counted { background: $panel; color: $accent; text-style: bold; }
        & .month-grid--skipped { color: $warning; }
    }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._days: dict[date, Day] = {}
        self._lines: list[Painted] = []

    def show(self, days: Sequence[Day]) -> None:
        """Show a period, its days counted or skipped."""
        self._days = {day.date: day for day in days}
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

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"month-grid--{name}")

    def _arrange(self) -> None:
        width = max(7, min(12, self.size.width // 7))
        months = sorted({(day.year, day.month) for day in self._days})
        self._lines = [line for year, month in months for line in month_lines(year, month, self._days, width)]
        self.virtual_size = Size(1, len(self._lines))
        self.refresh()
