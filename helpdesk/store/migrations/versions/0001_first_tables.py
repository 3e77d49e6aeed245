"""Every table of the first version."""

import sqlalchemy as sa
from alembic import op

import helpdesk.store.columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("password_changed_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("verified_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("disabled_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("auth_epoch", sa.Integer(), nullable=False),
        sa.Column("risk", sa.String(), nullable=False),
        sa.Column("elsewhere", sa.String(), nullable=False),
        sa.Column("former_email", sa.String(), nullable=False),
        sa.Column("email_changed_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("frozen_until", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("held_until", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("contained_until", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("created_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email_key"),
        sa.UniqueConstraint("public_id"),
    )
    op.create_table(
        "article_figures",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("yes", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("handed_over", sa.Integer(), nullable=False),
        sa.Column("first_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("last_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("slug", "version"),
    )
    op.create_table(
        "article_reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_article_reason_slug"), "article_reason", ["slug"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("last_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_attempt_last_at"), "attempt", ["last_at"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("actor_session", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("identity_level", sa.String(), nullable=False),
        sa.Column("step_up", sa.String(), nullable=False),
        sa.Column("approver_id", sa.Integer(), nullable=True),
        sa.Column("ip", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("more", helpdesk.store.columns.JsonText(), nullable=False),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index(op.f("ix_audit_entry_account_id"), "audit_entry", ["account_id"], unique=False)
    op.create_index(op.f("ix_audit_entry_action"), "audit_entry", ["action"], unique=False)
    op.create_index(op.f("ix_audit_entry_actor"), "audit_entry", ["actor"], unique=False)
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)
    op.create_index(op.f("ix_audit_entry_conversation"), "audit_entry", ["conversation"], unique=False)
    op.create_table(
        "desk_fact",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", helpdesk.store.columns.JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "faq_helped",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "slug"),
    )
    op.create_index(op.f("ix_faq_helped_last_at"), "faq_helped", ["last_at"], unique=False)
    op.create_table(
        "faq_miss",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("nearest", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rephrased", sa.Integer(), server_default="0", nullable=False),
        sa.Column("handed_over", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("last_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("handled_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("handled_to", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_faq_miss_last_at"), "faq_miss", ["last_at"], unique=False)
    op.create_table(
        "idempotency_key",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "key"),
    )
    op.create_index(op.f("ix_idempotency_key_at"), "idempotency_key", ["at"], unique=False)
    op.create_table(
        "identity_token_use",
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("ends_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_id"),
    )
    op.create_index(op.f("ix_identity_token_use_ends_at"), "identity_token_use", ["ends_at"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", helpdesk.store.columns.JsonText(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("run_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("expires_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("lease_until", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("created_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("done_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_job_due", "job", ["state", "run_at"], unique=False)
    op.create_table(
        "kept_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id"),
    )
    op.create_table(
        "known_device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("used_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_known_device_address_key"), "known_device", ["address_key"], unique=False)
    op.create_index(op.f("ix_known_device_token_hash"), "known_device", ["token_hash"], unique=False)
    op.create_table(
        "macro",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        sa.UniqueConstraint("public_id"),
    )
    op.create_table(
        "mail_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id", name="uq_mail_in"),
    )
    op.create_table(
        "mailed_address",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "pulse",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("totp_sealed", sa.String(), nullable=False),
        sa.Column("disabled_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("created_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email_key"),
        sa.UniqueConstraint("public_id"),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("created_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("used_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("ends_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("revoked_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(op.f("ix_api_token_staff_id"), "api_token", ["staff_id"], unique=False)
    op.create_table(
        "bulk_undo",
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("before", helpdesk.store.columns.JsonText(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("public_id"),
    )
    op.create_table(
        "customer_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("ip", sa.String(), nullable=False),
        sa.Column("created_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("seen_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("ends_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(op.f("ix_customer_session_account_id"), "customer_session", ["account_id"], unique=False)
    op.create_table(
        "not_me_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("ends_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("used_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(op.f("ix_not_me_link_account_id"), "not_me_link", ["account_id"], unique=False)
    op.create_table(
        "presence",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("staff_id"),
    )
    op.create_table(
        "reset_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("agent_name", sa.String(), nullable=False),
        sa.Column("agent_device", sa.String(), nullable=False),
        sa.Column("agent_session_id", sa.Integer(), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("identity_level", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("is_linked", sa.Boolean(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=True),
        sa.Column("risk", sa.String(), nullable=False),
        sa.Column("failure", sa.String(), nullable=False),
        sa.Column("approver_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("decide_by", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("invited_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("ends_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("settled_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["approver_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agent_id", "request_key", name="uq_reset_invitation_request"),
        sa.UniqueConstraint("public_id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(op.f("ix_reset_invitation_account_id"), "reset_invitation", ["account_id"], unique=False)
    op.create_index("ix_reset_invitation_agent", "reset_invitation", ["agent_id", "asked_at"], unique=False)
    op.create_index(op.f("ix_reset_invitation_asked_at"), "reset_invitation", ["asked_at"], unique=False)
    op.create_index(
        "ix_reset_invitation_target", "reset_invitation", ["address_key", "asked_at"], unique=False
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", helpdesk.store.columns.JsonText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("public_id"),
    )
    op.create_index(op.f("ix_saved_view_staff_id"), "saved_view", ["staff_id"], unique=False)
    op.create_table(
        "staff_code_use",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("staff_id", "purpose", "step"),
    )
    op.create_index(op.f("ix_staff_code_use_at"), "staff_code_use", ["at"], unique=False)
    op.create_table(
        "staff_passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("created_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("used_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("credential_id", name="uq_staff_passkey"),
    )
    op.create_index(op.f("ix_staff_passkey_staff_id"), "staff_passkey", ["staff_id"], unique=False)
    op.create_table(
        "staff_recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
        sa.Column("used_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_staff_recovery_code_staff_id"), "staff_recovery_code", ["staff_id"], unique=False
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("is_pending", sa.Boolean(), nullable=False),
        sa.Column("device_hash", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("ip", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("created_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("seen_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("ends_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"], unique=False)
    op.create_table(
        "staff_step_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("used_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_staff_step_up_staff_id"), "staff_step_up", ["staff_id"], unique=False)
    op.create_table(
        "visitor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("created_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(op.f("ix_visitor_account_id"), "visitor", ["account_id"], unique=False)
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("events", helpdesk.store.columns.JsonText(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("paused_why", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("previous_until", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("failing_since", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("created_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("public_id"),
    )
    op.create_index(op.f("ix_webhook_staff_id"), "webhook", ["staff_id"], unique=False)
    op.create_table(
        "conversation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("visitor_id", sa.Integer(), nullable=True),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("last_note", sa.Integer(), nullable=False),
        sa.Column("handled_by", sa.String(), nullable=False),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("assignee_name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("claimed_email", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("verified_email", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("bot", helpdesk.store.columns.JsonText(), nullable=False),
        sa.Column("seen_by_visitor", sa.Integer(), nullable=False),
        sa.Column("seen_by_agent", sa.Integer(), nullable=False),
        sa.Column("last_text", sa.String(), nullable=False),
        sa.Column("last_author", sa.String(), nullable=False),
        sa.Column("waiting_since", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("ticket_offered_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("last_visitor_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("first_reply_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("snoozed_until", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("created_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("touched_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("closed_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("score_text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["visitor_id"],
            ["visitor.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("public_id"),
    )
    op.create_index(op.f("ix_conversation_account_id"), "conversation", ["account_id"], unique=False)
    op.create_index("ix_conversation_inbox", "conversation", ["handled_by", "touched_at"], unique=False)
    op.create_index("ix_conversation_mine", "conversation", ["assignee_id", "handled_by"], unique=False)
    op.create_index(op.f("ix_conversation_touched_at"), "conversation", ["touched_at"], unique=False)
    op.create_index(op.f("ix_conversation_visitor_id"), "conversation", ["visitor_id"], unique=False)
    op.create_table(
        "recovery_flow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("sends", sa.Integer(), nullable=False),
        sa.Column("sent_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("code_ends_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("code_used_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("grant_ends_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("busy_until", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("known_device", sa.Boolean(), nullable=False),
        sa.Column("ip", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("created_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("ends_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["reset_invitation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(op.f("ix_recovery_flow_account_id"), "recovery_flow", ["account_id"], unique=False)
    op.create_index(op.f("ix_recovery_flow_address_key"), "recovery_flow", ["address_key"], unique=False)
    op.create_index(op.f("ix_recovery_flow_ends_at"), "recovery_flow", ["ends_at"], unique=False)
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("created_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("queued_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("done_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhook.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("public_id"),
    )
    op.create_index(op.f("ix_webhook_delivery_created_at"), "webhook_delivery", ["created_at"], unique=False)
    op.create_index("ix_webhook_delivery_log", "webhook_delivery", ["webhook_id", "id"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_attachment_conversation_id"), "attachment", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_attachment_owner"), "attachment", ["owner"], unique=False)
    op.create_table(
        "conversation_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_event_conversation", "conversation_event", ["conversation_id", "id"], unique=False)
    op.create_table(
        "conversation_tag",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.PrimaryKeyConstraint("conversation_id", "tag"),
    )
    op.create_index(op.f("ix_conversation_tag_tag"), "conversation_tag", ["tag"], unique=False)
    op.create_table(
        "mention",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Integer(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("read_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("conversation_id", "staff_id"),
    )
    op.create_index(op.f("ix_mention_staff_id"), "mention", ["staff_id"], unique=False)
    op.create_table(
        "message",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.Column("article", helpdesk.store.columns.JsonText(), nullable=True),
        sa.Column("choices", helpdesk.store.columns.JsonText(), nullable=True),
        sa.Column("asks_feedback", sa.Boolean(), nullable=False),
        sa.Column("files", helpdesk.store.columns.JsonText(), nullable=True),
        sa.Column("helpful", sa.Boolean(), nullable=True),
        sa.Column("helpful_reason", sa.String(), nullable=False),
        sa.Column("provenance", helpdesk.store.columns.JsonText(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.PrimaryKeyConstraint("conversation_id", "seq"),
        sa.UniqueConstraint("client_id", "conversation_id", "sender", name="uq_message_client_id"),
    )
    op.create_table(
        "note",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Integer(), nullable=False),
        sa.Column("after_seq", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("conversation_id", "note"),
        sa.UniqueConstraint("conversation_id", "staff_id", "client_id", name="uq_note_client_id"),
    )
    op.create_table(
        "recovery_send",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("flow_id", sa.Integer(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("wide_network", sa.String(), nullable=False),
        sa.Column("reserve", sa.Boolean(), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["flow_id"],
            ["recovery_flow.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_recovery_send_address", "recovery_send", ["address_key", "at"], unique=False)
    op.create_index(op.f("ix_recovery_send_at"), "recovery_send", ["at"], unique=False)
    op.create_index(op.f("ix_recovery_send_flow_id"), "recovery_send", ["flow_id"], unique=False)
    op.create_index("ix_recovery_send_network", "recovery_send", ["network", "at"], unique=False)
    op.create_index("ix_recovery_send_wide", "recovery_send", ["wide_network", "at"], unique=False)
    op.create_table(
        "reply_draft",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("staff_id", "conversation_id", "kind"),
    )
    op.create_table(
        "ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("link_hash", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("said_status", sa.String(), nullable=False),
        sa.Column("said_seq", sa.Integer(), nullable=False),
        sa.Column("due_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("due_for", sa.String(), nullable=False),
        sa.Column("breached", sa.String(), nullable=False),
        sa.Column("refreshed_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("created_at", helpdesk.store.columns.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["ticket.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("conversation_id"),
        sa.UniqueConstraint("link_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_ticket_client_id"), "ticket", ["client_id"], unique=False)
    op.create_index("ix_ticket_due", "ticket", ["due_at"], unique=False)
    op.create_index(op.f("ix_ticket_email"), "ticket", ["email"], unique=False)
    # ### end Alembic commands ###
