"""UTC now, and a clock that tests can wind."""

from datetime import UTC, datetime, timedelta


class Clock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class WoundClock(Clock):
    """The machine's clock plus an offset that only `wind` changes."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """The machine's time plus the offset."""
        return super().now() + self.offset

    def wind(self, **amount: float) -> None:
        """Move on by `timedelta(**amount)`; negative amounts go back."""
        self.offset += timedelta(**amount)


def wire_time(moment: datetime) -> str:
    """`2026-01-02T03:04:05.678Z`, as every frame and API answer says it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
