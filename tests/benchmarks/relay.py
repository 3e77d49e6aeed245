"""The bare baseline: the same frames under the same server, relayed and echoed, with no storage and no checks."""

import json
import sys

import uvloop
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from helpdesk.server import Server, bind, config_for

agents: dict[str, WebSocket] = {}


async def visitor(websocket: WebSocket) -> None:
    """`hello {conversation}`, then every `say` goes to the agent of that conversation and back as the echo."""
    await websocket.accept()
    conversation = json.loads(await websocket.receive_text())["conversation"]
    seq = 0
    await websocket.send_text('{"type":"welcome"}')
    try:
        while True:
            said = json.loads(await websocket.receive_text())
            seq += 1
            text = json.dumps(
                {
                    "type": "message", "seq": seq, "client_id": said["client_id"], "author": "visitor", "name": "You",
                    "text": said["text"], "at": "2026-01-02T03:04:05.678Z", "article": None, "choices": [],
                    "asks_feedback": False, "files": [], "helpful": None,
                }
            )  # fmt: skip
            await websocket.send_text(text)
            await agents[conversation].send_text(text)
    except WebSocketDisconnect:
        return


async def staff(websocket: WebSocket) -> None:
    """`follow {conversation}`, then it only listens."""
    await websocket.accept()
    try:
        while True:
            frame = json.loads(await websocket.receive_text())
            agents[frame["conversation"]] = websocket
            await websocket.send_text('{"type":"welcome"}')
    except WebSocketDisconnect:
        return


app = Starlette(routes=[WebSocketRoute("/ws/visitor", visitor), WebSocketRoute("/ws/staff", staff)])


async def main() -> None:
    """Serve on a free port, and say which."""
    sock = bind("127.0.0.1", 0)
    sock.listen(4096)
    sock.setblocking(False)
    print(f"listening on http://127.0.0.1:{sock.getsockname()[1]}", flush=True)

    async def nothing() -> None:
        return

    config = config_for(app, "127.0.0.1", sock.getsockname()[1])
    config.lifespan = "off"
    await Server(config, nothing).serve(sockets=[sock])


if __name__ == "__main__":
    sys.exit(uvloop.run(main()))
