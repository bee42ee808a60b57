"""Every reason to wait has something to press beside it, and what is pressed solves it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from connections.models import BareRefund, StoreConnection, UnmappedSku
from ledger.models import Company, Membership, Role, Voucher
from sync import pipeline
from sync.answer_forms import ANSWER_FORMS, ELSEWHERE, ONLY_LEFT_OUT
from sync.core.waiting import WaitsFor
from sync.models import Acceptance, Order, OrderState
from tests.factories import a_user
from tests.orders import Json, Store
from tests.stores import an_order, book

pytestmark = pytest.mark.django_db


def queue(browser: Client, store: StoreConnection) -> str:
    return browser.get(reverse("store_waiting", args=[store.company_id, store.pk])).content.decode()


def answer(browser: Client, store: StoreConnection, **data: str) -> str:
    order = Order.objects.get(connection=store)
    address = reverse("accept_order", args=[store.company_id, store.pk, order.order_id])
    page = browser.post(address, {"snapshot": str(order.snapshot_id), **data}, follow=True)
    pipeline.drain(store.pk)
    return page.content.decode()


def a_page(browser: Client, store: StoreConnection) -> str:
    return browser.get(reverse("order", args=[store.company_id, store.pk, 501])).content.decode()


@pytest.fixture
def asking(store: StoreConnection) -> StoreConnection:
    """An order of a lamp and tea, of which 236.00 are given back; nobody says of what."""
    store.bare_refund = BareRefund.WAIT
    store.save()
    book(store, lamp_and_tea(refunds=[{"id": 9, "total": "-236.00"}]))
    return store


def lamp_and_tea(**facts: Any) -> Json:
    shop = Store()
    lines = [shop.line("Lamp", "1000", line_id=11), shop.line("Tea", "400", "5", line_id=12)]
    return shop.order(lines, **facts)


def test_every_reason_has_an_action_in_place() -> None:
    """A new reason needs a form, or a word on why only mapping or leaving out helps."""
    assert {*ANSWER_FORMS} | ELSEWHERE | ONLY_LEFT_OUT == set(WaitsFor)
    assert not {*ANSWER_FORMS} & (ELSEWHERE | ONLY_LEFT_OUT)
    assert all(form.press for form in ANSWER_FORMS.values())


def test_a_refund_is_allocated_line_by_line(browser: Client, asking: StoreConnection) -> None:
    page = queue(browser, asking)
    assert "Book this allocation" in page
    assert "of ₹1,180.00" in page
    answer(browser, asking, refund="9", line0="236.00", line1="")
    assert Order.objects.get().state == OrderState.BOOKED
    [line] = Voucher.objects.get(type="credit_note").lines.all()
    assert (line.source_line, str(line.taxable_value)) == ("line:11", "200.00")
    shown = a_page(browser, asking)
    assert "Refund 9 gives back 236.00 of Lamp." in shown
    assert "booked on" in shown
    assert str(Acceptance.objects.get().user) in shown


@pytest.mark.parametrize(
    "data",
    [
        {"refund": "9", "line0": "235.00"},
        {"refund": "9"},
        {"refund": "8", "line0": "236.00"},
        {"line0": "236.00"},
        {"refund": "9", "line1": "430.00", "line0": "-194.00"},
    ],
)
def test_an_allocation_that_does_not_fit_is_kept_back(
    browser: Client, asking: StoreConnection, data: dict[str, str]
) -> None:
    assert "nothing was saved" in answer(browser, asking, **data)
    assert not Acceptance.objects.exists()


def test_the_sentence_says_what_does_not_add_up(browser: Client, asking: StoreConnection) -> None:
    page = answer(browser, asking, refund="9", line0="235.00")
    assert "The amounts come to 235.00, the refund is 236.00." in page


def test_a_refund_can_be_allocated_in_a_bounded_number_of_queries(
    browser: Client, asking: StoreConnection, django_assert_max_num_queries: object
) -> None:
    for number in range(502, 512):
        book(asking, lamp_and_tea(order_id=number, refunds=[{"id": number, "total": "-236.00"}]))
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        assert queue(browser, asking).count("Book this allocation") == 11


def test_an_unknown_rate_is_chosen(browser: Client, store: StoreConnection) -> None:
    shop = Store()
    order = shop.order([{**shop.line("Lamp", "1000"), "total_tax": "77.00", "taxes": []}])
    book(store, {**order, "total": "1077.00"})
    assert "Book at this rate of tax" in queue(browser, store)
    answer(browser, store, rate="5")
    assert "Book the tax as charged" in queue(browser, store)
    answer(browser, store)
    assert str(Voucher.objects.get().total) == "1077.00"


def test_what_only_the_store_can_correct_is_left_out_with_a_reason(
    browser: Client, store: StoreConnection
) -> None:
    book(store, an_order(refunds=[{"id": 9, "total": "-1180.00"}]))
    lower = an_order(value="500.00", modified="2026-11-19T06:00:00")
    book(store, lower | {"refunds": [{"id": 9, "total": "-1180.00"}]})
    assert Order.objects.get().reason_code == "below_zero"
    assert "please look again" in answer(browser, store, code="left_out", why=" ")
    answer(browser, store, code="left_out", why="settled by hand")
    assert Order.objects.get().state == OrderState.BOOKED
    assert "Left out, because settled by hand." in a_page(browser, store)


def test_an_answer_is_withdrawn_on_the_orders_page(browser: Client, store: StoreConnection) -> None:
    book(store, an_order(currency="USD"))
    answer(browser, store, code="left_out", why="a test order")
    assert "Withdraw" in a_page(browser, store)
    kept = Acceptance.objects.get()
    address = reverse("withdraw_answer", args=[store.company_id, store.pk, 501, kept.pk])
    assert "Withdrawn" in browser.post(address, follow=True).content.decode()
    assert browser.post(address).status_code == 404


def test_an_unmapped_sku_leads_to_its_mapping(browser: Client, store: StoreConnection) -> None:
    store.unmapped_sku = UnmappedSku.WAIT
    store.save()
    book(store, an_order())
    assert "Map the SKU" in queue(browser, store)


def test_who_may_not_post_sees_no_form_and_is_refused(
    viewer: Client, company: Company, asking: StoreConnection
) -> None:
    operator = Client()
    person = a_user("operator")
    Membership.objects.create(company=company, user=person, role=Role.OPERATOR)
    operator.force_login(person)
    for client, may_retry in ((viewer, False), (operator, True)):
        page = queue(client, asking)
        assert "Book this allocation" not in page
        assert "Leave it out" not in page
        assert ("Retry" in page) is may_retry
        address = reverse("accept_order", args=[company.pk, asking.pk, 501])
        assert client.post(address, {"refund": "9"}).status_code == 403
    assert not Acceptance.objects.exists()


def test_refunds_that_wait_are_spread_once_the_option_says_so(
    browser: Client, asking: StoreConnection
) -> None:
    options = {"name": "Main store", "is_enabled": "on", "post_as": "sale", "unmapped_sku": "post"}
    address = reverse("store_options", args=[asking.company_id, asking.pk])
    browser.post(address, {**options, "bare_refund": "spread"})
    pipeline.drain(asking.pk)
    assert Order.objects.get().state == OrderState.BOOKED
    assert "allocated" in Voucher.objects.get(type="credit_note").flags
