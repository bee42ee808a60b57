"""The store's clock: it stands still until a test moves it."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Call it for the time (UTC, whole seconds)."""

    def __init__(self, at: datetime = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def tick(self, seconds: float = 1) -> datetime:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)
        return self.at
