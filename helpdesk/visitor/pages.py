"""`POST /visitor/pages` `{"pages":[{"url","ago_s"}]}`: where on the site somebody was who has just asked for a person."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from helpdesk.chat import pages
from helpdesk.errors import Invalid
from helpdesk.realtime.frames_in import BadFrame, parse_object
from helpdesk.visitor.files import opened_of
from helpdesk.web.csrf import check_same_site
from helpdesk.wiring import Desk


class _Page(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    url: Annotated[str, Field(max_length=2000)]
    ago_s: Annotated[int, Field(ge=0, lt=2**31)]


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    pages: Annotated[list[_Page], Field(max_length=pages.MOST)]


async def told(request: Request) -> Response:
    """204; 404 for an unknown visitor, 409 while nobody was asked to help, 422, 429."""
    desk: Desk = request.app.state.desk
    check_same_site(request)
    opened = await opened_of(request, desk)
    await desk.limits.check("20/minute", "pages", str(opened.visitor_id))
    try:
        given = _Told.model_validate(parse_object((await request.body()).decode()))
    except (ValidationError, BadFrame, UnicodeDecodeError):
        raise Invalid(pages=f"Send at most {pages.MOST} pages, each with url and ago_s.") from None
    origins = {desk.settings.base_url, *desk.settings.embedding_origins}
    seen = [(pages.address(page.url, origins), page.ago_s) for page in given.pages]
    await desk.store.write(pages.keep, opened.conversation_id, seen)
    return Response(status_code=204)
