"""The host page of each widget, served compressed from the loopback; a peer's own server is a stub."""

import asyncio
import contextlib
import gzip
import mimetypes
import socket
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

WORDS = "".join(
    f"<p>Paragraph {n} of an ordinary page that has nothing to do with a chat.</p>" for n in range(40)
)
START = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>'
    '<meta name="viewport" content="width=device-width">'
)


def _packed(body: bytes, media_type: str) -> Response:
    headers = {"Cache-Control": "no-store", "Content-Encoding": "gzip"}
    return Response(gzip.compress(body, 9), media_type=media_type, headers=headers)


def _app(heads: Mapping[str, str], folders: Mapping[str, Path]) -> Starlette:
    async def page(request: Request) -> Response:
        head = heads[request.path_params["name"]]
        return _packed(f"{START}{head}</head><body><h1>Shop</h1>{WORDS}</body></html>".encode(), "text/html")

    async def file(request: Request) -> Response:
        path = folders[request.path_params["name"]] / request.path_params["path"]
        kind = "text/javascript" if path.suffix in (".js", ".mjs") else mimetypes.guess_type(path)[0]
        return _packed(path.read_bytes(), kind or "application/octet-stream")

    async def stub(request: Request) -> Response:
        return JSONResponse({})

    return Starlette(
        routes=[
            Route("/page/{name}", page),
            Route("/peer/{name}/{path:path}", file),
            Route("/{path:path}", stub, methods=["GET", "POST"]),
        ]
    )


@contextlib.asynccontextmanager
async def host_pages(
    heads: Mapping[str, str], folders: Mapping[str, Path], listener: socket.socket
) -> AsyncIterator[None]:
    """Serve `/page/<name>` and what it loads."""
    server = uvicorn.Server(uvicorn.Config(_app(heads, folders), log_level="error"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    yield
    server.should_exit = True
    await task
