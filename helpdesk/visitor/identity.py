"""Who is behind the widget: a random token, and what is proved beside it. Claimed and proved histories never merge."""

import secrets
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Table, bindparam, insert, select
from sqlmodel import SQLModel

from helpdesk.accounts.identity import VerifiedIdentity, spend
from helpdesk.actor import PROVED
from helpdesk.chat.models import NAMELESS, Conversation, Visitor
from helpdesk.chat.post import conversations
from helpdesk.errors import Invalid, NotFound
from helpdesk.keys import token_hash
from helpdesk.store.locks import one_at_a_time
from helpdesk.store.quick import Quick
from helpdesk.store.session import Tx

visitors = Visitor.__table__  # type: ignore[attr-defined]
# Read past the session and the library, which cost more than the rows: after a restart everybody asks at once.
_VISITOR = Quick(
    lambda dialect: select(visitors.c.id, visitors.c.revoked_at).where(
        visitors.c.token_hash == bindparam("token_hash")
    )
)
_NAMED = select(conversations.c.id, conversations.c.public_id).where(
    conversations.c.visitor_id == bindparam("visitor"), conversations.c.public_id == bindparam("name")
)
_OF_VISITOR = (
    select(conversations.c.id, conversations.c.public_id)
    .where(conversations.c.visitor_id == bindparam("visitor"))
    .order_by(conversations.c.id.desc())
    .limit(1)
)
_CLAIMED = Quick(lambda dialect: _OF_VISITOR.where(*(conversations.c.identity != level for level in PROVED)))
_PROVED = _OF_VISITOR.where(
    conversations.c.identity == bindparam("level"),
    conversations.c.account_id.is_not_distinct_from(bindparam("account")),
    conversations.c.verified_email == bindparam("email"),
)
UNKNOWN = "This chat is not known here. Start a new one."
UNPROVED = "Your login could not be verified, so this chat goes on without it."


@dataclass(frozen=True)
class Proof:
    """What is proved about a visitor. `level`: anonymous, jwt or signed_in; `subject` keeps histories apart."""

    level: str = "anonymous"
    account_id: int | None = None
    email: str = ""
    name: str = ""
    shown: VerifiedIdentity | None = None
    """The site's token that was shown; it serves the first visitor who shows it, and no other."""

    @property
    def is_verified(self) -> bool:
        """Whether more than a claim stands behind it."""
        return self.level != "anonymous"


@dataclass(frozen=True)
class Opened:
    """A visitor with the conversation that goes on. `token` only when it was made just now."""

    visitor_id: int
    conversation_id: int
    public_id: str
    token: str | None


def topic(visitor_id: int) -> str:
    """The bell of one visitor: the chat was forgotten, or begun anew."""
    return f"visitor:{visitor_id}"


def known_visitor(tx: Tx, token: str) -> int:
    """The number of this token's visitor. NotFound for an unknown or a revoked one."""
    found = _VISITOR.rows(tx.connection, {"token_hash": token_hash(token)})
    if not found or found[0].revoked_at is not None:
        raise NotFound(UNKNOWN)
    return int(found[0].id)


def named_by(tx: Tx, token: str, public_id: str) -> Opened:
    """This visitor's own conversation of that name. NotFound for anybody else's."""
    visitor_id = known_visitor(tx, token)
    found = tx.connection.execute(_NAMED, {"visitor": visitor_id, "name": public_id}).first()
    if found is None:
        raise NotFound(UNKNOWN)
    return Opened(visitor_id, found.id, found.public_id, None)


def find_open(tx: Tx, token: str, proof: Proof) -> Opened | None:
    """The newest conversation of this visitor with the same standing, without writing; None when one must be made."""
    return _newest(tx, known_visitor(tx, token), proof, None)


def open_conversation(tx: Tx, token: str | None, proof: Proof, locale: str) -> Opened:
    """Go on with the newest conversation of the same standing, or start one."""
    minted = None
    if token is None:
        minted = secrets.token_urlsafe(32)
        visitor_id = _add(tx, visitors, Visitor(token_hash=token_hash(minted), created_at=tx.now))
    else:
        visitor_id = known_visitor(tx, token)
        one_at_a_time(tx, f"visitor {visitor_id}")  # two tabs that open at once talk in one conversation
    if not _may_show(tx, visitor_id, proof):
        proof = Proof()
    return _newest(tx, visitor_id, proof, minted) or _start(tx, visitor_id, proof, locale, minted)


def _may_show(tx: Tx, visitor_id: int, proof: Proof) -> bool:
    return proof.shown is None or spend(tx, proof.shown, f"visitor:{visitor_id}")


def revoke(tx: Tx, visitor_id: int) -> None:
    """The token of this visitor is dead from now on; open sockets are told to close."""
    visitor = tx.session.get(Visitor, visitor_id)
    if visitor is not None:
        visitor.revoked_at = tx.now
        tx.session.add(visitor)
        tx.ring(topic(visitor_id), {"type": "revoked"})


def _newest(tx: Tx, visitor_id: int, proof: Proof, minted: str | None) -> Opened | None:
    wanted: dict[str, Any] = {"visitor": visitor_id}
    if proof.is_verified:
        wanted |= {"level": proof.level, "account": proof.account_id, "email": proof.email}
        found = tx.connection.execute(_PROVED, wanted).all()
    else:
        found = _CLAIMED.rows(tx.connection, wanted)
    return Opened(visitor_id, found[0].id, found[0].public_id, minted) if found else None


def another(tx: Tx, visitor_id: int, proof: Proof) -> Opened:
    """The newest conversation with this standing for a visitor who is known already, or a first one."""
    one_at_a_time(tx, f"visitor {visitor_id}")
    if not _may_show(tx, visitor_id, proof):
        raise Invalid(identity="This identity was shown by somebody else. The chat goes on without it.")
    return _newest(tx, visitor_id, proof, None) or _start(tx, visitor_id, proof, "en", None)


def afresh(tx: Tx, opened: Opened) -> Opened:
    """A new conversation in the place of this one, with the same standing."""
    one_at_a_time(tx, f"visitor {opened.visitor_id}")
    conversation = tx.session.get_one(Conversation, opened.conversation_id)
    return _start(tx, opened.visitor_id, _proof_of(conversation), conversation.locale, None)


def why_over(tx: Tx, opened: Opened) -> Literal["revoked", "begun anew"] | None:
    """Why nobody should go on in this conversation by this token; None where they may."""
    visitor = tx.session.get(Visitor, opened.visitor_id)
    conversation = tx.session.get(Conversation, opened.conversation_id)
    if visitor is None or visitor.revoked_at is not None or conversation is None:
        return "revoked"
    newest = _newest(tx, opened.visitor_id, _proof_of(conversation), None)
    return "begun anew" if newest and newest.conversation_id > opened.conversation_id else None


def _proof_of(conversation: Conversation) -> Proof:
    """What was proved when it began."""
    level = conversation.identity if conversation.identity in PROVED else "anonymous"
    name = conversation.name if level in PROVED else ""
    return Proof(level, conversation.account_id, conversation.verified_email, name)


def _start(tx: Tx, visitor_id: int, proof: Proof, locale: str, minted: str | None) -> Opened:
    conversation = Conversation(
        visitor_id=visitor_id,
        identity=proof.level,
        account_id=proof.account_id,
        verified_email=proof.email,
        name=proof.name or NAMELESS,
        locale=locale,
        created_at=tx.now,
        touched_at=tx.now,
    )
    number = _add(tx, conversations, conversation)
    return Opened(visitor_id, number, conversation.public_id, minted)


def _add(tx: Tx, table: Table, row: SQLModel) -> int:
    """Insert it; its number."""
    made: Any = tx.connection.execute(insert(table), row.model_dump(exclude={"id"}))
    return int(made.inserted_primary_key[0])
