"""What is attached to the draft of a reply."""

import sqlalchemy as sa
from alembic import op

from helpdesk.store.columns import JsonText

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reply_draft", sa.Column("files", JsonText(), nullable=False, server_default="[]"))
