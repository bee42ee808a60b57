"""Invitations: good once, for a week, for one address."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections

from ledger import invitations
from ledger.invitations import NotGoodError
from ledger.models import Company, Invitation, Membership, Role, User
from tests.factories import NOW, a_company, a_copy, a_user

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)
ADDRESS = "meera@example.com"


@pytest.fixture
def invited(company: Company, owner: User) -> invitations.Invited:
    """Meera, as accountant."""
    return invitations.invite(company, " Meera@Example.com ", Role.ACCOUNTANT, by=owner, now=NOW)


def _newcomer(invited: invitations.Invited) -> Membership:
    return invitations.accept_as_newcomer(
        invited.invitation, name=("Meera", "Nair"), password="a long password", now=NOW
    )


def test_a_newcomer_becomes_a_member_who_can_log_in(invited: invitations.Invited) -> None:
    membership = _newcomer(invited)
    assert (membership.role, membership.user.email) == ("accountant", ADDRESS)
    assert membership.user.check_password("a long password")
    assert membership.user.get_full_name() == "Meera Nair"
    assert not membership.user.is_staff


def test_somebody_known_becomes_a_member_of_a_second_company(company: Company, owner: User) -> None:
    person = a_user("known")
    a_company(owner=person, name="Their own")
    invited = invitations.invite(company, person.email, Role.VIEWER, by=owner, now=NOW)
    invitations.accept(invited.invitation, person, now=NOW)
    assert {m.company.name: m.role for m in Membership.objects.filter(user=person)} == {
        "Their own": "owner",
        "Asha Traders": "viewer",
    }


def test_only_a_digest_of_the_link_is_kept(invited: invitations.Invited) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM ledger_invitation t")
        assert invited.token not in cursor.fetchone()[0]
    assert len(invited.token) >= 40


def test_a_link_is_good_once(invited: invitations.Invited) -> None:
    _newcomer(invited)
    assert invitations.find(invited.token, NOW) is None
    with pytest.raises(NotGoodError, match="no longer good"):
        invitations.accept(invited.invitation, User.objects.get(email=ADDRESS), now=NOW)


def test_a_link_is_good_for_a_week(invited: invitations.Invited) -> None:
    assert invitations.find(invited.token, NOW + WEEK - timedelta(seconds=1)) is not None
    assert invitations.find(invited.token, NOW + WEEK) is None
    person = User.objects.create_user(ADDRESS)
    with pytest.raises(NotGoodError):
        invitations.accept(invited.invitation, person, now=NOW + WEEK)


def test_a_revoked_link_is_worthless(invited: invitations.Invited) -> None:
    invitations.revoke(invited.invitation, now=NOW)
    assert invitations.find(invited.token, NOW) is None
    with pytest.raises(NotGoodError):
        _newcomer(invited)
    assert not User.objects.filter(email=ADDRESS).exists()


def test_sent_again_the_old_link_is_worthless(invited: invitations.Invited, owner: User) -> None:
    again = invitations.renew(invited.invitation, by=owner, now=NOW + WEEK)
    assert invitations.find(invited.token, NOW + WEEK) is None
    found = invitations.find(again.token, NOW + WEEK + timedelta(days=6))
    assert found is not None
    assert found.role == Role.ACCOUNTANT


def test_an_old_link_does_not_win_against_one_sent_again_meanwhile(
    invited: invitations.Invited, owner: User
) -> None:
    opened = invitations.find(invited.token, NOW)
    assert opened is not None
    invitations.renew(Invitation.objects.get(), by=owner, now=NOW)
    with pytest.raises(NotGoodError):
        invitations.accept(opened, User.objects.create_user(ADDRESS), now=NOW)


def test_what_was_accepted_is_neither_sent_again_nor_revoked(
    invited: invitations.Invited, owner: User
) -> None:
    _newcomer(invited)
    with pytest.raises(NotGoodError, match="meanwhile"):
        invitations.renew(invited.invitation, by=owner, now=NOW)
    invitations.revoke(invited.invitation, now=NOW)
    assert Invitation.objects.get().revoked_at is None


def test_it_is_for_nobody_else(invited: invitations.Invited) -> None:
    with pytest.raises(NotGoodError, match="is for meera"):
        invitations.accept(invited.invitation, a_user("other"), now=NOW)


def test_it_never_opens_a_log_in_that_there_is(invited: invitations.Invited) -> None:
    """An owner sees the link where no mail is set up: it must not set anybody's password."""
    known = User.objects.create_user(ADDRESS, "known to her alone")
    with pytest.raises(NotGoodError, match="log in first"):
        _newcomer(invited)
    known.refresh_from_db()
    assert known.check_password("known to her alone")
    assert not Membership.objects.filter(user=known).exists()
    assert invitations.find(invited.token, NOW) is not None


def test_a_member_is_not_invited(company: Company, owner: User) -> None:
    with pytest.raises(NotGoodError, match="a member already"):
        invitations.invite(company, owner.email.upper(), Role.VIEWER, by=owner, now=NOW)


def test_nobody_is_invited_twice(
    invited: invitations.Invited, company: Company, owner: User
) -> None:
    with pytest.raises(NotGoodError, match="invited already"):
        invitations.invite(company, ADDRESS, Role.VIEWER, by=owner, now=NOW)


def test_an_expired_invitation_is_no_hindrance(
    invited: invitations.Invited, company: Company, owner: User
) -> None:
    invitations.invite(company, ADDRESS, Role.VIEWER, by=owner, now=NOW + WEEK)
    assert [each.role for each in invitations.waiting(company)] == ["viewer"]


def test_two_companies_may_invite_the_same_person(invited: invitations.Invited) -> None:
    other = a_company(name="Other")
    by = Membership.objects.get(company=other).user
    invitations.invite(other, ADDRESS, Role.VIEWER, by=by, now=NOW)
    assert Invitation.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"role": "king"}, "invitation_role_is_known"),
        ({"digest": "the link itself"}, "invitation_digest_is_sha256"),
        ({"expires_at": NOW}, "invitation_expires_after_it_was_made"),
        ({"accepted_at": NOW}, "invitation_is_accepted_by_somebody"),
    ],
)
def test_the_database_knows_an_invitation(
    invited: invitations.Invited, changes: dict[str, Any], rule: str
) -> None:
    with pytest.raises(IntegrityError, match=rule):
        Invitation.objects.update(**changes)


def test_an_invitation_ends_once(invited: invitations.Invited) -> None:
    _newcomer(invited)
    with pytest.raises(IntegrityError, match="invitation_ends_once"):
        Invitation.objects.update(revoked_at=NOW)


def test_the_database_keeps_one_open_invitation_an_address(invited: invitations.Invited) -> None:
    with pytest.raises(IntegrityError, match="invitation_open_once_per_address"):
        a_copy(invited.invitation, digest="b" * 64).save()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_does() -> None:
    owner = a_user("owner")
    company = a_company(owner=owner)
    invited = invitations.invite(company, ADDRESS, Role.VIEWER, by=owner, now=NOW)
    person = User.objects.create_user(ADDRESS)
    barrier = threading.Barrier(3)
    ends: list[str] = []

    def accept() -> None:
        barrier.wait()
        try:
            invitations.accept(invited.invitation, person, now=NOW)
            ends.append("in")
        except NotGoodError:
            ends.append("not good")
        connections.close_all()

    threads = [threading.Thread(target=accept) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["in", "not good", "not good"]
    assert Membership.objects.filter(company=company, user=person).count() == 1
