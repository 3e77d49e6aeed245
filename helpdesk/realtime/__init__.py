"""Bells: "something is new, look at the rows". Every bell may be lost; nobody's words depend on one.

Knows topics and sockets; never knows what a conversation is. Read `bus.py` first.
"""
