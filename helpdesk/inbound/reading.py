"""Pure: the bytes of a mail → what was written, by whom it says it is, and why it must not be answered.

Nothing in a mail proves who sent it: `sender` is a claim, and only the keyed reply address leads to a thread.
"""

import itertools
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parseaddr

from mailparser_reply import EmailReplyParser  # type: ignore[import-untyped]

from helpdesk.inbound.body import body_of, clean

MAX_TEXT = 4000
SEARCHED = 4500
"""How much is searched for where the quote begins: what begins later is cut off in any case."""
MAX_BYTES = 10 * 1024 * 1024
MAX_HEAD = 100_000
MOST_STEPS = 20_000_000
"""Lines times marks between parts: what it costs to take a mail apart. Beyond it is read as one text."""
MOST_ATTACHED = 20
_FIELD = re.compile(r"[* ]*[^\W\d]{1,12} ?:")
LEAST_FIELDS = 3
_WROTE = re.compile(r"(?=.*\d).{,200}@.{,200}:", re.ASCII)
_GAP = re.compile(rb"\r?\n\r?\n")
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
    whole = _short_headed(raw[:MAX_BYTES])
    try:
        if whole.count(b"\n--") * whole.count(b"\n") <= MOST_STEPS:
            return _mail(message_from_bytes(whole, policy=policy.default), envelope)
    except RecursionError:  # parts within parts without end
        pass
    return _mail(BytesHeaderParser(policy=policy.default).parsebytes(whole), envelope)


def _short_headed(raw: bytes) -> bytes:
    gap = _GAP.search(raw)
    end = gap.start() if gap else len(raw)
    return raw[: max(raw.rfind(b"\n", 0, MAX_HEAD), 0)] + raw[end:] if end > MAX_HEAD else raw


def _mail(message: EmailMessage, envelope: tuple[str, ...]) -> Mail:
    body = body_of(message)
    text = _answer(body)
    named = getaddresses([value for name in ("To", "Cc", "Delivered-To") for value in _all(message, name)])
    return Mail(
        message_id=_header(message, "Message-ID")[:250],
        sender=parseaddr(_header(message, "From"))[1].strip().lower()[:254],
        recipients=tuple(dict.fromkeys([*envelope, *(address for _, address in named if address)])),
        subject=" ".join(_header(message, "Subject").split())[:200],
        text=text[:MAX_TEXT],
        is_cut=len(text) > MAX_TEXT,
        quoted=body.removeprefix(text).strip()[:MAX_TEXT],
        automatic=_automatic(message),
        attachments=tuple(_attachments(message)),
    )


def _answer(body: str) -> str:
    """Without what it quotes. The search costs the square of what is searched."""
    parser = EmailReplyParser(languages=["en", "de", "fr", "es", "it", "nl", "pl", "pt"])
    searched = body[:SEARCHED].strip()
    answer = clean(parser.parse_reply(text=searched) or "")
    if answer in {"", searched} or _begins_with_few_fields(body.removeprefix(answer)):
        answer = body
    return _without_tail(answer)


def _begins_with_few_fields(rest: str) -> bool:
    """*From: …, To: …* of somebody who tells what a page says; a mail that is quoted has more of them."""
    lines = rest.strip().split("\n")
    fields = len(list(itertools.takewhile(_FIELD.match, lines)))
    return 0 < fields < LEAST_FIELDS


def _without_tail(text: str) -> str:
    """Without quoted lines at the end that a line such as *El 1 dic, Ada <ada@…> escribió:* opens, in any language."""
    lines = text.split("\n")
    end = len(lines)
    while end and (not lines[end - 1] or lines[end - 1].startswith(">")):
        end -= 1
    for opening in (1, 2):  # some programs break it in two
        said = " ".join(lines[max(end - opening, 0) : end])
        if end > opening and end < len(lines) and _WROTE.fullmatch(said):
            return "\n".join(lines[: end - opening]).strip() or text
    return text


def _attachments(message: EmailMessage) -> Iterator[tuple[str, str, bytes]]:
    """What was attached, or is all there is: pictures that only decorate the words are not."""
    kind = message.get_content_maintype()
    alone = kind not in {"text", "multipart"} or message.is_attachment()
    for part in [message] if alone else itertools.islice(message.iter_attachments(), MOST_ATTACHED):
        try:
            name, content = part.get_filename() or "", part.get_payload(decode=True)
        except (LookupError, ValueError, TypeError, AttributeError):
            name, content = "", b""
        if part.get_content_maintype() == "message":  # a forwarded mail, which the parser has opened
            content = part.as_bytes()
        declared = part.get_content_type()
        name = name.strip() or "attachment" + (mimetypes.guess_extension(declared) or "")
        yield name, declared, content if isinstance(content, bytes) else b""


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


def _header(message: EmailMessage, name: str) -> str:
    return next(iter(_all(message, name)), "")


def _all(message: EmailMessage, name: str) -> list[str]:
    try:
        return [str(value) for value in message.get_all(name, [])]
    except (ValueError, IndexError, TypeError, AttributeError, RecursionError):
        return []
