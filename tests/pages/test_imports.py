"""Manual import: look at the store, see what would be booked, choose, import, read the result."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connections.models import Activity, StoreConnection
from ledger.models import Company, Membership, Role, Voucher
from sync.asking import looking, order_imports
from sync.models import ErrandState, Look, Order, OrderImport
from tests import pulled
from tests.factories import a_user
from tests.fakes.store import FakeStore, an_order, load_history, load_recorded
from tests.stores import an_order as order_of_a_shirt
from tests.stores import book

pytestmark = pytest.mark.django_db
NOVEMBER = {"first": "2026-11-01", "last": "2026-11-30"}


@pytest.fixture
def there() -> Iterator[FakeStore]:
    """Sixty orders of November: 54 book, three of them with a refund; three are drafts."""
    with pulled.a_store() as there:
        load_history(there, 60, begin=datetime(2026, 11, 1, tzinfo=UTC))
        there.clock.at = pulled.now()
        yield there


@pytest.fixture
def shop(there: FakeStore, company: Company) -> StoreConnection:
    """Its connection."""
    return pulled.connected_to(there, company)


def text_of(html: str) -> str:
    """What a person reads."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def get(client: Client, name: str, shop: StoreConnection, *ids: int, query: str = "") -> str:
    address = reverse(name, args=[shop.company_id, shop.pk, *ids])
    return text_of(client.get(address + query).content.decode())


def post(client: Client, name: str, shop: StoreConnection, *ids: int, **sent: object) -> str:
    address = reverse(name, args=[shop.company_id, shop.pk, *ids])
    return text_of(client.post(address, sent, follow=True).content.decode())


def put(there: FakeStore, order: dict[str, Any]) -> None:
    """Another order in the store, with an id and a day of its own."""
    load_recorded(there, [{"id": order["id"], "order": order, "refunds": []}])
    there.clock.at = pulled.now()


def looked(browser: Client, shop: StoreConnection) -> Look:
    post(browser, "look_at_store", shop, **NOVEMBER)
    look = Look.objects.latest("id")
    assert looking.run(look).is_done
    return look


def imported() -> OrderImport:
    made = OrderImport.objects.latest("id")
    assert order_imports.run(made).is_done
    return made


def test_nobody_has_looked_yet(browser: Client, viewer: Client, shop: StoreConnection) -> None:
    page = browser.get(reverse("store_import", args=[shop.company_id, shop.pk])).content.decode()
    days = re.findall(r'<input type="date" name="(?:first|last)" value="([\d-]+)"', page)
    first, last = map(date.fromisoformat, days)
    assert (last - first).days == 29
    assert "Nobody has looked yet" in get(viewer, "store_import", shop)
    assert "Nothing was imported by hand" in get(browser, "imported", shop)


def test_while_the_worker_looks_the_page_says_so(browser: Client, shop: StoreConnection) -> None:
    page = post(browser, "look_at_store", shop, **NOVEMBER)
    assert "1 Nov 2026 – 30 Nov 2026 Running" in page
    assert "You may leave this page" in page
    assert "worker is silent" in page


def test_what_would_be_booked_is_shown_and_nothing_is(
    browser: Client, shop: StoreConnection
) -> None:
    look = looked(browser, shop)
    page = get(browser, "look", shop, look.pk)
    assert "Would be posted 57 vouchers, and 3 drafts kept" in page
    assert "Difference ₹0.00 nothing would wait" in page
    assert "Import all 57 that are not in the books" in page
    assert not Voucher.objects.exists()
    assert not Order.objects.exists()


def test_totals_by_type_and_tax_group_are_those_of_the_orders(
    browser: Client, there: FakeStore, shop: StoreConnection
) -> None:
    put(there, order_of_a_shirt(9001, "1000.00", created="2026-11-10T06:00:00"))
    post(browser, "look_at_store", shop, first="2026-11-10", last="2026-11-10")
    look = Look.objects.get()
    assert looking.run(look).is_done
    page = get(browser, "look", shop, look.pk)
    assert "Sales 1 1,000.00 90.00 90.00 1,180.00" in page
    assert "Sales 18% · CGST + SGST 1 1,000.00 180.00" in page
    assert "1 SKUs have no item" in page


def test_the_list_can_be_narrowed_and_goes_on(browser: Client, shop: StoreConnection) -> None:
    look = looked(browser, shop)
    newest = get(browser, "look", shop, look.pk)
    assert "Older" in newest
    drafts = get(browser, "look", shop, look.pk, query="?outcome=draft")
    assert drafts.count("Sales (draft)") == 3
    nothing = get(browser, "look", shop, look.pk, query="?outcome=unread")
    assert "No order like this" in nothing


def test_ticked_orders_are_imported_and_the_result_is_told(
    browser: Client, shop: StoreConnection
) -> None:
    look = looked(browser, shop)
    chosen = list(look.orders.filter(outcome="booked").values_list("order_id", flat=True)[:2])
    page = post(browser, "import_orders", shop, look.pk, order=chosen)
    assert "2 orders Running" in page
    made = imported()
    result = get(browser, "order_import", shop, made.pk)
    assert "2 orders Done" in result
    assert "Booked 2" in result
    assert set(Order.objects.values_list("order_id", flat=True)) == set(chosen)
    assert "2 booked" in get(browser, "imported", shop)
    again = get(browser, "look", shop, looked(browser, shop).pk)
    assert "Import all 55 that are not in the books" in again
    assert again.count("In the books already.") == 0 or "Older" in again


def test_missing_skus_are_listed_with_the_way_to_map_them(
    browser: Client, there: FakeStore, shop: StoreConnection
) -> None:
    put(there, order_of_a_shirt(9002, created="2026-11-11T06:00:00"))
    look = looked(browser, shop)
    post(browser, "import_orders", shop, look.pk, order=[9002])
    page = get(browser, "order_import", shop, imported().pk)
    assert "1 SKU without an item: SHIRT-B" in page


def test_all_that_bring_news_are_imported_at_a_press(
    browser: Client, shop: StoreConnection
) -> None:
    look = looked(browser, shop)
    post(browser, "import_orders", shop, look.pk, everything="1")
    made = imported()
    assert made.total == 57
    assert Voucher.objects.count() == 54 + 3


def test_without_a_tick_nothing_is_imported(browser: Client, shop: StoreConnection) -> None:
    look = looked(browser, shop)
    assert "Choose the orders" in post(browser, "import_orders", shop, look.pk)
    assert "Choose 1 to" in post(browser, "look_at_ticked", shop, look.pk)
    assert not OrderImport.objects.exists()


@pytest.mark.parametrize("nonsense", ["9" * 40, "-1", "x", "\x00", "1 OR 1"])
def test_ids_that_are_none_are_nothing(
    browser: Client, shop: StoreConnection, nonsense: str
) -> None:
    look = looked(browser, shop)
    assert "Choose the orders" in post(browser, "import_orders", shop, look.pk, order=[nonsense])


def test_orders_of_another_look_are_not_imported(
    browser: Client, there: FakeStore, shop: StoreConnection
) -> None:
    look = looked(browser, shop)
    later = there.life.place(an_order(9003))
    assert "Choose the orders" in post(browser, "import_orders", shop, look.pk, order=[later])


def test_the_ticked_can_be_previewed_alone(browser: Client, shop: StoreConnection) -> None:
    look = looked(browser, shop)
    chosen = list(look.orders.filter(outcome="booked").values_list("order_id", flat=True)[:3])
    page = post(browser, "look_at_ticked", shop, look.pk, order=chosen)
    assert "3 chosen orders Running" in page
    alone = Look.objects.latest("id")
    assert looking.run(alone).is_done
    assert "Would be posted 3 vouchers" in get(browser, "look", shop, alone.pk)
    assert looking.newest(shop) == look


def test_it_can_be_cancelled_once(browser: Client, shop: StoreConnection) -> None:
    post(browser, "look_at_store", shop, **NOVEMBER)
    look = Look.objects.get()
    assert "Cancelled" in post(browser, "cancel_look", shop, look.pk)
    assert "It is over already" in post(browser, "cancel_look", shop, look.pk)
    assert "over" in post(browser, "resume_look", shop, look.pk)


def test_an_import_that_was_cancelled_says_which_orders_were_left(
    browser: Client, shop: StoreConnection
) -> None:
    look = looked(browser, shop)
    post(browser, "import_orders", shop, look.pk, everything="1")
    made = OrderImport.objects.get()
    post(browser, "cancel_order_import", shop, made.pk)
    imported()
    page = get(browser, "order_import", shop, made.pk)
    assert "Failed 57" in page
    assert "cancelled before this order was asked for" in page
    assert "asked for already" in post(browser, "cancel_order_import", shop, made.pk)


def test_a_store_that_refuses_stops_it_with_the_reason_until_somebody_goes_on(
    browser: Client, there: FakeStore, shop: StoreConnection
) -> None:
    post(browser, "look_at_store", shop, **NOVEMBER)
    look = Look.objects.get()
    there.house.user_may = False
    looking.run(look)
    page = get(browser, "look", shop, look.pk)
    assert "Stopped" in page
    assert "may not" in page
    assert "Running" in post(browser, "resume_look", shop, look.pk)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"first": "2026-11-30", "last": "2026-11-01"}, "ends before it begins"),
        ({"first": "2024-01-01", "last": "2026-11-01"}, "Choose a year at most"),
        ({"first": "", "last": "x"}, "Enter a valid date"),
    ],
)
def test_a_wrong_period_is_told(
    browser: Client, shop: StoreConnection, sent: dict[str, str], said: str
) -> None:
    assert said in post(browser, "look_at_store", shop, **sent)
    assert not Look.objects.exists()


def test_a_store_that_cannot_be_asked_says_what_to_do(
    browser: Client, store: StoreConnection
) -> None:
    assert "Enter REST keys" in post(browser, "look_at_store", store, **NOVEMBER)


class TestGoingLive:
    def test_earlier_orders_are_left_to_the_books_before(
        self, browser: Client, shop: StoreConnection
    ) -> None:
        page = post(browser, "set_go_live", shop, day="2026-11-20")
        assert "Orders created before 20 Nov 2026 are left to your earlier books" in page
        book(shop, order_of_a_shirt(9004, created="2026-11-19T06:00:00"))
        assert Order.objects.get().reason_code == "before_go_live"
        assert "1 order looked at again" in post(browser, "set_go_live", shop, day="2026-11-19")
        assert "Every order that comes is booked" in post(browser, "set_go_live", shop, day="")
        assert Activity.objects.filter(text__contains="19 Nov 2026 or later").exists()

    def test_an_absurd_day_is_refused(self, browser: Client, shop: StoreConnection) -> None:
        assert "Choose a day from 2000" in post(browser, "set_go_live", shop, day="1066-10-14")
        shop.refresh_from_db()
        assert shop.go_live_date is None

    def test_an_operator_imports_but_does_not_choose_the_day(
        self, shop: StoreConnection, company: Company
    ) -> None:
        person = a_user("operator")
        Membership.objects.create(company=company, user=person, role=Role.OPERATOR)
        client = Client()
        client.force_login(person)
        address = reverse("set_go_live", args=[company.pk, shop.pk])
        assert client.post(address, {"day": "2026-11-20"}).status_code == 403
        assert looked(client, shop).state == ErrandState.RUNNING


def test_the_page_asks_as_often_at_any_size(
    browser: Client, shop: StoreConnection, django_assert_max_num_queries: object
) -> None:
    look = looked(browser, shop)
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        get(browser, "look", shop, look.pk)


def test_old_looks_are_forgotten_and_the_page_says_404(
    browser: Client, shop: StoreConnection
) -> None:
    look = looked(browser, shop)
    looking.forget_old(timezone.now() + looking.KEPT + looking.KEPT)
    address = reverse("look", args=[shop.company_id, shop.pk, look.pk])
    assert browser.get(address).status_code == 404
