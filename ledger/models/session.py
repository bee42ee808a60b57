"""Sessions: who is logged in, from where."""

import hashlib

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """A browser's session, with what its owner should recognise it by.

    `session_key` is the secret in the browser's cookie and never leaves this row. Without a user
    nobody has logged in.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="sessions"
    )
    started_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=80, blank=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    @property
    def public_id(self) -> str:
        """What pages name the session by: whoever reads it can do nothing with it."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:32]

    def __str__(self) -> str:
        return f"session {self.public_id}"
