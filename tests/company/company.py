"""A company in small: everything of `deploy/compose.yaml` from packages, and LDAP, mail and a receiver around it."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx2

from tests import slapd
from tests.company.nginx import Nginx
from tests.fault.processes import Process
from tests.listening import free_ports
from tests.programs import Receiver, receiver
from tests.services import Postgres, Valkey
from tests.slapd import Ldap
from tests.smtp_sink import Sink, smtp_sink
from tests.world import ROOT, SECRET, TRUST, until

BEN, BEN_PASSWORD = "ben@example.com", "Patient-Helper-Of-All!"
ARTICLES = ("forgot-password", "contact-support")


@dataclass
class Company:
    """All of it. `settings` are the environment of every process of the desk."""

    folder: Path
    ldap: Ldap
    sink: Sink
    box: Receiver
    postgres: Postgres
    valkey: Valkey
    nginx: Nginx
    settings: dict[str, str]
    web: list[Process] = field(default_factory=list)
    worker: Process = field(init=False)

    @property
    def url(self) -> str:
        """The one address that everybody uses."""
        return self.nginx.url

    def browser(self, **options: Any) -> httpx2.AsyncClient:
        """A new browser of somebody at that address."""
        return httpx2.AsyncClient(base_url=self.url, verify=self.nginx.trust, timeout=20, **options)

    def process(self, name: str, command: str = "serve", port: int = 0) -> Process:
        """A process of the desk with a log of its own."""
        (self.folder / name).mkdir(exist_ok=True)
        found = Process(self.folder / name, self.settings, command=command)
        found.port, found.afresh = port, True
        return found

    async def run(self, *words: str, typed: str = "") -> tuple[int, str]:
        """A command of an operator: its exit code, and what it said."""
        environment = {**self.process("operator").environment, **self.settings}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "helpdesk", *words, cwd=ROOT, env=environment, stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        async with asyncio.timeout(60):
            said, _ = await process.communicate(typed.encode())
        return process.returncode or 0, said.decode()

    async def figure(self, line: str, web: int = 0) -> float:
        """A number of `/metrics`, asked as a machine inside the company asks."""
        async with httpx2.AsyncClient(base_url=self.web[web].url, verify=TRUST) as inside:
            for each in (await inside.get("/metrics")).text.splitlines():
                if each.startswith(line + " "):
                    return float(each.rsplit(" ", 1)[1])
        return -1.0

    async def nothing_waits(self, within_s: float = 30) -> None:
        """Until the outbox is empty."""

        async def empty() -> bool:
            return await self.figure('helpdesk_outbox_jobs{state="waiting"}') == 0

        await until(empty, within_s)

    async def crash_postgres(self) -> None:
        """All of its processes end at once, without a word to anybody; what was committed is in its log."""
        assert self.postgres.process is not None
        self.postgres.process.send_signal(signal.SIGQUIT)
        await asyncio.to_thread(self.postgres.process.wait, 20)

    async def kill(self, server: Valkey | Ldap) -> None:
        """`kill -9` of a server."""
        assert server.process is not None
        server.process.kill()
        await asyncio.to_thread(server.process.wait, 10)

    def letters_to(self, address: str) -> list[EmailMessage]:
        """The mails that somebody got."""
        return [mail for mail in self.sink.mails if mail["To"] == address]

    @property
    def spans(self) -> Path:
        """Where every process writes its traces."""
        return self.folder / "traces.jsonl"

    def said(self) -> str:
        """Every line that any process of the desk wrote."""
        names = ("web1", "web2", "worker")
        return "".join((self.folder / name / "stderr.log").read_text(errors="replace") for name in names)


@contextlib.asynccontextmanager
async def open_company(folder: Path) -> AsyncIterator[Company]:
    """Everything started, Ben hired; all gone afterwards."""
    async with contextlib.AsyncExitStack() as stack:
        ldap = stack.enter_context(slapd.running())
        sink = await stack.enter_async_context(smtp_sink())
        box = await stack.enter_async_context(receiver())
        postgres, valkey = await asyncio.gather(asyncio.to_thread(Postgres), asyncio.to_thread(Valkey))
        stack.callback(postgres.remove)
        stack.callback(valkey.stop)
        ports = free_ports(4)
        nginx = Nginx(folder / "nginx", ports[:2], *ports[2:])
        settings = settings_of(folder, ldap, sink, postgres, valkey, nginx)
        company = Company(folder, ldap, sink, box, postgres, valkey, nginx, settings)
        company.web = [company.process(f"web{number}", port=ports[number - 1]) for number in (1, 2)]
        company.worker = company.process("worker", "work")
        code, words = await company.run("db", "upgrade")
        assert code == 0, words
        everybody = [*company.web, company.worker]
        for process in everybody:
            stack.push_async_callback(process.kill)
        await asyncio.gather(*(process.start() for process in everybody))
        stack.callback(nginx.stop)
        await asyncio.to_thread(nginx.start)
        yield company


def settings_of(
    folder: Path, ldap: Ldap, sink: Sink, postgres: Postgres, valkey: Valkey, nginx: Nginx
) -> dict[str, str]:
    """What `deploy/compose.yaml` sets, and the directory."""
    faq = folder / "faq"
    faq.mkdir(parents=True)
    for name in ARTICLES:
        shutil.copy(ROOT / "faq" / f"{name}.md", faq)
    (folder / "ldap-password").write_text(f"{slapd.DESK_PASSWORD}\n")
    directory = {
        f"HELPDESK_{name.upper()}": str(value)
        for name, value in ldap.settings().items()
        if name != "ldap_password"
    }
    return {
        **directory,
        "HELPDESK_ACCOUNTS_LOGIN_URL": "https://shop.example.com/login",
        "HELPDESK_LDAP_PASSWORD_FILE": str(folder / "ldap-password"),
        "HELPDESK_DATA_DIR": str(folder / "data"),
        "HELPDESK_BASE_URL": nginx.url,
        "HELPDESK_DATABASE_URL": postgres.url,
        "HELPDESK_REDIS_URL": valkey.url,
        "HELPDESK_SECRET_KEY": SECRET,
        "HELPDESK_SMTP_URL": sink.url,
        "HELPDESK_MAIL_FROM": "support@example.com",
        "HELPDESK_TRUSTED_PROXIES": "127.0.0.1",
        "HELPDESK_WEBHOOK_NETWORKS": "127.0.0.0/8",
        "HELPDESK_TRACES": f"file:{folder / 'traces.jsonl'}",
        "HELPDESK_WORKER": "outside",
        "HELPDESK_AGENT_SECOND_FACTOR": "required",
        "HELPDESK_LIMITS": "on",
        "HELPDESK_FAQ_DIR": str(faq),
    }


def rounds() -> int:
    """How many more processes are killed at random after the story: none, or as many as were asked for."""
    return int(os.environ.get("HELPDESK_COMPANY_ROUNDS", "0"))
