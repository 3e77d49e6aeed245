"""The audit trail: who did what to whom, in the transaction of the deed, chained and signed.

Knows actors and hashes; never knows what a deed means. Read `trail.py` first.
"""
