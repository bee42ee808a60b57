"""Which documents are bills of supply."""

from decimal import Decimal

import pytest

from ledger.core.gst import (
    Taxability,
    local_group,
    untaxed_group,
)
from ledger.models import Company, Voucher
from ledger.models.company import Scheme
from tests.factories import a_line, a_sale, entries_in_books, posted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("group", "is_bill"),
    [
        (local_group(Decimal(18), "27"), False),
        (untaxed_group(Taxability.EXEMPT), True),
        (untaxed_group(Taxability.NIL_RATED), True),
    ],
)
def test_untaxed_supplies_go_on_a_bill_of_supply(
    company: Company, group: object, is_bill: bool
) -> None:
    (result,) = posted(company, a_sale(a_line("100.00", group)))  # type: ignore[arg-type]
    assert Voucher.objects.get(pk=result.id).is_bill_of_supply is is_bill


def test_an_export_is_on_an_invoice_although_it_bears_no_tax(company: Company) -> None:
    """Rule 46 asks for a tax invoice, endorsed, for exports under a letter of undertaking."""
    group = untaxed_group(Taxability.ZERO_RATED)
    (result,) = posted(company, a_sale(a_line("100.00", group)))
    assert not Voucher.objects.get(pk=result.id).is_bill_of_supply


def test_a_composition_company_writes_bills_of_supply(company: Company) -> None:
    company.scheme = Scheme.COMPOSITION
    company.save()
    (result,) = posted(company, a_sale(a_line("100.00", untaxed_group(Taxability.TAXABLE))))
    assert Voucher.objects.get(pk=result.id).is_bill_of_supply
    assert "Sales - Bill of Supply" in entries_in_books(result.id)
