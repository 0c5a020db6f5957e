"""Applications: eligibility with its reasons, the support each would bring, the roster and the card."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, text

from models.enums import InvestmentKind, Kind, Role, Size
from models.policy.types import Policy
from models.queries.base import Office, Standing, reading, unknown_application
from models.queries.supports import supported_before, supports
from models.rules.checks import to_check
from models.rules.eligibility import Eligibility, Facts, check_eligibility
from models.rules.subsidy import Award
from models.views.applications import ApplicationCard, ApplicationLine, ToCheck
from models.views.people import Actor

_APPLICATION = """
SELECT a.*, e.uscc, e.name AS enterprise, e.size, i.meeting_id, i.panel_id, i.eligible AS decided, p.name AS panel,
  b.policy_file_id, b.limits,
  (SELECT COUNT(*) FROM application o WHERE o.batch_id = a.batch_id AND o.enterprise_id = a.enterprise_id) AS siblings
FROM application a JOIN enterprise e ON e.id = a.enterprise_id JOIN batch b ON b.id = a.batch_id
LEFT JOIN item i ON i.application_id = a.id LEFT JOIN panel p ON p.id = i.panel_id
"""


def rows(connection: Connection, where: str, values: Mapping[str, Any]) -> Sequence[Any]:
    """Applications with their enterprise and meeting; `where` is one of this package's own conditions."""
    return connection.execute(text(f"{_APPLICATION} WHERE {where} ORDER BY a.no"), values).all()


def _facts(row: Any, listed: Mapping[tuple[int, str], set[int]]) -> Facts:
    """`listed` are the applications on lists by enterprise and track."""
    return Facts(
        uscc=row.uscc,
        size=Size(row.size),
        industry=row.industry,
        district=row.district,
        track=row.track,
        current_level=row.current_level,
        target_level=row.target_level,
        central_support=bool(row.central_support),
        pilot_2022=bool(row.pilot_2022),
        dishonest=bool(row.dishonest),
        other_exclusion=row.other_exclusion,
        recommendation=None if row.recommended is None else bool(row.recommended),
        filing_no=row.filing_no,
        preliminary=None if row.preliminary_passed is None else bool(row.preliminary_passed),
        applications_of_enterprise=row.siblings,
        completion_year=row.completion_year,
        supported_before=bool(listed.get((row.enterprise_id, row.track), set()) - {row.id}),
    )


def eligibility_of(connection: Connection, policy: Policy, ids: Iterable[int]) -> dict[int, Eligibility]:
    """The eligibility of applications by id."""
    wanted = set(ids)
    if not wanted:
        return {}
    where, values = ("a.id = :one", {"one": next(iter(wanted))}) if len(wanted) == 1 else ("1 = 1", {})
    listed = supported_before(connection)
    found = (row for row in rows(connection, where, values) if row.id in wanted)
    return {row.id: check_eligibility(_facts(row, listed), policy) for row in found}


def roster(
    office: Office, actor: Actor, *, meeting: str | None = None, batch: str | None = None
) -> tuple[ApplicationLine, ...]:
    """The applications of a meeting, of a batch, or all, by number. A seat sees its own meeting only."""
    meeting = meeting or actor.meeting
    with reading(office, actor, "roster.read", meeting) as look:
        conditions = ["1 = 1"]
        if meeting is not None:
            conditions.append("i.meeting_id = :meeting")
        if batch is not None:
            conditions.append("a.batch_id = :batch")
        found = rows(look.connection, " AND ".join(conditions), {"meeting": meeting, "batch": batch})
        invested = {
            row.application_id: int(row.fen)
            for row in look.connection.execute(
                text("SELECT application_id, SUM(amount_fen) AS fen FROM investment GROUP BY application_id")
            )
        }
        recused = recused_of(look.connection, look.standing)
        listed = supported_before(look.connection)
        lines = []
        for row in found:
            policy = office.policy(look.connection, row.policy_file_id)
            judged = check_eligibility(_facts(row, listed), policy)
            lines.append(_line(row, policy, judged, invested.get(row.id, 0), row.id in recused))
        return tuple(lines)


def _line(row: Any, policy: Policy, judged: Eligibility, investment_fen: int, recused: bool) -> ApplicationLine:
    return ApplicationLine(
        row.no,
        row.enterprise,
        row.uscc,
        name_of(policy.district(row.district), row.district),
        name_of(policy.industry(row.industry), row.industry),
        row.track,
        row.target_level,
        investment_fen,
        judged.eligible if row.decided is None else bool(row.decided),
        judged.reasons,
        row.meeting_id,
        row.panel,
        recused,
    )


def name_of(named: Any, code: str) -> str:
    """The name of a district, an industry or a track; its code if the policy has none."""
    return str(named.name) if named is not None else code


def recused_of(connection: Connection, stands: Standing) -> frozenset[int]:
    """The applications that the person looking is recused from."""
    found = connection.execute(
        text("SELECT application_id FROM recusal WHERE seat_id = :seat"), {"seat": stands.seat_id}
    )
    return frozenset(found.scalars())


def card(office: Office, actor: Actor, no: str) -> ApplicationCard:
    """All that is known of one application, with its eligibility and the support it would bring."""
    found = cards(office, actor, [no])
    if not found:
        raise unknown_application(no)
    return found[0]


def cards(office: Office, actor: Actor, nos: Sequence[str]) -> tuple[ApplicationCard, ...]:
    """The cards of some applications, by number, read at once; a seat gets those of its own meeting."""
    with reading(office, actor, "roster.read", actor.meeting) as look:
        connection = look.connection
        names = {f"no{number}": no for number, no in enumerate(nos)}
        named = rows(connection, f"a.no IN ({', '.join(f':{name}' for name in names)})", names)
        found = [row for row in named if actor.meeting is None or row.meeting_id == actor.meeting]
        kinds: dict[str, str] = dict(connection.execute(text("SELECT id, kind FROM meeting")).all())
        invested = _invested(connection, [row.id for row in found])
        contact = look.standing.role in (Role.SECRETARY, Role.CHAIR, Role.FINANCE, Role.SUPERVISOR)
        listed = supported_before(connection)
        recused = recused_of(connection, look.standing)
        made = {}
        for (file, meeting), alike in _grouped(found).items():
            policy = office.policy(connection, file)
            support = supports(connection, policy, Kind(kinds.get(meeting, Kind.SELECTION)), alike)
            for row in alike:
                facts = _facts(row, listed)
                judged, track = check_eligibility(facts, policy), policy.track(row.track)
                checks = () if track is None else to_check(policy, track, supported_before=facts.supported_before)
                money = support[row.id], invested.get(row.id, {})
                made[row.id] = _card(row, policy, judged, *money, tuple(checks), row.id in recused, contact)
        return tuple(made[row.id] for row in found)


def _grouped(found: Iterable[Any]) -> dict[tuple[Any, Any], list[Any]]:
    """Application rows by their policy and meeting."""
    groups: dict[tuple[Any, Any], list[Any]] = {}
    for row in found:
        groups.setdefault((row.policy_file_id, row.meeting_id), []).append(row)
    return groups


def _invested(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """The investment of applications by their ids, and by kind."""
    found: dict[int, dict[str, int]] = {}
    statement = text("SELECT application_id, kind, amount_fen FROM investment WHERE application_id IN :ids")
    for row in connection.execute(statement.bindparams(bindparam("ids", expanding=True)), {"ids": list(ids)}):
        found.setdefault(row.application_id, {})[row.kind] = row.amount_fen
    return found


def _card(
    row: Any,
    policy: Policy,
    judged: Eligibility,
    support: Award,
    invested: Mapping[str, int],
    checks: tuple[ToCheck, ...],
    recused: bool,
    contact: bool,
) -> ApplicationCard:
    track = policy.track(row.track)
    return ApplicationCard(
        no=row.no,
        enterprise=row.enterprise,
        uscc=row.uscc,
        size=Size(row.size),
        district=name_of(policy.district(row.district), row.district),
        industry=name_of(policy.industry(row.industry), row.industry),
        batch=row.batch_id,
        track=name_of(track, row.track),
        meeting=row.meeting_id,
        current_level=row.current_level,
        target_level=row.target_level,
        completion_year=row.completion_year,
        investment=tuple((kind, invested.get(kind, 0)) for kind in InvestmentKind),
        eligible_kinds=track.eligible_kinds if track is not None else (),
        prior_support_fen=row.prior_support_fen,
        prior_investment_fen=row.prior_investment_fen,
        central_support=bool(row.central_support),
        pilot_2022=bool(row.pilot_2022),
        dishonest=bool(row.dishonest),
        other_exclusion=row.other_exclusion,
        recommended=None if row.recommended is None else bool(row.recommended),
        filing_no=row.filing_no,
        preliminary_passed=None if row.preliminary_passed is None else bool(row.preliminary_passed),
        summary=row.summary,
        materials=row.materials,
        contact=row.contact if contact else "",
        phone=row.phone if contact else "",
        remark=row.remark,
        notes=tuple(json.loads(row.notes).items()) if row.notes else (),
        eligible=judged.eligible if row.decided is None else bool(row.decided),
        reasons=judged.reasons,
        checks=checks,
        amount_fen=support.amount_fen,
        amount_reason=support.reason,
        derivation=support.derivation,
        recused=recused,
    )
