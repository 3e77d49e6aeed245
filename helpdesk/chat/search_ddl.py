"""Pure: what is made beside the tables so that words can be found among many messages.

SQLite keeps an index of its own (FTS5), which `tickets/search_index.py` makes on demand and fills in the
background: it holds nothing that the tables do not, and may be thrown away. A row's number there is made of
conversation and seq. PostgreSQL needs an expression index only, from a schema step.
"""

SHIFT = 1 << 24  # messages a conversation may have, in the row numbers of the index
SQLITE = [
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {table}_search "
    "USING fts5(text, tokenize = 'unicode61 remove_diacritics 2')"
    for table in ("message", "note")
]
POSTGRES_UP = [
    "CREATE INDEX IF NOT EXISTS ix_message_search ON message USING gin (to_tsvector('simple', text)) "
    "WHERE author IN ('visitor', 'agent')",
    "CREATE INDEX IF NOT EXISTS ix_note_search ON note USING gin (to_tsvector('simple', text))",
]
