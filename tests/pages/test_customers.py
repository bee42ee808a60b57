"""Customers on pages: who they are, what they bought, statements to take away, merging."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from connections.models import StoreConnection
from ledger.models import Company, Party, User, Voucher
from sync.models import Customer, CustomerMerge
from tests.customers import an_order_of
from tests.stores import a_connection, an_order, book

pytestmark = pytest.mark.django_db
GSTIN = "29AAGCB7383J1Z4"
PHONE = {"phone": "+91 98000 00001"}


@pytest.fixture
def shop(company: Company) -> StoreConnection:
    """Two people with one telephone, a third one, and a business."""
    shop = a_connection(company)
    shop.share_contact_details = True
    shop.save(update_fields=["share_contact_details"])
    meera = {"first_name": "Meera", "last_name": "Nair", **PHONE}
    book(shop, an_order_of("meera@example.in", 501, billing=meera))
    book(shop, an_order_of("meera.nair@example.in", 502, billing=meera))
    book(shop, an_order_of("lata@example.in", 503, billing={"first_name": "Lata"}))
    book(shop, an_order(504, state="KA", gstin=GSTIN))
    return shop


def known(name: str) -> Customer:
    return Customer.objects.get(email_key=f"{name}@example.in")


def text_of(html: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.decode()).split())


def get(client: Client, name: str, *ids: int, query: str = "") -> str:
    answer = client.get(reverse(name, args=ids) + query, follow=True)
    assert answer.status_code == 200, answer
    return text_of(answer.content)


def post(client: Client, name: str, *ids: int, **sent: object) -> str:
    return text_of(client.post(reverse(name, args=ids), sent, follow=True).content)


def test_an_empty_list_says_how_customers_come(browser: Client, company: Company) -> None:
    assert "No store shares contact details" in get(browser, "customers", company.pk)
    a_connection(company)
    StoreConnection.objects.update(share_contact_details=True)
    assert "with the next order that names an e-mail" in get(browser, "customers", company.pk)
    assert "No business yet" in get(browser, "parties", company.pk)
    assert "No duplicates" in get(browser, "duplicates", company.pk)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("nair", {"meera@", "meera.nair@"}),
        ("LATA@", {"lata@"}),
        ("98000 00001", {"meera@", "meera.nair@"}),
        ("9800000001", {"meera@", "meera.nair@"}),
        ("nobody", set()),
    ],
)
def test_customers_are_found_by_what_is_known_of_them(
    browser: Client, company: Company, shop: StoreConnection, words: str, found: set[str]
) -> None:
    page = get(browser, "customers", company.pk, query=f"?q={words}")
    assert {
        each for each in ("meera@", "meera.nair@", "lata@") if f" {each}example" in page
    } == found


def test_the_list_is_narrowed_to_a_store(
    browser: Client, company: Company, shop: StoreConnection
) -> None:
    other = a_connection(company, "Second store")
    assert "No customer like this" in get(
        browser, "customers", company.pk, query=f"?store={other.pk}"
    )
    assert "lata@" in get(browser, "customers", company.pk, query=f"?store={shop.pk}")
    assert browser.get(reverse("customers", args=[company.pk]) + "?store=x").status_code == 400


def test_a_customer_has_his_statement(
    browser: Client, company: Company, shop: StoreConnection
) -> None:
    page = get(browser, "customer", company.pk, known("meera").pk)
    assert "1 order, ₹1,180.00 net" in page
    assert "+91 98000 00001" in page
    sale = Voucher.objects.get(reference="501")
    assert f"{sale.number} Sales #501 Main store 1,180.00 ₹1,180.00" in page


def test_a_business_stands_in_the_books_and_all_others_as_one(
    browser: Client, company: Company, shop: StoreConnection
) -> None:
    page = get(browser, "parties", company.pk)
    assert GSTIN in page
    assert "Sales to unregistered buyers" in page
    party = Party.objects.get(gstin=GSTIN)
    assert "1,180.00" in get(browser, "party", company.pk, party.pk)
    pseudo = Party.objects.get(company=company, is_pseudo=True)
    assert browser.get(reverse("party", args=[company.pk, pseudo.pk])).status_code == 404


@pytest.mark.parametrize("of", ["customer", "party"])
def test_statements_are_taken_away(
    browser: Client, company: Company, shop: StoreConnection, of: str
) -> None:
    pk = known("meera").pk if of == "customer" else Party.objects.get(gstin=GSTIN).pk
    files = {
        each: browser.get(reverse(f"{of}_{each}", args=[company.pk, pk]))
        for each in ("csv", "excel", "pdf")
    }
    assert "1180.00" in b"".join(files["csv"]).decode()
    assert b"".join(files["excel"])[:2] == b"PK"
    assert files["pdf"].content[:5] == b"%PDF-"


def test_the_list_is_taken_away(browser: Client, company: Company, shop: StoreConnection) -> None:
    csv = b"".join(browser.get(reverse("customers_csv", args=[company.pk]))).decode()
    assert "lata@example.in" in csv
    assert csv.count("1180.00") == 3
    narrowed = browser.get(reverse("customers_csv", args=[company.pk]) + "?q=lata")
    assert "meera" not in b"".join(narrowed).decode()


def test_duplicates_are_merged_after_a_look_and_taken_back(
    browser: Client, company: Company, shop: StoreConnection
) -> None:
    first, second = known("meera"), known("meera.nair")
    assert "same phone number" in get(browser, "duplicates", company.pk)
    look = get(browser, "merge_customers", company.pk, first.pk, second.pk)
    assert "Net bought ₹1,180.00 ₹1,180.00" in look
    assert not CustomerMerge.objects.exists()
    page = post(browser, "merge_customers", company.pk, first.pk, second.pk)
    assert "was merged into Meera Nair" in page
    assert "2 orders, ₹2,360.00 net" in page
    assert "No duplicates" in get(browser, "duplicates", company.pk)
    assert "2 orders" in get(browser, "customer", company.pk, second.pk)
    assert "meera@example.in" in get(browser, "customers", company.pk, query="?q=meera.nair")
    merge = CustomerMerge.objects.get()
    assert "are two customers again" in post(browser, "undo_merge", company.pk, merge.pk)
    assert "same phone number" in get(browser, "duplicates", company.pk)
    assert "taken back already" in post(browser, "undo_merge", company.pk, merge.pk)


def test_a_merge_that_is_no_merge_is_answered(
    browser: Client, company: Company, shop: StoreConnection
) -> None:
    first = known("meera").pk
    assert "two different customers" in post(browser, "merge_customers", company.pk, first, first)
    address = reverse("merge_customers", args=[company.pk, first, 999999])
    assert browser.post(address).status_code == 404


def test_a_viewer_sees_and_merges_nothing(
    viewer: Client, company: Company, shop: StoreConnection, owner: User
) -> None:
    page = viewer.get(reverse("duplicates", args=[company.pk])).content.decode()
    assert "same phone number" in page
    assert "Merge" not in page
    address = reverse("merge_customers", args=[company.pk, known("meera").pk, known("lata").pk])
    assert viewer.post(address).status_code == 403


def test_search_finds_customers(browser: Client, company: Company, shop: StoreConnection) -> None:
    page = browser.get(reverse("search", args=[company.pk]) + "?q=nair").content.decode()
    assert reverse("customer", args=[company.pk, known("meera").pk]) in page
    page = browser.get(reverse("search", args=[company.pk]) + f"?q={GSTIN}").content.decode()
    assert reverse("party", args=[company.pk, Party.objects.get(gstin=GSTIN).pk]) in page


def test_an_order_leads_to_its_customer(
    browser: Client, company: Company, shop: StoreConnection
) -> None:
    page = browser.get(reverse("order", args=[company.pk, shop.pk, 501])).content.decode()
    assert reverse("customer", args=[company.pk, known("meera").pk]) in page
