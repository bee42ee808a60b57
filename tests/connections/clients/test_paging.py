"""Pages of orders by REST keys, over real HTTP: complete, in sequence, resumable, cheap."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from connections.clients.errors import StoreError, TryLaterError
from connections.clients.protocol import BEGINNING, Json, OrderSum, Page, Period, Place
from connections.clients.rest import RestClient
from connections.clients.transport import Limits
from tests.clients import all_changed, ids, pages, rest_client
from tests.deliveries import final_orders
from tests.fakes.store import PASSING, FakeStore, Fault, an_order, load_history, load_recorded

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def client(store: FakeStore) -> Iterator[RestClient]:
    """A client of the store by keys, which asks for ten orders at a time."""
    client = rest_client(store, page_size=10)
    yield client
    client.close()


def holds(store: FakeStore) -> list[int]:
    """The ids of all orders that are none of carts, straight from the shelf."""
    keys = [
        *store.shelf.sequence("modified", trashed=False),
        *store.shelf.sequence("modified", trashed=True),
    ]
    entries = (store.shelf.get(order_id) for _, order_id in sorted(keys))
    return [each.order_id for each in entries if each and each.status != "checkout-draft"]


class TestChangedOrders:
    def test_all_come_once_in_the_sequence_of_their_change(
        self, store: FakeStore, client: RestClient
    ) -> None:
        load_history(store, 57, begin=BEGIN)
        assert ids(all_changed(client, 7)) == holds(store)

    def test_the_trash_stands_among_the_others(self, store: FakeStore, client: RestClient) -> None:
        load_history(store, 40, begin=BEGIN)
        for order_id in (1000, 1030, 1111):
            store.clock.tick()
            store.life.trash(order_id)
        load_history(store, 0, begin=BEGIN)
        found = all_changed(client, 5)
        assert ids(found) == holds(store)
        assert [order["id"] for order in found if order["status"] == "trash"] == [1000, 1030, 1111]

    @pytest.mark.parametrize("limit", [2, 4, 5, 6, 9])
    def test_a_page_too_small_for_the_ends_of_both_lists_leaves_the_rest_to_the_next(
        self, store: FakeStore, client: RestClient, limit: int
    ) -> None:
        load_history(store, 9, begin=BEGIN)
        for order_id in (1000, 1006, 1009, 1024):
            store.clock.tick()
            store.life.trash(order_id)
        assert ids(all_changed(client, limit)) == holds(store)

    def test_many_of_one_second_in_both_lists_are_paged_to_the_last(
        self, store: FakeStore, client: RestClient
    ) -> None:
        placed = [store.life.place(an_order(n)) for n in range(60)]
        for order_id in placed[::3]:
            store.life.trash(order_id)
        assert sorted(ids(all_changed(client, 7))) == sorted(placed)

    def test_carts_are_left_out_and_counted(self, store: FakeStore, client: RestClient) -> None:
        placed = store.life.place(an_order(1))
        for n in range(30):
            store.life.place(an_order(n), status="checkout-draft")
        store.life.place(an_order(2), status="auto-draft")
        found = list(pages(client.changed_orders, 10))
        assert [order["id"] for page in found for order in page.orders] == [placed]
        assert sum(page.drafts for page in found) == 30

    def test_what_changes_while_somebody_pages_comes_again(
        self, store: FakeStore, client: RestClient
    ) -> None:
        load_history(store, 50, begin=BEGIN)
        seen: dict[int, str] = {}
        edits = iter([1003, 1060, 1147, 1003])
        for page in pages(client.changed_orders, 10):
            seen |= {order["id"]: order["status"] for order in page.orders}
            store.clock.tick()
            edited = next(edits, 0)
            if edited:
                store.life.edit(edited, status="refunded")
        assert set(seen) == set(holds(store))
        assert {seen[edited] for edited in (1003, 1060, 1147)} == {"refunded"}

    def test_an_order_that_leaves_the_trash_meanwhile_is_not_lost(
        self, store: FakeStore, client: RestClient
    ) -> None:
        load_history(store, 30, begin=BEGIN)
        store.life.trash(1000)
        place = client.changed_orders(BEGINNING, 10).next
        store.clock.tick()
        store.life.untrash_by_rest(1000)
        assert place
        found = {order["id"]: order["status"] for order in all_changed(client, 10, place)}
        assert found[1000] == "processing"

    def test_a_page_can_be_resumed_by_another_process(
        self, store: FakeStore, client: RestClient
    ) -> None:
        load_history(store, 30, begin=BEGIN)
        first = client.changed_orders(BEGINNING, 10)
        assert first.next
        other = rest_client(store)
        rest = all_changed(other, 10, Place.read(first.next.as_text()))
        other.close()
        assert ids(first.orders) + ids(rest) == holds(store)

    def test_a_round_that_begins_earlier_repeats_and_skips_nothing(
        self, store: FakeStore, client: RestClient
    ) -> None:
        load_history(store, 30, begin=BEGIN)
        *_, last = pages(client.changed_orders, 10)
        assert last.next is None
        end = Place.since(store.clock.at)
        late = store.life.place(an_order(9))
        assert ids(all_changed(client, 10, end.earlier(600)))[-1] == late

    @pytest.mark.parametrize("fault", [Fault.WRONG_TOTALS, Fault.NO_TOTALS])
    def test_wrong_counts_end_nothing_early(
        self, store: FakeStore, client: RestClient, fault: Fault
    ) -> None:
        load_history(store, 57, begin=BEGIN)
        store.faults.plan(1, 1.0, [fault])
        assert ids(all_changed(client, 10)) == holds(store)

    def test_a_host_that_caps_pages_ends_nothing_early(
        self, store: FakeStore, client: RestClient
    ) -> None:
        load_history(store, 57, begin=BEGIN)
        store.house.page_cap = 6
        assert ids(all_changed(client, 10)) == holds(store)

    def test_times_are_naive_utc_so_that_no_zone_shifts_them(self, store: FakeStore) -> None:
        """In Kolkata a Z would put the filter 5½ hours into the future."""
        now = store.life.place(an_order(1))
        client = rest_client(store)
        place = Place.since(store.clock.at - timedelta(minutes=1))
        assert ids(client.changed_orders(place, 10).orders) == [now]
        client.close()
        sent = store.requests[0].query
        assert sent["modified_after"] == "2026-11-26T05:58:59"
        assert sent["dates_are_gmt"] == "true"

    @pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati", "Europe/London"])
    def test_the_stores_zone_makes_no_difference(self, zone: str) -> None:
        with FakeStore(zone=zone) as store:
            load_history(store, 30, begin=datetime(2026, 10, 24, 20, tzinfo=UTC))
            client = rest_client(store)
            assert ids(all_changed(client, 10)) == holds(store)
            client.close()


class TestOrdersCreated:
    def period(self, first: int, last: int) -> Period:
        """From one order of the history to before another."""
        apart = timedelta(minutes=4)
        return Period(BEGIN + apart * first, BEGIN + apart * last)

    def test_the_start_is_in_and_the_end_is_not(self, store: FakeStore, client: RestClient) -> None:
        load_history(store, 50, begin=BEGIN)
        period = self.period(10, 20)
        found = [
            order["id"]
            for page in pages(lambda place, limit: client.orders_created(period, place, limit), 3)
            for order in page.orders
        ]
        assert found == [1000 + 3 * n for n in range(10, 20)]

    def test_edits_while_paging_change_nothing(self, store: FakeStore, client: RestClient) -> None:
        load_history(store, 50, begin=BEGIN)
        period, found = self.period(0, 50), []
        for page in pages(lambda place, limit: client.orders_created(period, place, limit), 7):
            found += ids(page.orders)
            store.clock.tick()
            store.life.edit(1000)
            store.life.edit(1000 + 3 * 49)
        assert found == [1000 + 3 * n for n in range(50)]

    def test_the_trash_is_in_and_the_deleted_is_not(
        self, store: FakeStore, client: RestClient
    ) -> None:
        load_history(store, 20, begin=BEGIN)
        store.life.trash(1006)
        store.life.delete(1009)
        period = self.period(0, 20)
        found = [
            order["id"]
            for page in pages(lambda place, limit: client.orders_created(period, place, limit), 9)
            for order in page.orders
        ]
        assert found == [1000 + 3 * n for n in range(20) if n != 3]

    def test_the_sums_are_those_of_the_orders(self, store: FakeStore, client: RestClient) -> None:
        load_recorded(store, final_orders())
        ever = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
        sums: dict[int, OrderSum] = {}
        place: Place | None = BEGINNING
        while place:
            page = client.order_sums(ever, place, 50)
            sums |= {each.order_id: each for each in page.sums}
            place = page.next
        truth = {row["id"]: row for row in final_orders() if not row.get("deleted")}
        assert sums.keys() == truth.keys()
        for order_id, row in truth.items():
            order = row["order"]
            assert sums[order_id].total == order["total"]
            assert sums[order_id].status == order["status"]
            given = {refund["id"]: refund["amount"] for refund in row["refunds"]}
            assert dict(sums[order_id].refunds) == given
            assert float(sums[order_id].refunded) == pytest.approx(sum(map(float, given.values())))
            assert f"{sums[order_id].modified_at:%Y-%m-%dT%H:%M:%S}" == order["date_modified_gmt"]


class TestRequests:
    """What docs/clients.md states."""

    def test_a_round_that_finds_nothing_costs_two(self, store: FakeStore) -> None:
        load_history(store, 10, begin=BEGIN)
        client = rest_client(store)
        place = Place.since(store.clock.at)
        store.requests.clear()
        assert client.changed_orders(place, 100).next is None
        client.close()
        assert len(store.requests) == 2

    def test_a_hundred_orders_cost_three(self, store: FakeStore) -> None:
        load_history(store, 400, begin=BEGIN)
        client = rest_client(store, page_size=100)
        page = client.changed_orders(BEGINNING, 100)
        client.close()
        assert len(page.orders) == 100
        assert sum(bool(order["refunds"]) for order in page.orders) >= 4
        assert len(store.requests) == 3

    def test_with_an_old_woocommerce_each_refunded_order_costs_one_more(
        self, store: FakeStore
    ) -> None:
        load_history(store, 400, begin=BEGIN)
        store.house.has_short_refunds = False
        client = rest_client(store, page_size=100)
        first = client.changed_orders(BEGINNING, 100)
        assert first.next
        store.requests.clear()
        second = client.changed_orders(first.next, 100)
        client.close()
        refunded = sum(bool(order["refunds"]) for order in second.orders)
        assert len(store.requests) == 2 + refunded

    def test_a_hundred_sums_cost_two(self, store: FakeStore) -> None:
        load_history(store, 400, begin=BEGIN)
        client = rest_client(store, page_size=100)
        client.order_sums(Period(BEGIN, BEGIN + timedelta(days=60)), BEGINNING, 100)
        client.close()
        assert len(store.requests) == 2


class TestPageSize:
    def test_it_grows_while_the_store_is_fast(self, store: FakeStore) -> None:
        load_history(store, 400, begin=BEGIN)
        client = rest_client(store)
        list(pages(client.changed_orders, 100))
        assert client.page_size == 100
        client.close()
        asked = [int(request.query["per_page"]) for request in store.requests[::3]]
        assert asked[0] == 50
        assert max(asked) == 100

    @pytest.mark.parametrize("fault", [Fault.ERROR, Fault.FATAL])
    def test_it_shrinks_when_the_store_breaks(self, store: FakeStore, fault: Fault) -> None:
        client = rest_client(store)
        for expected in (25, 12, 10):
            store.faults.queue(fault)
            with pytest.raises(TryLaterError):
                client.changed_orders(BEGINNING, 100)
            assert client.page_size == expected
        client.close()

    def test_an_answer_that_is_too_large_is_asked_for_in_smaller_pieces(
        self, store: FakeStore
    ) -> None:
        load_history(store, 120, begin=BEGIN)
        client = rest_client(store, limits=Limits(size=40_000))
        assert ids(all_changed(client)) == holds(store)
        assert client.page_size < 50
        client.close()


class TestGettingOverFaults:
    @pytest.mark.parametrize("seed", range(5))
    def test_one_request_in_five_failing_loses_nothing(self, store: FakeStore, seed: int) -> None:
        load_history(store, 150, begin=BEGIN)
        store.life.trash(1030)
        store.faults.plan(seed, 0.2, PASSING)
        client = rest_client(store, page_size=10)
        found = {order["id"]: order for order in self.all_in_the_end(client)}
        client.close()
        assert set(found) == set(holds(store))
        refunded = [order for order in found.values() if order["refunds"]]
        assert all(each["line_items"] for order in refunded for each in order["refunds"])
        assert len(refunded) == 8

    def all_in_the_end(self, client: RestClient) -> Iterator[Json]:
        """Goes on from the same place after each failure, as the poller does."""
        place: Place | None = BEGINNING
        failures = 0
        while place:
            try:
                page: Page = client.changed_orders(place, 10)
            except TryLaterError:
                failures += 1
                assert failures < 200
                continue
            yield from page.orders
            place = page.next
        assert failures > 0

    @pytest.mark.parametrize("fault", [each for each in Fault if each is not Fault.HOLDS])
    def test_no_fault_is_ever_taken_for_no_orders(self, store: FakeStore, fault: Fault) -> None:
        load_history(store, 8, begin=BEGIN)
        store.faults.plan(1, 1.0, [fault])
        client = rest_client(store)
        try:
            found = ids(all_changed(client))
        except StoreError:
            found = holds(store)
        client.close()
        assert found == holds(store)
