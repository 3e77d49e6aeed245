"""Who is behind the widget: a random token, and what is proved beside it. Claimed and proved histories never merge."""

import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from helpdesk.accounts.identity import VerifiedIdentity, spend
from helpdesk.chat.models import Conversation, Visitor
from helpdesk.errors import Invalid, NotFound
from helpdesk.keys import token_hash
from helpdesk.store.session import Tx

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


def known_visitor(tx: Tx, token: str) -> Visitor:
    """The visitor of this token. NotFound for an unknown or a revoked one."""
    line = select(Visitor).where(col(Visitor.token_hash) == token_hash(token))
    found: Visitor | None = tx.session.execute(line).scalar()
    if found is None or found.revoked_at is not None:
        raise NotFound(UNKNOWN)
    return found


def named_by(tx: Tx, token: str, public_id: str) -> Opened:
    """This visitor's own conversation of that name. NotFound for anybody else's."""
    visitor = known_visitor(tx, token)
    line = select(Conversation).where(
        col(Conversation.public_id) == public_id, col(Conversation.visitor_id) == visitor.id
    )
    found = tx.session.execute(line).scalar()
    if found is None:
        raise NotFound(UNKNOWN)
    return Opened(visitor.id or 0, found.id or 0, found.public_id, None)


def find_open(tx: Tx, token: str, proof: Proof) -> Opened | None:
    """The newest conversation of this visitor with the same standing, without writing; None when one must be made."""
    visitor = known_visitor(tx, token)
    return _newest(tx, visitor.id or 0, proof, None)


def open_conversation(tx: Tx, token: str | None, proof: Proof, locale: str, *, fresh: bool = False) -> Opened:
    """Go on with the newest conversation of the same standing, or start one. `fresh` always starts one."""
    minted = None
    if token is None:
        minted = secrets.token_urlsafe(32)
        visitor = Visitor(token_hash=token_hash(minted), created_at=tx.now)
        tx.session.add(visitor)
        tx.session.flush()
    else:
        visitor = known_visitor(tx, token)
    visitor_id = visitor.id or 0
    if not _may_show(tx, visitor_id, proof):
        proof = Proof()
    if not fresh and (found := _newest(tx, visitor_id, proof, minted)):
        return found
    return _start(tx, visitor_id, proof, locale, minted)


def _may_show(tx: Tx, visitor_id: int, proof: Proof) -> bool:
    return proof.shown is None or spend(tx, proof.shown, f"visitor:{visitor_id}")


def revoke(tx: Tx, visitor_id: int) -> None:
    """The token of this visitor is dead from now on; open sockets are told to close."""
    visitor = tx.session.get(Visitor, visitor_id)
    if visitor is not None:
        visitor.revoked_at = tx.now
        tx.session.add(visitor)
        tx.ring(f"visitor:{visitor_id}", {"type": "revoked"})


def is_live(tx: Tx, visitor_id: int) -> bool:
    """Whether the token still counts."""
    visitor = tx.session.get(Visitor, visitor_id)
    return visitor is not None and visitor.revoked_at is None


def _newest(tx: Tx, visitor_id: int, proof: Proof, minted: str | None) -> Opened | None:
    line = select(Conversation).where(col(Conversation.visitor_id) == visitor_id)
    if proof.is_verified:
        line = line.where(
            col(Conversation.identity) == proof.level,
            col(Conversation.account_id) == proof.account_id,
            col(Conversation.verified_email) == proof.email,
        )
    else:
        line = line.where(col(Conversation.identity).not_in(("jwt", "signed_in")))
    found = tx.session.execute(line.order_by(col(Conversation.id).desc()).limit(1)).scalar()
    if found is None:
        return None
    return Opened(visitor_id, found.id or 0, found.public_id, minted)


def another(tx: Tx, visitor_id: int, proof: Proof, fresh: bool) -> Opened:
    """The conversation with this standing for a visitor who is known already; `fresh` always starts one."""
    if not _may_show(tx, visitor_id, proof):
        raise Invalid(identity="This identity was shown by somebody else. The chat goes on without it.")
    if not fresh and (found := _newest(tx, visitor_id, proof, None)):
        return found
    return _start(tx, visitor_id, proof, "en", None)


def _start(tx: Tx, visitor_id: int, proof: Proof, locale: str, minted: str | None) -> Opened:
    conversation = Conversation(
        visitor_id=visitor_id,
        identity=proof.level,
        account_id=proof.account_id,
        verified_email=proof.email,
        name=proof.name or "Visitor",
        locale=locale,
        created_at=tx.now,
        touched_at=tx.now,
    )
    tx.session.add(conversation)
    tx.session.flush()
    return Opened(visitor_id, conversation.id or 0, conversation.public_id, minted)
