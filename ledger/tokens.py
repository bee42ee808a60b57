"""API tokens: shown once, kept as a digest."""

import hashlib
import secrets
from datetime import datetime

from django.db.models import Q, QuerySet

from ledger.models import ApiToken, Company, User

PREFIX = "cf_"
"""Lets secret scanners recognise a token that got into a repository."""


def issue(
    user: User,
    *,
    name: str = "API",
    scope: str = "read",
    company: Company | None = None,
    expires_at: datetime | None = None,
) -> str:
    """Make a token for a person and return it; it cannot be read again later."""
    token = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user,
        name=name,
        scope=scope,
        company=company,
        digest=_digest(token),
        expires_at=expires_at,
    )
    return token


def find(token: str, now: datetime) -> ApiToken | None:
    """The token's row, if it is known, has not expired, and its user may log in.

    Notes the day of its use.
    """
    found = (
        ApiToken.objects.select_related("user", "company")
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        .filter(digest=_digest(token), user__is_active=True)
        .first()
    )
    if found and found.last_used_on != now.date():
        found.last_used_on = now.date()
        found.save(update_fields=("last_used_on",))
    return found


def opening(company: Company, user: User, *, is_owner: bool) -> QuerySet[ApiToken]:
    """A person's tokens that open a company; an owner sees those of all members, newest first.

    A token without a company opens all companies of its user.
    """
    found = ApiToken.objects.filter(Q(company=company) | Q(company__isnull=True))
    found = found.filter(user__memberships__company=company)
    if not is_owner:
        found = found.filter(user=user)
    return found.select_related("user").order_by("-created_at", "-pk")


def revocable(company: Company, user: User, *, is_owner: bool) -> QuerySet[ApiToken]:
    """The tokens that a person may revoke here: the own ones, and as owner the company's.

    A member's token for all companies is not the company's: who leaves takes it along.
    """
    rule = Q(user=user)
    if is_owner:
        rule |= Q(company=company)
    return opening(company, user, is_owner=is_owner).filter(rule)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
