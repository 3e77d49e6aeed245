"""The same thing to many conversations.

Each by its own rule, what failed said by name, and taken back on request.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col

from helpdesk.actor import Agent
from helpdesk.chat import hands
from helpdesk.chat.access import conversation_for
from helpdesk.chat.models import Conversation
from helpdesk.chat.post import conversations, say_system, topic
from helpdesk.errors import DeskError, Invalid, NotFound
from helpdesk.store.session import Tx
from helpdesk.tickets import lifecycle, work
from helpdesk.tickets.models import Tag, Undo

MOST = 200
MOST_OF_A_VIEW = 1000
A_PART = 50
UNDO_WITHIN = timedelta(seconds=15)
DONE_WORDS = {
    "claim": "assigned to you",
    "resolve": "resolved",
    "reopen": "reopened",
    "snooze": "snoozed for a day",
    "tag": "tagged",
}
_KEPT = ("handled_by", "assignee_id", "assignee_name")
_MOMENTS = ("snoozed_until", "closed_at", "waiting_since")


@dataclass(frozen=True)
class Result:
    """`failed` holds why, one for each; `undo` is the way back, None when nothing was done."""

    what: str
    done: int
    failed: tuple[str, ...]
    undo: str | None

    @property
    def sentence(self) -> str:
        """It all in words."""
        words = f"{self.done} {DONE_WORDS[self.what]}"
        if self.failed:
            words += f", {len(self.failed)} failed: {self.failed[0]}"
        return words + ("" if words.endswith(".") else ".")


def parts(public_ids: list[str]) -> list[list[str]]:
    """In portions of one transaction each, so that other writers come in between."""
    return [public_ids[n : n + A_PART] for n in range(0, len(public_ids), A_PART)] or [[]]


def joined(results: list[Result]) -> Result:
    """Many portions as one; the way back has a part for each."""
    failed = tuple(why for one in results for why in one.failed)
    undo = ",".join(one.undo for one in results if one.undo)
    return Result(results[0].what, sum(one.done for one in results), failed, undo or None)


def act(tx: Tx, agent: Agent, what: str, public_ids: list[str], tag: str = "") -> Result:
    """Do it to each. One that fails does not stop the others."""
    if what not in DONE_WORDS:
        raise Invalid(act=f"Use one of {', '.join(DONE_WORDS)}.")
    if not public_ids:
        raise Invalid(ids="Choose at least one conversation.")
    before: list[dict[str, Any]] = []
    failed: list[str] = []
    for public_id in dict.fromkeys(public_ids):
        savepoint, rings = tx.connection.begin_nested(), len(tx.rings)
        try:
            conversation = conversation_for(tx, agent, public_id)
            state = _state(tx, conversation)
            _one(tx, agent, what, public_id, tag)
            tx.session.flush()
            savepoint.commit()
            before.append(state)
        except DeskError as error:
            savepoint.rollback()
            tx.session.expire_all()
            del tx.rings[rings:]
            failed.append(error.sentence)
    undo = None
    if before:
        kept = Undo(staff_id=agent.id, before=before, at=tx.now)
        tx.session.add(kept)
        tx.session.flush()
        undo = kept.public_id
    return Result(what, len(before), tuple(failed), undo)


def undo(tx: Tx, agent: Agent, public_id: str) -> int:
    """Put everything back as it was, at most 15 seconds later; how many. NotFound after that."""
    kept = tx.session.get(Undo, public_id)
    if kept is None or kept.staff_id != agent.id or kept.at < tx.now - UNDO_WITHIN:
        raise NotFound("It is too late to take this back.")
    for state in kept.before:
        _restore(tx, agent, state)
    tx.session.delete(kept)
    return len(kept.before)


def _one(tx: Tx, agent: Agent, what: str, public_id: str, tag: str) -> None:
    if what == "claim":
        hands.claim(tx, agent, public_id)
    elif what == "resolve":
        hands.resolve(tx, agent, public_id)
    elif what == "reopen":
        hands.reopen(tx, conversation_for(tx, agent, public_id))
    elif what == "snooze":
        work.snooze(tx, agent, public_id, tx.now + timedelta(days=1))
    else:
        lifecycle.clean_tags([tag])
        tags = work.whole(tx, conversation_for(tx, agent, public_id)).tags
        work.set_tags(tx, agent, public_id, [*tags, tag])


def _state(tx: Tx, conversation: Conversation) -> dict[str, Any]:
    moments = {name: getattr(conversation, name) for name in _MOMENTS}
    return {
        "id": conversation.id,
        **{name: getattr(conversation, name) for name in _KEPT},
        **{name: at.isoformat() if at else None for name, at in moments.items()},
        "tags": list(work.whole(tx, conversation).tags),
    }


def _restore(tx: Tx, agent: Agent, state: dict[str, Any]) -> None:
    number = state["id"]
    current = hands.by_number(tx, number)
    if current is None:
        return
    values: dict[str, Any] = {name: state[name] for name in _KEPT}
    values |= {name: datetime.fromisoformat(state[name]) if state[name] else None for name in _MOMENTS}
    if any(getattr(current, name) != values[name] for name in _KEPT):
        who = state["assignee_name"]
        say_system(tx, number, f"That was taken back. {who or 'The next free person'} looks after you.")
    tx.connection.execute(
        update(conversations).where(conversations.c.id == number).values({**values, "touched_at": tx.now})
    )
    tx.session.execute(delete(Tag).where(col(Tag.conversation_id) == number))
    tx.session.add_all(Tag(conversation_id=number, tag=tag) for tag in state["tags"])
    work.log_event(tx, number, agent.name, "Took back what was done to many.")
    tx.ring(topic(number), {"type": "state"})
    hands.ring_inbox(tx, number)
