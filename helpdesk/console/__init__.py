"""The agents' screens: inbox, conversation, ticket, people, figures, and the socket that keeps them live.

Knows pages and frames; every rule is downstairs. Read `routes.py` first, then `inbox.py`, `conversation.py`.
"""
