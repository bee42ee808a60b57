"""Every reason to wait has something to press beside it, and what is pressed solves it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from connections.models import BareRefund, StoreConnection, UnmappedSku
from ledger.models import Company, Item, Membership, Role, User, Voucher
from sync.booking import pipeline
from sync.core.waiting import INTERNAL, REASONS
from sync.models import Acceptance, Order, OrderState
from sync.orders.acceptance import accept
from sync.orders.answer_forms import ANSWER_FORMS, ELSEWHERE, ONLY_LEFT_OUT, ONLY_RETRIED
from sync.words import REMEDIES, WAITS_FOR, remedy, waits_for
from tests.factories import NOW, a_user
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
    """A new reason needs a form, or a word on why only mapping, leaving out or retrying helps."""
    without_form = ELSEWHERE | ONLY_LEFT_OUT | ONLY_RETRIED
    assert {*ANSWER_FORMS} | without_form == set(REASONS)
    assert not {*ANSWER_FORMS} & without_form
    assert all(form.press for form in ANSWER_FORMS.values())


def test_every_reason_has_words_and_a_remedy() -> None:
    assert set(WAITS_FOR) == set(REMEDIES) == set(REASONS)
    assert len(set(WAITS_FOR.values())) == len(REASONS)
    assert all(waits_for(code) == WAITS_FOR[code] for code in REASONS)
    assert all(remedy(code) == REMEDIES[code] for code in REASONS)


def test_what_broke_inside_says_so_and_is_found_by_the_filter(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    book(store, an_order(currency="USD"))
    Order.objects.update(reason_code=INTERNAL, reason="Processing failed inside Counterfoil.")
    page = queue(browser, store)
    assert "Broke inside Counterfoil" in page
    assert "Retry it, after an update" in page
    address = reverse("all_orders", args=[company.pk])
    assert ">#501</a>" in browser.get(f"{address}?reason=internal").content.decode()


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
    shown = a_page(browser, store)
    assert "Left out, because a test order." in shown
    assert "withdrawn by" in shown
    assert "no such answer any more" in browser.post(address, follow=True).content.decode()


def test_the_order_shows_who_answered_before_and_who_superseded_it(
    browser: Client, store: StoreConnection, owner: User
) -> None:
    book(store, an_order(currency="USD"))
    for rate, person in (("80", owner), ("81", a_user("colleague"))):
        accept(store, 501, "currency", {"rate": rate}, person, at=NOW)
    shown = a_page(browser, store)
    assert f"superseded by {Acceptance.objects.latest('pk').user}" in shown
    assert shown.index("The exchange rate is 80.") < shown.index("The exchange rate is 81.")
    assert shown.count("Withdraw</button>") == 1


def test_an_unmapped_sku_is_mapped_beside_the_order(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    store.unmapped_sku = UnmappedSku.WAIT
    store.save()
    shop = Store()
    twice = [shop.line("Lamp", "100", sku="L-1", line_id=n) for n in (1, 2)]
    book(store, shop.order(twice), an_order(502))
    Item.objects.create(company=company, sku="LAMP", name="Lamp")
    assert "Item for L-1" in queue(browser, store)
    address = reverse("map_waiting_sku", args=[company.pk, store.pk, 501])
    page = browser.post(address, {"sku": "L-1", "item": "LAMP", "back": "store_waiting"})
    assert page["Location"] == reverse("store_waiting", args=[company.pk, store.pk])
    pipeline.drain(store.pk)
    states = dict(Order.objects.values_list("order_id", "state"))
    assert states == {501: OrderState.BOOKED, 502: OrderState.WAITING}
    lines = Voucher.objects.get().lines.values_list("item__sku", flat=True)
    assert list(lines) == ["LAMP", "LAMP"]


def test_the_item_is_made_beside_the_order_with_its_rate(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    store.unmapped_sku = UnmappedSku.WAIT
    store.save()
    book(store, an_order())
    assert 'value="Blue shirt"' in queue(browser, store)
    address = reverse("map_waiting_sku", args=[company.pk, store.pk, 501])
    new = {"new-sku": "SHIRT", "new-name": "Blue shirt", "new-hsn": "61", "new-rate": "18"}
    data = {"sku": "SHIRT-B", "create": "1", "new-taxability": "taxable", **new}
    wrong = browser.post(address, data | {"new-since": "never"}, follow=True).content.decode()
    assert "No item was made" in wrong
    assert not Item.objects.exists()
    browser.post(address, data | {"new-since": "2026-04-01"})
    pipeline.drain(store.pk)
    item = Item.objects.get()
    assert (item.sku, item.hsn, str(item.rates.get().rate)) == ("SHIRT", "61", "18.000")
    assert Voucher.objects.get().lines.get().item == item


def test_mapping_beside_the_order_asks_where_the_item_is_not_clear(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    store.unmapped_sku = UnmappedSku.WAIT
    store.save()
    book(store, an_order())
    address = reverse("map_waiting_sku", args=[company.pk, store.pk, 501])
    page = browser.post(address, {"sku": "SHIRT-B", "item": "nothing like it"})
    assert page["Location"].startswith(reverse("choose_item", args=[company.pk, store.pk]))
    nothing = browser.post(address, {"sku": "SHIRT-B", "item": ""}, follow=True)
    assert "Say which item it is" in nothing.content.decode()


def test_who_may_not_import_items_maps_nothing(viewer: Client, store: StoreConnection) -> None:
    store.unmapped_sku = UnmappedSku.WAIT
    store.save()
    book(store, an_order())
    assert "Item for SHIRT-B" not in queue(viewer, store)
    address = reverse("map_waiting_sku", args=[store.company_id, store.pk, 501])
    assert viewer.post(address, {"sku": "SHIRT-B", "item": "X"}).status_code == 403


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
