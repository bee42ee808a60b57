"""Deliveries that cannot be read: left out with a reason, counted so, taken in again."""

import pytest
from django.test import Client
from django.urls import reverse

from connections.models import Activity, StoreConnection
from ledger.models import Company, Membership, Role
from sync.booking import pipeline, retry
from sync.core.certificate import in_store
from sync.models import Acceptance, Delivery, Order
from sync.reconciliation import reconcile
from tests.factories import a_user
from tests.orders import Json
from tests.stores import an_order, book, deliver

pytestmark = pytest.mark.django_db


def unreadable(order_id: int = 501, **facts: str) -> Json:
    """Without any time of its own: nobody can say how old it is."""
    order = an_order(order_id)
    times = {"date_created_gmt": None, "date_modified_gmt": None}
    return {**order, **times, **facts}


def leave_out(browser: Client, store: StoreConnection, delivery_id: int, why: str) -> str:
    address = reverse("leave_out_delivery", args=[store.company_id, store.pk])
    page = browser.post(address, {"delivery": delivery_id, "why": why}, follow=True)
    pipeline.drain(store.pk)
    return page.content.decode()


def queue(browser: Client, store: StoreConnection) -> str:
    return browser.get(reverse("store_waiting", args=[store.company_id, store.pk])).content.decode()


@pytest.fixture
def broken(store: StoreConnection) -> Delivery:
    """Waits, and nothing is known of its order."""
    book(store, unreadable())
    delivery = Delivery.objects.get()
    assert (delivery.state, Order.objects.count()) == ("waiting", 0)
    return delivery


def test_a_delivery_is_left_out_by_a_person_with_a_reason(
    browser: Client, store: StoreConnection, broken: Delivery
) -> None:
    assert "Leave it out" in queue(browser, store)
    assert "Order 501 is left out" in leave_out(browser, store, broken.pk, "a test plugin")
    broken.refresh_from_db()
    assert (broken.state, broken.reason_code) == ("ignored", "left_out")
    page = queue(browser, store)
    assert "Order 501</a>: a test plugin" in page
    assert str(Acceptance.objects.get().user) in page
    assert "could not be read" not in page
    assert Activity.objects.filter(text__contains="left out, because a test plugin").exists()


def test_it_stays_left_out_when_it_comes_again_and_when_it_is_replayed(
    browser: Client, store: StoreConnection, broken: Delivery
) -> None:
    leave_out(browser, store, broken.pk, "a test plugin")
    book(store, unreadable())
    retry.replay(store, [broken.pk])
    pipeline.drain(store.pk)
    assert not Delivery.objects.filter(state="waiting").exists()


def test_another_content_asks_again_and_one_that_is_readable_is_booked(
    browser: Client, store: StoreConnection, broken: Delivery
) -> None:
    leave_out(browser, store, broken.pk, "a test plugin")
    book(store, unreadable(number="501-B"))
    assert Delivery.objects.filter(state="waiting").count() == 1
    book(store, an_order())
    assert Order.objects.get().state == "booked"
    assert not Delivery.objects.filter(state="waiting").exists()


def test_it_is_withdrawn_and_waits_again_and_both_stay_on_record(
    browser: Client, store: StoreConnection, broken: Delivery
) -> None:
    leave_out(browser, store, broken.pk, "a test plugin")
    answer = Acceptance.objects.get()
    address = reverse("take_in_again", args=[store.company_id, store.pk, answer.pk])
    assert "Withdrawn" in browser.post(address, follow=True).content.decode()
    pipeline.drain(store.pk)
    broken.refresh_from_db()
    assert (broken.state, broken.reason_code) == ("waiting", "readable")
    assert Acceptance.objects.count() == 2
    assert "not left out any more" in browser.post(address, follow=True).content.decode()
    leave_out(browser, store, broken.pk, "once more")
    assert "Order 501</a>: once more" in queue(browser, store)


def test_without_a_reason_nothing_is_left_out(
    browser: Client, store: StoreConnection, broken: Delivery
) -> None:
    assert "Say why" in leave_out(browser, store, broken.pk, " ")
    assert not Acceptance.objects.exists()


def test_only_the_newest_that_waits_is_left_out(
    browser: Client, store: StoreConnection, broken: Delivery
) -> None:
    deliver(store, unreadable(number="501-B"))
    pipeline.drain(store.pk)
    page = leave_out(browser, store, broken.pk, "a test plugin")
    assert "A newer delivery of the order came meanwhile" in page
    assert not Acceptance.objects.exists()


def test_the_certificate_counts_it_as_left_out(
    browser: Client, store: StoreConnection, broken: Delivery
) -> None:
    said = [in_store({"id": 501, "order": an_order()})]
    before = reconcile(store, said)
    assert dict(before.counts) == {"waiting": 1}
    leave_out(browser, store, broken.pk, "a test plugin")
    after = reconcile(store, said)
    assert dict(after.counts) == {"excluded": 1}
    assert dict(after.excluded) == {"left_out": 1}
    assert after.is_complete


def test_who_may_not_post_leaves_nothing_out(
    company: Company, store: StoreConnection, broken: Delivery
) -> None:
    person, operator = a_user("operator"), Client()
    Membership.objects.create(company=company, user=person, role=Role.OPERATOR)
    operator.force_login(person)
    assert "Leave it out" not in queue(operator, store)
    address = reverse("leave_out_delivery", args=[company.pk, store.pk])
    data = {"delivery": broken.pk, "why": "x"}
    assert operator.post(address, data).status_code == 403
    assert not Acceptance.objects.exists()
