"""The lower bounds that a batch sets, and what the amounts of a frozen list were computed from."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batch", sa.Column("limits", sa.String(), nullable=True))
    op.add_column("award", sa.Column("claim", sa.String(), nullable=True))
    op.create_index(op.f("ix_award_application_id"), "award", ["application_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_award_application_id"), "award")
    with op.batch_alter_table("award") as table:
        table.drop_column("claim")
    with op.batch_alter_table("batch") as table:
        table.drop_column("limits")
