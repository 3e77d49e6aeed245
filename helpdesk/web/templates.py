"""One Jinja environment for pages and one for mails; every room's templates under its own prefix."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from helpdesk.web import csrf
from helpdesk.web.assets import asset_url

HERE = Path(__file__).resolve().parent.parent


@cache
def _environment(escape: bool) -> Environment:
    rooms = {path.parent.name: FileSystemLoader(path) for path in sorted(HERE.glob("*/templates"))}
    for path in sorted(HERE.glob("*/mail")):
        rooms[path.parent.name + "/mail"] = FileSystemLoader(path)
    loader = PrefixLoader(rooms, delimiter="/") if escape else _MailLoader(HERE)
    options: dict[str, Any] = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    options["auto_reload"] = False  # else each page asks the disk for each of its files
    environment = Environment(loader=loader, autoescape=escape, **options)  # noqa: S701 — mails are plain text
    environment.globals["asset"] = asset_url
    return environment


class _MailLoader(FileSystemLoader):
    """Mail templates by `<room>/mail/<folder>/<file>`, straight from the rooms."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)


def pages() -> Environment:
    """The environment of pages: everything is escaped, an unknown variable is an error."""
    return _environment(True)


def letters() -> Environment:
    """The environment of mails: plain text, an unknown variable is an error."""
    return _environment(False)


class _Lazy:
    """Made only by the template that shows it: a page without a form sets no cookie and can be cached."""

    def __init__(self, make: Callable[[], Markup]) -> None:
        self._make = make

    def __html__(self) -> str:
        return str(self._make())

    def __str__(self) -> str:
        return str(self._make())


def _hidden_field(token: str) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}" data-varies>').format(csrf.FIELD, token)


def render(
    request: Request, name: str, *, status: int = 200, headers: dict[str, str] | None = None, **context: Any
) -> HTMLResponse:
    """A page. Every page knows: `nonce`, `csrf` (a hidden field), `site_name`, `customer`, `path`."""
    desk = request.app.state.desk
    everywhere = {
        "nonce": request.state.nonce,
        "csrf": _Lazy(lambda: _hidden_field(csrf.token_for(request))),
        "csrf_token": _Lazy(lambda: Markup(csrf.token_for(request))),  # noqa: S704 — hex digits of MACs
        "site_name": desk.settings.site_name,
        "customer": getattr(request.state, "customer", None),
        "agent": getattr(request.state, "agent", None),
        "path": request.url.path,
        "flash": None,
    }
    text = pages().get_template(name).render({**everywhere, **context})
    return HTMLResponse(text, status, headers=headers)
