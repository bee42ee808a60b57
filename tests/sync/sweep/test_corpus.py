"""A recorded store: after its webhooks alone four orders differ, after the sweep none does."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from connections import lifecycle
from connections.lifecycle import RestAccess
from connections.models import StoreConnection
from ledger.models import Voucher
from sync.booking import pipeline
from sync.certificate import certificates
from sync.models import SweepRun, SweptOrder
from sync.orders import acceptance
from tests import pulled
from tests.corpus import recording
from tests.factories import a_user
from tests.fakes.store import KEY, SECRET, FakeStore, load_recorded
from tests.sync.sweep.sweeping import certified

pytestmark = pytest.mark.django_db

DELETED_FOR_GOOD = {140, 226, 287}
TAKEN_OUT_OF_THE_TRASH_BY_REST = {305}
BELOW_ZERO = {139}
"""Refunded for more than it is worth: no webhook and no sweep can book that."""


@pytest.fixture
def store() -> Iterator[FakeStore]:
    """What the store held at the end of the recording."""
    with pulled.a_store() as store:
        load_recorded(store, recording.final_orders().values())
        store.clock.at = pulled.now()
        yield store


@pytest.fixture(params=["keys", "plugin"])
def shop(request: pytest.FixtureRequest, store: FakeStore) -> StoreConnection:
    """Its connection, after all its webhooks."""
    connection = recording.a_connection()
    if request.param == "plugin":
        store.house.secret = lifecycle.secret_of(connection)
        connection.allow_http = True
        connection.save(update_fields=["allow_http"])
        pulled.paired(connection, store)
    else:
        rest = RestAccess(store.url, KEY, SECRET, allow_http=True)
        lifecycle.keep_keys(connection, rest, now=pulled.now())
        connection.refresh_from_db()
    recording.send(connection, recording.deliveries())
    assert pipeline.drain(connection.pk, patient=True).is_done
    return connection


def exceptions(told: dict[str, Any]) -> dict[int, str]:
    return {each["order_id"]: each["kind"] for each in told["exceptions"]}


def test_after_webhooks_alone_four_orders_differ_and_after_the_sweep_none(
    shop: StoreConnection,
) -> None:
    waiting = dict.fromkeys(BELOW_ZERO, "waiting")
    before = certificates.as_json(certified(shop, repairs=False))
    assert exceptions(before) == waiting | dict.fromkeys(
        DELETED_FOR_GOOD | TAKEN_OUT_OF_THE_TRASH_BY_REST, "different"
    )
    assert before["unexplained"] == "-25644.76"
    after = certificates.as_json(certified(shop, repairs=True))
    assert exceptions(after) == waiting
    assert after["unexplained"] == "0.00"
    repaired = {each["order_id"]: each["was"] for each in after["repaired"]}
    assert repaired == dict.fromkeys(DELETED_FOR_GOOD | TAKEN_OUT_OF_THE_TRASH_BY_REST, "different")


def test_with_the_one_that_waits_left_out_by_a_person_the_difference_is_nothing_at_all(
    shop: StoreConnection,
) -> None:
    certified(shop)
    waiting = shop.orders.get(order_id=139)
    why = {"snapshot": str(waiting.snapshot_id), "why": "settled with the buyer"}
    acceptance.accept(shop, 139, "left_out", why, a_user(), at=timezone.now())
    pipeline.drain(shop.pk, patient=True)
    told = certificates.as_json(certified(shop))
    assert (told["difference"], told["exceptions"]) == ("0.00", [])
    assert told["store_total"] == told["books_total"]
    assert told["excluded"]["left_out"] == 1
    shown = certificates.newest_certificate(shop)
    assert shown is not None
    assert shown.tone == "good"


def test_every_order_is_accounted_for_to_the_paisa_by_a_sum_of_the_tests_own(
    shop: StoreConnection,
) -> None:
    run = certified(shop, repairs=True)
    truth = {i: row for i, row in recording.final_orders().items() if not row["deleted"]}
    states = dict(shop.orders.values_list("order_id", "state"))
    booked = pulled.booked(shop)
    for order_id, row in truth.items():
        if order_id in BELOW_ZERO:
            continue
        is_booked = states[order_id] == "booked"
        assert booked.get(order_id, 0) == recording.expected_net(row, is_booked=is_booked)
    assert set(booked) <= set(truth)
    told = certificates.as_json(run)
    # The store's list, and the three that were found to be gone.
    assert sum(told["counts"].values()) == len(truth) + len(DELETED_FOR_GOOD)
    standing = sum(booked.values(), Decimal(0))
    assert Decimal(told["books_total"]) == standing


def test_a_second_sweep_changes_nothing(shop: StoreConnection) -> None:
    certified(shop, repairs=True)
    vouchers = set(Voucher.objects.values_list("pk", flat=True))
    orders = list(shop.orders.order_by("pk").values())
    deliveries = shop.deliveries.count()
    again = certified(shop, repairs=True)
    assert set(Voucher.objects.values_list("pk", flat=True)) == vouchers
    assert list(shop.orders.order_by("pk").values()) == orders
    assert shop.deliveries.count() == deliveries
    assert (again.repaired, again.refreshed) == (0, 0)
    assert SweepRun.objects.count() == 2
    assert not SweptOrder.objects.filter(is_open=True).exists()
