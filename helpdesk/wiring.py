"""Builds the Desk that web process, worker and commands share; the only place that picks a profile."""

import asyncio
from dataclasses import dataclass, field
from email.message import EmailMessage
from importlib.util import find_spec
from typing import Any

import helpdesk
from helpdesk import traces
from helpdesk.accounts import codes, passwords
from helpdesk.accounts.directory import Directory
from helpdesk.accounts.hashing import Hasher
from helpdesk.clock import Clock
from helpdesk.delivery.letters import Letter
from helpdesk.delivery.mail import render
from helpdesk.delivery.models import Job
from helpdesk.delivery.suppression import Careful
from helpdesk.delivery.transports import Mailbox, Printer, Smtp, Transport
from helpdesk.errors import DeskError
from helpdesk.faq.article import Facts
from helpdesk.faq.facts import DEFAULT_FACTS
from helpdesk.faq.library import Library
from helpdesk.faq.watcher import Watcher
from helpdesk.keys import Keys
from helpdesk.limits.allow import Limits
from helpdesk.logs import REQUEST
from helpdesk.realtime.bus import Bus
from helpdesk.realtime.live import Live
from helpdesk.realtime.memory import MemoryBus
from helpdesk.realtime.socket import Sockets
from helpdesk.settings import Settings
from helpdesk.store.engine import is_sqlite, make_engine
from helpdesk.store.session import Store
from helpdesk.threads import Threads
from helpdesk.web.templates import letters

THINKERS = 2
"""Threads in which the bot thinks: so many that a long question makes nobody wait."""


@dataclass
class Mailer:
    """Renders letters and hands them to the transport."""

    transport: Transport
    settings: Settings
    clock: Clock

    def compose(self, letter: Letter, message_id: str) -> EmailMessage:
        """The finished mail; the same `message_id` for every try of one job."""
        message = render(
            letters(), letter, sender=self.settings.mail_from, site=self.settings.site_name,
            message_id=message_id, at=self.clock.now(),
        )  # fmt: skip
        if cause := REQUEST.get():  # so that a mail can be found in the logs
            message["X-Request-Id"] = cause
        return message

    async def send(self, letter: Letter, message_id: str) -> None:
        """Render and hand over. Raises what the transport raises."""
        await self.transport.send(self.compose(letter, message_id), self.settings.mail_from, letter.to)

    async def send_job(self, job: Job) -> None:
        """The handler of jobs of kind `letter`."""
        await self.send(Letter(**job.payload), job.message_id)


@dataclass
class Shelf:
    """The library as it is now. A turn that has begun keeps the one it took."""

    watcher: Watcher
    current: Library

    def refresh(self) -> bool:
        """Look at the files; whether something changed. For a thread, once a second."""
        fresh = self.watcher.check()
        if fresh is not None:
            self.current = fresh
        return fresh is not None


@dataclass
class Desk:
    """Everything that the rooms upstairs need, in one place; `request.app.state.desk`."""

    settings: Settings
    clock: Clock
    keys: Keys
    store: Store
    bus: Bus
    limits: Limits
    library: Shelf
    mailer: Mailer
    passwords: Hasher
    live: Live
    directory: Directory | None = None
    thinkers: Threads = field(default_factory=lambda: Threads(THINKERS, "think"))
    sockets: Sockets = field(default_factory=Sockets)
    background: set[asyncio.Future[Any]] = field(default_factory=set)
    extras: dict[str, Any] = field(default_factory=dict)
    draining: bool = False
    is_demo: bool = False

    def close(self) -> None:
        """Finish what was asked and queued, then let threads and connections go. Waits: not for the event loop."""
        self.thinkers.close()
        self.store.close()


def facts(settings: Settings) -> Facts:
    """The facts that articles may name, from the settings that the program enforces."""
    return {
        **DEFAULT_FACTS,
        "policy": passwords.policy_named(settings.password_policy).facts(),
        "reset": codes.facts(),
    }


def build(
    settings: Settings, clock: Clock | None = None, *, demo: bool = False, watcher: Watcher | None = None
) -> Desk:
    """A Desk that is not started yet: nothing is connected, no task runs.

    `watcher` is one that has read these articles already, if there is one: it spares reading them again.
    """
    need_extras(settings)
    traces.begin(settings.traces, helpdesk.__version__)
    clock = clock or Clock()
    keys = Keys(settings.secret)
    bus = make_bus(settings, keys)
    store = Store(make_engine(settings.store_url), clock, on_commit=bus.ring)
    if watcher is None:
        vectors = settings.data_dir / "vectors"
        watcher = Watcher(settings.faq_dir, facts(settings), settings.matcher, vectors)
    return Desk(
        settings=settings,
        clock=clock,
        keys=keys,
        store=store,
        bus=bus,
        limits=Limits(settings.redis_url, on=settings.limits == "on", desk_id=desk_id(keys)),
        library=Shelf(watcher, watcher.library),
        mailer=Mailer(transport_for(settings, store, keys, demo=demo), settings, clock),
        passwords=Hasher(keys),
        live=Live(bus),
        directory=directory_for(settings),
        is_demo=demo,
    )


def need_extras(settings: Settings) -> None:
    """DeskError with the command to type when a setting needs a library that is not installed."""
    wanted = (
        (not is_sqlite(settings.store_url), "HELPDESK_DATABASE_URL", "psycopg", "postgres"),
        (settings.redis_url, "HELPDESK_REDIS_URL", "redis", "redis"),
        (settings.accounts == "ldap", "HELPDESK_ACCOUNTS=ldap", "ldap3", "ldap"),
        (settings.oidc_issuer, "HELPDESK_OIDC_ISSUER", "authlib", "oidc"),
        (settings.traces, "HELPDESK_TRACES", "opentelemetry.exporter.otlp.proto.http", "otel"),
    )
    for is_set, setting, module, extra in wanted:
        if is_set and not _is_there(module):
            raise DeskError(f"{setting} needs one more library: pip install 'helpdesk[{extra}]'.")


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # one of its parents is not
        return False


def desk_id(keys: Keys) -> str:
    """What tells this desk from another one on the same Redis; the same for all processes of one desk."""
    return keys.mac("desk id").hex()[:16]


def directory_for(settings: Settings) -> Directory | None:
    """Who keeps the customers' accounts; None where this desk does."""
    if settings.accounts == "ldap":
        from helpdesk.accounts.directory_ldap import LdapDirectory

        return LdapDirectory(settings)
    if settings.accounts == "keycloak":
        from helpdesk.accounts.directory_keycloak import KeycloakDirectory

        return KeycloakDirectory(settings)
    if settings.accounts == "http":
        from helpdesk.accounts.directory_http import HttpDirectory

        return HttpDirectory(settings)
    return None


def make_bus(settings: Settings, keys: Keys) -> Bus:
    """Bells in this process, or over Redis or Valkey where an address is set."""
    if not settings.redis_url:
        return MemoryBus()
    from helpdesk.realtime.redis import RedisBus

    return RedisBus(settings.redis_url, desk_id(keys))


def transport_for(settings: Settings, store: Store, keys: Keys, *, demo: bool) -> Transport:
    """SMTP where it is set; else the kept mailbox in the demo, the server's output otherwise."""
    if settings.smtp_url:
        return Careful(Smtp(settings.smtp_url), store, keys)
    return Mailbox(store) if demo else Printer()
