"""Half-written replies and notes: one per person, conversation and kind, kept until sent or emptied.

What was attached to a reply lies with its draft, so that it waits like the words do and never goes elsewhere.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import col

from helpdesk.chat import files, senders
from helpdesk.chat.frames import MAX_FILES
from helpdesk.errors import Invalid
from helpdesk.store.session import Tx
from helpdesk.tickets.models import ReplyDraft

MAX_CHARS = 8000


def of(tx: Tx, staff_id: int, conversation_id: int) -> dict[str, str]:
    """Kind → what is half written."""
    line = select(ReplyDraft).where(
        col(ReplyDraft.staff_id) == staff_id, col(ReplyDraft.conversation_id) == conversation_id
    )
    return {draft.kind: draft.text for draft in tx.session.execute(line).scalars()}


def files_of(tx: Tx, staff_id: int, conversation_id: int) -> list[dict[str, Any]]:
    """What is attached to the half-written reply."""
    draft = _reply(tx, staff_id, conversation_id, locked=False)
    return files.named(tx, draft.files if draft else ())


def keep(tx: Tx, staff_id: int, conversation_id: int, kind: str, text: str) -> None:
    """This is what is half written now; nothing but white space is none."""
    draft = tx.session.get(ReplyDraft, (staff_id, conversation_id, kind))
    _put(tx, staff_id, conversation_id, kind, text, list(draft.files) if draft else [])


def refuse_one_more(tx: Tx, staff_id: int, conversation_id: int) -> None:
    """Invalid where MAX_FILES are attached already."""
    draft = _reply(tx, staff_id, conversation_id)
    if draft and len(draft.files) >= MAX_FILES:
        raise Invalid(file=f"At most {MAX_FILES} files go out with one reply.")


def attach(tx: Tx, staff_id: int, conversation_id: int, file_id: str) -> None:
    """One more file goes out with the reply."""
    draft = _reply(tx, staff_id, conversation_id)
    text, attached = (draft.text, draft.files) if draft else ("", [])
    _put(tx, staff_id, conversation_id, "reply", text, [*attached, file_id])


def keep_files(tx: Tx, staff_id: int, conversation_id: int, ids: Iterable[str]) -> None:
    """These go out with the reply, and no others. Invalid for a file of somebody else or of another conversation."""
    found = files.take(tx, conversation_id, senders.of_agent(staff_id), list(ids))
    draft = _reply(tx, staff_id, conversation_id)
    _put(
        tx,
        staff_id,
        conversation_id,
        "reply",
        draft.text if draft else "",
        [one["id"] for one in found][:MAX_FILES],
    )


def put_back(tx: Tx, staff_id: int, conversation_id: int, text: str, ids: Iterable[str] = ()) -> None:
    """A reply that did not go out: its words stand before what was begun meanwhile, its files too."""
    draft = _reply(tx, staff_id, conversation_id)
    begun, attached = (draft.text, draft.files) if draft else ("", [])
    if text.strip() and not begun.startswith(text):
        begun = f"{text}\n{begun}"[:MAX_CHARS].strip() if begun else text
    _put(tx, staff_id, conversation_id, "reply", begun, list(dict.fromkeys([*ids, *attached]))[:MAX_FILES]
    )  # fmt: skip


def sent(tx: Tx, staff_id: int, conversation_id: int, ids: Iterable[str]) -> None:
    """The reply went out with these files; what was attached meanwhile waits for the next one."""
    draft = _reply(tx, staff_id, conversation_id)
    if draft is not None:
        _put(tx, staff_id, conversation_id, "reply", "", [one for one in draft.files if one not in set(ids)])


def forget(tx: Tx, staff_id: int, conversation_id: int, kind: str) -> None:
    """Nothing is half written any more."""
    tx.session.execute(
        delete(ReplyDraft).where(
            col(ReplyDraft.staff_id) == staff_id, col(ReplyDraft.conversation_id) == conversation_id,
            col(ReplyDraft.kind) == kind,
        )
    )  # fmt: skip


def _reply(tx: Tx, staff_id: int, conversation_id: int, *, locked: bool = True) -> ReplyDraft | None:
    place = (staff_id, conversation_id, "reply")
    found: ReplyDraft | None = tx.session.get(ReplyDraft, place, with_for_update=locked or None)
    return found


def _put(tx: Tx, staff_id: int, conversation_id: int, kind: str, text: str, ids: list[str]) -> None:
    if not text.strip() and not ids:
        forget(tx, staff_id, conversation_id, kind)
        return
    tx.session.merge(
        ReplyDraft(
            staff_id=staff_id, conversation_id=conversation_id, kind=kind, text=text, files=ids, at=tx.now
        )
    )  # fmt: skip
