"""Sealing: key pairs, epochs with their shares and releases, and the boxes of sheets."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_PLAIN = "state <> 'submitted' OR total_micro IS NOT NULL"
_SEALED = f"{_PLAIN} OR sealed"
_CHECK = "ck_score_sheet_submitted_total"


def upgrade() -> None:
    # not as a batch: SQLite would have to drop the table, to which marks and corrections refer
    op.add_column("score_sheet", sa.Column("sealed", sa.Boolean(), server_default=sa.false(), nullable=False))
    _check_submitted(_PLAIN, _SEALED)
    _key_pair()
    _epoch()
    _epoch_share()
    _epoch_release()
    _sealed_sheet()


def downgrade() -> None:
    op.drop_table("sealed_sheet")
    op.drop_table("epoch_release")
    op.drop_table("epoch_share")
    op.drop_table("epoch")
    op.drop_table("key_pair")
    _check_submitted(_SEALED, _PLAIN)
    op.drop_column("score_sheet", "sealed")


def _check_submitted(former: str, wanted: str) -> None:
    """Change one CHECK. SQLite can't: there the table and those that refer to it are made anew, with all their rows."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f(_CHECK), "score_sheet", type_="check")
        op.create_check_constraint(op.f(_CHECK), "score_sheet", wanted)
        return
    tables = ("score_sheet", "correction", "mark")  # in the order in which they refer to each other
    kept = connection.execute(
        sa.text(
            "SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN "
            "('score_sheet', 'correction', 'mark') ORDER BY type DESC"
        )
    ).all()
    for table in tables:
        op.execute(f"CREATE TEMPORARY TABLE kept_{table} AS SELECT * FROM {table}")
    for table in reversed(tables):
        op.drop_table(table)
    for table in tables:
        for made in (one.sql for one in kept if one.tbl_name == table):
            connection.exec_driver_sql(made.replace(former, wanted) if table == "score_sheet" else made)
        op.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
        op.execute(f"DROP TABLE kept_{table}")


def _key_pair() -> None:
    op.create_table(
        "key_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("box_public", sa.LargeBinary(), nullable=False),
        sa.Column("sign_public", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=True),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("ended_at", sa.String(), nullable=True),
        sa.CheckConstraint("(seat_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_key_pair_one_person")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_key_pair_seat_id_seat")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_key_pair_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_pair")),
    )
    op.create_index(op.f("ix_key_pair_seat_id"), "key_pair", ["seat_id"], unique=False)
    op.create_index(op.f("ix_key_pair_user_id"), "key_pair", ["user_id"], unique=False)


def _epoch() -> None:
    op.create_table(
        "epoch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.String(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=True),
        sa.Column("revealed_at", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_epoch_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epoch")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_epoch_meeting_id_number")),
    )
    op.create_index(op.f("ix_epoch_meeting_id"), "epoch", ["meeting_id"], unique=False)


def _epoch_share() -> None:
    op.create_table(
        "epoch_share",
        sa.Column("epoch_id", sa.Integer(), nullable=False),
        sa.Column("pair", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("key_pair_id", sa.Integer(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("role IN ('chair', 'supervisor', 'finance')", name=op.f("ck_epoch_share_role")),
        sa.ForeignKeyConstraint(["epoch_id"], ["epoch.id"], name=op.f("fk_epoch_share_epoch_id_epoch")),
        sa.ForeignKeyConstraint(["key_pair_id"], ["key_pair.id"], name=op.f("fk_epoch_share_key_pair_id_key_pair")),
        sa.PrimaryKeyConstraint("epoch_id", "pair", "role", "key_pair_id", name=op.f("pk_epoch_share")),
    )


def _epoch_release() -> None:
    op.create_table(
        "epoch_release",
        sa.Column("epoch_id", sa.Integer(), nullable=False),
        sa.Column("pair", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("envelope", sa.Boolean(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint("role IN ('chair', 'supervisor', 'finance')", name=op.f("ck_epoch_release_role")),
        sa.ForeignKeyConstraint(["epoch_id"], ["epoch.id"], name=op.f("fk_epoch_release_epoch_id_epoch")),
        sa.PrimaryKeyConstraint("epoch_id", "pair", "role", name=op.f("pk_epoch_release")),
    )


def _sealed_sheet() -> None:
    op.create_table(
        "sealed_sheet",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key_pair_id", sa.Integer(), nullable=False),
        sa.Column("epoch_id", sa.Integer(), nullable=True),
        sa.Column("box", sa.LargeBinary(), nullable=True),
        sa.Column("own_box", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["sheet_id"], ["score_sheet.id"], name=op.f("fk_sealed_sheet_sheet_id_score_sheet")),
        sa.ForeignKeyConstraint(["key_pair_id"], ["key_pair.id"], name=op.f("fk_sealed_sheet_key_pair_id_key_pair")),
        sa.ForeignKeyConstraint(["epoch_id"], ["epoch.id"], name=op.f("fk_sealed_sheet_epoch_id_epoch")),
        sa.PrimaryKeyConstraint("sheet_id", name=op.f("pk_sealed_sheet")),
    )
    op.create_index(op.f("ix_sealed_sheet_epoch_id"), "sealed_sheet", ["epoch_id"], unique=False)
