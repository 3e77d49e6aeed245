"""Keeps the collector of garbage from walking through all connections.

It looks at everything that lives whenever a quarter more has come, and everybody waits: a third of a second with 2,000
connections. Nearly nothing here needs it, for what is no longer used points to nothing that points back (a test looks
at connections). So what it has looked at once is passed over from then on, and looked at again once an hour.
"""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

AGAIN_S = 3600.0
OLDEST = 2


@contextmanager
def passed_over() -> Iterator[None]:
    """For as long as a process serves, in its event loop. What is here at the start counts as looked at."""
    gc.collect()
    gc.freeze()
    gc.callbacks.append(_looked)
    again = asyncio.get_running_loop().create_task(_look_at_all())
    try:
        yield
    finally:
        again.cancel()
        gc.callbacks.remove(_looked)


async def _look_at_all() -> None:
    while True:
        await asyncio.sleep(AGAIN_S)
        gc.unfreeze()
        gc.collect()


def _looked(phase: str, info: dict[str, Any]) -> None:
    if phase == "stop" and info["generation"] == OLDEST:
        gc.freeze()
