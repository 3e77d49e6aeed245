"""Columns that every room uses: UTC moments, JSON, public ids."""

import json
import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Text
from sqlalchemy.types import TypeDecorator

MOST_DIGITS = 9
LARGEST = 10**MOST_DIGITS - 1
"""No row has a larger number. PostgreSQL refuses to compare with one that its column cannot hold, so none comes so far."""


class UtcMoment(TypeDecorator[datetime]):
    """An aware datetime in UTC on both databases; SQLite alone would give it back without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse a moment without a zone, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Give UTC back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def moment_of(text: str) -> datetime:
    """What SQLite keeps of a `UtcMoment`, past the library, which takes four calls for it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class JsonText(TypeDecorator[Any]):
    """JSON kept as text: the same on both databases, and readable in a backup."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        """Compact, sorted keys."""
        return None if value is None else as_json(value)

    def process_result_value(self, value: str | None, dialect: Any) -> Any:
        """The value as it was."""
        return None if value is None else json.loads(value)


def as_json(value: Any) -> str:
    """As `JsonText` keeps it."""
    return _JSON(value)


_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def new_public_id() -> str:
    """128 random bits, URL-safe: what the world outside may know a row by."""
    return secrets.token_urlsafe(16)
