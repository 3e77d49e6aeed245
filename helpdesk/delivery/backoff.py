"""Pure: how long to wait before the next try."""

FIRST_S = 5.0
LONGEST_S = 3600.0
GIVE_UP_AFTER_S = 24 * 3600.0


def wait_s(attempt: int, dice: float) -> float:
    """Seconds before try `attempt + 1` (attempt counts from 1): doubling from 5 s to 1 h, ±25 % by `dice` in [0, 1)."""
    return min(LONGEST_S, FIRST_S * 2.0 ** (attempt - 1)) * (0.75 + 0.5 * dice)
