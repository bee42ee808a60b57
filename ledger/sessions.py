"""Who is logged in, from where: noting visits, listing a person's sessions, ending them."""

from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet

from ledger.core.browsers import device_name
from ledger.models import Session, User
from ledger.session_store import VISIT

SEEN_EVERY = timedelta(minutes=5)


def note_visit(session: SessionBase, *, address: str, user_agent: str, now: datetime) -> None:
    """Note in a logged-in session where and when it was seen; saved with the session.

    Now and then: a page that lives asks every two seconds.
    """
    if session.session_key is None or SESSION_KEY not in session:
        return
    before: dict[str, Any] = session.get(VISIT) or {}
    if before and now - datetime.fromisoformat(before["last_seen_at"]) < SEEN_EVERY:
        return
    session[VISIT] = {
        "started_at": before.get("started_at") or now.isoformat(),
        "last_seen_at": now.isoformat(),
        "address": _address(address),
        "device": device_name(user_agent),
    }


def of_user(user: User, now: datetime) -> QuerySet[Session]:
    """A person's sessions that are still good, the one seen last first."""
    alive = Session.objects.filter(user=user, expire_date__gt=now)
    return alive.order_by("-last_seen_at", "-started_at")


def find(user: User, public_id: str, now: datetime) -> Session | None:
    """A person's session by the name that pages give it."""
    return next((each for each in of_user(user, now) if each.public_id == public_id), None)


def end_others(user: User, current: str | None) -> int:
    """End all sessions of a person but the one with this key; how many that were."""
    ended, _ = Session.objects.filter(user=user).exclude(session_key=current).delete()
    return ended


def _address(text: str) -> str:
    """The address, or nothing where a proxy says something else."""
    try:
        return str(ip_address(text))
    except ValueError:
        return ""
