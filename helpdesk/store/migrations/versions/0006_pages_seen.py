"""The pages of the site that a customer came from."""

import sqlalchemy as sa
from alembic import op

from helpdesk.store.columns import JsonText

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pages_seen",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("pages", JsonText(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
