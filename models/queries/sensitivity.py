"""Sensitivity of a meeting's list, and the agreement of its experts: read in one snapshot, then computed without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

from sqlalchemy import text

from models.errors import NotPermitted
from models.queries.agreement import agreement
from models.queries.base import Office, Reading, reading, unknown_application
from models.queries.field import read_field
from models.queries.listing import in_force
from models.queries.results import sheets_of
from models.queries.sight import recused_nos
from models.rules.quotas import Quota
from models.rules.sensitivity import Case, left_out
from models.rules.smallest import Search
from models.text import T
from models.views.people import Actor
from models.views.sensitivity import Agreement, SensitivityView

R = TypeVar("R")

Progress = Callable[[int, int], None]
"""Told how many steps are done, of how many."""

_ITEMS = text(
    "SELECT a.id, a.no, e.name AS enterprise, i.panel_id, p.name AS panel FROM item i "
    "JOIN application a ON a.id = i.application_id JOIN enterprise e ON e.id = a.enterprise_id "
    "LEFT JOIN panel p ON p.id = i.panel_id WHERE i.meeting_id = :meeting AND i.eligible ORDER BY a.no"
)


@dataclass(frozen=True)
class _Facts:
    """What was read of a meeting."""

    case: Case
    allocated: bool
    adjusted: bool
    enterprises: Mapping[str, str]
    panels: Mapping[str, Sequence[str]]
    """The numbers of the applications by the name of their panel."""


def sensitivity(
    office: Office, actor: Actor, meeting: str, no: str | None = None, progress: Progress | None = None
) -> SensitivityView:
    """What the list hangs on; with `no` the smallest change is searched for this application instead of those near.

    What the chair adjusted is left aside on both sides; the chair's orders of ties stand. To who is recused from an
    application nothing here is derived from its sheets. Raises `WrongUse` for an unknown application, `NotPermitted`
    (recused) for a sealed one.
    """
    with reading(office, actor, "sensitivity.read", meeting) as look:
        facts = _read(look, meeting)
    case = facts.case
    if no is not None and no not in case.sheets:
        raise unknown_application(no)
    if no is not None and no in case.sealed:
        raise NotPermitted("recused", T("您已回避 {no}，它的评分和讨论不向您显示。", no=no))
    search = Search(case)
    sought = [no] if no is not None else search.near()
    if search.base.refused is not None:
        sought = []
    criteria = case.rubric.criteria if len(case.rubric.criteria) > 1 else ()
    tick = _ticker(progress, len(case.experts) + len(criteria) + len(sought) + len(facts.panels))
    varied = () if search.base.refused is not None else left_out(case, search.base)
    return SensitivityView(
        meeting=meeting,
        places=case.scoring.score_places,
        total=case.quota.total,
        allocated=facts.allocated,
        adjusted=facts.adjusted,
        sealed=len(case.sealed),
        line=search.base.line,
        left_out=tuple(tick(one) for one in varied),
        marks=tuple(tick(search.of(one)) for one in sought),
        agreement=tuple(tick(one) for one in _agreements(facts, search.dropped)),
        enterprises=facts.enterprises,
        criteria={criterion.code: criterion.name for criterion in case.rubric.criteria},
        unlisted=search.base.refused,
    )


def _read(look: Reading, meeting: str) -> _Facts:
    """Ranking, sheets, quota and decisions. Before there is an allocation the line is that by rank at the total."""
    field = read_field(look.connection, look.standing, look.policy)
    items = look.connection.execute(_ITEMS, {"meeting": meeting}).all()
    found = sheets_of(look.connection, meeting)
    allocated = in_force(look.connection, look.standing) is not None
    sealed = recused_nos(look.connection, look.standing)
    panels: dict[str, list[str]] = {}
    for item in items:
        panels.setdefault(item.panel or "", []).append(item.no)
    case = Case(
        look.policy.rubric,
        look.policy.scoring,
        {item.no: tuple(found.get(item.id, ())) for item in items},
        {item.no: item.panel_id or 0 for item in items},
        field.candidates,
        field.quota if allocated else Quota(field.quota.total),
        field.tie_orders,
        field.removed,
        sealed & {item.no for item in items},
        meeting,
    )
    return _Facts(case, allocated, bool(field.adjustments), {item.no: item.enterprise for item in items}, panels)


def _ticker(progress: Progress | None, steps: int) -> Callable[[R], R]:
    """Hands on what was computed, and tells how far it is."""
    done = count(1)

    def tick(one: R) -> R:
        if progress is not None:
            progress(next(done), steps)
        return one

    return tick


def _agreements(facts: _Facts, dropped: frozenset[str]) -> Iterator[Agreement]:
    """Panel by panel, of the sheets that count and are not sealed to who looks."""
    case = facts.case
    for panel, nos in sorted(facts.panels.items()):
        counted = [[sheet for sheet in case.sheets[no] if sheet.expert not in dropped] for no in nos]
        open_ = [sheets for no, sheets in zip(nos, counted, strict=True) if no not in case.sealed]
        yield agreement(panel, open_, case.rubric)
