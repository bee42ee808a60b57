"""The REST API: exact fields, pages that neither skip nor repeat, and queries that do not grow."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from connections import lifecycle
from connections.models import StoreConnection
from ledger.models import Company, User
from sync.models import Delivery
from tests.factories import a_company, a_sale, posted
from tests.orders import Json
from tests.stores import a_connection, an_order, book
from tests.sync.conftest import api_of

pytestmark = pytest.mark.django_db

LISTS = ("connections", "vouchers", "orders", "deliveries", "activity")
MOST_QUERIES = 12


def _get(api: APIClient, path: str) -> Any:
    response = api.get(f"/api/v1/{path}")
    assert response.status_code == 200, response.content
    return response.json()


def _rows(api: APIClient, path: str) -> list[Any]:
    page = _get(api, path)
    assert set(page) == {"results", "next"}
    return list(page["results"])


def _all(api: APIClient, path: str) -> list[Any]:
    """Every row, page after page, by the absolute URLs of the answers."""
    page = _get(api, path)
    rows = list(page["results"])
    while page["next"]:
        assert urlsplit(page["next"]).scheme == "http"
        page = api.get(page["next"]).json()
        assert page["results"]
        rows += page["results"]
    return rows


def _refunded(order_id: int) -> Json:
    refund = {"id": order_id * 100, "reason": "", "total": "-59.00"}
    return an_order(order_id, modified="2026-11-19T06:00:00", refunds=[refund])


def test_a_posted_voucher_says_all_that_the_contract_names(
    api: APIClient, main_store: StoreConnection
) -> None:
    book(main_store, an_order())
    (voucher,) = _rows(api, "vouchers")
    voucher_id = voucher.pop("id")
    assert isinstance(voucher_id, str)
    assert voucher.pop("lines") == [
        {
            "description": "Unmapped SKU SHIRT-B · Blue shirt", "sku": "SHIRT-B", "item": None,
            "hsn": None, "quantity": "1", "taxable_value": "1000.00", "taxability": "taxable",
            "rate": "18.00", "cgst": "90.00", "sgst": "90.00", "igst": "0.00",
            "other_tax": "0.00", "kind": "product",
        }
    ]  # fmt: skip
    entries = voucher.pop("entries")
    assert {"account", "debit", "credit"} == set(entries[0])
    assert sorted((each["debit"], each["credit"]) for each in entries) == [
        ("0.00", "1000.00"), ("0.00", "90.00"), ("0.00", "90.00"), ("1180.00", "0.00"),
    ]  # fmt: skip
    assert voucher == {
        "number": "INV/26-27/00001", "type": "sales", "status": "posted", "date": "2026-11-18",
        "reference": "501", "connection": str(main_store.pk), "order_id": 501, "refund_id": None,
        "against": None, "party": "Store customers", "buyer_name": "Asha Rao",
        "buyer_gstin": None, "place_of_supply": "27", "currency": "INR",
        "taxable_value": "1000.00", "cgst": "90.00", "sgst": "90.00", "igst": "0.00",
        "other_tax": "0.00", "round_off": "0.00", "total": "1180.00", "flags": ["unmapped_sku"],
    }  # fmt: skip


def test_a_credit_note_points_to_its_sale_and_names_its_refund(
    api: APIClient, main_store: StoreConnection
) -> None:
    book(main_store, an_order(501))
    book(main_store, _refunded(501))
    sale, note = _rows(api, "vouchers?order_id=501")
    assert (note["type"], note["total"]) == ("credit_note", "59.00")
    assert (note["against"], note["refund_id"]) == (sale["id"], 50100)


def test_a_draft_has_neither_number_nor_entries_and_comes_last(
    api: APIClient, main_store: StoreConnection
) -> None:
    book(main_store, an_order(501, status="pending"))
    book(main_store, an_order(502))
    sale, draft = _rows(api, "vouchers")
    assert sale["status"] == "posted"
    assert (draft["status"], draft["number"], draft["entries"]) == ("draft", None, [])
    assert draft["id"].startswith("d")
    assert (draft["order_id"], draft["connection"]) == (501, str(main_store.pk))
    assert draft["lines"][0]["cgst"] == "90.00"
    assert set(draft) == set(sale)


def test_a_voucher_without_an_order_is_there_too(api: APIClient, company: Company) -> None:
    posted(company, a_sale())
    (voucher,) = _rows(api, "vouchers")
    assert (voucher["connection"], voucher["order_id"], voucher["total"]) == (None, None, "1180.00")


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6, 7])
def test_pages_hold_every_voucher_once_in_posting_sequence_then_the_drafts(
    api: APIClient, main_store: StoreConnection, size: int
) -> None:
    book(main_store, *(an_order(n) for n in (504, 502, 503)))
    book(main_store, *(an_order(n, status="pending") for n in (601, 600, 602)))
    ids = [row["id"] for row in _all(api, f"vouchers?page_size={size}")]
    posted_ids = [int(each) for each in ids if not each.startswith("d")]
    draft_ids = [int(each[1:]) for each in ids if each.startswith("d")]
    assert len(posted_ids) == len(draft_ids) == 3
    assert ids == [*map(str, sorted(posted_ids)), *(f"d{n}" for n in sorted(draft_ids))]


def test_vouchers_are_filtered(
    api: APIClient, company: Company, main_store: StoreConnection
) -> None:
    other = a_connection(company, "Other")
    book(main_store, an_order(501))
    book(main_store, _refunded(501))
    book(other, an_order(501, created="2026-11-20T06:00:00"), an_order(502, status="pending"))

    def found(query: str) -> list[tuple[str, str]]:
        return [(row["type"], row["status"]) for row in _rows(api, f"vouchers?{query}")]

    sale, note, draft = ("sales", "posted"), ("credit_note", "posted"), ("sales", "draft")
    assert found(f"connection={main_store.pk}") == [sale, note]
    assert found(f"connection={other.pk}") == [sale, draft]
    assert found("order_id=502") == [draft]
    assert found(f"order_id=501&connection={other.pk}") == [sale]
    assert found("type=credit_note") == [note]
    assert found("status=draft") == [draft]
    assert found("status=posted") == [sale, note, sale]
    assert found("date_from=2026-11-20&date_to=2026-11-20") == [sale]
    assert found("date_to=2026-11-17") == []


def test_an_order_says_where_it_stands_with_its_vouchers(
    api: APIClient, main_store: StoreConnection
) -> None:
    book(main_store, an_order(501))
    book(main_store, _refunded(501), an_order(502, currency="USD"))
    first, second = _rows(api, f"orders?connection={main_store.pk}")
    vouchers = first.pop("vouchers")
    assert [each["type"] for each in vouchers] == ["sales", "credit_note"]
    assert first == {
        "connection": str(main_store.pk), "order_id": 501, "number": "501",
        "store_status": "processing", "state": "booked", "reason": None,
        "store_total": "1180.00", "store_refunded": "59.00", "net_booked": "1121.00",
    }  # fmt: skip
    assert (second["state"], second["vouchers"]) == ("waiting", [])
    assert "USD" in second["reason"]
    assert [row["order_id"] for row in _rows(api, "orders?order_id=502")] == [502]


def test_two_stores_orders_of_one_id_keep_their_own_vouchers(
    api: APIClient, company: Company, main_store: StoreConnection
) -> None:
    other = a_connection(company, "Other")
    book(main_store, an_order(501))
    book(other, an_order(502))
    book(main_store, an_order(502))
    orders = _all(api, "orders?page_size=2")
    assert [order["order_id"] for order in orders] == [501, 502, 502]
    for order in orders:
        assert [each["connection"] for each in order["vouchers"]] == [order["connection"]]


def test_a_delivery_says_how_it_ended(api: APIClient, main_store: StoreConnection) -> None:
    book(main_store, an_order(501), an_order(501), an_order(502, currency="USD"))
    rows = _rows(api, "deliveries")
    assert [row["state"] for row in rows] == ["booked", "unchanged", "waiting"]
    assert set(rows[0]) == {
        "id", "connection", "received_at", "topic", "order_id", "state", "reason",
    }  # fmt: skip
    assert rows[0]["reason"] is None
    assert [row["order_id"] for row in _rows(api, "deliveries?state=waiting")] == [502]
    assert len(_rows(api, "deliveries?order_id=501")) == 2


def test_activity_names_order_and_voucher(api: APIClient, main_store: StoreConnection) -> None:
    book(main_store, an_order(501))
    connected, sale = _rows(api, f"activity?connection={main_store.pk}")
    (voucher,) = _rows(api, "vouchers")
    assert set(sale) == {"connection", "at", "kind", "text", "status", "order_id", "voucher"}
    assert (connected["order_id"], connected["voucher"]) == (None, None)
    assert (sale["status"], sale["order_id"], sale["voucher"]) == ("saved", 501, voucher["id"])


def test_a_connection_says_when_it_was_heard_of_and_what_it_booked(
    api: APIClient, company: Company, main_store: StoreConnection
) -> None:
    deleted = a_connection(company, "Old")
    lifecycle.delete(deleted)
    book(main_store, an_order(501), an_order(502), an_order(503, status="pending"))
    first, second = _rows(api, "connections")
    heard = Delivery.objects.latest("id").received_at.isoformat().replace("+00:00", "Z")
    assert first == {
        "id": str(main_store.pk), "name": "Main store", "platform": "woocommerce",
        "status": "active", "site_url": None, "orders_booked": 2, "last_heard_at": heard,
        "last_polled_at": None,
    }  # fmt: skip
    assert (second["status"], second["orders_booked"]) == ("deleted", 0)
    assert [row["id"] for row in _all(api, "connections?page_size=1")] == [
        first["id"],
        second["id"],
    ]


@pytest.mark.parametrize("name", LISTS)
def test_a_page_costs_the_same_queries_whatever_it_holds(
    api: APIClient,
    main_store: StoreConnection,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    name: str,
) -> None:
    book(main_store, *(an_order(n) for n in range(501, 521)))
    book(main_store, *(_refunded(n) for n in range(501, 511)))
    book(main_store, *(an_order(n, status="pending") for n in range(601, 611)))
    with django_assert_max_num_queries(MOST_QUERIES):
        rows = _rows(api, f"{name}?page_size=500")
    assert len(rows) == (1 if name == "connections" else len(rows))
    assert name == "connections" or len(rows) > 20


def test_a_page_never_holds_more_than_five_hundred(
    api: APIClient, main_store: StoreConnection
) -> None:
    one = {"company": main_store.company, "connection": main_store, "topic": "order.updated"}
    received_at = main_store.created_at
    Delivery.objects.bulk_create(Delivery(**one, received_at=received_at) for _ in range(501))
    assert len(_rows(api, "deliveries?page_size=1000")) == 500
    assert len(_rows(api, "deliveries")) == 100
    assert len(_all(api, "deliveries?page_size=250")) == 501


@pytest.mark.parametrize(
    "query",
    [
        "vouchers?page_size=0",
        "vouchers?page_size=many",
        "vouchers?cursor=x",
        "vouchers?connection=1",
        "vouchers?order_id=-1",
        "vouchers?type=invoice",
        "vouchers?date_from=yesterday",
        "deliveries?state=lost",
        "orders?order_id=99999999999999999999",
    ],
)
def test_a_query_that_makes_no_sense_is_refused(api: APIClient, query: str) -> None:
    assert api.get(f"/api/v1/{query}").status_code == 400


@pytest.mark.parametrize("name", LISTS)
def test_nothing_is_told_or_changed_without_a_right(owner: User, api: APIClient, name: str) -> None:
    assert APIClient().get(f"/api/v1/{name}").status_code == 401
    session = APIClient()
    session.force_login(owner)
    assert session.get(f"/api/v1/{name}").status_code == 401
    for method in (api.post, api.put, api.patch, api.delete):
        assert method(f"/api/v1/{name}").status_code in (403, 405)


def test_the_schema_describes_the_answers(client: APIClient) -> None:
    schema = client.get("/api/v1/schema").json()
    for name in LISTS:
        content = schema["paths"][f"/api/v1/{name}"]["get"]["responses"]["200"]["content"]
        reference = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
        page = schema["components"]["schemas"][reference]["properties"]
        assert set(page) == {"results", "next"}
        row = page["results"]["items"]["$ref"].rpartition("/")[2]
        assert schema["components"]["schemas"][row]["properties"]
    asked = {each["name"] for each in schema["paths"]["/api/v1/vouchers"]["get"]["parameters"]}
    assert asked == {
        "connection", "order_id", "type", "status", "date_from", "date_to", "page_size", "cursor",
    }  # fmt: skip


def test_a_token_for_one_company_opens_only_that_one(
    owner: User, company: Company, main_store: StoreConnection
) -> None:
    second = a_company(owner=owner, name="Second")
    book(main_store, an_order(501))
    book(a_connection(second), an_order(502))
    assert len(_rows(api_of(owner), "orders")) == 2
    assert [row["order_id"] for row in _rows(api_of(owner, second), "orders")] == [502]
