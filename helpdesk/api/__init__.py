"""The API for programs: one call is one closed request model, one rule in one transaction, one answer model.

Knows HTTP, tokens and pages of results; rules live in the rooms below. Read `calls.py` first.
"""
