"""The policies a database keeps. What the rules are is no secret: whoever has the database may read them."""

from __future__ import annotations

from sqlalchemy import text

from models.errors import WrongUse
from models.policy.types import Policy
from models.queries.base import Office, unknown_meeting
from models.text import T


def kept_policies(office: Office) -> tuple[Policy, ...]:
    """All policies of the database, oldest first."""
    with office.database.reading() as connection:
        ids = connection.execute(text("SELECT id FROM policy ORDER BY id")).scalars().all()
        return tuple(office.policy(connection, one) for one in ids)


def kept_policy(office: Office, policy_id: str) -> Policy | None:
    """The newest version of a policy that is kept under an id, or None."""
    with office.database.reading() as connection:
        found = connection.execute(text("SELECT MAX(id) FROM policy WHERE policy_id = :id"), {"id": policy_id}).scalar()
        return None if found is None else office.policy(connection, found)


def newest_policy(office: Office) -> Policy:
    """The policy that a new batch would follow."""
    with office.database.reading() as connection:
        found = connection.execute(text("SELECT MAX(id) FROM policy")).scalar_one()
        return office.policy(connection, found)


def batch_policy(office: Office, batch: str) -> Policy:
    """The policy of a batch; `WrongUse` for an unknown one."""
    with office.database.reading() as connection:
        found = connection.execute(text("SELECT policy_file_id FROM batch WHERE id = :id"), {"id": batch}).scalar()
        if found is None:
            raise WrongUse("unknown_batch", T("没有批次 {batch}。", batch=batch))
        return office.policy(connection, found)


def meeting_policy(office: Office, meeting: str) -> Policy:
    """The policy of a meeting's batch; `WrongUse` for an unknown meeting."""
    with office.database.reading() as connection:
        batch = connection.execute(text("SELECT batch_id FROM meeting WHERE id = :id"), {"id": meeting}).scalar()
    if batch is None:
        raise unknown_meeting(meeting)
    return batch_policy(office, batch)
