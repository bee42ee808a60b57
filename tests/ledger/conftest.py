"""The cast and the stage of the ledger's tests."""

from collections.abc import Callable
from typing import Any

import pytest

from ledger.core.numbering import voucher_number
from ledger.models import Company, Series, User, Voucher
from tests.factories import a_company, a_copy, a_sale, a_user, check_as_at_commit, posted


@pytest.fixture
def owner(db: None) -> User:
    """Founded the company."""
    return a_user("owner")


@pytest.fixture
def company(owner: User) -> Company:
    """An Indian company in Maharashtra, with open books."""
    return a_company(owner=owner)


@pytest.fixture
def stranger(db: None) -> User:
    """Has a company of his own, and none of ours."""
    person = a_user("stranger")
    a_company(owner=person, name="Stranger & Sons")
    return person


@pytest.fixture
def sale(company: Company) -> Voucher:
    """A posted sale of 1180 rupees."""
    (result,) = posted(company, a_sale())
    check_as_at_commit()
    return Voucher.objects.get(pk=result.id)


@pytest.fixture
def next_voucher(sale: Voucher) -> Callable[..., Voucher]:
    """Insert a second voucher like the sale by the ORM, with the next number of its series."""

    def insert(**changes: Any) -> Voucher:
        series = Series.objects.get(company=sale.company, type=changes.get("type", "sales"))
        number = voucher_number(series.prefix, series.financial_year, series.next_ordinal)
        series.next_ordinal += 1
        series.save()
        voucher: Voucher = a_copy(
            Voucher.objects.get(pk=sale.pk),
            **({"number": number, "source_key": "store/2/sale/1"} | changes),
        )
        voucher.save(force_insert=True)
        return voucher

    return insert
