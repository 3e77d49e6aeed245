"""One conversation: the thread with its private notes, the composer, and what is known about the customer."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import SQLModel, col
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk.accounts import password_reset
from helpdesk.actor import Agent
from helpdesk.chat import files, history, notes, pages
from helpdesk.chat.access import conversation_for
from helpdesk.chat.frames import BIG
from helpdesk.chat.models import Conversation
from helpdesk.chat.post import messages
from helpdesk.console import people
from helpdesk.console.inbox import look as look_at_list
from helpdesk.console.serving import VIEW_NAMES, desk_of, show
from helpdesk.keys import Keys
from helpdesk.store.session import Tx
from helpdesk.tickets import drafts, held, intake, work
from helpdesk.tickets.inbox import Filter
from helpdesk.tickets.reset_facts import facts_of
from helpdesk.web.forms import whole_number

SHOWN = 100
IDENTITIES = {
    "anonymous": "Not verified", "claimed": "Not verified: address typed by the visitor",
    "jwt": "Verified by the site", "signed_in": "Signed in",
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A message or note of the thread with what only the staff sees.

    `why`: what made the assistant say it; `reason`: why its answer did not help.
    """

    frame: dict[str, Any]
    who: str
    why: str = ""
    reason: str = ""


async def page(request: Request, agent: Agent) -> Response:
    """`/console/c/<id>`."""
    return await shown(request, agent, request.path_params["conversation"])


async def ticket(request: Request, agent: Agent) -> Response:
    """`/console/tickets/<reference>` leads to the thread; of the survivor after a merge."""
    found = await desk_of(request).store.read(work.by_reference, agent, request.path_params["reference"])
    return RedirectResponse(f"/console/c/{found.conversation.public_id}", 303)


async def shown(
    request: Request, agent: Agent, public_id: str, *, problem: str = "", typed: dict[str, str] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    """The page; with what went wrong and what was typed, where a form was refused."""
    desk = desk_of(request)
    view = request.query_params.get("view", "inbox")
    view = view if view in VIEW_NAMES else "inbox"
    upto = whole_number(request.query_params.get("before", ""), 11)
    whole = await desk.store.read(
        look, desk.keys, agent, public_id, upto, desk.clock.now(), desk.settings.limits == "on"
    )
    around = await desk.store.read(look_at_list, agent, view, Filter(), 0)
    return show(
        request, agent, "console/conversation.html", status=status, **{
            **around, **whole, "view": view, "current": public_id, "problem": problem, "typed": typed or {},
            "client_id": (typed or {}).get("client_id") or str(uuid.uuid4()),
            "second_factor": desk.settings.agent_second_factor,
        },
    )  # fmt: skip


def look(
    tx: Tx, keys: Keys, agent: Agent, public_id: str, upto: int | None, now: datetime, limited: bool
) -> dict[str, Any]:
    """Everything that the page shows, in one reading transaction."""
    conversation = conversation_for(tx, agent, public_id)
    number = conversation.id or 0
    words = history.before(tx, number, upto or BIG, SHOWN)
    whole = work.whole(tx, conversation)
    link = intake.ticket_of(tx, keys, number)
    return {
        "c": conversation,
        "whole": whole,
        "thread": _thread(tx, keys, agent, conversation, words, now),
        "first_seq": words[0]["seq"] if words else 0,
        "link": link[1] if link else "",
        "identity_words": IDENTITIES[conversation.identity],
        "email": conversation.verified_email or conversation.claimed_email,
        "others": _others(tx, conversation),
        "history": work.history_of(tx, number, 20),
        "invitations": password_reset.state_of(tx, public_id),
        "why_not": password_reset.why_not(tx, keys, agent, facts_of(tx, agent, public_id), limited=limited),
        "mail_state": people.mail_state(tx, conversation),
        "account": people.account_facts(tx, conversation),
        "drafts": drafts.of(tx, agent.id, number),
        "attached": drafts.files_of(tx, agent.id, number),
        "held": [(one, files.named(tx, one.files)) for one in held.of(tx, agent, number)],
        "stopped_mails": people.stopped_mails(tx, keys, conversation),
        "pages": pages.of(tx, number),
        "colleagues": _colleagues(tx),
        "is_mine": conversation.assignee_id == agent.id,
    }


def _thread(
    tx: Tx, keys: Keys, agent: Agent, conversation: Conversation, words: list[dict[str, Any]], now: datetime
) -> list[Said]:
    first = words[0]["seq"] if words else 0
    private = [
        note
        for note in notes.after(tx, agent, conversation.public_id, 0, 1000)
        if note["after_seq"] >= first - 1
    ]
    behind = _behind(tx, conversation.id or 0, first)
    found: list[Said] = []
    for frame in words:
        while private and private[0]["after_seq"] < frame["seq"]:
            note = private.pop(0)
            found.append(Said(note, note["name"]))
        why, reason = behind.get(frame["seq"], ("", ""))
        who = conversation.name if frame["author"] == "visitor" else frame["name"]
        found.append(Said(files.with_links(keys, now, frame), who, why, reason))
    return [*found, *(Said(note, note["name"]) for note in private)]


def _behind(tx: Tx, number: int, first: int) -> dict[int, tuple[str, str]]:
    """seq → (why it was said, why it did not help)."""
    line = select(messages.c.seq, messages.c.provenance, messages.c.helpful_reason).where(
        messages.c.conversation_id == number,
        messages.c.seq >= first,
        messages.c.author.in_(("bot", "system")),
    )
    return {row[0]: ((row[1] or {}).get("why", ""), row[2]) for row in tx.connection.execute(line)}


def _others(tx: Tx, conversation: Conversation, limit: int = 10) -> list[Conversation]:
    """Conversations of the same proved account, or of the same browser: never joined by a typed address."""
    same = []
    if conversation.account_id is not None:
        same.append(col(Conversation.account_id) == conversation.account_id)
    if conversation.visitor_id is not None:
        same.append(col(Conversation.visitor_id) == conversation.visitor_id)
    if not same:
        return []
    line = select(Conversation).where(
        or_(*same), col(Conversation.id) != conversation.id, col(Conversation.last_seq) > 0
    )
    return list(tx.session.execute(line.order_by(col(Conversation.touched_at).desc()).limit(limit)).scalars())


def _colleagues(tx: Tx) -> list[Any]:
    staff = SQLModel.metadata.tables["staff"]
    line = select(staff.c.email, staff.c.name).where(staff.c.role != "editor", staff.c.disabled_at.is_(None))
    return list(tx.connection.execute(line.order_by(staff.c.name)))
