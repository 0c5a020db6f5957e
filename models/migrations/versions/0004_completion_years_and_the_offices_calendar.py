"""The year an application is to be completed in, and the office's own days in the calendar."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_YEAR = "completion_year IS NULL OR completion_year BETWEEN 2000 AND 2099"


def upgrade() -> None:
    # not as a batch: SQLite would have to drop the table, to which investments and items refer
    op.execute(
        "ALTER TABLE application ADD COLUMN completion_year INTEGER "
        f"CONSTRAINT ck_application_completion_year CHECK ({_YEAR})"
    )
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
