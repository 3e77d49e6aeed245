"""What became of the articles: shown, Yes, No and why, handed over; and what was asked in vain.

Knows counts and wordings without personal data; never knows who asked. Read `figures.py` first.
"""
