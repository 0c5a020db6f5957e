"""Scores and ranks of a meeting, from the sheets as they are stored.

Where sheets count as wholes, the stored totals are enough and 10,000 applications rank at a glance; every other rule
goes through the sheets themselves. Both ways are the rules' own functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import Connection, text

from models.errors import Refused
from models.policy.types import MICRO, Deviation, Policy, Scoring
from models.queries.base import Office, Standing, reading
from models.queries.sight import foreign_nos
from models.rules import marks as rule
from models.rules.ranking import Entry, Ranked, rank
from models.rules.widest import widest
from models.text import T, Text
from models.views.people import Actor
from models.views.results import RankedApplication, RankingView

_TOTALS = """
SELECT application_id, {aggregate}(CAST(total_micro AS VARCHAR), ',') AS totals
FROM score_sheet WHERE meeting_id = :meeting AND state = 'submitted' AND NOT voided GROUP BY application_id
"""
_ITEMS = text(
    "SELECT a.id, a.no, e.name, a.district, a.industry, i.panel_id FROM item i "
    "JOIN application a ON a.id = i.application_id JOIN enterprise e ON e.id = a.enterprise_id "
    "WHERE i.meeting_id = :meeting AND i.eligible ORDER BY a.no"
)
_MARKS = """
SELECT s.application_id, t.name AS expert, c.code, m.value_milli
FROM score_sheet s JOIN seat t ON t.id = s.seat_id
JOIN mark m ON m.sheet_id = s.id JOIN criterion c ON c.id = m.criterion_id
WHERE s.meeting_id = :meeting AND s.state = 'submitted' AND NOT s.voided
"""
_RECUSED = text(
    "SELECT r.application_id, r.seat_id FROM recusal r JOIN seat s ON s.id = r.seat_id WHERE s.meeting_id = :meeting"
)
_EXPLAINED = text(
    "SELECT a.no, s.name FROM explanation x JOIN seat s ON s.id = x.seat_id "
    "JOIN application a ON a.id = x.application_id WHERE s.meeting_id = :meeting"
)


class Item(NamedTuple):
    """An eligible application of the meeting."""

    id: int
    no: str
    enterprise: str
    district: str
    industry: str
    panel_id: int | None


class Scored(NamedTuple):
    """An application with its score; `totals` are the valid sheet totals in micro-points, ascending."""

    item: Item
    score: int | None
    totals: tuple[int, ...]
    spread: int | None
    flagged: bool


def sheets_of(connection: Connection, meeting_id: str, ids: Iterable[int] | None = None) -> dict[int, list[rule.Sheet]]:
    """The submitted, standing sheets of all or of some applications of a meeting, with their marks."""
    statement, values = _MARKS, {"meeting": meeting_id}
    wanted = None if ids is None else list(ids)
    if wanted is not None and len(wanted) <= 500:
        statement += f" AND s.application_id IN ({', '.join(str(int(i)) for i in wanted) or '0'})"
    collected: dict[int, dict[str, dict[str, int]]] = {}
    for application, expert, code, value in connection.execute(text(statement), values):
        collected.setdefault(application, {}).setdefault(expert, {})[code] = value
    return {
        application: [rule.Sheet(expert, marks) for expert, marks in sheets.items()]
        for application, sheets in collected.items()
    }


def dropped_experts(connection: Connection, stands: Standing, scoring: Scoring) -> frozenset[str]:
    """Step 1 over the whole meeting: the expert whose totals range widest, where the rule drops that one."""
    if not scoring.drop_widest:
        return frozenset()
    totals: dict[str, list[int]] = {}
    rows = connection.execute(
        text(
            "SELECT t.name, s.total_micro FROM score_sheet s JOIN seat t ON t.id = s.seat_id "
            "WHERE s.meeting_id = :meeting AND s.state = 'submitted' AND NOT s.voided"
        ),
        {"meeting": stands.meeting_id},
    )
    for expert, total in rows:
        totals.setdefault(expert, []).append(total)
    found = widest(totals, seed=stands.meeting_id)
    return frozenset() if found is None else frozenset({found})


def scored(connection: Connection, stands: Standing, policy: Policy) -> list[Scored]:
    """Score every eligible application of a meeting."""
    assert stands.meeting_id is not None
    scoring = policy.scoring
    items = [Item(*row) for row in connection.execute(_ITEMS, {"meeting": stands.meeting_id})]
    by_totals = scoring.by == "sheet" and not scoring.drop_widest
    if by_totals and (scoring.deviation is None or scoring.deviation.then == "explain"):
        return _score_totals(connection, stands.meeting_id, items, scoring)
    sheets = sheets_of(connection, stands.meeting_id)
    dropped = dropped_experts(connection, stands, scoring)
    found = []
    for item in items:
        score = rule.aggregate(sheets.get(item.id, ()), policy.rubric, scoring, dropped)
        totals = sorted(rule.sheet_total(sheet.marks, policy.rubric) for sheet in sheets.get(item.id, ()))
        found.append(Scored(item, score.value, tuple(totals), score.spread, bool(score.flags)))
    return found


def _score_totals(connection: Connection, meeting_id: str, items: Sequence[Item], scoring: Scoring) -> list[Scored]:
    aggregate = "GROUP_CONCAT" if connection.dialect.name == "sqlite" else "STRING_AGG"
    rows = connection.execute(text(_TOTALS.format(aggregate=aggregate)), {"meeting": meeting_id})
    listed: dict[int, str] = dict(rows.all())
    plain = replace(scoring, deviation=None)  # "explain" flags values and changes none
    limit = None if scoring.spread_flag is None else int(scoring.spread_flag * MICRO)
    found = []
    for item in items:
        joined = listed.get(item.id)
        if joined is None:
            found.append(Scored(item, None, (), None, False))
            continue
        totals = sorted(map(int, joined.split(",")))
        spread = totals[-1] - totals[0]
        flagged = (limit is not None and spread > limit) or _far_off(totals, scoring.deviation)
        found.append(Scored(item, rule.score_totals(totals, plain), tuple(totals), spread, flagged))
    return found


def _far_off(ascending: Sequence[int], deviation: Deviation | None) -> bool:
    """Whether an extreme total lies strictly more than the rule's percentage of the mean away from it."""
    if deviation is None:
        return False
    total, count = sum(ascending), len(ascending)
    reach = Fraction(deviation.percent, 100) * total
    return max(total - ascending[0] * count, ascending[-1] * count - total) > reach


def ranked(connection: Connection, stands: Standing, policy: Policy, found: Sequence[Scored]) -> list[Ranked]:
    """Rank scored applications: over all panels, or panel by panel where the policy keeps them separate."""
    tie_values = tie_values_of(connection, stands, policy, found)
    if not policy.scoring.separate_panels:
        return rank((Entry(one.item.no, one.score) for one in found), tie_values)
    panels = sorted({one.item.panel_id or 0 for one in found})
    return [
        line
        for panel in panels
        for line in rank(
            (Entry(one.item.no, one.score) for one in found if (one.item.panel_id or 0) == panel), tie_values
        )
    ]


class _TieValues:
    """Tie-break aggregates of the applications that share a score; their sheets are read once, when first asked for."""

    def __init__(self, connection: Connection, stands: Standing, policy: Policy, found: Sequence[Scored]) -> None:
        self._connection = connection
        self._stands = stands
        self._policy = policy
        self._found = found
        self._sheets: dict[str, list[rule.Sheet]] | None = None

    def __call__(self, no: str) -> tuple[int, ...]:
        scoring = self._policy.scoring
        if not scoring.tie_breaks:
            return ()
        if self._sheets is None:
            self._sheets = self._sharing()
        dropped = dropped_experts(self._connection, self._stands, scoring)
        return tuple(
            rule.criterion_score(self._sheets[no], code, self._policy.rubric, scoring, dropped)
            for code in scoring.tie_breaks
        )

    def _sharing(self) -> dict[str, list[rule.Sheet]]:
        seen: dict[int | None, int] = {}
        for one in self._found:
            seen[one.score] = seen.get(one.score, 0) + 1
        shared = {one.item.id: one.item.no for one in self._found if one.score is not None and seen[one.score] > 1}
        read = sheets_of(self._connection, self._stands.meeting_id or "", shared)
        return {no: read.get(key, []) for key, no in shared.items()}


def tie_values_of(connection: Connection, stands: Standing, policy: Policy, found: Sequence[Scored]) -> _TieValues:
    """The policy's tie-break values of applications that share a score, as `rules.ranking` asks for them."""
    return _TieValues(connection, stands, policy, found)


def ranking(office: Office, actor: Actor, meeting: str) -> RankingView:
    """The ranking of a meeting, best first; to who is recused from an application, its sheets stay sealed."""
    with reading(office, actor, "results.read", meeting) as look:
        found = scored(look.connection, look.standing, look.policy)
        lines = ranked(look.connection, look.standing, look.policy, found)
        recusals: dict[int, set[int]] = {}
        for application, seat in look.connection.execute(_RECUSED, {"meeting": meeting}):
            recusals.setdefault(application, set()).add(seat)
        by_no = {one.item.no: one for one in found}
        foreign = foreign_nos(look.connection, look.standing)
        applications = tuple(
            _line(by_no[line.no], line, recusals.get(by_no[line.no].item.id, set()), look.standing.seat_id)
            for line in lines
            if line.no not in foreign
        )
        return RankingView(meeting, method(look.policy), look.policy.scoring.score_places, applications)


def _line(one: Scored, line: Ranked, recused: set[int], seat_id: int | None) -> RankedApplication:
    item = one.item
    hidden = seat_id in recused
    return RankedApplication(
        item.no,
        item.enterprise,
        item.district,
        item.industry,
        line.score,
        line.rank,
        line.tied,
        len(one.totals),
        len(recused),
        None if hidden else one.spread,
        not hidden and one.flagged,
        () if hidden else one.totals,
    )


def flagged_experts(
    connection: Connection, stands: Standing, policy: Policy, *, explained: bool
) -> dict[str, list[str]]:
    """By application: the experts whose value is flagged; with `explained` False only those who still owe a word.

    A flagged spread asks the experts of its highest and its lowest sheet.
    """
    assert stands.meeting_id is not None
    suspects = [one for one in scored(connection, stands, policy) if one.flagged]
    sheets = sheets_of(connection, stands.meeting_id, [one.item.id for one in suspects])
    dropped = dropped_experts(connection, stands, policy.scoring)
    said = {(no, name) for no, name in connection.execute(_EXPLAINED, {"meeting": stands.meeting_id})}
    owing: dict[str, list[str]] = {}
    for one in suspects:
        experts = flags_by_expert(sheets[one.item.id], policy, dropped)
        left = [name for name in experts if explained or (one.item.no, name) not in said]
        if left:
            owing[one.item.no] = left
    return owing


def flags_by_expert(sheets: Sequence[rule.Sheet], policy: Policy, dropped: frozenset[str]) -> dict[str, list[Text]]:
    """What is flagged, by the expert who has to explain it."""
    score = rule.aggregate(sheets, policy.rubric, policy.scoring, dropped)
    totals: Mapping[str, int] = {sheet.expert: rule.sheet_total(sheet.marks, policy.rubric) for sheet in sheets}
    found: dict[str, list[Text]] = {}
    for flag in score.flags:
        if flag.expert is not None:
            found.setdefault(flag.expert, []).append(flag.text)
        elif flag.kind == "spread":
            ends = (max(totals.values()), min(totals.values()))
            for name in sorted(name for name, total in totals.items() if total in ends):
                found.setdefault(name, []).append(flag.text)
    return found


def method(policy: Policy) -> Text:
    """The scoring rule in one sentence."""
    scoring = policy.scoring
    parts: list[Text] = [T("按评分表合计") if scoring.by == "sheet" else T("按指标分别计算")]
    if scoring.drop_widest:
        parts.append(T("去掉极差最大的一名评委"))
    if scoring.deviation is not None:
        parts.append(_DEVIATIONS[scoring.deviation.then](scoring.deviation))
    if scoring.trim is not None:
        parts.append(
            T(
                "满 {least} 份时去掉 {count} 个最高和 {count} 个最低",
                least=scoring.trim.trim_from,
                count=scoring.trim.count,
            )
        )
    parts.append(T("取平均值") if scoring.average == "mean" else T("取中位数"))
    parts.append(T("保留 {places} 位小数", places=scoring.score_places))
    return T("{parts}（{basis}）", parts=_Joined(tuple(parts)), basis=scoring.basis)


class _Joined:
    """Texts in a row, put together when shown."""

    def __init__(self, parts: tuple[Text, ...]) -> None:
        self._parts = parts

    def __str__(self) -> str:
        return "，".join(str(part) for part in self._parts)


_DEVIATIONS = {
    "explain": lambda rule_: T("偏离均值 {percent}% 以上须说明", percent=float_free(rule_.percent)),
    "exclude": lambda rule_: T("偏离均值 {percent}% 以上剔除", percent=float_free(rule_.percent)),
    "replace": lambda rule_: T("偏离均值 {percent}% 以上以其余均值代替", percent=float_free(rule_.percent)),
}


def float_free(value: Fraction) -> str:
    """A fraction as people read it: whole, or as numerator/denominator."""
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def score_of(no: str, lines: Sequence[Ranked]) -> Ranked:
    """One application's line in a ranking; `Refused` if it is not ranked."""
    found = next((line for line in lines if line.no == no), None)
    if found is None:
        raise Refused("not_ranked", T("{no} 不在排名中。", no=no))
    return found
