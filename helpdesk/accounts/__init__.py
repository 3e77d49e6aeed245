"""Accounts: customers and staff, how they sign in, and how a lost password comes back without anybody's help abused.

Knows rows, codes and rules; never knows HTTP. Read `recovery.py` for the customer's way back, `password_reset.py` for
what an agent may start, and `credentials.py`, the only file that writes a password.
"""
