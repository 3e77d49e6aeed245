"""Which pages of the site somebody looked at, told by their own browser when they ask for a person, and no sooner.

Addresses only, of sites that embed the widget, without query and fragment; what may be a secret or a name in them
becomes `…`. They go with the conversation: by retention, by erasure, and into an export.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from helpdesk.chat.hands import WITH_PEOPLE
from helpdesk.chat.models import Conversation
from helpdesk.chat.post import topic
from helpdesk.chat.secrets import scrub
from helpdesk.clock import wire_time
from helpdesk.errors import Conflict
from helpdesk.logs import masked_path
from helpdesk.store.columns import JsonText
from helpdesk.store.session import Tx

MOST = 20
MOST_CHARS = 300
OLDEST_S = 24 * 3600
GONE = "…"
_RANDOM = re.compile(r"(?=\D*\d)[A-Za-z0-9]{12,}|[A-Za-z0-9]{28,}")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class PagesSeen(SQLModel, table=True):
    """The pages of one conversation's customer: `{"url","at"}`, oldest first."""

    __tablename__ = "pages_seen"

    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True)
    pages: list[dict[str, Any]] = Field(sa_column=Column(JsonText, nullable=False))


def address(typed: str, origins: Collection[str]) -> str:
    """Origin and path as the staff may see them; empty for a page of no site of ours."""
    try:
        parts = urlsplit(typed)
    except ValueError:
        return ""
    origin = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme not in ("http", "https") or origin not in origins:
        return ""
    steps = masked_path(unquote(parts.path)).split("/")
    whole = origin + "/".join(map(_step, steps))
    return whole if len(whole) <= MOST_CHARS else whole[:MOST_CHARS] + GONE


def keep(tx: Tx, conversation_id: int, seen: Iterable[tuple[str, int]]) -> None:
    """(address, seconds ago) of each, oldest first. Conflict while nobody was asked for a person."""
    conversation = tx.session.get(Conversation, conversation_id)
    if conversation is None or conversation.handled_by not in WITH_PEOPLE:
        raise Conflict("Nobody was asked to help in this chat.")
    pages = [
        {"url": url, "at": wire_time(tx.now - timedelta(seconds=min(max(ago_s, 0), OLDEST_S)))}
        for url, ago_s in seen
        if url
    ][-MOST:]
    tx.session.merge(PagesSeen(conversation_id=conversation_id, pages=pages))
    tx.ring(topic(conversation_id), {"type": "pages"})


def of(tx: Tx, conversation_id: int) -> list[dict[str, Any]]:
    """`{"url","at"}` each, newest first; none where the customer's browser told none."""
    kept = tx.session.get(PagesSeen, conversation_id)
    return list(reversed(kept.pages)) if kept else []


def _step(step: str) -> str:
    """One part of the path; `…` for what names somebody or opens something."""
    plain = "".join(" " if _unseen(letter) else letter for letter in step)
    if step == GONE or "@" in plain or any(map(_RANDOM.fullmatch, re.split(r"[^A-Za-z0-9]+", plain))):
        return GONE
    words = re.sub(r"[-_+=]+", " ", plain)
    is_secret = any(scrub(text, topic_is_passwords=True).kinds for text in (plain, words))
    return GONE if is_secret or _UUID.search(plain) else quote(plain)


def _unseen(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "C"
