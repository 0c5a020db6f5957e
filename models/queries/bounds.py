"""What bounds a meeting's list from outside the meeting: the batch, a year's places, uses, and other lists' awards."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from fractions import Fraction

from sqlalchemy import Connection, bindparam, text

from models.enums import Kind
from models.policy.types import Policy
from models.queries.applications import rows
from models.queries.base import Standing
from models.queries.supports import supports
from models.rules.money import format_yuan
from models.rules.phases import Overtaken
from models.rules.times import local_time
from models.rules.uses import use_faults
from models.text import T, Text

_FROZEN = text(
    "SELECT l.meeting_id, l.frozen_at, a.enterprise_id FROM award w JOIN award_list l ON l.id = w.award_list_id "
    "JOIN application a ON a.id = w.application_id WHERE a.track = :track"
)
_ENTERPRISES = text("SELECT enterprise_id FROM application WHERE id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)
_BUDGETS = text(
    "SELECT m.track, SUM(q.budget_fen) AS fen FROM quota q JOIN meeting m ON m.id = q.meeting_id "
    "WHERE m.batch_id = :batch AND m.id <> :meeting AND q.budget_fen IS NOT NULL GROUP BY m.track"
)


def place_faults(
    connection: Connection, stands: Standing, policy: Policy, today: date, total: int | None, new: Collection[int] = ()
) -> Iterator[Text]:
    """What a list would have above the places that the measure gives its track in a calendar year.

    `total`: places that the meeting may fill, over all its versions; None: its list is to take up the applications
    `new`, by id.
    """
    track = policy.track(stands.track)
    if track is None or track.yearly_places is None:
        return
    others: set[int] = set()
    own: dict[bool, set[int]] = {True: set(), False: set()}
    for row in connection.execute(_FROZEN, {"track": track.code}):
        this_year = local_time(row.frozen_at).year == today.year
        if row.meeting_id == stands.meeting_id:
            own[this_year].add(row.enterprise_id)
        elif this_year:
            others.add(row.enterprise_id)
    if total is None:
        coming = connection.execute(_ENTERPRISES, {"ids": list(new)}).scalars()
        wanted = len((own[True] | set(coming)) - others)
    else:
        wanted = total - len(own[False])
    if wanted > 0 and len(others) + wanted > track.yearly_places:
        yield T(
            "“{track}”每年最多 {places} 家（依据：{basis}）：{year} 年其他名单已有 {others} 家，本会 {wanted} 家超出。",
            track=track.name,
            places=track.yearly_places,
            basis=(track.yearly_places_basis or track.basis).short,
            year=today.year,
            others=len(others),
            wanted=wanted,
        )


def spending_faults(connection: Connection, stands: Standing, policy: Policy, budget_fen: int | None) -> Iterator[Text]:
    """What a meeting's budget on its track breaks of the uses that the measure lays down for the batch's money."""
    batch = connection.execute(
        text("SELECT budget_fen, sources FROM batch WHERE id = :batch"), {"batch": stands.batch_id}
    ).one()
    if batch.budget_fen is None or not policy.uses:
        return
    asked = {"batch": stands.batch_id, "meeting": stands.meeting_id}
    by_track = {row.track: int(row.fen) for row in connection.execute(_BUDGETS, asked)}
    by_track[stands.track] = by_track.get(stands.track, 0) + (budget_fen or 0)
    yield from use_faults(policy.uses, batch.budget_fen, by_track, source_shares(batch.sources))


def source_shares(kept: str | None) -> Mapping[str, Fraction]:
    """The shares of a batch's fund sources as it keeps them; empty while nothing is divided."""
    return {code: Fraction(share) for code, share in json.loads(kept).items()} if kept else {}


def overtaken(
    connection: Connection, stands: Standing, policy: Policy, listed: Mapping[int, int | None]
) -> tuple[Overtaken, ...]:
    """The applications whose amount on the list is more than other lists, frozen meanwhile, still leave them.

    `listed` are the amounts (fen) by application id. A room that grew takes nothing back: the amount stays as listed.
    """
    if not listed:
        return ()
    meeting = {"meeting": stands.meeting_id}
    kind = Kind(connection.execute(text("SELECT kind FROM meeting WHERE id = :meeting"), meeting).scalar_one())
    found = [row for row in rows(connection, "i.meeting_id = :meeting", meeting) if row.id in listed]
    support = supports(connection, policy, kind, found)
    gone = []
    for row in found:
        kept_fen, now = listed[row.id], support[row.id]
        if kept_fen is None or (now.amount_fen is not None and now.amount_fen >= kept_fen):
            continue
        words = now.reason if now.amount_fen is None else T("{yuan} 元", yuan=format_yuan(now.amount_fen))
        assert words is not None, "an award without an amount has its reason"
        gone.append(Overtaken(row.no, format_yuan(kept_fen), words))
    return tuple(gone)
