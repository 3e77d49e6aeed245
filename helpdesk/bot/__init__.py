"""The assistant: one visitor message, one turn; answers from the articles, or a hand-over to a person.

Knows articles, rankings and what it said before; never knows accounts, so it cannot tell anybody about one.
Read `dialogue.py` first (the pure decision), then `turn.py` (the shell around it).
"""
