"""Between password and code: who has given the right password, and for how long that holds."""

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare

from ledger.models import User

GOOD_FOR = timedelta(minutes=5)
_KEY = "password_given"


def note_password(session: SessionBase, user: User, now: datetime) -> None:
    """Keep in mind, in a session nobody is logged in to, who has given the right password."""
    session.cycle_key()
    session[_KEY] = {
        "user": user.pk,
        "until": (now + GOOD_FOR).isoformat(),
        # Void once the password is changed.
        "password": user.get_session_auth_hash(),
    }


def who_gave_password(session: SessionBase, now: datetime) -> User | None:
    """Who gave the right password a moment ago, None when nobody did or too long ago."""
    kept = session.get(_KEY)
    if not kept or datetime.fromisoformat(kept["until"]) <= now:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user and constant_time_compare(kept["password"], user.get_session_auth_hash()):
        return user
    return None


def forget(session: SessionBase) -> None:
    """Forget who gave a password."""
    session.pop(_KEY, None)
