"""Where sessions are kept: Django's table of sessions, with columns to recognise each by."""

from datetime import datetime
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from ledger.models import Session

VISIT = "visit"
"""Under this key a session's data holds what `ledger.sessions` knows of its browser."""


class SessionStore(DatabaseStore):
    """Django's own store, for `ledger.models.Session`. SESSION_ENGINE names this module."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The model of the rows."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """A row, its columns filled from the data that Django keeps sealed in one of them."""
        row = cast("Session", super().create_model_instance(data))
        visit = data.get(VISIT)
        if visit and SESSION_KEY in data:
            row.user_id = int(data[SESSION_KEY])
            row.started_at = datetime.fromisoformat(visit["started_at"])
            row.last_seen_at = datetime.fromisoformat(visit["last_seen_at"])
            row.address = visit["address"] or None
            row.device = visit["device"]
        return row
