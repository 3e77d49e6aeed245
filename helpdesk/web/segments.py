"""Pure: a text as segments that a page can show safely."""

import re
from dataclasses import dataclass

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


def in_a_mail(text: str, base_url: str) -> str:
    """The small Markdown as plain words: no marks, and after the words of a link its whole address in brackets."""
    return "".join(
        f"{part.text} ({base_url if part.href.startswith('/') else ''}{part.href})"
        if part.href and part.href != part.text
        else part.text
        for part in segments(text, small_markdown=True)
    )
