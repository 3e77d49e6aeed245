"""Conversations and their messages: numbered 1, 2, 3 … under the conversation's row, each kept once.

Knows rows and frames; never knows HTTP or sockets. Read `post.py` first.
"""
