"""A conversation by mail: its text only to a proved address; anybody else gets nothing that a stranger wrote."""

from typing import Any

from helpdesk.chat import history
from helpdesk.chat.models import Conversation
from helpdesk.delivery.letters import Letter
from helpdesk.delivery.outbox import enqueue_letter
from helpdesk.errors import Invalid, NotFound
from helpdesk.store.session import Tx
from helpdesk.web.segments import in_a_mail
from helpdesk.wiring import Desk

MAX_MESSAGES = 500


async def request(desk: Desk, conversation_id: int, email: str, network: str) -> None:
    """Queue the mail. Invalid when the address is not the one that is proved for this conversation."""
    await desk.limits.check("3/day", "transcript", email.casefold())
    await desk.limits.check("10/day", "transcript-network", network)
    await desk.store.write(_queue, conversation_id, email, desk.settings.base_url)


def _queue(tx: Tx, conversation_id: int, email: str, base_url: str) -> None:
    conversation = tx.session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound()
    if email.casefold() != conversation.verified_email.casefold():
        # Mailing chat text to any typed address would make us a relay for strangers' words.
        raise Invalid(
            email="We can mail a transcript to the address of your account only. Download it instead."
        )
    lines: list[dict[str, Any]] = []
    after = 0
    while len(lines) < MAX_MESSAGES and (page := history.after(tx, conversation_id, after)):
        lines += page
        after = page[-1]["seq"]
    context = {"lines": [_line(frame, base_url) for frame in lines]}
    enqueue_letter(tx, Letter(email, "visitor/transcript", context))


def _line(frame: dict[str, Any], base_url: str) -> dict[str, str]:
    text = in_a_mail(frame["text"], base_url) if frame["author"] == "bot" else frame["text"]
    return {"who": frame["name"] or frame["author"], "text": text, "at": frame["at"]}
