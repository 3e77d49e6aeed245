"""The demo: people and a host page to try the desk with, and the mailbox of all mails that it sent.

Never part of `serve`. Read `people.py` first.
"""
