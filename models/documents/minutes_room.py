"""What the minutes tell of the room: when each application was discussed, who presided, who was not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.documents.wording import moment, moment_after
from models.views.room import DiscussionView, Span


def discussed(discussions: Sequence[DiscussionView]) -> dict[str, Any]:
    """The values of the template about discussions; their times are told after the first one's day."""
    first = discussions[0].begun if discussions else ""
    return {
        "discussed_from": moment(first) if first else "",
        "discussions": [
            {
                "no": one.no,
                "enterprise": one.enterprise,
                "time": _time(one, first),
                "presiding": one.presiding,
                "left": "、".join(_out(span, one, first) for span in one.left),
                "away": "、".join(_out(span, one, first) for span in one.away),
            }
            for one in discussions
        ],
    }


def _time(one: DiscussionView, first: str) -> str:
    begun = moment_after(one.begun, first)
    return f"{begun} 起" if one.ended is None else f"{begun} 至 {moment_after(one.ended, one.begun)}"


def _out(span: Span, one: DiscussionView, first: str) -> str:
    """Who was out; from when and until when only where it was not the whole discussion."""
    since = moment_after(span.since, first) if span.since > one.begun else ""
    until = moment_after(span.until, first) if span.until not in (None, one.ended) else ""
    time = f"{since}至{until}" if since and until else f"{since}起" if since else f"至{until}" if until else ""
    notes = "，".join(part for part in (time, span.reason) if part)
    return f"{span.name}（{notes}）" if notes else span.name
