"""One followed conversation of one console.

Messages, notes, state, seen, typing, and who else looks at it.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

from helpdesk.actor import Agent
from helpdesk.chat import files, hands, history, notes
from helpdesk.chat.access import conversation_for
from helpdesk.chat.frames import state_frame
from helpdesk.chat.models import NAMELESS, Conversation
from helpdesk.chat.post import topic
from helpdesk.console import lookers
from helpdesk.console.conversation import Said
from helpdesk.errors import DeskError
from helpdesk.keys import Keys
from helpdesk.realtime.follow import Follower
from helpdesk.store.session import Tx
from helpdesk.tickets import intake
from helpdesk.web.segments import segments
from helpdesk.web.templates import pages
from helpdesk.wiring import Desk

REPLYING_S = 6.0
Emit = Callable[[dict[str, Any]], Awaitable[None]]


class Watch:
    """`emit` sends to this console, `emit_now` does where nothing waits; `stall` ends one that does not read."""

    def __init__(
        self,
        desk: Desk,
        agent: Agent,
        public_id: str,
        emit: Emit,
        stall: Callable[[], None],
        *,
        emit_now: Callable[[dict[str, Any]], bool],
        html: bool = False,
    ) -> None:
        self.desk, self.agent, self.public_id = desk, agent, public_id
        self._emit, self._emit_now = emit, emit_now
        self._stall, self._html, self._name = stall, html, ""
        self._me = secrets.token_hex(8)
        self._others: dict[str, lookers.Looker] = {}
        self._said: list[dict[str, str]] | None = None
        self._leave: list[Callable[[], None]] = []
        self._state: dict[str, Any] = {}
        self._followers: list[Follower] = []
        self._busy: set[asyncio.Task[Any]] = set()
        self._number = 0
        self._replying_until = 0.0

    async def start(self, after: int | None, after_note: int) -> None:
        """Replay, then live. NotFound when this agent may not see it."""
        store = self.desk.store
        conversation, frame = await store.read(self._look)
        self._number = number = conversation.id or 0
        self._name = conversation.name
        after, reset = history.begin(after, conversation.last_seq)
        if reset:
            await self._send(reset)
        words = Follower(
            self._read_words,
            self._send,
            send_now=self._send_now,
            after=after,
            on_stall=self._stall,
        )
        private = Follower(
            self._read_notes, self._send, number="note", after=after_note, on_stall=self._stall
        )
        self._followers = [words, private]
        live = self.desk.live
        self._leave = [
            live.follow(topic(number), number, self._on_bell, lambda: words.cursor),
            self.desk.bus.listen(notes.topic(number), lambda fact: private.poke([fact] if fact else None)),
            self.desk.bus.listen(self._watch_topic(), self._on_watch),
        ]
        self._others = lookers.lookers_of(self.desk).at(number)
        await words.catch_up()
        await private.catch_up()
        self._state = frame
        await self._send({**frame, "seq": words.cursor})
        await self._send({"type": "seen", "seq": conversation.seen_by_visitor, "by": "visitor"})
        self.announce(ask=True)
        await self._send_presence(force=True)
        if await store.read(notes.is_mentioned, self.agent, number):
            await store.write(notes.read_mentions, self.agent, number)

    def announce(self, *, ask: bool = False, doing: str = "") -> None:
        """Tell the colleagues' consoles that this one is here, and what its person does."""
        doing = doing or ("replying" if time.monotonic() < self._replying_until else "viewing")
        fact = {
            "console": self._me, "who": self.agent.id, "name": self.agent.name, "doing": doing, "ask": ask,
        }  # fmt: skip
        place = {"number": self._number, "conversation": self.public_id}
        self.desk.bus.ring([(self._watch_topic(), fact), (lookers.TOPIC, {**fact, **place})])

    def typing(self) -> None:
        """This agent writes a reply."""
        self._replying_until = time.monotonic() + REPLYING_S
        fact = {"type": "typing", "author": "agent", "name": self.agent.name, "by": self._me}
        self.desk.bus.ring([(topic(self._number), fact)])
        self.announce(doing="replying")
        asyncio.get_running_loop().call_later(REPLYING_S + 0.1, self._calm)

    async def tidy(self) -> None:
        """Forget consoles that have not been heard of, and say again that this one is here."""
        now = time.monotonic()
        self._others = {key: one for key, one in self._others.items() if one[3] > now}
        self.announce()
        await self._send_presence()

    def close(self) -> None:
        """Follow no more."""
        for leave in self._leave:
            leave()
        self._leave.clear()
        for follower in self._followers:
            follower.close()
        self._followers = []
        for task in tuple(self._busy):
            task.cancel()
        if self._number:
            self.announce(doing="gone")
        self._number = 0

    # -- what is live ----------------------------------------------------------------------------------

    def _on_bell(self, fact: Any) -> None:
        kind = fact.get("type") if isinstance(fact, dict) else None
        if not self._followers:
            return  # closed while this bell was on its way
        if kind == "message":
            self._followers[0].poke([fact])
            if fact["author"] == "system":
                self._spawn(self._send_state())
            elif (fact["author"], fact["name"]) == ("agent", self.agent.name):
                self._replied()
        elif kind == "typing":
            if fact.get("by") != self._me:
                name = fact.get("name") or NAMELESS
                self._spawn(self._send({"type": "typing", "author": fact["author"], "name": name}))
        elif kind == "pages":
            self._state = {}  # nothing of the state has changed, but the details of the customer have
            self._spawn(self._send_state())
        elif kind in ("seen", "changed", "feedback"):
            self._spawn(self._send(fact))
        else:
            self._followers[0].poke()
            self._spawn(self._send_state())

    def _on_watch(self, fact: Any) -> None:
        if not isinstance(fact, dict) or fact["console"] == self._me:
            return
        if fact["doing"] == "gone":
            self._others.pop(fact["console"], None)
        else:
            until = time.monotonic() + lookers.GONE_AFTER_S
            self._others[fact["console"]] = (fact["who"], fact["name"], fact["doing"], until)
        if fact["ask"]:
            self.announce()
        self._spawn(self._send_presence())

    def _replied(self) -> None:
        if self._replying_until:
            self._replying_until = 0.0
            self.announce()

    def _calm(self) -> None:
        if self._number and time.monotonic() >= self._replying_until:
            self.announce()

    async def _send_presence(self, *, force: bool = False) -> None:
        said = lookers.told(self._others.values(), self.agent.id)
        if force or said != self._said:
            self._said = said
            await self._send({"type": "presence", "agents": said})

    async def _send_state(self) -> None:
        await self._followers[0].settled()
        try:
            _, frame = await self.desk.store.read(self._look)
        except DeskError:
            return
        if {**frame, "seq": 0} != {**self._state, "seq": 0}:
            self._state = frame
            await self._send(frame)

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._emit(self._dressed(frame))

    def _send_now(self, frame: dict[str, Any]) -> bool:
        return self._emit_now(self._dressed(frame))

    def _dressed(self, frame: dict[str, Any]) -> dict[str, Any]:
        frame = files.with_links(self.desk.keys, self.desk.clock.now(), frame)
        if self._html and frame["type"] in ("message", "note"):
            frame = {**frame, "html": rendered(frame, self._name)}
        return {**frame, "conversation": self.public_id}

    def _spawn(self, what: Any) -> None:
        task = asyncio.ensure_future(what)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    # -- rows ------------------------------------------------------------------------------------------

    async def _read_words(self, after: int) -> list[dict[str, Any]]:
        return await self.desk.store.read(history.after, self._number, after)

    async def _read_notes(self, after: int) -> list[dict[str, Any]]:
        return await self.desk.store.read(notes.after, self.agent, self.public_id, after)

    def _look(self, tx: Tx) -> tuple[Conversation, dict[str, Any]]:
        conversation = conversation_for(tx, self.agent, self.public_id)
        return conversation, state_of(tx, self.desk.keys, conversation)

    def _watch_topic(self) -> str:
        return f"watch:{self._number}"


def rendered(frame: dict[str, Any], visitor: str) -> str:
    """A message or note as our own page shows it, by the same partial."""
    partial: Any = pages().get_template("console/_message.html").make_module({"segments": segments})
    who = visitor if frame.get("author") == "visitor" else frame["name"]
    return str(partial.message(Said(frame, who))).strip()


def state_of(tx: Tx, keys: Keys, conversation: Conversation) -> dict[str, Any]:
    """Who has it, as the wire says it."""
    ticket = intake.ticket_of(tx, keys, conversation.id or 0)
    return state_frame(
        conversation,
        position=hands.position(tx, conversation) if conversation.handled_by == "queue" else None,
        ticket=ticket[0] if ticket else None,
        ticket_url=ticket[1] if ticket else None,
    )
