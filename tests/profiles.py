"""The two profiles that the same tests run on."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from tests import services
from tests.world import furnish_one

PROFILES = ("embedded", "clustered")


def settings_of(profile: str) -> dict[str, Any]:
    """What differs: SQLite and bells in the process, or PostgreSQL and Valkey. The cast is in either database.

    A process of its own makes a hash as it should be of each quick one, at the first sign-in.
    """
    if profile == "embedded":
        return {}
    return {"database_url": services.fresh_database(template=_the_cast), "redis_url": services.redis_url()}


@cache
def _the_cast() -> str:
    """The name of a database with schema and cast, made once a session: to hash four passwords takes a while."""
    url = services.new_database(f" TEMPLATE {services.template()}")
    with ThreadPoolExecutor(1) as aside:  # whoever asks may be inside a loop
        aside.submit(asyncio.run, furnish_one(quick=True, database_url=url)).result()
    return services.name_in(url)
