"""Waiting orders tried again together: ticked, or all of a reason; followed until all are done."""

import threading

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from connections.models import StoreConnection, UnmappedSku
from ledger.models import Company, Membership, Role, Voucher
from sync.booking import pipeline
from sync.models import Order, OrderState, RetryRun
from tests.factories import a_company, a_user
from tests.stores import a_connection, an_order, book, deliver

pytestmark = pytest.mark.django_db


def retry(browser: Client, company: Company, **data: object) -> str:
    address = reverse("retry_waiting", args=[company.pk])
    return browser.post(address, data, follow=True).content.decode()


def let_go(store: StoreConnection) -> None:
    """From now on an unmapped SKU keeps nothing waiting."""
    StoreConnection.objects.filter(pk=store.pk).update(unmapped_sku=UnmappedSku.POST)


def states() -> dict[int, str]:
    return dict(Order.objects.values_list("order_id", "state"))


@pytest.fixture
def waiting(store: StoreConnection) -> StoreConnection:
    """501 to 504 wait for a SKU, 505 for an exchange rate."""
    store.unmapped_sku = UnmappedSku.WAIT
    store.save()
    book(store, *(an_order(number) for number in range(501, 505)), an_order(505, currency="USD"))
    let_go(store)
    return store


def test_the_ticked_are_tried_again_and_no_other(
    browser: Client, company: Company, waiting: StoreConnection
) -> None:
    ticked = Order.objects.filter(order_id__in=[501, 503]).values_list("pk", flat=True)
    page = retry(browser, company, order=list(ticked))
    assert "<strong>0 of 2</strong>" in page
    pipeline.drain(waiting.pk)
    assert {i for i, state in states().items() if state == OrderState.BOOKED} == {501, 503}
    run = RetryRun.objects.get()
    done = browser.get(reverse("retry_run", args=[company.pk, run.pk])).content.decode()
    assert "2 orders looked at again." in done
    assert "None waits any more" in done
    assert "every 2s" not in done


def test_all_of_a_reason_go_and_the_summary_says_what_still_waits(
    browser: Client, company: Company, waiting: StoreConnection
) -> None:
    Order.objects.filter(order_id=504).update(reason_code="currency")
    retry(browser, company, reason="currency", store=str(waiting.pk))
    pipeline.drain(waiting.pk)
    run = RetryRun.objects.get()
    assert run.title == "Another currency of Main store"
    page = browser.get(reverse("retry_run", args=[company.pk, run.pk])).content.decode()
    assert "2 orders looked at again." in page
    assert "1 still waits." in page
    assert "Another currency</th>" in page
    assert states() == {501: "waiting", 502: "waiting", 503: "waiting", 504: "booked",
                        505: "waiting"}  # fmt: skip


def test_the_part_asks_until_all_are_looked_at_and_answers_nothing_meanwhile(
    browser: Client, company: Company, waiting: StoreConnection
) -> None:
    retry(browser, company, reason="sku")
    address = reverse("retry_run", args=[company.pk, RetryRun.objects.get().pk])
    seen = browser.get(address).content.decode().partition("?seen=")[2].partition('"')[0]
    part = {"HX-Request": "true"}
    assert browser.get(f"{address}?seen={seen}", headers=part).status_code == 204
    pipeline.drain(waiting.pk)
    answer = browser.get(f"{address}?seen={seen}", headers=part).content.decode()
    assert "4 orders looked at again." in answer
    assert "<html" not in answer


@pytest.mark.parametrize("data", [{}, {"order": "x"}, {"reason": "rate"}, {"order": "0"}])
def test_what_chooses_nothing_tries_nothing(
    browser: Client, company: Company, waiting: StoreConnection, data: dict[str, str]
) -> None:
    assert "Nothing was chosen that waits" in retry(browser, company, **data)
    assert not RetryRun.objects.exists()


def test_orders_that_wait_no_longer_and_those_of_others_are_left_alone(
    browser: Client, company: Company, waiting: StoreConnection
) -> None:
    foreign = a_connection(a_company(), "Foreign")
    book(foreign, an_order(900, currency="USD"))
    Order.objects.filter(order_id=501).update(state=OrderState.IGNORED)
    page = retry(browser, company, order=list(Order.objects.values_list("pk", flat=True)))
    assert "0 of 4" in page
    assert set(RetryRun.objects.get().orders).isdisjoint(
        Order.objects.filter(order_id__in=[501, 900]).values_list("pk", flat=True)
    )


def test_statements_do_not_grow_with_the_orders(
    browser: Client,
    company: Company,
    waiting: StoreConnection,
    django_assert_max_num_queries: object,
) -> None:
    StoreConnection.objects.update(unmapped_sku=UnmappedSku.WAIT)
    book(waiting, *(an_order(number) for number in range(600, 750)))
    address = reverse("retry_waiting", args=[company.pk])
    with django_assert_max_num_queries(32):  # type: ignore[operator]
        browser.post(address, {"reason": "sku"})
    run = RetryRun.objects.get()
    assert len(run.orders) == 154
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        browser.get(reverse("retry_run", args=[company.pk, run.pk]))


@pytest.mark.django_db(transaction=True)
def test_nothing_is_posted_twice_while_the_worker_is_at_the_same_orders(
    browser: Client, company: Company, waiting: StoreConnection
) -> None:
    """Two workers drain, deliveries arrive, and the button is pressed again and again."""

    def drains() -> None:
        try:
            while not stop.is_set():
                pipeline.drain(waiting.pk)
        finally:
            connections.close_all()

    stop = threading.Event()
    workers = [threading.Thread(target=drains) for _ in range(2)]
    for worker in workers:
        worker.start()
    try:
        ids = list(Order.objects.values_list("pk", flat=True))
        for number in range(6):
            retry(browser, company, order=ids)
            deliver(waiting, an_order(501 + number % 4))
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    pipeline.drain(waiting.pk, patient=True)
    assert sorted(Voucher.objects.values_list("reference", flat=True)) == [
        "501", "502", "503", "504",
    ]  # fmt: skip


def test_who_may_not_import_orders_has_nothing_to_tick_and_is_refused(
    viewer: Client, company: Company, waiting: StoreConnection
) -> None:
    page = viewer.get(reverse("all_waiting", args=[company.pk])).content.decode()
    assert 'name="order"' not in page
    assert "Retry" not in page
    assert viewer.post(reverse("retry_waiting", args=[company.pk])).status_code == 403


def test_an_operator_retries_and_a_viewer_may_watch(
    viewer: Client, company: Company, waiting: StoreConnection
) -> None:
    person, operator = a_user("operator"), Client()
    Membership.objects.create(company=company, user=person, role=Role.OPERATOR)
    operator.force_login(person)
    assert str(person) in retry(operator, company, reason="sku")
    address = reverse("retry_run", args=[company.pk, RetryRun.objects.get().pk])
    assert viewer.get(address).status_code == 200
