"""All that the board shows, read in one go in a thread: the meeting, and after the reveal its ranking and its list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.enums import REVEALED, Phase
from models.errors import Refused
from models.rules.permissions import allowed
from models.rules.quotas import Cell, Quota
from models.views.allocation import AllocatedApplication, AllocationView, QuotaView
from models.views.meeting import MeetingView
from models.views.people import Actor, SeatView
from models.views.results import DeliberationLine, RankedApplication, RankingView
from models.views.room import RoomView, UpcomingView

if TYPE_CHECKING:
    from models.queries.base import Office


@dataclass(frozen=True)
class Look:
    """What the board knows. Before the reveal only `meeting`: who is there, how much is in, what stands in the way."""

    meeting: MeetingView
    ranking: RankingView | None = None
    needs: Mapping[str, DeliberationLine] = field(default_factory=dict)
    room: RoomView | None = None
    upcoming: UpcomingView | None = None
    """What is called next, to who calls."""
    quota: QuotaView | None = None
    allocation: AllocationView | None = None
    decides_amounts: bool = False
    ranked: Mapping[str, RankedApplication] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    """The names of districts and industries by their codes."""
    scale: tuple[int, int] = (0, 0)
    """The lowest and the highest sheet total, in micro-points: the ends of every spread."""

    @property
    def phase(self) -> Phase:
        """The meeting's phase."""
        return self.meeting.phase

    @property
    def has_list(self) -> bool:
        """Whether the meeting has come to its list: allocation and all after it."""
        return self.phase.position >= Phase.ALLOCATING.position

    @property
    def me(self) -> SeatView | None:
        """The own seat, if the person has one here."""
        return next((seat for seat in self.meeting.seats if seat.name == self.meeting.me), None)

    def is_sealed(self, no: str) -> bool:
        """Whether the person is recused from an application."""
        return self.me is not None and no in self.me.recused

    def allocated(self, no: str) -> AllocatedApplication | None:
        """What the list in force says of an application."""
        return None if self.allocation is None else self.allocation.of(no)

    def enterprise(self, no: str) -> str:
        """The name behind a number, as far as the person sees it."""
        if no in self.ranked:
            return self.ranked[no].enterprise
        one = self.allocated(no)
        return one.enterprise if one is not None else ""


def look(office: Office, actor: Actor, seen: MeetingView) -> Look:
    """Read everything that the board shows to this person of a meeting. Raises what the queries raise."""
    from models.queries.allocation import quota_view
    from models.queries.items import decides_amounts, deliberation
    from models.queries.results import ranking
    from models.queries.room import room, upcoming

    if seen.phase not in REVEALED:
        return Look(seen)
    meeting_id = seen.id
    ranked = ranking(office, actor, meeting_id)
    quota = quota_view(office, actor, meeting_id)
    totals = [one.totals_micro for one in ranked.applications if one.totals_micro]
    talking = seen.phase is Phase.DELIBERATING
    return Look(
        seen,
        ranked,
        deliberation(office, actor, meeting_id) if talking else {},
        room(office, actor, meeting_id) if talking else None,
        upcoming(office, actor, meeting_id) if talking and allowed("item.call", seen.role, seen.phase) else None,
        quota,
        None if talking else _in_force(office, actor, meeting_id),
        decides_amounts(office, actor, meeting_id),
        {one.no: one for one in ranked.applications},
        {cell.name: cell.label for cell in quota.cells},
        (min((t[0] for t in totals), default=0), max((t[-1] for t in totals), default=0)),
    )


def _in_force(office: Office, actor: Actor, meeting_id: str) -> AllocationView | None:
    from models.queries.allocation import allocation_view

    try:
        return allocation_view(office, actor, meeting_id)
    except Refused:
        return None  # nobody has made one yet, and the board says so


def quota_of(view: QuotaView) -> Quota:
    """The quota in force as a value that a what-if can change."""
    cells = (
        Cell(cell.kind.value, cell.name, cell.floor, cell.ceiling)
        for cell in view.cells
        if cell.floor or cell.ceiling is not None
    )
    return Quota(view.total, tuple(cells), view.budget_fen, view.alternates)
