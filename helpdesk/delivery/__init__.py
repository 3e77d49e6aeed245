"""Delivery: a mail or a webhook is a row in the transaction of its cause; a worker sends it later.

Knows jobs, leases and transports; never decides who is told what. Read `outbox.py` first.
"""
