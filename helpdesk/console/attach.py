"""`POST /console/files/<conversation>` takes a file of an agent; it lies with the draft until a reply names it."""

import asyncio

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from helpdesk.actor import Agent
from helpdesk.chat import file_kinds, files, senders
from helpdesk.chat.access import conversation_for
from helpdesk.console.serving import desk_of
from helpdesk.errors import Invalid
from helpdesk.store.session import Tx
from helpdesk.tickets import drafts
from helpdesk.web.csrf import HEADER, check_same_site, check_token


async def upload(request: Request, agent: Agent) -> Response:
    """201 with `{"id","name","size","type"}`; 404 for a conversation that is not there, 413, 415, 422, 429."""
    check_same_site(request)
    check_token(request, request.headers.get(HEADER))
    desk, public_id = desk_of(request), request.path_params["conversation"]
    await desk.limits.check("60/minute", "staff-upload", str(agent.id))
    await desk.store.read(conversation_for, agent, public_id)
    async with request.form(max_files=1, max_fields=2, max_part_size=64 * 1024) as form:
        found = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        if len(found) != 1:
            raise Invalid(file="Send one file in the field `file`.")
        content = await found[0].read(file_kinds.MAX_BYTES + 1)
    accepted = await asyncio.to_thread(
        file_kinds.examine, found[0].filename or "file", found[0].content_type or "", content
    )

    def keep(tx: Tx) -> files.Attachment:
        conversation = conversation_for(tx, agent, public_id)
        number = conversation.id or 0
        drafts.refuse_one_more(tx, agent.id, number)
        row = files.keep(tx, desk.settings.data_dir, number, senders.of_agent(agent.id), accepted)
        drafts.attach(tx, agent.id, number, row.id)
        return row

    kept = await desk.store.write(keep)
    return JSONResponse(files.described(kept), 201)
