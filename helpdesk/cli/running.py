"""`helpdesk serve`, `work` and `demo`: the processes."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
import uvloop

from helpdesk import garbage, heap, logs
from helpdesk.accounts import totp
from helpdesk.app import drain, make_app
from helpdesk.cli.database import must_be_current, must_exist
from helpdesk.demo import people
from helpdesk.errors import DeskError
from helpdesk.keys import Keys
from helpdesk.server import Server, bind, config_for
from helpdesk.settings import Settings, is_loopback
from helpdesk.store import migrate
from helpdesk.wiring import Desk, build, need_extras
from helpdesk.worker import Worker

HOST = typer.Option("127.0.0.1", help="The address to listen on.")
SERVED = "base_url"
SIGNS = (signal.SIGTERM, signal.SIGINT)
PORT = typer.Option(8000, min=0, max=65535, help="The port; 0 takes a free one.")


def serve(host: str = HOST, port: int = PORT) -> None:
    """Run the web process."""
    uvloop.run(_serve(host, port, demo=False))


def demo(host: str = HOST, port: int = PORT) -> None:
    """Run the desk with demo people, a host page at / and a mailbox at /demo/mailbox."""
    uvloop.run(_serve(host, port, demo=True))


def work() -> None:
    """Run a worker: mail, webhooks, timers. As many as wanted."""
    uvloop.run(_work())


async def _serve(host: str, port: int, *, demo: bool) -> None:
    sock = _listen(host, port)
    real = sock.getsockname()[1]
    settings = _settings(host, real, demo=demo)
    _refuse_unsafe(settings, host)
    need_extras(settings)
    if not demo:
        must_exist(settings.store_url)
    if not settings.base_url_was_set:
        _note_base_url(settings)
    logs.set_up(level=logging.WARNING if demo else logging.INFO)
    heap.give_back_large()
    desk = build(settings, demo=demo)
    if demo:
        migrate.upgrade(desk.store.engine)
        await people.ensure(desk)
    must_be_current(desk.store.engine)
    server = Server(
        config_for(make_app(desk), host, real),
        lambda: drain(desk),
        lambda: _say_hello(settings, host, real, demo=demo),
    )
    sock.listen(4096)
    sock.setblocking(False)
    with signals_to(server.begin_stop), garbage.passed_over():
        await server.serve(sockets=[sock])


def _listen(host: str, port: int) -> socket.socket:
    try:
        return bind(host, port)
    except OSError as error:
        raise DeskError(f"Cannot listen on {host}:{port}: {error.strerror}.") from None


def _settings(host: str, port: int, *, demo: bool) -> Settings:
    settings = Settings.from_env()
    changes: dict[str, Any] = {}
    if not settings.base_url_was_set:
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 — compared, not bound
        changes["base_url"] = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
    if demo:
        changes["agent_second_factor"] = "optional"
        changes["site_name"] = "Example"
    return Settings.from_env(base_url_was_set=settings.base_url_was_set, **changes) if changes else settings


def _note_base_url(settings: Settings) -> None:
    """For the workers of this data folder; whole or not at all, so that a full disk leaves no empty one."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = settings.data_dir / f"{SERVED}.{os.getpid()}"
    try:
        beside.write_text(settings.base_url, encoding="utf-8")
        beside.replace(settings.data_dir / SERVED)
    finally:
        beside.unlink(missing_ok=True)


def _as_served(settings: Settings) -> Settings:
    """A worker without a base URL of its own links to the web process that uses the same data folder."""
    served = settings.data_dir / SERVED
    if settings.base_url_was_set or not served.is_file():
        return settings
    return Settings.from_env(base_url=served.read_text(encoding="utf-8"))


def _refuse_unsafe(settings: Settings, host: str) -> None:
    if not settings.is_https and not settings.base_is_loopback:
        raise DeskError(
            "HELPDESK_BASE_URL is plain http for a host that is not this machine. "
            "Passwords would travel in the open: use https://, with a proxy that ends TLS."
        )
    if settings.limits == "off" and not is_loopback(host):
        raise DeskError("HELPDESK_LIMITS=off is for tests on this machine only: bind to 127.0.0.1.")


def _say_hello(settings: Settings, host: str, port: int, *, demo: bool) -> None:
    shown = f"[{host}]" if ":" in host else host
    lines = [f"listening on http://{shown}:{port}"]
    if settings.limits == "off":
        lines.append("warning: HELPDESK_LIMITS=off, no rate limit is enforced.")
    if settings.agent_second_factor == "optional":
        lines.append("warning: the staff's second factor is optional.")
    if demo:
        base = settings.base_url
        lines += [
            "",
            f"  The site      {base}/",
            f"  The console   {base}/console",
            f"  The mailbox   {base}/demo/mailbox",
            "",
        ]
        lines += [f"  {p.name:<5} {p.kind:<9} {p.email:<18} password {p.password}" for p in people.PEOPLE]
        lines += ["", "  Second factor of the staff (the front page shows the codes of the moment):"]
        lines += [
            f"  {p.name:<5} {totp.address(secret, p.email, settings.site_name)}"
            for p, secret in _factors(settings)
        ]
        lines += ["", "  Stop with Ctrl+C."]
    typer.echo("\n".join(lines))


def _factors(settings: Settings) -> list[tuple[people.Person, str]]:
    keys = Keys(settings.secret)
    return [(p, secret) for p in people.PEOPLE if (secret := people.second_factor(keys, p))]


async def _work() -> None:
    settings = _as_served(Settings.from_env())
    must_exist(settings.store_url)
    logs.set_up()
    heap.give_back_large()
    desk: Desk = build(settings)
    must_be_current(desk.store.engine)
    await desk.bus.start()
    worker = Worker(desk)
    worker.start()
    stop = asyncio.Event()
    with signals_to(lambda sign: stop.set()):
        typer.echo("working")
        await stop.wait()
        await worker.stop()
        await desk.bus.stop()
        await asyncio.to_thread(desk.close)


@contextmanager
def signals_to(stop: Callable[[signal.Signals], Any]) -> Iterator[None]:
    """Call `stop` on this loop for each SIGTERM and SIGINT. Not by the loop's own means: it hears none while it closes.

    After a good end they change nothing any more, not even the exit code; after an error they do what they did before.
    """
    loop = asyncio.get_running_loop()
    before = {sign: signal.getsignal(sign) for sign in SIGNS}
    for sign in SIGNS:
        signal.signal(sign, lambda number, _: loop.call_soon_threadsafe(stop, signal.Signals(number)))
    after = before
    try:
        yield
        after = dict.fromkeys(SIGNS, signal.SIG_IGN)
    finally:
        for sign, handler in after.items():
            signal.signal(sign, handler)
