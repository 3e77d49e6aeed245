"""Limits: how often something may happen, in words. Read `allow.py` first."""
