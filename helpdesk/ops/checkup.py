"""What `helpdesk doctor` looks at: one finding for each part, in words that say what to do."""

import asyncio
import os
import shutil
import socket
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import aiosmtplib
from rapidfuzz import process
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.counted import counted
from helpdesk.delivery.transports import Smtp
from helpdesk.errors import DeskError
from helpdesk.faq.library import Library
from helpdesk.ops import elsewhere
from helpdesk.ops.findings import Finding, State
from helpdesk.settings import PREFIX, Settings
from helpdesk.store import migrate
from helpdesk.store.engine import UnsafeDatabase, is_sqlite, make_engine
from helpdesk.wiring import need_extras

SECRET_MODE = 0o077
WITHIN_S = 5.0
LOW_BYTES = 500 * 2**20
LIKE = 85.0
"""How alike two names are, of 100, where one is a slip for the other."""


def examine(settings: Settings) -> list[Finding]:
    """Every finding, in order. Never raises: what cannot be looked at is a fault."""
    found: list[Finding] = []
    for name, look in LOOKS:
        try:
            found += look(settings)
        except (OSError, DeskError, SQLAlchemyError, UnsafeDatabase, sqlite3.Error, ImportError) as error:
            found.append(Finding("fault", name, _first_line(error)))
    return found


def _settings(settings: Settings) -> Iterator[Finding]:
    need_extras(settings)
    if not settings.is_https and not settings.base_is_loopback:
        yield Finding(
            "fault", "settings", "HELPDESK_BASE_URL is plain http for a public host; `serve` refuses it."
        )
    else:
        yield Finding("ok", "settings", f"The desk answers at {settings.base_url}.")
    if settings.agent_second_factor == "optional":
        yield Finding("warn", "settings", "HELPDESK_AGENT_SECOND_FACTOR is optional; required is safer.")
    if settings.limits == "off":
        yield Finding("warn", "settings", "HELPDESK_LIMITS is off; that is for tests on this machine only.")
    if settings.is_https and not settings.trusted_proxies:
        yield Finding(
            "warn", "settings", "HELPDESK_TRUSTED_PROXIES is empty: limits see the proxy's address only."
        )


def _slips(settings: Settings) -> Iterator[Finding]:
    read = {f"{PREFIX}{name.upper()}{kind}" for name in Settings.model_fields for kind in ("", "_FILE")}
    for name in sorted(set(os.environ) - read):
        near = process.extractOne(name, sorted(read), score_cutoff=LIKE) if name.startswith(PREFIX) else None
        if near is not None:
            yield Finding("warn", "settings", f"Nobody reads {name}; did you mean {near[0]}?")


def _secret(settings: Settings) -> Iterator[Finding]:
    if settings.secret_key:
        yield Finding("ok", "secret", "HELPDESK_SECRET_KEY is set.")
        return
    path = settings.data_dir / "secret_key"
    if not path.exists():
        yield Finding("ok", "secret", f"It will be generated into {path} at the first start.")
    elif stat.S_IMODE(path.stat().st_mode) & SECRET_MODE:
        yield Finding("fault", "secret", f"{path} can be read by others: chmod 600 {path}.")
    else:
        yield Finding(
            "ok", "secret", f"{path}, readable by its owner only. Keep a copy apart from the backups."
        )


def _folders(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    nearest = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        yield Finding("fault", "folders", f"{folder} cannot be written to.")
        return
    free = shutil.disk_usage(nearest).free
    state: State = "ok" if free >= LOW_BYTES else "warn"
    yield Finding(state, "folders", f"{folder} can be written to; {free // 2**20} MiB are free.")


def _database(settings: Settings) -> Iterator[Finding]:
    kind = "SQLite" if is_sqlite(settings.store_url) else "PostgreSQL"
    path = Path(settings.store_url.removeprefix("sqlite:///")) if kind == "SQLite" else None
    if path is not None and not path.exists():
        yield Finding("fault", "database", f"There is no {path} yet: run `helpdesk db upgrade`.")
        return
    engine = make_engine(settings.store_url)
    try:
        found, newest = migrate.current(engine), migrate.newest()
        if found != newest:
            migrate.must_be_known(found)
            state = f"at step {found}" if found else "empty"
            yield Finding(
                "fault", "database", f"{kind} is {state}, step {newest} is needed: run `helpdesk db upgrade`."
            )
            return
        if kind == "SQLite":
            with engine.connect() as connection:
                verdict = connection.exec_driver_sql("PRAGMA quick_check").scalar()
            if verdict != "ok":
                yield Finding("fault", "database", f"SQLite says: {verdict}. Restore the last backup.")
                return
        yield Finding("ok", "database", f"{kind} answers, at schema step {found}.")
    finally:
        engine.dispose()


def _bus(settings: Settings) -> Iterator[Finding]:
    if not settings.redis_url:
        yield Finding("ok", "bus", "Inside the process: right for one web process.")
        return
    from redis import Redis, RedisError

    client = Redis.from_url(settings.redis_url, socket_timeout=WITHIN_S, socket_connect_timeout=WITHIN_S)
    try:
        client.ping()
        yield Finding("ok", "bus", f"{urlsplit(settings.redis_url).hostname} answers.")
    except RedisError as error:
        yield Finding("fault", "bus", f"HELPDESK_REDIS_URL does not answer ({type(error).__name__}).")
    finally:
        client.close()


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.smtp_url:
        yield Finding(
            "warn", "mail", "HELPDESK_SMTP_URL is empty: mails are printed by `serve`, none is sent."
        )
        return
    host = urlsplit(settings.smtp_url).hostname
    try:
        asyncio.run(Smtp(settings.smtp_url).greet(WITHIN_S))
        yield Finding("ok", "mail", f"{host} takes our connection; mails come from {settings.mail_from}.")
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        yield Finding("fault", "mail", f"{host} does not take our connection ({type(error).__name__}).")


def _inbound(settings: Settings) -> Iterator[Finding]:
    if not settings.inbound:
        return
    host, _, port = settings.inbound.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), WITHIN_S).close()
        yield Finding("ok", "inbound", f"Mail may come in at {settings.inbound}.")
    except OSError as error:
        why = error.strerror or type(error).__name__
        yield Finding(
            "warn", "inbound", f"Nobody takes mail at {settings.inbound} ({why}): is a worker running?"
        )


def _articles(settings: Settings) -> Iterator[Finding]:
    library = Library.load(settings.faq_dir)
    if library.faults:
        yield Finding(
            "warn", "articles", f"{counted(len(library.faults), 'fault')}; the first: {library.faults[0]}"
        )
    else:
        yield Finding(
            "ok", "articles", f"{counted(len(library.articles), 'article')} in {settings.faq_dir}, no faults."
        )


def _first_line(error: Exception) -> str:
    text = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".") + "."


Look = Callable[[Settings], Iterator[Finding]]
LOOKS: tuple[tuple[str, Look], ...] = (
    ("settings", _settings),
    ("settings", _slips),
    ("secret", _secret),
    ("folders", _folders),
    ("database", _database),
    ("bus", _bus),
    ("mail", _mail),
    ("inbound", _inbound),
    ("accounts", elsewhere.customers),
    ("staff", elsewhere.staff),
    ("articles", _articles),
)
