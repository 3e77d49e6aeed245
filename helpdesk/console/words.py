"""Pure: moments as people say them, and what tells nameless visitors apart."""

import hashlib
from datetime import datetime, timedelta

from helpdesk.chat.models import NAMELESS


def since(now: datetime, at: datetime | None) -> str:
    """`now`, `4 min`, `3 h`, `2 d`: how long ago."""
    return "" if at is None else _span(now - at)


def until(now: datetime, at: datetime | None) -> str:
    """`due in 4 min` or `late by 3 h`."""
    if at is None:
        return ""
    span = _span(abs(at - now))
    if at > now:
        return "due now" if span == "now" else f"due in {span}"
    return "late" if span == "now" else f"late by {span}"


def clock_time(at: datetime | None) -> str:
    """`24 Nov 2026, 21:25 UTC`; the script puts it into the reader's own zone."""
    return "" if at is None else f"{at.day} {at:%b %Y, %H:%M} UTC"


def sign(name: str, conversation: str) -> str:
    """`4F2A`, the same for a conversation at any time, where nobody gave a name; else ""."""
    return hashlib.sha256(conversation.encode()).hexdigest()[:4].upper() if name == NAMELESS else ""


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "now"
    if minutes < 90:
        return f"{minutes} min"
    if minutes < 36 * 60:
        return f"{round(minutes / 60)} h"
    return f"{round(minutes / 1440)} d"
