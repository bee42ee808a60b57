"""What a person proves besides the password: codes of an authenticator app, recovery codes."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Authenticator(models.Model):
    """An authenticator app that shares a seed with us. It counts from its first right code on.

    `seed` is a token of `ledger.vault`. `last_step` is the time step of the newest code that was
    taken: neither it nor an older one is taken again. `failures` are wrong codes in a row.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="authenticator"
    )
    seed = models.TextField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    blocked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(name="authenticator_has_a_seed", condition=~Q(seed="")),
        )

    def __str__(self) -> str:
        return f"authenticator of user {self.user_id}"


class RecoveryCode(models.Model):
    """A code that stands in for the authenticator, once. Only its SHA-256 is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "digest"), name="recovery_code_once"),
            models.CheckConstraint(
                name="recovery_code_digest_is_sha256", condition=Q(digest__regex=r"^[0-9a-f]{64}$")
            ),
        )

    def __str__(self) -> str:
        return f"recovery code of user {self.user_id}"
