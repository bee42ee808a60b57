"""Merging customers and taking it back: in any order nobody is lost and no sum changes."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from connections.models import StoreConnection
from ledger.models import Company, User, Voucher
from sync.customers import merging
from sync.customers.listing import bought_by, customers_of
from sync.customers.merging import UnfitMergeError
from sync.models import Customer, CustomerMerge
from tests.customers import an_order_of
from tests.factories import NOW, a_company
from tests.stores import book
from tests.sync.customers.test_following import a_customer, sharing

pytestmark = pytest.mark.django_db
NAMES = ("a", "b", "c", "d", "e")


@pytest.fixture
def shop(main_store: StoreConnection) -> StoreConnection:
    """A store with an order of each of five people, of ₹118, ₹236 …"""
    sharing(main_store)
    for number, name in enumerate(NAMES, 1):
        book(main_store, an_order_of(f"{name}@example.in", 500 + number, value=f"{number}00.00"))
    return main_store


def known(name: str) -> Customer:
    return Customer.objects.select_related("company").get(email_key=f"{name}@example.in")


def merged(kept: str, dropped: str, by: User) -> CustomerMerge:
    return merging.merge(known(kept), known(dropped), by=by, now=NOW)


def nets(company: Company) -> dict[str, str]:
    rows = bought_by(list(customers_of(company).values_list("pk", flat=True)))
    return {Customer.objects.get(pk=pk).email[0]: str(row.net) for pk, row in rows.items()}


def test_the_one_who_stays_has_what_both_bought(
    shop: StoreConnection, company: Company, owner: User
) -> None:
    vouchers = list(Voucher.objects.order_by("pk").values())
    merged("a", "b", owner)
    assert nets(company) == {"a": "354.00", "c": "354.00", "d": "472.00", "e": "590.00"}
    assert list(Voucher.objects.order_by("pk").values()) == vouchers


def test_what_is_told_later_of_the_dropped_one_counts_for_both(
    shop: StoreConnection, company: Company, owner: User
) -> None:
    merged("a", "b", owner)
    book(shop, an_order_of("b@example.in", 601, value="1000.00"))
    assert nets(company)["a"] == "1534.00"


def test_it_is_taken_back_exactly(shop: StoreConnection, company: Company, owner: User) -> None:
    before = nets(company)
    first, second = merged("a", "b", owner), merged("c", "a", owner)
    with pytest.raises(UnfitMergeError, match="take that back first"):
        merging.undo(first, by=owner, now=NOW)
    merging.undo(second, by=owner, now=NOW)
    assert nets(company)["a"] == "354.00"
    merging.undo(first, by=owner, now=NOW)
    assert nets(company) == before
    with pytest.raises(UnfitMergeError, match="already"):
        merging.undo(first, by=owner, now=NOW)


def test_nobody_is_merged_twice_with_himself_or_with_a_stranger(
    shop: StoreConnection, owner: User
) -> None:
    stranger = a_customer(a_company(name="Stranger & Sons"), "z@example.in")
    with pytest.raises(UnfitMergeError, match="two different"):
        merged("a", "a", owner)
    with pytest.raises(UnfitMergeError, match="two different"):
        merging.merge(known("a"), stranger, by=owner, now=NOW)
    merged("a", "b", owner)
    for kept, dropped in (("a", "b"), ("b", "c"), ("c", "b")):
        with pytest.raises(UnfitMergeError, match="merged meanwhile"):
            merged(kept, dropped, owner)


@pytest.mark.django_db(transaction=True)
def test_two_who_are_merged_into_each_other_at_once_do_not_both_vanish(
    shop: StoreConnection, company: Company, owner: User
) -> None:
    ends: list[str] = []

    def merge(kept: str, dropped: str) -> None:
        try:
            merged(kept, dropped, owner)
            ends.append("merged")
        except UnfitMergeError as error:
            ends.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=merge, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["One of them has been merged meanwhile. Look again.", "merged"]
    assert customers_of(company).count() == 4


class Merges(RuleBasedStateMachine):
    """Merges and their undoing, beside a model that keeps a copy of all before each merge."""

    company: Company
    owner: User

    def __init__(self) -> None:
        super().__init__()
        self.stands = {name: name for name in NAMES}
        self.history: list[tuple[CustomerMerge, dict[str, str]]] = []

    @rule(kept=st.sampled_from(NAMES), dropped=st.sampled_from(NAMES))
    def merge(self, kept: str, dropped: str) -> None:
        """Merge two."""
        may = kept != dropped and self.stands[kept] == kept and self.stands[dropped] == dropped
        try:
            made = merged(kept, dropped, self.owner)
        except UnfitMergeError:
            assert not may
            return
        assert may
        self.history.append((made, dict(self.stands)))
        self.stands = {n: kept if s == dropped else s for n, s in self.stands.items()}

    @rule()
    def undo_the_last(self) -> None:
        """What was merged last can always be taken back, and all is as before."""
        if self.history:
            made, before = self.history.pop()
            merging.undo(made, by=self.owner, now=NOW + timedelta(hours=1))
            self.stands = before

    @invariant()
    def all_stand_where_they_should(self) -> None:
        """The database says of everybody for whom he counts."""
        rows = Customer.objects.filter(company=self.company).select_related("merged_into")
        found = {row.email[0]: (row.merged_into or row).email[0] for row in rows}
        assert found == self.stands

    @invariant()
    def no_rupee_is_lost(self) -> None:
        """All together have always bought the same."""
        rows = bought_by(list(customers_of(self.company).values_list("pk", flat=True)))
        assert sum(row.net for row in rows.values()) == 1770

    def teardown(self) -> None:
        """The next example begins with five who stand for themselves."""
        Customer.objects.filter(company=self.company).update(merged_into=None)
        CustomerMerge.objects.all().delete()


def test_merges_in_any_order_lose_nobody(
    shop: StoreConnection, company: Company, owner: User
) -> None:
    machine = type("OfThisCompany", (Merges,), {"company": company, "owner": owner})
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20, stateful_step_count=12, deadline=None, suppress_health_check=checks
        ),
    )
