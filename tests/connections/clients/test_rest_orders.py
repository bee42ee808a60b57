"""Single orders, many by id, refunds in full, and which fields cross the wire."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from connections.clients import fields
from connections.clients.errors import FailedError, StoreError, WooCommerceMissingError
from connections.clients.protocol import BEGINNING, Gone, Period, Place, Unread
from connections.clients.rest import RestClient
from sync.core.minimise import GSTIN_FIELDS, ORDER, WITH_CONTACT, minimise
from sync.core.parse import parse_order
from sync.core.shapes import read_json
from tests.clients import all_changed, ids, rest_client
from tests.deliveries import final_orders
from tests.fakes.store import FakeStore, Fault, an_order, load_history, load_recorded

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def client(store: FakeStore) -> Iterator[RestClient]:
    """A client of the store by keys."""
    client = rest_client(store, gstin_fields=GSTIN_FIELDS)
    yield client
    client.close()


class TestOneOrder:
    def test_it_comes_with_its_refunds_in_full(self, store: FakeStore, client: RestClient) -> None:
        load_history(store, 20, begin=BEGIN)
        order = client.order(1000 + 3 * 7)
        assert not isinstance(order, Gone)
        (refund,) = order["refunds"]
        assert refund["date_created_gmt"] == "2026-11-01T00:58:00"
        assert refund["line_items"][0]["meta_data"][0]["key"] == "_refunded_item_id"
        assert len(store.requests) == 2

    def test_one_in_the_trash_is_not_gone(self, store: FakeStore, client: RestClient) -> None:
        placed = store.life.place(an_order(1))
        store.life.trash(placed)
        order = client.order(placed)
        assert not isinstance(order, Gone)
        assert order["status"] == "trash"

    def test_one_deleted_for_good_is_gone(self, store: FakeStore, client: RestClient) -> None:
        placed = store.life.place(an_order(1))
        store.life.delete(placed)
        assert client.order(placed) == Gone(placed)

    def test_a_cart_is_no_order(self, store: FakeStore, client: RestClient) -> None:
        placed = store.life.place(an_order(1), status="checkout-draft")
        assert client.order(placed) == Gone(placed, is_draft=True)

    def test_a_refund_is_no_order(self, store: FakeStore, client: RestClient) -> None:
        placed = store.life.place(an_order(1))
        refund = store.life.refund(placed, "1.00")
        assert client.order(refund) == Gone(refund)

    @pytest.mark.parametrize("lost", ["has_woocommerce", "is_rest_locked", "has_plain_permalinks"])
    def test_a_store_that_does_not_answer_as_one_makes_nothing_gone(
        self, store: FakeStore, client: RestClient, lost: str
    ) -> None:
        placed = store.life.place(an_order(1))
        setattr(store.house, lost, not getattr(store.house, lost))
        with pytest.raises(StoreError):
            client.order(placed)


class TestManyOrders:
    def test_each_is_there_or_gone_in_the_sequence_that_was_asked_for(
        self, store: FakeStore, client: RestClient
    ) -> None:
        load_history(store, 12, begin=BEGIN)
        store.life.trash(1003)
        store.life.delete(1006)
        cart = store.life.place(an_order(1), status="checkout-draft")
        found = client.orders([1021, 1006, 1003, cart, 1000])
        told = [each if isinstance(each, Gone | Unread) else each["id"] for each in found]
        assert told == [1021, Gone(1006), 1003, 1000]

    def test_a_hundred_cost_three_requests(self, store: FakeStore, client: RestClient) -> None:
        load_history(store, 100, begin=BEGIN)
        for n in range(0, 100, 9):
            store.life.trash(1000 + 3 * n)
        assert len(client.orders([1000 + 3 * n for n in range(100)])) == 100
        assert len(store.requests) <= 5

    def test_more_than_a_hundred_are_too_many(self, client: RestClient) -> None:
        with pytest.raises(ValueError, match="100"):
            client.orders(list(range(1, 102)))

    def test_none_cost_nothing(self, store: FakeStore, client: RestClient) -> None:
        assert client.orders([]) == []
        assert store.requests == []


class TestRefunds:
    @pytest.mark.parametrize("has_short_way", [True, False])
    def test_they_are_those_that_the_store_recorded(
        self, store: FakeStore, client: RestClient, has_short_way: bool
    ) -> None:
        load_recorded(store, final_orders())
        store.house.has_short_refunds = has_short_way
        truth = {row["id"]: row["refunds"] for row in final_orders() if not row.get("deleted")}
        found = {order["id"]: order["refunds"] for order in all_changed(client)}
        assert found.keys() == truth.keys()
        for order_id, refunds in truth.items():
            told = {refund["id"]: refund for refund in found[order_id]}
            assert told.keys() == {refund["id"] for refund in refunds}
            assert list(told) == sorted(told)
            for refund in refunds:
                for name in ("amount", "date_created_gmt"):
                    assert told[refund["id"]][name] == refund[name]
                for name in ("line_items", "shipping_lines", "fee_lines"):
                    totals = [line["total"] for line in refund[name]]
                    assert [line["total"] for line in told[refund["id"]][name]] == totals

    def test_a_refund_deleted_between_two_requests_is_not_made_up(
        self, store: FakeStore, client: RestClient
    ) -> None:
        placed = store.life.place(an_order(1))
        kept, lost = (store.life.refund(placed, "1.00") for _ in range(2))
        self.after_the_lists(store, lambda: store.life.delete_refund(placed, lost))
        (order,) = client.changed_orders(BEGINNING, 10).orders
        assert ids(order["refunds"]) == [kept]

    def test_an_order_deleted_between_two_requests_is_left_out(
        self, store: FakeStore, client: RestClient
    ) -> None:
        placed = store.life.place(an_order(1))
        store.life.refund(placed, "1.00")
        self.after_the_lists(store, lambda: store.life.delete(placed))
        page = client.changed_orders(BEGINNING, 10)
        assert page.orders == []

    def after_the_lists(self, store: FakeStore, act: Callable[[], object]) -> None:
        """Let something happen in the store once both lists have been read."""

        def happens() -> None:
            if len(store.requests) == 3:
                act()

        store.before_answering = happens

    def test_more_than_a_hundred_refunds_of_one_order_all_come(self, store: FakeStore) -> None:
        placed = store.life.place(an_order(1))
        given = [store.life.refund(placed, "0.01") for _ in range(105)]
        for has_short_way in (True, False):
            store.house.has_short_refunds = has_short_way
            other = rest_client(store)
            order = other.order(placed)
            other.close()
            assert not isinstance(order, Gone)
            assert ids(order["refunds"]) == given

    @pytest.mark.parametrize("odd", [{"0": {"id": 5}}, "none", None, [{"id": "x"}, 7]])
    def test_refunds_that_nobody_can_read_hold_up_no_other_order(
        self, odd: object, monkeypatch: pytest.MonkeyPatch, store: FakeStore, client: RestClient
    ) -> None:
        first, second = (store.life.place(an_order(n)) for n in (1, 2))
        true = store.forms.order
        monkeypatch.setattr(
            store.forms,
            "order",
            lambda entry: true(entry) | ({"refunds": odd} if entry.order_id == first else {}),
        )
        found = client.changed_orders(BEGINNING, 10).orders
        assert ids(found) == [first, second]
        assert found[0]["refunds"] == odd
        period = Period(BEGIN, store.clock.at + timedelta(days=1))
        sums = client.order_sums(period, BEGINNING, 10).sums
        assert [each.order_id for each in sums] == ids(found)


class TestOrdersThatTheStoreCannotRead:
    def test_they_are_named_and_hold_up_no_other(self, store: FakeStore) -> None:
        load_history(store, 40, begin=BEGIN)
        store.life.trash(1030)
        store.house.unreadable = {1006, 1030, 1099}
        client = rest_client(store, page_size=10)
        found, unread = list[int](), list[int]()
        place: Place | None = BEGINNING
        tries = 0
        while place:
            tries += 1
            assert tries < 50
            try:
                page = client.changed_orders(place, 100)
            except FailedError:
                continue
            found += ids(page.orders)
            unread += page.unread
            place = page.next
        client.close()
        assert sorted(unread) == [1006, 1030, 1099]
        assert sorted(found + unread) == [1000 + 3 * n for n in range(40)]

    def test_a_large_page_is_first_tried_in_smaller_ones(self, store: FakeStore) -> None:
        load_history(store, 5, begin=BEGIN)
        store.house.unreadable = {1003}
        client = rest_client(store, page_size=40)
        for _ in range(2):
            with pytest.raises(FailedError):
                client.changed_orders(BEGINNING, 100)
        assert client.changed_orders(BEGINNING, 100).unread == (1003,)
        client.close()

    def test_a_store_that_is_down_is_not_taken_for_orders_that_cannot_be_read(
        self, store: FakeStore
    ) -> None:
        load_history(store, 5, begin=BEGIN)
        store.faults.plan(1, 1.0, [Fault.ERROR])
        client = rest_client(store, page_size=10)
        with pytest.raises(FailedError):
            client.changed_orders(BEGINNING, 100)
        client.close()

    def test_one_alone_fails(self, store: FakeStore, client: RestClient) -> None:
        load_history(store, 2, begin=BEGIN)
        store.house.unreadable = {1003}
        with pytest.raises(FailedError):
            client.order(1003)


class TestFields:
    def asked(self, *, shares_contact: bool) -> set[str]:
        parameters = fields.order_parameters(GSTIN_FIELDS, shares_contact=shares_contact)
        return set(parameters["_fields"].split(","))

    @pytest.mark.parametrize("shares_contact", [False, True])
    def test_they_are_what_is_kept_and_nothing_else(self, *, shares_contact: bool) -> None:
        """By keeping an order whose every field is there."""
        shape = WITH_CONTACT if shares_contact else ORDER
        ours = {"counterfoil"}
        kept = {name for name in shape if name not in {"billing", "shipping"} | ours}
        full = next(row["order"] for row in final_orders() if not row.get("deleted"))
        address = {**full["billing"], **full["shipping"], "email": "a@b.example", "phone": "1"}
        order = {**full, "billing": address, "shipping": address}
        left = minimise(order, shares_contact=shares_contact)
        for part in ("billing", "shipping"):
            kept |= {f"{part}.{name}" for name in left[part]}
        assert self.asked(shares_contact=shares_contact) == kept | {"meta_data", "billing.company"}

    def test_personal_data_does_not_cross_the_wire(
        self, store: FakeStore, client: RestClient
    ) -> None:
        meta = [
            {"id": 1, "key": "_billing_gstin", "value": "27AAPFU0939F1ZV"},
            {"id": 2, "key": "_billing_birthday", "value": "1990-01-01"},
        ]
        store.life.place(
            {**an_order(1), "customer_note": "ring twice", "meta_data": meta}, status="processing"
        )
        (order,) = client.changed_orders(BEGINNING, 10).orders
        text = repr(order)
        for personal in (
            "MG Road",
            "9800000000",
            "asha@example",
            "ring twice",
            "1990",
            "203.0.113",
        ):
            assert personal not in text
        assert order["meta_data"] == [meta[0]]
        assert order["billing"].keys() == {"first_name", "last_name", "company", "state", "country"}

    def test_contact_details_come_where_they_are_shared(self, store: FakeStore) -> None:
        store.life.place(an_order(1))
        client = rest_client(store, shares_contact=True)
        (order,) = client.changed_orders(BEGINNING, 10).orders
        client.close()
        assert order["billing"]["email"] == "asha@example.in"
        assert order["shipping"]["address_1"] == "12 MG Road"
        assert "meta_data" not in order

    def test_a_pulled_order_is_kept_and_parsed_as_a_delivered_one_with_its_refunds(
        self, store: FakeStore, client: RestClient
    ) -> None:
        load_recorded(store, final_orders())
        truth = {row["id"]: row for row in final_orders() if not row.get("deleted")}
        for order in all_changed(client):
            row = truth[order["id"]]
            body = json.dumps({**row["order"], "refunds": row["refunds"]}).encode()
            delivered = read_json(body)
            assert isinstance(delivered, dict)
            assert parse_order(minimise(order)) == parse_order(minimise(delivered))

    def test_numbers_stay_the_text_that_they_were(
        self, store: FakeStore, client: RestClient
    ) -> None:
        load_history(store, 1, begin=BEGIN)
        order = client.order(1000)
        assert not isinstance(order, Gone)
        assert all(isinstance(line["price"], str) for line in order["line_items"])


def test_the_short_way_to_refunds_is_asked_for_once(store: FakeStore) -> None:
    store.house.has_short_refunds = False
    load_history(store, 100, begin=BEGIN)
    client = rest_client(store, page_size=10)
    all_changed(client, 10)
    client.close()
    assert sum(request.path.endswith("/v3/refunds") for request in store.requests) == 1


def test_another_error_of_the_short_way_is_not_taken_for_its_absence(store: FakeStore) -> None:
    placed = store.life.place(an_order(1))
    store.life.refund(placed, "1.00")
    client = rest_client(store)
    store.faults.queue(None, None, Fault.ERROR)
    with pytest.raises(StoreError) as raised:
        client.changed_orders(BEGINNING, 10)
    assert not isinstance(raised.value, WooCommerceMissingError)
    assert client.changed_orders(BEGINNING, 10).orders[0]["refunds"][0]["amount"] == "1.00"
    client.close()
