"""PostgreSQL finds words by an index; SQLite keeps one beside the tables, made on demand."""

from alembic import op

from helpdesk.chat.search_ddl import POSTGRES_UP

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The indexes over the words of messages and notes."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in POSTGRES_UP:
            op.execute(statement)
