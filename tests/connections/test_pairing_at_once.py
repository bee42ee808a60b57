"""Two people, or two sites, at the same moment: real threads, real locks."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from connections import lifecycle, pairing
from connections.models import PairedSite, PairingCode, Status, StoreConnection
from connections.site import Site
from tests import server
from tests.config.conftest import until
from tests.plugin import Plugin, a_code

pytestmark = pytest.mark.django_db(transaction=True)

HERE = Site(site_url="https://shop.example.com")


def at_once(count: int, act: Any) -> list[Any]:
    """Run `act(number)` in so many threads, which begin together."""
    start = threading.Barrier(count)
    answers: list[Any] = []

    def run(number: int) -> None:
        start.wait()
        try:
            answers.append(act(number))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_two_clicks_at_once_one_pairs_and_the_other_finds_no_code(
    connection: StoreConnection,
) -> None:
    for _ in range(5):
        code = a_code(connection)
        answers = at_once(4, lambda _, code=code: Plugin().pair(code))
        assert sorted(status for status, _ in answers) == [200, 404, 404, 404]
    assert PairedSite.objects.count() == 1


def someone_waits_for_a_lock() -> bool:
    with server.server().connect("superuser", "postgres") as admin:
        found = admin.execute(
            "SELECT FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'",
            (server.own_database(),),
        )
        return found.rowcount > 0


def meanwhile(first: Callable[[], object], second: Callable[[], object]) -> list[Any]:
    """Do `second` in a thread while `first` has been done and is not committed yet.

    Returns what `second` gave, or the error that it raised.
    """
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append(second())
        except pairing.CodeNotFoundError as error:
            outcome.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        first()
        thread.start()
        until(someone_waits_for_a_lock, seconds=5, what="the other at the lock")
    thread.join()
    return outcome


def test_a_connection_that_is_deleted_meanwhile_is_not_paired(connection: StoreConnection) -> None:
    code = a_code(connection)
    outcome = meanwhile(
        lambda: lifecycle.delete(connection),
        lambda: pairing.redeem(code, HERE, now=timezone.now()),
    )
    assert isinstance(outcome[0], pairing.CodeNotFoundError)
    connection.refresh_from_db()
    assert (connection.status, connection.secret) == (Status.DELETED, "")
    assert not PairedSite.objects.exists()


def test_a_code_that_is_voided_meanwhile_does_not_pair(connection: StoreConnection) -> None:
    code = a_code(connection)
    outcome = meanwhile(
        lambda: pairing.make_code(connection, by=None, now=timezone.now()),
        lambda: pairing.redeem(code, HERE, now=timezone.now()),
    )
    assert isinstance(outcome[0], pairing.CodeNotFoundError)
    assert not PairedSite.objects.exists()


def test_a_secret_that_is_changed_meanwhile_stays_good_for_seven_days(
    connection: StoreConnection,
) -> None:
    code = a_code(connection)
    now = timezone.now()
    secrets: list[str] = []
    meanwhile(
        lambda: secrets.append(lifecycle.new_secret(connection, now=now)),
        lambda: secrets.append(pairing.redeem(code, HERE, now=now).secret),
    )
    connection.refresh_from_db()
    assert lifecycle.secret_of(connection) == secrets[1]
    plugin = Plugin()
    plugin.connection_id, plugin.secret = connection.pk, secrets[0]
    assert plugin.signed("status")[0] == 200
    assert connection.previous_secret_until == now + timedelta(days=7)


def test_of_codes_made_at_once_one_is_open(connection: StoreConnection) -> None:
    def make(_: int) -> str:
        return pairing.make_code(connection, by=None, now=timezone.now()).code

    codes = at_once(6, make)
    assert len(set(codes)) == 6
    assert PairingCode.objects.filter(used_at=None, voided_at=None).count() == 1
