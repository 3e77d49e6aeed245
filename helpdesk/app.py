"""The web process: settings → one Starlette application (routes, edge, lifespan)."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk.api.routes import routes as api_routes
from helpdesk.chat import history
from helpdesk.console.routes import routes as console_routes
from helpdesk.demo.routes import routes as demo_routes
from helpdesk.errors import Unavailable
from helpdesk.folders import shipped
from helpdesk.helpcentre.routes import routes as help_routes
from helpdesk.ops.routes import routes as ops_routes
from helpdesk.portal.routes import routes as portal_routes
from helpdesk.portal.tickets import routes as ticket_routes
from helpdesk.realtime.live import RECHECK_S
from helpdesk.visitor.embed import embed_routes
from helpdesk.visitor.routes import routes as visitor_routes
from helpdesk.web.assets import routes as asset_routes
from helpdesk.web.edge import Edge
from helpdesk.web.problems import HANDLERS
from helpdesk.wiring import Desk
from helpdesk.worker import STOP_WITHIN_S, Worker

LOOK_AT_FAQ_S = 0.25
LATELY = timedelta(minutes=2)
log = structlog.get_logger()


def make_app(desk: Desk) -> Starlette:
    """The application around a Desk that is built but not started."""
    settings = desk.settings
    widget = embed_routes(
        base_url=settings.base_url,
        site_origins=settings.embedding_origins,
        mail_address=settings.mail_from,
        widget_dir=shipped("widget"),
    )
    routes: list[BaseRoute] = [
        *(demo_routes if desk.is_demo else [Route("/", _to_help, methods=["GET"])]),
        *ops_routes, *asset_routes, *widget, *visitor_routes, *portal_routes, *ticket_routes, *help_routes,
        *console_routes, *api_routes,
    ]  # fmt: skip
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Edge, settings=settings)],
        exception_handlers=HANDLERS,
        lifespan=_lifespan,
    )
    app.state.desk = desk
    app.router.redirect_slashes = False
    return app


async def _to_help(request: Request) -> Response:
    return RedirectResponse("/help", 303)


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    desk: Desk = app.state.desk
    await desk.bus.start()
    worker = Worker(desk) if desk.settings.worker == "inside" else None
    if worker:
        worker.start()
        desk.extras["worker"] = worker
    tasks = [asyncio.create_task(_watch_faq(desk)), asyncio.create_task(_recheck(desk))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if worker:
            since_drain_s = time.monotonic() - desk.extras.get("drained_at", time.monotonic())
            await worker.stop(max(1.0, STOP_WITHIN_S - since_drain_s))
        await desk.bus.stop()
        await desk.limits.close()
        await asyncio.to_thread(desk.close)


async def _watch_faq(desk: Desk) -> None:
    """A save in the FAQ's folder is live after two looks and the learning. A large folder is looked at less often."""
    took_s = 0.0
    while True:
        await asyncio.sleep(max(LOOK_AT_FAQ_S, 20 * took_s))
        try:
            changed, look_s = await asyncio.to_thread(_look_at_faq, desk)
            if changed:
                log.info("articles changed", version=desk.library.current.version)
                desk.bus.ring([("faq", None)])
            else:  # learning takes longer than a look, and says nothing about the next one
                took_s = min(look_s, 1.0)
        except Exception:
            log.exception("the articles could not be read; the last good ones stay")


def _look_at_faq(desk: Desk) -> tuple[bool, float]:
    """Whether something changed, and the CPU seconds that it took: waiting for a busy machine makes no look larger."""
    begun = time.thread_time()
    return desk.library.refresh(), time.thread_time() - begun


async def _recheck(desk: Desk) -> None:
    """Whoever missed a bell is poked: rows are the truth."""
    looked_at = desk.clock.now()
    while True:
        await asyncio.sleep(RECHECK_S)
        now = desk.clock.now()
        # Back to the last look that worked, or to now where the clock was set back.
        since = min(looked_at, now) - LATELY
        try:
            await desk.live.recheck(partial(desk.store.read, history.last_seqs_since, since))
            looked_at = now
        except Unavailable:
            continue
        except Exception:
            log.exception("the re-check failed; the next one is not far")


async def drain(desk: Desk) -> None:
    """Before the server stops: not ready any more, and every client is told when to come back."""
    desk.draining = True
    desk.extras["drained_at"] = time.monotonic()
    if "worker" in desk.extras:
        desk.extras[
            "worker"
        ].runner.stop()  # it takes nothing new, and what it has begun ends beside the sockets
    await desk.sockets.tell_restart()
    await asyncio.sleep(0.3)  # what is under way is answered before the sockets close
