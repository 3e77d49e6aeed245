"""`/ws/visitor`: origin before anything, `hello` within five seconds, then frames until it ends."""

import asyncio

from starlette.websockets import WebSocket

from helpdesk import traces
from helpdesk.errors import Unavailable
from helpdesk.portal.session import end_with_session
from helpdesk.realtime.socket import Wire, first_frame, refuse
from helpdesk.visitor.session import Session
from helpdesk.visitor.standing import standing_of
from helpdesk.web.client_address import client_address
from helpdesk.wiring import Desk


async def visitor_socket(websocket: WebSocket) -> None:
    """The endpoint."""
    desk: Desk = websocket.app.state.desk
    if websocket.headers.get("origin", "").lower() != desk.settings.base_url:
        await refuse(websocket, 403, "This socket is for the chat panel only.")
        return
    if desk.draining:
        await refuse(websocket, 503, "Restarting; come back in a moment.")
        return
    address = client_address(websocket)
    try:
        standing = await standing_of(websocket)
    except Unavailable as error:
        await refuse(websocket, 503, error.sentence)
        return
    wire = await desk.sockets.accept(websocket, address, limited=desk.limits.on)
    if wire is None:
        return
    session = Session(desk, wire, address=address, signed_in=standing)
    ends = asyncio.create_task(end_with_session(websocket, wire.close)) if standing.is_verified else None
    try:
        if not await _is_greeted(wire, session):
            return
        await desk.sockets.known(wire, f"visitor {session.must().visitor_id}")
        if ends is None:
            wire.forget_opening()
        if not traces.are_on():
            wire.offer_to(session.take)
        while (value := await wire.receive()) is not None:
            if not await session.on_frame(value):
                await wire.count_bad_frame()
    finally:
        if ends is not None:
            ends.cancel()
        session.close()
        desk.sockets.gone(wire)


async def _is_greeted(wire: Wire, session: Session) -> bool:
    """Whether a `hello` came that opened a conversation. What it said is forgotten: thousands only wait from here on."""
    while session.opened is None:
        value = await first_frame(wire)
        if value is None:
            return False
        if not await session.hello(value):
            await wire.count_bad_frame()
    return True
