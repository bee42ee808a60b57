"""What a store's taxes are called in the books: names decide accounts, and nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.core.documents import Document, Flag
from ledger.core.entries import entries_of
from sync.core.terms import TaxNames
from sync.core.waiting import OrderWaitsError
from tests.london import VAT, LineOf, a_london_order
from tests.orders import Json, Store
from tests.sync.core.shop import Books, kinds

LATER, LATEST = "2026-11-19T06:00:00", "2026-11-20T06:00:00"
LAMP: LineOf = (1, "100.00", {11: "20.00"})


def london(names: Mapping[int, str] | None = None, **more: object) -> Books:
    """Books of a company in London under a mapping of its store's taxes."""
    return Books(country="GB", state="", currency="GBP", tax_names=TaxNames(names or {}), **more)


def by_account(document: Document) -> dict[str, Decimal]:
    """Credits less debits of each account."""
    return {entry.account: entry.credit - entry.debit for entry in entries_of(document)}


def mapped_later(books: Books, names: Mapping[int, str]) -> None:
    """Change the mapping after what is posted so far, as `sync.books.tax_rates` keeps it."""
    books.posted = [replace(each, voucher_id=n) for n, each in enumerate(books.posted, 1)]
    before = books.terms.tax_names
    former = (*before.former, (len(books.posted), before.present))
    books.terms = replace(books.terms, tax_names=TaxNames(names, former))


def test_without_a_mapping_a_tax_is_called_as_the_store_labels_it() -> None:
    (sale,) = london().deliver(a_london_order([LAMP]))
    assert by_account(sale)["output:VAT"] == Decimal("20.00")


def test_a_mapped_tax_goes_to_the_account_of_its_name() -> None:
    (sale,) = london({11: "UK VAT"}).deliver(a_london_order([LAMP]))
    accounts = by_account(sale)
    assert accounts["output:UK VAT"] == Decimal("20.00")
    assert "output:VAT" not in accounts


def test_two_rates_of_one_name_share_an_account() -> None:
    order = a_london_order([LAMP, (2, "10.00", {12: "0.50", 13: "2.00"})])
    (sale,) = london({12: "VAT", 13: "VAT"}).deliver(order)
    assert by_account(sale)["output:VAT"] == Decimal("22.50")
    assert sale.body.total == Decimal("132.50")


def test_a_mapping_that_comes_later_is_no_edit() -> None:
    books = london()
    order = a_london_order([LAMP])
    books.deliver(order)
    mapped_later(books, {11: "UK VAT"})
    assert books.deliver(order) == []
    assert books.deliver({**order, "date_modified_gmt": LATER}) == []


def test_a_booked_order_is_edited_and_refunded_under_the_names_it_was_sold_with() -> None:
    books = london()
    books.deliver(a_london_order([LAMP]))
    mapped_later(books, {11: "UK VAT"})
    dearer = a_london_order([(1, "150.00", {11: "30.00"})], modified=LATER)
    (note,) = books.deliver(dearer)
    assert kinds([note]) == [("debit_note", "60.00")]
    assert by_account(note)["output:VAT"] == Decimal("10.00")
    refund = {"id": 9, "total": "-18.00"}
    refunded = a_london_order([(1, "150.00", {11: "30.00"})], modified=LATEST, refunds=[refund])
    (credit,) = books.deliver(refunded)
    assert by_account(credit)["output:VAT"] == Decimal("-3.00")


def test_each_sale_keeps_the_mapping_of_its_own_time() -> None:
    """Two changes of the mapping, and an order booked before each of them."""
    first, second = london(), london({11: "A"})
    order = a_london_order([LAMP])
    first.deliver(order)
    second.deliver(order)
    mapped_later(first, {11: "A"})
    mapped_later(second, {11: "B"})
    names = TaxNames({11: "B"}, ((1, {}), (2, {11: "A"})))
    assert names.for_sale(1) == {}
    assert names.for_sale(2) == {11: "A"}
    assert names.for_sale(3) == names.for_sale(None) == {11: "B"}
    assert first.deliver(order) == second.deliver(order) == []


def test_another_rate_of_the_same_percentage_is_an_edit() -> None:
    """The store charged another country's tax after all: it moves to the other account."""
    books = london({11: "UK VAT", 13: "DE VAT"})
    books.deliver(a_london_order([LAMP]))
    notes = books.deliver(a_london_order([(1, "100.00", {13: "20.00"})], modified=LATER))
    assert kinds(notes) == [("debit_note", "120.00"), ("credit_note", "120.00")]
    assert by_account(notes[0])["output:DE VAT"] == Decimal("20.00")
    assert by_account(notes[1])["output:UK VAT"] == Decimal("-20.00")


def test_a_sale_after_a_reversal_is_booked_under_the_present_names() -> None:
    books = london()
    books.deliver(a_london_order([LAMP]))
    books.deliver(a_london_order([LAMP], modified=LATER, status="cancelled"))
    mapped_later(books, {11: "UK VAT"})
    (sale,) = books.deliver(a_london_order([LAMP], modified=LATEST))
    assert by_account(sale)["output:UK VAT"] == Decimal("20.00")


def test_a_draft_shows_the_present_names() -> None:
    found = london({11: "UK VAT"}, post_as="draft").plan(a_london_order([LAMP]))
    assert found.draft is not None
    assert found.draft.body.groups[0].group.components[0].name == "UK VAT"


# India: the law splits, whatever a tax is called -----------------------------------------


def _relabelled(order: Json, label: str) -> Json:
    for tax_line in order["tax_lines"]:
        tax_line["label"] = label
    return order


@pytest.mark.parametrize(
    ("names", "is_flagged"), [({}, False), ({1803: "IGST"}, True), ({1803: "CGST"}, False)]
)
def test_in_india_a_name_tells_the_kind_of_tax_and_the_law_its_split(
    names: dict[int, str], is_flagged: bool
) -> None:
    """IGST charged on a sale within the state, under a label that says nothing."""
    store = Store()
    order = store.order([store.line("Lamp", "1000", state="KA", line_id=11)])
    (sale,) = Books(tax_names=TaxNames(names)).deliver(_relabelled(order, "Tax"))
    assert (Flag.TAX_KIND_DIFFERS in sale.flags) is is_flagged
    assert by_account(sale)["output:CGST"] == by_account(sale)["output:SGST"] == Decimal("90.00")
    assert sale.body.total == Decimal("1180.00")


# Whatever the names, the amounts are the store's ------------------------------------------

pence = st.decimals("0.00", "9999.99", places=2).map(lambda amount: f"{amount:.2f}")
taxes = st.dictionaries(st.sampled_from(sorted(VAT)), pence, max_size=3)
lines = st.lists(st.tuples(pence, taxes), min_size=1, max_size=5).map(
    lambda found: [(n, total, by_rate) for n, (total, by_rate) in enumerate(found, 1)]
)
mappings = st.dictionaries(
    st.sampled_from(sorted(VAT)), st.sampled_from(["VAT", "MwSt.", "Sales tax", "X"]), max_size=3
)


@given(lines, mappings)
def test_a_mapping_changes_no_amount_of_a_sale(
    order_lines: list[LineOf], names: dict[int, str]
) -> None:
    """Against the store's own figures, and figure by figure against no mapping at all."""
    order = a_london_order(order_lines)
    (sale,), (plain,) = london(names).deliver(order), london().deliver(order)
    assert sale.body.total == plain.body.total == Decimal(order["total"])
    assert sale.body.taxable_value == plain.body.taxable_value
    assert sale.body.round_off == plain.body.round_off == 0
    assert _tax(sale) == _tax(plain) == _tax_charged(order_lines)


@given(lines, lines, mappings)
def test_a_mapping_changes_no_total_of_an_edited_order(
    first: list[LineOf], second: list[LineOf], names: dict[int, str]
) -> None:
    """Names may put taxes into one group: other notes then, and the same net."""
    orders = [a_london_order(first), a_london_order(second, modified=LATER)]
    books = [london(names), london()]
    assume(all(_is_delivered(each, order) for order in orders for each in books))
    assert [each.net for each in books] == [Decimal(orders[-1]["total"])] * 2
    assert [each.deliver(orders[-1]) for each in books] == [[], []]


def _is_delivered(books: Books, order: Json) -> bool:
    try:
        books.deliver(order)
    except OrderWaitsError:
        return False
    return True


def _tax(document: Document) -> Decimal:
    """What goes to output accounts."""
    sides = by_account(document).items()
    return sum((amount for account, amount in sides if account.startswith("output:")), Decimal(0))


def _tax_charged(order_lines: list[LineOf]) -> Decimal:
    taxes = (tax for _, _, by_rate in order_lines for tax in by_rate.values())
    return sum(map(Decimal, taxes), Decimal(0))
