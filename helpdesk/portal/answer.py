"""What is sent from a private ticket page: words and files, the files examined as the widget's are."""

import asyncio
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.requests import Request

from helpdesk.chat import file_kinds
from helpdesk.chat.frames import MAX_FILES
from helpdesk.errors import DeskError, Invalid
from helpdesk.web.csrf import FIELD, HEADER, check_same_site, check_token
from helpdesk.web.forms import is_form, texts_of


@dataclass(frozen=True)
class Answer:
    """`refused` names a file that is not taken, and says why; nothing is kept then."""

    fields: dict[str, str]
    files: tuple[file_kinds.Accepted, ...]
    refused: str = ""


async def read_answer(request: Request) -> Answer:
    """The form. Refused without a valid token, Invalid for anything that is no form or has too many files."""
    check_same_site(request)
    if not is_form(request):
        raise Invalid("Send this as a form.")
    async with request.form(max_fields=8, max_files=MAX_FILES, max_part_size=64 * 1024) as form:
        check_token(request, form.get(FIELD) or request.headers.get(HEADER))
        fields = texts_of(form)
        sent = [value for _, value in form.multi_items() if isinstance(value, UploadFile) and value.filename]
        files: list[file_kinds.Accepted] = []
        for one in sent:
            name = one.filename or "file"
            content = await one.read(file_kinds.MAX_BYTES + 1)
            try:
                files.append(
                    await asyncio.to_thread(file_kinds.examine, name, one.content_type or "", content)
                )
            except DeskError as error:
                why = error.plain if isinstance(error, Invalid) else error.sentence
                return Answer(fields, (), f"“{file_kinds.shown_name(name)}”: {why}")
    return Answer(fields, tuple(files))
