"""One visitor's session over whatever carries its frames: what comes in becomes a rule, what is new goes out."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from helpdesk.accounts.identity import verify
from helpdesk.chat import frames, history
from helpdesk.chat.files import with_links
from helpdesk.chat.frames import VISITOR, Hello, NotAFrame, error_frame, live_frame, read_frame
from helpdesk.chat.hands import WITH_PEOPLE
from helpdesk.chat.post import topic
from helpdesk.errors import DeskError, Invalid, NotFound, TooMany, Unavailable
from helpdesk.logs import REQUEST
from helpdesk.realtime.carrier import Carrier
from helpdesk.realtime.follow import Follower
from helpdesk.realtime.socket import RESTART, REVOKED
from helpdesk.visitor import acts, identity, talk
from helpdesk.visitor.ahead import Ahead
from helpdesk.visitor.identity import Opened, Proof
from helpdesk.visitor.line import Line
from helpdesk.web.client_address import network_of
from helpdesk.wiring import Desk

NEW_CONVERSATIONS = "60/hour"
log = structlog.get_logger()


class Session:
    """`carrier` takes the frames to this visitor, and brings what comes in to `on_frame`."""

    __slots__ = (  # there is one for each visitor who only waits
        "_follower", "_is_busy", "_leave", "_line", "_state_task", "ahead", "carrier", "cause", "desk", "handled_by",
        "is_about_passwords", "network", "opened", "refused_in_a_row", "signed_in", "state",
    )  # fmt: skip

    def __init__(self, desk: Desk, carrier: Carrier, *, address: str, signed_in: Proof) -> None:
        self.desk, self.carrier = desk, carrier
        self.network, self.signed_in, self.cause = network_of(address), signed_in, REQUEST.get()
        self.opened: Opened | None = None
        self.handled_by = "bot"
        self.is_about_passwords = self._is_busy = False
        self.refused_in_a_row = 0
        self.ahead: Ahead | None = None
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
            if not isinstance(frame, Hello):
                raise NotAFrame("type: the first frame must be hello.")
        except NotAFrame as error:
            await self.carrier.send(error_frame("bad_frame", str(error)))
            return False
        try:
            proof = self.proof(frame.identity)
            async with self.desk.sockets.opening:
                opened, standing = await self._open(frame.token, proof, frame.locale or "en")
        except NotFound:
            await self.carrier.send(error_frame("unknown_visitor", identity.UNKNOWN))
            return False
        except DeskError as error:
            await self.refuse(error, None)
            return False
        await self.begin(opened, frame.after, standing)
        if frame.identity and proof.shown is None:
            await self.refuse(Invalid(identity=identity.UNPROVED), None)
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
        await self.carrier.send(
            {
                "type": "welcome", "token": opened.token, "conversation": opened.public_id, "seq": state["seq"],
                "handled_by": state["handled_by"], "agents": "here" if standing.people_here else "away",
            }
        )  # fmt: skip
        after, reset = history.begin(after, state["seq"])
        if reset:
            await self.carrier.send(reset)
        follower = Follower(
            self._read, self.emit_message, send_now=self._emit_now, after=after, on_stall=self._stalled
        )
        self._follower = follower
        bell = topic(opened.conversation_id)
        self._leave.append(
            self.desk.live.follow(bell, opened.conversation_id, self._on_bell, lambda: follower.cursor)
        )
        self._leave.append(self.desk.bus.listen(identity.topic(opened.visitor_id), self._on_visitor))
        await follower.catch_up()
        self.state = {**state, "seq": follower.cursor}
        await self.carrier.send(self.state)
        await self.carrier.send({"type": "seen", "seq": standing.seen_by_agent, "by": "agent"})

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
        await self.carrier.send(with_links(self.desk.keys, self.desk.clock.now(), frame))

    def _emit_now(self, frame: dict[str, Any]) -> bool:
        return self.carrier.send_now(with_links(self.desk.keys, self.desk.clock.now(), frame))

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
        elif (frame := live_frame(fact)) and not self.carrier.send_now(frame):
            self.spawn(self.carrier.send(frame))

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
                await self.carrier.send(state)
        except Unavailable:
            return
        finally:
            self._state_task = None

    def _on_visitor(self, fact: Any) -> None:
        self.spawn(self._close_if_over())

    async def _close_if_over(self) -> None:
        """Who comes back after a chat that was begun anew elsewhere is in the new one."""
        why = await self.desk.store.read(identity.why_over, self.must())
        if why is not None:
            await self.carrier.close(REVOKED if why == "revoked" else RESTART)

    def _stalled(self) -> None:
        self.spawn(self.carrier.close(1013))

    def spawn(self, what: Awaitable[Any]) -> asyncio.Task[Any]:
        """Do it beside all else."""
        task: asyncio.Task[Any] = asyncio.ensure_future(what)
        self.desk.background.add(task)
        task.add_done_callback(self.desk.background.discard)
        return task

    # -- what comes in ---------------------------------------------------------------------------------

    def take(self, value: dict[str, Any]) -> bool:
        """Whether these are words to people that could be handed to the writer at once; else `on_frame` must do it."""
        if self._is_busy or value.get("type") != "say" or self.handled_by not in WITH_PEOPLE:
            return False
        if self.ahead is None:
            self.ahead = Ahead(self)
        return self.ahead.take(value)

    async def on_frame(self, value: dict[str, Any]) -> bool:
        """As `do`, after all that was taken before."""
        self._is_busy = True
        try:
            if self.ahead is not None:
                await self.ahead.done()
            return await self.do(value)
        finally:
            self._is_busy = False

    async def do(self, value: dict[str, Any]) -> bool:
        """Do what the frame says; False when it is none of the contract's frames (the answer was sent)."""
        try:
            frame = read_frame(VISITOR, value)
            if isinstance(frame, Hello):
                raise NotAFrame("type: hello was said already.")
        except NotAFrame as error:
            known = value.get("client_id")
            await self.carrier.send(
                error_frame("bad_frame", str(error), known if isinstance(known, str) else None)
            )
            return False
        try:
            await acts.ACTS[frame.type](self, frame)
            self.refused_in_a_row = 0
        except DeskError as error:
            await self.refuse(error, getattr(frame, "client_id", None))
        except Exception as error:
            log.error("a frame failed", frame=frame.type, error=type(error).__name__, exc_info=True)
            await self.refuse(Unavailable(), getattr(frame, "client_id", None))
        return True

    async def refuse(self, error: DeskError, client_id: str | None) -> None:
        """Say what was wrong with a frame; who is told three times in a row that it is too much is let go."""
        wait_s = getattr(error, "retry_after_s", None)
        code = error.code if error.code in frames.ERROR_CODES else "invalid"
        wait_ms = None if wait_s is None else int(wait_s * 1000 * (1 + random.random() / 4))  # noqa: S311
        await self.carrier.send(error_frame(code, error.sentence, client_id, wait_ms))
        self.refused_in_a_row += isinstance(error, TooMany)
        if self.refused_in_a_row >= 3:
            await self.carrier.close(4429)

    async def switch(self, rule: Callable[..., Opened], *what: Any) -> None:
        """Go on in the conversation that this rule finds or begins."""
        await self._limit_new()
        await self.begin(await self.desk.store.write(rule, *what), 0)

    def must(self) -> Opened:
        """The conversation; only after `hello`."""
        assert self.opened is not None
        return self.opened

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
        self.ahead = None  # it points back here: only the collector would free both
        self._line.watch(None)
        if self._state_task is not None:
            self._state_task.cancel()
