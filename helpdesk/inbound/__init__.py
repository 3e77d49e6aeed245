"""Mail that comes in: an answer to a keyed reply address lands in its thread, else it may open a ticket.

Knows mail and its dangers; never believes a sender. Read `reading.py` (pure) first, then `landing.py`.
"""
