"""What is known of people at a meeting, dismissed conflicts, and paper sheets keyed once."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ROLES = "'chair', 'deputy', 'expert', 'secretary', 'finance', 'supervisor'"


def upgrade() -> None:
    op.create_table(
        "seat_about",
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("employer", sa.String(), nullable=False),
        sa.Column("employer_uscc", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("advised", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_seat_about_seat_id_seat")),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_seat_about")),
    )
    op.create_table(
        "conflict_dismissal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("agreements", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_conflict_dismissal_reason_not_blank")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_conflict_dismissal_seat_id_seat")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_conflict_dismissal_application_id_application")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_dismissal")),
    )
    for column in ("seat_id", "application_id"):
        op.create_index(op.f(f"ix_conflict_dismissal_{column}"), "conflict_dismissal", [column], unique=False)
    op.create_table(
        "keying",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("keyed_by", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("ended_at", sa.String(), nullable=True),
        sa.Column("places", sa.String(), nullable=False),
        sa.Column("checked_with", sa.String(), nullable=False),
        sa.CheckConstraint(f"role IN ({_ROLES})", name=op.f("ck_keying_role")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_keying_meeting_id_meeting")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_keying_application_id_application")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_keying_seat_id_seat")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_keying_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keying")),
    )
    for column in ("meeting_id", "seat_id"):
        op.create_index(op.f(f"ix_keying_{column}"), "keying", [column], unique=False)


def downgrade() -> None:
    for column in ("meeting_id", "seat_id"):
        op.drop_index(op.f(f"ix_keying_{column}"), table_name="keying")
    op.drop_table("keying")
    for column in ("seat_id", "application_id"):
        op.drop_index(op.f(f"ix_conflict_dismissal_{column}"), table_name="conflict_dismissal")
    op.drop_table("conflict_dismissal")
    op.drop_table("seat_about")
