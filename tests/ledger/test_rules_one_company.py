"""No row refers to a row of another company."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from ledger.models import (
    Account,
    Company,
    Entry,
    Party,
    Voucher,
    VoucherLine,
    VoucherTax,
)
from tests.factories import (
    TODAY,
    a_company,
    a_copy,
    a_sale,
    posted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(sale: Voucher) -> Company:
    """Another company with a sale of its own."""
    company = a_company(name="Other")
    posted(company, a_sale())
    return company


def test_a_voucher_refers_to_its_own_companys_party(
    other: Company, next_voucher: Callable[..., Voucher]
) -> None:
    party = Party.objects.get(company=other)
    with pytest.raises(IntegrityError, match="voucher_party_of_same_company"):
        next_voucher(party_id=party.pk)


def test_a_note_refers_to_its_own_companys_sale(
    other: Company, sale: Voucher, next_voucher: Callable[..., Voucher]
) -> None:
    theirs = Voucher.objects.get(company=other)
    with pytest.raises(IntegrityError, match="voucher_against_same_company"):
        next_voucher(type="credit_note", against_id=theirs.pk)


def test_an_entry_refers_to_its_own_companys_account(
    other: Company, sale: Voucher, next_voucher: Callable[..., Voucher]
) -> None:
    account = Account.objects.filter(company=other).first()
    entry = a_copy(sale.entries.first(), voucher=next_voucher(), account=account)
    with pytest.raises(IntegrityError, match="entry_account_of_same_company"):
        entry.save(force_insert=True)


@pytest.mark.parametrize(
    ("model", "rule"),
    [
        (VoucherLine, "voucher_line_voucher_of_same_company"),
        (VoucherTax, "voucher_tax_voucher_of_same_company"),
        (Entry, "entry_voucher_of_same_company"),
    ],
)
def test_a_part_refers_to_its_own_companys_voucher(
    other: Company,
    sale: Voucher,
    next_voucher: Callable[..., Voucher],
    model: type[Any],
    rule: str,
) -> None:
    part = a_copy(model.objects.filter(voucher=sale).first(), voucher=next_voucher(), company=other)
    with pytest.raises(IntegrityError, match=rule):
        part.save(force_insert=True)


def test_an_items_rate_is_of_the_items_company(other: Company, company: Company) -> None:
    item = company.items.create(sku="A", name="A")
    with pytest.raises(IntegrityError, match="item_rate_item_of_same_company"):
        item.rates.create(company=other, rate=Decimal(18), valid_from=TODAY)


def test_a_line_refers_to_its_own_companys_item(
    other: Company, sale: Voucher, next_voucher: Callable[..., Voucher]
) -> None:
    item = other.items.create(sku="A", name="A")
    line = a_copy(sale.lines.get(), voucher=next_voucher(), item=item)
    with pytest.raises(IntegrityError, match="voucher_line_item_of_same_company"):
        line.save(force_insert=True)
