"""Looking at a store: what would be booked, and that nothing is."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import InternalError, connection, transaction
from django.utils import timezone

from connections.models import Activity, StoreConnection
from ledger.models import Item, Membership, User, Voucher
from ledger.period_lock import lock_until
from ledger.periods import Period
from sync.asking import backfill, errands, looking, pulls, sighting
from sync.asking.errands import NotPossibleError
from sync.booking import pipeline
from sync.core.preview import Found, PlannedVoucher, vouchers_of
from sync.models import ErrandState, Look, LookedOrder
from tests import deliveries as recordings
from tests import pulled
from tests.factories import NOW
from tests.fakes.store import FakeStore, Fault, an_order, load_history, load_recorded
from tests.stores import an_order as order_of_a_shirt
from tests.stores import book

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
WRITTEN_BY_A_LOOK = {"sync_look", "sync_lookedorder", "connections_activity", "django_q_ormq"}


@pytest.fixture
def store() -> Iterator[FakeStore]:
    """A store with a past of 120 orders, of November."""
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


def looked(shop: StoreConnection, days: Period = NOVEMBER) -> Look:
    """A look that has come to its end."""
    look = looking.look_at(shop, days, by=owner_of(shop), now=timezone.now())
    assert looking.run(look).is_done
    look.refresh_from_db()
    return look


def all_tables() -> dict[str, str]:
    """A digest of every table and sequence but those that a look is kept in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = {name for (name,) in cursor.fetchall()} - WRITTEN_BY_A_LOOK
        found = {}
        for name in sorted(names):
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t")
            found[name] = cursor.fetchone()[0]
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences")
        found |= {
            name: str(last) for name, last in cursor.fetchall()
            if not name.startswith(tuple(WRITTEN_BY_A_LOOK))
        }  # fmt: skip
    return found


def planned(look: Look) -> dict[str, PlannedVoucher]:
    """The vouchers of a look, by their source keys."""
    found = vouchers_of(each for each, _ in looking.found_in(look))
    return {voucher.source_key: voucher for voucher in found}


AMOUNTS = ("taxable_value", "cgst", "sgst", "igst", "other_tax", "round_off", "total")


def as_planned(voucher: PlannedVoucher) -> dict[str, Any]:
    names = ("type", "date", *AMOUNTS)
    return {name: getattr(voucher, name) for name in names} | {
        "flags": sorted(voucher.flags),
        "gstin": voucher.buyer_gstin,
        "by_group": sorted(
            (part.taxability, Decimal(part.rate), part.taxable_value) for part in voucher.parts
        ),
    }


def as_posted(shop: StoreConnection) -> dict[str, dict[str, Any]]:
    """What stands in the books, in the same words, read from the tables alone."""
    rows = Voucher.objects.filter(order_document__connection=shop).prefetch_related("lines")
    found = {}
    for voucher in rows:
        groups: dict[tuple[str, Decimal], Decimal] = {}
        for line in voucher.lines.all():
            key = (line.taxability, line.rate)
            groups[key] = groups.get(key, Decimal(0)) + line.taxable_value
        found[voucher.source_key] = {
            name: getattr(voucher, name) for name in ("type", "date", *AMOUNTS)
        } | {
            "flags": sorted(voucher.flags),
            "gstin": voucher.buyer_gstin or "",
            "by_group": sorted((*key, value) for key, value in groups.items()),
        }
    return found


def fill(shop: StoreConnection, since: date) -> None:
    """Book all that the store has, as a back-fill does."""
    row = backfill.begin(shop, since, now=timezone.now())
    assert backfill.run(row).is_done
    assert pipeline.drain(shop.pk, patient=True).is_done


def assert_booked_as_seen(shop: StoreConnection, look: Look) -> None:
    seen = {key: as_planned(each) for key, each in planned(look).items()}
    posted = as_posted(shop)
    assert seen.keys() == posted.keys()
    assert seen == posted


# What is seen is what is booked ----------------------------------------------------------------


def test_what_is_seen_of_a_history_is_what_is_booked_then(shop: StoreConnection) -> None:
    look = looked(shop)
    assert len(planned(look)) > 100
    fill(shop, date(2026, 10, 1))
    assert_booked_as_seen(shop, look)


def test_what_is_seen_of_a_recorded_store_is_what_is_booked_then() -> None:
    """Edits, refunds, roundings, GSTINs, exports, orders that wait: 168 recorded orders."""
    with pulled.a_store() as store:
        load_recorded(store, recordings.final_orders())
        store.clock.at = pulled.now()
        shop = pulled.connected_to(store)
        look = looked(shop, Period(date(2026, 1, 1), date(2026, 12, 31)))
        outcomes = dict(look.orders.values_list("order_id", "outcome"))
        fill(shop, date(2025, 1, 1))
        assert_booked_as_seen(shop, look)
        states = dict(shop.orders.values_list("order_id", "state"))
        assert outcomes == states
        assert len(states) > 150
        assert sums(look)["difference"] == "0.00"


@pytest.mark.parametrize(
    "options",
    [
        {"unmapped_sku": "wait"},
        {"unmapped_sku": "create", "matches_name": True},
        {"post_as": "sales_order"},
        {"status_mapping": {"processing": "ignore", "on-hold": "post"}},
        {"go_live_date": date(2026, 11, 1)},
    ],
    ids=lambda options: next(iter(options)),
)
def test_options_hold_for_a_look_as_for_the_books(
    shop: StoreConnection, options: dict[str, Any]
) -> None:
    StoreConnection.objects.filter(pk=shop.pk).update(**options)
    Item.objects.create(company=shop.company, sku="A-0", name="Article", hsn="6109")
    look = looked(shop)
    assert Item.objects.count() == 1
    fill(shop, date(2026, 10, 1))
    assert_booked_as_seen(shop, look)
    outcomes = dict(look.orders.values_list("order_id", "outcome"))
    assert outcomes == dict(shop.orders.values_list("order_id", "state"))


def test_a_locked_period_moves_what_is_seen_as_it_moves_what_is_booked(
    shop: StoreConnection,
) -> None:
    lock_until(shop.company, date(2026, 11, 10), reason="GSTR-1 filed")
    look = looked(shop)
    assert min(each.date for each in planned(look).values()) == date(2026, 11, 11)
    fill(shop, date(2026, 10, 1))
    assert_booked_as_seen(shop, look)


def test_seen_again_after_booking_there_is_nothing_to_book(shop: StoreConnection) -> None:
    fill(shop, date(2026, 10, 1))
    look = looked(shop)
    assert planned(look) == {}
    assert sums(look)["rules"].keys() <= {"unchanged", "cancelled", "draft"}
    assert sums(look)["difference"] == "0.00"


def test_an_edit_and_a_refund_of_a_booked_order_are_seen_as_notes(
    shop: StoreConnection, store: FakeStore
) -> None:
    fill(shop, date(2026, 10, 1))
    ids = shop.orders.filter(state="booked", store_total__gt=50).values_list("order_id", flat=True)
    store.life.refund(ids[0], "10.00")
    store.life.trash(ids[1])
    look = looked(shop)
    assert {each.type for each in planned(look).values()} == {"credit_note"}
    before = len(as_posted(shop))
    fill(shop, date(2026, 10, 1))
    posted = as_posted(shop)
    assert len(posted) == before + 2
    for key, voucher in planned(look).items():
        assert as_planned(voucher) == posted[key]


# Nothing is booked -----------------------------------------------------------------------------


def test_a_look_changes_no_row_and_takes_no_number(shop: StoreConnection) -> None:
    StoreConnection.objects.filter(pk=shop.pk).update(unmapped_sku="create")
    book(shop, order_of_a_shirt(501), order_of_a_shirt(502, status="on-hold"))
    before = all_tables()
    look = looked(shop)
    assert look.orders.count() == 120
    assert all_tables() == before


def test_the_database_itself_refuses_a_write_during_a_look(shop: StoreConnection) -> None:
    with pytest.raises(InternalError, match="read-only"), sighting.reading_only():
        Item.objects.create(company=shop.company, sku="A", name="A")
    with transaction.atomic():
        Item.objects.create(company=shop.company, sku="A", name="A")


# What it tells ---------------------------------------------------------------------------------


def sums(look: Look) -> dict[str, Any]:
    assert look.sums is not None
    found: dict[str, Any] = look.sums
    return found


def test_the_totals_per_tax_group_are_the_sums_of_the_vouchers(shop: StoreConnection) -> None:
    look = looked(shop)
    by_type: dict[str, Decimal] = {}
    by_group: dict[tuple[str, str, str], Decimal] = {}
    shapes = {"local": "CGST+SGST", "interstate": "IGST", "none": ""}
    fill(shop, date(2026, 10, 1))
    for voucher in Voucher.objects.prefetch_related("lines"):
        by_type[voucher.type] = by_type.get(voucher.type, Decimal(0)) + voucher.total
        for line in voucher.lines.all():
            names = "+".join(line.tax_names)
            key = (voucher.type, names, f"{line.rate:.2f}")
            by_group[key] = by_group.get(key, Decimal(0)) + line.taxable_value
    assert {each["type"]: Decimal(each["total"]) for each in sums(look)["types"]} == by_type
    assert {
        (each["type"], shapes[each["split"]], f"{Decimal(each['rate']):.2f}"): Decimal(
            each["taxable_value"]
        )
        for each in sums(look)["groups"]
    } == by_group
    stands = by_type["sales"] - by_type["credit_note"]
    assert Decimal(sums(look)["books_total"]) == Decimal(sums(look)["store_total"]) == stands


def test_warnings_name_skus_reasons_statuses_and_flags(
    shop: StoreConnection, store: FakeStore
) -> None:
    StoreConnection.objects.filter(pk=shop.pk).update(unmapped_sku="wait")
    Item.objects.create(company=shop.company, sku="A-0", name="Article", hsn="6109")
    store.life.place(an_order(1, created=BEGIN), status="gift-wrapped")
    look = looked(shop, Period(date(2026, 11, 1), pulled.now().date() + timedelta(days=1)))
    found = sums(look)
    assert set(found["missing_skus"]) == {"A-1", "A-2"}
    assert set(found["waits"]) == {"sku"}
    assert found["unknown_statuses"] == {"gift-wrapped": 1}
    assert found["outcomes"]["waiting"] + found["outcomes"]["booked"] > 80


def test_rates_that_nobody_has_named_are_told_outside_india() -> None:
    from tests.london import a_london_company

    with pulled.a_store() as store:
        load_history(store, 5, begin=BEGIN)
        shop = pulled.connected_to(store, a_london_company())
        look = looked(shop)
        assert sums(look)["unnamed_rates"]


# The store, and those who ask ------------------------------------------------------------------


def test_a_store_that_fails_one_time_in_five_is_seen_whole(
    shop: StoreConnection, store: FakeStore
) -> None:
    store.house.retry_after = "1"
    store.faults.plan(5, 0.2)
    look = looking.look_at(shop, NOVEMBER, by=owner_of(shop), now=timezone.now())
    for _ in range(60):
        Look.objects.filter(state="paused").update(state="running")
        if looking.run(look).is_done:
            break
    assert look.orders.count() == 120
    look.refresh_from_db()
    assert (look.state, sums(look)["orders"]) == ("done", 120)


@pytest.mark.parametrize("fault", [Fault.DYING, Fault.CUT, Fault.CLOSES, Fault.FATAL])
def test_a_store_that_dies_in_a_page_says_so_and_is_asked_again(
    shop: StoreConnection, store: FakeStore, fault: Fault
) -> None:
    look = looking.look_at(shop, NOVEMBER, by=owner_of(shop), now=timezone.now())
    looking.run(look, seconds=0)
    seen = look.orders.count()
    assert 0 < seen < 120
    store.faults.plan(1, 1.0, [fault])
    found = looking.run(look)
    look.refresh_from_db()
    assert found.problem is not None
    assert look.problem
    assert (look.state, look.orders.count()) == ("running", seen)
    store.faults.plan(1, 0.0)
    assert looking.run(look).is_done
    assert look.orders.count() == 120


def test_five_failures_in_a_row_stop_it_until_a_person_goes_on(
    shop: StoreConnection, store: FakeStore
) -> None:
    look = looking.look_at(shop, NOVEMBER, by=owner_of(shop), now=timezone.now())
    store.faults.plan(1, 1.0, [Fault.CLOSES])
    for _ in range(5):
        assert Look.objects.get().state == ErrandState.RUNNING
        looking.run(look)
    look.refresh_from_db()
    assert look.state == ErrandState.PAUSED
    assert "does not answer" in look.problem or look.problem
    assert errands.queue_due(timezone.now() + timedelta(days=1)) == 0
    store.faults.plan(1, 0.0)
    errands.take_up(look, now=timezone.now())
    assert looking.run(look).is_done


def test_what_needs_a_person_is_told_exactly(shop: StoreConnection, store: FakeStore) -> None:
    store.house.user_may = False
    look = looking.look_at(shop, NOVEMBER, by=owner_of(shop), now=timezone.now())
    looking.run(look)
    look.refresh_from_db()
    assert look.state == ErrandState.PAUSED
    assert look.problem.count(".") >= 2  # what is wrong, and the cure


def test_a_killed_worker_loses_nothing(
    shop: StoreConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, pages = sighting.see, iter(range(9))

    def dies_on_the_second(*given: Any, **named: Any) -> Any:
        if next(pages) == 1:
            raise KeyboardInterrupt
        return seen(*given, **named)

    look = looking.look_at(shop, NOVEMBER, by=owner_of(shop), now=timezone.now())
    with monkeypatch.context() as patch:
        patch.setattr(looking, "see", dies_on_the_second)
        with pytest.raises(KeyboardInterrupt):
            looking.run(look)
    assert 0 < look.orders.count() < 120
    assert errands.queue_due(timezone.now()) == 0
    assert errands.queue_due(timezone.now() + pulls.CLAIM + timedelta(seconds=1)) == 1
    assert looking.run(look).is_done
    assert look.orders.count() == 120
    assert Look.objects.get().done == 120


def test_who_asks_twice_gets_the_look_under_way(shop: StoreConnection) -> None:
    now = timezone.now()
    first = looking.look_at(shop, NOVEMBER, by=owner_of(shop), now=now)
    assert looking.look_at(shop, NOVEMBER, by=owner_of(shop), now=now) == first
    looking.cancel(first, now=now)
    assert looking.run(first).steps == 0
    assert looking.look_at(shop, NOVEMBER, by=owner_of(shop), now=now) != first
    with pytest.raises(NotPossibleError):
        looking.cancel(first, now=now)


def test_cancelled_within_a_page_nothing_more_is_kept(
    shop: StoreConnection, store: FakeStore
) -> None:
    look = looking.look_at(shop, NOVEMBER, by=owner_of(shop), now=timezone.now())
    store.before_answering = lambda: None
    looking.run(look, seconds=0)
    seen = look.orders.count()

    def beat() -> None:
        Look.objects.update(state="cancelled", finished_at=NOW)

    looking.run(look, beat=beat)
    assert look.orders.count() == seen


def test_chosen_orders_are_asked_for_by_their_ids(shop: StoreConnection, store: FakeStore) -> None:
    ids = [1000, 1003, 1006, 4711]
    store.house.unreadable = {1006}
    look = looking.look_at_orders(shop, ids, by=owner_of(shop), now=timezone.now())
    assert looking.run(look).is_done
    outcomes = dict(look.orders.values_list("order_id", "outcome"))
    assert outcomes.keys() == {1000, 1003, 1006}
    assert outcomes[1006] == "unread"
    assert outcomes[1000] == "booked"


@pytest.mark.parametrize("ids", [[], list(range(1, 1002))], ids=["none", "too many"])
def test_none_and_too_many_are_not_asked_for(shop: StoreConnection, ids: list[int]) -> None:
    person = owner_of(shop)
    with pytest.raises(NotPossibleError):
        looking.look_at_orders(shop, ids, by=person, now=timezone.now())
    assert not Look.objects.exists()


def test_more_than_a_year_is_not_asked_for(shop: StoreConnection) -> None:
    person, year = owner_of(shop), Period(date(2025, 1, 1), date(2026, 1, 1))
    assert looking.look_at(shop, year, by=person, now=timezone.now()).state == ErrandState.RUNNING
    longer = Period(date(2025, 1, 1), date(2026, 1, 2))
    with pytest.raises(NotPossibleError, match="a year"):
        looking.look_at(shop, longer, by=person, now=timezone.now())


def test_a_store_that_cannot_be_asked_is_not(company_without_keys: StoreConnection) -> None:
    person = owner_of(company_without_keys)
    with pytest.raises(NotPossibleError, match="Enter REST keys"):
        looking.look_at(company_without_keys, NOVEMBER, by=person, now=timezone.now())


@pytest.fixture
def company_without_keys() -> StoreConnection:
    from tests.factories import a_company
    from tests.stores import a_connection

    return a_connection(a_company())


def test_looks_name_buyers_so_they_go_after_a_week(shop: StoreConnection) -> None:
    look = looked(shop)
    looking.forget_old(timezone.now() + timedelta(days=6))
    assert Look.objects.exists()
    looking.forget_old(look.made_at + timedelta(days=7, seconds=1))
    assert not Look.objects.exists()
    assert not LookedOrder.objects.exists()


def test_the_activity_log_says_what_was_looked_at_and_that_nothing_was_booked(
    shop: StoreConnection,
) -> None:
    looked(shop)
    line = Activity.objects.filter(kind="look").get()
    assert line.text.startswith("Looked at 120 orders of 1 Nov 2026 to 30 Nov 2026")
    assert line.text.endswith("Nothing was booked.")


def test_what_is_found_is_kept_and_read_back_alike(shop: StoreConnection) -> None:
    look = looked(shop)
    for found, _ in looking.found_in(look):
        assert Found.read(found.as_json()) == found


def test_a_page_costs_the_same_queries_for_one_order_as_for_a_hundred(
    shop: StoreConnection, django_assert_max_num_queries: Any
) -> None:
    ready = StoreConnection.objects.select_related("company__books_lock").get(pk=shop.pk)
    orders = [an_order(1000 + 3 * n, created=BEGIN) for n in range(100)]
    told = [{**o, "id": o["id"] if "id" in o else 1000 + n, "status": "processing",
             "date_created_gmt": "2026-11-01T00:00:00", "date_modified_gmt": "2026-11-01T00:00:00",
             "currency": "INR"} for n, o in enumerate(orders)]  # fmt: skip
    with django_assert_max_num_queries(12):
        assert len(sighting.see(ready, told, asked_at=NOW)) == 100
