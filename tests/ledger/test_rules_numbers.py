"""Numbers, notes and locked periods: what the database itself refuses."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import Max

from ledger.models import (
    BooksLock,
    Company,
    Series,
    Voucher,
)
from tests.factories import (
    NOW,
    TODAY,
    a_company,
    a_note,
    a_sale,
    check_as_at_commit,
    posted,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "number", ["INV/26-27/00003", "INV/25-26/00002", "CN/26-27/00002", "INV/26-27/000002"]
)
def test_a_number_comes_from_its_series(next_voucher: Callable[..., Voucher], number: str) -> None:
    with pytest.raises(IntegrityError, match="was not taken from its series"):
        next_voucher(number=number)


def test_a_number_that_was_taken_has_a_voucher(sale: Voucher) -> None:
    Series.objects.filter(company=sale.company, type="sales").update(next_ordinal=3)
    with pytest.raises(IntegrityError, match="INV/26-27/00002 was taken"):
        check_as_at_commit()


def test_another_companys_voucher_does_not_fill_a_gap(sale: Voucher) -> None:
    other = a_company(name="Other")
    assert other.pk > sale.company_id
    posted(other, a_sale())
    posted(other, a_note())
    Series.objects.filter(company=sale.company, type="credit_note").update(next_ordinal=2)
    with pytest.raises(IntegrityError, match="CN/26-27/00001 was taken"):
        check_as_at_commit()


@pytest.mark.parametrize("changes", [{"next_ordinal": 1}, {"prefix": "X"}, {"type": "payment"}])
def test_a_series_that_gave_numbers_never_goes_back(sale: Voucher, changes: dict[str, Any]) -> None:
    series = Series.objects.filter(company=sale.company, type="sales")
    with pytest.raises(IntegrityError, match="series INV/26-27"):
        series.update(**changes)


def test_a_series_that_gave_numbers_is_never_deleted(sale: Voucher) -> None:
    with pytest.raises(IntegrityError, match="has given out numbers"):
        Series.objects.filter(company=sale.company, type="sales").delete()


def test_an_unused_series_may_change_its_prefix(sale: Voucher) -> None:
    series = Series.objects.filter(company=sale.company, type="payment")
    assert series.update(prefix="PMT") == 1


# Notes ------------------------------------------------------------------------


def test_a_sale_is_against_nothing(sale: Voucher, next_voucher: Callable[..., Voucher]) -> None:
    with pytest.raises(IntegrityError, match="voucher_is_against_a_sale_if_a_note"):
        next_voucher(against_id=sale.pk)


def test_a_note_is_against_something(next_voucher: Callable[..., Voucher], sale: Voucher) -> None:
    with pytest.raises(IntegrityError, match="voucher_is_against_a_sale_if_a_note"):
        next_voucher(type="credit_note")


def test_a_note_is_not_against_a_note(company: Company, sale: Voucher) -> None:
    posted(company, a_note(key="first"))
    with pytest.raises(IntegrityError, match="is against no sale"):
        posted(company, a_note(key="second", against="first"))


def test_a_note_is_not_dated_before_its_sale(
    sale: Voucher, next_voucher: Callable[..., Voucher]
) -> None:
    with pytest.raises(IntegrityError, match="dated before it"):
        next_voucher(
            type="credit_note",
            against_id=sale.pk,
            date=TODAY.replace(day=20),
        )


# Locked periods ------------------------------------------------------------------------


def test_no_voucher_gets_into_a_locked_period(
    sale: Voucher, next_voucher: Callable[..., Voucher]
) -> None:
    BooksLock.objects.filter(company=sale.company).update(locked_until=TODAY, reason="Closed")
    with pytest.raises(IntegrityError, match="falls into the period locked until 2026-11-21"):
        next_voucher()


def test_no_voucher_is_posted_without_a_lock(
    sale: Voucher, next_voucher: Callable[..., Voucher]
) -> None:
    BooksLock.objects.filter(company=sale.company).delete()
    with pytest.raises(IntegrityError, match="locked until ever"):
        next_voucher()


def test_ids_ascend_in_the_order_of_posting(company: Company, sale: Voucher) -> None:
    (later,) = posted(company, a_sale(key="store/2/sale/1"))
    assert later.id == Voucher.objects.aggregate(Max("id"))["id__max"] > sale.pk
    assert sale.posted_at == NOW
