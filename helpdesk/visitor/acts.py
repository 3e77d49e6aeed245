"""What each frame of a visitor does: one function a frame, each calls one rule."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from helpdesk.bot import turn
from helpdesk.chat import hands, history
from helpdesk.chat.post import Gate, NeedsMore, topic
from helpdesk.chat.secrets import code_candidates
from helpdesk.errors import Invalid
from helpdesk.measures import ECHO_SECONDS
from helpdesk.visitor import files, identity, talk, transcript
from helpdesk.visitor.saying import clean, count
from helpdesk.web.forms import email_address
from helpdesk.wiring import Desk

if TYPE_CHECKING:
    from helpdesk.visitor.session import Session


async def say(session: "Session", frame: Any) -> None:
    """A message: kept once; the bot answers while the conversation is its own."""
    with ECHO_SECONDS.time():
        await _keep_words(session, frame)


async def _keep_words(session: "Session", frame: Any) -> None:
    opened = session.must()
    text = clean(session, frame.text, empty_ok=bool(frame.files))
    await count(session)
    await _burn(session, frame.text, text)
    said = talk.Said(frame.client_id, text, await files.claim_all(session.desk, opened, frame.files))
    if session.handled_by in hands.WITH_PEOPLE:
        words = talk.words(opened.visitor_id, said, Gate())
        try:
            posted = await session.desk.store.write_batched(talk.say_many, (opened.conversation_id, words))
            await session.echo_again(posted)
            return
        except NeedsMore:
            session.handled_by = "bot"  # the state that was sent is old; look again
    thought = await session.desk.thinkers.run(lambda: _think(session.desk, opened.conversation_id, said.text))
    posted = await session.desk.store.write(
        talk.say, opened.conversation_id, opened.visitor_id, said, thought
    )
    await session.echo_again(posted)


def _think(desk: Desk, conversation_id: int, text: str) -> turn.Thought:
    """For a thread: what the bot makes of these words, and of those that nobody has answered yet."""
    thread = desk.store.read_now(talk.thread_of, conversation_id)
    return turn.think(desk.library.current, [*thread.texts, text], unclear=thread.unclear)


async def choose(session: "Session", frame: Any) -> None:
    """A press on an offered choice."""
    opened = session.must()
    await count(session)
    posted = await session.desk.store.write(
        talk.choose, opened.conversation_id, opened.visitor_id, frame.client_id, frame.choice,
        session.desk.library.current,
    )  # fmt: skip
    await session.echo_again(posted)


async def feedback(session: "Session", frame: Any) -> None:
    """Yes or No to an answer."""
    reason = clean(session, frame.reason, empty_ok=True) if frame.reason else None
    await session.desk.store.write(
        talk.feedback,
        session.must().conversation_id,
        frame.seq,
        frame.helpful,
        reason,
        session.desk.library.current,
    )


async def handover(session: "Session", frame: Any) -> None:
    """To a person or to a ticket."""
    opened = session.must()
    text = clean(session, frame.text, empty_ok=True) if frame.text else None
    if frame.subject:
        frame = frame.model_copy(update={"subject": clean(session, frame.subject, empty_ok=True)})
    await count(session)
    await _burn(session, frame.text or "", text or "")
    had_ticket = session.state.get("ticket") is not None
    posted = await session.desk.store.write(
        talk.handover,
        session.desk.keys,
        opened.conversation_id,
        opened.visitor_id,
        frame,
        text,
        session.desk.library.current,
    )
    await session.echo_again(posted)
    if not posted.fresh or had_ticket:
        await session.send_state_again()


async def typing(session: "Session", frame: Any) -> None:
    """Somebody writes; at most one bell in two seconds."""
    opened = session.must()
    if await session.desk.limits.allowed("1 per 2 second", "typing", str(opened.visitor_id)):
        session.desk.bus.ring([(topic(opened.conversation_id), {"type": "typing", "author": "visitor"})])


async def seen(session: "Session", frame: Any) -> None:
    """Read up to here."""
    await session.desk.store.write(talk.seen, session.must().conversation_id, frame.seq)


async def older(session: "Session", frame: Any) -> None:
    """The messages before."""
    for older in await session.desk.store.read(history.before, session.must().conversation_id, frame.before):
        await session.emit_message(older)


async def identify(session: "Session", frame: Any) -> None:
    """The site vouches for this visitor: its own conversation begins."""
    proof = session.proof(frame.identity)
    if not proof.is_verified:
        raise Invalid(identity=identity.UNPROVED)
    await session.switch(identity.another, session.must().visitor_id, proof)


async def contact(session: "Session", frame: Any) -> None:
    """An address to answer to."""
    opened = session.must()
    address = email_address(frame.email)
    await count(session)
    posted = await session.desk.store.write(
        talk.contact, opened.conversation_id, opened.visitor_id, frame.client_id, address
    )
    await session.echo_again(posted)


async def rate(session: "Session", frame: Any) -> None:
    """How was the support?"""
    text = clean(session, frame.text, empty_ok=True) if frame.text else ""
    await session.desk.store.write(talk.rate, session.must().conversation_id, frame.score, text)


async def request_transcript(session: "Session", frame: Any) -> None:
    """Mail me this conversation."""
    opened = session.must()
    await transcript.request(
        session.desk, opened.conversation_id, email_address(frame.email), session.network
    )


async def start_new(session: "Session", frame: Any) -> None:
    """A new conversation; this visitor's other tabs find it, too."""
    opened = session.must()
    await session.switch(identity.afresh, opened)
    session.desk.bus.ring([(identity.topic(opened.visitor_id), {"type": "begun anew"})])


async def forget(session: "Session", frame: Any) -> None:
    """End the chat on this device."""
    await session.desk.store.write(identity.revoke, session.must().visitor_id)
    await session.carrier.close(4401)


async def _burn(session: "Session", text: str, cleaned: str) -> None:
    """A live verification code that stands in a chat is dead before anybody can read it."""
    if text != cleaned and (codes := code_candidates(text)):
        await session.desk.store.write(talk.burn_codes, session.desk.keys, codes)


ACTS: dict[str, Callable[["Session", Any], Awaitable[None]]] = {
    "say": say, "choose": choose, "feedback": feedback, "handover": handover, "typing": typing, "seen": seen,
    "history": older, "identify": identify, "contact": contact, "rate": rate, "transcript": request_transcript,
    "new": start_new, "forget": forget,
}  # fmt: skip
