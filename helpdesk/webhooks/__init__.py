"""Webhooks: what happened is told to other programs, signed by the Standard Webhooks scheme, at least once.

Knows endpoints, deliveries and signatures; never decides what is worth telling. Read `publish.py` first.
"""
