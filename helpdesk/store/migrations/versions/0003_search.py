"""PostgreSQL finds words by an index; SQLite keeps one beside the tables, made on demand."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The indexes over the words of messages and notes."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX IF NOT EXISTS ix_message_search ON message USING gin (to_tsvector('simple', text)) "
            "WHERE author IN ('visitor', 'agent')"
        )
        op.execute(
            "CREATE INDEX IF NOT EXISTS ix_note_search ON note USING gin (to_tsvector('simple', text))"
        )
