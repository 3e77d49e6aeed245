"""The two profiles that the same tests run on."""

from typing import Any

from tests.services import fresh_database, redis_url

PROFILES = ("embedded", "clustered")


def settings_of(profile: str) -> dict[str, Any]:
    """What differs: SQLite and bells in the process, or PostgreSQL and Valkey."""
    if profile == "embedded":
        return {}
    return {"database_url": fresh_database(), "redis_url": redis_url()}
