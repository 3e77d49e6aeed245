"""What an operator's machines ask: is the process alive, can it serve, how is it doing.

Knows every dependency by its state; never changes anything but its own pulse. Read `ready.py` first.
"""
