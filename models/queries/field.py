"""All that an allocation is computed from: ranking, supports, quota, and what was decided about the list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Any

from sqlalchemy import Connection, text

from models.enums import Kind, Outcome
from models.policy.types import Policy
from models.queries.applications import rows
from models.queries.base import Standing
from models.queries.listing import quota_of, removed_of
from models.queries.results import ranked, scored
from models.queries.supports import supports
from models.rules.allocation import Allocation, allocate_pool
from models.rules.pool import Candidate, Pool
from models.rules.quotas import Quota
from models.rules.subsidy import Award

_TIE_ORDERS = text("SELECT nos FROM tie_decision WHERE meeting_id = :meeting AND lapsed_at IS NULL ORDER BY id")
_ADJUSTMENTS = text(
    "SELECT a.no, d.outcome FROM adjustment d JOIN application a ON a.id = d.application_id "
    "WHERE d.meeting_id = :meeting AND d.lapsed_at IS NULL ORDER BY d.id"
)
_SIGNED = text(
    "SELECT a.no FROM award w JOIN application a ON a.id = w.application_id "
    "JOIN award_list l ON l.id = w.award_list_id WHERE l.meeting_id = :meeting"
)


@dataclass(frozen=True)
class Field:
    """What was read of a meeting; `compute` may be asked with any number of quotas, and keeps nothing."""

    candidates: tuple[Candidate, ...]
    quota: Quota
    pass_mark: int | None
    tie_orders: tuple[tuple[str, ...], ...]
    adjustments: Mapping[str, Outcome]
    removed: frozenset[str]
    signed: frozenset[str]
    names: Mapping[str, str]
    rows: Mapping[str, Any]
    supports: Mapping[int, Award]

    @cached_property
    def pool(self) -> Pool:
        """The candidates in rank order."""
        return Pool(self.candidates, pass_mark=self.pass_mark, tie_orders=self.tie_orders, names=self.names)

    def compute(self, quota: Quota | None = None, *, adjusted: bool = True) -> Allocation:
        """Allocate under the field's quota or another one."""
        return allocate_pool(
            self.pool,
            quota or self.quota,
            adjustments=self.adjustments if adjusted else {},
            removed=self.removed,
            signed=self.signed,
        )


def read_field(connection: Connection, stands: Standing, policy: Policy) -> Field:
    """Read the ranking, the support amounts, the quota and the chair's decisions of a meeting."""
    meeting = {"meeting": stands.meeting_id}
    found = scored(connection, stands, policy)
    lines = {line.no: line for line in ranked(connection, stands, policy, found)}
    all_rows = {row.no: row for row in rows(connection, "i.meeting_id = :meeting", meeting)}
    kind = Kind(connection.execute(text("SELECT kind FROM meeting WHERE id = :meeting"), meeting).scalar_one())
    support = supports(connection, policy, kind, list(all_rows.values()))
    mark = policy.scoring.pass_mark
    return Field(
        candidates=tuple(
            Candidate(
                no,
                lines[no].rank if no in lines else None,
                lines[no].score if no in lines else None,
                row.district,
                row.industry,
                support[row.id].amount_fen,
                bool(row.decided),
            )
            for no, row in all_rows.items()
        ),
        quota=quota_of(connection, stands),
        pass_mark=None if mark is None else ceil(mark * 10**policy.scoring.score_places),
        tie_orders=tuple(tuple(json.loads(nos)) for nos in connection.execute(_TIE_ORDERS, meeting).scalars()),
        adjustments={row.no: Outcome(row.outcome) for row in connection.execute(_ADJUSTMENTS, meeting)},
        removed=frozenset(removed_of(connection, stands)),
        signed=frozenset(connection.execute(_SIGNED, meeting).scalars()),
        names={named.code: named.name for named in (*policy.districts, *policy.industries)},
        rows=all_rows,
        supports=support,
    )
