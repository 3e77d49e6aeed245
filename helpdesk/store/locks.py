"""Rules that read before they write, where several processes may do so at once."""

import hashlib

from sqlalchemy import text

from helpdesk.store.session import Tx


def one_at_a_time(tx: Tx, key: str) -> None:
    """Until the commit, no other process is past this line with the same key. SQLite has one writer anyway."""
    if tx.connection.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True)
        tx.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": number})
