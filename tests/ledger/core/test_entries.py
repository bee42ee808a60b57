"""Entries: every document balances, and a credit note mirrors its sale."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.account_keys import meaning_of
from ledger.core.documents import Document, LineKind, VoucherType
from ledger.core.entries import Entry, entries_of
from ledger.core.gst import Taxability, interstate_group, untaxed_group
from tests.factories import a_line, a_note, a_sale
from tests.strategies import documents

NOTES_AND_SALES = st.sampled_from(
    [VoucherType.SALES, VoucherType.CREDIT_NOTE, VoucherType.DEBIT_NOTE]
).flatmap(documents)


def balances(entries: tuple[Entry, ...]) -> dict[str, Decimal]:
    """Debits less credits by account; returns count as the sales that they take back."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        account = entry.account.replace("returns:", "sales:")
        sums[account] += entry.debit - entry.credit
    return {account: amount for account, amount in sums.items() if amount}


@given(NOTES_AND_SALES)
def test_debits_equal_credits(document: Document) -> None:
    entries = entries_of(document)
    assert sum(e.debit for e in entries) == sum(e.credit for e in entries)


@given(NOTES_AND_SALES)
def test_every_entry_is_a_debit_or_a_credit(document: Document) -> None:
    for entry in entries_of(document):
        assert min(entry.debit, entry.credit) == 0
        assert max(entry.debit, entry.credit) > 0


@given(NOTES_AND_SALES)
def test_no_account_stands_twice(document: Document) -> None:
    accounts = [entry.account for entry in entries_of(document)]
    assert len(accounts) == len(set(accounts))


@given(NOTES_AND_SALES)
def test_every_entry_is_for_an_account_that_can_be_opened(document: Document) -> None:
    for entry in entries_of(document):
        assert meaning_of(entry.account).name


@given(documents())
def test_a_sale_owes_the_store_what_the_buyer_paid(document: Document) -> None:
    sums = balances(entries_of(document))
    assert sums.get("clearing:store", Decimal(0)) == document.body.total


@given(documents())
def test_a_sale_owes_the_state_its_taxes(document: Document) -> None:
    owed = sum(
        (-amount for key, amount in balances(entries_of(document)).items() if "output" in key),
        Decimal(0),
    )
    assert owed == sum((sum(part.taxes) for part in document.body.groups), Decimal(0))


@given(documents())
def test_a_credit_note_mirrors_a_sale(document: Document) -> None:
    note = replace(document, type=VoucherType.CREDIT_NOTE)
    sale = balances(entries_of(document))
    assert balances(entries_of(note)) == {account: -amount for account, amount in sale.items()}


@given(documents())
def test_a_debit_note_is_entered_like_a_sale(document: Document) -> None:
    assert entries_of(replace(document, type=VoucherType.DEBIT_NOTE)) == entries_of(document)


def test_only_a_credit_note_uses_sales_returns() -> None:
    assert "sales:18:local" in {entry.account for entry in entries_of(a_sale())}
    assert "returns:18:local" in {entry.account for entry in entries_of(a_note())}


def test_a_free_order_has_no_entries() -> None:
    assert entries_of(a_sale(a_line("0.00"))) == ()


def test_what_is_set_off_within_an_order_is_entered_all_the_same() -> None:
    group = untaxed_group(Taxability.EXEMPT)
    entries = entries_of(
        a_sale(
            a_line("100.00", group),
            a_line("-100.00", group, kind=LineKind.FEE, key="fee:1"),
        )
    )
    assert balances(entries) == {"sales:exempt": Decimal(-100), "fees": Decimal(100)}


@pytest.mark.parametrize(
    ("group", "account"),
    [
        (interstate_group(Decimal("0.25")), "sales:0.25:interstate"),
        (interstate_group(Decimal(40)), "sales:40:interstate"),
        (interstate_group(Decimal(18), Taxability.ZERO_RATED), "sales:zero_rated:paid"),
        (untaxed_group(Taxability.ZERO_RATED), "sales:zero_rated:unpaid"),
        (untaxed_group(Taxability.NON_GST), "sales:non_gst"),
        (untaxed_group(Taxability.TAXABLE), "sales:bill_of_supply"),
    ],
)
def test_sales_are_kept_apart_by_rate_and_place(group: object, account: str) -> None:
    entries = entries_of(a_sale(a_line("100.00", group)))  # type: ignore[arg-type]
    assert account in {entry.account for entry in entries}
