"""No page asks the database more often because there is more in the books."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from connections.models import StoreConnection
from ledger.models import Company, Item, Party
from tests.factories import a_company, a_user
from tests.orders import Json, Store
from tests.stores import an_order, book
from tests.walk.everything import one_of_everything
from tests.walk.routes import OF_COMPANY, Route

pytestmark = pytest.mark.django_db

FEW, MANY = 10, 300
MOST = 40
"""So many queries are enough for any page."""
QUERIES = ("", "?q=1", "?date_from=2026-04-01&date_to=2027-03-31")


def _company_with(count: int) -> tuple[Client, dict[str, object]]:
    """A company with so many of each: sales, notes, waiting orders, drafts, items, parties."""
    owner = a_user("owner")
    company = a_company(owner=owner)
    ids = one_of_everything(company, owner)
    store = StoreConnection.objects.get(pk=str(ids["connection_id"]))
    _fill(company, store, count)
    client = Client()
    client.force_login(owner)
    return client, ids


def _fill(company: Company, store: StoreConnection, count: int) -> None:
    numbers = range(count)
    book(store, *(an_order(1000 + n) for n in numbers))
    book(store, *(_of_an_own_sku(4000 + n) for n in numbers))
    refunds = [{"id": 9, "total": "-118.00"}]
    modified = "2026-11-19T06:00:00"
    book(store, *(an_order(1000 + n, modified=modified, refunds=refunds) for n in numbers[::2]))
    book(store, *(an_order(2000 + n, currency="USD") for n in numbers))
    book(store, *(an_order(3000 + n, status="on-hold") for n in numbers))
    Item.objects.bulk_create(Item(company=company, sku=f"I{n}", name=f"Item {n}") for n in numbers)
    Party.objects.bulk_create(Party(company=company, name=f"Party {n}") for n in numbers)


def _of_an_own_sku(order_id: int) -> Json:
    seller = Store()
    line = seller.line("Mug", "100.00", sku=f"MUG-{order_id}", line_id=order_id * 10)
    return seller.order([line], order_id=order_id)


def _counts(client: Client, ids: dict[str, object]) -> dict[str, int]:
    """Queries of each page by its route and query string."""
    pages = [(route, query) for route in OF_COMPANY for query in QUERIES]
    found = {f"{r.name}{q}": _count(client, r.address(ids) + q) for r, q in pages if _is_read(r)}
    return {page: count for page, count in found.items() if count is not None}


def _is_read(route: Route) -> bool:
    return not route.path.endswith((".pdf", ".csv", ".xlsx"))


def _count(client: Client, address: str) -> int | None:
    """How often a page asks once it is warm; None for what is no page."""
    answer = client.get(address)
    if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
        return None
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def test_a_page_asks_as_often_with_ten_of_everything_as_with_three_hundred() -> None:
    few, many = (_counts(*_company_with(count)) for count in (FEW, MANY))
    assert len(many) > 60
    more = {page: (few[page], count) for page, count in many.items() if count > few[page]}
    assert more == {}
    assert {page: count for page, count in many.items() if count > MOST} == {}
