"""What a visitor does in a conversation, each as one rule in one transaction: words, echo and the bot's answer."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, select, update

from helpdesk.accounts.burning import burn
from helpdesk.actor import PROVED
from helpdesk.bot import turn
from helpdesk.bot.memory import TICKET
from helpdesk.chat import hands, history, senders
from helpdesk.chat.frames import BIG, Handover, state_frame
from helpdesk.chat.models import Conversation
from helpdesk.chat.post import (
    Draft,
    Gate,
    Posted,
    conversations,
    find,
    messages,
    post,
    post_many,
    say_system,
    topic,
)
from helpdesk.chat.presence import people_here
from helpdesk.chat.waiting import LABEL as TICKET_LABEL
from helpdesk.errors import Conflict, Invalid, NotFound
from helpdesk.faq.library import Library
from helpdesk.keys import Keys
from helpdesk.store.quick import Quick
from helpdesk.store.session import Tx
from helpdesk.tickets import intake
from helpdesk.tickets.rows import tickets
from helpdesk.visitor.identity import Opened, Proof, find_open
from helpdesk.web.forms import email_address

RECENT = 6
SHOWN = (
    "id", "last_seq", "handled_by", "assignee_name", "waiting_since", "touched_at", "seen_by_agent", "bot",
)  # fmt: skip
"""What a state is made of."""
_HAS_TICKET = exists().where(tickets.c.conversation_id == conversations.c.id).label("has_ticket")
_THIS = conversations.c.id == bindparam("id")
_LATELY = Quick(lambda dialect: select(conversations.c.last_author, conversations.c.bot).where(_THIS))
_STANDING = Quick(
    lambda dialect: select(*(conversations.c[name] for name in SHOWN), _HAS_TICKET).where(_THIS)
)


class Said(NamedTuple):
    """A visitor's words, already without secrets."""

    client_id: str
    text: str
    files: tuple[dict[str, Any], ...] = ()


def load(tx: Tx, conversation_id: int) -> Conversation:
    """The conversation of this session."""
    found = tx.session.get(Conversation, conversation_id, populate_existing=True)
    if found is None:
        raise NotFound()
    return found


def burn_codes(tx: Tx, keys: Keys, codes: list[str]) -> None:
    """Codes that were written where others can read them are dead."""
    burn(tx, keys, codes)


def say(tx: Tx, conversation_id: int, visitor_id: int, said: Said, thought: turn.Thought | None) -> Posted:
    """Keep the words; let the bot answer while the conversation is its own. A closed conversation opens again."""
    posted = _words(tx, conversation_id, visitor_id, said)
    if posted.fresh:
        if posted.handled_by == "bot" and thought is not None:
            turn.speak(tx, conversation_id, thought, people_here=people_here(tx))
        elif posted.handled_by == "closed":
            hands.reopen(tx, load(tx, conversation_id))
        elif posted.handled_by != "bot":
            hands.ring_inbox(tx, conversation_id)
    return posted


def words(visitor_id: int, said: Said, gate: Gate | None = None) -> Draft:
    """The message of a visitor."""
    return Draft(
        senders.of_visitor(visitor_id), "visitor", "You", said.text, said.client_id, files=said.files, gate=gate,
    )  # fmt: skip


def say_many(tx: Tx, wanted: list[tuple[int, Draft]]) -> list[Posted | Exception]:
    """Words to people, of any number of visitors at once; NeedsMore for those that need `say`."""
    results = post_many(tx, wanted)
    moved = (
        conversation_id
        for (conversation_id, _), result in zip(wanted, results, strict=True)
        if isinstance(result, Posted) and result.fresh
    )
    for conversation_id in dict.fromkeys(moved):
        tx.ring(hands.INBOX, {"conversation": conversation_id})
    return results


def _words(tx: Tx, conversation_id: int, visitor_id: int, said: Said) -> Posted:
    return post(tx, conversation_id, words(visitor_id, said))


def _again(known: dict[str, Any], *texts: str) -> Posted:
    """The receipt once more. Conflict when the client id was used for none of these texts."""
    if known["text"] not in texts:
        raise Conflict("This message id was used for another text.")
    return Posted(known, fresh=False)


def _labels(tx: Tx, conversation_id: int, choice: str) -> list[str]:
    """What a choice was called, wherever this conversation offered it."""
    line = select(messages.c.choices).where(
        messages.c.conversation_id == conversation_id, messages.c.choices.is_not(None)
    )
    offered = [each for row in tx.connection.execute(line).scalars() for each in row or ()]
    return [each["label"] for each in offered if each["id"] == choice] + [TICKET_LABEL] * (choice == TICKET)


def choose(
    tx: Tx, conversation_id: int, visitor_id: int, client_id: str, choice: str, library: Library
) -> Posted:
    """Echo the choice as the visitor's words and do what it means. Invalid when it was not offered."""
    if known := find(tx, conversation_id, senders.of_visitor(visitor_id), client_id):
        return _again(known, *_labels(tx, conversation_id, choice))
    conversation = load(tx, conversation_id)
    is_waiting = conversation.handled_by == "queue" and choice == TICKET  # offered to all who wait
    label = TICKET_LABEL if is_waiting else turn.label_of(conversation, choice)
    if label is None:
        raise Invalid(choice="That choice is not offered any more.")
    posted = _words(tx, conversation_id, visitor_id, Said(client_id, label))
    if conversation.handled_by == "bot" or is_waiting:
        turn.choose(tx, conversation_id, library, choice, people_here=people_here(tx))
    return posted


def feedback(
    tx: Tx, conversation_id: int, seq: int, helpful: bool, reason: str | None, library: Library
) -> None:
    """Yes or No to an answer; the last one wins. Invalid when message `seq` asks no such question."""
    turn.feedback(tx, conversation_id, library, seq, helpful, reason, people_here=people_here(tx))


def handover(
    tx: Tx,
    keys: Keys,
    conversation_id: int,
    visitor_id: int,
    frame: Handover,
    text: str | None,
    library: Library,
) -> Posted:
    """To a person or to a ticket; echoed as the visitor's words if there are any, else as a line of the program."""
    sender = senders.of_visitor(visitor_id)
    wanted = text or ("You asked for a person." if frame.to == "agent" else "You submitted a ticket.")
    if known := find(tx, conversation_id, sender, frame.client_id):
        return _again(known, wanted)
    conversation = load(tx, conversation_id)
    email = None
    if frame.to == "ticket":
        email = conversation.verified_email or email_address(frame.email)
    if text:
        posted = _words(tx, conversation_id, visitor_id, Said(frame.client_id, text))
    else:
        posted = say_system(tx, conversation_id, wanted, frame.client_id, sender)
    conversation = load(tx, conversation_id)
    # A button is a word of the visitor too.
    tx.connection.execute(
        update(conversations).where(conversations.c.id == conversation_id).values(last_visitor_at=tx.now)
    )
    turn.passed_by(tx, conversation_id, library)
    if frame.to == "agent":
        hands.to_queue(tx, conversation, "The visitor asked for a person.")
    elif email is not None:
        opened = intake.open_ticket(
            tx, keys, email=email, subject=frame.subject or "", text=text or "", conversation_id=conversation_id,
            client_id=frame.client_id, source="chat",
        )  # fmt: skip
        if not opened.fresh:  # its ticket is there already: these words belong to it
            hands.reopen(tx, conversation)
            hands.ring_inbox(tx, conversation_id)
    return posted


def contact(tx: Tx, conversation_id: int, visitor_id: int, client_id: str, email: str) -> Posted:
    """An address to answer to. It proves nothing, and is shown as claimed."""
    line = f"We can reply to {email}."
    if known := find(tx, conversation_id, senders.of_visitor(visitor_id), client_id):
        return _again(known, line)
    posted = say_system(tx, conversation_id, line, client_id, senders.of_visitor(visitor_id))
    conversation = load(tx, conversation_id)
    if conversation.identity not in PROVED:
        conversation.identity, conversation.claimed_email = "claimed", email
        tx.session.add(conversation)
    hands.ring_inbox(tx, conversation_id)
    return posted


def rate(tx: Tx, conversation_id: int, score: int, text: str) -> None:
    """Keep how the support was; the last one wins."""
    conversation = load(tx, conversation_id)
    conversation.score, conversation.score_text = score, text
    tx.session.add(conversation)
    hands.ring_inbox(tx, conversation_id)


def seen(tx: Tx, conversation_id: int, seq: int) -> int:
    """The visitor has read up to `seq`; returns what is kept (never less than before, never more than there is)."""
    conversation = load(tx, conversation_id)
    kept = max(conversation.seen_by_visitor, min(seq, conversation.last_seq))
    if kept > conversation.seen_by_visitor:
        conversation.seen_by_visitor = kept
        tx.session.add(conversation)
        tx.ring(topic(conversation_id), {"type": "seen", "seq": kept, "by": "visitor"})
    return kept


@dataclass(frozen=True)
class Thread:
    """What the bot must know before it thinks: unanswered texts, oldest first, and what was unclear so far."""

    texts: list[str]
    unclear: str


def thread_of(tx: Tx, conversation_id: int) -> Thread:
    """The visitor's last texts that nobody has answered yet, and the bot's memory of what it did not understand."""
    found: list[str] = []
    (standing,) = _LATELY.rows(tx.connection, {"id": conversation_id})
    if standing.last_author == "visitor":
        for frame in reversed(history.before(tx, conversation_id, BIG, RECENT)):
            if frame["author"] != "visitor":
                break
            found.append(frame["text"])
    return Thread(found[::-1], turn.unclear_words(standing))


@dataclass(frozen=True)
class Standing:
    """Where a conversation stands: the `state` frame, what the agents have seen, who is here, what it is about."""

    frame: dict[str, Any]
    seen_by_agent: int
    people_here: bool
    is_about_passwords: bool


def state_of(tx: Tx, keys: Keys, conversation_id: int) -> Standing:
    """Where this conversation stands now."""
    conversation = _standing(tx, conversation_id)
    ticket = intake.ticket_of(tx, keys, conversation_id) if conversation.has_ticket else None
    frame = state_frame(
        conversation,
        position=hands.position(tx, conversation) if conversation.handled_by == "queue" else None,
        ticket=ticket[0] if ticket else None,
        ticket_url=ticket[1] if ticket else None,
    )
    return Standing(frame, conversation.seen_by_agent, people_here(tx), turn.is_about_passwords(conversation))


def come_back(tx: Tx, keys: Keys, token: str, proof: Proof) -> tuple[Opened, Standing] | None:
    """As `find_open`, and where the conversation stands, in one look: after a restart everybody asks at once."""
    opened = find_open(tx, token, proof)
    return None if opened is None else (opened, state_of(tx, keys, opened.conversation_id))


def _standing(tx: Tx, conversation_id: int) -> Any:
    """What is SHOWN of it, and `has_ticket`."""
    found = _STANDING.rows(tx.connection, {"id": conversation_id})
    if not found:
        raise NotFound()
    return found[0]
