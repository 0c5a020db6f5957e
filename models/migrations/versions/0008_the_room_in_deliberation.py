"""Who is in the room: the order of items, who presided over each and until when, who was away."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STEP = "fk_item_call_phase_change_id_phase_change"
_NEXT_CALL = (
    "SELECT MIN(n.at) FROM item_call n WHERE n.meeting_id = item_call.meeting_id AND n.id > item_call.id "
    "AND (item_call.ended_at IS NULL OR n.at < item_call.ended_at)"
)


def upgrade() -> None:
    # not as a batch: SQLite would have to drop the table, to which seats and items refer
    op.execute(
        "ALTER TABLE meeting ADD COLUMN item_order VARCHAR DEFAULT 'number' NOT NULL "
        "CONSTRAINT ck_meeting_item_order CHECK (item_order IN ('number', 'rank', 'movements'))"
    )
    with op.batch_alter_table("item_call") as table:
        table.add_column(sa.Column("by", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("ended_at", sa.String(), nullable=True))
        table.add_column(sa.Column("phase_change_id", sa.Integer(), nullable=True))
        table.create_foreign_key(_STEP, "phase_change", ["phase_change_id"], ["id"])
    _tell_of_former_calls()
    op.create_table(
        "away",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("until", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_away_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_away")),
    )
    op.create_index(op.f("ix_away_seat_id"), "away", ["seat_id"], unique=False)


def _tell_of_former_calls() -> None:
    """A call ended with the next, or with the phase; who called is in the audit trail."""
    op.execute(
        "UPDATE item_call SET ended_at = (SELECT MIN(p.at) FROM phase_change p "
        "WHERE p.meeting_id = item_call.meeting_id AND p.at > item_call.at), "
        "phase_change_id = (SELECT MAX(p.id) FROM phase_change p "
        "WHERE p.meeting_id = item_call.meeting_id AND p.at <= item_call.at), "
        "by = COALESCE((SELECT MIN(e.actor) FROM audit_entry e WHERE e.meeting_id = item_call.meeting_id "
        "AND e.act = 'item.call' AND e.refused = '' AND e.at = item_call.at), '')"
    )
    op.execute(f"UPDATE item_call SET ended_at = ({_NEXT_CALL}) WHERE ({_NEXT_CALL}) IS NOT NULL")


def downgrade() -> None:
    op.drop_index(op.f("ix_away_seat_id"), table_name="away")
    op.drop_table("away")
    with op.batch_alter_table("item_call") as table:
        table.drop_constraint(op.f(_STEP), type_="foreignkey")
        table.drop_column("phase_change_id")
        table.drop_column("ended_at")
        table.drop_column("by")
    op.drop_column("meeting", "item_order")
