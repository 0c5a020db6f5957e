"""An office with one batch of Kunming's policy, its people and, where wanted, a meeting."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from models.enums import Phase, Role
from models.migrations import upgrade
from models.policy.types import Policy
from models.queries.base import Office
from models.services.acting import begin_chain
from models.views.people import Actor

SECRETARY = Actor("秘书甲", Role.SECRETARY, user_id=1)
SUPERVISOR = Actor("监督乙", Role.SUPERVISOR, user_id=2)


@dataclass
class Bureau:
    """An office and short ways to set up and look at its database."""

    office: Office
    secretary: Actor = SECRETARY
    supervisor: Actor = SUPERVISOR

    def write(self, statement: str, *rows: dict[str, object]) -> None:
        """Run one statement once for each row."""
        with self.office.database.writing() as connection:
            connection.execute(text(statement), list(rows) or None)

    def rows(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        """All rows of a query."""
        with self.office.database.reading() as connection:
            return [tuple(row) for row in connection.execute(text(statement), values)]

    def batch(self, batch: str, policy: Policy, **changed: object) -> None:
        """A further batch, of a policy of its own."""
        self.write(
            "INSERT INTO policy (policy_id, version, title, digest, text, recorded_at) "
            "VALUES (:id, 1, :title, :digest, :text, '2024-06-03')",
            {"id": f"policy-{batch}", "title": policy.title, "digest": policy.digest, "text": policy.text},
        )
        self.write(
            "INSERT INTO batch (id, policy_file_id, quota) SELECT :batch, id, 30 FROM policy WHERE policy_id = :policy",
            {"batch": batch, "policy": f"policy-{batch}"},
        )
        self.write(
            "INSERT INTO criterion (policy_file_id, code, name, position, full_milli, step_milli) "
            "SELECT id, :code, :name, :position, :full, :step FROM policy WHERE policy_id = :policy",
            *(
                {"code": one.code, "name": one.name, "position": at, "full": one.full, "step": one.step}
                | {"policy": f"policy-{batch}"}
                for at, one in enumerate(policy.rubric.criteria)
            ),
        )

    def meeting(self, meeting: str, nos: list[str], phase: Phase = Phase.PREPARING, batch: str = "B1") -> None:
        """A meeting over some applications."""
        self.write(
            "INSERT INTO meeting (id, batch_id, track, kind, title, phase, phase_since) "
            "VALUES (:id, :batch, 'transformation', 'selection', '评审会', :phase, '2024-06-03')",
            {"id": meeting, "batch": batch, "phase": phase.value},
        )
        self.write(
            "INSERT INTO item (application_id, meeting_id, eligible) "
            "SELECT id, :meeting, :eligible FROM application WHERE no = :no",
            *({"meeting": meeting, "no": no, "eligible": True} for no in nos),
        )

    def move(self, meeting: str, phase: Phase) -> None:
        """Put a meeting into a phase."""
        self.write("UPDATE meeting SET phase = :phase WHERE id = :id", {"phase": phase.value, "id": meeting})

    def last_entry(self) -> tuple[object, ...]:
        """The newest audit entry: act, actor, object, before, after, refusal."""
        return self.rows("SELECT act, actor, object, before, after, refused FROM audit_entry ORDER BY seq DESC")[0]

    def entries(self) -> int:
        """How many audit entries there are."""
        return len(self.rows("SELECT seq FROM audit_entry"))


@pytest.fixture
def bureau(tmp_path: Path, places: Any, kunming: Policy) -> Iterator[Bureau]:
    database = places.open(places.new(tmp_path / "kmdx.db"))
    upgrade(database)
    office = Office(database, lambda: datetime(2024, 6, 3, 1, 0, tzinfo=UTC))
    bureau = Bureau(office)
    bureau.write(
        'INSERT INTO "user" (id, name, role, may_add) VALUES (:id, :name, :role, :first)',
        {"id": 1, "name": SECRETARY.name, "role": "secretary", "first": True},
        {"id": 2, "name": SUPERVISOR.name, "role": "supervisor", "first": False},
    )
    with database.writing() as connection:
        begin_chain(connection, office.stamp(), SECRETARY, {})
    bureau.batch("B1", kunming)
    yield bureau
    database.close()
