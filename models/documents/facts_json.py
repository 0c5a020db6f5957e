"""Documents as JSON: English keys, money in yuan with two decimals, scores and marks as strings, ISO 8601 times."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from models.documents.wording import weight
from models.policy.kinds import json_yuan
from models.rules.marks import format_points, format_score, format_total
from models.text import Text
from models.views.listing import AwardListView
from models.views.meeting import MeetingView
from models.views.minutes import BookLine, BookSheet, MinutesView, OwnSheetsView, RecordMark, ScoreBookView
from models.views.notice import NoticePaper

Json = dict[str, Any]

_PRIVATE = frozenset({"objector", "contact", "evidence", "today", "over", "held", "recused", "clock"})
"""What is told of nobody, or depends on the day and the desk that asks."""


def minutes_json(view: MinutesView) -> bytes:
    """The facts of the minutes."""
    own = ("meeting", "method", "quota", "lists", "mark")
    facts = {one.name: _plain(getattr(view, one.name), view.places) for one in fields(view) if one.name not in own}
    quota = _plain(view.quota, view.places)
    return _dump(
        {
            **_head(view.meeting, view.mark),
            "method": view.method.chinese(),
            "rubric": _plain(view.meeting.rubric, view.places),
            "seats": _plain(view.meeting.seats, view.places),
            "sheets": {"due": view.meeting.due, "in": view.meeting.done},
            **facts,
            "quota": {key: quota[key] for key in ("total", "budget", "alternates", "cells", "changes")},
            "lists": [_awards(one) for one in view.lists],
        }
    )


def notice_json(view: NoticePaper) -> bytes:
    """The newest notice, and the periods of those before it."""
    notice = view.notice
    period = {
        "version": notice.version,
        "opens": notice.opens.isoformat(),
        "closes": notice.closes.isoformat(),
        "working_days": notice.working_days,
        "first_day_counts": notice.first_day_counts,
        "counted": [one.day.isoformat() for one in notice.days if one.number is not None],
        "skipped": [
            {"date": one.day.isoformat(), "why": "" if one.why is None else one.why.chinese()}
            for one in notice.days
            if one.number is None
        ],
        "place": notice.place,
        "recorded_at": notice.recorded_at,
    }
    earlier = [
        {"version": one.version, "opens": one.opens.isoformat(), "closes": one.closes.isoformat()}
        for one in view.earlier
    ]
    items = [_plain(one, 0) for one in notice.items]
    issuers = list(view.issuers)
    return _dump({**_head(view.meeting, view.mark), **period, "issuers": issuers, "earlier": earlier, "items": items})


def scores_json(book: ScoreBookView) -> bytes:
    """Scores with every mark they came from."""
    lines = [
        {
            **_ranked(line, book.places),
            "flags": [flag.chinese() for flag in line.flags],
            "withheld": line.withheld,
            "marks": [_sheet(sheet) for sheet in line.sheets if sheet.state is not None],
        }
        for line in book.lines
    ]
    rubric = _plain(book.meeting.rubric, book.places)
    head = {**_head(book.meeting, book.mark), "method": book.method.chinese(), "rubric": rubric}
    return _dump({**head, "applications": lines})


def ranking_json(book: ScoreBookView) -> bytes:
    """The ranking, best first."""
    lines = [_ranked(line, book.places) for line in book.lines]
    return _dump({**_head(book.meeting, book.mark), "method": book.method.chinese(), "applications": lines})


def awards_json(meeting: MeetingView, lists: tuple[AwardListView, ...], mark: RecordMark) -> bytes:
    """The award lists, oldest first."""
    return _dump({**_head(meeting, mark), "lists": [_awards(one) for one in lists]})


def own_json(own: OwnSheetsView) -> bytes:
    """An expert's own sheets."""
    rows = [{**_plain(row, 0), "receipt": row.receipt or None, "recused": row.recused} for row in own.desk.rows]
    about = {"meeting": own.desk.meeting, "expert": own.expert, "saved_at": own.saved_at}
    return _dump({**about, "record": _record(own.mark), "sheets": rows})


def _dump(value: Json) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _head(meeting: MeetingView, mark: RecordMark) -> Json:
    return {
        "meeting": meeting.id,
        "title": meeting.title,
        "kind": meeting.kind.value,
        "batch": meeting.batch,
        "track": meeting.track,
        "policy": {
            "title": meeting.policy_title,
            "document": meeting.policy_document,
            "digest": meeting.policy_digest,
        },
        "record": _record(mark),
    }


def _record(mark: RecordMark) -> Json:
    return {"entries": mark.seq, "head": mark.hash, "at": mark.at}


def _ranked(line: BookLine, places: int) -> Json:
    one = line.ranked
    return {
        "no": one.no,
        "enterprise": one.enterprise,
        "district": one.district,
        "industry": one.industry,
        "score": None if one.score is None else format_score(one.score, places),
        "rank": one.rank,
        "tied": one.tied,
        "sheets": one.sheets,
        "recused": one.recused,
        "spread": None if one.spread_micro is None else format_total(one.spread_micro),
        "flagged": one.flagged,
    }


def _sheet(sheet: BookSheet) -> Json:
    return {**_plain(sheet, 0), "recused": sheet.recused}


def _awards(one: AwardListView) -> Json:
    return {
        "version": one.version,
        "kind": one.kind.value,
        "digest": one.digest,
        "frozen_at": one.frozen_at,
        "signed": _plain(one.signatures, 0),
        "awards": [
            {
                "no": award.no,
                "enterprise": award.enterprise,
                "uscc": award.uscc,
                "track": award.track,
                "amount": None if award.amount_fen is None else json_yuan(award.amount_fen),
                "sources": {name: json_yuan(fen) for name, fen in award.sources},
            }
            for award in one.awards
        ],
        "total": json_yuan(one.total_fen),
    }


_UNITS = {"_fen": json_yuan, "_milli": format_points, "_micro": format_total}
_POINTS = frozenset({"full", "step", "marks"})
"""Fields that are milli-points without saying so in their name."""


def _plain(value: Any, places: int) -> Any:
    """A view as JSON holds it: units leave the names and enter the figures."""
    if is_dataclass(value) and not isinstance(value, type | Text):
        shown = {}
        for one in fields(value):
            if one.name not in _PRIVATE:
                name, figure = _figure(one.name, getattr(value, one.name), places)
                shown[name] = figure
        return shown
    if isinstance(value, Text):
        return value.chinese()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _plain(one, places) for key, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one, places) for one in value]
    if isinstance(value, Fraction):
        return weight(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _figure(name: str, value: Any, places: int) -> tuple[str, Any]:
    """A field under its public name, a figure as a string with its unit's decimals."""
    if name in _POINTS and not isinstance(value, bool):
        if isinstance(value, Mapping):
            return name, {code: format_points(milli) for code, milli in value.items()}
        if isinstance(value, int):
            return name, format_points(value)
    if name == "score" and isinstance(value, int):
        return name, format_score(value, places)
    for unit, write in _UNITS.items():
        if name.endswith(unit):
            return name.removesuffix(unit), None if value is None else write(value)
    return name, _plain(value, places)
