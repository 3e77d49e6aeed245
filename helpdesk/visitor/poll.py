"""`POST /visitor/poll`: the same frames where sockets are blocked. Each request is a short session of its own."""

import asyncio
import contextlib
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from helpdesk.chat.frames import BIG
from helpdesk.errors import Invalid, Unavailable
from helpdesk.portal.session import end_with_session
from helpdesk.realtime.frames_in import BadFrame, parse_object
from helpdesk.visitor.bearer import bearer_token
from helpdesk.visitor.session import Session
from helpdesk.visitor.standing import standing_of
from helpdesk.web.client_address import client_address
from helpdesk.web.csrf import check_same_site
from helpdesk.wiring import Desk

HOLD_S = 25.0
GATHER_S = 0.05
"""What was said comes back by bells, one by one: its echo, the assistant's answer, the state. One answer has them all."""
MAX_FRAMES = 60


class _Answer:
    """The carrier of one request: what it has to say is gathered."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.news = asyncio.Event()

    async def send(self, frame: dict[str, Any]) -> None:
        """One frame more."""
        self.send_now(frame)

    def send_now(self, frame: dict[str, Any]) -> bool:
        """The same: nothing waits here."""
        self.frames.append(frame)
        self.news.set()
        return True

    async def close(self, code: int) -> None:
        """The last frame."""
        self.send_now({"type": "closed", "code": code})


async def poll(request: Request) -> Response:
    """`{"after":n,"frames":[…]}` → `{"frames":[…]}`, held for up to HOLD_S while there is nothing to say.

    Where frames came in, or a held request has news, it waits GATHER_S more for what belongs to it.

    Without a token the first of `frames` must be `hello`; with one, `hello` may be left out: then `identity` says,
    beside `after`, who the site vouches for, since each request stands for itself.
    """
    desk: Desk = request.app.state.desk
    check_same_site(request)
    if desk.draining:
        raise Unavailable("Restarting; come back in a moment.")
    after, incoming, vouched = await _read(request)
    carrier = _Answer()
    out, news = carrier.frames, carrier.news
    standing = await standing_of(request)
    session = Session(desk, carrier, address=client_address(request), signed_in=standing)
    ends = asyncio.create_task(end_with_session(request, carrier.close)) if standing.is_verified else None
    try:
        hello = incoming.pop(0) if incoming and incoming[0].get("type") == "hello" else None
        if hello is None and vouched and session.proof(vouched).shown is None:
            await carrier.close(1000)  # not one frame of this chat may go to another one; `hello` says why
            return _answer(out)
        known = {} if hello else {"type": "hello", "token": bearer_token(request), "identity": vouched}
        if not await session.hello(hello or {**known, "after": after}):
            return _answer(out)
        said_hello = hello is not None
        if not said_hello:
            had = sum(frame["type"] == "message" for frame in out)
            out[:] = [frame for frame in out if had or incoming or frame["type"] in ("error", "state")]
        for frame in incoming:
            await session.on_frame(frame)
        quiet = not said_hello and not incoming and not any(f["type"] in ("message", "error") for f in out)
        if quiet:
            before = len(out)
            news.clear()
            desk.sockets.held.add(carrier)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(HOLD_S):
                    await news.wait()
                await asyncio.sleep(GATHER_S)
            if len(out) == before:
                out.clear()
        elif incoming:
            await asyncio.sleep(GATHER_S)
    finally:
        desk.sockets.held.discard(carrier)
        if ends is not None:
            ends.cancel()
        session.close()
    return _answer(out)


def _answer(frames: list[dict[str, Any]]) -> Response:
    return JSONResponse({"frames": frames}, headers={"Cache-Control": "no-store"})


async def _read(request: Request) -> tuple[int | None, list[dict[str, Any]], str | None]:
    body = await request.body()
    try:
        value = parse_object(body.decode("utf-8"))
    except (BadFrame, UnicodeDecodeError) as error:
        raise Invalid(body=str(error) if isinstance(error, BadFrame) else "Send UTF-8.") from None
    after, frames, vouched = value.get("after"), value.get("frames", []), value.get("identity")
    if set(value) - {"after", "frames", "identity"}:
        raise Invalid(body="Only `after`, `frames` and `identity` are known here.")
    if vouched is not None and not isinstance(vouched, str):
        raise Invalid(identity="Give the token of the site, or null.")
    if after is not None and (isinstance(after, bool) or not isinstance(after, int) or not 0 <= after < BIG):
        raise Invalid(after="Give the last seq that you have, or null.")
    if (
        not isinstance(frames, list)
        or len(frames) > MAX_FRAMES
        or not all(isinstance(f, dict) for f in frames)
    ):
        raise Invalid(frames=f"Give a list of at most {MAX_FRAMES} frames.")
    return after, frames, vouched
