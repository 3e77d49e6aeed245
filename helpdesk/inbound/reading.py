"""Pure: the bytes of a mail → what was written, by whom it says it is, and why it must not be answered.

Nothing in a mail proves who sent it: `sender` is a claim, and only the keyed reply address leads to a thread.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from html.parser import HTMLParser

from mailparser_reply import EmailReplyParser  # type: ignore[import-untyped]

MAX_TEXT = 4000
MAX_BYTES = 10 * 1024 * 1024
MOST_ATTACHED = 20
_AUTO_SENDERS = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)([+\-].*)?@", re.I)


@dataclass(frozen=True)
class Mail:
    """`text` is the answer alone, its first 4,000 characters (`is_cut` says there were more), `quoted` what it quotes.

    `automatic` says why no machine may answer, or nothing.
    """

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    quoted: str
    automatic: str
    attachments: tuple[tuple[str, str, bytes], ...] = ()
    """(name, declared type, content) each; nothing is examined yet."""
    is_cut: bool = False


def read(raw: bytes, envelope: tuple[str, ...] = ()) -> Mail:
    """The mail. Never raises for odd content: what cannot be read is left out."""
    message = message_from_bytes(raw[:MAX_BYTES], policy=policy.default)
    body = _body(message)
    answer = (
        EmailReplyParser(languages=["en", "de", "fr", "es", "it", "nl", "pl", "pt"]).parse_reply(text=body)
        or ""
    )
    answer = answer.strip() or body.strip()
    quoted = body.replace(answer, "", 1).strip() if answer != body.strip() else ""
    text = _clean(answer)
    named = getaddresses(
        [str(value) for name in ("To", "Cc", "Delivered-To") for value in message.get_all(name, [])]
    )
    return Mail(
        message_id=_header(message, "Message-ID")[:250],
        sender=parseaddr(_header(message, "From"))[1].strip().lower()[:254],
        recipients=tuple(dict.fromkeys([*envelope, *(address for _, address in named if address)])),
        subject=" ".join(_header(message, "Subject").split())[:200],
        text=text[:MAX_TEXT],
        is_cut=len(text) > MAX_TEXT,
        quoted=_clean(quoted)[:MAX_TEXT],
        automatic=_automatic(message),
        attachments=tuple(_attachments(message)),
    )


def _attachments(message: EmailMessage) -> Iterator[tuple[str, str, bytes]]:
    """What was attached: pictures that only decorate the words are not."""
    if not message.is_multipart():
        return
    for part in itertools.islice(message.iter_attachments(), MOST_ATTACHED):
        try:
            name, content = part.get_filename() or "attachment", part.get_payload(decode=True)
        except (LookupError, ValueError, TypeError, AttributeError):
            name, content = "attachment", b""
        yield name, part.get_content_type(), content if isinstance(content, bytes) else b""


def _automatic(message: EmailMessage) -> str:
    """Why this mail was written by a machine.

    It is kept where it belongs, and nothing is ever sent back (RFC 3834).
    """
    submitted = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in {"", "no"}:
        return "auto-submitted"
    if (
        _header(message, "X-Auto-Response-Suppress")
        or _header(message, "X-Autoreply")
        or _header(message, "X-Autorespond")
    ):
        return "auto-reply"
    if _header(message, "Precedence").strip().lower() in {"bulk", "junk", "list", "auto_reply"}:
        return "bulk"
    if any(_header(message, name) for name in ("List-Id", "List-Unsubscribe", "List-Post")):
        return "list"
    if message.get_content_type() in {"multipart/report", "message/delivery-status"}:
        return "bounce"
    if _header(message, "Return-Path").strip() == "<>":
        return "bounce"
    if _AUTO_SENDERS.match(parseaddr(_header(message, "From"))[1]):
        return "automatic sender"
    return ""


def _body(message: EmailMessage) -> str:
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        if part is None:
            continue
        try:
            text = str(part.get_content())
        except (LookupError, ValueError, KeyError):
            raw = part.get_payload(decode=True)
            text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
        return _as_text(text) if kind == "html" else text
    whole = message.get_payload()  # of parts that nothing divides, the parser makes one text
    return whole if isinstance(whole, str) and message.get_content_maintype() == "multipart" else ""


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, "") or "")
    except (ValueError, IndexError, TypeError, AttributeError):
        return ""


def _clean(text: str) -> str:
    kept = "".join(
        c
        for c in text.replace("\r\n", "\n")
        if c in "\n\t" or (c.isprintable() and not "\ud800" <= c <= "\udfff")
    )
    return re.sub(r"\n{4,}", "\n\n\n", kept).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in {"script", "style", "head"}
        if tag in {"p", "div", "br", "li", "tr", "blockquote"}:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"script", "style", "head"} and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def _as_text(html: str) -> str:
    words = _Words()
    words.feed(html)
    return "".join(words.parts)
