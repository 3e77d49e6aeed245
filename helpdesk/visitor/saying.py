"""What a visitor may say: not too long, not too often, and without secrets."""

from typing import TYPE_CHECKING

from helpdesk.chat.frames import MAX_TEXT
from helpdesk.chat.secrets import scrub
from helpdesk.errors import Invalid, TooLong
from helpdesk.web.forms import is_blank

if TYPE_CHECKING:
    from helpdesk.visitor.session import Session

SAY_LIMIT = "20 per 10 second"


def clean(session: "Session", text: str, *, empty_ok: bool = False) -> str:
    """The text without secrets. Raises for one that is too long or empty."""
    if len(text) > MAX_TEXT:
        raise TooLong(f"Keep messages under {MAX_TEXT:,} characters.")
    if is_blank(text) and not empty_ok:
        raise Invalid(text="Write something first.")
    return scrub(text, topic_is_passwords=session.is_about_passwords).text


async def count(session: "Session") -> None:
    """Count one message of this visitor. Raises TooMany. What is done again was counted when it came."""
    if session.ahead is not None and session.ahead.is_doing_again:
        return
    await session.desk.limits.check(
        SAY_LIMIT, "say", _who(session), sentence="You are sending messages too fast."
    )


def count_now(session: "Session") -> bool:
    """The same, if that needs no waiting; whether it was counted and is allowed."""
    return session.desk.limits.allowed_now(SAY_LIMIT, "say", _who(session))


def _who(session: "Session") -> str:
    return str(session.must().visitor_id)
