"""FakeStore's webhooks behave as WooCommerce 10.5 was seen to: facts, not wishes."""

import base64
import hmac
import json
from collections.abc import Callable, Iterator, Mapping

import pytest

from tests.fakes.store import FakeStore, an_order

URL = "http://counterfoil.test/hook"
TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored")


class Receiver:
    """Takes what the store sends, and answers with a status of the test's choice."""

    def __init__(self) -> None:
        self.status = 200
        self.got: list[tuple[dict[str, str], bytes]] = []

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        assert url == URL
        self.got.append((dict(headers), body))
        if self.status == 0:
            raise ConnectionRefusedError
        return self.status

    def topics(self) -> list[str]:
        """What came since, without pings."""
        found = [headers.get("X-WC-Webhook-Topic", "") for headers, _ in self.got]
        self.got.clear()
        return [topic for topic in found if topic]


@pytest.fixture
def receiver() -> Receiver:
    """Where the webhooks go."""
    return Receiver()


@pytest.fixture
def store(receiver: Receiver) -> Iterator[FakeStore]:
    """A store with one webhook for each topic of orders."""
    with FakeStore(deliver=receiver) as store:
        for topic in TOPICS:
            content = {"topic": topic, "delivery_url": URL, "secret": "s3cr3t"}
            store.hooks.create(content)
        yield store


def test_creating_a_webhook_pings_unsigned_in_a_form(store: FakeStore, receiver: Receiver) -> None:
    assert [body for _, body in receiver.got] == [b"webhook_id=%d" % n for n in range(1, 5)]
    for headers, _ in receiver.got:
        assert headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert not any(name.startswith("X-WC") for name in headers)


def test_another_address_is_pinged_and_a_ping_is_repeated_until_it_gets_200(
    store: FakeStore, receiver: Receiver
) -> None:
    receiver.got.clear()
    receiver.status = 202
    store.hooks.change(store.hooks.rows[2], {"delivery_url": URL})
    assert receiver.got == []
    store.hooks.rows[2].is_ping_due = True
    store.life.place(an_order(1))
    store.run_queue()
    assert sum(body == b"webhook_id=2" for _, body in receiver.got) == 1
    receiver.status = 200
    store.life.edit(1001)
    store.run_queue()
    receiver.got.clear()
    store.life.edit(1001)
    store.run_queue()
    assert sum(body == b"webhook_id=2" for _, body in receiver.got) == 0


def test_a_new_order_is_delivered_twice_with_one_body(store: FakeStore, receiver: Receiver) -> None:
    receiver.got.clear()
    store.life.place(an_order(1))
    assert store.run_queue() == 2
    (first, one), (second, two) = receiver.got
    assert [first["X-WC-Webhook-Topic"], second["X-WC-Webhook-Topic"]] == [
        "order.created",
        "order.updated",
    ]
    assert one == two


def test_deliveries_are_signed_over_the_bytes_and_named_by_the_second(
    store: FakeStore, receiver: Receiver
) -> None:
    receiver.got.clear()
    store.life.place(an_order(1))
    store.life.place(an_order(2))
    store.run_queue()
    for headers, body in receiver.got:
        made = base64.b64encode(hmac.new(b"s3cr3t", body, "sha256").digest()).decode()
        assert headers["X-WC-Webhook-Signature"] == made
        assert body.isascii()
        assert b"\\/" in body
    numbers = [headers["X-WC-Webhook-Delivery-ID"] for headers, _ in receiver.got]
    assert len(numbers) == 4
    assert len(set(numbers)) == 2


def test_a_body_is_built_when_it_is_delivered(store: FakeStore, receiver: Receiver) -> None:
    placed = store.life.place(an_order(1))
    store.life.edit(placed, status="completed")
    receiver.got.clear()
    assert store.run_queue() == 2
    assert {json.loads(body)["status"] for _, body in receiver.got} == {"completed"}


def test_an_order_deleted_meanwhile_is_delivered_as_an_error(
    store: FakeStore, receiver: Receiver
) -> None:
    placed = store.life.place(an_order(1))
    store.life.delete(placed)
    receiver.got.clear()
    store.run_queue()
    assert {json.loads(body)["code"] for _, body in receiver.got} == {
        "woocommerce_rest_shop_order_invalid_id"
    }


def test_each_verb_announces_what_woocommerce_announces(
    store: FakeStore, receiver: Receiver
) -> None:
    life = store.life
    placed = life.place(an_order(1))
    refund = life.refund(placed, "1.00")
    store.run_queue()
    verbs: list[tuple[Callable[[], object], list[str]]] = [
        (lambda: life.edit(placed), ["order.updated"]),
        (lambda: life.refund(placed, "1.00"), ["order.updated"]),
        (lambda: life.delete_refund(placed, refund), []),
        (lambda: life.trash(placed), ["order.deleted"]),
        (lambda: life.restore(placed), ["order.restored"]),
        (lambda: life.trash(placed), ["order.deleted"]),
        (lambda: life.untrash_by_rest(placed), []),
        (lambda: life.edit_unseen(placed, total="1.00"), []),
        (lambda: life.delete(placed), []),
    ]
    for act, topics in verbs:
        receiver.got.clear()
        store.clock.tick()
        act()
        store.run_queue()
        assert receiver.topics() == topics


def test_a_deleted_order_is_delivered_as_its_id_alone(store: FakeStore, receiver: Receiver) -> None:
    placed = store.life.place(an_order(1))
    store.run_queue()
    store.life.trash(placed)
    receiver.got.clear()
    store.run_queue()
    assert [json.loads(body) for _, body in receiver.got] == [{"id": placed}]


def test_what_moves_the_time_of_an_order_and_what_does_not(store: FakeStore) -> None:
    placed = store.life.place(an_order(1))
    refund = store.life.refund(placed, "1.00")
    entry = store.shelf.get(placed)
    assert entry
    for act, moves in (
        (lambda: store.life.edit(placed), True),
        (lambda: store.life.delete_refund(placed, refund), False),
        (lambda: store.life.edit_unseen(placed, total="2.00"), False),
        (lambda: store.life.refund(placed, "1.00"), True),
        (lambda: store.life.trash(placed), True),
        (lambda: store.life.untrash_by_rest(placed), True),
    ):
        before = entry.modified
        store.clock.tick()
        act()
        assert (entry.modified > before) is moves


@pytest.mark.parametrize("status", [500, 404, 410, 303, 0])
def test_the_seventh_failure_in_a_row_switches_a_webhook_off(
    store: FakeStore, receiver: Receiver, status: int
) -> None:
    placed = store.life.place(an_order(1))
    store.run_queue()
    receiver.status = status
    hook = store.hooks.rows[2]
    for _ in range(6):
        store.life.edit(placed)
        store.run_queue()
    assert (hook.status, hook.failures) == ("active", 6)
    store.life.edit(placed)
    store.run_queue()
    assert (hook.status, hook.failures) == ("disabled", 6)
    receiver.status = 200
    store.life.edit(placed)
    assert store.run_queue() == 0


@pytest.mark.parametrize("status", [200, 204, 301, 302])
def test_redirects_too_count_as_success(store: FakeStore, receiver: Receiver, status: int) -> None:
    placed = store.life.place(an_order(1))
    hook = store.hooks.rows[2]
    hook.failures = 6
    receiver.status = status
    store.life.edit(placed)
    store.run_queue()
    assert (hook.status, hook.failures) == ("active", 0)


def test_switched_on_again_one_failure_switches_it_off(
    store: FakeStore, receiver: Receiver
) -> None:
    placed = store.life.place(an_order(1))
    store.run_queue()
    hook = store.hooks.rows[2]
    hook.status, hook.failures = "disabled", 6
    store.hooks.change(hook, {"status": "active"})
    receiver.status = 500
    store.life.edit(placed)
    store.run_queue()
    assert hook.status == "disabled"


def test_a_cart_is_announced_and_an_auto_draft_is_not(store: FakeStore, receiver: Receiver) -> None:
    receiver.got.clear()
    store.life.place(an_order(1), status="auto-draft")
    assert store.run_queue() == 0
    cart = store.life.place(an_order(2), status="checkout-draft")
    store.run_queue()
    receiver.got.clear()
    store.life.leave_draft(cart)
    store.run_queue()
    assert receiver.topics() == ["order.updated", "order.created"]
