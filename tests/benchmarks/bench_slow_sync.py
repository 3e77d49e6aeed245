"""A disk that needs 5 ms for a sync: messages in groups against one by one. Needs a C compiler (`cc`).

python -m tests.benchmarks.bench_slow_sync
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from helpdesk import schema  # noqa: F401 — all tables
from helpdesk.chat.models import Conversation
from helpdesk.chat.post import Gate
from helpdesk.clock import Clock
from helpdesk.store import migrate
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store, Tx
from helpdesk.visitor import talk
from tests.benchmarks.visitors import show

CHILD = "HELPDESK_BENCH_FOLDER"
SLOW = """
#include <unistd.h>
int fdatasync(int fd) { (void)fd; usleep(5000); return 0; }
int fsync(int fd) { (void)fd; usleep(5000); return 0; }
"""
ALONE, TOGETHER, WAYS = 100, 200, 256


async def child(folder: str) -> dict[str, Any]:
    """One writer that waits each time, then WAYS of them."""
    store = Store(make_engine(f"sqlite:///{folder}/slow.db"), Clock())
    await asyncio.to_thread(migrate.upgrade, store.engine)
    numbers = await store.write(_conversations)

    async def write(count: int, way: int) -> None:
        for _ in range(count):
            words = talk.words(1, talk.Said(str(uuid.uuid4()), "Still there?"), Gate())
            await store.write_batched(talk.say_many, (numbers[way % len(numbers)], words))

    begun = time.perf_counter()
    await write(ALONE, 0)
    alone = ALONE / (time.perf_counter() - begun)
    begun = time.perf_counter()
    await asyncio.gather(*(write(TOGETHER, way) for way in range(WAYS)))
    together = TOGETHER * WAYS / (time.perf_counter() - begun)
    await asyncio.to_thread(store.close)
    return {"one by one per_s": alone, "in groups per_s": together, "ratio": together / alone}


def _conversations(tx: Tx) -> list[int]:
    found = [Conversation(created_at=tx.now, touched_at=tx.now, handled_by="agent") for _ in range(64)]
    tx.session.add_all(found)
    tx.session.flush()
    return [one.id or 0 for one in found]


def main() -> None:
    """Build the slow sync, and run this file again with it."""
    if folder := os.environ.get(CHILD):
        print(json.dumps(asyncio.run(child(folder))))
        return
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder) / "slow.c", Path(folder) / "slow.so"
        source.write_text(SLOW, encoding="ascii")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
        environment = {**os.environ, CHILD: folder, "LD_PRELOAD": str(library)}
        again = [sys.executable, "-m", "tests.benchmarks.bench_slow_sync"]
        show(json.loads(subprocess.run(again, env=environment, check=True, capture_output=True).stdout))


if __name__ == "__main__":
    main()
