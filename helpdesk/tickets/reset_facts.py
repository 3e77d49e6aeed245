"""What the rules of accounts need to know of a conversation before an invitation or a containment."""

from helpdesk.accounts.password_reset import ConversationFacts
from helpdesk.actor import Agent
from helpdesk.chat.access import conversation_for
from helpdesk.store.session import Tx
from helpdesk.tickets import work


def facts_of(tx: Tx, agent: Agent, public_id: str) -> ConversationFacts:
    """The facts of a conversation that this agent may see. NotFound for any other."""
    conversation = conversation_for(tx, agent, public_id)
    verified = conversation.identity in ("signed_in", "jwt", "code")
    return ConversationFacts(
        public_id=conversation.public_id,
        internal_id=conversation.id or 0,
        assignee_id=conversation.assignee_id,
        is_open=conversation.handled_by != "closed",
        identity_level=conversation.identity,
        account_id=conversation.account_id if verified else None,
        claimed_email=conversation.verified_email or conversation.claimed_email or None,
        last_visitor_at=conversation.last_visitor_at,
        reference=work.whole(tx, conversation).reference or conversation.public_id[:8],
    )
