"""The store: one database, two doors (`read` and `write`), rows that are the truth.

Knows SQLite from PostgreSQL; never knows what a ticket is. Read `session.py` first.
"""
