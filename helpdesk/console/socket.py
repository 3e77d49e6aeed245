"""`/ws/staff`: the console's cookie with our own Origin, or a bearer token without one.

Then frames until it ends.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from starlette.websockets import WebSocket

from helpdesk.accounts import staff_sign_in
from helpdesk.actor import Agent
from helpdesk.chat import hands, presence
from helpdesk.chat.frames import STAFF, NotAFrame, StaffHello, error_frame, read_frame
from helpdesk.console.feed import feed_of
from helpdesk.console.guard import agent_by_bearer, signed_in_agent
from helpdesk.console.lookers import lookers_of
from helpdesk.console.watch import Watch
from helpdesk.console.words import sign, since, until
from helpdesk.errors import DeskError, NotFound, SignInNeeded, Unavailable
from helpdesk.realtime.socket import REVOKED, TRY_LATER, Wire, first_frame, refuse
from helpdesk.store.session import Tx
from helpdesk.tickets import inbox
from helpdesk.tickets.rows import Row
from helpdesk.web.client_address import client_address
from helpdesk.web.templates import pages
from helpdesk.wiring import Desk

BEAT_S = 10.0
MAX_FOLLOWED = 200
log = structlog.get_logger()


async def staff_socket(websocket: WebSocket) -> None:
    """The endpoint."""
    desk: Desk = websocket.app.state.desk
    try:
        agent = await _who(websocket)
    except DeskError as error:
        await refuse(websocket, 401 if isinstance(error, SignInNeeded) else 403, error.sentence)
        return
    if desk.draining:
        await refuse(websocket, 503, "Restarting; come back in a moment.")
        return
    wire = await desk.sockets.accept(websocket, client_address(websocket), limited=desk.limits.on)
    if wire is None:
        return
    session = StaffSession(desk, wire, agent, lambda: _still(websocket))
    try:
        while not session.is_open:
            value = await first_frame(wire)
            if value is None:
                return
            await session.counted(session.hello, value)
        await desk.sockets.known(wire, f"staff {agent.id}")
        while (value := await wire.receive()) is not None:
            await session.counted(session.on_frame, value)
    finally:
        session.close()
        desk.sockets.gone(wire)


async def _who(websocket: WebSocket) -> Agent:
    """Whoever it is that may see conversations. Refused for another site's page and for editors."""
    origin = websocket.headers.get("origin")
    if origin is not None and origin.lower() != websocket.app.state.desk.settings.base_url:
        raise NotFound("This socket is for the console only.")
    bearer = websocket.headers.get("authorization", "").lower().startswith("bearer ")
    if origin is None and not bearer:
        raise NotFound("This socket needs an Origin or a token.")
    agent = await (agent_by_bearer(websocket) if origin is None else signed_in_agent(websocket))
    if not agent.may_see_conversations:
        raise NotFound("Editors see articles, not conversations.")
    return agent


async def _still(websocket: WebSocket) -> bool:
    try:
        await _who(websocket)
    except DeskError:
        return False
    return True


class StaffSession:
    """One console: a view of the inbox that stays right, and the conversations that it follows."""

    def __init__(self, desk: Desk, wire: Wire, agent: Agent, is_signed_in: Callable[[], Any]) -> None:
        self.desk, self.wire, self.agent = desk, wire, agent
        self._is_signed_in = is_signed_in
        self.is_open = False
        self.view, self.limit, self.html = "unassigned", 50, False
        self._says_it_lives = False
        self._shown: dict[int, dict[str, Any]] = {}
        self._ids: dict[int, str] = {}
        self._counts: dict[str, int] = {}
        self._watching: dict[str, Watch] = {}
        self._leave: list[Callable[[], None]] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    async def counted(self, take: Callable[[dict[str, Any]], Any], value: dict[str, Any]) -> None:
        """Take a frame; the fifth bad one ends the socket."""
        try:
            await take(value)
        except NotAFrame as error:
            await self.wire.refuse_frame(str(error))
        except DeskError as error:
            wait_s = getattr(error, "retry_after_s", None)
            wait_ms = None if wait_s is None else int(wait_s * 1000)
            await self.wire.send(error_frame(error.code, error.sentence, None, wait_ms))

    async def hello(self, value: dict[str, Any]) -> None:
        """Welcome with the view as it is now; from here on every change of it is sent."""
        frame = read_frame(STAFF, value)
        if not isinstance(frame, StaffHello):
            raise NotAFrame("type: the first frame must be hello.")
        if frame.view not in inbox.VIEWS:
            raise NotFound(f"There is no view of that name; there are {', '.join(inbox.VIEWS)}.")
        self.view, self.limit, self.html = frame.view, frame.limit, frame.html
        self._leave.append(feed_of(self.desk).listen(self._on_news))
        self._leave.append(self.desk.bus.listen(staff_sign_in.topic(self.agent.id), self._on_ended))
        rows, counts = await self.desk.store.read(self._snapshot)
        self._remember(rows)
        self._counts = counts
        self.is_open = True
        shown = [self._with_html(row) for row in rows]
        await self.wire.send({"type": "welcome", "agent": self.agent.name, "inbox": shown, "counts": counts})
        await self.desk.store.write(presence.beat, self.agent.id)
        if frame.presence:
            self._says_it_lives = True
            self._leave.append(lookers_of(self.desk).listen(self._on_look))
            for number, public_id in tuple(self._ids.items()):
                if lookers_of(self.desk).of(number, self.agent.id):
                    self._on_look(number, public_id)
        self._spawn(self._beat())

    async def on_frame(self, value: dict[str, Any]) -> None:
        """Do what the frame says."""
        frame = read_frame(STAFF, value)
        match frame.type:
            case "hello":
                raise NotAFrame("type: hello was said already.")
            case "follow":
                await self._follow(frame.conversation, frame.after, frame.after_note)
            case "unfollow":
                if watch := self._watching.pop(frame.conversation, None):
                    watch.close()
            case "typing":
                if watch := self._watching.get(frame.conversation):
                    watch.typing()
                else:
                    raise NotFound("Follow the conversation first.")
            case "seen":
                await self.desk.store.write(hands.seen, self.agent, frame.conversation, frame.seq)

    def close(self) -> None:
        """Let everything go."""
        for leave in self._leave:
            leave()
        self._leave.clear()
        for watch in self._watching.values():
            watch.close()
        self._watching.clear()
        for task in tuple(self._tasks):
            task.cancel()

    async def _follow(self, public_id: str, after: int | None, after_note: int) -> None:
        if old := self._watching.pop(public_id, None):
            old.close()
        if len(self._watching) >= MAX_FOLLOWED:
            raise NotFound("Too many conversations are followed; unfollow some first.")
        watch = Watch(
            self.desk, self.agent, public_id, self.wire.send, self._stalled, emit_now=self.wire.send_now,
            html=self.html,
        )  # fmt: skip
        self._watching[public_id] = watch
        try:
            await watch.start(after, after_note)
        except DeskError:
            self._watching.pop(public_id, None)
            watch.close()
            raise

    # -- the inbox -------------------------------------------------------------------------------------

    def _on_news(self, news: inbox.News, numbers: set[int], everything: bool) -> Awaitable[None] | None:
        if not self.is_open:
            return None
        if everything:
            return self._resync()
        found = news.rows_in(self.view, self.agent.id, self.desk.clock.now())
        counts = news.counts(self.agent.id)
        if not found and counts == self._counts and self._shown.keys().isdisjoint(numbers):
            return None
        return self._send_changes(found, numbers, counts)

    def _on_look(self, number: int, public_id: str) -> None:
        """Somebody came to a row of this list, left it, or writes there."""
        if number in self._shown:
            agents = lookers_of(self.desk).of(number, self.agent.id)
            self._spawn(self.wire.send({"type": "presence", "conversation": public_id, "agents": agents}))

    async def _resync(self) -> None:
        rows, counts = await self.desk.store.read(self._snapshot)
        await self._send_changes(
            {row.number: row for row in rows}, {*self._shown, *(r.number for r in rows)}, counts
        )

    async def _send_changes(self, found: dict[int, Row], numbers: set[int], counts: dict[str, int]) -> None:
        said = False
        for number in sorted(numbers):
            row = found.get(number)
            if row is None and number in self._shown:
                del self._shown[number]
                await self._send_inbox(None, self._ids[number], counts)
            elif row is not None and self._shown.get(number) != row.wire():
                self._remember([row])
                await self._send_inbox(self._with_html(row), None, counts)
            else:
                continue
            said = True
        if counts != self._counts and not said:
            await self._send_inbox(None, None, counts)
        self._counts = counts

    async def _send_inbox(self, row: dict[str, Any] | None, gone: str | None, counts: dict[str, int]) -> None:
        await self.wire.send({"type": "inbox", "row": row, "gone": gone, "counts": counts})

    def _snapshot(self, tx: Tx) -> tuple[list[Row], dict[str, int]]:
        return inbox.snapshot(tx, self.agent, self.view, self.limit), inbox.counts(tx, self.agent)

    def _remember(self, rows: list[Row]) -> None:
        for row in rows:
            self._shown[row.number] = row.wire()
            self._ids[row.number] = row.conversation

    def _with_html(self, row: Row) -> dict[str, Any]:
        if not self.html:
            return row.wire()
        context = {
            "row": row, "view": self.view, "now": self.desk.clock.now(), "current": "-", "csrf": "",
            "sign": sign, "since": since, "until": until,
        }  # fmt: skip
        return {**row.wire(), "html": pages().get_template("console/_row.html").render(context)}

    # -- time ------------------------------------------------------------------------------------------

    async def _beat(self) -> None:
        """Still here: every process sees it; a session that ended elsewhere ends this socket.

        Lost bells are made up.
        """
        since_write = 0.0
        while True:
            await asyncio.sleep(BEAT_S)
            since_write += BEAT_S
            try:
                if await self._end_if_signed_out():
                    return
                for watch in tuple(self._watching.values()):
                    await watch.tidy()
                if self._says_it_lives:
                    await self._send_inbox(None, None, self._counts)
                if since_write >= presence.HEARTBEAT_S:
                    since_write = 0.0
                    await self.desk.store.write(presence.beat, self.agent.id)
                    await self._resync()
            except Unavailable:
                continue

    def _on_ended(self, fact: Any) -> None:
        """A session or token of this person ended; whether it is this one, the rows say."""
        self._spawn(self._look_again())

    async def _look_again(self) -> None:
        with contextlib.suppress(Unavailable):  # the next beat looks, too
            await self._end_if_signed_out()

    async def _end_if_signed_out(self) -> bool:
        if await self._is_signed_in():
            return False
        await self.wire.close(REVOKED)
        return True

    def _stalled(self) -> None:
        self._spawn(self.wire.close(TRY_LATER))

    def _spawn(self, what: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.ensure_future(what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
