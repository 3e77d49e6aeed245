"""Words are found without their accents, and ß as ss, in both databases."""

import sqlalchemy as sa
from alembic import op

from helpdesk.chat.search_ddl import POSTGRES

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """SQLite's index is thrown away: the worker makes it anew."""
    if op.get_bind().dialect.name == "postgresql":
        for name in ("message", "note"):
            op.execute(f"DROP INDEX ix_{name}_search")
        for statement in POSTGRES:
            op.execute(statement)
        return
    for name in ("message", "note"):
        op.execute(f"DROP TABLE IF EXISTS {name}_search")
    fact = sa.table("desk_fact", sa.column("name"))
    op.execute(sa.delete(fact).where(fact.c.name.in_(("search_cursor", "search_residue"))))
