"""The office's calendar: add days off and days worked, list them, count working days."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from kmdx_tui.cli import as_json
from kmdx_tui.cli.family import Family
from kmdx_tui.cli.reading import day, whole
from kmdx_tui.cli.shell import here
from kmdx_tui.cli.show import Table, derivation_parts, figure
from models.errors import WrongUse
from models.queries import calendar as query
from models.rules.times import local_time
from models.services import calendar as service
from models.text import T, Text, mark, tr
from models.views.calendar import CalendarAdded, SpecialDay, YearView

commands = Family()
_calendar = commands.family("calendar", mark("放假日和上班日"))

MOST_DAYS = 250
"""The most working days that can be asked for: a year has no more."""


@_calendar.add("add", mark("把一份文件里的放假日和上班日加入日历；同一天以新的为准"))
def calendar_add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help=mark("写明依据、放假日和上班日的文件"))],
) -> None:
    """Add a file's days."""
    shell = here(context)
    actor = shell.sign_in()
    added = service.add_days(shell.office, actor, file)
    shell.tell(_added_json(added), *_added_parts(added))


def _added_json(added: CalendarAdded) -> dict[str, Any]:
    return {
        "file": added.file,
        "digest": added.digest,
        "basis": added.basis,
        "complete_year": added.year,
        "days": [
            {
                "date": one.day.isoformat(),
                "old": _words(one.old),
                "new": _words(one.new),
                "library": _words(one.library),
            }
            for one in added.days
        ],
        "standing": [
            {
                "meeting": one.meeting,
                "version": one.version,
                "closes": one.closes.isoformat(),
                "would_close": one.would_close.isoformat(),
            }
            for one in added.standing
        ],
    }


def _added_parts(added: CalendarAdded) -> list[Text | Table | str]:
    parts: list[Text | Table | str] = [
        T("已加入 {file}（{basis}）：{count} 天有变化。", file=added.file, basis=added.basis, count=len(added.days))
    ]
    if added.year is not None:
        parts.append(T("{year} 年的安排已经完整。", year=added.year))
    if added.days:
        rows = [
            (one.day.isoformat(), figure(_words(one.old)), figure(_words(one.new)), _words(one.library) or "")
            for one in added.days
        ]
        parts.append(Table((mark("日期"), mark("原为"), mark("现为"), mark("国务院通知不同，为")), rows))
    parts += [
        T(
            "{meeting} 第 {version} 版公示已经发布，仍至 {closes} 止（按新日历应至 {would}）。",
            meeting=one.meeting,
            version=one.version,
            closes=one.closes,
            would=one.would_close,
        )
        for one in added.standing
    ]
    return parts


@_calendar.add("list", mark("列出放假和调休的每一天，及其出处"))
def calendar_list(
    context: typer.Context,
    year: Annotated[int | None, typer.Argument(metavar="YEAR", parser=whole, help=mark("年份；不写则从今年起"))] = None,
) -> None:
    """List the special days of a year, or of all years from this one on."""
    shell = here(context)
    if year is not None and not date.min.year <= year <= date.max.year:
        raise WrongUse("bad_year", T("“{year}”不是年份。", year=year))
    years = query.calendar_years(shell.office, shell.sign_in(), year)
    headings = (mark("日期"), mark("上班"), mark("说明"), mark("出处"), mark("国务院通知不同，为"))
    rows = [_row(one) for found in years for one in found.days]
    shell.tell({"years": [_year_json(one) for one in years]}, Table(headings, rows), *map(_known, years))


def _row(one: SpecialDay) -> tuple[str, ...]:
    works = tr("上班") if one.working else tr("放假")
    basis = one.basis
    if one.source == "office":
        added = local_time(one.added_at).date()
        basis = str(T("{basis}（{name} {day} 加入）", basis=basis, name=one.added_by, day=added))
    return (one.day.isoformat(), works, str(one.why), basis, _words(one.library) or "")


def _known(found: YearView) -> Text:
    if found.source is None:
        return T(
            "不知道 {year} 年的放假和调休安排；公布后请写成文件，用 kmdx calendar add FILE 加入。", year=found.year
        )
    basis = found.basis or tr("国务院办公厅通知，随程序提供")
    return T("{year} 年的安排已知（{basis}）。", year=found.year, basis=basis)


def _year_json(found: YearView) -> dict[str, Any]:
    return {
        "year": found.year,
        "known": found.source is not None,
        "source": found.source,
        "basis": found.basis or None,
        "days": [
            {
                "date": one.day.isoformat(),
                "working": one.working,
                "why": str(one.why),
                "source": one.source,
                "basis": one.basis,
                "library": _words(one.library),
                "added_by": one.added_by or None,
                "added_at": one.added_at or None,
            }
            for one in found.days
        ],
    }


@_calendar.add("show", mark("从某日起数工作日：首日计入和不计入两种算法"))
def calendar_show(
    context: typer.Context,
    opens: Annotated[date, typer.Argument(metavar="FROM", parser=day, help=mark("首日"))],
    days: Annotated[int, typer.Option("--days", parser=whole, metavar="N", help=mark("几个工作日"))],
) -> None:
    """Count working days from a day on."""
    shell = here(context)
    if not 1 <= days <= MOST_DAYS:
        raise WrongUse("not_days", T("“{text}”不是 1 到 {most} 的天数。", text=days, most=MOST_DAYS))
    found = query.count_days(shell.office, shell.sign_in(), opens, days)
    shell.tell(
        {
            "opens": opens.isoformat(),
            "working_days": days,
            "closes": found.closes_without.isoformat(),
            "closes_with_first_day": found.closes_with.isoformat(),
            "derivation": as_json.derivation(found.derivation),
        },
        *derivation_parts(found.derivation),
    )


def _words(text: Text | None) -> str | None:
    return None if text is None else str(text)
