"""What stands behind the widget: its loader and frame (`embed.py`), its socket (`socket.py`), its fallback (`poll.py`).

One `session.py` serves both ways in. Knows frames and the visitor's token; the rules are in `chat/` and `bot/`.
"""
