"""A batch's money: by track, by source and by the uses that the measure lays down, and the lower bounds it set."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from models.errors import WrongUse
from models.policy.kinds import percent
from models.policy.types import Policy
from models.queries.applications import name_of
from models.queries.base import Office
from models.queries.bounds import source_shares
from models.queries.supports import read_limits
from models.rules.checks import outside_the_measure
from models.rules.money import format_wan
from models.rules.standards import Limit, level_word
from models.rules.uses import use_figures
from models.text import T, Text
from models.views.meeting import BatchFigures, LimitView, TrackSum, UseSum

_PLANNED = text(
    "SELECT m.track, SUM(q.total) AS places, SUM(q.budget_fen) AS fen FROM quota q "
    "JOIN meeting m ON m.id = q.meeting_id WHERE m.batch_id = :batch GROUP BY m.track"
)
_LISTED = text(
    "SELECT a.track, w.amount_fen, w.sources FROM award w JOIN application a ON a.id = w.application_id "
    "WHERE a.batch_id = :batch"
)


def batch_figures(office: Office, batch_id: str) -> BatchFigures:
    """What a batch's meetings may spend and what its lists hold; `WrongUse` for an unknown batch."""
    with office.database.reading() as connection:
        batch = connection.execute(text("SELECT * FROM batch WHERE id = :batch"), {"batch": batch_id}).one_or_none()
        if batch is None:
            raise WrongUse("unknown_batch", T("没有批次 {batch}。", batch=batch_id))
        policy = office.policy(connection, batch.policy_file_id)
        tracks = tuple(_tracks(connection, policy, batch_id))
        limits = read_limits(batch.limits)
        return BatchFigures(
            tracks,
            () if batch.budget_fen is None else tuple(_uses(policy, batch, tracks)),
            tuple(
                LimitView(name_of(policy.track(code), code), limit.notice, tuple(_bounds(limit)))
                for code, limit in limits.items()
            ),
            tuple(outside_the_measure(policy, _day(batch.opens), _day(batch.closes))),
        )


def _day(kept: Any) -> date | None:
    return None if kept is None else date.fromisoformat(str(kept))


def _tracks(connection: Connection, policy: Policy, batch_id: str) -> Iterator[TrackSum]:
    planned = {row.track: row for row in connection.execute(_PLANNED, {"batch": batch_id})}
    count: Counter[str] = Counter()
    fen: Counter[str] = Counter()
    sources: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in connection.execute(_LISTED, {"batch": batch_id}):
        count[row.track] += 1
        fen[row.track] += row.amount_fen or 0
        sources[row.track].update(json.loads(row.sources))
    for track in policy.tracks:
        if track.code in planned or count[track.code]:
            plan = planned.get(track.code)
            yield TrackSum(
                track.code,
                track.name,
                0 if plan is None else int(plan.places),
                None if plan is None or plan.fen is None else int(plan.fen),
                count[track.code],
                fen[track.code],
                tuple((one.code, sources[track.code][one.code]) for one in policy.sources),
            )


def _uses(policy: Policy, batch: Any, tracks: tuple[TrackSum, ...]) -> Iterator[UseSum]:
    by_track = {one.code: one.budget_fen or 0 for one in tracks}
    shares = source_shares(batch.sources)
    for figure in use_figures(policy.uses, batch.budget_fen, by_track, shares):
        use = figure.use
        mine = [one for one in tracks if one.code in use.tracks]
        listed = sum(_of_sources(one, use.sources if shares else ()) for one in mine)
        yield UseSum(
            use.code,
            use.name,
            use.basis.short,
            tuple(one.name for one in policy.sources if one.code in use.sources),
            use.least,
            use.most,
            figure.money_fen,
            figure.least_fen,
            figure.most_fen,
            figure.set_fen,
            listed,
        )


def _of_sources(track: TrackSum, sources: tuple[str, ...]) -> int:
    """What lists hold of some sources' money on a track; of all money if none is named."""
    return sum(fen for code, fen in track.sources if code in sources) if sources else track.listed_fen


def _bounds(limit: Limit) -> Iterator[Text]:
    if limit.ratio is not None:
        yield T("比例不超过 {ratio}", ratio=percent(limit.ratio))
    for level, fen in limit.caps_fen.items():
        yield T("{level}最高 {wan} 万元", level=level_word(level), wan=format_wan(fen))
    if limit.cap_fen is not None:
        yield T("最高 {wan} 万元", wan=format_wan(limit.cap_fen))
