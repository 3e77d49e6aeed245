"""One visitor's session over whatever carries its frames: what comes in becomes a rule, what is new goes out."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from helpdesk.accounts.identity import verify
from helpdesk.chat import frames, history
from helpdesk.chat.files import with_links
from helpdesk.chat.frames import MAX_TEXT, VISITOR, Hello, NotAFrame, error_frame, live_frame, read_frame
from helpdesk.chat.post import topic
from helpdesk.chat.secrets import scrub
from helpdesk.errors import DeskError, Invalid, NotFound, TooLong, TooMany, Unavailable
from helpdesk.realtime.follow import Follower
from helpdesk.visitor import acts, identity, talk
from helpdesk.visitor.identity import Opened, Proof
from helpdesk.visitor.line import Line
from helpdesk.web.client_address import network_of
from helpdesk.web.forms import is_blank
from helpdesk.wiring import Desk

SAY_LIMIT = "20 per 10 second"
NEW_CONVERSATIONS = "60/hour"
NEWEST = 50
log = structlog.get_logger()
Emit = Callable[[dict[str, Any]], Awaitable[None]]


class Session:
    """`emit` sends a frame to this visitor, `emit_now` does where that needs no waiting; `end(code)` closes it."""

    __slots__ = (  # there is one for each visitor who only waits
        "_follower", "_leave", "_line", "_state_task", "desk", "emit", "emit_now", "end", "handled_by",
        "is_about_passwords", "network", "opened", "refused_in_a_row", "signed_in", "state",
    )  # fmt: skip

    def __init__(
        self,
        desk: Desk,
        emit: Emit,
        end: Callable[[int], Awaitable[None]],
        *,
        address: str,
        signed_in: Proof,
        emit_now: Callable[[dict[str, Any]], bool] = lambda frame: False,
    ) -> None:
        self.desk, self.emit, self.emit_now, self.end = desk, emit, emit_now, end
        self.network, self.signed_in = network_of(address), signed_in
        self.opened: Opened | None = None
        self.handled_by = "bot"
        self.is_about_passwords = False
        self.refused_in_a_row = 0
        self._follower: Follower | None = None
        self._leave: list[Callable[[], None]] = []
        self.state: dict[str, Any] = {}
        self._state_task: asyncio.Task[None] | None = None
        self._line = Line(desk.bus)

    # -- the first frame -------------------------------------------------------------------------------

    async def hello(self, value: dict[str, Any]) -> bool:
        """Welcome and replay; False when the frame is not a good `hello` (the answer was sent)."""
        try:
            frame = read_frame(VISITOR, value)
        except NotAFrame as error:
            await self.emit(error_frame("bad_frame", str(error)))
            return False
        if not isinstance(frame, Hello):
            await self.emit(error_frame("bad_frame", "type: the first frame must be hello."))
            return False
        try:
            proof = self.proof(frame.identity)
            async with self.desk.sockets.opening:
                opened, standing = await self._open(frame.token, proof, frame.locale or "en")
        except NotFound:
            await self.emit(error_frame("unknown_visitor", identity.UNKNOWN))
            return False
        except DeskError as error:
            await self._emit_error(error, None)
            return False
        await self.begin(opened, frame.after, standing)
        if frame.identity and proof.shown is None:
            await self._emit_error(Invalid(identity=identity.UNPROVED), None)
        return True

    async def _open(
        self, token: str | None, proof: Proof, locale: str
    ) -> tuple[Opened, talk.Standing | None]:
        store = self.desk.store
        if token is not None and proof.shown is None:
            found = await store.read(talk.come_back, self.desk.keys, token, proof)
            if found is not None:
                return found
        await self._limit_new()
        return await store.write(identity.open_conversation, token, proof, locale[:35]), None

    def proof(self, token: str | None) -> Proof:
        """What the site's token proves, else what the browser's own session does."""
        if token:
            known = verify(
                token, self.desk.settings.identity_secret, self.desk.clock, self.desk.settings.base_url
            )
            if known is not None:
                return Proof("jwt", None, known.email, known.name, known)
        return self.signed_in

    async def begin(self, opened: Opened, after: int | None, standing: talk.Standing | None = None) -> None:
        """Send welcome, what was missed, state, seen; then follow. `standing` is where it stood just now."""
        self._stop_following()
        self.opened = opened
        if standing is None:
            standing = await self.desk.store.read(talk.state_of, self.desk.keys, opened.conversation_id)
        state = self._note(standing)
        await self.emit(
            {
                "type": "welcome", "token": opened.token, "conversation": opened.public_id, "seq": state["seq"],
                "handled_by": state["handled_by"], "agents": "here" if standing.people_here else "away",
            }
        )  # fmt: skip
        if after is None:
            after = max(0, state["seq"] - NEWEST)
        elif after > state["seq"]:
            await self.emit(error_frame("reset", "This chat has fewer messages than you have. Start from 0."))
            after = 0
        follower = Follower(
            self._read, self.emit_message, send_now=self._emit_now, after=after, on_stall=self._stalled
        )
        self._follower = follower
        bell = topic(opened.conversation_id)
        self._leave.append(
            self.desk.live.follow(bell, opened.conversation_id, self._on_bell, lambda: follower.cursor)
        )
        self._leave.append(self.desk.bus.listen(f"visitor:{opened.visitor_id}", self._on_revoked))
        await follower.catch_up()
        self.state = {**state, "seq": follower.cursor}
        await self.emit(self.state)
        await self.emit({"type": "seen", "seq": standing.seen_by_agent, "by": "agent"})

    def _note(self, standing: talk.Standing) -> dict[str, Any]:
        """Remember who has it and what it is about; the state frame."""
        self.handled_by = standing.frame["handled_by"]
        self._line.watch(self._refresh_state if self.handled_by == "queue" else None)
        self.is_about_passwords = standing.is_about_passwords
        return standing.frame

    async def _read(self, after: int) -> list[dict[str, Any]]:
        assert self.opened is not None
        return await self.desk.store.read(history.after, self.opened.conversation_id, after)

    async def emit_message(self, frame: dict[str, Any]) -> None:
        """A message with fresh links to its files."""
        await self.emit(with_links(self.desk.keys, self.desk.clock.now(), frame))

    def _emit_now(self, frame: dict[str, Any]) -> bool:
        return self.emit_now(with_links(self.desk.keys, self.desk.clock.now(), frame))

    # -- what is live ----------------------------------------------------------------------------------

    def _on_bell(self, fact: Any) -> None:
        if self._follower is None:
            return
        kind = fact.get("type") if isinstance(fact, dict) else None
        if kind == "message":
            self._follower.poke([fact])
            if fact["author"] == "system":
                self._refresh_state()
        elif kind == "topic":
            self.is_about_passwords = fact["passwords"]
        elif kind is None or kind == "state":
            self._follower.poke()
            self._refresh_state()
        elif (frame := live_frame(fact)) and not self.emit_now(frame):
            self._spawn(self.emit(frame))

    def _refresh_state(self) -> None:
        if self._state_task is None:
            self._state_task = asyncio.create_task(self._send_state())

    async def send_state_again(self) -> None:
        """The state as the answer to a frame, even where nothing changed."""
        self.state = {}
        await self._send_state()

    async def _send_state(self) -> None:
        await asyncio.sleep(0)  # let the messages of the same commit go first
        try:
            opened = self.must()
            if self._follower is not None:
                await self._follower.settled()
            self._state_task = None  # a bell from here on must look again
            keys, number = self.desk.keys, opened.conversation_id
            state = self._note(await self.desk.store.read(talk.state_of, keys, number))
            if {**state, "seq": 0} != {**self.state, "seq": 0}:
                self.state = state
                await self.emit(state)
        except Unavailable:
            return
        finally:
            self._state_task = None

    def _on_revoked(self, fact: Any) -> None:
        self._spawn(self._close_if_revoked())

    async def _close_if_revoked(self) -> None:
        if self.opened and not await self.desk.store.read(identity.is_live, self.opened.visitor_id):
            await self.end(4401)

    def _stalled(self) -> None:
        self._spawn(self.end(1013))

    def _spawn(self, what: Awaitable[Any]) -> None:
        task = asyncio.ensure_future(what)
        self.desk.background.add(task)
        task.add_done_callback(self.desk.background.discard)

    # -- what comes in ---------------------------------------------------------------------------------

    async def on_frame(self, value: dict[str, Any]) -> bool:
        """Do what the frame says; False when it is none of the contract's frames (the answer was sent)."""
        try:
            frame = read_frame(VISITOR, value)
            if isinstance(frame, Hello):
                raise NotAFrame("type: hello was said already.")
        except NotAFrame as error:
            known = value.get("client_id")
            await self.emit(error_frame("bad_frame", str(error), known if isinstance(known, str) else None))
            return False
        try:
            await acts.ACTS[frame.type](self, frame)
            self.refused_in_a_row = 0
        except DeskError as error:
            await self._emit_error(error, getattr(frame, "client_id", None))
        except Exception as error:
            log.error("a frame failed", frame=frame.type, error=type(error).__name__, exc_info=True)
            await self._emit_error(Unavailable(), getattr(frame, "client_id", None))
        return True

    async def _emit_error(self, error: DeskError, client_id: str | None) -> None:
        wait_s = getattr(error, "retry_after_s", None)
        code = error.code if error.code in frames.ERROR_CODES else "invalid"
        wait_ms = None if wait_s is None else int(wait_s * 1000 * (1 + random.random() / 4))  # noqa: S311
        await self.emit(error_frame(code, error.sentence, client_id, wait_ms))
        if isinstance(error, TooMany):
            self.refused_in_a_row += 1
            if self.refused_in_a_row >= 3:
                await self.end(4429)

    async def switch(self, proof: Proof, *, fresh: bool = False) -> None:
        """Go on in the conversation of another standing, or in a new one."""
        await self._limit_new()
        opened = await self.desk.store.write(identity.another, self.must().visitor_id, proof, fresh)
        await self.begin(opened, 0)

    # -- small parts -----------------------------------------------------------------------------------

    def must(self) -> Opened:
        """The conversation; only after `hello`."""
        assert self.opened is not None
        return self.opened

    def clean(self, text: str, *, empty_ok: bool = False) -> str:
        """The text without secrets. Raises for one that is too long or empty."""
        if len(text) > MAX_TEXT:
            raise TooLong(f"Keep messages under {MAX_TEXT:,} characters.")
        if is_blank(text) and not empty_ok:
            raise Invalid(text="Write something first.")
        return scrub(text, topic_is_passwords=self.is_about_passwords).text

    async def limit(self) -> None:
        """Count one message of this visitor. Raises TooMany."""
        await self.desk.limits.check(
            SAY_LIMIT, "say", str(self.must().visitor_id), sentence="You are sending messages too fast."
        )

    async def _limit_new(self) -> None:
        sentence = "Too many new chats from this network. Try again later, or submit a ticket."
        await self.desk.limits.check(NEW_CONVERSATIONS, "new-conversation", self.network, sentence=sentence)

    async def echo_again(self, posted: Any) -> None:
        """The receipt once more, for a message that was kept before."""
        if not posted.fresh:
            await self.emit_message(posted.frame)

    def _stop_following(self) -> None:
        for leave in self._leave:
            leave()
        self._leave.clear()
        if self._follower is not None:
            self._follower.close()
            self._follower = None

    def close(self) -> None:
        """The carrier is gone."""
        self._stop_following()
        self._line.watch(None)
        if self._state_task is not None:
            self._state_task.cancel()
