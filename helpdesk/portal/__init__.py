"""The customer's own pages: log in, forgot password, security. They parse, call one rule, and show.

Knows HTTP and templates; no rule lives here. Read `routes.py` first.
"""
