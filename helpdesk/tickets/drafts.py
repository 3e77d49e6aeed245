"""Half-written replies and notes: one per person, conversation and kind, kept until sent or emptied."""

from sqlalchemy import delete, select
from sqlmodel import col

from helpdesk.store.session import Tx
from helpdesk.tickets.models import ReplyDraft

MAX_CHARS = 8000


def of(tx: Tx, staff_id: int, conversation_id: int) -> dict[str, str]:
    """Kind → what is half written."""
    line = select(ReplyDraft).where(
        col(ReplyDraft.staff_id) == staff_id, col(ReplyDraft.conversation_id) == conversation_id
    )
    return {draft.kind: draft.text for draft in tx.session.execute(line).scalars()}


def keep(tx: Tx, staff_id: int, conversation_id: int, kind: str, text: str) -> None:
    """This is what is half written now; nothing but white space is none."""
    if not text.strip():
        forget(tx, staff_id, conversation_id, kind)
        return
    tx.session.merge(
        ReplyDraft(staff_id=staff_id, conversation_id=conversation_id, kind=kind, text=text, at=tx.now)
    )


def put_back(tx: Tx, staff_id: int, conversation_id: int, text: str) -> None:
    """A reply that did not go out: its words stand before what was begun meanwhile."""
    begun = of(tx, staff_id, conversation_id).get("reply", "")
    if text.strip() and not begun.startswith(text):
        keep(
            tx, staff_id, conversation_id, "reply", f"{text}\n{begun}"[:MAX_CHARS].strip() if begun else text
        )


def forget(tx: Tx, staff_id: int, conversation_id: int, kind: str) -> None:
    """It was sent."""
    tx.session.execute(
        delete(ReplyDraft).where(
            col(ReplyDraft.staff_id) == staff_id, col(ReplyDraft.conversation_id) == conversation_id,
            col(ReplyDraft.kind) == kind,
        )
    )  # fmt: skip
