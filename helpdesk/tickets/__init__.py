"""Tickets: a row beside a conversation that gives it a reference, a private link, a priority and a clock.

Knows references, states, targets and the inbox; never renders a page, never sends a mail itself.
Read `intake.py` first, then `work.py`.
"""
