"""Words to people that need nothing but to be kept: they go to the writer at once, without a task that waits for each.

A frame is taken only while the session does nothing else, so the order of what somebody says stays. Whatever does not
simply work (the bot has the conversation again, the words are others than before) is done again the ordinary way, in
order, before anything that came later; that way also says what was wrong. That the database is away is said at once: it
was waited for already, and the same client_id is safe to send again.
"""

import asyncio
import time
from typing import TYPE_CHECKING, Any

from helpdesk.chat.frames import VISITOR, read_frame
from helpdesk.chat.post import Gate, Posted
from helpdesk.errors import Unavailable
from helpdesk.measures import ECHO_SECONDS
from helpdesk.visitor import talk
from helpdesk.visitor.saying import clean, count_now

if TYPE_CHECKING:
    from helpdesk.visitor.session import Session

MOST_UNDER_WAY = 16
"""Of one session; past it, its socket is read no further until they are kept."""


class Ahead:
    """What one session has handed to the writer, and has not heard of yet."""

    __slots__ = ("_again", "_doing_again", "_gate", "_quiet", "_session", "_under_way")

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._under_way = 0
        self._again: list[dict[str, Any]] = []
        self._doing_again: asyncio.Task[None] | None = None
        self._gate = Gate()
        self._quiet: asyncio.Future[None] | None = None

    def take(self, value: dict[str, Any]) -> bool:
        """Hand the words over, if they are plain and nothing stands before them; whether they were."""
        if self.is_doing_again or self._under_way >= MOST_UNDER_WAY:
            return False
        session, began = self._session, time.perf_counter()
        try:
            frame = read_frame(VISITOR, value)
            if frame.files or clean(session, frame.text) != frame.text or not count_now(session):
                return False
        except Exception:
            return False  # the ordinary way says what is wrong
        opened = session.must()
        words = talk.words(opened.visitor_id, talk.Said(frame.client_id, frame.text), self._gate)
        self._under_way += 1
        number = opened.conversation_id
        session.desk.store.hand_in(
            talk.say_many, (number, words), _Answer(self, value, began), session.cause, key=number
        )
        return True

    @property
    def is_doing_again(self) -> bool:
        """Whether what could not be kept goes the ordinary way just now; all else waits for that."""
        return self._doing_again is not None

    async def done(self) -> None:
        """Wait until all of it is kept, or has been done again."""
        while self._under_way:
            if self._quiet is None:
                self._quiet = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._quiet)
        if self._doing_again is not None:
            await asyncio.shield(self._doing_again)

    def kept(self, posted: Posted, began: float) -> None:
        """The answer of the writer; the echo goes out by the bell that everybody hears."""
        ECHO_SECONDS.observe(time.perf_counter() - began)
        self._session.refused_in_a_row = 0
        if not posted.fresh:
            self._session.spawn(self._session.echo_again(posted))
        self._one_less()

    def not_kept(self, value: dict[str, Any], error: BaseException) -> None:
        """The ordinary way must do it, or nobody can now."""
        if isinstance(error, Unavailable):
            self._session.spawn(self._session.refuse(error, value["client_id"]))
        else:
            self._again.append(value)
        self._one_less()

    def _one_less(self) -> None:
        self._under_way -= 1
        if self._under_way:
            return
        if self._again:
            self._doing_again = self._session.spawn(self._do_again())
        if self._quiet is not None:
            self._quiet.set_result(None)
            self._quiet = None

    async def _do_again(self) -> None:
        try:
            for value in self._again:
                await self._session.do(value)
        finally:
            self._again.clear()
            self._gate = Gate()
            self._doing_again = None


class _Answer:
    """What the writer settles instead of a future: nobody waits for it."""

    __slots__ = ("_ahead", "_began", "_value")

    def __init__(self, ahead: Ahead, value: dict[str, Any], began: float) -> None:
        self._ahead, self._value, self._began = ahead, value, began

    def done(self) -> bool:
        return False

    def set_result(self, posted: Posted) -> None:
        self._ahead.kept(posted, self._began)

    def set_exception(self, error: BaseException) -> None:
        self._ahead.not_kept(self._value, error)
