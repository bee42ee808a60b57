"""A store's registered customers: asked for page by page, kept as a person chooses."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from connections.models import Activity, StoreConnection
from ledger.models import Membership, User
from sync.asking import customer_looks, errands
from sync.asking.errands import NotPossibleError
from sync.models import (
    Customer,
    CustomerAccount,
    CustomerLook,
    ErrandState,
    LookedCustomer,
    LookOutcome,
)
from sync.tasks import work_on_customer_look
from tests import pulled
from tests.customers import a_registered
from tests.factories import NOW, a_company
from tests.fakes.store import FakeStore, Fault

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Iterator[FakeStore]:
    """A store with 120 registered customers; one has no address, one is nonsense."""
    with pulled.a_store() as store:
        store.house.customers = [a_registered(n, f"c{n}@example.in") for n in range(1, 119)]
        store.house.customers += [a_registered(119, ""), {"id": "x"}]
        yield store


@pytest.fixture
def shop(store: FakeStore) -> StoreConnection:
    """Its connection, which shares contact details."""
    shop = pulled.connected_to(store)
    shop.share_contact_details = True
    shop.save(update_fields=["share_contact_details"])
    return shop


def owner_of(shop: StoreConnection) -> User:
    return Membership.objects.get(company=shop.company, role="owner").user


def begun(shop: StoreConnection) -> CustomerLook:
    return customer_looks.begin(shop, by=owner_of(shop), now=timezone.now())


def looked(shop: StoreConnection) -> CustomerLook:
    look = begun(shop)
    customer_looks.run(look)
    look.refresh_from_db()
    return look


def kept(look: CustomerLook, numbers: list[int] | None) -> str:
    return customer_looks.keep(look, numbers, now=timezone.now()).in_words


def test_all_are_told_and_none_is_kept(shop: StoreConnection, store: FakeStore) -> None:
    look = looked(shop)
    assert (look.state, look.done) == ("done", 120)
    assert customer_looks.counts(look) == {"found": 118, "skipped": 1, "failed": 1}
    assert not Customer.objects.exists()
    asked = [each for each in store.requests if "/customers" in each.path]
    assert len(asked) == 3
    assert "canary" not in str(list(LookedCustomer.objects.values()))


def test_the_chosen_are_kept_and_said(shop: StoreConnection) -> None:
    look = looked(shop)
    said = kept(look, [1, 2, 119])
    assert said == "Customers: 3 processed, 2 created, 0 updated, 1 skipped, 0 failed."
    assert Activity.objects.filter(text=said, kind="import").exists()
    assert {each.email for each in Customer.objects.all()} == {"c1@example.in", "c2@example.in"}
    assert CustomerAccount.objects.count() == 2


def test_all_at_once_and_again_changes_nothing_more(shop: StoreConnection) -> None:
    look = looked(shop)
    assert (
        kept(look, None) == "Customers: 120 processed, 118 created, 0 updated, 1 skipped, 1 failed."
    )
    assert (
        kept(look, None) == "Customers: 120 processed, 0 created, 118 updated, 1 skipped, 1 failed."
    )
    assert Customer.objects.count() == 118


def test_who_left_out_has_a_reason_for_people(shop: StoreConnection) -> None:
    rows = LookedCustomer.objects.filter(look=looked(shop)).exclude(outcome="found")
    assert [(each.outcome, each.reason) for each in rows.order_by("position")] == [
        ("skipped", "The customer has no e-mail address, by which contacts are matched."),
        ("failed", "The body names no customer."),
    ]


def test_a_slice_that_is_killed_goes_on_where_it_stood(
    shop: StoreConnection, store: FakeStore
) -> None:
    look = begun(shop)
    customer_looks.run(look, seconds=0)
    assert LookedCustomer.objects.count() == 50
    work_on_customer_look(look.pk)
    assert customer_looks.counts(look) == {"found": 118, "skipped": 1, "failed": 1}


def test_a_page_that_fails_is_asked_again(shop: StoreConnection, store: FakeStore) -> None:
    look = begun(shop)
    store.faults.queue(Fault.MAINTENANCE)
    assert customer_looks.run(look).problem
    look.refresh_from_db()
    assert (look.state, bool(look.problem)) == (ErrandState.RUNNING, True)
    customer_looks.run(look)
    assert LookedCustomer.objects.count() == 120


def test_keys_that_may_not_read_customers_stop_it_with_the_reason(
    shop: StoreConnection, store: FakeStore
) -> None:
    store.house.user_may = False
    look = looked(shop)
    assert look.state == ErrandState.PAUSED
    assert look.problem


def test_who_asks_twice_gets_the_look_under_way_and_later_a_new_one(
    shop: StoreConnection, store: FakeStore
) -> None:
    first = begun(shop)
    assert begun(shop) == first
    errands.end(first, now=timezone.now())
    assert begun(shop) != first
    assert CustomerLook.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"share_contact_details": False}, "shares no contact details"),
        ({"consumer_key": "", "consumer_secret": ""}, "The plugin sends no customers"),
        ({"is_enabled": False}, "unpaired or switched off"),
    ],
)
def test_what_is_in_the_way_is_said(
    shop: StoreConnection, changes: dict[str, Any], reason: str
) -> None:
    StoreConnection.objects.filter(pk=shop.pk).update(**changes)
    with pytest.raises(NotPossibleError, match=reason):
        begun(shop)


def test_nobody_is_kept_once_the_store_shares_nothing_any_more(shop: StoreConnection) -> None:
    look = looked(shop)
    StoreConnection.objects.filter(pk=shop.pk).update(share_contact_details=False)
    with pytest.raises(NotPossibleError, match="shares no contact details"):
        kept(look, None)
    assert not Customer.objects.exists()


def test_nobody_chosen_is_said(shop: StoreConnection) -> None:
    look = looked(shop)
    for chosen in ([], [9999]):
        with pytest.raises(NotPossibleError, match="Choose the customers"):
            kept(look, chosen)


def test_what_nobody_chose_is_forgotten_after_a_day(shop: StoreConnection) -> None:
    look = looked(shop)
    customer_looks.forget_old(timezone.now())
    assert CustomerLook.objects.exists()
    CustomerLook.objects.filter(pk=look.pk).update(made_at=timezone.now() - timedelta(days=2))
    customer_looks.forget_old(timezone.now())
    assert not LookedCustomer.objects.exists()


# What the database refuses -----------------------------------------------------------------------


def a_row(look: CustomerLook, **facts: Any) -> LookedCustomer:
    told = {"company": look.company, "look": look, "position": 500, "account_id": 500, **facts}
    return LookedCustomer.objects.create(**told)


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"position": 0}, "looked_customer_once"),
        ({"account_id": 1}, "looked_account_once"),
        ({"outcome": "x"}, "outcome_is_known"),
        ({"outcome": LookOutcome.SKIPPED}, "left_out_has_a_reason"),
        ({"account_id": None}, "to_choose_has_a_number"),
    ],
)
def test_rows_of_a_look_are_sound(shop: StoreConnection, facts: dict[str, Any], name: str) -> None:
    with pytest.raises(IntegrityError, match=name):
        a_row(looked(shop), **facts)


def test_looks_and_their_rows_belong_to_the_company_of_the_store(shop: StoreConnection) -> None:
    look, foreign = looked(shop), a_company(name="Stranger & Sons")
    with pytest.raises(IntegrityError, match="looked_customer_look_of_same"), transaction.atomic():
        a_row(look, company=foreign)
    with pytest.raises(IntegrityError, match="customer_look_connection_of_same"):
        CustomerLook.objects.create(
            company=foreign, connection=shop, made_by=owner_of(shop), made_at=NOW, next_at=NOW
        )
