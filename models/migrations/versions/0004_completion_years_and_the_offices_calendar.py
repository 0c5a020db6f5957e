"""The year an application is to be completed in, and the office's own days in the calendar."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_YEAR = "completion_year IS NULL OR completion_year BETWEEN 2000 AND 2099"


def upgrade() -> None:
    with op.batch_alter_table("application") as table:
        table.add_column(sa.Column("completion_year", sa.Integer(), nullable=True))
        table.create_check_constraint(op.f("ck_application_completion_year"), _YEAR)
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.String(), nullable=False),
        sa.CheckConstraint("length(trim(basis)) > 0", name=op.f("ck_calendar_day_basis_not_blank")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.String(), nullable=False),
        sa.CheckConstraint("length(trim(basis)) > 0", name=op.f("ck_calendar_year_basis_not_blank")),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )


def downgrade() -> None:
    op.drop_table("calendar_year")
    op.drop_table("calendar_day")
    with op.batch_alter_table("application") as table:
        table.drop_constraint(op.f("ck_application_completion_year"), type_="check")
        table.drop_column("completion_year")
