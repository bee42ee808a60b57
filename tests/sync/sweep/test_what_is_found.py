"""What a sweep finds in a store and puts right, over real HTTP: each kind of silent change."""

import json
from collections.abc import Callable
from decimal import Decimal

import psycopg
import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connections.models import Activity, StoreConnection, UnmappedSku
from ledger.models import Item, Voucher
from sync import sweep
from sync.booking import pipeline
from sync.booking.inbox import Envelope, Recipient, put
from sync.certificate import certificates
from sync.core.certificate import Verdict
from sync.models import (
    Delivery,
    Finding,
    Order,
    OrderState,
    SweepRun,
    SweepStage,
    SweptOrder,
)
from sync.orders import acceptance
from sync.sweep.ending import unexplained
from tests import pulled
from tests.factories import a_user
from tests.fakes.store import FakeStore, an_order
from tests.server import address_of
from tests.sync.sweep.sweeping import begun, certified, run_to_the_end

pytestmark = pytest.mark.django_db

Change = Callable[[FakeStore, int], object]


def untrashed(store: FakeStore, shop: StoreConnection, order: int) -> None:
    """Trashed with a webhook, taken out again by REST without one."""
    store.life.trash(order)
    put(Recipient.of(shop), Envelope(timezone.now(), "order.deleted"), {"id": order})
    pipeline.drain(shop.pk, patient=True)
    assert order not in pulled.booked(shop)
    store.clock.tick(5)
    store.life.untrash_by_rest(order)


def look(run: SweepRun) -> dict[int, tuple[str, str]]:
    """What was found and what is, of the orders that a certificate keeps."""
    rows = SweptOrder.objects.filter(run=run).order_by("order_id")
    return {each.order_id: (each.found, each.verdict) for each in rows}


@pytest.mark.parametrize(
    "change",
    [
        lambda store, order: store.life.delete(order),
        lambda store, order: store.life.trash(order),
        lambda store, order: store.life.edit(order, status="cancelled"),
    ],
    ids=["deleted for good", "trashed", "cancelled"],
)
def test_what_was_taken_back_in_the_store_is_reversed(
    store: FakeStore, shop: StoreConnection, orders: list[int], change: Change
) -> None:
    change(store, orders[0])
    run = certified(shop)
    assert look(run) == {orders[0]: ("different", "excluded")}
    assert set(pulled.booked(shop)) == set(orders[1:])
    assert (run.booked, run.excluded, run.repaired, run.different) == (2, 1, 1, 0)
    assert run.store_total == run.books_total == sum(pulled.booked(shop).values())


def test_an_order_out_of_the_trash_by_rest_is_booked_again(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    whole = pulled.booked(shop)
    untrashed(store, shop, orders[0])
    run = certified(shop)
    assert look(run) == {orders[0]: ("different", "booked")}
    assert pulled.booked(shop) == whole


def test_a_refund_that_vanished_without_moving_a_time_is_undone(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    whole = pulled.booked(shop)
    refund = store.life.refund(orders[0], "10.00")
    certified(shop)
    assert pulled.booked(shop)[orders[0]] == whole[orders[0]] - 10
    store.life.delete_refund(orders[0], refund)
    run = certified(shop)
    assert look(run) == {orders[0]: ("different", "booked")}
    assert pulled.booked(shop) == whole


def test_a_refund_that_another_one_of_the_same_amount_replaced_is_found_though_the_nets_agree(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    first = store.life.refund(orders[0], "10.00")
    certified(shop)
    net = pulled.booked(shop)[orders[0]]
    store.life.delete_refund(orders[0], first)
    store.life.refund(orders[0], "10.00")
    run = certified(shop)
    assert look(run) == {orders[0]: ("different", "booked")}
    assert pulled.booked(shop)[orders[0]] == net


def test_a_line_edit_that_moves_no_time_is_found_by_its_amount(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    other = an_order(77)
    store.life.edit_unseen(
        orders[0],
        **{name: other[name] for name in ("line_items", "tax_lines", "total", "total_tax")},
    )
    run = certified(shop)
    assert look(run) == {orders[0]: ("different", "booked")}
    assert pulled.booked(shop)[orders[0]] == Decimal(other["total"])


def test_a_line_edit_that_keeps_the_total_is_found_by_what_the_books_would_show(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    """The line bears no tax any more, and its value is what the buyer paid."""
    entry = store.shelf.get(orders[0])
    assert entry is not None
    line, *others = entry.body["line_items"]
    gross = f"{Decimal(line['total']) + Decimal(line['total_tax']):.2f}"
    untaxed = {**line, "total": gross, "subtotal": gross, "total_tax": "0.00", "taxes": []}
    before = Voucher.objects.count()
    store.life.edit_unseen(orders[0], line_items=[untaxed, *others])
    found = certified(shop, repairs=False)
    assert look(found) == {orders[0]: ("different", "different")}
    assert Voucher.objects.count() == before
    run = certified(shop)
    assert look(run) == {orders[0]: ("different", "booked")}
    assert Voucher.objects.count() > before


def test_looking_opens_no_items_where_unknown_skus_would_be_opened(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    shop.unmapped_sku = UnmappedSku.CREATE
    shop.save(update_fields=["unmapped_sku"])
    certified(shop)
    entry = store.shelf.get(orders[0])
    assert entry is not None
    renamed = [{**line, "sku": "NEW-SKU"} for line in entry.body["line_items"]]
    store.life.edit_unseen(orders[0], line_items=renamed)
    before = Item.objects.count()
    certified(shop, repairs=False)
    assert Item.objects.count() == before


def test_an_edit_that_the_books_do_not_show_is_taken_in_and_is_no_difference(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    """A product that is deleted takes the SKU off the lines of its old orders."""
    entry = store.shelf.get(orders[0])
    assert entry is not None
    bare = [{**line, "sku": None, "product_id": 0} for line in entry.body["line_items"]]
    store.life.edit_unseen(orders[0], line_items=bare)
    before = Voucher.objects.count()
    assert certified(shop, repairs=False).different == 0
    run = certified(shop)
    assert (run.different, run.repaired, run.refreshed) == (0, 0, 1)
    assert Voucher.objects.count() == before
    assert certified(shop).refreshed == 0


def test_an_order_that_never_came_is_missing_until_it_is_repaired(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    new = store.life.place(an_order(4))
    found = certified(shop, repairs=False)
    assert look(found) == {new: ("missing", "missing")}
    assert new not in pulled.booked(shop)
    assert look(certified(shop)) == {new: ("missing", "booked")}
    assert new in pulled.booked(shop)


def test_an_order_in_the_books_that_this_store_never_had_is_reversed(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    foreign = {**store.forms.order(store.shelf.get(orders[0])), "id": 7, "number": "7"}  # type: ignore[arg-type]
    put(Recipient.of(shop), Envelope(timezone.now(), "order.updated"), foreign)
    pipeline.drain(shop.pk, patient=True)
    assert 7 in pulled.booked(shop)
    run = certified(shop)
    assert look(run) == {7: ("different", "excluded")}
    assert set(pulled.booked(shop)) == set(orders)


def test_an_order_that_goes_comes_back_and_goes_again_is_followed_each_time(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    """A store that is set back to a copy of yesterday, and forward again."""
    entry = store.shelf.get(orders[0])
    assert entry is not None
    for _ in range(2):
        store.life.delete(orders[0])
        assert look(certified(shop))[orders[0]] == ("different", "excluded")
        assert orders[0] not in pulled.booked(shop)
        store.shelf.put(entry)
        assert look(certified(shop))[orders[0]] == ("different", "booked")
        assert orders[0] in pulled.booked(shop)


def test_a_draft_of_an_order_that_is_gone_goes_too(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    held = store.life.place(an_order(4), status="on-hold")
    certified(shop)
    assert Order.objects.get(order_id=held).state == OrderState.DRAFT
    store.life.delete(held)
    certified(shop)
    assert Order.objects.get(order_id=held).state == OrderState.IGNORED


def test_what_waits_says_why_and_counts_in_both_sums(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    waits = store.life.place({**an_order(4), "currency": "USD"})
    run = certified(shop)
    assert look(run) == {waits: ("missing", "waiting")}
    row = SweptOrder.objects.get(run=run)
    assert "exchange rate" in row.reason
    assert (run.waiting, run.missing, run.different) == (1, 0, 0)
    assert run.store_total - run.books_total == Decimal(an_order(4)["total"])  # type: ignore[operator]
    assert unexplained(run) == 0
    assert look(certified(shop)) == {waits: ("waiting", "waiting")}


def test_what_rules_keep_out_is_counted_by_rule(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    for status in ("on-hold", "pending", "cancelled", "failed"):
        store.life.place(an_order(4), status=status)
    store.life.place(an_order(5), status="checkout-draft")
    ignored = store.life.place(an_order(6), status="on-ice")
    shop.status_mapping = {"on-ice": "ignore"}
    shop.save(update_fields=["status_mapping"])
    run = certified(shop)
    assert certificates.excluded_by_rule(run) == {"cancelled": 2, "draft": 2, "status_ignored": 1}
    assert look(run)[ignored] == ("excluded", "excluded")
    assert run.store_total == run.books_total


def test_what_a_person_left_out_is_excluded_by_that_rule(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    waits = store.life.place({**an_order(4), "currency": "USD"})
    certified(shop)
    snapshot = str(Order.objects.get(order_id=waits).snapshot_id)
    why = {"snapshot": snapshot, "why": "a test order"}
    acceptance.accept(shop, waits, "left_out", why, a_user(), at=timezone.now())
    pipeline.drain(shop.pk, patient=True)
    run = certified(shop)
    assert certificates.excluded_by_rule(run) == {"left_out": 1}
    assert run.store_total == run.books_total


def test_options_that_changed_since_are_followed_though_the_store_says_nothing_new(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    held = store.life.place(an_order(4), status="on-hold")
    certified(shop)
    shop.status_mapping = {"on-hold": "post"}
    shop.save(update_fields=["status_mapping"])
    run = certified(shop)
    assert look(run) == {held: ("different", "booked")}
    deliveries = Delivery.objects.count()
    certified(shop)
    assert Delivery.objects.count() == deliveries


def test_without_repair_nothing_is_written_but_the_certificate(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    store.life.delete(orders[0])
    store.life.place(an_order(4))
    before = Voucher.objects.count(), Delivery.objects.count(), Order.objects.count()
    run = certified(shop, repairs=False)
    assert (run.missing, run.different) == (1, 1)
    assert (Voucher.objects.count(), Delivery.objects.count(), Order.objects.count()) == before
    assert not Finding.objects.exists()


def test_what_arrives_meanwhile_and_is_not_processed_yet_is_no_difference(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    new = store.life.place(an_order(4))
    told = store.forms.order(store.shelf.get(new))  # type: ignore[arg-type]

    def tell() -> None:
        if not Delivery.objects.filter(order_id=new).exists():
            put(Recipient.of(shop), Envelope(timezone.now(), "order.created"), told)

    tell()
    run = certified(shop, repairs=False)
    assert (run.missing, run.booked) == (0, 4)


@pytest.mark.django_db(transaction=True)
def test_what_somebody_else_is_booking_is_judged_when_it_is_booked(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    new = store.life.place(an_order(4))
    told = store.forms.order(store.shelf.get(new))  # type: ignore[arg-type]
    put(Recipient.of(shop), Envelope(timezone.now(), "order.created"), told)
    run = begun(shop, repairs=False)
    with psycopg.connect(address_of("app")) as other:
        other.execute(
            "SELECT FROM connections_storeconnection WHERE id = %s FOR NO KEY UPDATE", [shop.pk]
        )
        sweep.run(run)
        row = SweptOrder.objects.get(order_id=new)
        assert (row.found, row.is_open) == ("", True)
        assert SweepRun.objects.get().stage == SweepStage.SETTLING
    run_to_the_end(run)
    run.refresh_from_db()
    assert look(run) == {}
    assert (run.booked, run.missing, run.repaired) == (4, 0, 0)


def test_an_edit_between_the_list_and_the_end_is_no_difference(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    store.life.refund(orders[0], "10.00")
    asked = iter(range(1000))

    def edit_meanwhile() -> None:
        if next(asked) == 3:
            store.life.refund(orders[1], "5.00")
            store.life.delete_refund(orders[0], store.shelf.get(orders[0]).refunds[0]["id"])  # type: ignore[union-attr]

    store.before_answering = edit_meanwhile
    run = certified(shop)
    assert run.different == 0
    assert run.store_total == run.books_total == sum(pulled.booked(shop).values())


def test_an_order_that_the_store_cannot_read_is_never_taken_for_well(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    store.house.unreadable = {orders[0]}
    deliveries = Delivery.objects.count()
    for _ in range(2):
        run = certified(shop)
        assert Delivery.objects.count() == deliveries
        assert look(run) == {orders[0]: ("different", "different")}
        assert "could not read" in SweptOrder.objects.get(run=run).reason
    store.house.unreadable = set()
    assert certified(shop).different == 0


@pytest.mark.parametrize("way", ["keys", "plugin"])
def test_so_is_one_that_the_books_have_never_heard_of(
    store: FakeStore, shop: StoreConnection, orders: list[int], way: str
) -> None:
    if way == "plugin":
        pulled.paired(shop, store)
    new = store.life.place(an_order(4))
    store.house.unreadable = {new}
    assert look(certified(shop)) == {new: ("missing", "missing")}
    assert new not in orders


def test_by_the_plugin_it_is_the_same(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    pulled.paired(shop, store)
    certified(shop)
    store.life.delete(orders[0])
    new = store.life.place(an_order(4))
    store.house.unreadable = {orders[1]}
    assert look(certified(shop)) == {
        orders[0]: ("different", "excluded"),
        orders[1]: ("different", "different"),
        new: ("missing", "booked"),
    }


class TestManyAreGone:
    """A store that was set back to an old copy, or another one at its address."""

    @pytest.fixture
    def many(self, store: FakeStore, shop: StoreConnection) -> list[int]:
        """Thirty orders, booked, and then gone but for one."""
        placed = [store.life.place(an_order(seed)) for seed in range(1, 31)]
        certified(shop)
        assert len(pulled.booked(shop)) == 30
        for order in placed[1:]:
            store.life.delete(order)
        return placed

    def test_nothing_is_reversed_until_a_person_insists(
        self, shop: StoreConnection, many: list[int]
    ) -> None:
        run = certified(shop)
        assert run.holds_back
        assert (run.different, run.repaired) == (29, 0)
        assert len(pulled.booked(shop)) == 30
        assert all("a person must agree" in each.reason for each in run.orders.all())
        insisting = certified(shop, insists=True)
        assert (insisting.different, insisting.repaired) == (0, 29)
        assert set(pulled.booked(shop)) == {many[0]}


class TestWhatPeopleAreTold:
    def test_a_line_for_each_certificate(
        self, store: FakeStore, shop: StoreConnection, orders: list[int]
    ) -> None:
        store.life.delete(orders[0])
        certified(shop)
        certified(shop)
        lines = Activity.objects.filter(kind="certificate").order_by("id")
        assert list(lines.values_list("text", flat=True)) == [
            "Completeness certificate: 3 orders, difference ₹0.00; 1 repaired.",
            "Completeness certificate: 2 orders, difference ₹0.00.",
        ]

    def test_what_could_not_be_repaired_needs_a_person_until_it_is_gone(
        self, store: FakeStore, shop: StoreConnection, orders: list[int]
    ) -> None:
        store.house.unreadable = {orders[0]}
        certified(shop)
        finding = Finding.objects.get()
        assert (finding.cause, finding.needs_person) == ("books_differ", True)
        assert finding.text == "1 order does not agree with the store. It could not be repaired."
        store.house.unreadable = set()
        certified(shop, repairs=False)
        assert Finding.objects.get().resolved_at is None
        certified(shop, first=timezone.now().date())
        assert Finding.objects.get().resolved_at is None
        certified(shop)
        assert Finding.objects.get().resolved_at is not None


def test_the_figures_are_those_of_the_orders_by_status_and_by_day(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    held = store.life.place(an_order(4), status="on-hold")
    store.life.refund(orders[0], "10.00")
    run = certified(shop)
    told = certificates.document(run)
    net = sum(pulled.booked(shop).values())
    by_status = {each["status"]: each for each in told["statuses"]}
    assert by_status["processing"]["booked"] == 3
    assert by_status["processing"]["store_total"] == f"{net:.2f}"
    assert (by_status["on-hold"]["excluded"], by_status["on-hold"]["store_total"]) == (1, "0.00")
    for sums in (told["statuses"], told["days"]):
        for verdict in Verdict:
            assert sum(each[verdict.value] for each in sums) == told["counts"][verdict.value]
        for name in ("store_total", "books_total", "difference"):
            assert sum(Decimal(each[name]) for each in sums) == Decimal(told[name])
    assert told["refunds"] == 1
    assert json.loads(json.dumps(told)) == told
    assert held not in pulled.booked(shop)


def test_what_is_gone_or_unreadable_stands_under_the_day_that_the_books_know(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    store.life.delete(orders[0])
    store.house.unreadable = {orders[1]}
    days = certified(shop).sums.filter(kind="day")
    assert [(each.booked, each.excluded, each.different) for each in days] == [(1, 1, 1)]
    assert days[0].day is not None


def test_rows_of_ordinary_orders_do_not_pile_up(
    store: FakeStore, shop: StoreConnection, orders: list[int]
) -> None:
    store.life.place(an_order(4), status="on-hold")
    first, second = certified(shop), certified(shop)
    assert SweptOrder.objects.filter(run=first).count() == 0
    assert SweptOrder.objects.filter(run=second).count() == 1
    assert SweptOrder.objects.filter(verdict="booked").count() == 0


def test_queries_do_not_grow_with_the_orders(store: FakeStore, shop: StoreConnection) -> None:
    counts = []
    for placed in (range(10), range(10, 40)):
        for seed in placed:
            store.life.place(an_order(seed))
        certified(shop)
        with CaptureQueriesContext(database) as queries:
            certified(shop)
        counts.append(len(queries))
    assert counts[0] == counts[1] < 80
