"""The minutes as facts: everything that was recorded of a meeting, gathered at one moment."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from sqlalchemy import TextClause, text

from models.enums import Outcome, Phase, ReasonCode, RecusalGround, chinese
from models.queries.allocation import allocation_view, quota_view
from models.queries.applications import recused_of, roster
from models.queries.awards import award_lists
from models.queries.base import Office, Reading
from models.queries.conflicts import dismissals
from models.queries.flags import flags_by_expert
from models.queries.items import corrections_of, dissents_of
from models.queries.listing import in_force
from models.queries.meeting import meeting as meeting_view
from models.queries.paper import lapsed, paper, rekeyed
from models.queries.publicity import notices, objections
from models.queries.record import record_mark, revealed
from models.queries.results import dropped_experts, ranking, scored, sheets_of
from models.queries.room import discussions
from models.rules.conflicts import told_clues
from models.rules.marks import aggregate
from models.text import Text
from models.views.allocation import AllocatedApplication
from models.views.applications import ApplicationLine
from models.views.listing import ObjectionView
from models.views.minutes import (
    AbstentionView,
    AdjustmentView,
    DecidedAmountView,
    FlagView,
    HandlingView,
    MinutesView,
    OpinionView,
    PhaseChangeView,
    RecusalView,
    ResultView,
    TieOrderView,
)
from models.views.people import Actor
from models.views.results import RankedApplication

_COUNTS = text(
    "SELECT COUNT(CASE WHEN NOT voided AND state = 'submitted' THEN 1 END) AS submitted, "
    "COUNT(CASE WHEN NOT voided AND state = 'abstained' THEN 1 END) AS abstained, "
    "COUNT(CASE WHEN voided AND state IN ('submitted', 'abstained') THEN 1 END) AS voided "
    "FROM score_sheet WHERE meeting_id = :meeting"
)
_ABSTENTIONS = text(
    "SELECT s.name, a.no, k.reason FROM score_sheet k JOIN seat s ON s.id = k.seat_id "
    "JOIN application a ON a.id = k.application_id "
    "WHERE k.meeting_id = :meeting AND k.state = 'abstained' AND NOT k.voided ORDER BY a.no, s.id"
)
_RECUSALS = text(
    "SELECT s.name, a.no, e.name AS enterprise, r.ground, r.reason, r.declared_by, r.at, k.id AS voided FROM recusal r "
    "JOIN seat s ON s.id = r.seat_id JOIN application a ON a.id = r.application_id "
    "JOIN enterprise e ON e.id = a.enterprise_id LEFT JOIN score_sheet k ON k.seat_id = r.seat_id "
    "AND k.application_id = r.application_id AND k.voided AND k.state IN ('submitted', 'abstained') "
    "WHERE s.meeting_id = :meeting ORDER BY r.id"
)
_EXPLANATIONS = text(
    "SELECT a.no, s.name, x.text FROM explanation x JOIN seat s ON s.id = x.seat_id "
    "JOIN application a ON a.id = x.application_id WHERE s.meeting_id = :meeting"
)
_OPINIONS = text(
    "SELECT a.no, o.text FROM opinion o JOIN application a ON a.id = o.application_id "
    "WHERE o.meeting_id = :meeting ORDER BY a.no"
)
_DECIDED = text(
    "SELECT a.no, d.amount_fen, d.reason, d.by FROM decided_amount d JOIN application a ON a.id = d.application_id "
    "JOIN item i ON i.application_id = a.id WHERE i.meeting_id = :meeting ORDER BY a.no"
)
_ALLOCATED = text(
    "SELECT a.no, x.outcome, x.reason, x.alternate_order, x.amount_fen FROM allocation_item x "
    "JOIN application a ON a.id = x.application_id WHERE x.allocation_id = "
    "(SELECT MAX(id) FROM allocation WHERE meeting_id = :meeting AND lapsed_at IS NULL)"
)
_ADJUSTMENTS = text(
    "SELECT a.no, d.outcome, d.reason, d.by, d.at, d.lapsed_at FROM adjustment d "
    "JOIN application a ON a.id = d.application_id WHERE d.meeting_id = :meeting ORDER BY d.id"
)
_TIES = text("SELECT nos, reason, by, at, lapsed_at FROM tie_decision WHERE meeting_id = :meeting ORDER BY id")
_HANDLING = text(
    "SELECT number, accepted_at, closed_by, closed_at FROM objection WHERE meeting_id = :meeting ORDER BY number"
)
_HISTORY = text("SELECT at, phase, actor, reason FROM phase_change WHERE meeting_id = :meeting ORDER BY id")


class _About(Protocol):
    """Whatever is about one application, or about none."""

    @property
    def no(self) -> str | None: ...


_Item = TypeVar("_Item", bound=_About)


def minutes(office: Office, actor: Actor, meeting: str) -> MinutesView:
    """The minutes of a meeting for who may export them, in any phase after the reveal.

    The discussion of applications one is recused from is left out, and `withheld` names them. Who objected is told to
    nobody. Raises `NotPermitted`, or `Refused` (sealed) before the reveal.
    """
    with revealed(office, actor, meeting) as (still, look):
        facts = _Facts(look, meeting, _hidden(look))
        lines = roster(still, actor, meeting=meeting)
        ranked = ranking(still, actor, meeting)
        proposal = None if in_force(look.connection, look.standing) is None else allocation_view(still, actor, meeting)
        texts = {} if proposal is None else {one.no: one for one in proposal.applications}
        submitted, abstained, voided = facts.rows(_COUNTS)[0]
        return MinutesView(
            meeting=meeting_view(still, actor, meeting),
            withheld=tuple(sorted(facts.hidden)),
            ineligible=tuple(line for line in lines if not line.eligible),
            method=ranked.method,
            places=ranked.places,
            recusals=facts.recusals(),
            dismissals=tuple(replace(one, clues=told_clues(one.clues)) for one in dismissals(look.connection, meeting)),
            paper=paper(look.connection, meeting, facts.hidden),
            rekeyed=facts.told(rekeyed(look.connection, meeting, look.policy.rubric)),
            lapsed=facts.told(lapsed(look.connection, meeting)),
            submitted=submitted,
            abstained=abstained,
            voided=voided,
            abstentions=facts.told(AbstentionView(*row) for row in facts.rows(_ABSTENTIONS)),
            flags=facts.told(facts.flags()),
            corrections=facts.told(corrections_of(look.connection, meeting)),
            opinions=facts.told(OpinionView(*row) for row in facts.rows(_OPINIONS)),
            discussions=discussions(look.connection, meeting),
            decided_amounts=facts.decided_amounts(),
            dissents=facts.told(dissents_of(look.connection, meeting)),
            results=facts.results(ranked.applications, lines, texts),
            quota=quota_view(still, actor, meeting),
            unmet=() if proposal is None else proposal.unmet,
            adjustments=facts.adjustments(),
            ties=facts.ties(),
            notices=notices(still, actor, meeting),
            objections=tuple(facts.objection(one) for one in objections(still, actor, meeting)),
            handling=tuple(HandlingView(*row) for row in facts.rows(_HANDLING)),
            lists=award_lists(still, actor, meeting),
            history=tuple(PhaseChangeView(row[0], Phase(row[1]), row[2], row[3]) for row in facts.rows(_HISTORY)),
            mark=record_mark(look.connection, meeting),
        )


def _hidden(look: Reading) -> frozenset[str]:
    """The numbers of the applications that the reader is recused from."""
    recused = recused_of(look.connection, look.standing)
    items = look.connection.execute(
        text(
            "SELECT a.id, a.no FROM item i JOIN application a ON a.id = i.application_id WHERE i.meeting_id = :meeting"
        ),
        {"meeting": look.standing.meeting_id},
    )
    return frozenset(item.no for item in items if item.id in recused)


@dataclass(frozen=True)
class _Facts:
    """What the tables say of one meeting, less the discussion of the `hidden` applications."""

    look: Reading
    meeting: str
    hidden: frozenset[str]

    def rows(self, statement: TextClause) -> Sequence[Any]:
        """The rows that a statement finds of this meeting."""
        return self.look.connection.execute(statement, {"meeting": self.meeting}).all()

    def told(self, items: Iterable[_Item]) -> tuple[_Item, ...]:
        """Those of the items that are not about a hidden application."""
        return tuple(item for item in items if item.no not in self.hidden)

    def reason(self, reason: str, *nos: str) -> str:
        """A reason, or nothing where it is about a hidden application."""
        return "" if self.hidden.intersection(nos) else reason

    def recusals(self) -> tuple[RecusalView, ...]:
        return tuple(
            RecusalView(
                row.name,
                row.no,
                row.enterprise,
                RecusalGround(row.ground),
                row.reason,
                row.declared_by,
                row.at,
                row.voided is not None,
            )
            for row in self.rows(_RECUSALS)
        )

    def flags(self) -> list[FlagView]:
        """What the scoring rule flags, by application and expert, with the explanation given."""
        look, policy = self.look, self.look.policy
        suspects = [one for one in scored(look.connection, look.standing, policy) if one.flagged]
        sheets = sheets_of(look.connection, self.meeting, [one.item.id for one in suspects])
        dropped = dropped_experts(look.connection, look.standing, policy.scoring)
        said = {(row.no, row.name): row.text for row in self.rows(_EXPLANATIONS)}
        found = []
        for one in suspects:
            theirs, no = sheets[one.item.id], one.item.no
            for expert, flags in flags_by_expert(theirs, policy, dropped).items():
                found += [FlagView(no, expert, flag, said.get((no, expert), "")) for flag in flags]
            score = aggregate(theirs, policy.rubric, policy.scoring, dropped)
            found += [FlagView(no, None, flag.text, "") for flag in score.flags if flag.kind == "too_few_within"]
        return found

    def decided_amounts(self) -> tuple[DecidedAmountView, ...]:
        return tuple(
            DecidedAmountView(row.no, row.amount_fen, self.reason(row.reason, row.no), row.by)
            for row in self.rows(_DECIDED)
        )

    def results(
        self,
        ranked: Iterable[RankedApplication],
        lines: Iterable[ApplicationLine],
        texts: Mapping[str, AllocatedApplication],
    ) -> tuple[ResultView, ...]:
        """The ranked applications with what the allocation in force recorded of each."""
        kept = {row.no: row for row in self.rows(_ALLOCATED)}
        named = {line.no: line for line in lines}
        return tuple(
            ResultView(
                one.no,
                one.enterprise,
                named[one.no].district,
                named[one.no].industry,
                one.score,
                one.rank,
                one.tied,
                Outcome(kept[one.no].outcome) if one.no in kept else None,
                kept[one.no].alternate_order if one.no in kept else None,
                kept[one.no].amount_fen if one.no in kept else None,
                _why(kept[one.no], texts[one.no]) if one.no in kept else None,
            )
            for one in ranked
        )

    def adjustments(self) -> tuple[AdjustmentView, ...]:
        return tuple(
            AdjustmentView(row.no, Outcome(row.outcome), self.reason(row.reason, row.no), row.by, row.at, row.lapsed_at)
            for row in self.rows(_ADJUSTMENTS)
        )

    def ties(self) -> tuple[TieOrderView, ...]:
        orders = [(tuple(json.loads(row.nos)), row) for row in self.rows(_TIES)]
        return tuple(
            TieOrderView(nos, self.reason(row.reason, *nos), row.by, row.at, row.lapsed_at) for nos, row in orders
        )

    def objection(self, one: ObjectionView) -> ObjectionView:
        """An objection as the minutes tell it: never who objected, nor what was said of a hidden application."""
        hidden = one.no in self.hidden
        return replace(
            one,
            objector=None,
            contact=None,
            evidence=() if hidden else one.evidence,
            grounds=self.reason(one.grounds, one.no),
            finding=self.reason(one.finding, one.no),
        )


def _why(kept: Any, computed: AllocatedApplication) -> Text:
    """The reason in words that the rule gives, as long as it is still the reason that was recorded."""
    if (kept.outcome, kept.reason) == (computed.outcome, computed.reason):
        return computed.text
    return Text(chinese(ReasonCode(kept.reason)))
