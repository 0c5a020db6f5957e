"""A meeting's list, read once and made anew under any quota: what the board keeps while what-ifs are tried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import text

from models.enums import CellKind, Outcome, ReasonCode
from models.queries.base import Office, Reading, unknown_application
from models.queries.field import Field, read_field
from models.queries.sight import foreign_nos, recused_nos
from models.rules.allocation import Allocation, Item, adjusted, check_adjustment
from models.rules.cell_reasons import CellReasons
from models.rules.outcome_derivation import Bases, Outcomes
from models.rules.quotas import Quota
from models.views.allocation import AllocatedApplication, AllocationView, QuotaCellView, UnmetView
from models.views.derivation import Derivation
from models.views.lazily import Lazily
from models.views.people import Actor


@dataclass(frozen=True)
class Trial:
    """All that the list of a meeting is made of, as one person may see it, at one moment of the record.

    Nothing is read again, but whether it still holds (`is_current`). `token` is the record's state it was read at;
    from `recused` applications the person is kept, `foreign` ones are another panel's.
    """

    field: Field
    actor: Actor
    meeting: str
    token: int
    recused: frozenset[str]
    foreign: frozenset[str]
    bases: Bases

    def is_for(self, actor: Actor, meeting: str) -> bool:
        """Whether it is what this person sees of this meeting."""
        return (self.actor, self.meeting) == (actor, meeting)

    def is_current(self, office: Office) -> bool:
        """Whether nothing was recorded since: no mark, no quota, no right, no phase is another."""
        return office.database.change_token() == self.token

    def view(self, quota: Quota | None = None, recorded_at: str | None = None) -> AllocationView:
        """The list under the quota in force, or under another; `recorded_at` is None unless it is the one in force."""
        return self._view(quota or self.field.quota, self._compute(quota), recorded_at)

    def what_if(self, quota: Quota | None = None) -> AllocationView:
        """The list as it would be under a quota, and who would enter and leave.

        The adjustments were judged under the quota in force: under another one a what-if asks what the rule alone
        would do, and compares that with what the rule alone does now.
        """
        view = self.view(quota)
        if quota is None:
            return view
        now, before = frozenset(view.proposed), frozenset(self._seen(self._by_rule))
        return replace(view, entering=tuple(sorted(now - before)), leaving=tuple(sorted(before - now)))

    def adjusted(self, no: str, to: Outcome) -> Trial:
        """The same with one adjustment more, the last; raises `Refused` if it may not be made."""
        field = self.field
        check_adjustment(
            field.pool, field.quota, no, to, adjustments=field.adjustments, removed=field.removed, signed=field.signed
        )
        return replace(self, field=replace(field, adjustments=adjusted(field.adjustments, no, to)))

    def outcomes(self, quota: Quota | None = None) -> Callable[[str], Derivation]:
        """Derives any outcome of the list by number; `WrongUse` for one that is not here or not for who looks."""
        found = self._outcomes(quota)

        def of(no: str) -> Derivation:
            if no not in self.field.rows or no in self.foreign:
                raise unknown_application(no)
            return found.of(no)

        return of

    def cell(self, kind: CellKind, name: str) -> Derivation:
        """How a district or an industry came to its places."""
        return self._outcomes(None).cell((kind.value, name))

    def _compute(self, quota: Quota | None) -> Allocation:
        return self.field.compute(quota, adjusted=quota is None)

    def _outcomes(self, quota: Quota | None) -> Outcomes:
        return Outcomes(self._compute(quota), self.bases, self.foreign)

    @cached_property
    def _by_rule(self) -> frozenset[str]:
        """Who is in under the quota in force by the rule alone."""
        return self.field.compute(adjusted=False).proposed

    def _seen(self, nos: Iterable[str]) -> list[str]:
        return [no for no in nos if no not in self.foreign] if self.foreign else list(nos)

    @cached_property
    def _listed(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """The numbers in rank order of those that are for who looks, and where they stand in the pool."""
        ordered = self.field.pool.ordered
        seen = [(c.no, at) for at, c in enumerate(ordered) if c.no not in self.foreign]
        return tuple(no for no, _ in seen), tuple(at for _, at in seen)

    @cached_property
    def _candidates(self) -> Counter[tuple[str, str]]:
        """How many eligible applications each district and industry has."""
        return Counter(key for candidate in self.field.candidates if candidate.eligible for key in candidate.keys)

    def _view(self, quota: Quota, found: Allocation, recorded_at: str | None) -> AllocationView:
        nos, at = self._listed
        names, reasons = self.field.names, CellReasons(found.draft, self.foreign)
        cells = tuple(
            QuotaCellView(
                CellKind(use.kind),
                use.name,
                names.get(use.name, use.name),
                use.floor,
                use.ceiling,
                self._candidates[use.kind, use.name],
                use.taken,
                reasons.of((use.kind, use.name)),
            )
            for use in found.cells
        )
        return AllocationView(
            meeting=self.meeting,
            total=quota.total,
            budget_fen=quota.budget_fen,
            alternates=quota.alternates,
            line=found.line,
            places=self.bases.places,
            applications=Lazily(len(at), lambda index: self._application(found.items[at[index]])),
            nos=nos,
            proposed=tuple(self._seen(c.no for c in found.draft.proposed())),
            reserve=tuple(self._seen(c.no for c in found.draft.alternates())),
            cells=cells,
            unmet=tuple(
                UnmetView(CellKind(one.kind), names.get(one.name, one.name), one.wanted, one.reached)
                for one in found.unmet
            ),
            ties=tuple(tied for tied in found.ties_at_line if self.foreign.isdisjoint(tied)),
            budget_used_fen=found.budget_used_fen,
            amount_unknown=tuple(self._seen(found.amount_unknown)),
            recorded_at=recorded_at,
        )

    def _application(self, item: Item) -> AllocatedApplication:
        row, names = self.field.rows[item.no], self.field.names
        candidate = self.field.pool.by_no[item.no]
        support = self.field.supports[row.id]
        return AllocatedApplication(
            item.no,
            row.enterprise,
            names.get(candidate.district, candidate.district),
            names.get(candidate.industry, candidate.industry),
            candidate.score,
            item.rank,
            item.outcome,
            item.alternate_order,
            item.margin,
            ReasonCode(item.reason.code),
            item.reason.text,
            item.amount_fen,
            None if item.no in self.recused else lambda: support.derivation,
        )


def read_trial(look: Reading) -> Trial:
    """Read the list of a meeting for who looks."""
    stands, policy = look.standing, look.policy
    assert stands.meeting_id is not None
    token = look.connection.execute(text("SELECT seq FROM audit_head")).scalar() or 0  # first: what follows is no older
    return Trial(
        field=read_field(look.connection, stands, policy),
        actor=stands.actor,
        meeting=stands.meeting_id,
        token=token,
        recused=recused_nos(look.connection, stands),
        foreign=foreign_nos(look.connection, stands),
        bases=Bases(policy.scoring.basis.short, policy.allocation.basis.short, policy.scoring.score_places),
    )
