"""The voucher as on paper, the chain it hangs in, the order's life, drafts, search."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from connections.models import StoreConnection
from ledger.models import Company, Voucher
from sync.booking import pipeline
from sync.models import Order, OrderDraft
from tests.stores import an_order, book, deliver

pytestmark = pytest.mark.django_db

LATER = "2026-11-19T06:00:00"


def _refunded(store: StoreConnection) -> None:
    book(store, an_order(501, "125000.00"))
    refunds = [{"id": 9, "total": "-1180.00"}]
    book(store, an_order(501, "125000.00", modified=LATER, refunds=refunds))


def _voucher(browser: Client, company: Company, number: str, **headers: str) -> str:
    voucher = Voucher.objects.get(company=company, number=number)
    address = reverse("voucher", args=[company.pk, voucher.pk])
    return browser.get(address, headers=headers).content.decode()


def test_a_sale_reads_like_a_tax_invoice(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    _refunded(store)
    page = _voucher(browser, company, "INV/26-27/00001")
    for text in (
        "Tax invoice",
        "27 Maharashtra",
        "₹1,47,500.00",
        "CGST 9%",
        "1,25,000.00",
        "Asha Rao",
    ):
        assert text in page


def test_entries_stand_with_their_sides(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    _refunded(store)
    page = _voucher(browser, company, "CN/26-27/00001")
    assert "Output CGST" in page
    assert page.count("1,180.00") >= 3


def test_the_credit_note_hangs_on_the_sale(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    _refunded(store)
    sale = _voucher(browser, company, "INV/26-27/00001")
    note = _voucher(browser, company, "CN/26-27/00001")
    assert "CN/26-27/00001" in sale
    assert "Against" in note
    assert "INV/26-27/00001" in note
    assert "₹1,46,320.00" in sale  # net in the books


def test_the_chain_alone_is_sent_to_htmx(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    _refunded(store)
    part = _voucher(browser, company, "INV/26-27/00001", **{"HX-Request": "true"})
    assert "Where it hangs" in part
    assert "<html" not in part


def test_flags_stand_in_words(browser: Client, company: Company, store: StoreConnection) -> None:
    _refunded(store)
    assert "spread over what remained of the order" in _voucher(browser, company, "CN/26-27/00001")


def test_an_orders_life_tells_what_changed_and_what_was_posted(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    _refunded(store)
    page = browser.get(reverse("order", args=[company.pk, store.pk, 501])).content.decode()
    for text in ("First heard", "Refund 9", "INV/26-27/00001", "CN/26-27/00001", "₹1,46,320.00"):
        assert text in page


def test_repeats_are_counted_and_not_listed(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    book(store, an_order())
    deliver(store, an_order(), an_order())
    pipeline.drain(store.pk)
    page = browser.get(reverse("order", args=[company.pk, store.pk, 501])).content.decode()
    assert "and 2 times the same" in page
    assert "Heard again" not in page


def test_a_draft_is_shown_and_can_be_posted(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    book(store, an_order(status="on-hold"))
    draft = OrderDraft.objects.get().draft_id
    page = browser.get(reverse("draft", args=[company.pk, draft])).content.decode()
    assert "not in the books" in page
    assert "1,180.00" in page
    browser.post(reverse("post_draft", args=[company.pk, draft]))
    pipeline.drain(store.pk)
    assert Order.objects.get().state == "booked"
    assert browser.get(reverse("draft", args=[company.pk, draft])).status_code == 404


@pytest.mark.parametrize("words", ["501", "#501", " 501 "])
def test_a_single_hit_opens_at_once(
    browser: Client, company: Company, store: StoreConnection, words: str
) -> None:
    book(store, an_order(501))
    answer = browser.get(reverse("search", args=[company.pk]), {"q": words})
    assert answer["Location"] == reverse("order", args=[company.pk, store.pk, 501])


@pytest.mark.parametrize("words", ["INV/26-27/00001", "inv/26-27/00001", "1"])
def test_a_voucher_is_found_by_its_number(
    browser: Client, company: Company, store: StoreConnection, words: str
) -> None:
    book(store, an_order(501))
    answer = browser.get(reverse("search", args=[company.pk]), {"q": words})
    sale = Voucher.objects.get()
    assert answer["Location"] == reverse("voucher", args=[company.pk, sale.pk])


def test_a_buyer_is_found_by_name(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    book(store, an_order(501), an_order(502))
    page = browser.get(reverse("search", args=[company.pk]), {"q": "asha"}).content.decode()
    assert "INV/26-27/00001" in page
    assert "INV/26-27/00002" in page


@pytest.mark.parametrize("words", ["", "   ", "nobody", "\x00", "9" * 40, "²"])
def test_a_search_without_a_hit_says_what_can_be_found(
    browser: Client, company: Company, store: StoreConnection, words: str
) -> None:
    book(store, an_order(501))
    answer = browser.get(reverse("search", args=[company.pk]), {"q": words})
    assert "Search for an order number" in answer.content.decode()


def test_the_number_of_queries_of_a_voucher_is_bounded(
    browser: Client,
    company: Company,
    store: StoreConnection,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    _refunded(store)
    with django_assert_max_num_queries(23):
        _voucher(browser, company, "CN/26-27/00001")


def test_the_trial_balance_leads_to_the_voucher(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    _refunded(store)
    reports = browser.get(reverse("reports", args=[company.pk]))
    balance = reports.context["balance"]
    assert balance.debit == balance.credit
    tax = next(each for each in balance.accounts if each.name == "Output CGST")
    page = browser.get(reverse("account", args=[company.pk, tax.id])).content.decode()
    assert "11,250.00 Cr" in page
    assert "CN/26-27/00001" in page


def test_the_store_stands_beside_the_books(browser: Client, store: StoreConnection) -> None:
    """Sold at 1,000, edited to 1,500: the sale differs from the store, the two notes explain it."""
    book(store, an_order(501, "1000.00"))
    book(store, an_order(501, "1500.00", modified="2026-11-19T06:00:00"))
    sale = Voucher.objects.get(type="sales")
    page = browser.get(reverse("voucher", args=[store.company_id, sale.pk])).content.decode()
    table = page.partition("The store beside the books")[2].partition("</table>")[0]
    for words in ("1,500.00", "270.00", "1,000.00", "180.00", "differs"):
        assert words in table
    note = Voucher.objects.get(type="debit_note")
    page = browser.get(reverse("voucher", args=[store.company_id, note.pk])).content.decode()
    assert "500.00" in page.partition("The store beside the books")[2].partition("</table>")[0]
