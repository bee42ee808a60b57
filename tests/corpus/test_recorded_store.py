"""A recorded store, replayed: its orders and the books agree, whatever happens on the way."""

import http.client
import json
import random
from collections import Counter, defaultdict
from contextlib import closing
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.db.models import Sum
from django.test.testcases import LiveServerThread

from connections.models import StoreConnection
from ledger.models import Entry, Voucher, VoucherTax
from sync.booking import pipeline
from sync.core.certificate import in_store
from sync.models import Delivery, DeliveryState, Order
from sync.reconciliation import reconcile
from tests.corpus import by_hand, recording

DELETED_FOR_GOOD = {140, 226, 287}
UNTRASHED_BY_REST = {305}
BELOW_ZERO = {139}


def nets(connection: StoreConnection) -> dict[int, Decimal]:
    """What each order comes to, summed over its vouchers."""
    sums: dict[int, Decimal] = defaultdict(Decimal)
    rows = Voucher.objects.filter(order_document__connection=connection)
    for voucher in rows.select_related("order_document"):
        sign = -1 if voucher.type == "credit_note" else 1
        sums[voucher.order_document.order_id] += sign * voucher.total
    return {order.order_id: sums[order.order_id] for order in connection.orders.all()}


def replay(connection: StoreConnection, recorded: list[recording.Recorded]) -> None:
    recording.send(connection, recorded)
    assert pipeline.drain(connection.pk, patient=True).is_done


@pytest.mark.django_db(transaction=True)
def test_sent_over_http_the_books_agree_with_the_store(live_door: LiveServerThread) -> None:
    connection = recording.a_connection()
    path = f"/hooks/woocommerce/{connection.pk}"
    for each in recording.deliveries():  # each on a connection of its own, as WooCommerce sends
        with closing(http.client.HTTPConnection(live_door.host, live_door.port)) as client:
            client.request("POST", path, each.body, each.headers)
            answer = client.getresponse()
            assert (answer.status, json.loads(answer.read())) == (200, {"status": "accepted"})
    assert pipeline.drain(connection.pk, patient=True).is_done
    assert_books_agree(connection)


@pytest.mark.django_db(transaction=True)
def test_one_by_one_or_all_at_once_the_books_agree() -> None:
    at_once, one_by_one = recording.a_connection(), recording.a_connection()
    replay(at_once, recording.deliveries())
    for each in recording.deliveries():
        replay(one_by_one, [each])
    assert_books_agree(at_once)
    assert_books_agree(one_by_one)
    waiting = {order_id: Decimal(0) for order_id in BELOW_ZERO}
    assert nets(at_once) | waiting == nets(one_by_one) | waiting


def assert_books_agree(connection: StoreConnection) -> None:
    """Every order equals the store, but for those that webhooks cannot know."""
    truth = recording.final_orders()
    states = dict(connection.orders.values_list("order_id", "state"))
    booked = nets(connection)
    disagreeing = {
        order_id
        for order_id, row in truth.items()
        if not row["deleted"]
        and booked[order_id]
        != recording.expected_net(row, is_booked=states[order_id] in ("booked", "waiting"))
    }
    assert disagreeing == UNTRASHED_BY_REST | BELOW_ZERO
    assert {i for i, state in states.items() if state == "waiting"} == BELOW_ZERO
    assert_certificate(connection)
    assert_taxes(connection, truth)


def assert_certificate(connection: StoreConnection) -> None:
    """`reconcile` names exactly those."""
    truth = [in_store(row) for row in recording.final_orders().values()]
    exceptions = {
        each.order_id: each.verdict.value for each in reconcile(connection, truth).exceptions
    }
    assert exceptions == {
        **dict.fromkeys(DELETED_FOR_GOOD | UNTRASHED_BY_REST, "different"),
        **dict.fromkeys(BELOW_ZERO, "waiting"),
    }


def assert_taxes(connection: StoreConnection, truth: dict[int, Any]) -> None:
    """Halves are equal, IGST stands where the place is another, all of it by rate."""
    vouchers = Voucher.objects.filter(order_document__connection=connection)
    for voucher in vouchers:
        assert voucher.cgst == voucher.sgst
        if voucher.place_of_supply == "27":
            assert voucher.igst == 0
        else:
            assert voucher.cgst == 0
    for tax in VoucherTax.objects.filter(voucher__in=vouchers):
        exact = tax.taxable_value * tax.rate / 100
        assert tax.amount == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    sides = Entry.objects.filter(company=connection.company).aggregate(Sum("debit"), Sum("credit"))
    assert sides["debit__sum"] == sides["credit__sum"]


@pytest.mark.django_db
def test_taxes_round_off_and_clearing_equal_sums_worked_out_from_the_store_s_json() -> None:
    """To the paisa, over all orders that stand; see `by_hand` for how."""
    connection = recording.a_connection()
    replay(connection, recording.deliveries())
    expected: Counter[str] = Counter()
    for order_id, order in last_snapshots().items():
        if connection.orders.get(order_id=order_id).state == "booked":
            expected.update(by_hand.accounts_of(order))
    assert min(expected["CGST"], expected["IGST"]) > 1_000_000
    for name, key in (
        ("CGST", "output:CGST"),
        ("SGST", "output:SGST"),
        ("IGST", "output:IGST"),
        ("Round Off", "round_off"),
        ("clearing", f"clearing:{connection.pk}"),
    ):
        account = connection.company.accounts.get(key=key)
        sides = account.entries.aggregate(Sum("debit"), Sum("credit"))
        balance = (sides["credit__sum"] or 0) - (sides["debit__sum"] or 0)
        assert balance * 100 == expected[name], name


def last_snapshots() -> dict[int, Any]:
    """Each order as the store last sent it."""
    newest: dict[int, Any] = {}
    for each in recording.deliveries():
        body = json.loads(each.body)
        if "total" in body:
            newest[each.order_id] = body
    return newest


@pytest.mark.django_db(transaction=True)
def test_sent_again_shuffled_and_three_times_nothing_more_is_posted() -> None:
    connection = recording.a_connection()
    recorded = recording.deliveries()
    replay(connection, recorded)
    before = list(Voucher.objects.order_by("id").values_list("id", flat=True))
    for seed in range(10):
        again = recorded * 3
        random.Random(seed).shuffle(again)
        replay(connection, again)
        assert list(Voucher.objects.order_by("id").values_list("id", flat=True)) == before


@pytest.mark.django_db(transaction=True)
def test_in_any_other_order_each_order_comes_to_the_same() -> None:
    """But for orders with a bare deletion: it carries no time."""
    recorded = recording.deliveries()
    exempt = BELOW_ZERO | {each.order_id for each in recorded if each.is_bare_deletion}
    as_sent = recording.a_connection()
    replay(as_sent, recorded)
    expected = {i: net for i, net in nets(as_sent).items() if i not in exempt}
    for seed in range(10):
        shuffled = recording.a_connection()
        random.Random(seed).shuffle(recorded)
        for start in range(0, len(recorded), 97):
            replay(shuffled, recorded[start : start + 97])
        found = {i: net for i, net in nets(shuffled).items() if i not in exempt}
        assert found == expected, seed


@pytest.mark.django_db
def test_every_delivery_ends_in_one_of_the_named_ways() -> None:
    connection = recording.a_connection()
    replay(connection, recording.deliveries())
    deliveries = Delivery.objects.filter(connection=connection)
    assert not deliveries.filter(state=DeliveryState.RECEIVED).exists()
    assert not deliveries.exclude(state=DeliveryState.BOOKED).filter(reason="").exists()
    assert Order.objects.filter(connection=connection).count() == 171
