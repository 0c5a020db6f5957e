"""The office, its policy, applications and meetings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _enterprise()
    _policy()
    _user()
    _batch()
    _criterion()
    _application()
    _investment()
    _meeting()
    _panel()
    _phase_change()
    _seat()
    _item()
    _panel_seat()
    _recusal()


def downgrade() -> None:
    op.drop_table("recusal")
    op.drop_table("panel_seat")
    op.drop_table("item")
    op.drop_table("seat")
    op.drop_table("phase_change")
    op.drop_table("panel")
    op.drop_table("meeting")
    op.drop_table("investment")
    op.drop_table("application")
    op.drop_table("criterion")
    op.drop_table("batch")
    op.drop_table("user")
    op.drop_table("policy")
    op.drop_table("enterprise")


def _enterprise() -> None:
    op.create_table(
        "enterprise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uscc", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.String(), nullable=False),
        sa.CheckConstraint("size IN ('large', 'medium', 'small', 'micro')", name=op.f("ck_enterprise_size")),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_enterprise_name_not_blank")),
        sa.CheckConstraint("length(uscc) = 18", name=op.f("ck_enterprise_uscc")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise")),
        sa.UniqueConstraint("uscc", name=op.f("uq_enterprise_uscc")),
    )


def _policy() -> None:
    op.create_table(
        "policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_policy_digest")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint("policy_id", "version", name=op.f("uq_policy_policy_id_version")),
    )


def _user() -> None:
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("may_add", sa.Boolean(), nullable=False),
        sa.Column("pin_hash", sa.String(), nullable=True),
        sa.Column("code_hash", sa.String(), nullable=True),
        sa.Column("disabled_at", sa.String(), nullable=True),
        sa.CheckConstraint("NOT may_add OR role = 'secretary'", name=op.f("ck_user_may_add")),
        sa.CheckConstraint("role IN ('secretary', 'finance', 'supervisor')", name=op.f("ck_user_role")),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_user_name_not_blank")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("name", name=op.f("uq_user_name")),
    )


def _batch() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("policy_file_id", sa.Integer(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("budget_fen", sa.Integer(), nullable=True),
        sa.Column("opens", sa.Date(), nullable=True),
        sa.Column("closes", sa.Date(), nullable=True),
        sa.Column("sources", sa.String(), nullable=True),
        sa.CheckConstraint("budget_fen IS NULL OR budget_fen > 0", name=op.f("ck_batch_budget")),
        sa.CheckConstraint("length(trim(id)) > 0", name=op.f("ck_batch_id_not_blank")),
        sa.CheckConstraint("opens IS NULL OR closes IS NULL OR opens <= closes", name=op.f("ck_batch_window")),
        sa.CheckConstraint("quota > 0", name=op.f("ck_batch_quota")),
        sa.ForeignKeyConstraint(["policy_file_id"], ["policy.id"], name=op.f("fk_batch_policy_file_id_policy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )


def _criterion() -> None:
    op.create_table(
        "criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("policy_file_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("full_milli", sa.Integer(), nullable=False),
        sa.Column("step_milli", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "full_milli > 0 AND step_milli > 0 AND full_milli % step_milli = 0", name=op.f("ck_criterion_steps")
        ),
        sa.CheckConstraint("length(trim(code)) > 0", name=op.f("ck_criterion_code_not_blank")),
        sa.ForeignKeyConstraint(["policy_file_id"], ["policy.id"], name=op.f("fk_criterion_policy_file_id_policy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
        sa.UniqueConstraint("policy_file_id", "code", name=op.f("uq_criterion_policy_file_id_code")),
    )


def _application() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("industry", sa.String(), nullable=False),
        sa.Column("current_level", sa.Integer(), nullable=True),
        sa.Column("target_level", sa.Integer(), nullable=True),
        sa.Column("prior_support_fen", sa.Integer(), nullable=False),
        sa.Column("prior_investment_fen", sa.Integer(), nullable=False),
        sa.Column("central_support", sa.Boolean(), nullable=False),
        sa.Column("pilot_2022", sa.Boolean(), nullable=False),
        sa.Column("dishonest", sa.Boolean(), nullable=False),
        sa.Column("other_exclusion", sa.String(), nullable=False),
        sa.Column("recommended", sa.Boolean(), nullable=True),
        sa.Column("filing_no", sa.String(), nullable=False),
        sa.Column("preliminary_passed", sa.Boolean(), nullable=True),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("materials", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.CheckConstraint(
            "current_level IS NULL OR current_level BETWEEN 1 AND 4", name=op.f("ck_application_current_level")
        ),
        sa.CheckConstraint("length(trim(no)) > 0", name=op.f("ck_application_no_not_blank")),
        sa.CheckConstraint(
            "prior_support_fen >= 0 AND prior_investment_fen >= 0",
            name=op.f("ck_application_prior_support_fen_not_negative"),
        ),
        sa.CheckConstraint(
            "target_level IS NULL OR target_level BETWEEN 1 AND 4", name=op.f("ck_application_target_level")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_application_batch_id_batch")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_application_enterprise_id_enterprise")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint(
            "batch_id", "enterprise_id", "track", name=op.f("uq_application_batch_id_enterprise_id_track")
        ),
        sa.UniqueConstraint("no", name=op.f("uq_application_no")),
    )
    op.create_index(op.f("ix_application_batch_id"), "application", ["batch_id"], unique=False)
    op.create_index(op.f("ix_application_enterprise_id"), "application", ["enterprise_id"], unique=False)


def _investment() -> None:
    op.create_table(
        "investment",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('software', 'cloud', 'equipment', 'other')", name=op.f("ck_investment_kind")),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_investment_amount_fen_not_negative")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_investment_application_id_application")
        ),
        sa.PrimaryKeyConstraint("application_id", "kind", name=op.f("pk_investment")),
    )


def _meeting() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("phase_since", sa.String(), nullable=False),
        sa.Column("called_application_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('selection', 'award')", name=op.f("ck_meeting_kind")),
        sa.CheckConstraint(
            "phase IN ('preparing', 'signing_in', 'scoring', 'deliberating', 'allocating', 'publicity', 'finalised', "
            "'archived')",
            name=op.f("ck_meeting_phase"),
        ),
        sa.CheckConstraint("length(trim(id)) > 0", name=op.f("ck_meeting_id_not_blank")),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_meeting_title_not_blank")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_meeting_batch_id_batch")),
        sa.ForeignKeyConstraint(
            ["called_application_id"], ["application.id"], name=op.f("fk_meeting_called_application_id_application")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index(op.f("ix_meeting_batch_id"), "meeting", ["batch_id"], unique=False)


def _panel() -> None:
    op.create_table(
        "panel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_panel_name_not_blank")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_panel_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel")),
        sa.UniqueConstraint("meeting_id", "name", name=op.f("uq_panel_meeting_id_name")),
    )
    op.create_index(op.f("ix_panel_meeting_id"), "panel", ["meeting_id"], unique=False)


def _phase_change() -> None:
    op.create_table(
        "phase_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "phase IN ('preparing', 'signing_in', 'scoring', 'deliberating', 'allocating', 'publicity', 'finalised', "
            "'archived')",
            name=op.f("ck_phase_change_phase"),
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_phase_change_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phase_change")),
    )
    op.create_index(op.f("ix_phase_change_meeting_id"), "phase_change", ["meeting_id"], unique=False)


def _seat() -> None:
    op.create_table(
        "seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("marks", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("code_hash", sa.String(), nullable=True),
        sa.Column("pin_hash", sa.String(), nullable=True),
        sa.Column("signed_in_at", sa.String(), nullable=True),
        sa.Column("absent_at", sa.String(), nullable=True),
        sa.Column("absent_reason", sa.String(), nullable=False),
        sa.CheckConstraint("NOT marks OR role IN ('expert', 'chair', 'deputy')", name=op.f("ck_seat_marks")),
        sa.CheckConstraint("origin IN ('expert', 'office')", name=op.f("ck_seat_origin")),
        sa.CheckConstraint(
            "role IN ('chair', 'deputy', 'expert', 'secretary', 'finance', 'supervisor')", name=op.f("ck_seat_role")
        ),
        sa.CheckConstraint("absent_at IS NULL OR length(absent_reason) > 0", name=op.f("ck_seat_absence")),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_seat_name_not_blank")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_seat_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_seat_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("meeting_id", "name", name=op.f("uq_seat_meeting_id_name")),
    )
    op.create_index(op.f("ix_seat_meeting_id"), "seat", ["meeting_id"], unique=False)


def _item() -> None:
    op.create_table(
        "item",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=True),
        sa.Column("eligible", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_item_application_id_application")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_item_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_item_panel_id_panel")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_item")),
    )
    op.create_index(op.f("ix_item_meeting_id"), "item", ["meeting_id"], unique=False)


def _panel_seat() -> None:
    op.create_table(
        "panel_seat",
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_seat_panel_id_panel")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_panel_seat_seat_id_seat")),
        sa.PrimaryKeyConstraint("panel_id", "seat_id", name=op.f("pk_panel_seat")),
    )


def _recusal() -> None:
    op.create_table(
        "recusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("declared_by", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint(
            "ground IN ('employment', 'kinship', 'dispute', 'preparation', 'control', 'shares', 'other')",
            name=op.f("ck_recusal_ground"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_recusal_application_id_application")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_recusal_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
        sa.UniqueConstraint("seat_id", "application_id", name=op.f("uq_recusal_seat_id_application_id")),
    )
    op.create_index(op.f("ix_recusal_application_id"), "recusal", ["application_id"], unique=False)
    op.create_index(op.f("ix_recusal_seat_id"), "recusal", ["seat_id"], unique=False)
