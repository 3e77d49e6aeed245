"""Macros: replies that are written often, with variables that the conversation fills in."""

import re
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from helpdesk.actor import Agent
from helpdesk.chat.models import NAMELESS, Conversation
from helpdesk.errors import Conflict, Invalid, NotFound
from helpdesk.store.session import Tx
from helpdesk.tickets import work
from helpdesk.tickets.models import Macro

MAX_MACROS = 300
_VARIABLE = re.compile(r"\{\{\s*([\w.:-]{1,80})\s*\}\}")
VARIABLES = ("customer.name", "customer.first_name", "agent.name", "ticket.reference", "faq:<slug>")


def all_macros(tx: Tx) -> list[Macro]:
    """By name."""
    return list(tx.session.execute(select(Macro).order_by(col(Macro.name)).limit(MAX_MACROS)).scalars())


def save(tx: Tx, name: str, text: str) -> Macro:
    """A new macro, or the text of the one with this name."""
    known = tx.session.execute(select(Macro).where(col(Macro.name) == name)).scalar()
    if known is None and len(all_macros(tx)) >= MAX_MACROS:
        raise Conflict(f"There are {MAX_MACROS} macros already. Delete one first.")
    kept = known or Macro(name=name, text=text, at=tx.now)
    kept.text, kept.at = text, tx.now
    tx.session.add(kept)
    tx.session.flush()
    return kept


def delete(tx: Tx, public_id: str) -> None:
    """Away with it."""
    found = tx.session.execute(select(Macro).where(col(Macro.public_id) == public_id)).scalar()
    if found is None:
        raise NotFound()
    tx.session.delete(found)


def filled(text: str, values: dict[str, str], base_url: str) -> str:
    """The text with its variables filled in; an empty or unknown one stays, and stops the sending."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name.startswith("faq:"):
            return f"{base_url}/help/{name.removeprefix('faq:')}"
        return values.get(name) or found[0]

    return _VARIABLE.sub(value, text)


def refuse_unfilled(text: str) -> None:
    """Raises Invalid, naming the first variable that nobody filled in."""
    if found := _VARIABLE.search(text):
        raise Invalid(text=f"Fill in {found[0]} before you send: nothing is known to put there.")


def values_of(tx: Tx, agent: Agent, conversation: Conversation) -> dict[str, str]:
    """What the variables stand for in this conversation."""
    known = conversation.name != NAMELESS
    return {
        "customer.name": conversation.name if known else "",
        "customer.first_name": conversation.name.split(" ")[0].capitalize() if known else "",
        "agent.name": agent.name,
        "ticket.reference": work.whole(tx, conversation).reference,
    }


def for_conversation(tx: Tx, agent: Agent, conversation: Conversation, base_url: str) -> list[dict[str, Any]]:
    """Every macro as it would be put into this conversation."""
    values = values_of(tx, agent, conversation)
    return [{"name": one.name, "text": filled(one.text, values, base_url)} for one in all_macros(tx)]
