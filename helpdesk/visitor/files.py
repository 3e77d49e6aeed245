"""`POST /visitor/files` takes a file for this visitor's conversation; `/files/<id>` gives it back, harmless."""

import asyncio
from typing import Any
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from helpdesk.chat import file_kinds, files, senders
from helpdesk.errors import Invalid, NotFound
from helpdesk.visitor import identity
from helpdesk.visitor.bearer import bearer_token
from helpdesk.visitor.identity import Opened
from helpdesk.visitor.standing import standing_of
from helpdesk.web.csrf import check_same_site
from helpdesk.wiring import Desk

INERT = "default-src 'none'; sandbox; frame-ancestors 'none'"


async def upload(request: Request) -> Response:
    """201 with `{"id","name","size","type"}`; 404 unknown visitor, 413, 415, 422, 429."""
    desk: Desk = request.app.state.desk
    check_same_site(request)
    opened = await opened_of(request, desk)
    await desk.limits.check("30/minute", "upload", str(opened.visitor_id))
    file = await read_upload(request)
    owner = senders.of_visitor(opened.visitor_id)
    kept = await desk.store.write(files.keep, desk.settings.data_dir, opened.conversation_id, owner, file)
    return JSONResponse(files.described(kept), 201)


async def opened_of(request: Request, desk: Desk) -> Opened:
    """The conversation that a request is for: the one that is named, else the newest with the browser's standing.

    A name is no proof, and needs none: what is sent so can only be put in, and a file is sent on only by a session
    that has proved what it must.
    """
    token = bearer_token(request)
    if named := request.headers.get("x-conversation"):
        return await desk.store.read(identity.named_by, token, named)
    opened = await desk.store.read(identity.find_open, token, await standing_of(request))
    if opened is None:
        raise NotFound(identity.UNKNOWN)
    return opened


async def read_upload(request: Request) -> file_kinds.Accepted:
    """The one file of a multipart body, examined in a thread."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Invalid(file="Send the file as multipart/form-data.")
    async with request.form(max_files=1, max_fields=4, max_part_size=64 * 1024) as form:
        found = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        if len(found) != 1:
            raise Invalid(file="Send one file in the field `file`.")
        content = await found[0].read(file_kinds.MAX_BYTES + 1)
    return await asyncio.to_thread(
        file_kinds.examine, found[0].filename or "file", found[0].content_type or "", content
    )


async def claim_all(desk: Desk, opened: Opened, ids: list[str]) -> tuple[dict[str, Any], ...]:
    """The files named in a message. Invalid for a foreign one."""
    if not ids:
        return ()
    return await desk.store.read(
        files.take, opened.conversation_id, senders.of_visitor(opened.visitor_id), ids
    )


async def download(request: Request) -> Response:
    """The file behind a signed link: always an attachment, never a page."""
    desk: Desk = request.app.state.desk
    file_id = request.path_params["file_id"]
    row = await desk.store.read(files.by_link, desk.keys, file_id, request.query_params.get("s", ""))
    path = files.path_of(desk.settings.data_dir, row.id)
    if not path.is_file():
        raise NotFound()
    headers = {
        "Content-Disposition": f"attachment; filename=\"file\"; filename*=UTF-8''{quote(row.name, safe='')}",
        "Content-Security-Policy": INERT,
        "Cache-Control": "no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return FileResponse(path, media_type=row.type, headers=headers)
