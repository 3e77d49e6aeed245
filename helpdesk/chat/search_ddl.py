"""Pure: what is made beside the tables so that words can be found among many messages.

SQLite keeps an index of its own (FTS5), which `tickets/search_index.py` makes on demand and fills in the
background: it holds nothing that the tables do not, and may be thrown away. A row's number there is made of
conversation and seq. PostgreSQL needs an expression index only, from a schema step. Both hold the words folded.
"""

from helpdesk.store.folding import folded_sql

SHIFT = 1 << 24  # messages a conversation may have, in the row numbers of the index
SQLITE = [
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {table}_search "
    "USING fts5(text, tokenize = 'unicode61 remove_diacritics 2')"
    for table in ("message", "note")
]


def words_sql(table: str) -> str:
    """What PostgreSQL keeps of a row of `table`; a query finds the index by the same expression."""
    return f"to_tsvector('simple', {folded_sql(f'{table}.text')})"
