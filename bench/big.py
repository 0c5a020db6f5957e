"""A meeting of ten thousand applications, nine experts and six criteria, written straight into the tables.

Made by bulk statements because the services would take minutes; what is measured afterwards reads it through the
services' own queries.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy import Connection, text
from stdnum.cn import uscc

from models.policy.types import Criterion
from models.queries.base import Office
from models.services.office import find_person, found
from models.views.people import Actor
from seeds.policies import builtin_text

MEETING = "BIG"
PIN = "bench-pin"
HIDDEN = builtin_text("kunming-2024").replace("sealing = true", "sealing = false")
"""Kunming's policy with marks hidden only: what sealing costs is measured where marks are saved (`bench.many`)."""


def six_criteria() -> str:
    """Kunming's policy with its first criterion cut in two: six criteria, and no tie-break (the floor breaks none)."""
    policy = HIDDEN
    cut = 'code = "plan"\nname = "方案"\nfull = 30\n'
    assert cut in policy
    half = (
        '[[rubric.criteria]]\ncode = "plan_b"\nname = "方案乙"\nfull = 15\nstep = "0.5"\nanchors = ["0–15：示例"]\n\n'
    )
    policy = policy.replace(cut, cut.replace("30", "15"))
    policy = policy.replace(
        '[[rubric.criteria]]\ncode = "investment"', half + '[[rubric.criteria]]\ncode = "investment"'
    )
    return re.sub(r"^tie_breaks = .*$", "tie_breaks = []", policy, flags=re.M)


def code(number: int) -> str:
    """A valid credit code."""
    body = f"91530100MA{number:07d}"
    return body + str(uscc.calc_check_digit(body))


def build(
    folder: Path,
    applications: int = 10_000,
    experts: int = 9,
    seed: int = 7,
    *,
    marks: bool = True,
    policy_text: str | None = None,
) -> tuple[Office, Actor]:
    """The meeting in deliberation; returns the office and its secretary.

    Without `marks` only the sheets' totals are there: all that a ranking by sheet reads. `policy_text`: another policy
    of six criteria.
    """
    office = found(str(folder / "big.db"), policy_text or six_criteria(), "bench", "秘书", PIN)
    rng = random.Random(seed)
    with office.database.writing() as db:
        at = office.stamp()
        db.execute(
            text("INSERT INTO batch (id, policy_file_id, quota) VALUES ('B', 1, :quota)"), {"quota": applications}
        )
        db.execute(
            text(
                "INSERT INTO meeting (id, batch_id, track, kind, title, phase, phase_since) "
                "VALUES (:id, 'B', 'transformation', 'selection', '一万项评审会', 'deliberating', :at)"
            ),
            {"id": MEETING, "at": at},
        )
        policy = office.policy(db, 1)
        people = [
            {"id": n, "name": f"专家{n:02d}", "role": "expert" if n > 1 else "chair", "at": at}
            for n in range(1, experts + 1)
        ]
        db.execute(
            text(
                "INSERT INTO seat (id, meeting_id, name, role, marks, origin, signed_in_at, absent_reason) "
                "VALUES (:id, 'BIG', :name, :role, 1, 'expert', :at, '')"
            ),
            people,
        )
        numbers = range(1, applications + 1)
        db.execute(
            text("INSERT INTO enterprise (id, uscc, name, size) VALUES (:id, :uscc, :name, 'medium')"),
            [{"id": n, "uscc": code(n), "name": f"示例企业{n:05d}"} for n in numbers],
        )
        districts = [named.code for named in policy.districts]
        industries = [named.code for named in policy.industries]
        db.execute(
            text(
                "INSERT INTO application (id, no, batch_id, enterprise_id, track, district, industry, current_level, "
                "target_level, prior_support_fen, prior_investment_fen, central_support, pilot_2022, dishonest, "
                "other_exclusion, recommended, filing_no, preliminary_passed, summary, materials, contact, phone, "
                "remark, notes) VALUES (:id, :no, 'B', :id, 'transformation', :district, :industry, 1, 3, 0, 0, 0, "
                "0, 0, '', 1, 'BA', 1, '', '', '', '', '', '')"
            ),
            [
                {"id": n, "no": f"B-{n:05d}", "district": rng.choice(districts), "industry": rng.choice(industries)}
                for n in numbers
            ],
        )
        db.execute(
            text("INSERT INTO investment (application_id, kind, amount_fen) VALUES (:id, 'software', 96400000)"),
            [{"id": n} for n in numbers],
        )
        db.execute(
            text("INSERT INTO item (application_id, meeting_id, eligible) VALUES (:id, 'BIG', 1)"),
            [{"id": n} for n in numbers],
        )
        _sheets(db, rng, numbers, experts, policy.rubric.criteria, at, marks=marks)
    return office, find_person(office, "秘书")


def _sheets(
    db: Connection,
    rng: random.Random,
    numbers: Iterable[int],
    experts: int,
    criteria: Sequence[Criterion],
    at: str,
    *,
    marks: bool,
) -> None:
    sheets: list[tuple[int, int, int, int]] = []
    given: list[tuple[int, int, int]] = []
    key = 0
    for number in numbers:
        for seat in range(1, experts + 1):
            key += 1
            total = 0
            for position, criterion in enumerate(criteria, start=1):
                value = rng.randrange(criterion.full // 2, criterion.full + 1, criterion.step)
                total += value * 1000
                given.append((key, position, value))
            sheets.append((key, number, seat, total))
    raw = db.connection.driver_connection
    assert raw is not None
    raw.executemany(
        "INSERT INTO score_sheet (id, meeting_id, application_id, seat_id, state, total_micro, comment, reason, "
        "voided, revealed, keyed_by, nonce, saved_at) "
        f"VALUES (?, 'BIG', ?, ?, 'submitted', ?, '', '', 0, 1, '', 'x', '{at}')",
        sheets,
    )
    if marks:
        raw.executemany("INSERT INTO mark (sheet_id, criterion_id, value_milli) VALUES (?, ?, ?)", given)
