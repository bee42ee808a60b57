"""The demo store: its story is whole, the books agree with it, a second time adds nothing."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.db import connection as database
from django.db.models import Sum

from connections import lifecycle
from connections.models import StoreConnection
from ledger.core.gstin import normalise_gstin
from ledger.models import Company, Entry, Item, User, Voucher
from sync.booking import pipeline
from sync.core.parse import parse_order
from sync.demo import sender, stage
from sync.demo.goods import BUSINESS, OWN_GSTIN
from sync.demo.story import PAST_DAYS, Event, Story, story
from sync.models import Delivery, Order, Snapshot
from tests.deliveries import Store, signature

OPENED_AT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
BOOKING = {"processing", "completed"}
SENTENCE = "Please ring the bell twice."


@pytest.fixture
def told() -> Story:
    return story(OPENED_AT)


@pytest.fixture
def connection(db: None) -> StoreConnection:
    return stage.demo_connection("some-pass-word", now=OPENED_AT)


def play(connection: StoreConnection, events: list[Event]) -> None:
    """Through the door, without a network; what one watches is drained event by event."""
    store = Store(connection.pk, lifecycle.secret_of(connection))
    for event in events:
        status, _ = store.send(event.body, topic=event.topic, delivery_id=event.delivery_id)
        assert status == HTTPStatus.OK
        if event.at >= OPENED_AT:
            pipeline.drain(connection.pk)


def net_in_store(record: dict[str, Any]) -> Decimal:
    """What the store itself would say that an order brought; nothing where it does not book."""
    order = record["order"]
    if order["status"] not in BOOKING or order["currency"] != "INR":
        return Decimal(0)
    return Decimal(order["total"]) - sum(Decimal(each["amount"]) for each in record["refunds"])


def net_in_books(connection: StoreConnection, order_id: int) -> Decimal:
    """What the vouchers of an order come to, from the rows alone."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(CASE type WHEN 'credit_note' THEN -total ELSE total END), 0)"
            " FROM ledger_voucher WHERE source_key LIKE %s",
            [f"{connection.pk}/{order_id}/%"],
        )
        net: Decimal = cursor.fetchone()[0]
    return net


def test_the_story_is_the_same_to_the_byte_and_different_in_another_shop(told: Story) -> None:
    assert story(OPENED_AT).events == told.events
    assert story(OPENED_AT, seed=28).events != told.events
    assert len({event.delivery_id for event in told.events}) == len(told.events)


def test_three_weeks_are_over_and_half_a_minute_is_to_come(told: Story) -> None:
    offsets = [(event.at - OPENED_AT).total_seconds() for event in told.events]
    assert offsets == sorted(offsets)
    assert -offsets[0] >= (PAST_DAYS - 1) * 86_400
    assert max(offsets) <= 30
    assert sum(offset > 0 for offset in offsets) >= 25
    assert 40 <= len(told.shop.orders) <= 60


def test_every_body_is_an_order_whose_total_is_the_sum_of_its_parts(told: Story) -> None:
    for event in told.events:
        payload = json.loads(event.body)
        order = parse_order(payload)
        parts = sum((line.total + line.tax for line in order.lines), Decimal(0))
        assert order.total == parts
        in_rates = sum(Decimal(tax["total"]) for line in _lines(payload) for tax in line["taxes"])
        assert Decimal(payload["total_tax"]) == in_rates


def _lines(payload: dict[str, Any]) -> list[dict[str, Any]]:
    return [*payload["line_items"], *payload["shipping_lines"], *payload["fee_lines"]]


def test_gstins_of_the_demo_are_well_formed_and_nobodys() -> None:
    for gstin in (OWN_GSTIN, BUSINESS.gstin):
        assert normalise_gstin(gstin) == gstin
        assert gstin[7:11] == "0000"


@pytest.mark.django_db
def test_the_books_are_what_the_store_says(connection: StoreConnection, told: Story) -> None:
    play(connection, told.events)
    for record in told.truth():
        assert net_in_books(connection, record["id"]) == net_in_store(record), record["id"]
    clearing = Entry.objects.filter(account__code__startswith="1210")
    balance = clearing.aggregate(balance=Sum("debit") - Sum("credit"))["balance"]
    assert balance == sum(map(net_in_store, told.truth()))


@pytest.mark.django_db
def test_everything_that_can_become_of_an_order_is_shown(
    connection: StoreConnection, told: Story
) -> None:
    play(connection, told.events)
    orders = Order.objects.filter(connection=connection)
    assert set(orders.values_list("state", flat=True)) == {
        "booked", "draft", "ignored", "waiting", "reversed",
    }  # fmt: skip
    assert list(orders.filter(state="waiting").values_list("reason_code", flat=True)) == [
        "currency"
    ]
    causes = set(Voucher.objects.values_list("order_document__kind", "type").order_by().distinct())
    assert causes == {
        ("sale", "sales"), ("edit", "debit_note"), ("edit", "credit_note"),
        ("refund", "credit_note"), ("reversal", "credit_note"),
    }  # fmt: skip
    refunds = Voucher.objects.filter(order_document__kind="refund").order_by("id")
    assert [refund.flags for refund in refunds] == [[], ["allocated"]]
    ends = set(Delivery.objects.values_list("state", "reason_code"))
    assert {("booked", ""), ("unchanged", "repeat"), ("ignored", "status_ignored")} <= ends
    assert not Delivery.objects.filter(state__in=("received", "alarm")).exists()


@pytest.mark.django_db
def test_the_books_show_all_kinds_of_supply(connection: StoreConnection, told: Story) -> None:
    play(connection, told.events)
    sales = Voucher.objects.filter(type="sales")
    assert {"27", "29", "96"} < set(sales.values_list("place_of_supply", flat=True))
    assert sales.filter(buyer_gstin=BUSINESS.gstin, place_decided_by="gstin").count() == 1
    assert sales.filter(flags__contains=["unmapped_sku"]).exists()
    assert sales.exclude(flags__contains=["unmapped_sku"]).exists()
    rates = set(sales.values_list("lines__rate", flat=True))
    assert {Decimal(5), Decimal(18), Decimal(40), Decimal(0)} <= rates
    assert {"product", "shipping", "fee"} == set(sales.values_list("lines__kind", flat=True))
    assert {"taxable", "nil_rated", "zero_rated"} <= set(
        sales.values_list("lines__taxability", flat=True)
    )
    assert not sales.filter(flags__overlap=["rate_differs", "tax_kind_differs"]).exists()


@pytest.mark.django_db
def test_playing_it_twice_posts_nothing_more(connection: StoreConnection, told: Story) -> None:
    play(connection, told.events)
    posted = list(Voucher.objects.order_by("id").values_list("id", "number"))
    snapshots = Snapshot.objects.count()
    assert sender.not_yet_sent(connection, told.events) == []
    play(connection, told.events)
    assert list(Voucher.objects.order_by("id").values_list("id", "number")) == posted
    assert Snapshot.objects.count() == snapshots


@pytest.mark.django_db
def test_an_interrupted_demo_goes_on_where_it_stopped(
    connection: StoreConnection, told: Story
) -> None:
    play(connection, told.events[:11])
    assert sender.not_yet_sent(connection, told.events) == told.events[11:]


@pytest.mark.django_db
def test_the_stage_is_set_once(connection: StoreConnection) -> None:
    again = stage.demo_connection("another-pass-word", now=OPENED_AT + timedelta(days=1))
    assert again == connection
    assert Company.objects.count() == User.objects.count() == 1
    assert stage.has_password("some-pass-word")
    assert not stage.has_password("another-pass-word")
    assert Item.objects.filter(company=connection.company).count() == 10


@pytest.mark.django_db
def test_no_demo_is_made_among_other_peoples_books() -> None:
    from tests.factories import a_company

    a_company()
    with pytest.raises(stage.NoStageError, match="companies here already"):
        stage.demo_connection("some-pass-word", now=OPENED_AT)


@pytest.mark.django_db
def test_a_deleted_demo_stays_deleted(connection: StoreConnection) -> None:
    lifecycle.delete(connection)
    with pytest.raises(stage.NoStageError, match="was deleted"):
        stage.demo_connection("some-pass-word", now=OPENED_AT)


@pytest.mark.django_db
def test_nothing_personal_of_the_demo_is_kept(connection: StoreConnection, told: Story) -> None:
    play(connection, told.events)
    sent = b"".join(event.body for event in told.events).decode()
    kept = json.dumps(list(Snapshot.objects.values_list("payload", flat=True)))
    for secret in (SENTENCE, "12 Lotus Lane", "203.0.113.7", "+91 90000 00000", "dent"):
        assert secret in sent
        assert secret not in kept


class Door(ThreadingHTTPServer):
    """A door of the other side's: it answers what it is told to, and keeps what came."""

    def __init__(self, answers: Iterator[int]) -> None:
        super().__init__(("127.0.0.1", 0), _Knocker)
        self.answers = answers
        self.came: list[tuple[str, str | None, bytes]] = []

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Knocker(BaseHTTPRequestHandler):
    server: Door

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append((self.path, self.headers["X-WC-Webhook-Signature"], body))
        self.send_response(next(self.server.answers, HTTPStatus.OK))
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Keep quiet."""


def _knock(answers: list[int], connection: StoreConnection, events: list[Event]) -> Door:
    with Door(iter(answers)) as door:
        Thread(target=door.serve_forever, daemon=True).start()
        try:
            list(sender.send(connection, events, site=door.site, pause=lambda _: None))
        finally:
            door.shutdown()
    return door


@pytest.mark.django_db
def test_deliveries_go_over_http_signed_and_again_where_the_door_fails(
    connection: StoreConnection, told: Story
) -> None:
    first, second = told.events[:2]
    door = _knock([503, 200], connection, [first, second])
    secret = lifecycle.secret_of(connection)
    path = f"/hooks/woocommerce/{connection.pk}"
    assert door.came == [
        (path, signature(event.body, secret), event.body) for event in (first, first, second)
    ]


@pytest.mark.django_db
def test_a_door_that_refuses_is_an_error(connection: StoreConnection, told: Story) -> None:
    with pytest.raises(sender.DoorClosedError, match="answered 401"):
        _knock([401], connection, told.events[:1])


@pytest.mark.django_db
def test_an_event_waits_for_its_time(connection: StoreConnection) -> None:
    from django.utils import timezone

    told = story(timezone.now() + timedelta(hours=1))
    pauses: list[float] = []
    with Door(iter(())) as door:
        Thread(target=door.serve_forever, daemon=True).start()
        future = [event for event in told.events if event.at > told.opened_at][:1]
        sent = sender.send(
            connection, [told.events[0], *future], site=door.site, pause=pauses.append
        )
        assert list(sent) == [told.events[0], *future]
        door.shutdown()
    assert pauses[0] == 0
    assert 3_500 < pauses[1] < 3_700
