"""Orders of all stores: narrowed down, waiting by reason, drafts posted one by one or together."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from connections.models import StoreConnection
from ledger.models import Company, Membership, Role, Voucher
from ledger.period_lock import lock_until
from sync.booking import pipeline
from sync.models import Acceptance, Order, OrderDraft
from tests.factories import a_company, a_user
from tests.stores import a_connection, an_order, book

pytestmark = pytest.mark.django_db


def page(browser: Client, company: Company, name: str, query: str = "") -> str:
    answer = browser.get(reverse(name, args=[company.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def shown(text: str) -> set[str]:
    """The numbers of the orders of which a page has a row."""
    return {number for number in ("501", "502", "503", "504") if f">#{number}</a>" in text}


@pytest.fixture
def two_stores(company: Company, store: StoreConnection) -> StoreConnection:
    """501 booked, 502 a draft, 503 waits; the other store, which it is, booked 504."""
    book(store, an_order(501), an_order(502, status="on-hold"), an_order(503, currency="USD"))
    other = a_connection(company, "Other store")
    early = an_order(504, created="2026-10-01T06:00:00", modified="2026-11-18T07:00:00")
    early["billing"] = {**early.get("billing", {}), "first_name": "Zubin", "last_name": "Mehta"}
    book(other, early)
    return other


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", {"501", "502", "503", "504"}),
        ("?state=waiting", {"503"}),
        ("?state=booked", {"501", "504"}),
        ("?reason=currency", {"503"}),
        ("?reason=sku", set()),
        ("?status=on-hold", {"502"}),
        ("?date_to=2026-10-31", {"504"}),
        ("?date_from=2026-10-02", {"501", "502", "503"}),
        ("?q=%23503", {"503"}),
        ("?q=zubin", {"504"}),
        ("?q=nobody", set()),
        ("?state=booked&q=504", {"504"}),
    ],
)
def test_the_list_is_narrowed_down(
    browser: Client, company: Company, two_stores: StoreConnection, query: str, numbers: set[str]
) -> None:
    assert shown(page(browser, company, "all_orders", query)) == numbers


def test_the_list_of_one_store_alone(
    browser: Client, company: Company, two_stores: StoreConnection
) -> None:
    assert shown(page(browser, company, "all_orders", f"?store={two_stores.pk}")) == {"504"}


def test_another_companys_store_is_no_filter(
    browser: Client, company: Company, two_stores: StoreConnection
) -> None:
    foreign = a_connection(a_company(), "Foreign")
    text = page(browser, company, "all_orders", f"?store={foreign.pk}")
    assert "please correct what is marked" in text
    assert not shown(text)


def test_days_the_wrong_way_round_are_said(browser: Client, company: Company) -> None:
    query = "?date_from=2026-11-02&date_to=2026-11-01"
    assert "lies after the last" in page(browser, company, "all_orders", query)


def test_state_and_reason_are_in_words(
    browser: Client, company: Company, two_stores: StoreConnection
) -> None:
    assert "Another currency: The order is in USD" in page(browser, company, "all_orders")


def test_a_living_list_answers_nothing_where_nothing_changed(
    browser: Client, company: Company, two_stores: StoreConnection
) -> None:
    text = page(browser, company, "all_orders")
    seen = text.partition("seen=")[2].partition('"')[0]
    address = reverse("all_orders", args=[company.pk])
    assert browser.get(f"{address}?seen={seen}", headers={"HX-Request": "true"}).status_code == 204
    book(two_stores, an_order(505))
    part = browser.get(f"{address}?seen={seen}", headers={"HX-Request": "true"})
    assert "#505" in part.content.decode()
    assert "<html" not in part.content.decode()


@pytest.mark.parametrize("name", ["all_orders", "all_waiting", "drafts"])
def test_queries_do_not_grow_with_the_orders(
    browser: Client,
    company: Company,
    two_stores: StoreConnection,
    name: str,
    django_assert_max_num_queries: object,
) -> None:
    for number in range(600, 610):
        book(two_stores, an_order(number, currency="USD"), an_order(number + 50, status="on-hold"))
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        page(browser, company, name)


def test_pages_go_back_in_time_and_keep_the_filter(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    book(store, *(an_order(number, currency="USD") for number in range(1000, 1060)))
    first = page(browser, company, "all_orders", "?state=waiting")
    oldest = Order.objects.order_by("-id")[49].pk
    assert f"state=waiting&amp;before={oldest}" in first
    second = page(browser, company, "all_orders", f"?state=waiting&before={oldest}")
    assert ">#1009</a>" in second
    assert ">#1010</a>" not in second


def test_what_waits_is_shown_by_reason_with_its_form(
    browser: Client, company: Company, two_stores: StoreConnection
) -> None:
    text = page(browser, company, "all_waiting")
    assert "Another currency</a>: 1 of Main store" in text
    assert "The oldest since" in text
    assert "Book at this rate" in text
    assert "Retry all" in text


@pytest.mark.parametrize(
    ("name", "words"),
    [("all_orders", "No order yet"), ("all_waiting", "Nothing waits"), ("drafts", "No draft")],
)
def test_an_empty_page_says_so(browser: Client, company: Company, name: str, words: str) -> None:
    assert words in page(browser, company, name)


def test_the_ticked_drafts_are_posted_and_no_other(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    book(store, *(an_order(number, status="on-hold") for number in (501, 502, 503)))
    ids = {row.order_id: row.draft_id for row in OrderDraft.objects.all()}
    address = reverse("post_drafts", args=[company.pk])
    answer = browser.post(address, {"draft": [ids[501], ids[503]]}, follow=True)
    assert "2 drafts are posted now." in answer.content.decode()
    pipeline.drain(store.pk)
    assert set(Voucher.objects.values_list("reference", flat=True)) == {"501", "503"}
    assert "Nothing was ticked" in browser.post(address, follow=True).content.decode()


def test_a_draft_of_a_locked_day_is_posted_on_the_first_open_day(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    early = an_order(
        501, status="on-hold", created="2026-10-18T06:00:00", modified="2026-11-18T06:00:00"
    )
    book(store, early)
    lock_until(company, date(2026, 10, 31), reason="GSTR-1 filed")
    assert "posts on the first open day" in page(browser, company, "drafts")
    draft = OrderDraft.objects.get()
    browser.post(reverse("post_drafts", args=[company.pk]), {"draft": draft.draft_id})
    pipeline.drain(store.pk)
    voucher = Voucher.objects.get()
    assert (voucher.date, voucher.original_date) == (date(2026, 11, 1), date(2026, 10, 18))


def test_a_draft_of_another_company_is_not_posted(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    foreign = a_connection(a_company(), "Foreign")
    book(foreign, an_order(status="on-hold"))
    draft = OrderDraft.objects.get()
    browser.post(reverse("post_drafts", args=[company.pk]), {"draft": draft.draft_id})
    assert not Acceptance.objects.exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_who_may_not_post_sees_the_drafts_and_nothing_to_press(
    company: Company, store: StoreConnection, role: Role
) -> None:
    book(store, an_order(status="on-hold"))
    person, client = a_user(role.value), Client()
    Membership.objects.create(company=company, user=person, role=role)
    client.force_login(person)
    text = page(client, company, "drafts")
    assert ">#501</a>" in text
    assert "Post now" not in text
    address = reverse("post_drafts", args=[company.pk])
    assert client.post(address, {"draft": OrderDraft.objects.get().draft_id}).status_code == 403
