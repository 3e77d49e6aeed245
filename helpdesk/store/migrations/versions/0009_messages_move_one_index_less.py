"""Messages move one index less."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_conversation_inbox", table_name="conversation")
    op.create_index("ix_conversation_hands", "conversation", ["handled_by"], unique=False)
