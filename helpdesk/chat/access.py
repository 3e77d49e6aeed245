"""Who may see which conversation. Strangers, and editors among the staff, meet NotFound.

The same as for no row at all.
"""

from sqlalchemy import select
from sqlmodel import col

from helpdesk.actor import Actor, Agent, Customer, System, Visitor
from helpdesk.chat.models import Conversation
from helpdesk.errors import NotFound
from helpdesk.store.session import Tx

MAX_ID_CHARS = 64


def conversation_for(tx: Tx, actor: Actor, public_id: str) -> Conversation:
    """The conversation, as fresh as the transaction. Raises NotFound unless `actor` may see it."""
    if not public_id or len(public_id) > MAX_ID_CHARS:
        raise NotFound()
    line = select(Conversation).where(col(Conversation.public_id) == public_id)
    found: Conversation | None = tx.session.execute(line.execution_options(populate_existing=True)).scalar()
    if found is None or not may_see(actor, found):
        raise NotFound()
    return found


def may_see(actor: Actor, conversation: Conversation) -> bool:
    """Visitors see their own, customers those of their account, the staff all, editors none."""
    match actor:
        case Visitor():
            return conversation.visitor_id == actor.id
        case Customer():
            return conversation.account_id == actor.account_id
        case Agent():
            return actor.may_see_conversations
        case System():
            return True
