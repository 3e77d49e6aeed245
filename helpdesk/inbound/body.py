"""Pure: the words of a mail, from whichever of its parts has them and in whatever letters they were sent."""

import re
import unicodedata
from email.message import EmailMessage, MIMEPart
from html.parser import HTMLParser

LATIN = {"iso-8859-1", "iso8859-1", "latin-1", "latin1"}
NO_CHARSETS = {"punycode", "idna", "unicode_escape", "raw_unicode_escape"}
JOINERS = "\u200c\u200d"
_BLOCKS = {"p", "div", "br", "li", "tr", "blockquote", "h1", "h2", "h3", "h4", "ul", "ol", "table", "pre"}


def body_of(message: EmailMessage) -> str:
    """What was written, clean: the plain part, else the words of the HTML one; empty where there is neither."""
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        if part is not None:
            text = _decoded(part)
            return clean(_as_text(text) if kind == "html" else text)
    whole = message.get_payload()  # of parts that nothing divides, the parser makes one text
    return clean(whole) if isinstance(whole, str) and message.get_content_maintype() == "multipart" else ""


def clean(text: str) -> str:
    """Without control characters, half letters and what stands around lines; every space is a plain one."""
    kept = "".join(_shown(c) for c in text.replace("\r\n", "\n"))
    lines = "\n".join(line.strip() for line in kept.split("\n"))
    return re.sub(r"\n{4,}", "\n\n\n", lines).strip()


def _shown(c: str) -> str:
    if c in "\n\t" or c.isprintable() or c in JOINERS:
        return c
    return " " if unicodedata.category(c) == "Zs" else ""


def _decoded(part: MIMEPart) -> str:
    """In the letters that it names; where these do not fit, in those that do."""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    named = (part.get_content_charset() or "utf-8").lower()
    for charset in ("cp1252" if named in LATIN else named, "utf-8"):
        try:
            return raw.decode(charset) if charset not in NO_CHARSETS else raw.decode()
        except (LookupError, ValueError):
            continue
    return raw.decode("cp1252", "replace")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in {"script", "style", "head"}
        if tag in _BLOCKS:
            self.parts.append("\n")
        if tag in {"td", "th"}:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"script", "style", "head"} and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def _as_text(html: str) -> str:
    words = _Words()
    words.feed(html + "\n")  # `close()` costs the square of what was left open
    return "".join(words.parts)
