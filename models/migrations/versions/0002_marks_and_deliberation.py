"""Marks and deliberation."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _decided_amount()
    _item_call()
    _opinion()
    _dissent()
    _explanation()
    _score_sheet()
    _correction()
    _mark()


def downgrade() -> None:
    op.drop_table("mark")
    op.drop_table("correction")
    op.drop_table("score_sheet")
    op.drop_table("explanation")
    op.drop_table("dissent")
    op.drop_table("opinion")
    op.drop_table("item_call")
    op.drop_table("decided_amount")


def _decided_amount() -> None:
    op.create_table(
        "decided_amount",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_decided_amount_amount_fen_not_negative")),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_decided_amount_reason_not_blank")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_decided_amount_application_id_application")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_decided_amount")),
    )


def _item_call() -> None:
    op.create_table(
        "item_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_item_call_application_id_application")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_item_call_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_call")),
    )
    op.create_index(op.f("ix_item_call_meeting_id"), "item_call", ["meeting_id"], unique=False)


def _opinion() -> None:
    op.create_table(
        "opinion",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_opinion_text_not_blank")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_opinion_application_id_application")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_opinion_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_opinion")),
    )
    op.create_index(op.f("ix_opinion_meeting_id"), "opinion", ["meeting_id"], unique=False)


def _dissent() -> None:
    op.create_table(
        "dissent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_dissent_text_not_blank")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_dissent_application_id_application")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_dissent_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_dissent_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dissent")),
    )
    op.create_index(op.f("ix_dissent_meeting_id"), "dissent", ["meeting_id"], unique=False)


def _explanation() -> None:
    op.create_table(
        "explanation",
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_explanation_text_not_blank")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_explanation_application_id_application")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_explanation_seat_id_seat")),
        sa.PrimaryKeyConstraint("seat_id", "application_id", name=op.f("pk_explanation")),
    )


def _score_sheet() -> None:
    op.create_table(
        "score_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("total_micro", sa.Integer(), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("revealed", sa.Boolean(), nullable=False),
        sa.Column("keyed_by", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("saved_at", sa.String(), nullable=False),
        sa.CheckConstraint("state <> 'abstained' OR length(reason) > 0", name=op.f("ck_score_sheet_abstained_reason")),
        sa.CheckConstraint(
            "state <> 'submitted' OR total_micro IS NOT NULL", name=op.f("ck_score_sheet_submitted_total")
        ),
        sa.CheckConstraint(
            "state IN ('blank', 'draft', 'submitted', 'returned', 'abstained')", name=op.f("ck_score_sheet_state")
        ),
        sa.CheckConstraint("total_micro >= 0", name=op.f("ck_score_sheet_total_micro_not_negative")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_score_sheet_application_id_application")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_score_sheet_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_score_sheet_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_sheet")),
        sa.UniqueConstraint("application_id", "seat_id", name=op.f("uq_score_sheet_application_id_seat_id")),
    )
    op.create_index(op.f("ix_score_sheet_meeting_id"), "score_sheet", ["meeting_id"], unique=False)
    op.create_index(op.f("ix_score_sheet_seat_id"), "score_sheet", ["seat_id"], unique=False)


def _correction() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("old_milli", sa.Integer(), nullable=False),
        sa.Column("new_milli", sa.Integer(), nullable=True),
        sa.Column("named_by", sa.String(), nullable=False),
        sa.Column("named_at", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.String(), nullable=True),
        sa.CheckConstraint(
            "ground IN ('addition', 'range', 'objective', 'abnormal')", name=op.f("ck_correction_ground")
        ),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_correction_reason_not_blank")),
        sa.CheckConstraint("old_milli >= 0", name=op.f("ck_correction_old_milli_not_negative")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_correction_criterion_id_criterion")),
        sa.ForeignKeyConstraint(["sheet_id"], ["score_sheet.id"], name=op.f("fk_correction_sheet_id_score_sheet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(op.f("ix_correction_sheet_id"), "correction", ["sheet_id"], unique=False)


def _mark() -> None:
    op.create_table(
        "mark",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("value_milli", sa.Integer(), nullable=False),
        sa.CheckConstraint("value_milli >= 0", name=op.f("ck_mark_value_milli_not_negative")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_mark_criterion_id_criterion")),
        sa.ForeignKeyConstraint(["sheet_id"], ["score_sheet.id"], name=op.f("fk_mark_sheet_id_score_sheet")),
        sa.PrimaryKeyConstraint("sheet_id", "criterion_id", name=op.f("pk_mark")),
    )
