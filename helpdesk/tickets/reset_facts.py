"""What the rules of accounts need to know of a conversation before an invitation or a containment, and what it hears."""

from helpdesk.accounts.password_reset import ConversationFacts
from helpdesk.actor import PROVED, Agent
from helpdesk.chat.access import conversation_for
from helpdesk.chat.post import say_system
from helpdesk.store.session import Tx
from helpdesk.tickets import work

SENT_LINE = (
    "If the address is registered with us, a mail about a new password is on its way. Check spam, too."
)


def say_sent(tx: Tx, agent: Agent, public_id: str) -> None:
    """Tell the customer that an invitation is on its way, if there is an account; and note it for the staff."""
    number = conversation_for(tx, agent, public_id).id or 0
    say_system(tx, number, SENT_LINE)
    work.log_event(tx, number, agent.name, "Sent a password-reset invitation.")


def facts_of(tx: Tx, agent: Agent, public_id: str) -> ConversationFacts:
    """The facts of a conversation that this agent may see. NotFound for any other."""
    conversation = conversation_for(tx, agent, public_id)
    verified = conversation.identity in PROVED
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
