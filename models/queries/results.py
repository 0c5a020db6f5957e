"""Scores and ranks of a meeting, from the sheets as they are stored.

Where sheets count as wholes, the stored totals are enough and 10,000 applications rank at a glance; by criterion, and
to part equals, the marks are read in bulk, a line a column. All of it is the rules' own functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from models.errors import Refused
from models.policy.kinds import plain
from models.policy.types import Criterion, Policy, Scoring
from models.queries.base import Office, Standing, reading
from models.queries.sight import foreign_nos
from models.rules import marks as rule
from models.rules import tally
from models.rules.ranking import Entry, Ranked, TieBreak, rank
from models.rules.widest import equally_wide, widest
from models.text import T, Text
from models.views.people import Actor
from models.views.results import RankedApplication, RankingView

_VALID = "s.meeting_id = :meeting AND s.state = 'submitted' AND NOT s.voided"
"""The sheets that count, before any is dropped."""

_ITEMS = text(
    "SELECT a.id, a.no, e.name, a.district, a.industry, i.panel_id FROM item i "
    "JOIN application a ON a.id = i.application_id JOIN enterprise e ON e.id = a.enterprise_id "
    "WHERE i.meeting_id = :meeting AND i.eligible ORDER BY a.no"
)
_MARKS = (
    "SELECT s.application_id, t.name AS expert, c.code, m.value_milli "
    "FROM score_sheet s JOIN seat t ON t.id = s.seat_id "
    f"JOIN mark m ON m.sheet_id = s.id JOIN criterion c ON c.id = m.criterion_id WHERE {_VALID}"
)
_RECUSED = text(
    "SELECT r.application_id, r.seat_id FROM recusal r JOIN seat s ON s.id = r.seat_id WHERE s.meeting_id = :meeting"
)

_FEW = 500
"""Up to so many applications are asked for by their ids; beyond, everything is read."""


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
    statement += _among(wanted)
    collected: dict[int, dict[str, dict[str, int]]] = {}
    for application, expert, code, value in connection.execute(text(statement), values):
        collected.setdefault(application, {}).setdefault(expert, {})[code] = value
    return {
        application: [rule.Sheet(expert, marks) for expert, marks in sheets.items()]
        for application, sheets in collected.items()
    }


def _among(ids: Sequence[int] | None) -> str:
    """A condition for some applications, where they are few enough to be named."""
    if ids is None or len(ids) > _FEW:
        return ""
    return f" AND s.application_id IN ({', '.join(str(int(i)) for i in ids) or '0'})"


def dropped_experts(connection: Connection, stands: Standing, scoring: Scoring) -> frozenset[str]:
    """Step 1 over the whole meeting: the expert whose totals range widest, where the rule drops that one."""
    return frozenset(dropped_seats(connection, stands, scoring).values())


def dropped_seats(connection: Connection, stands: Standing, scoring: Scoring) -> dict[int, str]:
    """The seats whose sheets step 1 drops, with their names."""
    if not scoring.drop_widest:
        return {}
    totals, seats = _totals_by_expert(connection, stands)
    found = widest(totals, seed=stands.meeting_id)
    return {} if found is None else {seats[found]: found}


def dropping_lot(connection: Connection, stands: Standing, scoring: Scoring) -> Text | None:
    """How the lot fell where several experts' totals range as widely; None where none was needed."""
    if not scoring.drop_widest:
        return None
    equal = equally_wide(_totals_by_expert(connection, stands)[0])
    if len(equal) < 2:
        return None
    return T(
        "{experts} 差异同样最大，抽签：“{seed}:姓名”的 SHA-256 最小者", experts="、".join(equal), seed=stands.meeting_id
    )


def _totals_by_expert(connection: Connection, stands: Standing) -> tuple[dict[str, list[int]], dict[str, int]]:
    """Every expert's valid sheet totals over the whole meeting, and the experts' seats."""
    totals: dict[str, list[int]] = {}
    seats: dict[str, int] = {}
    rows = connection.execute(
        text(f"SELECT t.id, t.name, s.total_micro FROM score_sheet s JOIN seat t ON t.id = s.seat_id WHERE {_VALID}"),
        {"meeting": stands.meeting_id},
    )
    for seat, expert, total in rows:
        totals.setdefault(expert, []).append(total)
        seats[expert] = seat
    return totals, seats


def listed_in(connection: Connection, words: str) -> str:
    """The aggregate that lists some words of a group, apart by commas, in the SQL of the database at hand."""
    return f"{'GROUP_CONCAT' if connection.dialect.name == 'sqlite' else 'STRING_AGG'}({words}, ',')"


class Grouped(NamedTuple):
    """Figures of the valid sheets, brought together by the database: a line a column instead of a line a sheet."""

    connection: Connection
    meeting: str
    dropped: Iterable[int]

    @classmethod
    def of(cls, connection: Connection, stands: Standing, scoring: Scoring) -> Grouped:
        """The sheets of a meeting without those that step 1 drops."""
        assert stands.meeting_id is not None
        return cls(connection, stands.meeting_id, tuple(dropped_seats(connection, stands, scoring)))

    def totals(self, ids: Sequence[int] | None = None, *, seats: bool = False) -> dict[int, str]:
        """By application its sheet totals in micro-points, apart by commas, in no order; with `seats`, seat=total."""
        rows = self._read(
            "s.application_id, {listed}", "s.total_micro", "", f"{_among(ids)} GROUP BY s.application_id", seats
        )
        return {row[0]: row[1] for row in rows}

    def marks(
        self, criteria: Sequence[Criterion], ids: Sequence[int] | None = None, *, seats: bool = False
    ) -> dict[tuple[int, str], str]:
        """By application and criterion its marks in milli-points, listed like `totals`."""
        codes = {
            row.id: row.code
            for row in self.connection.execute(
                text(
                    "SELECT c.id, c.code FROM criterion c JOIN batch b ON b.policy_file_id = c.policy_file_id "
                    "JOIN meeting m ON m.batch_id = b.id WHERE m.id = :meeting"
                ),
                {"meeting": self.meeting},
            )
        }
        wanted = {one.code for one in criteria}
        keys = ", ".join(str(key) for key, code in codes.items() if code in wanted)
        rows = self._read(
            "s.application_id, m.criterion_id, {listed}",
            "m.value_milli",
            f"JOIN mark m ON m.sheet_id = s.id AND m.criterion_id IN ({keys})",
            f"{_among(ids)} GROUP BY s.application_id, m.criterion_id",
            seats,
        )
        return {(row[0], codes[row[1]]): row[2] for row in rows}

    def _read(self, columns: str, value: str, join: str, rest: str, seats: bool) -> Sequence[Any]:
        shown = f"CAST({value} AS VARCHAR)"
        if seats:
            shown = f"CAST(s.seat_id AS VARCHAR) || '=' || {shown}"
        without = "".join(f" AND s.seat_id <> {int(seat)}" for seat in self.dropped)
        selected = columns.format(listed=listed_in(self.connection, shown))
        statement = f"SELECT {selected} FROM score_sheet s {join} WHERE {_VALID}{without}{rest}"
        return self.connection.execute(text(statement), {"meeting": self.meeting}).all()


def numbers(listed: str | None) -> list[int]:
    """The figures of one line of `Grouped`, ascending."""
    return sorted(map(int, listed.split(","))) if listed else []


def scored(connection: Connection, stands: Standing, policy: Policy) -> list[Scored]:
    """Score every eligible application of a meeting."""
    scoring, rubric = policy.scoring, policy.rubric
    items = [Item(*row) for row in connection.execute(_ITEMS, {"meeting": stands.meeting_id})]
    grouped = Grouped.of(connection, stands, scoring)
    totals = grouped.totals()
    marks = grouped.marks(rubric.criteria) if scoring.by == "criterion" else {}
    found = []
    for item in items:
        own = numbers(totals.get(item.id))
        if not own:
            found.append(Scored(item, None, (), None, False))
            continue
        spread = own[-1] - own[0]
        if scoring.by == "criterion":
            columns = [numbers(marks.get((item.id, one.code))) for one in rubric.criteria]
            _complete(columns, len(own), rubric.criteria)
            one = tally.score_columns(columns, spread, rubric, scoring)
        else:
            one = tally.score_totals(own, scoring)
        found.append(Scored(item, one.value, tuple(own), spread, one.flagged))
    return found


def _complete(columns: Sequence[Sequence[int]], sheets: int, criteria: Sequence[Criterion]) -> None:
    """Raise `Refused` where a submitted sheet lacks a mark: what is absent is never zero."""
    missing = [one.name for one, column in zip(criteria, columns, strict=True) if len(column) != sheets]
    if missing:
        raise rule.incomplete(missing)


def ranked(connection: Connection, stands: Standing, policy: Policy, found: Sequence[Scored]) -> list[Ranked]:
    """Rank scored applications: over all panels, or panel by panel where the policy keeps them separate."""
    return [line for lines in rankings(connection, stands, policy, found) for line in lines]


def rankings(connection: Connection, stands: Standing, policy: Policy, found: Sequence[Scored]) -> list[list[Ranked]]:
    """The rankings of a meeting: one over all panels, or one a panel where the policy keeps them separate."""
    ties = _tie_breaks(connection, stands, policy, found)
    panels: dict[int, list[Entry]] = {}
    for one in found:
        panel = one.item.panel_id or 0 if policy.scoring.separate_panels else 0
        panels.setdefault(panel, []).append(Entry(one.item.no, one.score))
    return [rank(panels[panel], ties) for panel in sorted(panels)]


def _tie_breaks(connection: Connection, stands: Standing, policy: Policy, found: Sequence[Scored]) -> list[TieBreak]:
    """The policy's tie-breaks, as `rules.ranking` asks for them: each reads the marks of one criterion."""
    ids = {one.item.no: one.item.id for one in found}
    sheets = {one.item.id: len(one.totals) for one in found}
    grouped = Grouped.of(connection, stands, policy.scoring) if policy.scoring.tie_breaks else None

    def by(criterion: Criterion) -> TieBreak:
        def values(nos: Sequence[str]) -> dict[str, int]:
            assert grouped is not None
            marks = grouped.marks((criterion,), [ids[no] for no in nos])
            return {no: value(ids[no], marks) for no in nos}

        def value(key: int, marks: Mapping[tuple[int, str], str]) -> int:
            column = numbers(marks.get((key, criterion.code)))
            _complete((column,), sheets[key], (criterion,))
            figure = tally.score_criterion(column, criterion, policy.scoring)
            if figure is None:
                raise rule.too_few(criterion, policy.scoring)
            return figure

        return values

    named = (policy.rubric.criterion(code) for code in policy.scoring.tie_breaks)
    return [by(criterion) for criterion in named if criterion is not None]


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
    "explain": lambda rule_: T("偏离均值 {percent}% 以上须说明", percent=plain(rule_.percent)),
    "exclude": lambda rule_: T("偏离均值 {percent}% 以上剔除", percent=plain(rule_.percent)),
    "replace": lambda rule_: T("偏离均值 {percent}% 以上以其余均值代替", percent=plain(rule_.percent)),
}


def score_of(no: str, lines: Sequence[Ranked]) -> Ranked:
    """One application's line in a ranking; `Refused` if it is not ranked."""
    found = next((line for line in lines if line.no == no), None)
    if found is None:
        raise not_ranked(no)
    return found


def not_ranked(no: str) -> Refused:
    """The refusal of an application that the ranking doesn't hold."""
    return Refused("not_ranked", T("{no} 不在排名中。", no=no))
