"""Writes that began from an older state: refused, and told what changed meanwhile, by whom and when."""

from __future__ import annotations

from models.errors import Refused
from models.rules.times import local_time
from models.text import T, Text


def stale(what: Text, by: Text | str, at: str, now: Text | str) -> Refused:
    """The refusal of a write over something that whoever writes has not seen; `at` is a kept stamp."""
    when = f"{local_time(at):%m-%d %H:%M:%S}"
    return Refused(
        "stale",
        T("{what}已由{by}于 {when} 改为“{now}”，您动手时还没有看到。", what=what, by=by, when=when, now=now),
        lift=T("没有保存；请看过再决定是否改。"),
    )
