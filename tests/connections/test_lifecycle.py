"""The life of a connection."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from connections import lifecycle
from connections.models import Activity, Status, StoreConnection
from tests.factories import NOW, a_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection() -> StoreConnection:
    return lifecycle.connect(a_company(), name="Main store")


def test_a_made_up_secret_is_forty_letters_and_digits(connection: StoreConnection) -> None:
    assert re.fullmatch("[A-Za-z0-9]{40}", lifecycle.secret_of(connection))


def test_a_stores_own_secret_and_keys_are_sealed(connection: StoreConnection) -> None:
    rest = lifecycle.RestAccess("https://shop.example.com", "ck_1", "cs_1")
    shop = lifecycle.connect(connection.company, name="Lab", secret="own & secret", rest=rest)
    assert lifecycle.secret_of(shop) == "own & secret"
    row = StoreConnection.objects.filter(pk=shop.pk).values_list().get()
    assert not any(secret in str(row) for secret in ("own & secret", "ck_1", "cs_1"))


def test_each_step_is_in_the_activity_log_without_the_secret(connection: StoreConnection) -> None:
    secret = lifecycle.new_secret(connection, now=NOW)
    lifecycle.unpair(connection)
    lifecycle.resume(connection)
    lifecycle.delete(connection)
    texts = list(Activity.objects.order_by("id").values_list("text", flat=True))
    assert texts == [
        "Main store was connected.",
        "A new signing secret is in force.",
        "Main store was unpaired here.",
        "Main store was paired again.",
        "Main store was deleted; its vouchers stay in the books.",
    ]
    assert secret not in " ".join(texts)


def test_a_new_secret_leaves_the_old_one_good_for_seven_days(connection: StoreConnection) -> None:
    old = connection.secret
    lifecycle.new_secret(connection, now=NOW)
    connection.refresh_from_db()
    assert connection.previous_secret == old
    assert connection.previous_secret_until == NOW + timedelta(days=7)
    assert connection.secret != old


def test_unpairing_keeps_the_credentials(connection: StoreConnection) -> None:
    secret = lifecycle.secret_of(connection)
    lifecycle.unpair(connection)
    lifecycle.resume(connection)
    connection.refresh_from_db()
    assert lifecycle.secret_of(connection) == secret


def test_deleting_removes_every_credential_and_keeps_the_row(connection: StoreConnection) -> None:
    lifecycle.new_secret(connection, now=NOW)
    lifecycle.delete(connection)
    connection.refresh_from_db()
    assert connection.status == Status.DELETED
    assert [getattr(connection, name) for name in lifecycle.SEALED_FIELDS] == ["", "", "", ""]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize(
    ("verb", "target"),
    [
        (lifecycle.unpair, Status.UNPAIRED),
        (lifecycle.resume, Status.ACTIVE),
        (lifecycle.delete, Status.DELETED),
    ],
)
def test_only_the_steps_of_the_table_are_possible(
    connection: StoreConnection, status: Status, verb: object, target: Status
) -> None:
    StoreConnection.objects.update(status=status)
    connection.status = "stale"
    assert callable(verb)
    if target in lifecycle.NEXT[status]:
        verb(connection)
    else:
        with pytest.raises(lifecycle.NotPossibleError, match="Main store is"):
            verb(connection)
        target = status
    connection.refresh_from_db()
    assert connection.status == target


def test_a_deleted_connection_gets_no_new_secret(connection: StoreConnection) -> None:
    lifecycle.delete(connection)
    with pytest.raises(lifecycle.NotPossibleError):
        lifecycle.new_secret(connection, now=NOW)


def test_the_table_of_steps_names_every_status() -> None:
    assert set(lifecycle.NEXT) == set(Status)


# The database's own rules.


def refused(**changes: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        StoreConnection.objects.update(**changes)


def test_an_active_connection_has_a_secret(connection: StoreConnection) -> None:
    refused(secret="")
    StoreConnection.objects.update(secret="", status=Status.UNPAIRED)


def test_a_previous_secret_has_an_end(connection: StoreConnection) -> None:
    refused(previous_secret="x")
    refused(previous_secret_until=NOW)
    StoreConnection.objects.update(previous_secret="x", previous_secret_until=NOW)


def test_an_unknown_status_is_refused(connection: StoreConnection) -> None:
    refused(status="asleep")


def test_an_activity_line_is_of_its_connections_company(connection: StoreConnection) -> None:
    stranger = a_company()
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.create(
            company=stranger, connection=connection, at=NOW, kind="x", text="x", status="info"
        )
