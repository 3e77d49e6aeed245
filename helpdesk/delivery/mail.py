"""Letter → a finished mail: subject and text from templates, plain text and a simple HTML of the same words."""

import html
import re
from datetime import datetime
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment

from helpdesk.delivery.letters import Letter
from helpdesk.web.segments import segments

_CODE = re.compile(r"[A-Z]{4}-[A-Z]{4}")
_LARGE = "font-family:ui-monospace,monospace;font-size:28px;letter-spacing:2px"
_TOP = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head>'
    '<body style="font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;max-width:36em;overflow-wrap:anywhere">\n'
)


class _Registry(HeaderRegistry):
    """The library's, which makes a new class for every header of every mail, and reads the same ones again and again."""

    @cache  # noqa: B019 — there is one registry
    def __getitem__(self, name: str) -> Any:
        return super().__getitem__(name)

    @lru_cache(256)  # noqa: B019 — most headers are the same in every mail
    def __call__(self, name: str, value: Any) -> Any:
        return super().__call__(name, value)


_POLICY = SMTP.clone(header_factory=_Registry())


def render(
    environment: Environment, letter: Letter, *, sender: str, site: str, message_id: str, at: datetime
) -> EmailMessage:
    """The mail for a letter. Templates `<room>/mail/<folder>/subject.txt` and `body.txt`; headers are never built by hand."""
    room, folder = letter.folder.split("/", 1)
    context = {"site_name": site, **letter.context}
    subject = environment.get_template(f"{room}/mail/{folder}/subject.txt").render(context)
    text = environment.get_template(f"{room}/mail/{folder}/body.txt").render(context)
    message = EmailMessage(policy=_POLICY)
    message["From"] = str(Address(site, addr_spec=sender))
    message["To"] = letter.to
    message["Subject"] = " ".join(html.unescape(subject).split())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id}>"
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
    if letter.auto:
        message["Auto-Submitted"] = "auto-generated"
    for name, value in letter.headers.items():
        message[name] = value
    message.set_content(text.strip() + "\n")
    message.add_alternative(as_html(text), subtype="html")
    return message


def as_html(text: str) -> str:
    """The same words as HTML: paragraphs, links that can be pressed, a code large; for narrow and for dark screens."""
    paragraphs = [_paragraph(p.strip()) for p in re.split(r"\n\s*\n", text.strip())]
    return _TOP + "\n".join(paragraphs) + "\n</body></html>\n"


def _paragraph(text: str) -> str:
    style = f' style="{_LARGE}"' if _CODE.fullmatch(text) else ""
    pieces = []
    for piece in segments(text):
        words = html.escape(piece.text)
        pieces.append(f'<a href="{html.escape(piece.href)}">{words}</a>' if piece.href else words)
    return f"<p{style}>" + "".join(pieces).replace("\n", "<br>\n") + "</p>"
