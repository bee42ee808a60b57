"""Members of a company, and that it keeps an owner."""

import threading
import time

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from ledger import access, invitations, members
from ledger.models import Company, Invitation, Membership, Role, User
from tests.factories import NOW, a_company, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ownership(company: Company, owner: User) -> Membership:
    """The owner's membership."""
    return Membership.objects.get(company=company, user=owner)


def _second_owner(company: Company) -> Membership:
    return Membership.objects.create(company=company, user=a_user("second"), role=Role.OWNER)


def test_owners_are_listed_first(company: Company, owner: User) -> None:
    for role in (Role.VIEWER, Role.ACCOUNTANT, Role.OPERATOR):
        Membership.objects.create(company=company, user=a_user(role.value), role=role)
    listed = [each.role for each in members.members_of(company)]
    assert listed == ["owner", "accountant", "operator", "viewer"]


def test_another_role_comes_with_its_usual_permissions(company: Company) -> None:
    member = Membership.objects.create(
        company=company,
        user=a_user(),
        role=Role.OPERATOR,
        granted=["post"],
        withheld=["push_items"],
    )
    members.change_role(member, Role.VIEWER, now=NOW)
    member.refresh_from_db()
    assert access.permissions_of(member) == set()
    members.change_role(member, Role.OPERATOR, now=NOW)
    assert access.permissions_of(member) == access.PERMISSIONS[Role.OPERATOR]


def test_the_last_owner_is_not_demoted(company: Company, ownership: Membership) -> None:
    with pytest.raises(members.LastOwnerError, match="at least one owner"):
        members.change_role(ownership, Role.ACCOUNTANT, now=NOW)
    assert Membership.objects.get(pk=ownership.pk).role == Role.OWNER


def test_the_last_owner_is_not_removed(company: Company, ownership: Membership) -> None:
    with pytest.raises(members.LastOwnerError):
        members.remove(ownership, now=NOW)
    assert Membership.objects.filter(pk=ownership.pk).exists()


def test_one_of_two_owners_may_go(company: Company, ownership: Membership) -> None:
    second = _second_owner(company)
    members.remove(ownership, now=NOW)
    with pytest.raises(members.LastOwnerError):
        members.change_role(second, Role.VIEWER, now=NOW)


def test_an_owner_elsewhere_does_not_help(company: Company, ownership: Membership) -> None:
    a_company(owner=a_user("elsewhere"), name="Elsewhere")
    with pytest.raises(members.LastOwnerError):
        members.remove(ownership, now=NOW)


def test_the_database_keeps_the_last_owner_whoever_asks(ownership: Membership) -> None:
    rows = Membership.objects.filter(pk=ownership.pk)
    with pytest.raises(IntegrityError, match="membership_last_owner_stays"):
        rows.update(role=Role.VIEWER)


def test_the_database_keeps_the_last_owner_from_being_deleted(ownership: Membership) -> None:
    with pytest.raises(IntegrityError, match="membership_last_owner_stays"):
        Membership.objects.filter(pk=ownership.pk).delete()


def test_all_owners_are_not_removed_by_one_statement(company: Company, owner: User) -> None:
    _second_owner(company)
    with pytest.raises(IntegrityError, match="membership_last_owner_stays"):
        Membership.objects.filter(company=company).delete()


def test_an_owners_row_does_not_move_to_another_company(ownership: Membership) -> None:
    with pytest.raises(IntegrityError, match="membership_last_owner_stays"):
        Membership.objects.filter(pk=ownership.pk).update(company=a_company(name="Other"))


def test_what_a_removed_owner_invited_is_revoked(company: Company, ownership: Membership) -> None:
    second = _second_owner(company)
    now = timezone.now()
    for by, address in ((ownership.user, "his@example.com"), (second.user, "hers@example.com")):
        invitations.invite(company, address, Role.OWNER, by=by, now=now)
    members.remove(ownership, now=now)
    open_ones = [each.email for each in invitations.waiting(company)]
    assert open_ones == ["hers@example.com"]


def test_what_a_demoted_owner_invited_is_revoked(company: Company, ownership: Membership) -> None:
    _second_owner(company)
    invited = invitations.invite(
        company, "back@example.com", Role.OWNER, by=ownership.user, now=NOW
    )
    members.change_role(ownership, Role.ACCOUNTANT, now=NOW)
    assert invitations.find(invited.token, NOW) is None


def test_a_failed_removal_revokes_nothing(company: Company, ownership: Membership) -> None:
    invitations.invite(company, "new@example.com", Role.VIEWER, by=ownership.user, now=NOW)
    with pytest.raises(members.LastOwnerError):
        members.remove(ownership, now=NOW)
    assert Invitation.objects.get().revoked_at is None


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_leave_at_once_one_stays() -> None:
    first = a_user("first")
    company = a_company(owner=first)
    second = Membership.objects.create(company=company, user=a_user("second"), role=Role.OWNER)
    refused: list[Membership] = []

    def leave() -> None:
        try:
            members.remove(Membership.objects.get(pk=second.pk), now=NOW)
        except members.LastOwnerError:
            refused.append(second)
        connections.close_all()

    other = threading.Thread(target=leave)
    with transaction.atomic():
        members.remove(Membership.objects.get(company=company, user=first), now=NOW)
        other.start()
        _wait_until_somebody_waits(other)
    other.join()
    assert refused == [second]
    assert list(Membership.objects.filter(company=company)) == [second]


def _wait_until_somebody_waits(other: threading.Thread) -> None:
    """Until the other one is held by a lock of ours, or is through without having been held."""
    deadline = time.monotonic() + 30
    while other.is_alive() and time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_locks WHERE NOT granted")
            if cursor.rowcount:
                return
