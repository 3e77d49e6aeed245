"""1,000 mails that wait in the outbox, sent by one worker to an SMTP server on this machine.

python -m tests.benchmarks.bench_outbox [--mails 1000]
"""

import argparse
import asyncio
import contextlib
import os
import sys
import tempfile
from typing import Any

import uvloop

from helpdesk import schema  # noqa: F401 — all tables
from helpdesk.clock import Clock
from helpdesk.delivery.letters import Letter
from helpdesk.delivery.outbox import enqueue_letter
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store, Tx
from tests.benchmarks.server_process import LOAD_CORE, ROOT, SERVER_CORE, command, pin
from tests.benchmarks.visitors import show, until
from tests.smtp_sink import smtp_sink


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
        async with smtp_sink() as sink:
            environment = {**os.environ, "HELPDESK_DATA_DIR": folder, "HELPDESK_SMTP_URL": sink.url}
            await command(environment, "db", "upgrade")
            await asyncio.to_thread(fill, folder, mails)
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "helpdesk", "work", env=environment, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL,
                preexec_fn=lambda: pin(SERVER_CORE),
            )  # fmt: skip
            try:
                await until(lambda: len(sink.mails) > 0)
                begun = len(sink.mails)
                took_s = await until(lambda: len(sink.mails) >= mails)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
                await process.wait()
            assert len({mail["Message-ID"] for mail in sink.mails}) == mails
            return {"mails": mails, "per_s": (mails - begun) / took_s}


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--mails", type=int, default=1000)
    pin(LOAD_CORE)
    show(uvloop.run(run(options.parse_args().mails)))
