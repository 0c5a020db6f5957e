"""A further reason for an outcome: the place that a signed list holds."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_REASONS = (
    "reason IN ('rank', 'floor', 'ceiling_district', 'ceiling_industry', 'total', 'budget', 'pass_mark', "
    "'not_eligible', 'tie', 'adjusted', 'removed'{more})"
)


def upgrade() -> None:
    _allow(", 'signed'")


def downgrade() -> None:
    _allow("")


def _allow(more: str) -> None:
    name = op.f("ck_allocation_item_reason")
    with op.batch_alter_table("allocation_item") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, sa.text(_REASONS.format(more=more)))
