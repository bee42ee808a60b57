"""Buyers of orders: kept by e-mail address where the store shares contact details."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from connections.models import StoreConnection
from ledger.models import Company, Voucher
from sync.booking import pipeline
from sync.core.people import Person
from sync.customers import following
from sync.models import Customer, CustomerAccount, CustomerMerge, CustomerOrder
from tests.customers import an_order_of
from tests.factories import NOW, a_company, a_user
from tests.stores import a_connection, an_order, book, deliver

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(main_store: StoreConnection) -> StoreConnection:
    """A store that shares contact details."""
    return sharing(main_store)


def sharing(store: StoreConnection) -> StoreConnection:
    store.share_contact_details = True
    store.save(update_fields=["share_contact_details"])
    return store


def whose() -> dict[int, str]:
    """The buyer's address of each order."""
    rows = CustomerOrder.objects.order_by("order_id")
    return dict(rows.values_list("order_id", "customer__email_key"))


def test_orders_of_one_address_are_one_customers(shop: StoreConnection) -> None:
    book(shop, an_order_of("Meera@Example.in", 501), an_order_of("meera@example.in", 502))
    assert whose() == {501: "meera@example.in", 502: "meera@example.in"}
    assert Customer.objects.count() == 1


def test_nothing_is_kept_where_the_store_shares_nothing(main_store: StoreConnection) -> None:
    book(main_store, an_order_of("meera@example.in"))
    assert not Customer.objects.exists()


def test_what_came_before_the_store_stopped_sharing_makes_no_customer(
    shop: StoreConnection,
) -> None:
    deliver(shop, an_order_of("meera@example.in"))
    StoreConnection.objects.update(share_contact_details=False)
    pipeline.drain(shop.pk, patient=True)
    assert Voucher.objects.count() == 1
    assert not Customer.objects.exists()


def test_an_order_without_an_address_is_booked_and_nobodys(shop: StoreConnection) -> None:
    book(shop, an_order(501), an_order_of("no address", 502))
    assert Voucher.objects.count() == 2
    assert whose() == {}


def test_an_order_goes_to_whom_its_newest_content_names(shop: StoreConnection) -> None:
    book(shop, an_order_of("meera@example.in"))
    book(shop, an_order_of("lata@example.in", modified="2026-11-21T10:00:00"))
    assert whose() == {501: "lata@example.in"}
    assert Customer.objects.count() == 2
    book(shop, an_order_of("", modified="2026-11-21T11:00:00"))
    assert whose() == {501: "lata@example.in"}


def test_the_later_word_wins_and_silence_takes_nothing_away(shop: StoreConnection) -> None:
    late, early = "2026-11-20T10:00:00", "2026-11-10T10:00:00"
    book(shop, an_order_of("a@example.in", 501, modified=late, billing={"phone": "222"}))
    book(
        shop,
        an_order_of("A@example.in", 502, modified=early, billing={"phone": "111", "city": "Pune"}),
    )
    known = Customer.objects.get()
    assert (known.email, known.phone) == ("a@example.in", "222")
    book(shop, an_order_of("a@example.in", 503, modified="2026-11-21T10:00:00"))
    known.refresh_from_db()
    assert (known.phone, known.told_at.isoformat()) == ("222", "2026-11-21T10:00:00+00:00")


def test_what_is_absurdly_long_is_cut_and_booked(shop: StoreConnection) -> None:
    words = {
        name: name[0] * 5000 for name in ("first_name", "last_name", "company", "phone", "city")
    }
    book(shop, an_order_of("meera@example.in", billing=words))
    assert Voucher.objects.count() == 1
    assert Customer.objects.get().name.startswith("fff")


def test_the_same_again_changes_nothing(shop: StoreConnection) -> None:
    for _ in range(2):
        book(shop, an_order_of("meera@example.in"))
    assert (Customer.objects.count(), CustomerOrder.objects.count()) == (1, 1)


def test_who_buys_has_no_part_in_the_books(shop: StoreConnection, company: Company) -> None:
    book(shop, an_order_of("meera@example.in", 501))
    other = a_connection(company, name="Silent store")
    book(other, an_order(501))
    facts = Voucher.objects.order_by("id").values("total", "party", "place_of_supply")
    first, second = facts
    assert first == second


def test_two_stores_of_a_company_share_its_customers(
    shop: StoreConnection, company: Company
) -> None:
    other = sharing(a_connection(company, name="Second store"))
    book(shop, an_order_of("meera@example.in", 501))
    book(other, an_order_of("meera@example.in", 501))
    assert Customer.objects.get().orders.count() == 2


def test_another_companys_customer_is_another(shop: StoreConnection) -> None:
    other = sharing(a_connection(a_company(name="Stranger & Sons")))
    book(shop, an_order_of("meera@example.in", 501))
    book(other, an_order_of("meera@example.in", 501))
    assert Customer.objects.count() == 2


def test_the_cost_does_not_grow_with_the_batch(shop: StoreConnection) -> None:
    def queries(first: int, count: int) -> int:
        deliver(shop, *(an_order_of(f"b{i}@example.in", i) for i in range(first, first + count)))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            pipeline.drain(shop.pk, patient=True)
        return len(asked)

    queries(1, 2)
    assert queries(100, 30) == queries(200, 2)


@pytest.mark.django_db(transaction=True)
def test_two_stores_that_tell_of_the_same_people_at_once_do_not_lock_in_a_circle(
    shop: StoreConnection, company: Company
) -> None:
    other = sharing(a_connection(company, name="Second store"))
    names = [f"b{number}@example.in" for number in range(200)]
    failed: list[Exception] = []

    def tell(store: StoreConnection, people: list[str]) -> None:
        try:
            for _ in range(5):
                told = {n: Person(email=each) for n, each in enumerate(people)}
                with transaction.atomic():
                    following.keep_buyers(store, told, NOW)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the test shows it
            failed.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=tell, args=(shop, names)),
        threading.Thread(target=tell, args=(other, names[::-1])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert Customer.objects.count() == 200


# What the database refuses -----------------------------------------------------------------------


def a_customer(company: Company, email: str, **facts: Any) -> Customer:
    return Customer.objects.create(
        company=company, email=email, email_key=email, mailbox=email, told_at=NOW,
        first_seen_at=NOW, updated_at=NOW, **facts,
    )  # fmt: skip


def refused(name: str) -> Any:
    return pytest.raises(IntegrityError, match=name)


def test_an_address_stands_once_in_a_company(company: Company) -> None:
    a_customer(company, "a@example.in")
    with refused("customer_email_once"):
        a_customer(company, "a@example.in")


def test_nobody_is_kept_without_an_address(company: Company) -> None:
    with refused("customer_has_an_email"):
        a_customer(company, "")


def test_orders_and_accounts_belong_to_customers_of_their_company(shop: StoreConnection) -> None:
    foreign = a_customer(a_company(name="Stranger & Sons"), "a@example.in")
    own = {"company": shop.company, "connection": shop, "customer": foreign}
    for make, name in (
        (lambda: CustomerOrder.objects.create(order_id=1, **own), "order_customer_of_same"),
        (lambda: CustomerAccount.objects.create(account_id=1, **own), "account_customer_of_same"),
    ):
        with refused(name), transaction.atomic():
            make()


def test_orders_and_accounts_are_of_a_store_of_their_company(shop: StoreConnection) -> None:
    company = a_company(name="Stranger & Sons")
    own = {"company": company, "connection": shop, "customer": a_customer(company, "a@example.in")}
    for make, name in (
        (lambda: CustomerOrder.objects.create(order_id=1, **own), "order_connection_of_same"),
        (lambda: CustomerAccount.objects.create(account_id=1, **own), "account_connection_of_same"),
    ):
        with refused(name), transaction.atomic():
            make()


def test_a_merge_is_of_two_customers_of_the_company(company: Company) -> None:
    first, second = a_customer(company, "a@example.in"), a_customer(company, "b@example.in")
    foreign = a_customer(a_company(name="Stranger & Sons"), "a@example.in")
    facts = {"company": company, "by": a_user("clerk"), "at": NOW, "moved": []}
    for kept, dropped, name in (
        (first, first, "merge_is_of_two"),
        (first, foreign, "merge_dropped_of_same"),
        (foreign, second, "merge_kept_of_same"),
    ):
        with refused(name), transaction.atomic():
            CustomerMerge.objects.create(kept=kept, dropped=dropped, **facts)
    with refused("merge_is_undone_by_somebody"), transaction.atomic():
        CustomerMerge.objects.create(kept=first, dropped=second, undone_at=NOW, **facts)


def test_a_customer_is_merged_into_one_of_his_company_who_stands_for_himself(
    company: Company,
) -> None:
    first, second = a_customer(company, "a@example.in"), a_customer(company, "b@example.in")
    foreign = a_customer(a_company(name="Stranger & Sons"), "a@example.in")
    with refused("merged_into_same_company"), transaction.atomic():
        a_customer(company, "c@example.in", merged_into=foreign)
    with refused("not_merged_into_himself"), transaction.atomic():
        Customer.objects.filter(pk=first.pk).update(merged_into=first)
    a_customer(company, "d@example.in", merged_into=second)
    for merged, into in ((first, Customer.objects.get(email="d@example.in")), (second, first)):
        with refused("stands for himself"), transaction.atomic():
            Customer.objects.filter(pk=merged.pk).update(merged_into=into)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
