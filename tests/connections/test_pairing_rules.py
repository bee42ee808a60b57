"""What the database itself refuses of codes and paired sites."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from connections import lifecycle, pairing
from connections.models import GuessCount, PairedSite, PairingCode, StoreConnection
from tests.factories import NOW, a_company, a_user

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=10)


def a_row(connection: StoreConnection, **changes: Any) -> PairingCode:
    facts = {"digest": b"x" * 32, "made_at": NOW, "expires_at": LATER, "made_by": a_user()}
    facts |= {"company": connection.company, "connection": connection}
    return PairingCode.objects.create(**{**facts, **changes})


def a_site(connection: StoreConnection, **changes: Any) -> PairedSite:
    facts = {"company": connection.company, "connection": connection, "site_url": "https://a.b"}
    return PairedSite.objects.create(**{**facts, "paired_at": NOW, "told_at": NOW, **changes})


def refused(make: Any, connection: StoreConnection, rule: str, **changes: Any) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        make(connection, **changes)


def test_a_connection_has_one_open_code(connection: StoreConnection) -> None:
    first = a_row(connection)
    refused(a_row, connection, "one_open_pairing_code", digest=b"y" * 32)
    PairingCode.objects.filter(pk=first.pk).update(voided_at=NOW)
    a_row(connection, digest=b"y" * 32)


def test_two_codes_are_never_the_same(connection: StoreConnection) -> None:
    a_row(connection, used_at=NOW)
    refused(a_row, connection, "pairing_code_is_unique", used_at=NOW)


def test_a_code_ends_after_it_was_made(connection: StoreConnection) -> None:
    refused(a_row, connection, "pairing_code_expires_later", expires_at=NOW)


def test_a_code_is_not_used_after_its_end(connection: StoreConnection) -> None:
    refused(a_row, connection, "pairing_code_is_used_in_time", used_at=LATER)
    a_row(connection, used_at=LATER - timedelta(seconds=1))


def test_a_code_is_not_both_used_and_voided(connection: StoreConnection) -> None:
    refused(a_row, connection, "used_pairing_code_is_not_voided", used_at=NOW, voided_at=NOW)


def test_a_code_is_of_its_connections_company(connection: StoreConnection) -> None:
    refused(a_row, connection, "pairing_code_connection_of_same_company", company=a_company())


def test_a_paired_site_is_of_its_connections_company(connection: StoreConnection) -> None:
    refused(a_site, connection, "paired_site_connection_of_same_company", company=a_company())
    a_site(connection)


def test_a_paired_site_has_an_address(connection: StoreConnection) -> None:
    refused(a_site, connection, "paired_site_has_an_address", site_url="")


def test_a_count_is_never_below_zero() -> None:
    with pytest.raises(IntegrityError, match="count"), transaction.atomic():
        GuessCount.objects.create(key="x", window_started_at=NOW, count=-1)


def test_a_failure_in_the_middle_of_pairing_leaves_nothing(connection: StoreConnection) -> None:
    """The site's name is longer than its column: the last write of all fails."""
    from django.db import DataError

    from connections.site import Site

    code = pairing.make_code(connection, by=a_user(), now=NOW).code
    before = StoreConnection.objects.values().get()
    broken = Site(site_url="https://shop.example.com", site_name="x" * 201)
    with pytest.raises(DataError), transaction.atomic():
        pairing.redeem(code, broken, now=NOW)
    assert StoreConnection.objects.values().get() == before
    assert not PairedSite.objects.exists()
    assert PairingCode.objects.get().used_at is None
    lifecycle.unpair(connection)
