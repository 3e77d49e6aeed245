"""1,000 mails that wait in the outbox, sent by one worker to an SMTP server on the other core.

    python -m tests.benchmarks.bench_outbox [--mails 1000]

The server keeps each mail as it came and does nothing else: what is measured is the worker.
"""

import argparse
import asyncio
import contextlib
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import uvloop

from helpdesk import schema  # noqa: F401 — all tables
from helpdesk.clock import Clock
from helpdesk.delivery.letters import Letter
from helpdesk.delivery.outbox import enqueue_letter
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store, Tx
from tests.benchmarks.mail_server import mail_server
from tests.benchmarks.server_process import LOAD_CORE, ROOT, SERVER_CORE, Running, command, pin
from tests.benchmarks.visitors import show, until


def fill(folder: str, mails: int) -> None:
    """That many letters, due now."""
    context = {"name": "Ada", "url": "https://example.com/hook", "why": "it did not answer", "id": "wh_1"}

    def write(tx: Tx) -> None:
        for number in range(mails):
            enqueue_letter(tx, Letter(f"n{number}@example.com", "webhooks/paused", context))

    store = Store(make_engine(f"sqlite:///{folder}/helpdesk.db"), Clock())
    store.write_now(write)
    store.close()


async def run(mails: int) -> dict[str, Any]:
    """From the first mail at the server to the last."""
    with tempfile.TemporaryDirectory() as folder:
        async with mail_server() as sink:
            environment = {**os.environ, "HELPDESK_DATA_DIR": folder, "HELPDESK_SMTP_URL": sink.url}
            await command(environment, "db", "upgrade")
            await asyncio.to_thread(fill, folder, mails)
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "helpdesk", "work", env=environment, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL, preexec_fn=lambda: pin(SERVER_CORE),
            )  # fmt: skip
            worker = Running("", process.pid, Path(folder), environment)
            try:
                await until(lambda: len(sink.mails) > 0)
                begun, cpu_s = len(sink.mails), worker.cpu_s()
                took_s = await until(lambda: len(sink.mails) >= mails)
                cpu_s = worker.cpu_s() - cpu_s
            finally:
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
                await process.wait()
            assert len(sink.mails) == len(sink.message_ids()) == mails
            sent = mails - begun
            return {"mails": mails, "per_s": sent / took_s, "worker's CPU ms a mail": cpu_s * 1000 / sent}


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--mails", type=int, default=1000)
    pin(LOAD_CORE)
    show(uvloop.run(run(options.parse_args().mails)))
