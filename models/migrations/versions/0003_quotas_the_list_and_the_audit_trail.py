"""Quotas, the list and the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _audit_entry()
    _audit_head()
    _adjustment()
    _allocation()
    _award_list()
    _objection()
    _publicity()
    _quota()
    _quota_cell()
    _quota_change()
    _tie_decision()
    _allocation_item()
    _award()
    _publicity_item()
    _signature()


def downgrade() -> None:
    op.drop_table("signature")
    op.drop_table("publicity_item")
    op.drop_table("award")
    op.drop_table("allocation_item")
    op.drop_table("tie_decision")
    op.drop_table("quota_change")
    op.drop_table("quota_cell")
    op.drop_table("quota")
    op.drop_table("publicity")
    op.drop_table("objection")
    op.drop_table("award_list")
    op.drop_table("allocation")
    op.drop_table("adjustment")
    op.drop_table("audit_head")
    op.drop_table("audit_entry")


def _audit_entry() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=True),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("refused", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("length(hash) = 64 AND length(previous) = 64", name=op.f("ck_audit_entry_hash")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_meeting_id"), "audit_entry", ["meeting_id"], unique=False)


def _audit_head() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )


def _adjustment() -> None:
    op.create_table(
        "adjustment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("lapsed_at", sa.String(), nullable=True),
        sa.CheckConstraint("outcome IN ('proposed', 'alternate', 'declined')", name=op.f("ck_adjustment_outcome")),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_adjustment_reason_not_blank")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_adjustment_application_id_application")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_adjustment_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment")),
    )
    op.create_index(op.f("ix_adjustment_meeting_id"), "adjustment", ["meeting_id"], unique=False)


def _allocation() -> None:
    op.create_table(
        "allocation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("lapsed_at", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_allocation_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
    )
    op.create_index(op.f("ix_allocation_meeting_id"), "allocation", ["meeting_id"], unique=False)


def _award_list() -> None:
    op.create_table(
        "award_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("frozen_by", sa.String(), nullable=False),
        sa.Column("frozen_at", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('selection', 'award')", name=op.f("ck_award_list_kind")),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_award_list_digest")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_award_list_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_list")),
        sa.UniqueConstraint("meeting_id", "version", name=op.f("uq_award_list_meeting_id_version")),
    )
    op.create_index(op.f("ix_award_list_meeting_id"), "award_list", ["meeting_id"], unique=False)


def _objection() -> None:
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("on_notice", sa.Boolean(), nullable=False),
        sa.Column("in_period", sa.Boolean(), nullable=False),
        sa.Column("grounds", sa.String(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("objector", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("amount_fen", sa.Integer(), nullable=True),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.Column("accepted_at", sa.String(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("closed_at", sa.String(), nullable=True),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('upheld', 'partial', 'rejected')", name=op.f("ck_objection_outcome")
        ),
        sa.CheckConstraint(
            "state <> 'decided' OR (outcome IS NOT NULL AND length(finding) > 0)", name=op.f("ck_objection_decided")
        ),
        sa.CheckConstraint(
            "state IN ('recorded', 'accepted', 'dismissed', 'withdrawn', 'referred', 'decided')",
            name=op.f("ck_objection_state"),
        ),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_objection_amount_fen_not_negative")),
        sa.CheckConstraint("length(trim(grounds)) > 0", name=op.f("ck_objection_grounds_not_blank")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_objection_application_id_application")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_objection_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_objection_meeting_id_number")),
    )
    op.create_index(op.f("ix_objection_application_id"), "objection", ["application_id"], unique=False)
    op.create_index(op.f("ix_objection_meeting_id"), "objection", ["meeting_id"], unique=False)


def _publicity() -> None:
    op.create_table(
        "publicity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Date(), nullable=False),
        sa.Column("closes", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("first_day_counts", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_publicity_days")),
        sa.CheckConstraint("length(trim(place)) > 0", name=op.f("ck_publicity_place_not_blank")),
        sa.CheckConstraint("opens <= closes", name=op.f("ck_publicity_period")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_publicity_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publicity")),
        sa.UniqueConstraint("meeting_id", "version", name=op.f("uq_publicity_meeting_id_version")),
    )
    op.create_index(op.f("ix_publicity_meeting_id"), "publicity", ["meeting_id"], unique=False)


def _quota() -> None:
    op.create_table(
        "quota",
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("budget_fen", sa.Integer(), nullable=True),
        sa.Column("alternates", sa.Integer(), nullable=False),
        sa.CheckConstraint("alternates >= 0", name=op.f("ck_quota_alternates_not_negative")),
        sa.CheckConstraint("budget_fen IS NULL OR budget_fen > 0", name=op.f("ck_quota_budget")),
        sa.CheckConstraint("total > 0", name=op.f("ck_quota_total")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_quota_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_quota")),
    )


def _quota_cell() -> None:
    op.create_table(
        "quota_cell",
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("ceiling", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('district', 'industry')", name=op.f("ck_quota_cell_kind")),
        sa.CheckConstraint("ceiling IS NULL OR floor <= ceiling", name=op.f("ck_quota_cell_order")),
        sa.CheckConstraint("floor >= 0 AND ceiling >= 0", name=op.f("ck_quota_cell_floor_not_negative")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_quota_cell_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("meeting_id", "kind", "name", name=op.f("pk_quota_cell")),
    )


def _quota_change() -> None:
    op.create_table(
        "quota_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("old", sa.String(), nullable=False),
        sa.Column("new", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_quota_change_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_change")),
    )
    op.create_index(op.f("ix_quota_change_meeting_id"), "quota_change", ["meeting_id"], unique=False)


def _tie_decision() -> None:
    op.create_table(
        "tie_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("nos", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("lapsed_at", sa.String(), nullable=True),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_tie_decision_reason_not_blank")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_tie_decision_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tie_decision")),
    )
    op.create_index(op.f("ix_tie_decision_meeting_id"), "tie_decision", ["meeting_id"], unique=False)


def _allocation_item() -> None:
    op.create_table(
        "allocation_item",
        sa.Column("allocation_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("alternate_order", sa.Integer(), nullable=True),
        sa.Column("margin", sa.Integer(), nullable=True),
        sa.Column("amount_fen", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('proposed', 'alternate', 'declined', 'tied', 'pending')",
            name=op.f("ck_allocation_item_outcome"),
        ),
        sa.CheckConstraint(
            "reason IN ('rank', 'floor', 'ceiling_district', 'ceiling_industry', 'total', 'budget', 'pass_mark', "
            "'not_eligible', 'tie', 'adjusted', 'removed')",
            name=op.f("ck_allocation_item_reason"),
        ),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_allocation_item_amount_fen_not_negative")),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["allocation.id"], name=op.f("fk_allocation_item_allocation_id_allocation")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_allocation_item_application_id_application")
        ),
        sa.PrimaryKeyConstraint("allocation_id", "application_id", name=op.f("pk_allocation_item")),
    )


def _award() -> None:
    op.create_table(
        "award",
        sa.Column("award_list_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=True),
        sa.Column("sources", sa.String(), nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_award_amount_fen_not_negative")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_award_application_id_application")
        ),
        sa.ForeignKeyConstraint(["award_list_id"], ["award_list.id"], name=op.f("fk_award_award_list_id_award_list")),
        sa.PrimaryKeyConstraint("award_list_id", "application_id", name=op.f("pk_award")),
    )


def _publicity_item() -> None:
    op.create_table(
        "publicity_item",
        sa.Column("publicity_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_publicity_item_amount_fen_not_negative")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_publicity_item_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["publicity_id"], ["publicity.id"], name=op.f("fk_publicity_item_publicity_id_publicity")
        ),
        sa.PrimaryKeyConstraint("publicity_id", "application_id", name=op.f("pk_publicity_item")),
    )


def _signature() -> None:
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_list_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint("role IN ('chair', 'deputy', 'finance')", name=op.f("ck_signature_role")),
        sa.ForeignKeyConstraint(
            ["award_list_id"], ["award_list.id"], name=op.f("fk_signature_award_list_id_award_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("award_list_id", "role", name=op.f("uq_signature_award_list_id_role")),
    )
    op.create_index(op.f("ix_signature_award_list_id"), "signature", ["award_list_id"], unique=False)
