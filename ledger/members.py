"""Members of a company: their roles and permissions, and how somebody leaves."""

from collections.abc import Callable, Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from ledger.access import PERMISSIONS, SWITCHABLE
from ledger.models import Company, Invitation, Membership, Permission, Role

LAST_OWNER = "membership_last_owner_stays"
"""The database's rule, by the name that its error carries."""


class LastOwnerError(Exception):
    """A company keeps at least one owner."""


def members_of(company: Company) -> list[Membership]:
    """The members with their people and whether these log in by two factors; owners first."""
    people = Membership.objects.filter(company=company).select_related("user__authenticator")
    ranks = list(Role)
    return sorted(people, key=lambda each: (ranks.index(Role(each.role)), each.user.email))


@transaction.atomic
def change_role(membership: Membership, role: Role, *, now: datetime) -> None:
    """Give a member another role, with the permissions that are usual for it.

    :raises LastOwnerError: when the company would be left without an owner.
    """
    membership.role, membership.granted, membership.withheld = role, [], []
    _obeying_the_rule(membership.save)
    if role != Role.OWNER:
        _revoke_invitations_by(membership, now)


def switch_permissions(membership: Membership, allowed: Collection[Permission]) -> None:
    """Let a member do exactly this; only accountants and operators can be switched."""
    role = Role(membership.role)
    if role not in SWITCHABLE:
        return
    usual = PERMISSIONS[role]
    membership.granted = sorted(set(allowed) - usual)
    membership.withheld = sorted(usual - set(allowed))
    membership.save(update_fields=("granted", "withheld"))


@transaction.atomic
def remove(membership: Membership, *, now: datetime) -> None:
    """Let somebody be a member no more. The person, and what the person posted, stays.

    :raises LastOwnerError: when the company would be left without an owner.
    """
    _revoke_invitations_by(membership, now)
    _obeying_the_rule(membership.delete)


def _obeying_the_rule(act: Callable[[], object]) -> None:
    try:
        with transaction.atomic():
            act()
    except IntegrityError as error:
        if LAST_OWNER not in str(error):
            raise
        raise LastOwnerError(
            "A company keeps at least one owner: make another one first."
        ) from None


def _revoke_invitations_by(membership: Membership, now: datetime) -> None:
    """An invitation is worth as much as the word of who gave it."""
    Invitation.objects.filter(
        company=membership.company,
        invited_by=membership.user,
        accepted_at__isnull=True,
        revoked_at__isnull=True,
    ).update(revoked_at=now)
