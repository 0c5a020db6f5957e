"""Wrong tries and locks of seats and people, the desks at which they sit, the chair's reminder and countdown."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("seat", "user"):
        op.add_column(table, sa.Column("wrong_tries", sa.Integer(), nullable=False, server_default="0"))
        op.add_column(table, sa.Column("locked_until", sa.String(), nullable=True))
    op.add_column("meeting", sa.Column("reminded_at", sa.String(), nullable=True))
    op.add_column("meeting", sa.Column("countdown_ends_at", sa.String(), nullable=True))
    op.create_table(
        "desk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("seen_at", sa.String(), nullable=False),
        sa.Column("left_at", sa.String(), nullable=True),
        sa.Column("taken_over_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(seat_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_desk_one_person")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_desk_seat_id_seat")),
        sa.ForeignKeyConstraint(["taken_over_by"], ["desk.id"], name=op.f("fk_desk_taken_over_by_desk")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_desk_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")),
    )
    op.create_index(op.f("ix_desk_seat_id"), "desk", ["seat_id"])
    op.create_index(op.f("ix_desk_user_id"), "desk", ["user_id"])


def downgrade() -> None:
    op.drop_table("desk")
    with op.batch_alter_table("meeting") as table:
        table.drop_column("countdown_ends_at")
        table.drop_column("reminded_at")
    for name in ("user", "seat"):
        with op.batch_alter_table(name) as table:
            table.drop_column("locked_until")
            table.drop_column("wrong_tries")
