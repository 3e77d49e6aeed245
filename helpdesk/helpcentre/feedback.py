"""Did this answer your question? Counted for the version that was read, with a reason where one is given."""

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk.chat.secrets import scrub
from helpdesk.errors import Invalid, NotFound
from helpdesk.faqstats.figures import record_feedback, record_reason, version_of
from helpdesk.helpcentre.pages import MISSING
from helpdesk.web.client_address import client_address, network_of
from helpdesk.web.csrf import check_same_site

MAX_REASON_CHARS = 1000
FAIR = "5/hour"


async def take_feedback(request: Request) -> Response:
    """A Yes, a No, or what was missing; then back to the article.

    The form has no token: pages that everybody may cache cannot carry one, and nothing here acts for anybody.
    The browser's word on where it comes from is checked, and one network counts five times an hour at most.
    """
    check_same_site(request)
    desk = request.app.state.desk
    article = desk.library.current.get(request.path_params["slug"])
    if article is None:
        raise NotFound(MISSING)
    said, reason = await _read(request)
    version = version_of(article.title, article.body)
    network = network_of(client_address(request))
    if await desk.limits.allowed(FAIR, "article feedback", network, article.slug, said):
        if said == "reason":
            await desk.store.write(record_reason, article.slug, version, reason)
        else:
            await desk.store.write(record_feedback, article.slug, version, said == "yes")
    return RedirectResponse(f"/help/{article.slug}?said={said}", 303)


async def _read(request: Request) -> tuple[str, str]:
    form = await request.form(max_fields=5, max_files=0)
    helpful, reason = form.get("helpful"), form.get("reason")
    if isinstance(reason, str):
        if len(reason) > MAX_REASON_CHARS:
            raise Invalid(reason=f"Use at most {MAX_REASON_CHARS} characters.")
        return "reason", scrub(reason).text
    if isinstance(helpful, UploadFile) or helpful not in {"yes", "no"}:
        raise Invalid(helpful="Choose Yes or No.")
    return str(helpful), ""
