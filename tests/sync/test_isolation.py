"""One company never sees a row of another: owner, colleague and stranger ask the same things."""

import pytest
from rest_framework.test import APIClient

from connections.models import StoreConnection
from ledger.models import Membership, User
from tests.stores import a_connection, an_order, book
from tests.sync.conftest import api_of
from tests.sync.test_api import LISTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(main_store: StoreConnection) -> StoreConnection:
    """Has sent something of each kind."""
    book(main_store, an_order(501), an_order(502, status="pending"), an_order(503, currency="USD"))
    return main_store


def _count(api: APIClient, query: str) -> int:
    response = api.get(f"/api/v1/{query}")
    assert response.status_code == 200
    return len(response.json()["results"])


@pytest.mark.parametrize("name", LISTS)
def test_owner_and_colleague_see_the_same_and_a_stranger_nothing(
    busy: StoreConnection, owner: User, colleague: User, stranger: User, name: str
) -> None:
    seen = _count(api_of(owner), name)
    assert seen > 0
    assert _count(api_of(colleague), name) == seen
    assert _count(api_of(stranger), name) == 0


@pytest.mark.parametrize("name", [name for name in LISTS if name != "connections"])
def test_naming_anothers_connection_opens_nothing(
    busy: StoreConnection, stranger: User, name: str
) -> None:
    assert _count(api_of(stranger), f"{name}?connection={busy.pk}") == 0


def test_a_stranger_sees_his_own_rows_alone(busy: StoreConnection, stranger: User) -> None:
    company = Membership.objects.get(user=stranger).company
    book(a_connection(company, "His"), an_order(501, "7.00"))
    answer = api_of(stranger).get("/api/v1/orders?order_id=501").json()["results"]
    assert [order["store_total"] for order in answer] == ["8.26"]
    assert [len(order["vouchers"]) for order in answer] == [1]


def test_who_has_left_the_company_sees_nothing_any_more(
    busy: StoreConnection, colleague: User
) -> None:
    api = api_of(colleague)
    assert _count(api, "vouchers") == 2
    Membership.objects.filter(user=colleague).delete()
    assert _count(api, "vouchers") == 0
