"""Inviting people into a company: a link that is good once, for a week."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from ledger.models import Company, Invitation, Membership, Role, User

GOOD_FOR = timedelta(days=7)
_OPEN = Q(accepted_at__isnull=True, revoked_at__isnull=True)


class NotGoodError(Exception):
    """The invitation cannot be made or accepted; the text says why."""


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation and its token, which is in nobody's hands but the caller's."""

    invitation: Invitation
    token: str


def waiting(company: Company) -> QuerySet[Invitation]:
    """The invitations that nobody has accepted or revoked, newest first; expired ones too."""
    found = Invitation.objects.filter(company=company).filter(_OPEN)
    return found.select_related("invited_by").order_by("-created_at")


def invite(company: Company, email: str, role: Role, *, by: User, now: datetime) -> Invited:
    """Offer a role to whoever has the mailbox. An expired offer to the same address is replaced.

    :raises NotGoodError: when the person is a member, or invited already.
    """
    address = email.strip().lower()
    if Membership.objects.filter(company=company, user__email=address).exists():
        raise NotGoodError(f"{address} is a member already.")
    token = _new_token()
    invitation = Invitation(
        company=company,
        email=address,
        role=role,
        digest=_digest(token),
        invited_by=by,
        created_at=now,
        expires_at=now + GOOD_FOR,
    )
    try:
        with transaction.atomic():
            waiting(company).filter(email=address, expires_at__lte=now).update(revoked_at=now)
            invitation.save(force_insert=True)
    except IntegrityError:
        raise NotGoodError(f"{address} is invited already: send that invitation again.") from None
    return Invited(invitation, token)


def renew(invitation: Invitation, *, by: User, now: datetime) -> Invited:
    """Make a new link, good for another week; the old one is void.

    :raises NotGoodError: when it was accepted or revoked meanwhile.
    """
    token = _new_token()
    renewed = Invitation.objects.filter(_OPEN, pk=invitation.pk).update(
        digest=_digest(token), invited_by=by, created_at=now, expires_at=now + GOOD_FOR
    )
    if not renewed:
        raise NotGoodError("This invitation was accepted or revoked meanwhile.")
    invitation.refresh_from_db()
    return Invited(invitation, token)


def revoke(invitation: Invitation, *, now: datetime) -> None:
    """Make the link worthless; one that was accepted meanwhile stays accepted."""
    Invitation.objects.filter(_OPEN, pk=invitation.pk).update(revoked_at=now)


def find(token: str, now: datetime) -> Invitation | None:
    """The invitation behind a link, if the link is still good."""
    found = Invitation.objects.select_related("company", "invited_by")
    return found.filter(_OPEN, digest=_digest(token), expires_at__gt=now).first()


@transaction.atomic
def accept(invitation: Invitation, user: User, *, now: datetime) -> Membership:
    """Make the invited person a member, once.

    :raises NotGoodError: when it is for another address, or was accepted, revoked or expired.
    """
    if user.email != invitation.email:
        raise NotGoodError(f"This invitation is for {invitation.email}.")
    accepted = Invitation.objects.filter(
        _OPEN, pk=invitation.pk, digest=invitation.digest, expires_at__gt=now
    ).update(accepted_at=now, accepted_by=user)
    if not accepted:
        raise NotGoodError("This invitation is no longer good.")
    membership, _ = Membership.objects.get_or_create(
        company=invitation.company, user=user, defaults={"role": invitation.role}
    )
    return membership


@transaction.atomic
def accept_as_newcomer(
    invitation: Invitation, *, name: tuple[str, str], password: str, now: datetime
) -> Membership:
    """Make a log-in for the invited address, and its person a member.

    :raises NotGoodError: when somebody has a log-in of this address already, or as in `accept`.
    """
    first, last = name
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                invitation.email, password, first_name=first, last_name=last
            )
    except IntegrityError:
        raise NotGoodError("There is a log-in of this address already: log in first.") from None
    return accept(invitation, user, now=now)


def _new_token() -> str:
    return secrets.token_urlsafe(32)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
