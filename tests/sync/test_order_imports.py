"""Orders imported by hand: chosen, asked for as they are now, booked by the ordinary rules."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from connections.clients.transport import Limits
from connections.models import Activity, StoreConnection
from ledger.models import Item, Membership, User, Voucher
from sync.asking import errands, order_imports, pulls
from sync.asking.errands import NotPossibleError
from sync.booking import pipeline
from sync.models import (
    Delivery,
    ErrandState,
    ImportedOrder,
    ImportOutcome,
    Lane,
    Look,
    Order,
    OrderImport,
)
from sync.tasks import work_on_order_import
from tests import pulled
from tests.factories import a_company
from tests.fakes.store import FakeStore, Fault, an_order, load_history
from tests.stores import an_order as order_of_a_shirt
from tests.stores import deliver

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
IDS = [1000 + 3 * n for n in range(120)]


@pytest.fixture
def store() -> Iterator[FakeStore]:
    """A store with a past of 120 orders: seventeen of twenty book, two are drafts or cancelled."""
    with pulled.a_store() as store:
        load_history(store, 120, begin=BEGIN)
        store.clock.at = pulled.now()
        yield store


@pytest.fixture
def shop(store: FakeStore) -> StoreConnection:
    """Its connection."""
    return pulled.connected_to(store)


def owner_of(shop: StoreConnection) -> User:
    return Membership.objects.get(company=shop.company, role="owner").user


def begun(shop: StoreConnection, ids: list[int] = IDS) -> OrderImport:
    numbers = {order_id: str(order_id) for order_id in ids}
    return order_imports.begin(shop, numbers, by=owner_of(shop), now=timezone.now())


def outcomes(made: OrderImport) -> dict[int, str]:
    return dict(made.orders.values_list("order_id", "outcome"))


def states(made: OrderImport) -> Counter[str]:
    return Counter(outcomes(made).values())


def test_all_of_them_come_and_are_booked(shop: StoreConnection) -> None:
    made = begun(shop)
    assert order_imports.run(made).is_done
    made.refresh_from_db()
    assert (made.state, made.done, made.total) == (ErrandState.DONE, 120, 120)
    assert states(made) == {"booked": 108, "draft": 6, "ignored": 6}
    assert order_imports.counts(made) == states(made)
    assert Order.objects.filter(state="booked").count() == 108
    assert set(made.orders.filter(outcome="ignored").values_list("reason_code", flat=True)) == {
        "cancelled"
    }


def test_they_come_through_the_ordinary_inbox_behind_what_is_live(shop: StoreConnection) -> None:
    made = begun(shop, IDS[:3])
    order_imports.run(made, seconds=0)
    rows = Delivery.objects.filter(topic="import")
    assert set(rows.values_list("lane", "order_id")) == {(Lane.BACKFILL, pk) for pk in IDS[:3]}
    deliver(shop, order_of_a_shirt(501))
    pipeline._Drainer(shop.pk, patient=True).next_batch()
    assert set(Order.objects.values_list("order_id", flat=True)) == {501}
    assert states(made) == {"kept": 3}


def test_the_activity_log_tells_the_result(shop: StoreConnection) -> None:
    order_imports.run(begun(shop))
    said = Activity.objects.filter(kind="import").get().text
    assert said == "120 orders imported by hand: 108 booked, 6 draft, 6 ignored by a rule."


def test_imported_again_nothing_changes(shop: StoreConnection) -> None:
    order_imports.run(begun(shop))
    before = Voucher.objects.count()
    again = begun(shop)
    assert order_imports.run(again).is_done
    assert states(again) == {"unchanged": 108, "draft": 6, "ignored": 6}
    assert Voucher.objects.count() == before


def test_the_same_asked_for_twice_is_one_import(shop: StoreConnection) -> None:
    made = begun(shop)
    assert begun(shop) == made
    assert begun(shop, IDS[:5]) != made


def test_two_imports_at_once_book_every_order_once(shop: StoreConnection) -> None:
    first, second = begun(shop), begun(shop, IDS[:60])
    ended = [False, False]
    while not all(ended):
        for number, made in enumerate((first, second)):
            ended[number] = ended[number] or order_imports.run(made, seconds=0).is_done
    assert Order.objects.filter(state="booked").count() == 108
    keys = list(Voucher.objects.values_list("source_key", flat=True))
    assert len(keys) == len(set(keys))
    assert states(first).keys() | states(second).keys() <= {
        "booked", "unchanged", "draft", "ignored",
    }  # fmt: skip


def test_what_waits_says_why_and_which_skus_are_missing(shop: StoreConnection) -> None:
    StoreConnection.objects.filter(pk=shop.pk).update(unmapped_sku="wait")
    Item.objects.create(company=shop.company, sku="A-0", name="Article", hsn="6109")
    made = begun(shop)
    order_imports.run(made)
    waiting = made.orders.filter(outcome="waiting")
    assert waiting.exists()
    assert set(waiting.values_list("reason_code", flat=True)) == {"sku"}
    assert all("No item has the SKU" in each.reason for each in waiting)
    assert order_imports.missing_skus(made) == ["A-1", "A-2"]


def test_lines_booked_without_an_item_are_missing_skus_too_until_they_are_mapped(
    shop: StoreConnection,
) -> None:
    made = begun(shop)
    order_imports.run(made)
    assert order_imports.missing_skus(made) == ["A-0", "A-1", "A-2"]
    item = Item.objects.create(company=shop.company, sku="CUP", name="Cup")
    from sync.items.sku_mapping import map_sku

    map_sku(shop, "A-1", item, user=owner_of(shop), at=timezone.now())
    assert order_imports.missing_skus(made) == ["A-0", "A-2"]


def test_ordinary_rules_hold_and_each_order_says_which(shop: StoreConnection) -> None:
    StoreConnection.objects.filter(pk=shop.pk).update(
        go_live_date=date(2027, 1, 1), status_mapping={"processing": "ignore"}
    )
    made = begun(shop)
    order_imports.run(made)
    assert states(made) == {"ignored": 120}
    assert set(made.orders.values_list("reason_code", flat=True)) == {
        "before_go_live", "cancelled",
    }  # fmt: skip
    assert not Voucher.objects.exists()


def test_gone_orders_carts_and_unreadable_ones_are_told_apart(
    shop: StoreConnection, store: FakeStore
) -> None:
    store.house.unreadable = {IDS[1]}
    cart = store.life.place(an_order(9), status="checkout-draft")
    made = begun(shop, [*IDS[:3], cart, 4711])
    order_imports.run(made)
    found = {row.order_id: (row.outcome, row.reason_code) for row in made.orders.all()}
    assert found == {
        IDS[0]: ("booked", ""),
        IDS[1]: ("failed", "unread"),
        IDS[2]: ("booked", ""),
        cart: ("ignored", "cart"),
        4711: ("failed", "gone"),
    }


def test_what_breaks_inside_counterfoil_has_failed(
    shop: StoreConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync.booking import deciding

    def breaks(*_: object) -> None:
        raise ValueError("a case that nobody saw")

    monkeypatch.setattr(deciding, "plan", breaks)
    made = begun(shop, IDS[:2])
    order_imports.run(made)
    assert states(made) == {"failed": 2}


def test_a_store_that_fails_one_time_in_five_brings_them_all(
    shop: StoreConnection, store: FakeStore
) -> None:
    store.house.retry_after = "1"
    store.faults.plan(3, 0.2)
    made = begun(shop)
    for _ in range(80):
        OrderImport.objects.filter(state="paused").update(state="running")
        if order_imports.run(made).is_done:
            break
    assert sum(states(made).values()) == 120
    assert states(made)["booked"] == 108


@pytest.mark.parametrize("fault", [Fault.DYING, Fault.CUT, Fault.HOLDS])
def test_a_store_that_dies_in_the_middle_stops_nothing_that_has_come(
    shop: StoreConnection, store: FakeStore, fault: Fault
) -> None:
    made = begun(shop)
    order_imports.run(made, seconds=0)
    assert 0 < states(made)["kept"] < 120
    store.faults.plan(1, 1.0, [fault])
    order_imports.run(made, limits=Limits(connect=1, read=0.3, total=0.5))
    made.refresh_from_db()
    assert made.problem
    store.faults.plan(1, 0.0)
    assert order_imports.run(made).is_done
    assert states(made) == {"booked": 108, "draft": 6, "ignored": 6}


@pytest.mark.parametrize("place", ["keep", "drain", "settle"])
def test_a_worker_that_is_killed_half_way_loses_nothing(
    shop: StoreConnection, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    made = begun(shop)
    where: Any = {"keep": pulls, "drain": pipeline, "settle": order_imports}[place]
    kept, calls = getattr(where, place), iter(range(99))

    def dies_on_the_second(*given: Any, **named: Any) -> Any:
        if next(calls) == 1:
            raise KeyboardInterrupt
        return kept(*given, **named)

    monkeypatch.setattr(pipeline, "ORDERS_PER_BATCH", 40)
    monkeypatch.setattr(order_imports, "BOOKING_SECONDS", 0.0)
    with monkeypatch.context() as patch:
        patch.setattr(where, place, dies_on_the_second)
        with pytest.raises(KeyboardInterrupt):
            order_imports.run(made)
    assert ImportedOrder.objects.filter(outcome__in=("asked", "kept")).exists()
    assert errands.queue_due(timezone.now() + pulls.CLAIM + timedelta(seconds=1)) == 1
    assert order_imports.run(made).is_done
    assert states(made) == {"booked": 108, "draft": 6, "ignored": 6}


def test_cancelled_it_asks_for_no_more_and_books_what_has_come(shop: StoreConnection) -> None:
    made = begun(shop)
    order_imports.run(made, seconds=0)
    came = states(made)["kept"]
    order_imports.cancel(made, now=timezone.now())
    assert order_imports.run(made).is_done
    made.refresh_from_db()
    assert made.state == ErrandState.CANCELLED
    assert states(made)["failed"] == 120 - came
    assert Order.objects.count() == came
    assert set(made.orders.filter(outcome="failed").values_list("reason_code", flat=True)) == {
        "cancelled"
    }
    with pytest.raises(NotPossibleError):
        order_imports.cancel(made, now=timezone.now())


def test_what_needs_a_person_stops_it_with_the_cure_and_goes_on_afterwards(
    shop: StoreConnection, store: FakeStore
) -> None:
    store.house.user_may = False
    made = begun(shop)
    order_imports.run(made)
    made.refresh_from_db()
    assert made.state == ErrandState.PAUSED
    assert made.problem.count(".") >= 2
    store.house.user_may = True
    errands.take_up(made, now=timezone.now())
    assert order_imports.run(made).is_done


def test_the_task_puts_it_off_where_the_store_is_switched_off(shop: StoreConnection) -> None:
    made = begun(shop)
    StoreConnection.objects.filter(pk=shop.pk).update(is_enabled=False)
    work_on_order_import(made.pk)
    assert states(made) == {"asked": 120}
    StoreConnection.objects.filter(pk=shop.pk).update(is_enabled=True)
    work_on_order_import(made.pk)
    assert states(made)["booked"] == 108


@pytest.mark.parametrize("numbers", [{}, {n: str(n) for n in range(1, 20_002)}])
def test_none_and_too_many_are_refused(shop: StoreConnection, numbers: dict[int, str]) -> None:
    person = owner_of(shop)
    with pytest.raises(NotPossibleError):
        order_imports.begin(shop, numbers, by=person, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_two_people_who_press_at_once_get_the_same_import() -> None:
    with pulled.a_store() as store:
        shop = pulled.connected_to(store)
        person, found = owner_of(shop), list[int]()

        def press() -> None:
            numbers = {1000: "1000", 1003: "1003"}
            made = order_imports.begin(shop, numbers, by=person, now=timezone.now())
            found.append(made.pk)
            connections.close_all()

        threads = [threading.Thread(target=press) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(found)) == 1
        assert len(found) == 4


# What the database refuses ---------------------------------------------------------------------


def test_an_import_is_of_the_company_of_its_connection(shop: StoreConnection) -> None:
    stranger, person, now = a_company(), owner_of(shop), timezone.now()
    facts = {"connection": shop, "made_by": person, "made_at": now, "next_at": now}
    with pytest.raises(IntegrityError, match="same_company"), transaction.atomic():
        OrderImport.objects.create(company=stranger, total=1, **facts)
    with pytest.raises(IntegrityError, match="same_company"), transaction.atomic():
        Look.objects.create(company=stranger, order_ids=[1], **facts)
    made = begun(shop, IDS[:1])
    with pytest.raises(IntegrityError, match="same_company"), transaction.atomic():
        ImportedOrder.objects.create(company=stranger, order_import=made, order_id=7, number="7")


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("imported_order_once", {"order_id": IDS[0]}),
        ("imported_order_outcome_is_known", {"outcome": "lost"}),
        ("kept_order_has_its_delivery", {"outcome": "kept"}),
        ("order_left_out_of_an_import_has_a_reason", {"outcome": "ignored"}),
    ],
)
def test_an_imported_order_makes_sense(
    shop: StoreConnection, rule: str, changes: dict[str, Any]
) -> None:
    made = begun(shop, IDS[:1])
    facts = {"company": shop.company, "order_import": made, "order_id": 7, "number": "7"}
    ImportedOrder.objects.create(**facts | {"order_id": 8})
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        ImportedOrder.objects.create(**facts | changes)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("look_state_is_known", {"state": "lost", "finished_at": BEGIN}),
        ("running_look_has_a_time", {"next_at": None}),
        ("finished_look_has_an_end", {"state": "cancelled"}),
        ("finished_look_has_an_end", {"finished_at": BEGIN}),
        ("look_asks_for_a_period_or_for_ids", {"order_ids": []}),
        ("look_asks_for_a_period_or_for_ids", {"first": BEGIN.date()}),
        ("done_look_has_its_sums", {"state": "done", "finished_at": BEGIN}),
    ],
)
def test_a_look_makes_sense(shop: StoreConnection, rule: str, changes: dict[str, Any]) -> None:
    now = timezone.now()
    facts = {
        "company": shop.company, "connection": shop, "order_ids": [1], "made_by": owner_of(shop),
        "made_at": now, "next_at": now,
    }  # fmt: skip
    Look.objects.create(**facts)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Look.objects.create(**facts | changes)


def test_outcomes_are_all_told() -> None:
    found = dict.fromkeys(ImportOutcome.values, 2)
    assert order_imports.told_in_words(found).startswith("16 orders imported by hand: 2 to be")
    assert order_imports.told_in_words({"booked": 1}) == "1 order imported by hand: 1 booked."
