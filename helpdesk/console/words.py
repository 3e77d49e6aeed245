"""Pure: a text as segments that a page can show safely, and moments as people say them."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_PLAIN = re.compile(r"(?P<link>https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]])")
_SMALL = re.compile(
    r"\[(?P<label>[^\]\n]+)\]\((?P<to>(?:https?://|/)[^)\s]*)\)|\*\*(?P<bold>[^*\n]+)\*\*|" + _PLAIN.pattern
)


@dataclass(frozen=True)
class Segment:
    """A piece of a text: `href` for a link, `strong` for emphasis."""

    text: str
    href: str = ""
    strong: bool = False


def segments(text: str, small_markdown: bool = False) -> list[Segment]:
    """The text in pieces; links only to http(s) or our own pages.

    Marks that turn the direction become visible.
    """
    text = _BIDI.sub("␣", text)
    found: list[Segment] = []
    end = 0
    for match in (_SMALL if small_markdown else _PLAIN).finditer(text):
        if match.start() > end:
            found.append(Segment(text[end : match.start()]))
        parts = match.groupdict()
        if parts.get("label"):
            own = not parts["to"].startswith("//")
            found.append(Segment(parts["label"], parts["to"] if own else ""))
        elif parts.get("bold"):
            found.append(Segment(parts["bold"], strong=True))
        else:
            found.append(Segment(parts["link"], parts["link"]))
        end = match.end()
    if end < len(text):
        found.append(Segment(text[end:]))
    return found


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


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "now"
    if minutes < 90:
        return f"{minutes} min"
    if minutes < 36 * 60:
        return f"{round(minutes / 60)} h"
    return f"{round(minutes / 1440)} d"
