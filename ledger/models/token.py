"""Tokens for the REST API."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from ledger.models.company import Company


class ApiToken(models.Model):
    """A person's key to the API. Only its SHA-256 is kept; the token is shown once.

    With a company it opens that company alone, without one all companies of its user.
    """

    SCOPES = (("read", "Read"), ("write", "Read and write"))

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    company = models.ForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True)
    name = models.CharField(max_length=80, default="API")
    digest = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=5, choices=SCOPES, default="read")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="api_token_digest_is_sha256", condition=Q(digest__regex=r"^[0-9a-f]{64}$")
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.user})"
