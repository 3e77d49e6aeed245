"""Words are found without their accents, and ß as ss, in both databases."""

import sqlalchemy as sa
from alembic import op

from helpdesk.errors import DeskError

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_FOLDED = (
    "CASE WHEN octet_length({0}) = length({0}) THEN {0} ELSE "
    "replace(replace(replace(replace(replace(replace(translate(regexp_replace("
    "normalize({0}, NFKD), '[\u0300-\u036f]', '', 'g'), 'ıøØłŁđĐ', 'ioolldd'), "
    "'ß', 'ss'), 'ẞ', 'ss'), 'æ', 'ae'), 'Æ', 'ae'), 'œ', 'oe'), 'Œ', 'oe') END"
)
INDEXES = (
    "CREATE INDEX ix_message_search ON message USING gin "
    f"(to_tsvector('simple', {_FOLDED.format('message.text')})) WHERE author IN ('visitor', 'agent')",
    f"CREATE INDEX ix_note_search ON note USING gin (to_tsvector('simple', {_FOLDED.format('note.text')}))",
)


def upgrade() -> None:
    """SQLite's index is thrown away: the worker makes it anew."""
    if op.get_bind().dialect.name == "postgresql":
        encoding = op.get_bind().execute(sa.text("SHOW server_encoding")).scalar()
        if encoding != "UTF8":
            raise DeskError(
                f"The database is in {encoding}. It must be in UTF8: people write in any letters."
            )
        for name in ("message", "note"):
            op.execute(f"DROP INDEX ix_{name}_search")
        for statement in INDEXES:
            op.execute(statement)
        return
    for name in ("message", "note"):
        op.execute(f"DROP TABLE IF EXISTS {name}_search")
    fact = sa.table("desk_fact", sa.column("name"))
    op.execute(sa.delete(fact).where(fact.c.name.in_(("search_cursor", "search_residue"))))
