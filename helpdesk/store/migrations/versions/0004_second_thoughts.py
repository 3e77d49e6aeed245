"""Held replies, preferences of the staff, suppressed addresses, conversations marked unread."""

import sqlalchemy as sa
from alembic import op

from helpdesk.store.columns import JsonText, UtcMoment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_suppression",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "staff_preference",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("value", JsonText(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("staff_id"),
    )
    op.create_table(
        "held_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=True),
        sa.Column("files", JsonText(), nullable=False),
        sa.Column("resolve", sa.Boolean(), nullable=False),
        sa.Column("due_at", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("staff_id", "conversation_id", "client_id", name="uq_held_reply"),
    )
    op.create_index("ix_held_reply_conversation_id", "held_reply", ["conversation_id"])
    op.create_index("ix_held_reply_due_at", "held_reply", ["due_at"])
    op.add_column("conversation", sa.Column("marked_unread_at", UtcMoment(), nullable=True))
